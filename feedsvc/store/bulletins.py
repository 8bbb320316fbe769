"""Which bulletins were read, the problems in them, and what in them waits for its time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.model import Held, Problem
from feedsvc.store.schema import bulletins, held, problems
from feedsvc.store.statements import in_parts, insert_many, upsert

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class KnownBulletin:
    """A bulletin as it was when it was last read.

    `signature` is what the file system said of it (cheap to compare), `digest` the SHA-256 of its bytes.
    """

    bulletin: str
    signature: str
    digest: str


@dataclass(frozen=True)
class Bulletins:
    """Bulletins by source and name."""

    connection: sa.Connection

    def known(self, source: str) -> dict[str, KnownBulletin]:
        """Give what is known of every bulletin of a source, by its name."""
        rows = self.connection.execute(
            sa.select(bulletins.c.bulletin, bulletins.c.signature, bulletins.c.digest).where(
                bulletins.c.source == source
            )
        )
        return {row.bulletin: KnownBulletin(row.bulletin, row.signature, row.digest) for row in rows}

    def names(self) -> list[tuple[str, str]]:
        """Name every bulletin that is known, as (source, name)."""
        rows = self.connection.execute(sa.select(bulletins.c.source, bulletins.c.bulletin))
        return [(row.source, row.bulletin) for row in rows]

    def remember(self, source: str, seen: Sequence[KnownBulletin], now: datetime) -> None:
        """Note that bulletins were read as they are."""
        rows = [
            {
                "source": source,
                "bulletin": bulletin.bulletin,
                "signature": bulletin.signature,
                "digest": bulletin.digest,
                "read_at": now,
            }
            for bulletin in seen
        ]
        upsert(self.connection, bulletins, rows)

    def forget(self, source: str, names: Sequence[str]) -> None:
        """Forget bulletins that are gone, with what was found in them; should one come back, it is read again."""
        for part in in_parts(names):
            for table in (problems, held, bulletins):
                self.connection.execute(
                    sa.delete(table).where(table.c.source == source, table.c.bulletin.in_(part))
                )

    def forget_other_sources(self, sources: Sequence[str]) -> None:
        """Forget the bulletins of sources that are no longer configured, with what was found in them."""
        for table in (problems, held, bulletins):
            self.connection.execute(sa.delete(table).where(table.c.source.not_in(sources)))

    def set_problems(self, source: str, bulletin: str, found: Sequence[Problem]) -> None:
        """Put a bulletin's problems in the place of those it had."""
        self.connection.execute(
            sa.delete(problems).where(problems.c.source == source, problems.c.bulletin == bulletin)
        )
        rows = [
            {
                "source": source,
                "bulletin": bulletin,
                "number": number,
                "line": problem.line,
                "reason": problem.reason,
                "text": problem.text,
            }
            for number, problem in enumerate(found)
        ]
        insert_many(self.connection, problems, rows)

    def set_held(self, source: str, bulletin: str, waiting: Sequence[Held]) -> None:
        """Put a bulletin's entries under embargo in the place of those it had."""
        self.connection.execute(sa.delete(held).where(held.c.source == source, held.c.bulletin == bulletin))
        rows = [{"number": number, **asdict(each)} for number, each in enumerate(waiting)]
        insert_many(self.connection, held, rows)

    def held(self) -> list[Held]:
        """Give the entries under embargo, those that are due first in front."""
        rows = self.connection.execute(
            sa.select(held).order_by(held.c.publish_at, held.c.bulletin, held.c.number)
        )
        return [Held(row.source, row.bulletin, row.line, row.title, row.publish_at) for row in rows]

    def due(self, source: str, now: datetime) -> set[str]:
        """Name the bulletins of a source in which the time of an entry under embargo has come."""
        return set(
            self.connection.scalars(
                sa.select(held.c.bulletin).where(held.c.source == source, held.c.publish_at <= now)
            )
        )

    def problems(self) -> list[Problem]:
        """Give every problem that no one has mended yet, in the order of the files."""
        rows = self.connection.execute(
            sa.select(problems).order_by(problems.c.source, problems.c.bulletin, problems.c.number)
        )
        return [Problem(row.source, row.bulletin, row.line, row.reason, row.text) for row in rows]
