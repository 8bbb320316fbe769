"""The site's pages, made from its templates. Pure: equal arguments give equal bytes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from feedsvc.model import Document, Feed, Scheme
from feedsvc.templating import Templates, alphabetical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from feedsvc.model import Category, Entry, Site, Vocabulary

HTML = "text/html; charset=utf-8"
# The files of `templates/web/` that are published as they stand.
ASSETS = {"style.css": "text/css; charset=utf-8", "favicon.svg": "image/svg+xml"}


class FeedFormat(NamedTuple):
    """A format that every feed is published in; its address is the feed's path and a dot and the extension."""

    extension: str
    media_type: str
    name: str


ATOM = FeedFormat("atom", "application/atom+xml", "Atom")


class Row(NamedTuple):
    """A feed in a list of feeds by country or by topic: that category, and the number of its entries."""

    category: Category
    feed: Feed
    number: int


class Pages:
    """Makes the site's pages.

    `templates` are the template folders, the site's own first. `feed_formats` are those that pages link to, the
    first of them where there is room for one only. Every method raises TemplateError for a broken template.
    """

    def __init__(
        self,
        site: Site,
        vocabulary: Vocabulary,
        templates: Sequence[Path],
        feed_formats: Sequence[FeedFormat] = (ATOM,),
    ) -> None:
        self.languages = site.languages
        self._site = site
        self._vocabulary = vocabulary
        self._formats = tuple(feed_formats)
        self._templates = Templates(templates, site, vocabulary)

    # --- what is stored and published ---

    def home(self, newest: Sequence[Entry], counts: Mapping[Feed, int]) -> Document:
        """Make the home page from the newest entries and how many each feed holds."""
        own = [Feed(country=term) for term in self._vocabulary.countries]
        others = {feed for feed in counts if feed.country and not feed.topic}.difference(own)
        topics = [Feed(topic=term) for term in self._vocabulary.topics]
        return self._page(
            "/",
            "home.html",
            entries=newest,
            total=counts.get(Feed(), 0),
            countries=_rows(Scheme.COUNTRY, own, counts),
            other_countries=self._sorted(_rows(Scheme.COUNTRY, others, counts)),
            topics=_rows(Scheme.TOPIC, topics, counts),
            feeds=(Feed(),),
        )

    def feed(
        self, feed: Feed, entries: Sequence[Entry], total: int, narrower: Mapping[Feed, int]
    ) -> Document:
        """Make a feed's landing page; `total` counts all its entries, `narrower` those of the feeds inside it."""
        by_country = [other for other in narrower if other.country and not feed.country]
        by_topic = [other for other in narrower if other.topic and not feed.topic]
        return self._page(
            feed.path,
            "feed.html",
            feed=feed,
            entries=entries,
            total=total,
            countries=self._sorted(_rows(Scheme.COUNTRY, by_country, narrower)),
            topics=self._sorted(_rows(Scheme.TOPIC, by_topic, narrower)),
            feeds=(feed,),
        )

    def entry(self, entry: Entry) -> Document:
        """Make an entry's page."""
        labels = entry.labels
        countries = tuple(Feed(country=label.term) for label in labels.countries)
        topics = tuple(Feed(topic=label.term) for label in labels.topics)
        return self._page(entry.path, "entry.html", entry=entry, feeds=(Feed(), *countries, *topics))

    def gone(self, entry: Entry) -> Document:
        """Make the page that stands in the place of a withdrawn entry's."""
        return replace(self.error(410, entry.path), path=entry.path, gone=True)

    def assets(self) -> tuple[Document, ...]:
        """Give the files that pages need."""
        return tuple(
            Document(f"/{name}", media_type, self._templates.source(f"web/{name}").encode())
            for name, media_type in ASSETS.items()
        )

    # --- what is made when it is asked for ---

    def error(self, status: int, path: str = "") -> Document:
        """Make the page for a request for a path that ended in an HTTP status of 400 or more."""
        return self._page(path, "error.html", status=status)

    def unsubscribe(self, address: str, token: str, language: str) -> Document:
        """Make the page with the button by which an address leaves all mailing lists of the site."""
        path = f"/unsubscribe/{quote(token, safe='')}"
        return self._page(path, "unsubscribe.html", language, address=address)

    def unsubscribed(self, address: str, language: str) -> Document:
        """Make the page that says an address is written to no more."""
        return self._page("", "unsubscribed.html", language, address=address)

    def unsubscribe_invalid(self, language: str) -> Document:
        """Make the page for an unsubscribe link that is not ours or was cut short."""
        return self._page("", "unsubscribe_invalid.html", language)

    def _page(self, path: str, template: str, language: str = "", **values: object) -> Document:
        text = self._templates.render(
            f"web/{template}",
            language or self._site.language,
            path=path,
            formats=self._formats,
            **{"feeds": (), **values},
        )
        return Document(path, HTML, text.encode())

    def _sorted(self, rows: Iterable[Row]) -> list[Row]:
        def name(row: Row) -> tuple[str, Category]:
            return alphabetical(self._vocabulary.label(row.category, self._site.language)), row.category

        return sorted(rows, key=name)


def _rows(scheme: Scheme, feeds: Iterable[Feed], counts: Mapping[Feed, int]) -> list[Row]:
    return [
        Row(category, feed, counts.get(feed, 0))
        for feed in feeds
        for category in feed.categories
        if category.scheme is scheme
    ]
