"""What is remembered of every feed that ever had an entry: how many it has, and when that last changed.

Counting them anew would cost what is stored; this costs what changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.model import Feed
from feedsvc.store.schema import feeds
from feedsvc.store.statements import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class FeedMemory:
    """How many entries a feed has, and the latest `updated` it ever showed, which never goes back."""

    entries: int
    updated_at: datetime


@dataclass(frozen=True)
class Feeds:
    """Feeds by country and topic."""

    connection: sa.Connection

    def all(self) -> dict[Feed, FeedMemory]:
        """Give every feed that ever had an entry, those that are empty now too."""
        rows = self.connection.execute(sa.select(feeds))
        return {Feed(row.country, row.topic): FeedMemory(row.entries, row.updated_at) for row in rows}

    def change(self, changes: Mapping[Feed, FeedMemory]) -> None:
        """Add to the entries of feeds (or take away), and let their `updated_at` rise to a moment."""
        known = self.all() if changes else {}
        self.put(
            (feed, FeedMemory(known[feed].entries + by.entries, max(known[feed].updated_at, by.updated_at)))
            if feed in known
            else (feed, by)
            for feed, by in changes.items()
        )

    def put(self, memories: Iterable[tuple[Feed, FeedMemory]]) -> None:
        """Write what is known of feeds."""
        rows = [
            {
                "country": feed.country,
                "topic": feed.topic,
                "entries": memory.entries,
                "updated_at": memory.updated_at,
            }
            for feed, memory in memories
        ]
        upsert(self.connection, feeds, rows)
