"""The addresses of the site: from a path to what stands there, if anything ever can. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedsvc.model import FORMATS, SEARCH, Feed, FeedFormat, SearchQuery

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Home:
    """The home page in a language."""

    language: str


@dataclass(frozen=True, slots=True)
class FeedPage:
    """The page of a feed in a language."""

    feed: Feed
    language: str


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A feed in a format: its current document, or the archive of a number from 1."""

    feed: Feed
    kind: FeedFormat
    archive: int = 0

    @property
    def path(self) -> str:
        """Where it stands."""
        archive = f"/archive/{self.archive}" if self.archive else ""
        return f"{self.feed.path}{archive}.{self.kind.extension}"


@dataclass(frozen=True, slots=True)
class EntryPage:
    """The page of an entry."""

    path: str


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture that came inside a bulletin."""

    path: str


@dataclass(frozen=True, slots=True)
class SiteMap:
    """A part of the site map: `1` and so on of entries, `pages` of homes and feeds; empty: the list of the parts."""

    part: str = ""


@dataclass(frozen=True, slots=True)
class Opml:
    """The list of all feeds."""


@dataclass(frozen=True, slots=True)
class Robots:
    """What crawlers may visit."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages need: the style sheet, the icon, the logo."""

    path: str


@dataclass(frozen=True, slots=True)
class NotFoundPage:
    """What stands where nothing does, for those who show the site without feedsvc."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The form, and a page of what was found, in a language."""

    language: str
    query: SearchQuery


@dataclass(frozen=True, slots=True)
class SearchFeed:
    """What was found, as a feed."""

    kind: FeedFormat
    query: SearchQuery


Address = (
    Home
    | FeedPage
    | FeedDocument
    | EntryPage
    | PictureFile
    | SiteMap
    | Opml
    | Robots
    | Asset
    | NotFoundPage
    | SearchPage
    | SearchFeed
)

_FEED = re.compile(
    r"/feeds/(?:all|(?:country/(?P<country>[a-z]{2}))?(?:(?(country)/)topic/(?P<topic>[a-z0-9-]+))?)"
    r"(?:/lang/(?P<language>[a-z]{2,3}))?"
    r"(?:(?:/archive/(?P<archive>[1-9]\d{0,8}))?\.(?P<extension>[a-z]+))?"
)
_ENTRY = re.compile(r"/entries/\d{4}/\d{2}/[^/]+")
_PICTURE = re.compile(r"/media/[0-9a-z]+\.[a-z]+")
_SITE_MAP = re.compile(r"/sitemap/(pages|[1-9]\d{0,5})\.xml")
_ASSET = re.compile(r"/(?:style\.css|favicon\.[a-z]+|logo\.[a-z]+)")
_SEARCH = re.compile(rf"/search\.({'|'.join(kind.extension for kind in FORMATS)})")
_SEARCHING = re.compile(r"(?:/[a-z]{2,3})?/search(?:\.[a-z]+)?")
_FORMATS = {kind.extension: kind for kind in FORMATS}
_FIXED: dict[str, Address] = {
    "/feeds.opml": Opml(),
    "/sitemap.xml": SiteMap(),
    "/robots.txt": Robots(),
}


def parse(path: str, languages: Sequence[str], query: str = "") -> Address | None:
    """Tell what stands at a path, if there is a thing of that name. The first of the languages has no prefix.

    `query` is what follows the path; only a search heeds it.
    """
    language, rest = _language(path, languages)
    if rest == "/":
        return Home(language)
    if rest == SEARCH:
        return SearchPage(language, SearchQuery.read(query))
    if rest.startswith("/feeds/"):
        return _feed(rest, language, prefixed=rest != path)
    if rest != path:
        return None
    if found := _SEARCH.fullmatch(path):
        return SearchFeed(_FORMATS[found[1]], SearchQuery.read(query).on_page(1))
    return _plain(path)


def heeded_query(path: str, query: str) -> str:
    """Give what of a query matters to what stands at a path, in one form: nothing but where one searches."""
    return SearchQuery.read(query).parameters if query and is_search(path) else ""


def is_search(path: str) -> bool:
    """Tell whether a path is one at which one searches."""
    return SEARCH in path and _SEARCHING.fullmatch(path) is not None


def _language(path: str, languages: Sequence[str]) -> tuple[str, str]:
    """Take the prefix off a path that stands for the language of the page."""
    first, _, rest = path[1:].partition("/")
    if first in languages[1:] and path != f"/{first}":
        return first, f"/{rest}"
    return languages[0], path


def _feed(path: str, language: str, *, prefixed: bool) -> Address | None:
    found = _FEED.fullmatch(path)
    if not found or path.startswith("/feeds/.") or path == "/feeds/":
        return None
    feed = Feed((found["country"] or "").upper(), found["topic"] or "", found["language"] or "")
    if not found["extension"]:
        return FeedPage(feed, language) if feed.path == path else None
    kind = _FORMATS.get(found["extension"])
    if not kind or prefixed:
        return None
    return FeedDocument(feed, kind, int(found["archive"] or 0))


def _plain(path: str) -> Address | None:
    if path in _FIXED:
        return _FIXED[path]
    if _ENTRY.fullmatch(path):
        return EntryPage(path)
    if _PICTURE.fullmatch(path):
        return PictureFile(path)
    if found := _SITE_MAP.fullmatch(path):
        return SiteMap(found[1])
    return Asset(path) if _ASSET.fullmatch(path) else None
