"""What the site publishes at each address."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.model import PublishedDocument
from feedsvc.store.schema import documents
from feedsvc.store.statements import in_parts, upsert

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from feedsvc.model import Document


@dataclass(frozen=True)
class Documents:
    """Documents by path."""

    connection: sa.Connection

    def publish(self, made: Iterable[Document], now: datetime) -> int:
        """Put documents in their places and tell how many changed; one with the same bytes stays untouched.

        `changed_at` is `now` in whole seconds, but at least one second after the last change: a reader that
        asks by `If-Modified-Since` alone must never miss one (RFC 9110, section 8.8.2.1).
        """
        by_path = {document.path: document for document in made}
        known = self._validators(by_path)
        second = timedelta(seconds=1)
        this_second = now.replace(microsecond=0)
        changed = []
        for path, document in by_path.items():
            etag = strong_etag(document)
            old_etag, old_changed_at = known.get(path, ("", this_second - second))
            if etag != old_etag:
                changed.append(
                    {
                        "path": path,
                        "media_type": document.media_type,
                        "body": document.body,
                        "gzip": gzip.compress(document.body, 6, mtime=0),
                        "etag": etag,
                        "changed_at": max(this_second, old_changed_at + second),
                        "gone": document.gone,
                    }
                )
        upsert(self.connection, documents, changed)
        return len(changed)

    def get(self, path: str) -> PublishedDocument | None:
        """Give the document at an address, or None."""
        row = self.connection.execute(sa.select(documents).where(documents.c.path == path)).one_or_none()
        return PublishedDocument(**row._mapping) if row else None  # noqa: SLF001 (SQLAlchemy's public name)

    def paths(self) -> list[str]:
        """Give every address that has a document."""
        return list(self.connection.scalars(sa.select(documents.c.path).order_by(documents.c.path)))

    def set_gone(self, path: str, now: datetime, *, gone: bool) -> None:
        """Let a document be gone (410), or be there again, with the same bytes."""
        last = self._validators([path]).get(path)
        if last:
            changed_at = max(now.replace(microsecond=0), last[1] + timedelta(seconds=1))
            self.connection.execute(
                sa.update(documents).where(documents.c.path == path).values(gone=gone, changed_at=changed_at)
            )

    def withdraw(self, paths: Iterable[str]) -> None:
        """Take documents away."""
        for part in in_parts(sorted(paths)):
            self.connection.execute(sa.delete(documents).where(documents.c.path.in_(part)))

    def _validators(self, paths: Iterable[str]) -> dict[str, tuple[str, datetime]]:
        found = {}
        for part in in_parts(sorted(paths)):
            rows = self.connection.execute(
                sa.select(documents.c.path, documents.c.etag, documents.c.changed_at).where(
                    documents.c.path.in_(part)
                )
            )
            found.update({row.path: (row.etag, row.changed_at) for row in rows})
        return found


def strong_etag(document: Document) -> str:
    """Give the strong validator (RFC 9110, section 8.8.3) of a document: equal for equal bytes and type."""
    digest = hashlib.sha256(document.media_type.encode() + b"\0" + document.body).hexdigest()
    return f'"{digest[:32]}"'
