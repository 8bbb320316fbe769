"""The first step of ingest, outside any transaction: which bulletins changed, and what is in them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from feedsvc import __version__
from feedsvc.bulletins import Listing, Manner, list_bulletins, read
from feedsvc.errors import BulletinError
from feedsvc.model import Problem, Reading
from feedsvc.store import KnownBulletin

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from feedsvc.bulletins import FoundFile
    from feedsvc.model import Draft, Site, Source, Vocabulary
    from feedsvc.store import Store


@dataclass(frozen=True, slots=True)
class Found:
    """A bulletin that changed since it was last read (`before`); no reading when it was only touched."""

    source: str
    before: KnownBulletin | None
    known: KnownBulletin
    reading: Reading | None

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """The drafts in it."""
        return self.reading.drafts if self.reading else ()

    @property
    def newest(self) -> date:
        """The date of its newest draft."""
        return max((draft.date for draft in self.drafts), default=date.min)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a source has: bulletins read anew, and the names of all, of those being written, of those gone."""

    source: str
    found: tuple[Found, ...]
    present: frozenset[str]
    unsettled: tuple[str, ...]
    gone: tuple[str, ...]


def look(
    store: Store,
    source: Source,
    site: Site,
    vocabulary: Vocabulary,
    now: datetime,
    progress: Callable[[str], None],
) -> Looked:
    """Read those bulletins of a source that changed since they were last read, or were read in another way."""
    with store.reading() as tx:
        known = tx.bulletins.known(source.name)
    try:
        listing = list_bulletins(source.path or site.root, now)
    except BulletinError as error:
        # The folder may be back tomorrow: a problem, and nothing is forgotten.
        missing = _unreadable(source, known.get(""), KnownBulletin("", "", ""), str(error))
        return Looked(source.name, (missing,), frozenset(known), (), ())
    return _look_at(listing, known, _Reader(source, site, vocabulary, now), progress)


def _look_at(
    listing: Listing, known: dict[str, KnownBulletin], reader: _Reader, progress: Callable[[str], None]
) -> Looked:
    found, unsettled = [], [file.name for file in listing.unsettled]
    for file in listing.settled:
        before = known.get(file.name)
        if before and before.signature == reader.signature(file):
            continue
        progress(f"reading {file.name}")
        bulletin = reader.read(file, before)
        if bulletin:
            found.append(bulletin)
        else:
            unsettled.append(file.name)
    present = frozenset(file.name for file in (*listing.settled, *listing.unsettled))
    gone = tuple(sorted(known.keys() - present))
    return Looked(reader.source.name, tuple(found), present, tuple(unsettled), gone)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the bulletins of a source. Another way of reading makes another bulletin of the same bytes."""

    source: Source
    site: Site
    vocabulary: Vocabulary
    now: datetime

    @property
    def _way(self) -> str:
        return f"{__version__} {self.source.day_first} {self.site.languages}"

    def signature(self, file: FoundFile) -> str:
        """Give what tells cheaply that nothing changed."""
        return f"{file.signature} {hashlib.sha256(self._way.encode()).hexdigest()[:8]}"

    def read(self, file: FoundFile, before: KnownBulletin | None) -> Found | None:
        """Read a file; None when it changed while it was read."""
        try:
            data = file.read()
        except BulletinError as error:
            return _unreadable(
                self.source, before, KnownBulletin(file.name, self.signature(file), ""), str(error)
            )
        if data is None:
            return None
        digest = hashlib.sha256(self._way.encode() + data).hexdigest()
        known = KnownBulletin(file.name, self.signature(file), digest)
        if before and before.digest == digest:
            return Found(self.source.name, before, known, None)
        reading = read(
            data,
            Manner(
                source=self.source,
                bulletin=file.name,
                languages=self.site.languages,
                vocabulary=self.vocabulary,
                timezone=self.site.timezone,
                today=self.now.astimezone(self.site.timezone).date(),
            ),
        )
        return Found(self.source.name, before, known, reading)


def _unreadable(source: Source, before: KnownBulletin | None, bulletin: KnownBulletin, reason: str) -> Found:
    problem = Problem(source.name, bulletin.bulletin, 0, reason)
    return Found(source.name, before, bulletin, Reading(problems=(problem,)))
