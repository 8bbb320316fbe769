"""The site's pages, made from its templates. Pure: equal arguments give equal bytes.

In the site's first language a page stands at the path of what it shows, in every other one below that language:
`/feeds/all`, `/es/feeds/all`. An entry has one page only, in whose interface its own language is spoken.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from feedsvc.model import FORMATS, SEARCH, Category, Document, Feed, Picture, Scheme, SearchQuery
from feedsvc.pages.articles import is_web_address, news_article, picture
from feedsvc.pages.charts import by_country, by_month
from feedsvc.pages.readers import READERS
from feedsvc.templating import Templates, alphabetical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from feedsvc.model import Entry, FeedFormat, Site, Vocabulary

HTML = "text/html; charset=utf-8"
XML = "application/xml"
# How many entries a page of a found set shows.
FOUND_ON_A_PAGE = 20
# How many documents a part of the sitemap may list (sitemaps.org).
LISTED_IN_A_SITEMAP = 50_000


class Row(NamedTuple):
    """A feed in a list of feeds by country or by topic: that category, and the number of its entries."""

    category: Category
    feed: Feed
    number: int


class Version(NamedTuple):
    """A page in a language of the site: where it is."""

    language: str
    path: str


class Pages:
    """Makes the site's pages.

    `templates` are the template folders, the site's own first. `formats` are those that feeds are published in,
    the first of them where there is room for one only. A language left out is the site's first.
    Every method raises TemplateError for a broken template.
    """

    def __init__(
        self,
        site: Site,
        vocabulary: Vocabulary,
        templates: Sequence[Path],
        formats: Sequence[FeedFormat] = FORMATS,
    ) -> None:
        self.languages = site.languages
        self._folders = tuple(templates)
        self._site = site
        self._vocabulary = vocabulary
        self._formats = tuple(formats)
        self._templates = Templates(templates, site, vocabulary)
        self._homes = self._versions("/")

    def __reduce__(self) -> tuple[type[Pages], tuple[object, ...]]:
        # Another process reads the templates by itself.
        return Pages, (self._site, self._vocabulary, self._folders, self._formats)

    # --- what is stored and published ---

    def home(
        self,
        newest: Sequence[Entry],
        counts: Mapping[Feed, int],
        activity: Mapping[str, Mapping[date, int]],
        language: str = "",
    ) -> Document:
        """Make the home page.

        From the newest entries, how many each feed holds, and how many entries each country has in each month,
        which goes by its first day.
        """
        language = language or self._site.language
        own = [Feed(country=term) for term in self._vocabulary.countries]
        others = {
            feed for feed in counts if feed.country and not feed.topic and not feed.language
        }.difference(own)
        topics = [Feed(topic=term) for term in self._vocabulary.topics]
        return self._page(
            "/",
            "home.html",
            language,
            versions=self._homes,
            entries=newest,
            total=counts.get(Feed(), 0),
            chart=by_country(activity),
            countries=_rows(Scheme.COUNTRY, own, counts),
            other_countries=self._sorted(_rows(Scheme.COUNTRY, others, counts), language),
            topics=_rows(Scheme.TOPIC, topics, counts),
            feeds=(Feed(),),
        )

    def feed(
        self,
        feed: Feed,
        entries: Sequence[Entry],
        total: int,
        narrower: Mapping[Feed, int],
        months: Mapping[date, int],
        language: str = "",
        archives: int = 0,
    ) -> Document:
        """Make a feed's landing page.

        `total` counts all its entries, `narrower` those of the feeds inside it, `months` those of each month, which
        goes by its first day. `archives` is how many full archives the feed has.
        """
        language = language or self._site.language
        inside = [other for other in narrower if other.language == feed.language]
        by_country = [other for other in inside if other.country and not feed.country]
        by_topic = [other for other in inside if other.topic in self._vocabulary.topics and not feed.topic]
        return self._page(
            feed.path,
            "feed.html",
            language,
            versions=self._versions(feed.path),
            feed=feed,
            entries=entries,
            total=total,
            chart=by_month(months),
            archives=archives,
            older=SearchQuery(selection=feed.selection).parameters,
            readers=READERS,
            in_languages=[feed._replace(language=each) for each in ("", *self.languages)],
            countries=self._sorted(_rows(Scheme.COUNTRY, by_country, narrower), language),
            topics=self._sorted(_rows(Scheme.TOPIC, by_topic, narrower), language),
            feeds=(feed,),
        )

    def entry(self, entry: Entry) -> Document:
        """Make an entry's page."""
        language = self._site.speaks(entry.language)
        categories = tuple(each for each in entry.categories if self._vocabulary.knows(each))
        feeds = (
            Feed(),
            *(Feed(each.term) for each in categories if each.scheme is Scheme.COUNTRY),
            *(Feed(topic=each.term) for each in categories if each.scheme is Scheme.TOPIC),
        )
        keywords = [self._vocabulary.label(each, entry.language) for each in categories]
        image = picture(entry, self._site)
        return self._page(
            entry.path,
            "entry.html",
            language,
            entry=entry,
            categories=categories,
            keywords=keywords,
            image=image,
            article=news_article(entry, self._site, keywords, image),
            original=entry.link if is_web_address(entry.link) else "",
            feeds=feeds,
        )

    def gone(self, entry: Entry) -> Document:
        """Make the page that stands in the place of a withdrawn entry's."""
        return replace(self.error(410, entry.path, self._site.speaks(entry.language)), gone=True)

    def retired(self, path: str, language: str = "") -> Document:
        """Make the page that stands at a path where a feed was whose topic was given up."""
        return replace(self._page(path, "error.html", language, status=410, retired=True), gone=True)

    def sitemap_index(self, parts: Sequence[tuple[str, datetime]]) -> Document:
        """Make the list of the sitemap's parts, from the name of each and when it last changed."""
        return self._text("/sitemap.xml", XML, "sitemap_index.xml", parts=parts)

    def sitemap(self, part: str, listed: Sequence[tuple[str, datetime]]) -> Document:
        """Make a part of the sitemap, of LISTED_IN_A_SITEMAP pages at most: the path of each, and its last change."""
        return self._text(f"/sitemap/{part}.xml", XML, "sitemap.xml", listed=listed)

    def robots(self) -> Document:
        """Make the file that tells crawlers where there is something for them."""
        return self._text("/robots.txt", "text/plain; charset=utf-8", "robots.txt", formats=FORMATS)

    def assets(self) -> tuple[Document, ...]:
        """Give the files that pages need."""
        style = self._templates.source("web/style.css").encode()
        pictures = [self._site.favicon or self._own_favicon(), self._site.logo]
        return (
            Document("/style.css", "text/css; charset=utf-8", style),
            *(Document(f"/{each.name}", each.media_type, each.data) for each in pictures if each),
        )

    # --- what is made when it is asked for ---

    def search(
        self,
        query: SearchQuery,
        found: Sequence[Entry],
        total: int,
        language: str = "",
        countries: Iterable[str] = (),
    ) -> Document:
        """Make a page of what was found: FOUND_ON_A_PAGE entries of `total`.

        `countries` are those that can be chosen besides the site's own.
        """
        language = language or self._site.language
        own = [Category(Scheme.COUNTRY, term) for term in self._vocabulary.countries]
        others = {
            Category(Scheme.COUNTRY, term) for term in (*countries, *query.selection.countries)
        }.difference(own)
        pages = max(-(-total // FOUND_ON_A_PAGE), 1)
        return self._page(
            SEARCH,
            "search.html",
            language,
            versions=self._versions(SEARCH, query.parameters),
            query=query,
            entries=found,
            total=total,
            pages=pages,
            countries=own,
            other_countries=self._by_name(others, language),
            topics=[Category(Scheme.TOPIC, term) for term in self._vocabulary.topics],
        )

    def error(self, status: int, path: str = "", language: str = "") -> Document:
        """Make the page for a request for a path that ended in an HTTP status of 400 or more."""
        return self._page(path, "error.html", language, status=status, retired=False)

    def unsubscribe(self, address: str, token: str, language: str) -> Document:
        """Make the page with the button by which an address leaves all mailing lists of the site."""
        path = f"/unsubscribe/{quote(token, safe='')}"
        return self._page(path, "unsubscribe.html", language, address=address)

    def unsubscribed(self, address: str, language: str) -> Document:
        """Make the page that says an address is written to no more."""
        return self._page("", "unsubscribed.html", language, address=address, already=False)

    def unsubscribed_already(self, address: str, language: str) -> Document:
        """Make the page that says an address was written to no more before this visit."""
        return self._page("", "unsubscribed.html", language, address=address, already=True)

    def unsubscribe_invalid(self, language: str) -> Document:
        """Make the page for an unsubscribe link that is not ours or was cut short."""
        return self._page("", "unsubscribe_invalid.html", language)

    # --- what they have in common ---

    def _page(
        self,
        path: str,
        template: str,
        language: str = "",
        versions: tuple[Version, ...] = (),
        **values: object,
    ) -> Document:
        """Make a page. Without versions of its own in other languages it leads to the home pages in them."""
        language = language or self._site.language
        path = self._site.localized(path, language) if versions else path
        text = self._templates.render(
            f"web/{template}",
            language,
            path=path,
            versions=versions or self._homes,
            has_versions=bool(versions),
            formats=self._formats,
            **{"feeds": (), **values},
        )
        # Half of a surrogate pair, which no bulletin gives but any address may, has no bytes in UTF-8.
        return Document(path, HTML, text.encode(errors="replace"))

    def _text(self, path: str, media_type: str, template: str, **values: object) -> Document:
        text = self._templates.render(f"web/{template}", self._site.language, **values)
        return Document(path, media_type, text.encode())

    def _versions(self, path: str, parameters: str = "") -> tuple[Version, ...]:
        return tuple(
            Version(language, self._site.localized(path, language) + parameters)
            for language in self.languages
        )

    def _own_favicon(self) -> Picture:
        return Picture("favicon.svg", "image/svg+xml", self._templates.source("web/favicon.svg").encode())

    def _sorted(self, rows: Iterable[Row], language: str) -> list[Row]:
        by_category = {row.category: row for row in rows}
        return [by_category[category] for category in self._by_name(by_category, language)]

    def _by_name(self, categories: Iterable[Category], language: str) -> list[Category]:
        def name(category: Category) -> tuple[str, Category]:
            return alphabetical(self._vocabulary.label(category, language)), category

        return sorted(categories, key=name)


def _rows(scheme: Scheme, feeds: Iterable[Feed], counts: Mapping[Feed, int]) -> list[Row]:
    return [
        Row(category, feed, counts.get(feed, 0))
        for feed in feeds
        for category in feed.categories
        if category.scheme is scheme
    ]
