"""The date of an entry on a page: in an element that says so, on a line of its own, or before its text.

    <time datetime="2024-05-03T…">3 May 2024</time>     By the press office | 3 May 2024 | Updated: 5 May 2024
    <span class="date"><b>03</b> May <i>2024</i></span>  SAN JOSÉ, 3 de mayo de 2024.- The workshop …

A date in the midst of a text is when something happens, not when the text was published.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice
from typing import TYPE_CHECKING

from feedsvc.bulletins.content import clean
from feedsvc.bulletins.dates import find_date
from feedsvc.bulletins.inline_labels import take
from feedsvc.bulletins.listings.page import Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from feedsvc.bulletins.dates import Found
    from feedsvc.bulletins.listings.page import Node, Page
    from feedsvc.bulletins.manner import Manner

# No date has more characters, with its weekday, its time and what stands before it; nor has a line of who wrote
# an entry, where and when; nor a part of a date that is drawn as the leaf of a calendar.
_LONGEST_DATE = 80
_LONGEST_LINE = 120
_LONGEST_PART = 12
# How many words may stand beside a date on its line, and in a place before it.
_MOST_WORDS = 10
_MOST_PLACE_WORDS = 8
# In how many lines of an entry its date is looked for.
_MOST_LINES = 60
_YEAR = re.compile(r"(?:19|20)\d\d")
_CHANGED = re.compile(r"updated|modified|last[ -]change|actualizad|modificad", re.IGNORECASE)
# What stands between the date and the text of a dateline: “San José, 3 de mayo de 2024.- El taller”.
_AFTER_DATELINE = re.compile(r"\s?\)?(?:[.:]|[.:,]?\s?[-\u2010-\u2015|/)]|\s*$)")
_SENTENCE_END = re.compile(r"[.!?…]$")
_SMALL_WORDS = frozenset({"de", "del", "la", "las", "los", "el", "y", "and", "of", "the", "a", "en", "on"})


class Kind(IntEnum):
    """How sure it is that a date is the one of an entry, surest first."""

    SAID = 0
    LINE = 1
    BESIDE = 2
    CHANGED = 3
    DATELINE = 4


@dataclass(frozen=True, slots=True)
class EntryDate:
    """The date of an entry, where it stands, how it was told, and a note if it could be read in another way."""

    day: date
    span: Span
    kind: Kind
    note: str = ""


class Dates:
    """The dates of one page, each text read once."""

    def __init__(self, page: Page, manner: Manner) -> None:
        self.page = page
        self.manner = manner
        self._found: dict[str, Found | None] = {}
        self._embargoes: dict[str, bool] = {}

    def find(self, text: str) -> Found | None:
        """Give the first date in a short text."""
        if not _YEAR.search(text):
            return None
        if text not in self._found:
            self._found[text] = find_date(text, self.manner)
        return self._found[text]

    def is_date(self, text: str) -> bool:
        """Tell whether a short text is a date and nothing else."""
        found = self.find(text) if len(text) <= _LONGEST_DATE else None
        return found is not None and not re.search(r"\w", text[: found.start] + text[found.end :])

    def is_same(self, text: str, day: date) -> bool:
        """Tell whether a short text is a date, nothing else, and the one of a day."""
        found = self.find(text) if self.is_date(text) else None
        return found is not None and found.day == day

    def of_entry(self, span: Span, title: Span) -> EntryDate | None:
        """Give the date of the entry that takes a span of the page; its title is no place to look."""
        found = [*self._said(span, title), *self._on_lines(span, title)]
        return min(found, key=lambda it: it.kind, default=None)

    def of_line(self, line: Span) -> EntryDate | None:
        """Give the date of a line that is there to tell it, alone or beside few other words."""
        text = self.page.text(line) if line.hi - line.lo <= _LONGEST_LINE else ""
        found = self.find(text) if len(text) <= _LONGEST_LINE else None
        if found is None:
            return None
        before, after = text[: found.start].strip(), text[found.end :].strip()
        words = len(f"{before} {after}".split())
        if not words:
            return EntryDate(found.day, line, Kind.LINE, found.note)
        if words > _MOST_WORDS or _is_sentence(before, after) or self._is_embargo(line):
            return None
        kind = Kind.CHANGED if _CHANGED.search(before) else Kind.BESIDE
        return EntryDate(found.day, line, kind, found.note)

    def of_element(self, node: Node) -> EntryDate | None:
        """Give the date that an element shows, or else the one it says to programs."""
        text = self.page.text(node.span) if node.hi - node.lo <= _LONGEST_PART else ""
        found = self.find(text) if len(text) <= _LONGEST_DATE else None
        if found is None:
            found = self.find(_for_programs(node))
        if found is None or (node.lo < node.hi and self._is_embargo(self.page.line_at(node.lo))):
            return None
        names = _names(node)
        changed = (_CHANGED.search(names) and "publi" not in names) or _CHANGED.match(text)
        return EntryDate(found.day, node.span, Kind.CHANGED if changed else Kind.SAID, found.note)

    def _is_embargo(self, line: Span) -> bool:
        """Tell whether a line says from when on an entry may show, which is not when it was written."""
        text = self.page.text(line) if line.hi - line.lo <= _LONGEST_LINE else ""
        if len(text) > _LONGEST_LINE:
            return False
        if text not in self._embargoes:
            self._embargoes[text] = take([(0, text)], self.manner).publish_at is not None
        return self._embargoes[text]

    def dateline(self, text: str) -> Found | None:
        """Give the date that a text begins with, after no more than a place."""
        head = text[:_LONGEST_LINE]
        found = self.find(head)
        if found is None or not _AFTER_DATELINE.match(text, found.end):
            return None
        return found if _is_place(head[: found.start]) else None

    def _said(self, span: Span, title: Span) -> Iterator[EntryDate]:
        for node in islice(self.page.dated_in(span), _MOST_LINES):
            if node.lo < node.hi and (title.holds(node.span) or node.span.holds(title)):
                continue
            if day := self.of_element(node):
                yield day

    def _on_lines(self, span: Span, title: Span) -> Iterator[EntryDate]:
        lines = [line for line in self.page.lines_of(span, _MOST_LINES) if not title.holds(line)]
        for at, whole in enumerate(lines):
            for line in _around(whole, title):
                day = self.of_line(line) or self._under_each_other(lines[at : at + 3]) or self._before(line)
                if day is not None:
                    yield day

    def _before(self, line: Span) -> EntryDate | None:
        """Give the date that a text has before it; it stays part of the text."""
        found = self.dateline(self.page.text(line))
        return EntryDate(found.day, Span(line.lo, line.lo), Kind.DATELINE, found.note) if found else None

    def _under_each_other(self, lines: list[Span]) -> EntryDate | None:
        """Read a date whose day, month and year stand under each other, as on the leaf of a calendar."""
        texts = [self.page.text(line) for line in lines]
        if len(texts) < 2 or any(len(text) > _LONGEST_PART for text in texts):
            return None
        joined = " ".join(texts)
        found = self.find(joined)
        if found is None or found.start > 0 or found.end < len(joined):
            return None
        return EntryDate(found.day, Span(lines[0].lo, lines[-1].hi), Kind.LINE, found.note)


def _for_programs(node: Node) -> str:
    names = ("datetime", "content", "title") if node.tag == "abbr" else ("datetime", "content")
    said = next((said for name in names if (said := node.element.get(name))), "")
    return clean(said[:_LONGEST_DATE])


def _names(node: Node) -> str:
    return " ".join(
        outer.classes + outer.element.get("itemprop", "") for outer in islice(node.ancestors(), 2)
    )


def _around(line: Span, title: Span) -> list[Span]:
    """Give what a line has before and after the title."""
    if title.lo >= line.hi or title.hi <= line.lo:
        return [line]
    parts = [Span(line.lo, title.lo), Span(title.hi, line.hi)]
    return [part for part in parts if part.lo < part.hi]


def _is_sentence(before: str, after: str) -> bool:
    """Tell whether the words around a date are a sentence: “The office opens on … in San José.”."""
    if _SENTENCE_END.search(after) and len(f"{before} {after}".split()) > 1:
        return True
    return (
        bool(before and after) and before[-1].isalpha() and after[0].islower() and not _CHANGED.search(after)
    )


def _is_place(text: str) -> bool:
    """Tell whether words are written like a place, or are none: “Tegucigalpa, Honduras,”."""
    words = [word.strip(",.()-\u2013\u2014:/") for word in text.split()]
    named = [word for word in words if word and word.lower() not in _SMALL_WORDS]
    return len(words) <= _MOST_PLACE_WORDS and all(
        word[0].isupper() and word.replace("-", "").isalpha() for word in named
    )
