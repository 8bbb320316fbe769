"""The commands about the service as a whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer
from rich.markup import escape

from feedsvc.cli.console import Json, Now, err, new_table, on_clock, open_app, out, print_json
from feedsvc.cli.nouns import (
    caution_json,
    embargo,
    held_json,
    hold_json,
    place_json,
    print_cautions,
    print_holds,
    print_mail_troubles,
    print_problems,
    print_upcoming,
    problem_json,
    relay_json,
    suppressed_sentence,
    suppression_json,
)
from feedsvc.cli.root import cli
from feedsvc.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from feedsvc.app import App, Status
    from feedsvc.config import Caution, Place
    from feedsvc.model import Suppression


@cli.command()
def run() -> None:
    """Run scheduler, sender and web server in one process."""
    from feedsvc import service

    app = open_app(service=True)
    service.serve(app, lambda: _announce(app), working=True)


@cli.command()
def web() -> None:
    """Run the web server alone."""
    from feedsvc import service

    app = open_app(service=True)
    service.serve(app, lambda: _announce(app), working=False)


@cli.command()
def worker() -> None:
    """Run the scheduler alone: it ingests, plans and delivers."""
    from feedsvc import service

    service.work(open_app(service=True))


@cli.command()
def status(as_json: Json = False) -> None:
    """Tell what is going on."""
    # By the last good config where a file is broken: what it tells is wanted most then.
    app = open_app(service=True)
    found, zone = app.status(), app.parts.configuration.site.timezone
    if as_json:
        print_json(
            {
                "entries": found.entries,
                "problems": [problem_json(problem) for problem in found.problems],
                "held": [held_json(each) for each in found.held],
                "cautions": [caution_json(each) for each in found.cautions],
                "holds": [hold_json(hold) for hold in found.holds],
                "outbox": {state.value: number for state, number in found.outbox.items()},
                "relay": relay_json(found.relay),
                "doubtful_held": found.doubtful_held,
                "failed_lately": found.failed_lately,
                "ours_lately": found.ours_lately,
                "suppressions": found.suppressions.total(),
                "suppressed": {reason.value: number for reason, number in found.suppressions.items()},
                "bounces": {kind.value: number for kind, number in found.answers.items()},
                "ingested_at": found.ingested_at,
                "planned_at": found.planned_at,
                "announcements": found.announcements,
                "hub_failure": found.hub_failure,
                "exported_at": found.exported_at,
                "export_failure": found.export_failure,
            }
        )
        return
    table = new_table("", "")
    table.show_header = False
    table.add_row("entries", str(found.entries))
    table.add_row("problems", str(len(found.problems)))
    for state, number in found.outbox.items():
        table.add_row(f"mails {state.value.replace('_', ' ')}", str(number))
    for what, number in _came_back(found):
        table.add_row(what, str(number))
    if found.announcements or found.hub_failure:
        table.add_row("feeds to tell the hub of", str(found.announcements))
    if found.hub_failure:
        table.add_row("the hub could not be told", escape(found.hub_failure))
    table.add_row("last pass over the sources", _last(found.ingested_at, zone))
    table.add_row("last look for due digests", _last(found.planned_at, zone))
    if found.exported_at or found.export_failure:
        table.add_row("last export", _last(found.exported_at, zone))
    out.print(table)
    if found.export_failure:
        out.print(f"[yellow]The mirror is behind: {escape(found.export_failure)}[/]")
    print_mail_troubles(found, app.parts.configuration.site.timezone)
    print_cautions(found.cautions)
    print_problems(found.problems)
    print_holds(found.holds, app.parts.configuration.zone_of)
    for correction in found.astray:
        out.print(f"[yellow]{escape(correction)}[/]")
    for each in found.held:
        out.print(
            f"{escape(each.bulletin)}:{each.line}: “{escape(each.title)}” {embargo(each.publish_at, zone)}."
        )


def _last(moment: str | None, zone: ZoneInfo) -> str:
    return on_clock(datetime.fromisoformat(moment), zone) if moment else "never"


def _came_back(found: Status) -> Iterator[tuple[str, int]]:
    """Count who gets no mail, and what came back."""
    yield "suppressed addresses", found.suppressions.total()
    for reason, number in found.suppressions.items():
        yield f"  {reason.value}", number
    for kind, number in found.answers.items():
        yield f"came back: {kind.value}", number


@cli.command()
def check(as_json: Json = False, now: Now = "") -> None:
    """Validate all of config and templates, and list the next editions."""
    app = open_app(now)
    app.parts.check_templates()
    upcoming, suppressed, cautions = app.upcoming(), _suppressed(app), app.cautions()
    idle = app.parts.idle_templates()
    records = list(app.parts.signer.records()) if app.parts.signer else []
    if as_json:
        print_json(
            {
                "next": [
                    {"subscription": each.id, "due_at": due.isoformat() if due else None}
                    for each, due in upcoming
                ],
                "suppressed": [
                    {**suppression_json(why), **place_json(place), "address": place.address}
                    for place, why in suppressed
                ],
                "idle_templates": idle,
                "dns": dict(records),
                "cautions": [caution_json(each) for each in cautions],
            }
        )
        _fail_if_grave(cautions)
        return
    print_upcoming(upcoming)
    for place, why in suppressed:
        out.print(
            f"[yellow]{escape(suppressed_sentence(place, why, app.parts.configuration.site.timezone))}[/]"
        )
    for sentence in (*app.astray(), *idle):
        out.print(f"[yellow]{escape(sentence)}[/]")
    for name, record in records:
        out.print(f"TXT record of DNS for the signature of mail: [bold]{escape(name)}[/]")
        out.print(escape(record), soft_wrap=True)
    print_cautions(cautions)
    _fail_if_grave(cautions)
    out.print("[green]All of config and templates is right.[/]")


def _fail_if_grave(cautions: Sequence[Caution]) -> None:
    """End with what tells a script that starts the service that a person should look first."""
    if any(each.is_grave for each in cautions):
        raise typer.Exit(1)


def _suppressed(app: App) -> list[tuple[Place, Suppression]]:
    """Give the listed recipients that get no mail; a store that is away makes no config wrong."""
    try:
        return app.suppressed_recipients()
    except StoreError as error:
        err.print(f"[yellow]Who gets no mail can't be told. {escape(str(error))}[/]")
        return []


@cli.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is new or empty.")],
) -> None:
    """Make a new site: config, a sample bulletin, a place for templates."""
    from feedsvc import config

    for path in config.init_site(folder):
        out.print(f"  {escape(str(path))}")
    out.print(f"Ready. Run it with: [bold]feedsvc --site {escape(str(folder))} run[/]")


def _announce(app: App) -> None:
    """Say where everything is."""
    configuration = app.parts.configuration
    settings = configuration.settings
    host = "127.0.0.1" if settings.web.host in {"0.0.0.0", "::"} else settings.web.host  # noqa: S104
    here = f"http://{host}:{settings.web.port}"
    mail = (
        app.root / "var" / "mail"
        if settings.mail.transport == "maildir"
        else f"{settings.mail.smtp.host}:{settings.mail.smtp.port}"
    )
    out.print(f"[bold]{escape(configuration.site.title)}[/]")
    out.print(f"  site       {here}/")
    out.print(f"  feeds      {here}/feeds/all.atom")
    out.print(f"  health     {here}/healthz")
    if urlsplit(configuration.site.url).port != settings.web.port:
        out.print(
            f"  public     {escape(configuration.site.url)}/ (url under \\[site]: where feeds and mails link to)"
        )
    for source in configuration.sources:
        out.print(f"  bulletins  {escape(str(source.path or source.url))}")
    out.print(f"  mail       {escape(str(mail))}")
    if settings.mail.transport == "maildir" and urlsplit(configuration.site.url).hostname == "localhost":
        out.print(f"             {here}/admin/mail (for this machine alone)")
    out.print("Stop with Ctrl-C.\n")
