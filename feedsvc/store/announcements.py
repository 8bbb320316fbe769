"""Feeds that a hub is yet to be told of (WebSub).

    changed ──► pending ──► claimed ──► told: gone
                   ▲            ├─────► put off: due later
                   └ again      └─────► given up: gone

They are written in the transaction that changes the feeds, so none is forgotten. A claim is a due time in a while:
whoever is killed in between leaves what it claimed to be due again then. What changed anew since it was claimed stays
pending, whatever becomes of the claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.model import Announcement
from feedsvc.store.schema import announcements, publications
from feedsvc.store.statements import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True)
class Announcements:
    """Announcements by the path of a feed's document."""

    connection: sa.Connection

    def add(self, paths: Iterable[str], publication: int, now: datetime) -> None:
        """Note that documents changed by a publication, to be announced from `now` on."""
        rows = [
            {"path": path, "publication": publication, "attempts": 0, "due_at": now} for path in sorted(paths)
        ]
        upsert(self.connection, announcements, rows)

    def claim(self, now: datetime, until: datetime, limit: int | None = None) -> list[Announcement]:
        """Take those that are due, the longest first; nobody else gets them before `until`."""
        due = (
            sa.select(announcements.c.path)
            .where(announcements.c.due_at <= now)
            .order_by(announcements.c.due_at, announcements.c.path)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = self.connection.execute(
            sa.update(announcements)
            .where(announcements.c.path.in_(due))
            .values(due_at=until)
            .returning(announcements.c.path, announcements.c.publication, announcements.c.attempts)
        ).all()
        moments = self._moments({row.publication for row in rows})
        return sorted(
            Announcement(row.path, row.publication, row.attempts, moments.get(row.publication, now))
            for row in rows
        )

    def is_due(self, now: datetime) -> bool:
        """Tell whether any may be claimed."""
        query = sa.select(announcements.c.path).where(announcements.c.due_at <= now).limit(1)
        return self.connection.execute(query).first() is not None

    def drop(self, given: Iterable[Announcement]) -> None:
        """Forget those that were told, or are given up, unless they changed anew since."""
        rows = [{"of_path": each.path, "as_of": each.publication} for each in sorted(given)]
        if rows:
            self.connection.execute(sa.delete(announcements).where(_SAME), rows)

    def put_off(self, given: Iterable[tuple[Announcement, datetime]]) -> None:
        """Let those that were tried so often be due again at a time, unless they changed anew since."""
        rows = [
            {"of_path": each.path, "as_of": each.publication, "tried": each.attempts, "next_at": due_at}
            for each, due_at in sorted(given)
        ]
        if rows:
            statement = sa.update(announcements).where(_SAME)
            values: dict[str, object] = {"attempts": sa.bindparam("tried"), "due_at": sa.bindparam("next_at")}
            self.connection.execute(statement.values(values), rows)

    def pending(self) -> int:
        """Count those that are yet to be told of."""
        return self.connection.scalar(sa.select(sa.func.count()).select_from(announcements)) or 0

    def clear(self) -> None:
        """Forget all: there is no hub any more."""
        self.connection.execute(sa.delete(announcements))

    def _moments(self, numbers: set[int]) -> dict[int, datetime]:
        query = sa.select(publications).where(publications.c.number.in_(numbers))
        return {row.number: row.at for row in self.connection.execute(query)}


_SAME = sa.and_(
    announcements.c.path == sa.bindparam("of_path"), announcements.c.publication == sa.bindparam("as_of")
)
