"""The memory of subscriptions, and their editions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.model import Edition, Stand, Timing
from feedsvc.store.schema import edition_entries, editions, subscriptions
from feedsvc.store.statements import insert_many, upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class SubscriptionMemory:
    """Where a subscription stands: after which entry and publication it was taken up, and its last edition.

    What was in its editions was written down from `unrecorded_seq` on.
    """

    taken_up_at: datetime
    taken_up_seq: int
    taken_up_publication: int
    timing: Timing
    last: Edition | None = None
    unrecorded_seq: int = 0

    @property
    def stand(self) -> Stand:
        """How far those were served who are on its list all the time."""
        if self.last:
            return Stand(self.last.to_seq, self.last.publication)
        return Stand(self.taken_up_seq, self.taken_up_publication)


@dataclass(frozen=True)
class Editions:
    """Editions by subscription and due time."""

    connection: sa.Connection

    def remember(self, memories: Mapping[str, SubscriptionMemory]) -> None:
        """Write where some subscriptions stand; what is known of each gives way, and its editions stay as they are."""
        rows = [
            {
                "subscription": name,
                "taken_up_at": memory.taken_up_at,
                "taken_up_seq": memory.taken_up_seq,
                "taken_up_publication": memory.taken_up_publication,
                "unrecorded_seq": memory.unrecorded_seq,
                "schedule": memory.timing.schedule,
                "timezone": memory.timing.timezone,
                "counts_from": memory.timing.counts_from,
                "overdue": memory.timing.overdue,
            }
            for name, memory in memories.items()
        ]
        upsert(self.connection, subscriptions, rows)

    def memories(self) -> dict[str, SubscriptionMemory]:
        """Give where every subscription ever seen stands."""
        # One look into the index for each subscription, however many editions it has had.
        theirs = editions.alias()
        newest = (
            sa.select(sa.func.max(theirs.c.due_at))
            .where(theirs.c.subscription == subscriptions.c.subscription)
            .scalar_subquery()
        )
        query = sa.select(editions).join(
            subscriptions,
            sa.and_(editions.c.subscription == subscriptions.c.subscription, editions.c.due_at == newest),
        )
        last = {row.subscription: _edition(row) for row in self.connection.execute(query)}
        return {
            row.subscription: SubscriptionMemory(
                row.taken_up_at,
                row.taken_up_seq,
                row.taken_up_publication,
                Timing(row.schedule, row.timezone, row.counts_from or row.taken_up_at, row.overdue),
                last.get(row.subscription),
                row.unrecorded_seq,
            )
            for row in self.connection.execute(sa.select(subscriptions))
        }

    def add(self, edition: Edition, seqs: Iterable[int] = ()) -> None:
        """Write an edition with the entries in it.

        Its (subscription, due time) must be new, and so must each entry be to the subscription.
        """
        self.connection.execute(
            sa.insert(editions).values(
                subscription=edition.subscription,
                due_at=edition.due_at,
                from_seq=edition.from_seq,
                to_seq=edition.to_seq,
                since=edition.since,
                planned_at=edition.planned_at,
                entries=edition.entries,
                publication=edition.publication,
                dropped=edition.dropped,
            )
        )
        rows = [{"subscription": edition.subscription, "seq": seq, "due_at": edition.due_at} for seq in seqs]
        insert_many(self.connection, edition_entries, rows)

    def sizes(self, subscription: str, limit: int) -> list[int]:
        """Give how many entries the last editions of a subscription had, of those that were sent."""
        query = (
            sa.select(editions.c.entries)
            .where(
                editions.c.subscription == subscription,
                editions.c.entries > 0,
                editions.c.dropped.is_(False),
            )
            .order_by(editions.c.due_at.desc())
            .limit(limit)
        )
        return list(self.connection.scalars(query))

    def dropped(self, subscription: str, after: int) -> set[int]:
        """Give the entries with `seq > after` that were in an edition that went to nobody."""
        these = sa.and_(
            editions.c.subscription == edition_entries.c.subscription,
            editions.c.due_at == edition_entries.c.due_at,
        )
        query = (
            sa.select(edition_entries.c.seq)
            .join(editions, these)
            .where(
                edition_entries.c.subscription == subscription,
                edition_entries.c.seq > after,
                editions.c.dropped.is_(True),
            )
        )
        return set(self.connection.scalars(query))

    def count(self) -> int:
        """Count all editions, those with nothing new in them too."""
        return self.connection.scalar(sa.select(sa.func.count()).select_from(editions)) or 0

    def newest(self, limit: int) -> list[Edition]:
        """Give the editions that were due last, the newest first."""
        query = sa.select(editions).order_by(editions.c.due_at.desc(), editions.c.subscription).limit(limit)
        return [_edition(row) for row in self.connection.execute(query)]


def _edition(row: sa.Row[tuple[object, ...]]) -> Edition:
    return Edition(
        subscription=row.subscription,
        due_at=row.due_at,
        from_seq=row.from_seq,
        to_seq=row.to_seq,
        since=row.since,
        planned_at=row.planned_at,
        entries=row.entries,
        publication=row.publication,
        dropped=row.dropped,
    )
