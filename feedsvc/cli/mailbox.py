"""The commands about what comes back, and about those it is about."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from feedsvc.cli.console import Json, many, open_app, out, print_json
from feedsvc.cli.nouns import delivery_json, place_json, suppression_json
from feedsvc.cli.root import cli
from feedsvc.errors import NotFoundError

if TYPE_CHECKING:
    from feedsvc.app import App
    from feedsvc.pipeline import BouncesReport, Person

recipients_cli = typer.Typer(help="What is held about one address.", no_args_is_help=True)
cli.add_typer(recipients_cli, name="recipients")


@cli.command()
def bounces(
    maildir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Read all letters in this Maildir.")
    ] = None,
    imap: Annotated[bool, typer.Option("--imap", help="Read the mailbox set under [mail.imap].")] = False,
    as_json: Json = False,
) -> None:
    """Read a bounce, complaint or request to unsubscribe from standard input, or all in a mailbox."""
    app = open_app()
    report = _read(app, maildir, imap=imap)
    if as_json:
        answers = {kind.value: number for kind, number in report.answers.items()}
        print_json(
            {"answers": answers, "suppressed": report.suppressed, "known": report.known, "kept": report.kept}
        )
        return
    words = [f"{number} {kind.value}" for kind, number in report.answers.items()]
    if report.known:
        words.append(f"{report.known} read before")
    out.print(
        f"{', '.join(words) or 'Nothing to read'}. {many(report.suppressed, 'address', 'addresses')} suppressed."
    )
    if report.kept:
        out.print(f"[yellow]Kept for a person: {report.kept}.[/]")


def _read(app: App, maildir: Path | None, *, imap: bool) -> BouncesReport:
    inboxes = [app.parts.maildir_inbox(maildir.absolute())] if maildir else []
    if imap:
        inbox = app.parts.imap_inbox()
        if inbox is None:
            raise NotFoundError("There is no bounce mailbox to read: set host under [mail.imap].")
        inboxes.append(inbox)
    if inboxes:
        return app.read_bounces(inboxes)
    data = sys.stdin.buffer.read()
    if not data.strip():
        raise NotFoundError("There is no message on standard input: feedsvc bounces < message.")
    return app.read_letter(data)


@recipients_cli.command("show")
def recipients_show(address: str) -> None:
    """Give all that is held about an address, as JSON."""
    app = open_app()
    print_json(_person_json(app.person(address), app))


@recipients_cli.command("erase")
def recipients_erase(
    address: str,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Erase what is held about an address, and write to it no more. It can't be undone."""
    app = open_app()
    if not yes:
        typer.confirm(f"Erase what is held about {address}, and write to it no more?", abort=True)
    erased = app.erase(address)
    out.print(
        f"Erased: {many(erased.deliveries, 'delivery', 'deliveries')}, {many(erased.answers, 'bounce')}, "
        f"{many(erased.files, 'message')} in this site's folders."
    )
    for file in erased.named_in:
        out.print(
            f"[yellow]{escape(str(file.relative_to(app.root)))} is someone else's letter and names the address: "
            "look what is to become of it.[/]"
        )
    for place in app.places_of(address):
        out.print(
            f"[yellow]{escape(place.file)}:{place.line} still has the address "
            f"(subscription {escape(place.subscription)}): take it out there.[/]"
        )
    if app.copies_of(address):
        out.print(
            "[yellow]So var/last-good has a copy of it, which is replaced when a running feedsvc, or "
            "`feedsvc status`, finds the file right without it.[/]"
        )


def _person_json(person: Person, app: App) -> dict[str, Any]:
    return {
        "address": person.address,
        "subscriptions": [place_json(place) for place in app.places_of(person.address)],
        "copies": [place_json(place) for place in app.copies_of(person.address)],
        "deliveries": [
            delivery_json(delivery, person.editions.get(delivery.id, ())) for delivery in person.deliveries
        ],
        "bounces": [
            {
                "kind": answer.kind.value,
                "read_at": answer.read_at.isoformat(),
                "status": answer.status,
                "words": answer.words,
            }
            for answer in person.answers
        ],
        "suppression": suppression_json(person.suppression) if person.suppression else None,
        "erased": suppression_json(person.erased) if person.erased else None,
        "messages": [str(file.relative_to(app.root)) for file in person.files],
        "named_in": [str(file.relative_to(app.root)) for file in person.named_in],
    }
