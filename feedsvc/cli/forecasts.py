"""How it is told beforehand who would get what: as JSON for programs, in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from feedsvc.cli.console import many, new_table, on_clock, out, print_table
from feedsvc.cli.nouns import edition_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedsvc.digests import Mailing
    from feedsvc.model import Suppression
    from feedsvc.pipeline import Forecast, Prospect

# A person reads no more of very many; a program gets all.
MOST_ENTRIES = 20
MOST_MAILS = 200


def forecast_json(forecast: Forecast) -> dict[str, Any]:
    """Give every subscription with what would become of it, and every mail."""
    return {
        "editions": [_prospect_json(each) for each in forecast.prospects],
        "mails": [
            {
                "to": mailing.recipient.address,
                "name": mailing.recipient.name,
                "language": mailing.language,
                "subscriptions": [due.edition.subscription for due in mailing.editions],
                "entries": _size(mailing),
                "moved_to": [due.edition.subscription for due in mailing.editions if due.of_the_moved],
                "suppressed": suppression.reason.value if suppression else None,
            }
            for mailing in forecast.mailings
            for suppression in [forecast.suppression(mailing)]
        ],
    }


def _prospect_json(prospect: Prospect) -> dict[str, Any]:
    due = prospect.due
    return {
        **(edition_json(due.edition) if due else {"subscription": prospect.subscription.id, "due_at": None}),
        "standing": prospect.standing.value,
        "reason": prospect.reason or None,
        "next_at": prospect.next_at.isoformat() if prospect.next_at else None,
        "recipients": len(prospect.subscription.recipients),
        "entries": [{"id": entry.id, "title": entry.title, "why": due.why(entry)} for entry in due.entries]
        if due
        else [],
    }


def print_forecast(forecast: Forecast) -> None:
    """Print every subscription with what would become of it, the entries, and the mails."""
    table = new_table("subscription", "would be", "entries", "recipients")
    for each in forecast.prospects:
        table.add_row(
            each.subscription.id,
            _would_be(each),
            str(len(each.due.entries)) if each.due else "",
            str(len(each.subscription.recipients)),
        )
    print_table(table, "There are no subscriptions.")
    for entries, subscriptions in _lists(forecast).items():
        out.print(f"\nEntries of {', '.join(subscriptions)}:")
        _print_entries(entries)
    _print_mails(forecast)


def _would_be(prospect: Prospect) -> str:
    zone = prospect.subscription.timezone
    if prospect.reason:
        return f"[yellow]held[/]: {escape(prospect.reason)}"
    if prospect.due:
        when = on_clock(prospect.due.edition.due_at, zone)
        return f"due {when}" + ("" if prospect.due.most else ", but nothing is new")
    when_next = prospect.next_at
    return f"not due before {on_clock(when_next, zone)}" if when_next else "not due yet"


def _lists(forecast: Forecast) -> dict[tuple[tuple[str, str, str], ...], list[str]]:
    """Give each list of entries, by id, title and why they are in it, once, with the subscriptions that have it."""
    found: dict[tuple[tuple[str, str, str], ...], list[str]] = {}
    for due in (each.due for each in forecast.prospects if each.due and each.due.entries):
        entries = tuple((entry.id, entry.title, due.why(entry)) for entry in due.entries)
        found.setdefault(entries, []).append(due.edition.subscription)
    return found


def _print_entries(entries: Sequence[tuple[str, str, str]]) -> None:
    grid = Table.grid(padding=(0, 1))
    for _id, title, why in entries[:MOST_ENTRIES]:
        grid.add_row(" ", "•", f"{escape(title)} [dim]({why})[/]")
    if len(entries) > MOST_ENTRIES:
        grid.add_row(" ", "", f"… and {len(entries) - MOST_ENTRIES:,} more; --json gives all.")
    out.print(grid)


def _print_mails(forecast: Forecast) -> None:
    table = new_table("to", "by", "language", "gets")
    for mailing in forecast.mailings[:MOST_MAILS]:
        table.add_row(
            escape(mailing.recipient.address),
            ", ".join(due.edition.subscription for due in mailing.editions),
            mailing.language,
            _gets(mailing, forecast.suppression(mailing)),
        )
    if table.row_count:
        out.print("\nMails:")
        out.print(table)
    if len(forecast.mailings) > MOST_MAILS:
        out.print(f"… and {len(forecast.mailings) - MOST_MAILS:,} more; --json gives all.")
    going = sum(forecast.suppression(mailing) is None for mailing in forecast.mailings)
    out.print(f"\n{many(going, 'mail') if going else 'No mail'} would go out. Nothing was written.")


def _gets(mailing: Mailing, suppression: Suppression | None) -> str:
    """Say how much someone gets, why they get nothing, or that they were moved and get other entries than the rest."""
    if suppression:
        return f"[yellow]nothing: {suppression.reason.value}[/]"
    moved = (
        f"; was moved to {due.edition.subscription}: {many(len(due.entries), 'entry', 'entries')}"
        for due in mailing.editions
        if due.of_the_moved
    )
    return many(_size(mailing), "entry", "entries") + "".join(moved)


def _size(mailing: Mailing) -> int:
    return len({entry.seq for due in mailing.editions for entry in due.entries})
