"""The commands about digests, deliveries and the do-not-write list."""

from __future__ import annotations

import email
import email.policy
import signal
import sys
import tempfile
import webbrowser
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.progress import Progress

from feedsvc.cli.console import (
    Json,
    Now,
    err,
    many,
    new_table,
    on_clock,
    open_app,
    out,
    print_json,
    print_table,
)
from feedsvc.cli.forecasts import forecast_json, print_forecast
from feedsvc.cli.nouns import edition_json, hold_json, print_holds, print_upcoming, suppression_json
from feedsvc.cli.root import cli
from feedsvc.errors import NotFoundError
from feedsvc.model import DeliveryState

if TYPE_CHECKING:
    from types import FrameType

    from feedsvc.app import App
    from feedsvc.pipeline import PlanReport

# What a shell gives for a command that Ctrl-C ended.
STOPPED = 128 + signal.SIGINT

digests_cli = typer.Typer(help="Upcoming and past editions.", no_args_is_help=True)
cli.add_typer(digests_cli, name="digests")


suppressions_cli = typer.Typer(help="The do-not-write list.", no_args_is_help=True)
cli.add_typer(suppressions_cli, name="suppressions")


@digests_cli.command("list")
def digests_list(as_json: Json = False, now: Now = "") -> None:
    """List the next edition of every subscription, and the last fifty of the past."""
    app = open_app(now)
    upcoming, zone_of = app.upcoming(), app.parts.configuration.zone_of
    with app.store.reading() as tx:
        past, holds = tx.editions.newest(50), tx.holds.all()
    if as_json:
        print_json(
            {
                "next": [
                    {"subscription": each.id, "due_at": due.isoformat() if due else None}
                    for each, due in upcoming
                ],
                "held": [hold_json(hold) for hold in holds],
                "past": [edition_json(edition) for edition in past],
            }
        )
        return
    print_upcoming(upcoming)
    print_holds(holds, zone_of)
    table = new_table("was due", "subscription", "entries", "seq")
    for edition in past:
        table.add_row(
            on_clock(edition.due_at, zone_of(edition.subscription)),
            edition.subscription,
            f"{edition.entries or 'nothing new'}{', dropped' if edition.dropped else ''}",
            f"{edition.from_seq + 1}-{edition.to_seq}" if edition.to_seq > edition.from_seq else "",
        )
    print_table(table, "No edition has been due yet.")


@digests_cli.command("plan")
def digests_plan(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say who would get what, and why; write nothing.")
    ] = False,
    as_json: Json = False,
    now: Now = "",
) -> None:
    """Put the digests that are due into the outbox."""
    app = open_app(now)
    if dry_run:
        forecast = app.forecast()
        if as_json:
            print_json(forecast_json(forecast))
        else:
            print_forecast(forecast)
        return
    report = app.plan()
    if as_json:
        print_json(planned_json(report))
        return
    print_holds(report.held, app.parts.configuration.zone_of)
    for edition in report.editions:
        out.print(f"{edition.subscription}: {edition.entries or 'no'} entries")
    out.print(
        f"{many(len(report.editions), 'edition')} due, {many(report.mails, 'mail')} put into the outbox."
    )


def planned_json(report: PlanReport) -> dict[str, Any]:
    """Give what was planned."""
    return {
        "editions": [edition_json(edition) for edition in report.editions],
        "mails": report.mails,
        "held": [hold_json(hold) for hold in report.held],
    }


@digests_cli.command("preview")
def digests_preview(
    subscription: Annotated[str, typer.Argument(help="The subscription's id.")],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="ADDRESS",
            help="As this recipient gets it, with what else falls due to them then.",
        ),
    ] = "",
    html: Annotated[bool, typer.Option("--html", help="The HTML part alone.")] = False,
    text: Annotated[bool, typer.Option("--text", help="The text part alone.")] = False,
    eml: Annotated[bool, typer.Option("--eml", help="The whole message, which is usual.")] = False,
    opened: Annotated[
        bool, typer.Option("--open", help="Show it in the browser, or in the program for such files.")
    ] = False,
    now: Now = "",
) -> None:
    """Write the next digest of a subscription, byte for byte as it would go out now, to standard output."""
    if html + text + eml > 1:
        raise typer.BadParameter("choose one of --html, --text and --eml.")
    shown = open_app(now).preview(subscription, to)
    if shown.sample:
        err.print(
            "[yellow]Nothing is new for this subscription; shown with the newest entries that match it.[/]"
        )
    if len(shown.merged) > 1:
        err.print(
            f"[yellow]{escape(to)} gets these together in one mail: {escape(', '.join(shown.merged))}.[/]"
        )
    # One looks at HTML in a browser, and keeps a whole message in a file.
    if html or (opened and not text and not eml):
        ending, data = "html", _part(shown.message.data, "html")
    elif text:
        ending, data = "txt", _part(shown.message.data, "plain")
    else:
        ending, data = "eml", shown.message.data
    if opened:
        _open(subscription, ending, data)
    else:
        sys.stdout.buffer.write(data)


@digests_cli.command("test-send")
def digests_test_send(
    subscription: Annotated[str, typer.Argument(help="The subscription's id.")],
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="Who is to get it.")],
    now: Now = "",
) -> None:
    """Send the next digest of a subscription to one address, marked as a test; it counts for nothing."""
    address = _checked_address(to, "--to")
    outcome = open_app(now).send_trial(subscription, address)
    accepted = outcome.state is DeliveryState.ACCEPTED
    out.print(f"{escape(address)}: {outcome.state.value.replace('_', ' ')}: {escape(outcome.reply)}")
    if not accepted:
        raise typer.Exit(1)


@digests_cli.command("captured")
def digests_captured() -> None:
    """Give a link to the captured mail, good for twelve hours, to look at it from another machine."""
    app = open_app()
    mailroom = app.mailroom
    if mailroom.maildir is None:
        raise NotFoundError("Mail is sent, not captured: transport under [mail] is not maildir.")
    # Alone on its line, however long: it is copied.
    sys.stdout.write(f"{mailroom.site_url}/admin/mail?token={mailroom.admission(app.clock())}\n")


class Retried(StrEnum):
    """What can be tried once more."""

    FAILED = DeliveryState.FAILED
    IN_DOUBT = DeliveryState.IN_DOUBT


@cli.command()
def deliver(
    retry: Annotated[
        Retried | None,
        typer.Option(
            "--retry", help="First let those of the last seven days be tried once more that are so."
        ),
    ] = None,
    as_json: Json = False,
    now: Now = "",
) -> None:
    """Send what is due in the outbox, until nothing is."""
    app = open_app(now)
    _stop_gently(app)
    if retry:
        number = app.retry(DeliveryState(retry))
        if not as_json:
            count = many(number, "delivery", "deliveries") if number else "Nothing"
            verb = "is" if number < 2 else "are"
            out.print(f"{count} of the last seven days {verb} to be tried once more.")
    due = 0 if as_json else app.outbox_due()
    with Progress(console=err, transient=True, disable=not due) as progress:
        task = progress.add_task("delivering", total=due)
        report = app.deliver(lambda _state: progress.advance(task))
    if as_json:
        print_json({state.value: report.outcomes[state] for state in DeliveryState if report.outcomes[state]})
    else:
        words = [f"{number} {state.value.replace('_', ' ')}" for state, number in report.outcomes.items()]
        out.print(
            (", ".join(words) or ("Nothing was sent" if app.stopping.is_set() else "Nothing is due")) + "."
        )
    if report.unreached:
        err.print(
            f"[yellow]The relay can't be reached ({escape(report.unreached)}); what is due waits for it. "
            "Look at \\[mail.smtp] in config/feedsvc.toml.[/]"
        )
    if report.refuses_all:
        err.print(
            f"[yellow]The relay refuses everybody ({escape(report.refuses_all)}); what is due waits for it, and no "
            "address is blamed. Ask those who run the relay.[/]"
        )
    if app.stopping.is_set():
        err.print("Stopped. What is still due goes out with the next `feedsvc deliver`, or by the service.")
        raise typer.Exit(STOPPED)
    if report.outcomes[DeliveryState.FAILED] or report.unreached or report.refuses_all:
        raise typer.Exit(1)


def _stop_gently(app: App) -> None:
    """Let the first signal finish what is on the wire, and the second one give it up."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        if app.stopping.is_set():
            raise KeyboardInterrupt
        app.stopping.set()
        err.print("Finishing what is on its way; Ctrl-C once more gives it up, and it may come twice then.")

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


@suppressions_cli.command("list")
def suppressions_list(as_json: Json = False) -> None:
    """List the addresses that must not be written to."""
    app = open_app()
    with app.store.reading() as tx:
        found = tx.suppressions.all()
    if as_json:
        print_json([suppression_json(each) for each in found])
        return
    table = new_table("address", "reason", "since", "note")
    zone = app.parts.configuration.site.timezone
    for each in found:
        table.add_row(escape(each.address), each.reason.value, on_clock(each.since, zone), escape(each.note))
    print_table(table, "No address is suppressed.")


@suppressions_cli.command("add")
def suppressions_add(
    address: str,
    note: Annotated[str, typer.Option(help="Why, for whoever reads the list later.")] = "",
) -> None:
    """Write no more to an address."""
    app = open_app()
    _checked_address(address, "ADDRESS")
    added = app.suppress(address, note)
    out.print(f"{escape(address)} {'gets no more mail' if added else 'was on the list already'}.")


@suppressions_cli.command("remove")
def suppressions_remove(address: str) -> None:
    """Let an address be written to again."""
    if not open_app().let_back(address):
        raise NotFoundError(f"{address} is not on the list (`feedsvc suppressions list` shows it).")
    out.print(f"{escape(address)} gets mail again, from the next digest on.")


def _checked_address(address: str, hint: str) -> str:
    from feedsvc.config import mail_address

    try:
        mail_address(address)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=hint) from None
    return address


def _part(data: bytes, subtype: str) -> bytes:
    """Give one part of a message as its reader's program would."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    body = message.get_body((subtype,))
    return str(body.get_content()).encode() if body else b""


def _open(subscription: str, ending: str, data: bytes) -> None:
    """Show a file in the program that is for such files; the file stays, as that program reads it when it likes."""
    folder = Path(tempfile.mkdtemp(prefix="feedsvc-preview-"))
    file = folder / f"{subscription}.{ending}"
    file.write_bytes(data)
    if not webbrowser.open(file.as_uri()):
        err.print("[yellow]No browser could be started.[/]")
    out.print(str(file), soft_wrap=True)
