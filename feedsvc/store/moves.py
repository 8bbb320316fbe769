"""Who is on which list, and who was moved from one to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.model import Move, Stand
from feedsvc.store.schema import members, moves
from feedsvc.store.statements import insert_many, upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


@dataclass(frozen=True)
class Moves:
    """Members by subscription, all of one in one piece; moves by subscription and mark."""

    connection: sa.Connection

    def members(self) -> dict[str, bytes]:
        """Give who is on the list of each subscription and was not moved there since its last edition."""
        return {row.subscription: row.marks for row in self.connection.execute(sa.select(members))}

    def all(self) -> frozenset[Move]:
        """Give those who were moved, and are yet to have an edition."""
        rows = self.connection.execute(sa.select(moves))
        return frozenset(
            Move(row.subscription, row.mark, Stand(row.seq, row.publication), row.since) for row in rows
        )

    def waiting(self, subscription: str) -> dict[bytes, Stand]:
        """Give who was moved to the list of a subscription since its last edition, and where each stands."""
        rows = self.connection.execute(sa.select(moves).where(moves.c.subscription == subscription))
        return {row.mark: Stand(row.seq, row.publication) for row in rows}

    def remember(self, changed: Mapping[str, bytes], gone: Collection[str]) -> None:
        """Note who is on some lists, and that some lists are no more."""
        rows = [{"subscription": name, "marks": marks} for name, marks in changed.items()]
        upsert(self.connection, members, rows)
        for name in gone:
            self.connection.execute(sa.delete(members).where(members.c.subscription == name))

    def put(self, new: Iterable[Move], past: Iterable[Move]) -> None:
        """Write moves, and forget others."""
        old = [{"name": move.subscription, "who": move.mark} for move in past]
        if old:
            these = sa.and_(moves.c.subscription == sa.bindparam("name"), moves.c.mark == sa.bindparam("who"))
            self.connection.execute(sa.delete(moves).where(these), old)
        rows = [
            {
                "subscription": move.subscription,
                "mark": move.mark,
                "seq": move.stand.seq,
                "publication": move.stand.publication,
                "since": move.since,
            }
            for move in new
        ]
        insert_many(self.connection, moves, rows)
