"""The do-not-write list."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.model import Suppression, SuppressionReason, mailbox
from feedsvc.store.schema import suppressions
from feedsvc.store.statements import in_parts, insert_new

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True)
class Suppressions:
    """Addresses that must not be written to; each is kept by its mailbox, whatever its case.

    Of one that was erased, what stands in for it is kept in its place, and taken wherever an address is.
    """

    connection: sa.Connection

    def add(self, suppression: Suppression) -> bool:
        """Suppress an address; False when it already was, and then the first reason stands.

        But what a person wants outranks a bounce: it must outlast the mending of their mailbox.
        """
        row = {
            "mailbox": mailbox(suppression.address),
            "reason": suppression.reason.value,
            "since": suppression.since,
            "note": suppression.note,
        }
        if insert_new(self.connection, suppressions, row):
            return True
        if suppression.reason is not SuppressionReason.BOUNCED:
            bounced = suppressions.c.reason == SuppressionReason.BOUNCED.value
            at = suppressions.c.mailbox == row["mailbox"]
            self.connection.execute(sa.update(suppressions).where(at, bounced).values(row))
        return False

    def remove(self, address: str) -> bool:
        """Let an address be written to again; False when it was not suppressed."""
        removed = self.connection.execute(
            sa.delete(suppressions).where(suppressions.c.mailbox == mailbox(address))
        )
        return removed.rowcount > 0

    def find(self, addresses: Iterable[str]) -> dict[str, Suppression]:
        """Give those of the addresses that are suppressed, by mailbox."""
        wanted = sorted({mailbox(address) for address in addresses})
        found: dict[str, Suppression] = {}
        for part in in_parts(wanted):
            rows = self.connection.execute(sa.select(suppressions).where(suppressions.c.mailbox.in_(part)))
            found.update((row.mailbox, _suppression(row)) for row in rows)
        return found

    def erase(self, address: str, stand_in: str, now: datetime) -> None:
        """Keep an address off the list of recipients without keeping the address: `stand_in` stands for it."""
        known = self.find([address]).get(mailbox(address))
        reason = known.reason if known else SuppressionReason.UNSUBSCRIBED
        self.remove(address)
        self.add(Suppression(stand_in, reason, known.since if known else now, "erased"))

    def erased(self) -> frozenset[str]:
        """Give what stands in for addresses that were erased."""
        query = sa.select(suppressions.c.mailbox).where(suppressions.c.mailbox.not_like("%@%"))
        return frozenset(self.connection.scalars(query))

    def counts(self) -> Counter[SuppressionReason]:
        """Count the suppressed addresses by reason."""
        rows = self.connection.execute(
            sa.select(suppressions.c.reason, sa.func.count()).group_by(suppressions.c.reason)
        )
        return Counter({SuppressionReason(reason): number for reason, number in rows})

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
