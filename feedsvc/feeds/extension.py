"""What feedgen can't say in Atom and RSS, as feedgen extensions.

The elements of either core have no namespace in feedgen's trees: Atom's `xmlns` is a plain attribute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml.etree import SubElement

from feedsvc.feeds.times import rfc_822

if TYPE_CHECKING:
    from lxml.etree import _Element

    from feedsvc.feeds.rendition import Head, Rendition

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
HISTORY = "http://purl.org/syndication/history/1.0"  # RFC 5005
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"  # RFC 6721
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class AtomFeedExtension(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """Of a feed: that it is an archive (RFC 5005, section 4), and which entries were taken back (RFC 6721)."""

    head: Head

    def extend_ns(self) -> dict[str, str]:
        """Declare just what this document uses: validators warn of namespaces they don't know."""
        history = {"fh": HISTORY} if self.head.archive else {}
        return history | ({"at": TOMBSTONES} if self.head.withdrawn else {})

    def extend_atom(self, feed: _Element) -> _Element:
        """Add to the feed; its entries come after, as the schema of RFC 4287 wants it."""
        if self.head.archive:
            SubElement(feed, f"{{{HISTORY}}}archive")
        for withdrawal in self.head.withdrawn:
            attributes = {"ref": withdrawal.id, "when": withdrawal.at.isoformat()}
            SubElement(feed, f"{{{TOMBSTONES}}}deleted-entry", attributes)
        return feed


class AtomEntryExtension(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """The links of an entry with all their attributes, its language, and its title declared as plain text."""

    rendition: Rendition

    def extend_atom(self, entry: _Element) -> _Element:
        """Add to an entry that feedgen has made."""
        rendition = self.rendition
        if rendition.language:
            entry.set(_LANG, rendition.language)
        title = entry.find("title")
        assert title is not None
        title.set("type", "text")
        for stripped in entry.findall(
            "link"
        ):  # feedgen writes links without their attributes (its issue 135)
            entry.remove(stripped)
        page = {"href": rendition.address, "rel": "alternate", "type": "text/html"}
        if rendition.language:
            page["hreflang"] = rendition.language
        SubElement(entry, "link", page)
        if rendition.via:
            SubElement(entry, "link", {"href": rendition.via, "rel": "via"})
        return entry


class RssFeedExtension(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """Of a channel: when it changed, the links that RSS has no words for, and that it is an archive."""

    head: Head

    def extend_ns(self) -> dict[str, str]:
        """Declare all that the items use, for they are written apart."""
        return {"dc": DUBLIN_CORE} | ({"fh": HISTORY} if self.head.archive else {})

    def extend_rss(self, root: _Element) -> _Element:
        """Add to the channel, before its items."""
        channel = root.find("channel")
        assert channel is not None
        SubElement(channel, "lastBuildDate").text = rfc_822(self.head.updated)
        for relation, address in self.head.links:
            SubElement(channel, f"{{{ATOM}}}link", {"href": address, "rel": relation})
        if self.head.archive:
            SubElement(channel, f"{{{HISTORY}}}archive")
        return root


class RssEntryExtension(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """The dates of an item, its language, and where the original stands."""

    rendition: Rendition

    def extend_rss(self, item: _Element) -> _Element:
        """Add to an item that feedgen has made."""
        rendition = self.rendition
        if rendition.published:
            SubElement(item, "pubDate").text = rfc_822(rendition.published)
        SubElement(item, f"{{{ATOM}}}updated").text = rendition.updated.isoformat()
        if rendition.language:
            SubElement(item, f"{{{DUBLIN_CORE}}}language").text = rendition.language
        if rendition.via:
            SubElement(item, f"{{{ATOM}}}link", {"href": rendition.via, "rel": "via"})
        return item
