"""Every document of the site, made from one state of the store: what stands at an address, and since when.

A document is made when it is first asked for (`shelf`), or mirrored. Whether it changed since is told by its stamp:
the last publication that changed anything in it.
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING

from feedsvc.feeds import opml
from feedsvc.model import SEARCH, Document, Feed, FeedContent, PublishedDocument, Selection
from feedsvc.pages import FOUND_ON_A_PAGE
from feedsvc.pipeline.addresses import (
    Address,
    Asset,
    EntryPage,
    FeedDocument,
    FeedPage,
    Home,
    NotFoundPage,
    Opml,
    PictureFile,
    Robots,
    SearchFeed,
    SearchPage,
    SiteMap,
)
from feedsvc.pipeline.publish import FEEDS_MADE, PAGES_MADE
from feedsvc.store import ARCHIVE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from feedsvc.feeds import FeedBuilder
    from feedsvc.model import Entry, SearchQuery, Site, Vocabulary
    from feedsvc.pages import Pages
    from feedsvc.store import FeedMemory, Transaction

# How many entries the home page shows.
HOME_ENTRIES = 10
# How many entries a part of the site map covers (sitemaps.org allows 50,000).
SITE_MAP_SIZE = 5000


@dataclass(frozen=True)
class Catalogue:
    """Makes documents. `size` is how many entries a feed shows at least, where it has so many."""

    site: Site
    vocabulary: Vocabulary
    pages: Pages
    feeds: FeedBuilder
    size: int

    def published(self, tx: Transaction, address: Address) -> PublishedDocument | None:
        """Make what stands at an address, with its validators; None when nothing ever did."""
        stamp = self.stamp(tx, address)
        if stamp is None:
            return None
        document = self.document(tx, address)
        return PublishedDocument(document, strong_etag(document), tx.publications.at(stamp), stamp)

    def stamp(self, tx: Transaction, address: Address) -> int | None:  # noqa: C901, PLR0911 (a case for each kind)
        """Give the publication that last changed what stands at an address; None when nothing ever stood there.

        Costs a look-up or two.
        """
        match address:
            case Home() | SearchPage():
                return max(made_since(tx, PAGES_MADE), _last_change(tx))
            case SearchFeed():
                return max(made_since(tx, FEEDS_MADE), _last_change(tx))
            case FeedPage(feed):
                return self._feed_stamp(tx, feed, made_since(tx, PAGES_MADE))
            case FeedDocument():
                return self._feed_document_stamp(tx, address)
            case EntryPage(path):
                stamp = tx.entries.stamp_at(path)
                return None if stamp is None else max(stamp, made_since(tx, PAGES_MADE))
            case PictureFile(path):
                kept = tx.media.get(path)
                return kept.publication if kept else None
            case Opml():
                return max(made_since(tx, FEEDS_MADE), _last_change(tx))
            case SiteMap(part):
                return self._site_map_stamp(tx, part)
            case Robots() | NotFoundPage():
                return made_since(tx, PAGES_MADE)
            case Asset(path):
                return made_since(tx, PAGES_MADE) if self._asset(path) else None

    def document(self, tx: Transaction, address: Address) -> Document:  # noqa: C901, PLR0911 (as above)
        """Make what stands at an address where something does."""
        match address:
            case Home(language):
                return self._home(tx, language)
            case FeedPage(feed, language):
                return self._gone_or_moved(tx, address, feed) or self._feed_page(tx, feed, language)
            case FeedDocument(feed):
                return self._gone_or_moved(tx, address, feed) or self._feed_document(tx, address)
            case SearchPage(language, query):
                return self._search_page(tx, query, language)
            case SearchFeed():
                return self.feeds.document(self._found_content(tx, address.query), address.kind)
            case EntryPage(path):
                entry = tx.entries.at(path)
                assert entry
                return (
                    self.pages.gone(entry) if entry.withdrawn_at else self.pages.entry(self._current(entry))
                )
            case PictureFile(path):
                return self._picture(tx, path)
            case Opml():
                return opml(self.site, self.vocabulary, self._listed_feeds(tx))
            case SiteMap(part):
                return self._site_map(tx, part)
            case Robots():
                return self.pages.robots()
            case NotFoundPage():
                return self.pages.error(404)
            case Asset(path):
                asset = self._asset(path)
                assert asset
                return asset

    def changes(self, tx: Transaction, address: FeedDocument, since: int) -> Document | None:
        """Make a feed's current document with just what changed in it after a publication (RFC 3229, section 4).

        None when all of it may have changed, for feeds are made otherwise now.
        """
        memory = self._memory(tx, address.feed)
        if not memory or since < made_since(tx, FEEDS_MADE):
            return None
        content = self._current_content(tx, memory)
        return self.feeds.document(
            replace(
                content,
                entries=[entry for entry in content.entries if entry.publication > since],
                withdrawn=[entry for entry in content.withdrawn if entry.publication > since],
            ),
            address.kind,
        )

    # --- feeds ---

    def _feed_stamp(self, tx: Transaction, feed: Feed, made: int) -> int | None:
        if self._renamed(tx, feed):
            return made
        memory = self._memory(tx, feed)
        if memory:
            return max(memory.publication, made)
        return made if self._is_own(feed) else None

    def _feed_document_stamp(self, tx: Transaction, address: FeedDocument) -> int | None:
        made = made_since(tx, FEEDS_MADE)
        if not address.archive or self._renamed(tx, address.feed):
            return self._feed_stamp(tx, address.feed, made)
        memory = self._memory(tx, address.feed)
        if not memory or address.archive > memory.archives + 1:
            return None
        to = address.archive * ARCHIVE_SIZE
        changed = tx.entries.changed_in_feed(memory.number, to - ARCHIVE_SIZE, to)
        return max(changed, memory.rearranged, made)

    def _memory(self, tx: Transaction, feed: Feed) -> FeedMemory | None:
        """Give what is remembered of a feed, by a former topic too: what is stored is renamed at the next pass."""
        names = (
            feed.topic,
            *(old for old, new in self.vocabulary.former_topics.items() if new == feed.topic),
        )
        found = (tx.feeds.get(feed._replace(topic=name)) for name in names)
        memory = next((each for each in found if each), None)
        return replace(memory, feed=feed) if memory else None

    def _is_own(self, feed: Feed) -> bool:
        """Tell whether a feed is there even before its first entry."""
        return (
            feed.country in ("", *self.vocabulary.countries)
            and feed.topic in ("", *self.vocabulary.topics)
            and feed.language in ("", *self.site.languages)
        )

    def is_retired(self, feed: Feed) -> bool:
        """Tell whether a feed is about a topic that was given up, or goes by another name now."""
        return feed.topic not in ("", *self.vocabulary.topics)

    def _renamed(self, tx: Transaction, feed: Feed) -> Feed | None:
        """Give what a feed is called now whose topic was renamed, for ever: the store remembers it, too."""
        topic = self.vocabulary.former_topics.get(feed.topic)
        if topic:
            return feed._replace(topic=topic)
        memory = tx.feeds.first_called(feed.name) if self.is_retired(feed) else None
        return memory.feed if memory and not self.is_retired(memory.feed) else None

    def _gone_or_moved(
        self, tx: Transaction, address: FeedPage | FeedDocument, feed: Feed
    ) -> Document | None:
        """Give what stands in the place of a feed whose topic was renamed or retired, or of an archive to come."""
        renamed = self._renamed(tx, feed)
        if renamed:
            moved = replace(address, feed=renamed)
            return Document(self._path(address), "text/plain", b"", moved_to=self._path(moved))
        if self.is_retired(feed):
            language = address.language if isinstance(address, FeedPage) else feed.language
            return self.pages.retired(self._path(address), language)
        if isinstance(address, FeedDocument) and address.archive:
            memory = self._memory(tx, feed)
            if memory and address.archive > memory.archives:
                current = self._path(replace(address, archive=0))
                return Document(self._path(address), "text/plain", b"", moved_to=current, for_now=True)
        return None

    def _path(self, address: FeedPage | FeedDocument) -> str:
        if isinstance(address, FeedPage):
            return self.site.localized(address.feed.path, address.language)
        return address.path

    def _feed_document(self, tx: Transaction, address: FeedDocument) -> Document:
        memory = self._memory(tx, address.feed)
        if not memory:
            content = self._content(address.feed, address.feed.name, (), None)
        elif address.archive:
            content = self._archived_content(tx, memory, address.archive)
        else:
            content = self._current_content(tx, memory)
        return self.feeds.document(content, address.kind)

    def _current_content(self, tx: Transaction, memory: FeedMemory) -> FeedContent:
        entries = self._of_feed(tx, memory, memory.archived)
        content = self._content(memory.feed, memory.name, entries, memory.updated_at)
        withdrawn = tx.entries.withdrawn_from_feed(memory.number, self.size)
        return replace(content, archives=memory.archives, withdrawn=withdrawn)

    def _archived_content(self, tx: Transaction, memory: FeedMemory, number: int) -> FeedContent:
        to = number * ARCHIVE_SIZE
        entries = self._of_feed(tx, memory, to - ARCHIVE_SIZE, to)
        updated_at = max((entry.updated_at for entry in entries), default=memory.updated_at)
        content = self._content(memory.feed, memory.name, entries, updated_at)
        return replace(content, archive=number, archives=memory.archives)

    def _content(
        self, feed: Feed, name: str, entries: Sequence[Entry], updated_at: datetime | None
    ) -> FeedContent:
        language = feed.language or self.site.language
        return FeedContent(
            name=name,
            title=self.vocabulary.feed_title(feed, language),
            path=feed.path,
            language=language,
            entries=entries,
            updated_at=updated_at or self.site.begun_at,
            categories=feed.categories,
        )

    def _of_feed(self, tx: Transaction, memory: FeedMemory, after: int, to: int | None = None) -> list[Entry]:
        return [self._current(entry) for entry in tx.entries.in_feed(memory.number, after, to)]

    def _current(self, entry: Entry) -> Entry:
        """Give an entry with its topics as they are called now, and without those that are no more."""
        known, former = self.vocabulary.topics, self.vocabulary.former_topics
        topics = entry.labels.topics
        if all(label.term in known for label in topics):
            return entry
        renamed = [replace(label, term=former.get(label.term, label.term)) for label in topics]
        kept = tuple(label for label in renamed if label.term in known)
        return replace(entry, labels=replace(entry.labels, topics=kept))

    def _listed_feeds(self, tx: Transaction) -> list[Feed]:
        """Give the feeds worth subscribing to by the hundred: of what is empty, only whole countries and topics."""
        return sorted(
            feed
            for feed, memory in tx.feeds.all().items()
            if not self.is_retired(feed)
            and (memory.entries or not (feed.language or (feed.country and feed.topic)))
        )

    # --- pages ---

    def _home(self, tx: Transaction, language: str) -> Document:
        newest = map(self._current, tx.entries.newest(Selection(), HOME_ENTRIES))
        counts = self._counts(tx.feeds.inside(Feed()))
        return self.pages.home(by_date(newest), counts, tx.feeds.activity(), language)

    def _feed_page(self, tx: Transaction, feed: Feed, language: str) -> Document:
        memory = self._memory(tx, feed)
        if not memory:
            return self.pages.feed(feed, (), 0, {}, {}, language)
        memories = tx.feeds.inside(feed)
        newest = self._of_feed(tx, memory, memory.archived)[: self.size]
        return self.pages.feed(
            feed,
            by_date(newest),
            memory.entries,
            narrower(feed, self._counts(memories)),
            tx.feeds.months(memory),
            language,
            memory.archives,
        )

    def _counts(self, memories: Mapping[Feed, FeedMemory]) -> dict[Feed, int]:
        return {
            feed: memory.entries
            for feed, memory in memories.items()
            if memory.entries and not self.is_retired(feed)
        }

    # --- what is looked for ---

    def _search_page(self, tx: Transaction, query: SearchQuery, language: str) -> Document:
        query = self._in_terms_of_now(query)
        found, total = tx.search.find(query, FOUND_ON_A_PAGE)
        countries = [feed.country for feed in tx.feeds.inside(Feed()) if feed.country]
        return self.pages.search(query, [*map(self._current, found)], total, language, countries)

    def _found_content(self, tx: Transaction, query: SearchQuery) -> FeedContent:
        asked = self._in_terms_of_now(query)
        entries = [*map(self._current, tx.search.latest(asked, self.size))]
        selection = asked.selection
        feed = Feed(*("".join(sorted(terms)[:1]) for terms in astuple(selection)))
        title = self.vocabulary.feed_title(feed, self.site.language)
        return FeedContent(
            name=f"search/{query.name}",
            title=" · ".join(filter(None, (query.words and f"“{query.words}”", title))),
            path=SEARCH,
            query=query.parameters,
            language=feed.language or self.site.language,
            entries=entries,
            updated_at=max((entry.updated_at for entry in entries), default=self.site.begun_at),
            categories=feed.categories,
        )

    def _in_terms_of_now(self, query: SearchQuery) -> SearchQuery:
        """Give a query with its topic as it is called now: links to searches are kept, too."""
        former = self.vocabulary.former_topics
        topics = frozenset(former.get(term, term) for term in query.selection.topics)
        return replace(query, selection=replace(query.selection, topics=topics))

    # --- the rest ---

    def _picture(self, tx: Transaction, path: str) -> Document:
        kept = tx.media.get(path)
        assert kept
        return Document(path, kept.media_type, kept.data, gone=kept.gone)

    def _site_map_stamp(self, tx: Transaction, part: str) -> int | None:
        if not part.isdigit():
            return max(made_since(tx, PAGES_MADE), _last_change(tx))
        changed = tx.entries.changed_between(*_range(part))
        return max(changed[0], made_since(tx, PAGES_MADE)) if changed else None

    def _site_map(self, tx: Transaction, part: str) -> Document:
        if part.isdigit():
            return self.pages.sitemap(part, tx.entries.listed(*_range(part)))
        return self.pages.sitemap(part, self._listed_pages(tx)) if part else self._site_map_index(tx)

    def _site_map_index(self, tx: Transaction) -> Document:
        parts = []
        for number in range(1, -(-tx.entries.last_seq() // SITE_MAP_SIZE) + 1):
            changed = tx.entries.changed_between(*_range(str(number)))
            if changed:
                parts.append((str(number), changed[1]))
        latest = max((at for _, at in parts), default=self.site.begun_at)
        return self.pages.sitemap_index([("pages", latest), *parts])

    def _listed_pages(self, tx: Transaction) -> list[tuple[str, datetime]]:
        """List the home pages and those of feeds that have entries, each with its last change."""
        changed = {
            feed.path: memory.updated_at
            for feed, memory in sorted(tx.feeds.all().items())
            if memory.entries and memory.updated_at and not self.is_retired(feed)
        }
        latest = max(changed.values(), default=self.site.begun_at)
        listed = [("/", latest), *changed.items()]
        languages = self.site.languages
        return [(self.site.localized(path, each), at) for path, at in listed for each in languages][
            :SITE_MAP_SIZE
        ]

    def _asset(self, path: str) -> Document | None:
        return next((asset for asset in self.pages.assets() if asset.path == path), None)


def strong_etag(document: Document) -> str:
    """Give the strong validator (RFC 9110, section 8.8.3) of a document: equal for equal bytes and type."""
    digest = hashlib.sha256(document.media_type.encode() + b"\0" + document.body).hexdigest()
    return f'"{digest[:32]}"'


def narrower(feed: Feed, counts: Mapping[Feed, int]) -> dict[Feed, int]:
    """Give the feeds that show a part of this one and have entries: a country by topic, a topic by country."""
    return {
        other: number
        for other, number in counts.items()
        if other != feed
        and other.language == feed.language
        and bool(other.country and other.topic) == bool(feed.country or feed.topic)
        and feed.country in ("", other.country)
        and feed.topic in ("", other.topic)
    }


def by_date(entries: Iterable[Entry]) -> list[Entry]:
    """Order entries for people: by the bulletin's date, the newest first, then by arrival."""
    return sorted(entries, key=lambda entry: (entry.published, entry.seq), reverse=True)


def made_since(tx: Transaction, fact: str) -> int:
    """Give the publication since which feeds, or pages, are made as they are now; 0 before the first."""
    return int((tx.facts.get(fact) or "0").partition(" ")[0])


def _range(part: str) -> tuple[int, int]:
    """Give the seqs of the entries in a part of the site map: those after the first number, to the second."""
    return (int(part) - 1) * SITE_MAP_SIZE, int(part) * SITE_MAP_SIZE


def _last_change(tx: Transaction) -> int:
    last = tx.publications.last()
    return last.number if last else 0
