"""The root of all commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from feedsvc import __version__
from feedsvc.cli.console import SITE, configure_log, out

cli = typer.Typer(
    name="feedsvc",
    help="A bulletin's entries as a feed for every country and topic, and a digest in every partner's inbox.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _say_version(asked: bool) -> None:
    if asked:
        out.print(f"feedsvc {__version__}")
        raise typer.Exit


@cli.callback()
def site_option(
    site: Annotated[
        Path,
        typer.Option("--site", metavar="DIR", envvar="FEEDSVC_SITE", help="The site's folder."),
    ] = Path(),
    _version: Annotated[
        bool,
        typer.Option("--version", help="Say which version this is.", is_eager=True, callback=_say_version),
    ] = False,
) -> None:
    """Note which site the command is for."""
    SITE.set(site)
    configure_log()
