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

from feedsvc.pipeline.addresses import FeedDocument, SearchFeed, SearchPage, heeded_query, is_search, parse

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
# What part of the shelf the answers to searches may take: anyone can think of many.
_SEARCHED = 10
# How many documents may be made at a time; more of them wait.
_MAKING = 64


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Shelved:
    """A document on the shelf, and its codings, each made when it is first wanted. Equal to itself alone."""

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
        """How many bytes of memory it takes, about, with all codings and what is written out for each."""
        return 2 * len(self.document.body) + 5000


# A path, and what of the query matters.
_Key = tuple[str, str]


@dataclass(slots=True)
class _Slot:
    shelved: Shelved
    address: Address
    catalogue: Catalogue
    version: object


class _Slots:
    """Slots by address: about `limit` bytes of those that were asked for last. All but `get` wants a lock."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._slots: OrderedDict[_Key, _Slot] = OrderedDict()
        self.get = self._slots.get

    def put(self, key: _Key, slot: _Slot) -> None:
        """Put a slot in, in the place of another for the same address, and drop those that it leaves no room for."""
        old = self._slots.pop(key, None)
        self._slots[key] = slot
        self._size += slot.shelved.size - (old.shelved.size if old else 0)
        while self._size > self._limit and len(self._slots) > 1:
            _, dropped = self._slots.popitem(last=False)
            self._size -= dropped.shelved.size

    def touch(self, key: _Key) -> None:
        """Note that a slot was asked for."""
        if key in self._slots:
            self._slots.move_to_end(key)

    def clear(self) -> None:
        """Drop all."""
        self._slots.clear()
        self._size = 0


class Shelf:
    """The documents of a site as it is now. Safe to share between threads.

    `catalogue` gives what documents are made with, which changes with the config; at most about `limit` bytes are
    kept, of what was asked for last.
    """

    def __init__(self, store: Store, catalogue: Callable[[], Catalogue], limit: int = 200_000_000) -> None:
        self._store = store
        self._catalogue = catalogue
        self._of: Catalogue | None = None
        self._documents = _Slots(limit)
        self._searches = _Slots(limit // _SEARCHED)
        self._states: dict[str, OrderedDict[str, int]] = {}
        self._lock = threading.Lock()
        # What many ask for at once, as right after a publication, is made by the first and handed to all.
        self._making = [threading.Lock() for _ in range(_MAKING)]

    def at_hand(self, path: str, query: str = "") -> Shelved | None:
        """Give what stands at an address if it is on the shelf and still holds, without ever waiting; else None."""
        if not self._store.tells_at_once:
            return None
        key = (path, heeded_query(path, query))
        slot = self._slots(key).get(key)
        return (
            slot.shelved
            if slot and self._holds(key, slot, self._catalogue(), self._store.version())
            else None
        )

    def get(self, path: str, query: str = "") -> Shelved | None:
        """Give what stands at an address; None when nothing ever did. Raises StoreError."""
        key = (path, heeded_query(path, query))
        catalogue = self._catalogue()
        address = parse(path, catalogue.site.languages, key[1])
        if address is None:
            return None
        with self._making[hash(key) % _MAKING]:
            version = (
                self._store.version()
            )  # asked for first: what is published in between is seen the next time
            slot = self._slots(key).get(key)
            if slot and self._holds(key, slot, catalogue, version):
                return slot.shelved
            return self._made(key, address, catalogue, version, slot)

    def _made(
        self, key: _Key, address: Address, catalogue: Catalogue, version: object, slot: _Slot | None
    ) -> Shelved | None:
        """Make what stands at an address, unless what is on the shelf is as of the same publication."""
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

    def _holds(self, key: _Key, slot: _Slot, catalogue: Catalogue, version: object) -> bool:
        """Tell whether nothing has changed since a slot was looked at last; it is asked for now."""
        if slot.catalogue is not catalogue or slot.version != version:
            return False
        with self._lock:
            self._slots(key).touch(key)
        return True

    def _slots(self, key: _Key) -> _Slots:
        return self._searches if is_search(key[0]) else self._documents

    def changes(self, path: str, etag: str) -> Document | None:
        """Give a feed with just what changed since it had a validator; None when that isn't known any more."""
        since = self._states[path].get(etag) if path in self._states else None
        slot = self._documents.get((path, ""))
        if since is None or slot is None or not isinstance(slot.address, FeedDocument):
            return None
        with self._store.reading() as tx:
            if not slot.shelved.is_as_of(slot.catalogue.stamp(tx, slot.address)):
                return None  # changed again just now: the whole of it is right at any time
            return slot.catalogue.changes(tx, slot.address, since)

    def _put(self, key: _Key, slot: _Slot) -> None:
        with self._lock:
            if slot.catalogue is not self._of:  # of the former one nothing will be handed out again
                self._documents.clear()
                self._searches.clear()
                self._of = slot.catalogue
            self._slots(key).put(key, slot)
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
