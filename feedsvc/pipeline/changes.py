"""What one step does to an entry, and what readers see of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from feedsvc.bulletins import link_key, text_key, title_key
from feedsvc.store import EntryKeys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

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


def stamped(before: Entry, after: Entry, stamps: Iterator[datetime]) -> Entry:
    """Give an entry its next `updated_at` if a reader sees what changed."""
    return replace(after, updated_at=next(stamps)) if seen(before) != seen(after) else after


def stamps(last: datetime | None, number: int, now: datetime) -> Iterator[datetime]:
    """Give moments for `updated_at`: distinct and rising by whole seconds, `number` of them up to now.

    They end at `now` rather than start there, so that a first pass over an archive doesn't reach into the future.
    What follows on a busy minute does, by as many seconds as there were changes.
    """
    second = timedelta(seconds=1)
    start = now.replace(microsecond=0) - number * second
    if last is not None:
        start = max(start, last)
    return (start + step * second for step in count(1))


def put(tx: Transaction, changes: Iterable[Change]) -> None:
    """Write the entries that changed, with what they are known again by."""
    tx.entries.put(
        EntryKeys(
            change.after,
            title_key(change.after.title),
            text_key(change.after.text),
            link_key(change.after.link or ""),
        )
        for change in changes
        if change.before != change.after
    )
