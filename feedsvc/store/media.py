"""Pictures that came inside bulletins, under addresses that follow from their bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.store.schema import media
from feedsvc.store.statements import in_parts, insert_new

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedsvc.model import Medium


@dataclass(frozen=True, slots=True)
class KeptMedium:
    """A picture as it is kept; `gone` when no entry that is shown has it any more."""

    media_type: str
    data: bytes
    gone: bool
    publication: int


@dataclass(frozen=True)
class Media:
    """Pictures by path."""

    connection: sa.Connection

    def add(self, pictures: Iterable[Medium], publication: int) -> None:
        """Keep pictures that are not there yet; one that was gone is there again."""
        for picture in pictures:
            row = {
                "path": picture.path,
                "media_type": picture.media_type,
                "data": picture.data,
                "gone": False,
                "publication": publication,
            }
            if not insert_new(self.connection, media, row):
                self.set_gone([picture.path], publication, gone=False)

    def set_gone(self, paths: Iterable[str], publication: int, *, gone: bool) -> None:
        """Let pictures be gone (410), or be there again."""
        for part in in_parts(sorted(paths)):
            self.connection.execute(
                sa.update(media)
                .where(media.c.path.in_(part), media.c.gone != gone)
                .values(gone=gone, publication=publication)
            )

    def get(self, path: str) -> KeptMedium | None:
        """Give the picture at an address, or None."""
        row = self.connection.execute(sa.select(media).where(media.c.path == path)).one_or_none()
        return KeptMedium(row.media_type, row.data, row.gone, row.publication) if row else None

    def changed(self, after: int) -> list[str]:
        """Give the addresses of those that came or went after a publication."""
        return list(
            self.connection.scalars(
                sa.select(media.c.path).where(media.c.publication > after).order_by(media.c.path)
            )
        )
