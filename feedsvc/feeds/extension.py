"""What feedgen can't say in Atom, as a feedgen extension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml.etree import SubElement

if TYPE_CHECKING:
    from lxml.etree import _Element

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class FeedExtension(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """Nothing: feedgen wants an extension of the feed beside that of its entries."""


class EntryExtension(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """The links of an entry with all their attributes, its language, and its title declared as plain text."""

    def __init__(self) -> None:
        self.language = ""
        self.links: list[dict[str, str]] = []

    def extend_atom(self, entry: _Element) -> _Element:
        """Add to an entry that feedgen has made. Its elements have no namespace: `xmlns` is an attribute."""
        entry.set(_LANG, self.language)
        title = entry.find("title")
        assert title is not None
        title.set("type", "text")
        for stripped in entry.findall(
            "link"
        ):  # feedgen writes links without their attributes (its issue 135)
            entry.remove(stripped)
        for link in self.links:
            SubElement(entry, "link", link)
        return entry
