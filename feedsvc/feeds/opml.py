"""OPML 2.0 (http://opml.org/spec2.opml): all feeds of a site in one list, to be taken into a reader at once."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from lxml import etree
from lxml.etree import SubElement

from feedsvc.feeds.rendition import language_path
from feedsvc.feeds.text import allowed
from feedsvc.model import ATOM, Category, Document, Feed, Scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lxml.etree import _Element

    from feedsvc.model import Site, Vocabulary

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
    """List feeds in the order of the vocabulary: that of all entries, a folder `countries`, a folder `topics`.

    A country with several feeds has a folder of its own, as many readers look for nothing inside a feed.
    """
    ordered = sorted(feeds, key=_place(vocabulary))
    root = etree.Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = allowed(site.title)
    body = SubElement(root, "body")

    def add(parent: _Element, feed: Feed) -> None:
        title = allowed(vocabulary.feed_title(feed, site.language)) or allowed(site.title)
        language = feed.language or site.language
        # No `version`: the values that the specification has for it are all RSS.
        SubElement(
            parent,
            "outline",
            {
                "type": "rss",
                "text": title,
                "title": title,
                "xmlUrl": f"{site.url}{feed.path}.{ATOM.extension}",
                "htmlUrl": f"{site.url}{language_path(language, site)}{feed.path}",
                "language": language,
            },
        )

    def add_folder(name: str, scheme: Scheme, members: Sequence[Feed], term: Callable[[Feed], str]) -> None:
        if not members:
            return
        folder = SubElement(body, "outline", {"text": allowed(name)})
        for key, group in groupby(members, term):
            same = list(group)
            label = allowed(vocabulary.label(Category(scheme, key), site.language))
            parent = folder if len(same) == 1 else SubElement(folder, "outline", {"text": label})
            for feed in same:
                add(parent, feed)

    for feed in ordered:
        if not feed.categories:
            add(body, feed)
    add_folder(
        countries, Scheme.COUNTRY, [feed for feed in ordered if feed.country], lambda feed: feed.country
    )
    of_topics = [feed for feed in ordered if feed.topic and not feed.country]
    add_folder(topics, Scheme.TOPIC, of_topics, lambda feed: feed.topic)
    written = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return Document(PATH, f"{MEDIA_TYPE}; charset=utf-8", written)


def _place(vocabulary: Vocabulary) -> Callable[[Feed], tuple[tuple[int, str], ...]]:
    """Sort as the vocabulary does, what it doesn't know last; a feed without a facet comes before those with it."""
    known = {term: place for place, term in enumerate(("", *vocabulary.countries, *vocabulary.topics))}

    def place(feed: Feed) -> tuple[tuple[int, str], ...]:
        terms = (feed.country, feed.topic, feed.language)
        return tuple((known.get(term, len(known)), term) for term in terms)

    return place
