"""Subscriptions whose editions wait until a person lets them go."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa

from feedsvc.model import Hold
from feedsvc.store.schema import holds
from feedsvc.store.statements import insert_new


@dataclass(frozen=True)
class Holds:
    """Holds by subscription, which must have been taken up."""

    connection: sa.Connection

    def add(self, hold: Hold) -> bool:
        """Hold a subscription; False when it already was, and then the first reason stands."""
        return insert_new(self.connection, holds, asdict(hold))

    def remove(self, subscription: str) -> bool:
        """Let a subscription go; False when it was not held."""
        removed = self.connection.execute(sa.delete(holds).where(holds.c.subscription == subscription))
        return removed.rowcount > 0

    def all(self) -> list[Hold]:
        """Give every hold, the oldest first."""
        rows = self.connection.execute(sa.select(holds).order_by(holds.c.since, holds.c.subscription))
        return [
            Hold(subscription=row.subscription, since=row.since, reason=row.reason, entries=row.entries)
            for row in rows
        ]
