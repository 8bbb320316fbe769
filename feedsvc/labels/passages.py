"""Where in an entry something stands: in its title, the dateline, its first paragraph, or later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

_GAP = "\n\n"
# A first paragraph shorter than this is a byline, a place or half a thought; the lead goes on after it.
_SHORT = 150

TITLE, DATELINE, LEAD, BODY = "title", "dateline", "lead", "body"

# What a press office puts before its text: "Geneva - ", "México, DF. ", "Ciudad de Guatemala, 14 dic (AGN).- ".
_DATELINE = re.compile(
    r"(?P<places>[^\n]{2,70}?)(?:\s?\.\s?[-\u2013\u2014]+|\s[-\u2013\u2014]+\s|[\u2013\u2014]|\.\s)"
)
_DATE = re.compile(r"\b\d{1,2}\s+(?:de\s+)?[^\W\d]{3,10}\b\.?(?:\s+del?\b)?(?:\s+\d{4})?|\([^)]*\)")
# What an entry is about stands before this; more would only cost time.
_FAR = 100_000


@dataclass(frozen=True, slots=True)
class Passages:
    """An entry as one text, and where its parts end."""

    text: str
    title_end: int
    dateline_end: int
    lead_end: int

    @classmethod
    def of(cls, title: str, paragraphs: Sequence[str], links: Container[str]) -> Passages:
        """Put an entry's parts together. `links` are the small words that a dateline may hold."""
        title_end = len(title)
        lead_start = title_end + len(_GAP)
        lead = _lead(paragraphs)
        return cls(
            text=_GAP.join((title, *paragraphs))[:_FAR],
            title_end=title_end,
            dateline_end=lead_start + _dateline_length(lead, links),
            lead_end=lead_start + len(lead),
        )

    def place(self, start: int) -> tuple[str, int]:
        """Name the part that a position of the text is in, and tell where that ends."""
        if start < self.title_end:
            return TITLE, self.title_end
        if start < self.dateline_end:
            return DATELINE, self.dateline_end
        return (LEAD, self.lead_end) if start < self.lead_end else (BODY, _FAR)


def _lead(paragraphs: Sequence[str]) -> str:
    """Give what opens the entry: the first paragraph, and those after it while it is short."""
    lead = ""
    for paragraph in paragraphs:
        if len(lead) >= _SHORT:
            break
        lead += _GAP + paragraph if lead else paragraph
    return lead


def _dateline_length(lead: str, links: Container[str]) -> int:
    """Measure the dateline that a first paragraph begins with, 0 without one."""
    match = _DATELINE.match(lead)
    if match is None:
        return 0
    words = re.findall(r"[^\W\d]+", _DATE.sub(" ", match["places"]))
    named = all(word[0].isupper() or word in links for word in words)
    return match.end("places") if words and named else 0
