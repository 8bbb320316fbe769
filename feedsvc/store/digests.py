"""The digests that were mailed, as they were rendered, by the hash of their content."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from feedsvc.model import Digest
from feedsvc.store.schema import digests


@dataclass(frozen=True)
class Digests:
    """Digests by name; the outbox writes them."""

    connection: sa.Connection

    def get(self, name: str) -> Digest | None:
        """Give a digest, or None."""
        row = self.connection.execute(sa.select(digests).where(digests.c.digest == name)).one_or_none()
        if row is None:
            return None
        return Digest(id=row.digest, language=row.language, subject=row.subject, html=row.html, text=row.text)
