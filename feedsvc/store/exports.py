"""What stands at each place that the site is mirrored to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.store.schema import exports
from feedsvc.store.statements import in_parts, upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Exports:
    """The files at a destination, by their paths there, with the ETags of the documents in them."""

    connection: sa.Connection

    def all(self, destination: str) -> dict[str, str]:
        """Give the ETags of all files at a destination, by path."""
        query = sa.select(exports.c.path, exports.c.etag).where(exports.c.destination == destination)
        return {row.path: row.etag for row in self.connection.execute(query)}

    def at(self, destination: str, paths: Iterable[str]) -> dict[str, str]:
        """Give the ETags of those of the files that stand at a destination, by path."""
        found: dict[str, str] = {}
        for part in in_parts(list(paths)):
            query = sa.select(exports.c.path, exports.c.etag).where(
                exports.c.destination == destination, exports.c.path.in_(part)
            )
            found.update({row.path: row.etag for row in self.connection.execute(query)})
        return found

    def count(self, destination: str) -> int:
        """Count the files at a destination."""
        query = sa.select(sa.func.count()).where(exports.c.destination == destination)
        return self.connection.scalar(query) or 0

    def put(self, destination: str, etags: Mapping[str, str]) -> None:
        """Note that files stand at a destination, by path with the ETags of what is in them."""
        rows = [{"destination": destination, "path": path, "etag": etag} for path, etag in etags.items()]
        upsert(self.connection, exports, rows)

    def drop(self, destination: str, paths: Iterable[str]) -> None:
        """Note that files are no more at a destination."""
        for part in in_parts(list(paths)):
            self.connection.execute(
                sa.delete(exports).where(exports.c.destination == destination, exports.c.path.in_(part))
            )

    def distrust(self, destination: str) -> None:
        """Know of the files at a destination that they are there, but not any more what is in them."""
        self.connection.execute(
            sa.update(exports).where(exports.c.destination == destination).values(etag="")
        )
