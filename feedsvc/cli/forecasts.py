"""How it is told beforehand who would get what: as JSON for programs, in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape

from feedsvc.cli.console import many, new_table, on_clock, out, print_table
from feedsvc.cli.nouns import edition_json

if TYPE_CHECKING:
    from feedsvc.digests import DueEdition, Mailing
    from feedsvc.pipeline import Forecast, Prospect

# A person reads no more of very many; a program gets all.
MOST_SHOWN = 200


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
                "entries": len({entry.seq for due in mailing.editions for entry in due.entries}),
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
    """Print every subscription with what would become of it, and the mails."""
    table = new_table("subscription", "would be", "entries", "recipients")
    for each in forecast.prospects:
        table.add_row(
            each.subscription.id,
            _would_be(each),
            _entries(each.due) if each.due else "",
            str(len(each.subscription.recipients)),
        )
    print_table(table, "There are no subscriptions.")
    mails = new_table("to", "by", "language", "")
    for mailing in forecast.mailings[:MOST_SHOWN]:
        suppression = forecast.suppression(mailing)
        mails.add_row(
            escape(mailing.recipient.address),
            ", ".join(due.edition.subscription for due in mailing.editions),
            mailing.language,
            f"[yellow]gets none: {suppression.reason.value}[/]" if suppression else _moved(mailing),
        )
    print_table(mails, "No mail would go out.")
    if len(forecast.mailings) > MOST_SHOWN:
        out.print(f"… and {len(forecast.mailings) - MOST_SHOWN:,} more; --json gives all.")
    gets = sum(forecast.suppression(mailing) is None for mailing in forecast.mailings)
    out.print(f"{many(gets, 'mail')} would go out. Nothing was written.")


def _moved(mailing: Mailing) -> str:
    """Say of whom was moved what they get instead of what the others do."""
    return ", ".join(
        f"was moved to {due.edition.subscription}: {many(len(due.entries), 'entry', 'entries')}"
        for due in mailing.editions
        if due.of_the_moved
    )


def _would_be(prospect: Prospect) -> str:
    zone = prospect.subscription.timezone
    if prospect.reason:
        return f"[yellow]held[/]: {escape(prospect.reason)}"
    if prospect.due:
        return f"{prospect.standing.value} {on_clock(prospect.due.edition.due_at, zone)}"
    when = prospect.next_at
    return f"not due before {on_clock(when, zone)}" if when else "not due yet"


def _entries(due: DueEdition) -> str:
    """Name the entries of an edition; of those that are not simply new, say why they are in it."""
    titles = [
        escape(entry.title) + (f" [dim]({why})[/]" if (why := due.why(entry)) != "new" else "")
        for entry in due.entries[:20]
    ]
    more = len(due.entries) - len(titles)
    return "\n".join([*titles, *([f"… and {more:,} more"] if more else [])])
