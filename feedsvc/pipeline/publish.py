"""Which documents show which entries, and making just those that changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedsvc.model import Feed, feeds_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from feedsvc.feeds import AtomBuilder
    from feedsvc.model import Document, Entry, Vocabulary
    from feedsvc.pages import Pages
    from feedsvc.store import Transaction

# The fact in the store that says what all documents were last made with.
MADE_WITH = "documents made with"

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

    def publish(self, tx: Transaction, changes: Iterable[tuple[Entry | None, Entry]], now: datetime) -> int:
        """Make the documents that show changed entries, given as (before, after), and tell how many changed.

        On a store whose documents were made with something else, everything is made.
        """
        if tx.facts.get(MADE_WITH) != self.made_with:
            return self.publish_all(tx, now)
        changes = list(changes)
        if not changes:
            return 0
        feeds = {feed for change in changes for entry in change if entry for feed in feeds_of(entry)}
        counts = tx.entries.counts()
        entries = (after for _, after in changes)
        return tx.documents.publish(self._documents(tx, sorted(feeds), entries, counts), now)

    def publish_all(self, tx: Transaction, now: datetime) -> int:
        """Make every document, take away those that are no longer made, and tell how many changed."""
        counts = tx.entries.counts()
        made = set()

        def noted() -> Iterator[Document]:
            shown = (entry for entry in tx.entries.all() if not entry.withdrawn_at)
            for document in self._documents(tx, sorted(self._feeds(counts)), shown, counts):
                made.add(document.path)
                yield document

        changed = tx.documents.publish(noted(), now)
        tx.documents.withdraw(set(tx.documents.paths()) - made)
        tx.facts.put(MADE_WITH, self.made_with)
        return changed

    def _feeds(self, counts: Mapping[Feed, int]) -> set[Feed]:
        """Give every feed: the site's own countries and all topics have theirs even while empty."""
        own = {
            Feed(country, topic)
            for country in ("", *self.vocabulary.countries)
            for topic in ("", *self.vocabulary.topics)
        }
        return own | set(counts)

    def _documents(
        self, tx: Transaction, feeds: Sequence[Feed], entries: Iterable[Entry], counts: Mapping[Feed, int]
    ) -> Iterator[Document]:
        yield from self.pages.assets()
        yield self.pages.home(by_date(tx.entries.newest(Feed().selection, HOME_ENTRIES)), counts)
        for entry in entries:
            yield self.pages.entry(entry)
        for feed in feeds:
            newest = tx.entries.newest(feed.selection, self.size)
            yield self.atom.document(feed, newest)
            yield self.pages.feed(feed, by_date(newest), counts.get(feed, 0), narrower(feed, counts))


def narrower(feed: Feed, counts: Mapping[Feed, int]) -> dict[Feed, int]:
    """Give the feeds that show a part of this one and have entries: a country by topic, a topic by country."""
    return {
        other: number
        for other, number in counts.items()
        if number
        and other != feed
        and bool(other.country and other.topic) == bool(feed.country or feed.topic)
        and feed.country in ("", other.country)
        and feed.topic in ("", other.topic)
    }


def by_date(entries: Iterable[Entry]) -> list[Entry]:
    """Order entries for people: by the bulletin's date, the newest first, then by arrival."""
    return sorted(entries, key=lambda entry: (entry.published, entry.seq), reverse=True)
