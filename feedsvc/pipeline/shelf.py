"""Documents ready to be handed out: each is made once for a state of the store, and kept as long as that holds.

asked for ──► on the shelf, and nothing was published since? ─ yes ─► hand it out
│ no                                                    ▲
├──► its stamp is the same? ─ yes ──────────────────────┤
│ no                                                    │
└──► make it from the store, and put it on the shelf ───┘
"""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import brotli
import zstandard

from feedsvc.pipeline.addresses import FeedDocument, SearchFeed, SearchPage, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedsvc.model import Document, PublishedDocument
    from feedsvc.pipeline.addresses import Address
    from feedsvc.pipeline.catalogue import Catalogue
    from feedsvc.store import Store

# How the body of a document may be coded on the way (RFC 9110, section 8.4.1), the best first. All of them take
# about as long as the document took to make; a stronger compression would save a tenth and take ten times that.
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "zstd": lambda body: zstandard.ZstdCompressor(level=6).compress(body),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}
# Shorter bodies don't gain by it.
_SHORTEST = 200
# What is compressed already, by the first part of its media type.
_INCOMPRESSIBLE = ("image/png", "image/jpeg", "image/gif", "image/webp")
# How many of a feed's earlier states are known by their validators, for those who ask for what changed since.
_REMEMBERED = 16


@dataclass(frozen=True, slots=True)
class Shelved:
    """A document on the shelf, and its codings, each made when it is first wanted."""

    published: PublishedDocument
    _coded: dict[str, bytes] = field(default_factory=dict)

    @property
    def document(self) -> Document:
        """The document itself."""
        return self.published.document

    def is_as_of(self, stamp: int | None) -> bool:
        """Tell whether a publication is the one that changed it last."""
        return self.published.publication == stamp

    @property
    def codings(self) -> tuple[str, ...]:
        """The codings it may be had in, the best first."""
        document = self.document
        if len(document.body) < _SHORTEST or document.media_type.startswith(_INCOMPRESSIBLE):
            return ()
        return tuple(CODINGS)

    def coded(self, coding: str) -> bytes:
        """Give its body in a coding; as it is for an empty one."""
        if not coding:
            return self.document.body
        if coding not in self._coded:
            self._coded[coding] = CODINGS[coding](self.document.body)
        return self._coded[coding]

    @property
    def size(self) -> int:
        """How many bytes of memory it takes, about, with all codings."""
        return 2 * len(self.document.body) + 1000


@dataclass(slots=True)
class _Slot:
    shelved: Shelved
    address: Address
    catalogue: Catalogue
    version: object


class Shelf:
    """The documents of a site as it is now. Safe to share between threads.

    `catalogue` gives what documents are made with, which changes with the config; at most about `limit` bytes are
    kept, of what was asked for last.
    """

    def __init__(self, store: Store, catalogue: Callable[[], Catalogue], limit: int = 200_000_000) -> None:
        self._store = store
        self._catalogue = catalogue
        self._limit = limit
        self._slots: OrderedDict[tuple[str, str], _Slot] = OrderedDict()
        self._size = 0
        self._states: dict[str, OrderedDict[str, int]] = {}
        self._lock = threading.Lock()

    def at_hand(self, path: str, query: str = "") -> Shelved | None:
        """Give what stands at an address if it is on the shelf and still holds, without ever waiting; else None."""
        slot = self._slots.get((path, query))
        if not slot or not self._store.tells_at_once or slot.catalogue is not self._catalogue():
            return None
        return slot.shelved if slot.version == self._store.version() else None

    def get(self, path: str, query: str = "") -> Shelved | None:
        """Give what stands at an address; None when nothing ever did. Raises StoreError."""
        catalogue = self._catalogue()
        version = self._store.version()  # asked for first: what is published in between is seen the next time
        key = (path, query)
        slot = self._slots.get(key)
        if slot and slot.catalogue is catalogue and slot.version == version:
            return slot.shelved
        address = parse(path, catalogue.site.languages, query)
        if address is None:
            return None
        if isinstance(address, SearchPage | SearchFeed):
            make_searchable(self._store)
        with self._store.reading() as tx:
            if slot and slot.catalogue is catalogue and slot.shelved.is_as_of(catalogue.stamp(tx, address)):
                slot.version = version
                return slot.shelved
            published = catalogue.published(tx, address)
        if published is None:
            return None
        shelved = Shelved(published)
        self._put(key, _Slot(shelved, address, catalogue, version))
        return shelved

    def changes(self, path: str, etag: str) -> Document | None:
        """Give a feed with just what changed since it had a validator; None when that isn't known any more."""
        since = self._states[path].get(etag) if path in self._states else None
        slot = self._slots.get((path, ""))
        if since is None or slot is None or not isinstance(slot.address, FeedDocument):
            return None
        with self._store.reading() as tx:
            if not slot.shelved.is_as_of(slot.catalogue.stamp(tx, slot.address)):
                return None  # changed again just now: the whole of it is right at any time
            return slot.catalogue.changes(tx, slot.address, since)

    def _put(self, key: tuple[str, str], slot: _Slot) -> None:
        with self._lock:
            old = self._slots.pop(key, None)
            self._slots[key] = slot
            self._size += slot.shelved.size - (old.shelved.size if old else 0)
            while self._size > self._limit and len(self._slots) > 1:
                _, dropped = self._slots.popitem(last=False)
                self._size -= dropped.shelved.size
            if isinstance(slot.address, FeedDocument) and not slot.address.archive:
                self._remember(key[0], slot.shelved.published)

    def _remember(self, path: str, published: PublishedDocument) -> None:
        states = self._states.setdefault(path, OrderedDict())
        states[published.etag] = published.publication
        while len(states) > _REMEMBERED:
            states.popitem(last=False)


def make_searchable(store: Store) -> None:
    """Let everything that is published be found."""
    with store.reading() as tx:
        if not tx.search.is_behind():
            return
    with store.writing("search") as tx:
        tx.search.catch_up()
