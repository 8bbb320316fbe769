"""The first step of ingest, outside any transaction: which bulletins changed, and what is in them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from feedsvc import __version__
from feedsvc.bulletins import Fetcher, Manner, link_key, list_bulletins, look_at_page, read
from feedsvc.errors import BulletinError
from feedsvc.model import Problem, Reading
from feedsvc.store import KnownBulletin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from feedsvc.bulletins import FoundFile, Hosts, Listing, WebBulletin
    from feedsvc.config import Configuration
    from feedsvc.model import Draft, Source
    from feedsvc.store import Store, Transaction

# What feedsvc says it is to the web servers that it visits.
USER_AGENT = f"feedsvc/{__version__}"
# The fact in the store that says when a source on the web was last visited, before its name.
_VISITED = "visited "


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
        return max((draft.date for draft in self.drafts if draft.date), default=date.min)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a source has: bulletins read anew, and the names of all, of those being written, of those gone.

    `visited` says that its web server was asked.
    """

    source: str
    found: tuple[Found, ...] = ()
    present: frozenset[str] = frozenset()
    unsettled: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    visited: bool = False


def look(
    store: Store,
    configuration: Configuration,
    sources: Sequence[Source],
    hosts: Hosts,
    now: datetime,
    progress: Callable[[str], None],
) -> list[Looked]:
    """Read those bulletins of sources that changed since they were last read, or were read in another way."""
    return [_look(store, _Reader(source, configuration, hosts, now), progress) for source in sources]


def due_visits(store: Store, sources: Sequence[Source], now: datetime) -> list[Source]:
    """Give the sources on the web that are to be visited by now: their time has come, or an embargo has ended."""
    with store.reading() as tx:
        return [source for source in sources if source.url and _is_due(tx, source, now)]


def _is_due(tx: Transaction, source: Source, now: datetime) -> bool:
    visited = tx.facts.get(_VISITED + source.name)
    if visited is None:
        return True
    last = datetime.fromisoformat(visited)
    ended = any(last < each.publish_at <= now for each in tx.bulletins.held() if each.source == source.name)
    return ended or now - last >= timedelta(minutes=source.every)


def note_visit(tx: Transaction, looked: Looked, now: datetime) -> None:
    """Note that a source on the web was visited; the next visit is due some time after."""
    if looked.visited:
        tx.facts.put(_VISITED + looked.source, now.isoformat())


def _look(store: Store, reader: _Reader, progress: Callable[[str], None]) -> Looked:
    source = reader.source
    with store.reading() as tx:
        known = tx.bulletins.known(source.name)
        # What waited for its time is read again though its bytes are the same.
        due = tx.bulletins.due(source.name, reader.now)
        links = tx.entries.link_keys(source.name) if source.url else set()
    if source.path:
        return _look_at_folder(source.path, known, due, reader, progress)
    progress(f"reading {source.url}")
    return _look_at_web(known, due, links, reader)


# --- a folder ------------------------------------------------------------------


def _look_at_folder(
    folder: Path,
    known: Mapping[str, KnownBulletin],
    due: set[str],
    reader: _Reader,
    progress: Callable[[str], None],
) -> Looked:
    try:
        listing = list_bulletins(folder, reader.now)
    except BulletinError as error:
        # The folder may be back tomorrow: a problem, and nothing is forgotten.
        missing = reader.unreadable(known.get(""), KnownBulletin("", "", ""), str(error))
        return Looked(reader.source.name, (missing,), frozenset(known))
    return _look_at_files(listing, known, due, reader, progress)


def _look_at_files(
    listing: Listing,
    known: Mapping[str, KnownBulletin],
    due: set[str],
    reader: _Reader,
    progress: Callable[[str], None],
) -> Looked:
    found, unsettled = [], [file.name for file in listing.unsettled]
    for file in listing.settled:
        before = known.get(file.name)
        if before and before.signature == reader.signature(file.signature) and file.name not in due:
            continue
        progress(f"reading {file.name}")
        bulletin = reader.read_file(file, before, again=file.name in due)
        if bulletin:
            found.append(bulletin)
        else:
            unsettled.append(file.name)
    present = frozenset(file.name for file in (*listing.settled, *listing.unsettled))
    gone = tuple(sorted(known.keys() - present))
    return Looked(reader.source.name, tuple(found), present, tuple(unsettled), gone)


# --- the web --------------------------------------------------------------------


def _look_at_web(
    known: Mapping[str, KnownBulletin], due: set[str], links: set[str], reader: _Reader
) -> Looked:
    """Visit a page or feed. What it shows no more stays: a list scrolls on, and withdraws nothing."""
    source = reader.source
    # An embargo may have ended on any page of the list: then all are read anew.
    validators = {} if due else {name: reader.validators(each.signature) for name, each in known.items()}
    try:
        with open_fetcher(source, reader.hosts) as fetcher:
            pages = look_at_page(
                source, validators, fetcher, reader.manner, read, lambda link: link_key(link) in links
            )
    except BulletinError as error:
        # The server may be back tomorrow: a problem, and nothing is forgotten.
        missing = reader.unreadable(known.get(""), KnownBulletin("", "", ""), str(error))
        return Looked(source.name, (missing,), frozenset(known), visited=True)
    found = tuple(reader.found_page(page, known.get(page.name), again=page.name in due) for page in pages)
    mended = ("",) if "" in known else ()
    # The pages of one visit stand beside each other: an entry of one is none that another shows.
    present = frozenset([*known, *(page.name for page in pages)])
    return Looked(source.name, found, present, gone=mended, visited=True)


def open_fetcher(source: Source, hosts: Hosts) -> Fetcher:
    """Make what visits a source's web server; `hosts` remembers what each server asked of us."""
    return Fetcher(USER_AGENT, private=source.private, size_limit=source.largest, hosts=hosts)


# --- reading ----------------------------------------------------------------------


@dataclass(frozen=True)
class _Reader:
    """Reads the bulletins of a source. Another way of reading makes another bulletin of the same bytes."""

    source: Source
    configuration: Configuration
    hosts: Hosts
    now: datetime

    @cached_property
    def _way(self) -> str:
        site, source = self.configuration.site, replace(self.source, path=None)
        way = f"{__version__} {source} {site.languages} {site.timezone} {self.configuration.vocabulary}"
        return hashlib.sha256(way.encode()).hexdigest()[:8]

    def signature(self, cheap: str) -> str:
        """Give what tells cheaply that nothing changed."""
        return f"{cheap} {self._way}"

    def validators(self, signature: str) -> str:
        """Give what a web server was told that we have; nothing when it was read in another way."""
        cheap, _, way = signature.rpartition(" ")
        return cheap if way == self._way else ""

    def manner(self, bulletin: str, address: str = "") -> Manner:
        """Say how a bulletin is to be read."""
        return manner_of(self.configuration, self.source, bulletin, self.now, address)

    def read_file(self, file: FoundFile, before: KnownBulletin | None, *, again: bool) -> Found | None:
        """Read a file; None when it changed while it was read."""
        signature = self.signature(file.signature)
        try:
            data = file.read(self.source.largest)
        except BulletinError as error:
            return self.unreadable(before, KnownBulletin(file.name, signature, ""), str(error))
        if data is None:
            return None
        known = KnownBulletin(file.name, signature, self._digest(data))
        if before and before.digest == known.digest and not again:
            return Found(self.source.name, before, known, None)
        return Found(self.source.name, before, known, read(data, self.manner(file.name)))

    def found_page(self, page: WebBulletin, before: KnownBulletin | None, *, again: bool) -> Found:
        """Take up a page that was visited."""
        known = KnownBulletin(page.name, self.signature(page.signature), self._digest(page.data))
        unchanged = before and before.digest == known.digest and not again
        return Found(self.source.name, before, known, None if unchanged else page.reading)

    def unreadable(self, before: KnownBulletin | None, bulletin: KnownBulletin, reason: str) -> Found:
        """Make a problem of what could not be got."""
        problem = Problem(self.source.name, bulletin.bulletin, 0, reason)
        return Found(self.source.name, before, bulletin, Reading(problems=(problem,)))

    def _digest(self, data: bytes) -> str:
        return hashlib.sha256(self._way.encode() + data).hexdigest()


def manner_of(
    configuration: Configuration, source: Source, bulletin: str, now: datetime, address: str = ""
) -> Manner:
    """Say how a bulletin of a source is to be read."""
    site = configuration.site
    return Manner(
        source=source,
        bulletin=bulletin,
        languages=site.languages,
        vocabulary=configuration.vocabulary,
        timezone=site.timezone,
        today=now.astimezone(site.timezone).date(),
        address=address,
        size_limit=source.largest,
    )
