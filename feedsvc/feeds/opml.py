"""OPML 2.0 (http://opml.org/spec2.opml): all feeds of a site in one list, to be taken into a reader at once."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from lxml import etree
from lxml.etree import SubElement

from feedsvc.feeds.rendition import language_path
from feedsvc.feeds.text import allowed
from feedsvc.model import ATOM, Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lxml.etree import _Element

    from feedsvc.model import Feed, Site, Vocabulary

PATH = "/feeds.opml"
MEDIA_TYPE = "text/x-opml"


def opml(
    site: Site,
    vocabulary: Vocabulary,
    feeds: Iterable[Feed],
    *,
    countries: str = "Countries",
    topics: str = "Topics",
) -> Document:
    """List feeds in the order of the vocabulary: that of all entries, a folder `countries`, a folder `topics`."""
    ordered = sorted(feeds, key=_place(vocabulary))
    outline = partial(_outline, site, vocabulary)
    root = etree.Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = allowed(site.title)
    body = SubElement(root, "body")
    for feed in ordered:
        if not feed.categories:
            SubElement(body, "outline", outline(feed))
    of_countries = [feed for feed in ordered if feed.country]
    of_topics = [feed for feed in ordered if feed.topic and not feed.country]
    for name, members in ((countries, of_countries), (topics, of_topics)):
        if members:
            folder = SubElement(body, "outline", {"text": allowed(name)})
            for category, group in groupby(members, lambda feed: feed.categories[0]):
                label = allowed(vocabulary.label(category, site.language))
                _fill(folder, label, [outline(feed) for feed in group])
    written = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return Document(PATH, f"{MEDIA_TYPE}; charset=utf-8", written)


def _fill(folder: _Element, label: str, outlines: Sequence[dict[str, str]]) -> None:
    """Put the feeds of one country or topic into a folder; several go into a folder of their own.

    None goes into another, for many readers look for nothing inside a feed.
    """
    parent = folder if len(outlines) == 1 else SubElement(folder, "outline", {"text": label})
    for attributes in outlines:
        SubElement(parent, "outline", attributes)


def _outline(site: Site, vocabulary: Vocabulary, feed: Feed) -> dict[str, str]:
    """Say what a reader needs to know of a feed. No `version`: all values that there are for it mean RSS."""
    title = allowed(vocabulary.feed_title(feed, site.language)) or allowed(site.title)
    language = feed.language or site.language
    return {
        "type": "rss",
        "text": title,
        "title": title,
        "xmlUrl": f"{site.url}{feed.path}.{ATOM.extension}",
        "htmlUrl": f"{site.url}{language_path(language, site)}{feed.path}",
        "language": language,
    }


def _place(vocabulary: Vocabulary) -> Callable[[Feed], tuple[tuple[int, str], ...]]:
    """Sort as the vocabulary does, what it doesn't know last; a feed without a facet comes before those with it."""
    known = {term: place for place, term in enumerate(("", *vocabulary.countries, *vocabulary.topics))}

    def place(feed: Feed) -> tuple[tuple[int, str], ...]:
        terms = (feed.country, feed.topic, feed.language)
        return tuple((known.get(term, len(known)), term) for term in terms)

    return place
