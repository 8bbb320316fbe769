"""Facts about the store as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from feedsvc.store.schema import facts
from feedsvc.store.statements import upsert


@dataclass(frozen=True)
class Facts:
    """Named values, such as what the documents were last made with."""

    connection: sa.Connection

    def get(self, name: str) -> str | None:
        """Give a fact, or None."""
        value: str | None = self.connection.scalar(sa.select(facts.c.value).where(facts.c.name == name))
        return value

    def put(self, name: str, value: str) -> None:
        """Set a fact."""
        upsert(self.connection, facts, [{"name": name, "value": value}])

    def drop(self, name: str) -> None:
        """Forget a fact."""
        self.connection.execute(sa.delete(facts).where(facts.c.name == name))
