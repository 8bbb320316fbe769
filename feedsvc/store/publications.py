"""Every change of what the site shows, by number and moment. All `Last-Modified` come from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.model import Publication
from feedsvc.store.schema import publications

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Publications:
    """Publications by number. They are added under the lock of ingest, so numbers follow each other."""

    connection: sa.Connection

    def last(self) -> Publication | None:
        """Give the latest, or None when nothing was ever published."""
        row = self.connection.execute(
            sa.select(publications).order_by(publications.c.number.desc()).limit(1)
        ).one_or_none()
        return Publication(row.number, row.at) if row else None

    def last_number(self) -> int:
        """Give the number of the latest, 0 when nothing was ever published."""
        last = self.last()
        return last.number if last else 0

    def next_number(self) -> int:
        """Give the number that the next one will have."""
        return self.last_number() + 1

    def add(self, now: datetime) -> Publication:
        """Note that what the site shows has changed.

        Its moment is `now` in whole seconds, but a second after the last at least: a reader that asks by
        `If-Modified-Since` alone must never miss a change (RFC 9110, section 8.8.2.1).
        """
        last = self.last()
        moment = now.replace(microsecond=0)
        if last:
            moment = max(moment, last.at + timedelta(seconds=1))
        added = Publication(last.number + 1 if last else 1, moment)
        self.connection.execute(sa.insert(publications).values(number=added.number, at=added.at))
        return added

    def at(self, number: int) -> datetime | None:
        """Give the moment of a publication."""
        moment: datetime | None = self.connection.scalar(
            sa.select(publications.c.at).where(publications.c.number == number)
        )
        return moment

    def last_before(self, moment: datetime) -> int:
        """Give the number of the last one before a moment; 0 when there was none."""
        return (
            self.connection.scalar(
                sa.select(sa.func.max(publications.c.number)).where(publications.c.at < moment)
            )
            or 0
        )
