"""The commands that keep editions back and let them go."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from feedsvc.cli.console import Json, Now, many, open_app, out, print_json
from feedsvc.cli.nouns import edition_json
from feedsvc.cli.sending import digests_cli, planned_json

SubscriptionName = Annotated[str, typer.Argument(metavar="SUBSCRIPTION", help="The subscription's id.")]


@digests_cli.command("hold")
def digests_hold(
    subscription: SubscriptionName,
    note: Annotated[str, typer.Option(help="Why, for whoever reads `feedsvc status` later.")] = "",
) -> None:
    """Hold the next editions of a subscription until it is released; what comes meanwhile is in the one after."""
    held = open_app().hold(subscription, note)
    out.print(f"{escape(subscription)} {'is held' if held else 'was held already'}.")


@digests_cli.command("release")
def digests_release(subscription: SubscriptionName, as_json: Json = False, now: Now = "") -> None:
    """Let a subscription go on: what has fallen due meanwhile is put into the outbox as one edition, however large."""
    report = open_app(now).release(subscription)
    if as_json:
        print_json(planned_json(report))
        return
    edition = next((each for each in report.editions if each.subscription == subscription), None)
    what = f"{many(edition.entries, 'entry', 'entries')} go out" if edition else "nothing is due yet"
    out.print(f"{escape(subscription)} is not held any more; {what}.")


@digests_cli.command("drop")
def digests_drop(
    subscription: SubscriptionName,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    as_json: Json = False,
    now: Now = "",
) -> None:
    """Send nothing of what waits for a subscription, now or later, and hold it no more. It can't be undone."""
    app = open_app(now)
    waiting = app.waiting(subscription)
    if waiting and not yes:
        question = f"Never send what waits for {subscription} ({many(waiting, 'entry', 'entries')})?"
        typer.confirm(question, abort=True, err=True)
    edition = app.drop(subscription)
    if as_json:
        print_json(edition_json(edition))
        return
    if edition.entries:
        out.print(
            f"{escape(subscription)} goes on with what comes from now on; "
            f"{many(edition.entries, 'entry', 'entries')} will not be sent."
        )
    else:
        out.print(f"Nothing waits for {escape(subscription)}, and nothing holds it.")
