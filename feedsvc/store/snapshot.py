"""One state of the store that is read through and through, as when the whole site is made from it.

Entries come without the evidence for their labels: no document shows it, and reading it takes as long as all the rest.
What was read once is kept and not asked for again: an entry stands on its page and in some twenty-five documents of
feeds, and every document of a feed shows the same entries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.model import Label
from feedsvc.store.entries import Entries
from feedsvc.store.feeds import Feeds
from feedsvc.store.schema import entries, feed_entries, labels
from feedsvc.store.statements import in_parts
from feedsvc.store.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from feedsvc.model import Entry, Feed
    from feedsvc.store.feeds import FeedMemory

# How many entries are kept. At 300 words each takes some 8 kB.
KEPT = 15_000


class Snapshot(Transaction):
    """A transaction that only reads, and gives what documents are made from. Not for threads to share."""

    @cached_property
    def entries(self) -> KeptEntries:
        """Entries with their labels."""
        return KeptEntries(self.connection)

    @cached_property
    def feeds(self) -> KeptFeeds:
        """Feeds, and the entries in them."""
        return KeptFeeds(self.connection)


@dataclass(frozen=True)
class KeptEntries(Entries):
    """Entries, each read once."""

    _by_number: dict[int, Entry] = field(default_factory=dict)
    _by_path: dict[str, Entry] = field(default_factory=dict)

    def read(self, paths: Sequence[str]) -> None:
        """Read the entries whose pages have these addresses at once, for those who ask for each."""
        self._make_room(len(paths))
        for part in in_parts([path for path in paths if path not in self._by_path]):
            self._keep(entries.c.path.in_(part))

    def at(self, path: str) -> Entry | None:
        """Give the entry whose page has an address, withdrawn or not."""
        if path not in self._by_path:
            self.read([path])
        return self._by_path.get(path)

    def in_feed(self, number: int, after: int, to: int | None = None) -> list[Entry]:
        """Give the entries that a feed shows at positions `after < position <= to`, those that came last first."""
        seqs = self._shown(number, after, to)
        self._make_room(len(seqs))
        for part in in_parts([seq for seq in seqs if seq not in self._by_number]):
            self._keep(entries.c.seq.in_(part))
        return [self._by_number[seq] for seq in seqs]

    def withdrawn_from_feed(self, number: int, limit: int) -> list[Entry]:
        """Give the entries that a feed showed and that were withdrawn, the latest first."""
        return self._withdrawn(number, limit)

    @cached_property
    def _withdrawn(self) -> Callable[[int, int], list[Entry]]:
        return lru_cache(maxsize=64)(super().withdrawn_from_feed)

    def _labels(self, seqs: Sequence[int]) -> Iterator[tuple[int, str, Label]]:
        query = (
            sa.select(labels.c.seq, labels.c.kind, labels.c.term, labels.c.score)
            .where(labels.c.seq.in_(seqs))
            .order_by(labels.c.seq, labels.c.term)
        )
        for seq, kind, term, score in self.connection.execute(query):
            yield seq, kind, Label(term, score)

    def _make_room(self, wanted: int) -> None:
        if len(self._by_number) + wanted > KEPT:
            self._by_number.clear()
            self._by_path.clear()

    def _keep(self, condition: sa.ColumnElement[bool]) -> None:
        for entry in self._entries(self.connection.execute(sa.select(entries).where(condition)).all()):
            self._by_number[entry.seq] = self._by_path[entry.path] = entry

    @cached_property
    def _shown(self) -> Callable[[int, int, int | None], Sequence[int]]:
        @lru_cache(maxsize=64)
        def shown(number: int, after: int, to: int | None) -> Sequence[int]:
            conditions = [
                feed_entries.c.feed == number,
                feed_entries.c.position > after,
                feed_entries.c.shown,
            ]
            if to is not None:
                conditions.append(feed_entries.c.position <= to)
            query = sa.select(feed_entries.c.seq).where(*conditions).order_by(feed_entries.c.position.desc())
            return self.connection.scalars(query).all()

        return shown


@dataclass(frozen=True)
class KeptFeeds(Feeds):
    """Feeds, all read at once."""

    @cached_property
    def _kept(self) -> dict[Feed, FeedMemory]:
        return super().all()

    def all(self) -> dict[Feed, FeedMemory]:
        """Give every feed that was ever published, those that are empty too."""
        return self._kept

    def get(self, feed: Feed) -> FeedMemory | None:
        """Give what is remembered of a feed."""
        return self._kept.get(feed)

    def inside(self, feed: Feed) -> dict[Feed, FeedMemory]:
        """Give the feeds of the same language that show all or a part of what a feed shows, itself too."""
        whole = not (feed.country or feed.topic)
        return {
            other: memory
            for other, memory in self._kept.items()
            if other.language == feed.language
            and feed.country in ("", other.country)
            and feed.topic in ("", other.topic)
            and not (whole and other.country and other.topic)
        }
