"""The memory of subscriptions, and their editions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.model import Edition
from feedsvc.store.schema import editions, subscriptions
from feedsvc.store.statements import insert_new

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class SubscriptionMemory:
    """Where a subscription stands: when it was first seen, after which entry, and its last edition."""

    taken_up_at: datetime
    taken_up_seq: int
    last: Edition | None


@dataclass(frozen=True)
class Editions:
    """Editions by subscription and due time."""

    connection: sa.Connection

    def take_up(self, names: Iterable[str], seq: int, now: datetime) -> list[str]:
        """Remember subscriptions that were never seen before, from `seq` on; gives their names."""
        known = set(self.connection.scalars(sa.select(subscriptions.c.subscription)))
        return [
            name
            for name in names
            if name not in known
            and insert_new(
                self.connection,
                subscriptions,
                {"subscription": name, "taken_up_at": now, "taken_up_seq": seq},
            )
        ]

    def memories(self) -> dict[str, SubscriptionMemory]:
        """Give where every subscription ever seen stands."""
        latest = (
            sa.select(editions.c.subscription, sa.func.max(editions.c.due_at).label("due_at"))
            .group_by(editions.c.subscription)
            .subquery()
        )
        query = sa.select(editions).join(
            latest,
            sa.and_(editions.c.subscription == latest.c.subscription, editions.c.due_at == latest.c.due_at),
        )
        last = {row.subscription: _edition(row) for row in self.connection.execute(query)}
        return {
            row.subscription: SubscriptionMemory(
                row.taken_up_at, row.taken_up_seq, last.get(row.subscription)
            )
            for row in self.connection.execute(sa.select(subscriptions))
        }

    def add(self, edition: Edition) -> None:
        """Write an edition; its (subscription, due time) must be new."""
        self.connection.execute(
            sa.insert(editions).values(
                subscription=edition.subscription,
                due_at=edition.due_at,
                from_seq=edition.from_seq,
                to_seq=edition.to_seq,
                since=edition.since,
                planned_at=edition.planned_at,
                entries=edition.entries,
            )
        )

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
    )
