"""RSS 2.0, by feedgen and an extension.

Plain text goes into titles, as the RSS Advisory Board's profile has it; `description` is HTML to every reader, so
that the summary, which is plain text, is escaped for it.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from feedsvc.feeds.atom import as_dicts
from feedsvc.feeds.extension import ATOM, CONTENT, DUBLIN_CORE, RssEntryExtension, RssFeedExtension
from feedsvc.model import RSS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedsvc.feeds.rendition import Head, Rendition

_END = b"</channel></rss>"
# The plain text of a channel; in addresses and attributes, readers know no references by number.
_PLAIN_TEXT = re.compile(rb"(?:(?<=<title>)|(?<=<description>))[^<]+")
# What the root of each document declares, and no item need declare again.
_NAMESPACES = {"atom": ATOM, "content": CONTENT, "dc": DUBLIN_CORE}


def rss_document(head: Head, items: Sequence[bytes]) -> bytes:
    """Make the document of a feed around its items, each as `rss_item` gives it."""
    generator = FeedGenerator()
    # feedgen would write this date from the clock and by `setlocale`, which changes the locale of all threads; no
    # method of it takes the date away.
    generator._FeedGenerator__rss_lastBuildDate = None  # noqa: SLF001
    generator.register_extension("feedsvc", RssFeedExtension, atom=False)
    generator.feedsvc.head = head
    generator.title(head.title)
    generator.description(head.description or head.title)  # RSS demands one
    generator.language(head.language)
    generator.generator("feedsvc")
    generator.category(as_dicts(head.categories))
    generator.link(href=head.address, rel="self", type=RSS.media_type)
    # feedgen takes the last link for the address of the channel.
    generator.link(href=head.page, rel="alternate")
    whole: bytes = generator.rss_str()
    opening = _PLAIN_TEXT.sub(lambda text: _profiled(text[0]), whole.removesuffix(_END))
    return b"\n".join((opening, *items, _END))


def rss_item(rendition: Rendition) -> bytes:
    """Make the element of an entry; its namespaces are declared by the document around it."""
    item = FeedEntry()
    item.register_extension("feedsvc", RssEntryExtension, atom=False)
    item.feedsvc.rendition = rendition
    item.id(rendition.id)
    item.title(rendition.title)
    item.category(as_dicts(rendition.categories))
    item.link(href=rendition.address, rel="alternate")
    if rendition.summary:
        item.description(escape(rendition.summary, quote=False), isSummary=True)
    if rendition.html:
        item.content(rendition.html, type="html")
    title, end, rest = _bare(item.rss_entry()).partition(b"</title>")
    return _profiled(title) + end + rest


def _bare(item: etree._Element) -> bytes:
    """Write an item without the declarations of its namespaces."""
    root = etree.Element("rss", nsmap=_NAMESPACES)
    root.append(item)
    whole = etree.tostring(root, encoding="UTF-8")
    return whole[whole.index(b"<item>") : -len(b"</rss>")]


def _profiled(text: bytes) -> bytes:
    """Write `<` and `&` of plain text as the RSS Advisory Board's profile has them, for readers that decode twice."""
    return text.replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;")
