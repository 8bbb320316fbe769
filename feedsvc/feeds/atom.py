"""Atom 1.0 (RFC 4287), by feedgen and an extension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from feedsvc import __version__
from feedsvc.feeds.extension import AtomEntryExtension, AtomFeedExtension
from feedsvc.model import ATOM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedsvc.feeds.rendition import Head, NamedCategory, Rendition

_END = b"</feed>"


def atom_document(head: Head, entries: Sequence[bytes]) -> bytes:
    """Make the document of a feed around its entries, each as `atom_entry` gives it."""
    generator = FeedGenerator()
    generator.register_extension("feedsvc", AtomFeedExtension, rss=False)
    generator.feedsvc.head = head
    generator.id(head.id)
    generator.title(head.title)
    generator.subtitle(head.description)
    generator.language(head.language)
    generator.updated(head.updated)
    generator.author(name=head.author, uri=head.home)
    generator.generator("feedsvc", version=__version__)
    generator.icon(head.icon)
    generator.category(as_dicts(head.categories))
    generator.link(href=head.address, rel="self", type=ATOM.media_type)
    generator.link(href=head.page, rel="alternate", type="text/html")
    for relation, address in head.links:
        generator.link(href=address, rel=relation)
    whole: bytes = generator.atom_str()
    return b"\n".join((whole.removesuffix(_END), *entries, _END))


def atom_entry(rendition: Rendition) -> bytes:
    """Make the element of an entry; it takes its namespace from the document around it."""
    entry = FeedEntry()
    entry.register_extension("feedsvc", AtomEntryExtension, rss=False)
    entry.feedsvc.rendition = rendition
    entry.id(rendition.id)
    entry.title(rendition.title)
    entry.updated(rendition.updated)
    if rendition.published:
        entry.published(rendition.published)
    entry.category(as_dicts(rendition.categories))
    entry.link(href=rendition.address, rel="alternate")  # without it feedgen refuses an entry without content
    if rendition.summary:
        entry.summary(rendition.summary, type="text")
    if rendition.html:
        entry.content(rendition.html, type="html")
    return etree.tostring(entry.atom_entry(), encoding="UTF-8")


def as_dicts(categories: Sequence[NamedCategory]) -> list[dict[str, str]]:
    """Give categories as feedgen takes them."""
    return [category._asdict() for category in categories]
