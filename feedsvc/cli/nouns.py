"""How the nouns are shown: as JSON for programs, in words for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from feedsvc.cli.console import many, new_table, on_clock, out, print_table
from feedsvc.model import SuppressionReason

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from feedsvc.app import Status
    from feedsvc.config import Caution, Place
    from feedsvc.labels import Counts
    from feedsvc.model import (
        Delivery,
        Draft,
        Edition,
        Entry,
        Held,
        Hold,
        Labels,
        Problem,
        Subscription,
        Suppression,
    )
    from feedsvc.pipeline import RelayTrouble
    from feedsvc.pipeline.changes import Change


def terms_json(labels: Labels) -> dict[str, list[str]]:
    """Give the terms of labels."""
    return {
        kind: [label.term for label in getattr(labels, kind)]
        for kind in ("countries", "mentions", "regions", "topics")
    }


def draft_json(draft: Draft, labels: Labels) -> dict[str, Any]:
    """Give a draft with its labels."""
    return {
        "date": draft.date.isoformat() if draft.date else None,
        "title": draft.title,
        "paragraphs": list(draft.paragraphs),
        "language": labels.language,
        "line": draft.line,
        **terms_json(labels),
        "link": draft.link,
        "publish_at": draft.publish_at.isoformat() if draft.publish_at else None,
        "notes": list(draft.notes),
    }


def draft_text(draft: Draft, labels: Labels, zone: ZoneInfo) -> str:
    """Give a draft's title, with what it is about and what a person should know of it."""
    more = [many(len(draft.paragraphs), "paragraph")]
    if draft.publish_at:
        more.append(embargo(draft.publish_at, zone))
    notes = "".join(f"\n[yellow]{escape(note)}[/]" for note in draft.notes)
    return titled(draft.title, labels, *more) + notes


def embargo(moment: datetime, zone: ZoneInfo) -> str:
    """Say until when an entry is held back; an embargo that can't be read never ends."""
    if moment.year == MAXYEAR:
        return "is held back until its line is mended"
    if moment < datetime.now(UTC) - timedelta(hours=1):
        return f"was to appear on {on_clock(moment, zone)}, but is not in its bulletin any more"
    return f"is held back until {on_clock(moment, zone)}"


def change_json(change: Change) -> dict[str, Any]:
    """Give the labels of an entry before and after a change."""
    before = change.before or change.after
    return {
        "id": change.after.id,
        "title": change.after.title,
        "before": {"language": before.language, **terms_json(before.labels)},
        "after": {"language": change.after.language, **terms_json(change.after.labels)},
    }


def label_changes(change: Change) -> str:
    """Say which labels an entry gains and loses."""
    before, after = (
        {*((entry.language,) if entry else ()), *(c.term for c in (entry.categories if entry else ()))}
        for entry in (change.before, change.after)
    )
    gained = [f"[green]+{escape(term)}[/]" for term in sorted(after - before)]
    lost = [f"[red]-{escape(term)}[/]" for term in sorted(before - after)]
    return " ".join([*gained, *lost])


def entry_json(entry: Entry) -> dict[str, Any]:
    """Give an entry."""
    return {
        "id": entry.id,
        "seq": entry.seq,
        "date": entry.published.isoformat(),
        "title": entry.title,
        "language": entry.language,
        **terms_json(entry.labels),
        "link": entry.link,
        "source": entry.source,
        "line": entry.line,
        "withdrawn": entry.withdrawn_at is not None,
    }


def caution_json(caution: Caution) -> dict[str, Any]:
    """Give what a person should look at."""
    return {"what": str(caution), "grave": caution.is_grave}


def problem_json(problem: Problem) -> dict[str, Any]:
    """Give a problem."""
    return {
        "source": problem.source,
        "bulletin": problem.bulletin,
        "line": problem.line,
        "reason": problem.reason,
    }


def held_json(held: Held) -> dict[str, Any]:
    """Give an entry under embargo."""
    return {
        "source": held.source,
        "bulletin": held.bulletin,
        "line": held.line,
        "title": held.title,
        "publish_at": held.publish_at.isoformat(),
    }


def edition_json(edition: Edition) -> dict[str, Any]:
    """Give an edition."""
    return {
        "subscription": edition.subscription,
        "due_at": edition.due_at.isoformat(),
        "from_seq": edition.from_seq,
        "to_seq": edition.to_seq,
        "entries": edition.entries,
        "dropped": edition.dropped,
    }


def hold_json(hold: Hold) -> dict[str, Any]:
    """Give a subscription that is held."""
    return {
        "subscription": hold.subscription,
        "since": hold.since.isoformat(),
        "reason": hold.reason,
        "entries": hold.entries,
        "by_hand": hold.by_hand,
    }


def relay_json(trouble: RelayTrouble | None) -> dict[str, str] | None:
    """Give why the relay takes nothing, if so."""
    if trouble is None:
        return None
    return {"trouble": trouble.kind, "since": trouble.since.isoformat(), "reply": trouble.reply}


def suppression_json(suppression: Suppression) -> dict[str, str]:
    """Give a suppression."""
    return {
        "address": suppression.address,
        "reason": suppression.reason.value,
        "since": suppression.since.isoformat(),
        "note": suppression.note,
    }


_WHY = {
    SuppressionReason.UNSUBSCRIBED: "unsubscribed",
    SuppressionReason.BOUNCED: "bounced",
    SuppressionReason.COMPLAINED: "complained of spam",
}


def suppressed_sentence(place: Place, why: Suppression, zone: ZoneInfo) -> str:
    """Say that a listed address gets no mail, why, and what to do."""
    note = f" ({why.note})" if why.note else ""
    remedy = (
        "Correct the address, or let it back with `feedsvc suppressions remove` once it works"
        if why.reason is SuppressionReason.BOUNCED
        else "Take it out, unless they ask to be let back"
    )
    return (
        f"{place.file}:{place.line}: {place.address} gets no mail: it {_WHY[why.reason]} "
        f"on {why.since.astimezone(zone):%Y-%m-%d}{note}. {remedy}."
    )


def place_json(place: Place) -> dict[str, Any]:
    """Give where a recipient is listed."""
    return {"subscription": place.subscription, "file": place.file, "line": place.line}


def delivery_json(delivery: Delivery, editions: Sequence[tuple[str, datetime]]) -> dict[str, Any]:
    """Give a delivery with the editions it has."""
    return {
        "message_id": delivery.message_id,
        "name": delivery.recipient.name,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "dated_at": delivery.dated_at.isoformat(),
        "due_at": delivery.due_at.isoformat(),
        "reply": delivery.reply,
        "editions": [{"subscription": name, "due_at": due.isoformat()} for name, due in editions],
    }


def counts_json(counts: Counts) -> dict[str, float]:
    """Give how right labels are."""
    return {
        **asdict(counts),
        "precision": round(counts.precision, 4),
        "recall": round(counts.recall, 4),
        "f1": round(counts.f1, 4),
    }


def titled(title: str, labels: Labels, *more: str) -> str:
    """Give a title with what it is about under it."""
    kinds = (labels.countries, labels.regions, labels.topics)
    about = [labels.language, *(" ".join(label.term for label in kind) for kind in kinds), *more]
    return f"{escape(title)}\n[dim]{escape(' · '.join(part for part in about if part))}[/]"


def print_problems(problems: Sequence[Problem]) -> None:
    """Print problems, each with where it is."""
    for problem in problems:
        where = f"{problem.bulletin}:{problem.line}" if problem.line else problem.bulletin
        out.print(f"[yellow]{escape(where)}[/]: {escape(problem.reason)}")


def print_holds(holds: Sequence[Hold], zone_of: Callable[[str], ZoneInfo]) -> None:
    """Print which subscriptions are held, why, and what to do about it."""
    for hold in holds:
        since = on_clock(hold.since, zone_of(hold.subscription))
        out.print(
            f"[yellow]{hold.subscription} is held since {since}:[/] {escape(_sentence(hold.reason))} "
            f"`feedsvc digests release {hold.subscription}` sends what waits, `drop` passes over it."
        )


def _sentence(text: str) -> str:
    """End what a person wrote as a sentence ends, as another one follows it."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def print_cautions(cautions: Sequence[Caution]) -> None:
    """Print what a person should look at."""
    for each in cautions:
        out.print(f"[{'red' if each.is_grave else 'yellow'}]{escape(str(each))}[/]")


def print_mail_troubles(found: Status, zone: ZoneInfo) -> None:
    """Print what is wrong with mail that doesn't go away by itself, and what to do about it."""
    for sentence in _mail_troubles(found, zone):
        out.print(f"[yellow]{escape(sentence)}[/]")


def _mail_troubles(found: Status, zone: ZoneInfo) -> Iterator[str]:
    if found.relay:
        what, remedy = {
            "unreached": ("can't be reached", "Look at [mail.smtp] in config/feedsvc.toml."),
            "refuses_all": ("refuses everybody", "Ask those who run it; no address is blamed."),
        }[found.relay.kind]
        yield (
            f"The relay {what} since {on_clock(found.relay.since, zone)} ({found.relay.reply}); "
            f"what is due waits for it. {remedy}"
        )
    if found.doubtful_held:
        yield (
            f"{many(found.doubtful_held, 'mail')} in doubt and held back: ask the relay's log whether they went out. "
            "`feedsvc deliver --retry in_doubt` sends them again."
        )
    if found.failed_lately:
        yield (
            f"{many(found.failed_lately, 'mail')} failed within a day, and not for want of the address: the log says "
            "why (`delivery`). `feedsvc deliver --retry failed` sends them again."
        )
    if found.are_ours_many:
        yield (
            f"{found.ours_lately} answers within a day blame the sender (ours): refused as spam, by policy, for want "
            "of DKIM … Look at your reputation."
        )


def print_upcoming(upcoming: Sequence[tuple[Subscription, datetime | None]]) -> None:
    """Print when each subscription is due next."""
    table = new_table("next due", "subscription", "recipients", "about")
    for subscription, due in upcoming:
        selection = subscription.selection
        about = ", ".join([*sorted(selection.countries), *sorted(selection.topics)]) or "everything"
        when = on_clock(due, subscription.timezone) if due else "when there is news"
        table.add_row(when, subscription.id, str(len(subscription.recipients)), about)
    print_table(table, "There are no subscriptions.")
