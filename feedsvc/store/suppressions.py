"""The do-not-write list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.model import Suppression, SuppressionReason, mailbox
from feedsvc.store.schema import suppressions
from feedsvc.store.statements import insert_new

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Suppressions:
    """Addresses that must not be written to; each is kept by its mailbox, whatever its case."""

    connection: sa.Connection

    def add(self, suppression: Suppression) -> bool:
        """Suppress an address; False when it already was, and then the first reason stands."""
        row = {
            "mailbox": mailbox(suppression.address),
            "reason": suppression.reason.value,
            "since": suppression.since,
            "note": suppression.note,
        }
        return insert_new(self.connection, suppressions, row)

    def remove(self, address: str) -> bool:
        """Let an address be written to again; False when it was not suppressed."""
        removed = self.connection.execute(
            sa.delete(suppressions).where(suppressions.c.mailbox == mailbox(address))
        )
        return removed.rowcount > 0

    def find(self, addresses: Iterable[str]) -> dict[str, Suppression]:
        """Give those of the addresses that are suppressed, by mailbox."""
        wanted = sorted({mailbox(address) for address in addresses})
        rows = self.connection.execute(sa.select(suppressions).where(suppressions.c.mailbox.in_(wanted)))
        return {row.mailbox: _suppression(row) for row in rows}

    def all(self) -> list[Suppression]:
        """Give the whole list, newest first."""
        rows = self.connection.execute(
            sa.select(suppressions).order_by(suppressions.c.since.desc(), suppressions.c.mailbox)
        )
        return [_suppression(row) for row in rows]


def _suppression(row: sa.Row[tuple[object, ...]]) -> Suppression:
    return Suppression(
        address=row.mailbox, reason=SuppressionReason(row.reason), since=row.since, note=row.note
    )
