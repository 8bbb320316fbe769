"""What a mirror of the site consists of: every file, or those whose documents changed after a publication.

Reads the store and decides; makes no document. A file that is listed may turn out to be as it was, but none that
changed is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from feedsvc.model import FORMATS
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
    SiteMap,
)
from feedsvc.pipeline.catalogue import SITE_MAP_SIZE, made_since
from feedsvc.pipeline.publish import FEEDS_MADE, PAGES_MADE
from feedsvc.store import ARCHIVE_SIZE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from feedsvc.model import Feed
    from feedsvc.pipeline.catalogue import Catalogue
    from feedsvc.store import FeedMemory, Transaction


class Item(NamedTuple):
    """A file of the mirror, by its path there, and the address whose document it holds."""

    file: str
    address: Address


class Stage(NamedTuple):
    """Items that may be laid there in any order, after those of the stages before."""

    what: str
    items: list[Item]


@dataclass(frozen=True)
class Inventory:
    """The files at a destination that changed after a publication; all for 0, or when all are made otherwise since."""

    tx: Transaction
    catalogue: Catalogue
    destination: str
    after: int

    @cached_property
    def is_whole(self) -> bool:
        """Whether it lists all that the mirror is to hold."""
        return self.after == 0 or self._are_made_anew(FEEDS_MADE) or self._are_made_anew(PAGES_MADE)

    def stages(self) -> list[Stage]:
        """List the files, each after those that it leads to: whoever reads a feed finds the pages it tells of."""
        return [
            Stage("pictures", [*self._assets(), *self._pictures()]),
            Stage("entries", list(self._entries())),
            Stage("pages", [*self._feed_pages(), *self._homes()]),
            Stage("lists", list(self._lists())),
            Stage("archives", list(self._archives())),
            Stage("feeds", list(self._feeds())),
        ]

    def _are_made_anew(self, fact: str) -> bool:
        return made_since(self.tx, fact) > self.after

    @property
    def _from(self) -> int:
        """The publication after which changes count; as everything bears a number of 0 or more, -1 for all."""
        return -1 if self.is_whole else self.after

    # --- what is not about feeds ---

    def _assets(self) -> Iterator[Item]:
        if self.is_whole:
            yield Item("404.html", NotFoundPage())
            for asset in self.catalogue.pages.assets():
                yield _as_it_is(asset.path, Asset(asset.path))

    def _pictures(self) -> Iterator[Item]:
        for path in self.tx.media.changed(self._from):
            yield _as_it_is(path, PictureFile(path))

    def _entries(self) -> Iterator[Item]:
        for _seq, path in self._changed_entries:
            yield _page(path, EntryPage(path))

    def _homes(self) -> Iterator[Item]:
        for language in self.catalogue.site.languages:
            yield _page(self.catalogue.site.localized("/", language), Home(language))

    def _lists(self) -> Iterator[Item]:
        if self.is_whole:
            yield _as_it_is("/robots.txt", Robots())
        for number in sorted({(seq - 1) // SITE_MAP_SIZE + 1 for seq, _path in self._changed_entries}):
            yield _as_it_is(f"/sitemap/{number}.xml", SiteMap(str(number)))
        yield _as_it_is("/sitemap/pages.xml", SiteMap("pages"))
        yield _as_it_is("/sitemap.xml", SiteMap())
        yield _as_it_is("/feeds.opml", Opml())

    @cached_property
    def _changed_entries(self) -> list[tuple[int, str]]:
        return self.tx.entries.changed_paths(self._from)

    # --- feeds ---

    @cached_property
    def _changed_feeds(self) -> list[FeedMemory]:
        """The feeds to be made, in an order in which neighbours have many entries in common."""
        changed = self.tx.feeds.changed(self._from).values()
        return sorted(
            (memory for memory in changed if not self.catalogue.is_retired(memory.feed)),
            key=lambda memory: memory.feed,
        )

    def _feed_pages(self) -> Iterator[Item]:
        site = self.catalogue.site
        for memory in self._changed_feeds:
            for language in site.languages:
                for name in self._names(memory.feed):
                    yield _page(site.localized(name.path, language), FeedPage(memory.feed, language))

    def _feeds(self) -> Iterator[Item]:
        for memory in self._changed_feeds:
            yield from self._documents(memory.feed)

    def _archives(self) -> Iterator[Item]:
        """List archives by the place in time of their entries, as many feeds have the same."""
        changed = {} if self.is_whole else self.tx.feeds.changed_positions(self.after)
        found = [
            (number * ARCHIVE_SIZE / memory.positions, memory.feed, number)
            for memory in self._changed_feeds
            for number in self._changed_archives(memory, changed.get(memory.number, set()))
        ]
        for _time, feed, number in sorted(found):
            yield from self._documents(feed, number)

    def _changed_archives(self, memory: FeedMemory, changed: set[int]) -> Collection[int]:
        """Give the archives of a feed that are new, or from which an entry went, or in which one changed."""
        numbers = range(1, memory.archives + 1)
        if self.is_whole or memory.rearranged > self.after:
            return numbers
        files = {
            _file(FeedDocument(memory.feed, kind, number).path): number
            for number in numbers
            for kind in FORMATS
        }
        there = self.tx.exports.at(self.destination, files)
        new = {number for file, number in files.items() if file not in there}
        return new.union((position - 1) // ARCHIVE_SIZE + 1 for position in changed).intersection(numbers)

    def _documents(self, feed: Feed, archive: int = 0) -> Iterator[Item]:
        for kind in FORMATS:
            address = FeedDocument(feed, kind, archive)
            for name in self._names(feed):
                yield _as_it_is(replace(address, feed=name).path, address)

    def _names(self, feed: Feed) -> Iterator[Feed]:
        """Give the feed, and what it was called before its topic was renamed: files can't lead elsewhere."""
        yield feed
        for old, new in self.catalogue.vocabulary.former_topics.items():
            if feed.topic == new:
                yield feed._replace(topic=old)


def _page(path: str, address: Address) -> Item:
    """Name the file of a page as web servers and object stores look for it."""
    return Item(f"{path.strip('/')}/index.html".lstrip("/"), address)


def _as_it_is(path: str, address: Address) -> Item:
    return Item(_file(path), address)


def _file(path: str) -> str:
    return path[1:]
