"""Which documents show which entries, and making just those that changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedsvc.model import Document, Feed, feeds_of
from feedsvc.store import FeedMemory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from feedsvc.feeds import AtomBuilder
    from feedsvc.model import Entry, Vocabulary
    from feedsvc.pages import Pages
    from feedsvc.pipeline.changes import Change
    from feedsvc.store import Transaction

# The fact in the store that says what all documents were last made with.
MADE_WITH = "documents made with"

# Where pictures stand that came inside bulletins: published once, under names that follow from their bytes.
MEDIA = "/media/"
_PICTURE = re.compile(rf"{MEDIA}[0-9a-z]+\.[a-z]+")

# How many entries the home page shows.
HOME_ENTRIES = 10


@dataclass(frozen=True)
class Publisher:
    """Makes documents from entries and puts them in the store.

    `size` is how many entries a feed shows. `made_with` stands for everything but entries that goes into a
    document (the site's settings, names, templates, this version): when it changes, all is made anew.
    """

    vocabulary: Vocabulary
    pages: Pages
    atom: AtomBuilder
    size: int
    made_with: str

    def publish(self, tx: Transaction, changes: Sequence[Change], now: datetime) -> int:
        """Make the documents that show changed entries, and tell how many changed.

        On a store whose documents were made with something else, everything is made.
        """
        tx.documents.publish(_pictures(changes), now)
        self._set_pictures(tx, changes, now)
        touched = _touched(changes)
        tx.feeds.change(touched)
        if tx.facts.get(MADE_WITH) != self.made_with:
            return self.publish_all(tx, now)
        if not changes:
            return 0
        entries = (change.after for change in changes)
        return tx.documents.publish(self._documents(tx, sorted(touched), entries, tx.feeds.all()), now)

    def _set_pictures(self, tx: Transaction, changes: Iterable[Change], now: datetime) -> None:
        """Let the pictures of withdrawn entries be gone with them, unless others show them, and come back."""
        for change in changes:
            if change.before and (change.before.withdrawn_at is None) != (change.after.withdrawn_at is None):
                for path in set(_PICTURE.findall(change.after.body)):
                    tx.documents.set_gone(path, now, gone=not tx.entries.showing(path))

    def publish_all(self, tx: Transaction, now: datetime) -> int:
        """Make every document, take away those that are no longer made, and tell how many changed."""
        counted, memories = tx.entries.counts(), tx.feeds.all()
        memories = {
            feed: FeedMemory(counted.get(feed, 0), memory.updated_at) for feed, memory in memories.items()
        }
        tx.feeds.put(memories.items())
        made = set()

        def noted() -> Iterator[Document]:
            for document in self._documents(tx, sorted(self._feeds(memories)), tx.entries.all(), memories):
                made.add(document.path)
                yield document

        changed = tx.documents.publish(noted(), now)
        stale = {path for path in tx.documents.paths() if not path.startswith(MEDIA)} - made
        tx.documents.withdraw(stale)
        tx.facts.put(MADE_WITH, self.made_with)
        return changed + len(stale)

    def _feeds(self, memories: Iterable[Feed]) -> set[Feed]:
        """Give every feed: the site's own countries and all topics have theirs even while empty.

        A feed that once had an entry stays, for those who follow it.
        """
        own = {
            Feed(country, topic)
            for country in ("", *self.vocabulary.countries)
            for topic in ("", *self.vocabulary.topics)
        }
        return own | set(memories)

    def _documents(
        self,
        tx: Transaction,
        feeds: Sequence[Feed],
        entries: Iterable[Entry],
        memories: Mapping[Feed, FeedMemory],
    ) -> Iterator[Document]:
        counts = {feed: memory.entries for feed, memory in memories.items() if memory.entries}
        yield from self.pages.assets()
        yield self.pages.home(by_date(tx.entries.newest(Feed().selection, HOME_ENTRIES)), counts)
        for entry in entries:
            yield self.pages.gone(entry) if entry.withdrawn_at else self.pages.entry(entry)
        for feed in feeds:
            newest = tx.entries.newest(feed.selection, self.size)
            memory = memories.get(feed)
            yield self.atom.document(feed, newest, memory.updated_at if memory else None)
            yield self.pages.feed(feed, by_date(newest), counts.get(feed, 0), narrower(feed, counts))


def _pictures(changes: Iterable[Change]) -> list[Document]:
    """Give the pictures that entries show, each once."""
    media = {medium.path: medium for change in changes for medium in change.media}
    return [Document(path, medium.media_type, medium.data) for path, medium in media.items()]


def _touched(changes: Iterable[Change]) -> dict[Feed, FeedMemory]:
    """Tell by how many entries each feed grows or shrinks, and up to which moment it is updated."""
    touched: dict[Feed, FeedMemory] = {}
    for change in changes:
        for entry, number in ((change.before, -1), (change.after, 1)):
            for feed in feeds_of(entry) if entry and not entry.withdrawn_at else ():
                known = touched.get(feed, FeedMemory(0, change.after.updated_at))
                latest = max(known.updated_at, change.after.updated_at)
                touched[feed] = FeedMemory(known.entries + number, latest)
    return touched


def narrower(feed: Feed, counts: Mapping[Feed, int]) -> dict[Feed, int]:
    """Give the feeds that show a part of this one and have entries: a country by topic, a topic by country."""
    return {
        other: number
        for other, number in counts.items()
        if other != feed
        and bool(other.country and other.topic) == bool(feed.country or feed.topic)
        and feed.country in ("", other.country)
        and feed.topic in ("", other.topic)
    }


def by_date(entries: Iterable[Entry]) -> list[Entry]:
    """Order entries for people: by the bulletin's date, the newest first, then by arrival."""
    return sorted(entries, key=lambda entry: (entry.published, entry.seq), reverse=True)
