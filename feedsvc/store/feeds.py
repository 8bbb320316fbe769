"""Feeds that were ever published, and the entries in each, in the order in which they came into it.

What a feed shows is kept, not looked for: finding the newest entries of a country and a topic would cost what is
stored; this costs what changes. And the order is the feed's own: an entry whose corrected labels bring it into a feed
is new there, however long ago it arrived.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from feedsvc.model import Feed
from feedsvc.store.schema import entries, feed_entries, feed_months, feeds
from feedsvc.store.statements import add_up, in_parts, insert_many

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date, datetime


# How many entries an archive of a feed holds. It never changes, or archives would be cut anew.
ARCHIVE_SIZE = 50
# How many entries a feed shows outside of archives at most, about, however many come at once.
MOST_CURRENT = 500


@dataclass(slots=True)
class FeedMemory:
    """What is remembered of a feed.

    `number` names it in the store, `name` is the part of its id that it began with. `entries` is how many it shows,
    `positions` how many were ever given, `archives` how many of its archives are full. `updated_at` is the latest
    `updated` of an entry that it ever showed (None: it never had any). `created`, `publication` and `rearranged` are
    the publications that brought it, last changed it, and last took an entry out of an archive.
    """

    number: int
    feed: Feed
    name: str
    created: int
    publication: int
    entries: int = 0
    positions: int = 0
    archives: int = 0
    rearranged: int = 0
    updated_at: datetime | None = None

    @property
    def archived(self) -> int:
        """The last position that is in a full archive."""
        return self.archives * ARCHIVE_SIZE


@dataclass(frozen=True, slots=True)
class Keeping:
    """What stays out of archives: the newest `size` entries of a feed, and those that came after a publication.

    Of a feed that came with its entries at once, nobody has missed any yet.
    """

    size: int
    since: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """The feeds that an entry came into, left, or stayed in while it changed. `is_new`: it was never in any."""

    seq: int
    month: date
    updated_at: datetime
    joined: AbstractSet[Feed] = frozenset()
    left: AbstractSet[Feed] = frozenset()
    stayed: AbstractSet[Feed] = frozenset()
    is_new: bool = False


@dataclass
class _Work:
    """The rows that moves come to."""

    publication: int
    joined: list[dict[str, object]] = field(default_factory=list)
    placed: list[dict[str, object]] = field(default_factory=list)
    months: Counter[tuple[int, date]] = field(default_factory=Counter)


@dataclass(frozen=True)
class Feeds:
    """Feeds by country, topic and language."""

    connection: sa.Connection

    def all(self) -> dict[Feed, FeedMemory]:
        """Give every feed that was ever published, those that are empty too."""
        return self._memories(sa.true())

    def get(self, feed: Feed) -> FeedMemory | None:
        """Give what is remembered of a feed."""
        return self._memories(
            feeds.c.country == feed.country, feeds.c.topic == feed.topic, feeds.c.language == feed.language
        ).get(feed)

    def first_called(self, name: str) -> FeedMemory | None:
        """Give what is remembered of the feed that came with a name, whatever its topic is called now."""
        return next(iter(self._memories(feeds.c.name == name).values()), None)

    def inside(self, feed: Feed) -> dict[Feed, FeedMemory]:
        """Give the feeds of the same language that show all or a part of what a feed shows, itself too.

        Of the feed of all entries, those of one country or one topic.
        """
        conditions = [feeds.c.language == feed.language]
        if feed.country:
            conditions.append(feeds.c.country == feed.country)
        if feed.topic:
            conditions.append(feeds.c.topic == feed.topic)
        if not (feed.country or feed.topic):
            conditions.append(sa.or_(feeds.c.country == "", feeds.c.topic == ""))
        return self._memories(*conditions)

    def changed(self, after: int) -> dict[Feed, FeedMemory]:
        """Give the feeds that changed after a publication."""
        return self._memories(feeds.c.publication > after)

    def changed_positions(self, after: int) -> dict[int, set[int]]:
        """Give the positions, by the numbers of feeds, of entries that changed after a publication, shown or not."""
        found: dict[int, set[int]] = {}
        query = (
            sa.select(feed_entries.c.feed, feed_entries.c.position)
            .join(entries, entries.c.seq == feed_entries.c.seq)
            .where(entries.c.publication > after)
        )
        for number, position in self.connection.execute(query):
            found.setdefault(number, set()).add(position)
        return found

    def ensure(self, wanted: Iterable[Feed], publication: int) -> dict[Feed, FeedMemory]:
        """Give what is remembered of feeds, and bring those that are new."""
        wanted = set(wanted)
        known = {feed: memory for feed, memory in self.all().items() if feed in wanted}
        fresh = sorted(wanted - known.keys())
        if fresh:
            names = set(self.connection.scalars(sa.select(feeds.c.name)))
            last = self.connection.scalar(sa.select(sa.func.max(feeds.c.feed))) or 0
            made = [
                FeedMemory(number, feed, _unused(feed.name, names), publication, publication)
                for number, feed in enumerate(fresh, last + 1)
            ]
            insert_many(self.connection, feeds, [_row(memory) for memory in made])
            known.update({memory.feed: memory for memory in made})
        return known

    def move(self, moves: Sequence[Moved], publication: int, keeping: Keeping) -> int:
        """Let entries join and leave feeds, in the order given; tells how many feeds that changes.

        What changed or came back while it was in an archive goes to the end: readers look at the current document.
        """
        memories = self.ensure(
            {feed for each in moves for feed in (*each.joined, *each.left, *each.stayed)}, publication
        )
        there = self._positions([each.seq for each in moves if not each.is_new])
        work = _Work(publication)
        for each in moves:
            for feed in (*each.joined, *each.left, *each.stayed):
                memory = memories[feed]
                memory.updated_at = max(memory.updated_at or each.updated_at, each.updated_at)
                memory.publication = publication
            for feed in sorted(each.joined):
                _join(memories[feed], each, there, work)
            for feed in each.left:
                _leave(memories[feed], each, there, work)
            for feed in sorted(each.stayed):
                position = there.get((each.seq, memories[feed].number), 0)
                if position <= memories[feed].archived:
                    _place(memories[feed], each.seq, None, work, shown=True)
        self._write(work, ())
        for memory in memories.values():
            memory.archives = self._full(memory, keeping)
        self._write(_Work(publication), memories.values())
        return len(memories)

    def _full(self, memory: FeedMemory, keeping: Keeping) -> int:
        """Tell how many archives of a feed are full by now; once one is, it stays."""
        possible = (memory.positions - keeping.size) // ARCHIVE_SIZE
        if memory.created == memory.publication:
            return max(possible, memory.archives)
        full = max(memory.archives, min(possible, (memory.positions - MOST_CURRENT) // ARCHIVE_SIZE))
        while full < possible and self._came(memory, (full + 1) * ARCHIVE_SIZE) <= keeping.since:
            full += 1
        return full

    def _came(self, memory: FeedMemory, position: int) -> int:
        """Give the publication that brought the entry at a position, or the last before it; 0 when there is none."""
        query = (
            sa.select(feed_entries.c.publication)
            .where(feed_entries.c.feed == memory.number, feed_entries.c.position <= position)
            .order_by(feed_entries.c.position.desc())
            .limit(1)
        )
        return self.connection.scalar(query) or 0

    def touch(self, names: Iterable[Feed], publication: int) -> None:
        """Note that feeds changed in something that is not an entry joining or leaving."""
        memories = self.ensure(names, publication)
        for memory in memories.values():
            memory.publication = publication
        self._write(_Work(publication), memories.values())

    def members(self) -> dict[int, set[Feed]]:
        """Give the feeds that show each entry, by its seq. Costs what is stored."""
        by_number = {memory.number: feed for feed, memory in self.all().items()}
        found: dict[int, set[Feed]] = {}
        query = sa.select(feed_entries.c.seq, feed_entries.c.feed).where(feed_entries.c.shown)
        for seq, number in self.connection.execute(query):
            found.setdefault(seq, set()).add(by_number[number])
        return found

    def recount(self, publication: int) -> int:
        """Count the entries of every feed by month anew; tells how many feeds were wrong. Costs what is stored."""
        counted = self._counted_months()
        by_number = {memory.number: memory for memory in self.all().values()}
        totals: Counter[int] = Counter()
        for (number, _month), entries_of_month in counted.items():
            totals[number] += entries_of_month
        wrong = {number for number, memory in by_number.items() if memory.entries != totals[number]}
        wrong.update(number for (number, _month), _ in counted.items() ^ self._kept_months().items())
        for number in wrong:
            by_number[number].entries = totals[number]
            by_number[number].publication = publication
        for part in in_parts(sorted(wrong)):
            self.connection.execute(sa.delete(feed_months).where(feed_months.c.feed.in_(part)))
        months = Counter({key: number for key, number in counted.items() if key[0] in wrong})
        self._write(_Work(publication, months=months), [by_number[number] for number in wrong])
        return len(wrong)

    def months(self, memory: FeedMemory) -> dict[date, int]:
        """Count the entries of a feed by month, the first days of the months in order."""
        query = (
            sa.select(feed_months.c.month, feed_months.c.entries)
            .where(feed_months.c.feed == memory.number, feed_months.c.entries > 0)
            .order_by(feed_months.c.month)
        )
        return {row.month: row.entries for row in self.connection.execute(query)}

    def activity(self) -> dict[str, dict[date, int]]:
        """Count the entries of every country by month."""
        query = (
            sa.select(feeds.c.country, feed_months.c.month, feed_months.c.entries)
            .join(feeds, feeds.c.feed == feed_months.c.feed)
            .where(
                feeds.c.country != "", feeds.c.topic == "", feeds.c.language == "", feed_months.c.entries > 0
            )
            .order_by(feeds.c.country, feed_months.c.month)
        )
        found: dict[str, dict[date, int]] = {}
        for row in self.connection.execute(query):
            found.setdefault(row.country, {})[row.month] = row.entries
        return found

    def rename_topic(self, old: str, new: str, publication: int) -> None:
        """Let the feeds of a topic go by a new term, with the ids that they have."""
        self.connection.execute(
            sa.update(feeds).where(feeds.c.topic == old).values(topic=new, publication=publication)
        )

    def _memories(self, *conditions: sa.ColumnElement[bool]) -> dict[Feed, FeedMemory]:
        rows = self.connection.execute(sa.select(feeds).where(*conditions))
        memories = (
            FeedMemory(
                row.feed,
                Feed(row.country, row.topic, row.language),
                row.name,
                row.created,
                row.publication,
                row.entries,
                row.positions,
                row.archives,
                row.rearranged,
                row.updated_at,
            )
            for row in rows
        )
        return {memory.feed: memory for memory in memories}

    def _counted_months(self) -> Counter[tuple[int, date]]:
        counted: Counter[tuple[int, date]] = Counter()
        days = (
            sa.select(feed_entries.c.feed, entries.c.published, sa.func.count().label("entries"))
            .join(entries, entries.c.seq == feed_entries.c.seq)
            .where(feed_entries.c.shown)
            .group_by(feed_entries.c.feed, entries.c.published)
        )
        for row in self.connection.execute(days):
            counted[row.feed, row.published.replace(day=1)] += row.entries
        return counted

    def _kept_months(self) -> dict[tuple[int, date], int]:
        query = sa.select(feed_months).where(feed_months.c.entries != 0)
        return {(row.feed, row.month): row.entries for row in self.connection.execute(query)}

    def _positions(self, seqs: Sequence[int]) -> dict[tuple[int, int], int]:
        """Give the positions of entries, shown or not, by seq and number of the feed."""
        found: dict[tuple[int, int], int] = {}
        for part in in_parts(seqs):
            query = sa.select(feed_entries.c.seq, feed_entries.c.feed, feed_entries.c.position).where(
                feed_entries.c.seq.in_(part)
            )
            found.update({(row.seq, row.feed): row.position for row in self.connection.execute(query)})
        return found

    def _write(self, work: _Work, memories: Iterable[FeedMemory]) -> None:
        rows = [
            {"in_feed": memory.number} | {name: getattr(memory, name) for name in _COUNTED}
            for memory in memories
        ]
        if rows:
            self.connection.execute(
                sa.update(feeds)
                .where(feeds.c.feed == sa.bindparam("in_feed"))
                .values({name: sa.bindparam(name) for name in _COUNTED}),
                rows,
            )
        insert_many(self.connection, feed_entries, work.joined)
        if work.placed:
            values: dict[str, Any] = {
                name: sa.bindparam(f"new_{name}") for name in ("position", "shown", "publication")
            }
            self.connection.execute(
                sa.update(feed_entries)
                .where(
                    feed_entries.c.seq == sa.bindparam("of_seq"),
                    feed_entries.c.feed == sa.bindparam("in_feed"),
                )
                .values(values),
                work.placed,
            )
        months = [
            {"feed": number, "month": month, "entries": by}
            for (number, month), by in work.months.items()
            if by
        ]
        add_up(self.connection, feed_months, months, "entries")


# What moves change of a feed.
_COUNTED = ("entries", "positions", "archives", "rearranged", "updated_at", "publication")


def _row(memory: FeedMemory) -> Mapping[str, object]:
    feed = memory.feed
    return {
        "feed": memory.number,
        "country": feed.country,
        "topic": feed.topic,
        "language": feed.language,
        "name": memory.name,
        "created": memory.created,
        **{name: getattr(memory, name) for name in _COUNTED},
    }


def _unused(name: str, taken: set[str]) -> str:
    """Give a name that no feed has: a topic may come to be called what another was once called."""
    names = (name if number == 1 else f"{name}~{number}" for number in count(1))
    unused = next(each for each in names if each not in taken)
    taken.add(unused)
    return unused


def _join(memory: FeedMemory, moved: Moved, there: Mapping[tuple[int, int], int], work: _Work) -> None:
    memory.entries += 1
    work.months[memory.number, moved.month] += 1
    position = there.get((moved.seq, memory.number))
    if position is None:
        memory.positions += 1
        work.joined.append(
            {
                "feed": memory.number,
                "position": memory.positions,
                "seq": moved.seq,
                "shown": True,
                "publication": work.publication,
            }
        )
    else:  # it comes back, to its place if that is in no archive
        _place(memory, moved.seq, position if position > memory.archived else None, work, shown=True)


def _leave(memory: FeedMemory, moved: Moved, there: Mapping[tuple[int, int], int], work: _Work) -> None:
    memory.entries -= 1
    work.months[memory.number, moved.month] -= 1
    _place(memory, moved.seq, there[moved.seq, memory.number], work, shown=False)


def _place(memory: FeedMemory, seq: int, position: int | None, work: _Work, *, shown: bool) -> None:
    """Put an entry that has a place in a feed at a position, or, out of its archive, at the end."""
    if position is None:
        memory.positions += 1
        memory.rearranged = work.publication
        position = memory.positions
    work.placed.append(
        {
            "of_seq": seq,
            "in_feed": memory.number,
            "new_position": position,
            "new_shown": shown,
            "new_publication": work.publication,
        }
    )
