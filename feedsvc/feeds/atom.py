"""Atom 1.0 (RFC 4287), by feedgen and an extension."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from feedgen.feed import FeedGenerator

from feedsvc import __version__
from feedsvc.feeds.extension import EntryExtension, FeedExtension
from feedsvc.feeds.html import absolute
from feedsvc.feeds.times import feed_updated_at, published_at, updated_at
from feedsvc.model import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from feedsvc.model import Category, Entry, Feed, Site, Vocabulary

MEDIA_TYPE = "application/atom+xml"


@dataclass(frozen=True)
class AtomBuilder:
    """Makes the Atom document of a feed. Equal arguments give equal bytes.

    `content` says whether entries carry their `full` text beside the summary, or the `summary` alone.
    """

    site: Site
    vocabulary: Vocabulary
    content: Literal["full", "summary"] = "full"

    def document(self, feed: Feed, entries: Sequence[Entry], changed_at: datetime | None = None) -> Document:
        """Make the document that shows these entries, in the order given: the newest first.

        `changed_at` is when the feed last changed, for changes that its entries don't tell: one of them left.
        """
        path = f"{feed.path}.atom"
        generator = self._head(feed, path)
        generator.updated(feed_updated_at(entries, changed_at, self.site))
        for entry in entries:
            self._add(generator, entry)
        return Document(path, f"{MEDIA_TYPE}; charset=utf-8", generator.atom_str())

    def _head(self, feed: Feed, path: str) -> FeedGenerator:
        site = self.site
        title = self.vocabulary.feed_title(feed, site.language)
        generator = FeedGenerator()
        generator.register_extension("feedsvc", FeedExtension, EntryExtension, rss=False)
        generator.id(site.tag(f"feed/{feed.name}"))
        generator.title(f"{title} — {site.title}" if title else site.title)
        generator.subtitle(site.description)
        generator.language(site.language)
        generator.author(name=site.title)
        generator.generator("feedsvc", version=__version__)
        generator.category(self._categories(feed.categories, site.language))
        generator.link(href=f"{site.url}{path}", rel="self", type=MEDIA_TYPE)
        # feedgen takes the last link for the address of an RSS channel.
        generator.link(href=f"{site.url}{feed.path}", rel="alternate", type="text/html")
        return generator

    def _add(self, generator: FeedGenerator, entry: Entry) -> None:
        address = f"{self.site.url}{entry.path}"
        item = generator.add_entry(order="append")
        item.id(entry.id)
        item.title(entry.title or entry.slug)
        if entry.dated:
            item.published(published_at(entry.published, self.site))
        item.updated(updated_at(entry))
        item.category(self._categories(entry.categories, entry.language))
        item.link(href=address, rel="alternate")  # without it feedgen refuses an entry that has no content
        if entry.summary:
            item.summary(entry.summary, type="text")
        if entry.body and self.content == "full":
            item.content(absolute(entry.body, address), type="html")
        item.feedsvc.language = entry.language
        item.feedsvc.links = _links(entry, address)

    def _categories(self, categories: Iterable[Category], language: str) -> list[dict[str, str]]:
        return [
            {
                "term": category.term,
                # A tag URI, as it outlives the domain of the site.
                "scheme": self.site.tag(f"scheme/{category.scheme}"),
                "label": self.vocabulary.label(category, language),
            }
            for category in categories
        ]


def _links(entry: Entry, address: str) -> list[dict[str, str]]:
    page = {"href": address, "rel": "alternate", "type": "text/html", "hreflang": entry.language}
    return [page, {"href": entry.link, "rel": "via"}] if entry.link else [page]
