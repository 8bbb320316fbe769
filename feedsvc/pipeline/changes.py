"""What one step does to an entry, and what readers see of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from feedsvc.bulletins import link_key, text_key, title_key
from feedsvc.store import EntryKeys
from feedsvc.words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from feedsvc.model import Entry, Medium
    from feedsvc.store import Transaction


@dataclass(frozen=True, slots=True)
class Change:
    """An entry before (None: it is new) and after, and the pictures that it shows."""

    before: Entry | None
    after: Entry
    media: tuple[Medium, ...] = ()

    @property
    def shows(self) -> bool:
        """Whether a reader sees any of it."""
        return self.before is None or seen(self.before) != seen(self.after)


def seen(entry: Entry) -> tuple[object, ...]:
    """Give what readers see of an entry."""
    return (
        entry.title,
        entry.body,
        entry.summary,
        entry.link,
        entry.language,
        entry.categories,
        entry.withdrawn_at is None,
    )


def selected_by(entry: Entry) -> tuple[object, ...]:
    """Give what decides which selections an entry is in."""
    labels = entry.labels
    terms = ({label.term for label in facet} for facet in (labels.countries, labels.topics))
    return (*terms, entry.language, entry.withdrawn_at is None)


class Stamp(NamedTuple):
    """What a change gives an entry: its `updated_at`, and the number of the publication that shows it."""

    updated_at: datetime
    publication: int


def stamped(before: Entry, after: Entry, stamps: Iterator[Stamp]) -> Entry:
    """Stamp an entry if a reader sees what changed."""
    if seen(before) == seen(after):
        return after
    stamp = next(stamps)
    if selected_by(before) != selected_by(after):
        after = replace(after, relabelled=stamp.publication)
    return replace(after, **stamp._asdict())


def stamps(tx: Transaction, number: int, now: datetime) -> Iterator[Stamp]:
    """Give stamps for the changes of a transaction: distinct and rising, `number` of them up to now.

    They end at `now` rather than start there, so that a first pass over an archive doesn't reach into the future. They
    are a second apart where there is room for it, for many programs look at no less; else a millisecond.
    """
    second, tick = timedelta(seconds=1), timedelta(milliseconds=1)
    last = tx.entries.last_updated()
    moment = now.replace(microsecond=0) - number * second
    if last is not None:
        moment = max(moment, last)
    publication = tx.publications.next_number()
    while True:
        moment += second if moment + second <= now else tick
        yield Stamp(moment, publication)


def put(tx: Transaction, changes: Iterable[Change], words: Callable[[str], str] = words_of) -> None:
    """Write the entries that changed, with what they are known again by; `words` as for `text_key`."""
    tx.entries.put(
        EntryKeys(
            change.after,
            title_key(change.after.title),
            text_key(change.after.text, words),
            link_key(change.after.link or ""),
        )
        for change in changes
        if change.before != change.after
    )
