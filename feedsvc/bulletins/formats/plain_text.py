"""Plain text as offices write it: a date on a line of its own, a title, paragraphs, and again.

    3 September, 2017                       a date line begins an entry
                                            blank lines, as many as one likes
    Panama prepares to assume               the next line is the title; it goes on while the lines
    the Presidency                          directly under it begin in lower case
    Countries: PA, CR                       lines under or above it may say what it is about (`inline_labels`)
                                            a blank line begins a paragraph
    On November 29, 2017, Panama will       lines without a blank one between them are one paragraph,
    assume the Pro-Tempore Presidency.      unless the first is longer than anyone wraps lines,
    - a list item                           or the second begins a list item

A title may be followed by its body without a blank line. A row of dashes or asterisks is a blank line.
Every other line ends in one draft or in one problem, which holds all lines up to the next date line:
text before the first date, a date without a title, and a line that looks like a date and is none.

    chunks -> lines -> sections, each under its date line -> drafts and problems, one at a time
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, dropwhile, pairwise, takewhile
from typing import TYPE_CHECKING, NamedTuple

from feedsvc.bulletins.content import clean_line, summary
from feedsvc.bulletins.dates import AHEAD, Misdate, find_date, read_date_line
from feedsvc.bulletins.inline_labels import take
from feedsvc.model import Draft, Problem, Reading

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from datetime import datetime

    from feedsvc.bulletins.manner import Manner

# In how many characters at a time a whole text is read.
_CHUNK = 1 << 16
# Nobody wraps lines at more characters: a longer line is a whole paragraph.
_WRAP = 120
# Nobody wraps a title at fewer: what stands under a shorter line is not the rest of it.
_TITLE_WRAP = 40
# How long a title may be that is made of a text, in characters.
_TITLE = 100
# Beside the line feed; the pair of characters goes first.
_LINE_ENDS = ("\r\n", "\r", "\x85", "\u2028", "\u2029")
# A row of signs, or characters that can't be seen and that `scrub` leaves, as languages need them inside words.
_BLANK = re.compile(r"(?:[-\u2013—_=*~#+·•.]\s*){3,}|[\u200c-\u200f\ufe00-\ufe0f\u2800\u3164\s]*")
_ITEM = re.compile(r"(?:[-\u2013—*+•·▪◦‣]|\d{1,2}[.)]|[a-z]\))\s")
_NUMERIC = re.compile(r"\d\s?[-/.]\s?\d")
_SENTENCE_END = (".", "!", "?", ":", "…")

_NO_TITLE = "There is no title under this date. Write one, or remove the date."
_NO_DATE = "This stands before the first date. Write a date on a line of its own above it: 3 September, 2017."
_MEND = "Mend the line; what stands under it, up to the next date, is read then."


class Line(NamedTuple):
    """A line, its number from 1, and its text as it can be published: empty for a blank line."""

    number: int
    raw: str
    text: str


@dataclass(frozen=True, slots=True)
class _Section:
    """A date, or a line that looks like one, with all lines up to the next; at the start of a file without it."""

    head: date | Misdate | None
    lines: Sequence[Line]


def read_plain_text(text: str, manner: Manner) -> Reading:
    """Split a bulletin into drafts and problems; see the module for the rules."""
    drafts: list[Draft] = []
    problems: list[Problem] = []
    chunks = (text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK))
    for piece in read_drafts(chunks, manner):
        if isinstance(piece, Draft):
            drafts.append(piece)
        else:
            problems.append(piece)
    return Reading(tuple(drafts), tuple(problems))


def read_drafts(chunks: Iterable[str], manner: Manner) -> Iterator[Draft | Problem]:
    """Read a text that comes in chunks, cut anywhere, and hold no more of it than a chunk and an entry."""
    until: datetime | None = None
    for section in _sections(_lines(chunks), manner):
        if section.head is None:
            # An embargo above the first date is one of the whole bulletin.
            said = take(((line.number, line.text) for line in section.lines), manner)
            until = said.publish_at
        for piece in _pieces(section, manner):
            yield _held(piece, until) if isinstance(piece, Draft) else piece


def read_plain_entry(
    text: str, manner: Manner, *, title: str, day: date | None
) -> tuple[Draft, tuple[Problem, ...]]:
    """Read a text that is one entry, whose title and date come from outside, and what is wrong with its fields.

    Without a title it gets the first words of its text.
    """
    lines = split_lines(text)
    said = take(((line.number, line.text) for line in lines), manner)
    paragraphs = _text(lines, frozenset(said.taken))
    draft = Draft(
        date=day,
        title=title or summary(paragraphs, _TITLE),
        paragraphs=paragraphs,
        line=1,
        last_line=len(lines),
        link=said.link,
        language=said.language or manner.source.language,
        stated=said.stated,
        publish_at=said.publish_at,
        notes=said.notes,
    )
    return draft, said.problems


def _pieces(section: _Section, manner: Manner) -> Iterator[Draft | Problem]:
    head = _likely(section.head, manner.today)
    if isinstance(head, date) and len(section.lines) > 1:
        yield from _entry(head, section.lines, manner)
    else:
        whole = "\n".join(line.raw for line in section.lines)
        yield manner.problem(section.lines[0].number, _reason(head), whole)


def _held(draft: Draft, until: datetime | None) -> Draft:
    return replace(draft, publish_at=max(until, draft.publish_at or until)) if until else draft


def _likely(head: date | Misdate | None, today: date) -> date | Misdate | None:
    """Take a date far ahead for a slip of the pen: it would stand at the top of every page until it came."""
    if isinstance(head, date) and head > today + AHEAD:
        return Misdate(f"The date {head.isoformat()} is more than a year ahead.")
    return head


# --- lines ----------------------------------------------------------------------


def split_lines(text: str) -> list[Line]:
    """Give the lines of a text as editors count them, free of what can't be published."""
    return list(_lines((text,)))


def _lines(chunks: Iterable[str]) -> Iterator[Line]:
    return (_line(number, raw) for number, raw in enumerate(_raw_lines(chunks), 1))


def _raw_lines(chunks: Iterable[str]) -> Iterator[str]:
    """Put together the lines that chunks cut apart."""
    begun: list[str] = []
    held = ""
    for chunk in chunks:
        # What a carriage return ends is known when it is known whether a line feed follows.
        text, held = (held + chunk)[:-1], (held + chunk)[-1:]
        if held != "\r":
            text, held = text + held, ""
        first, *others = _with_line_feeds(text).split("\n")
        begun.append(first)
        if others:
            yield "".join(begun)
            yield from others[:-1]
            begun = [others[-1]]
    yield from _with_line_feeds("".join(begun) + held).split("\n")


def _with_line_feeds(text: str) -> str:
    for end in _LINE_ENDS:
        text = text.replace(end, "\n")
    return text


def _line(number: int, raw: str) -> Line:
    if not raw:
        return Line(number, "", "")
    raw, text = clean_line(raw)
    return Line(number, raw, text if text[:1].isalnum() or not _BLANK.fullmatch(text) else "")


# --- sections -------------------------------------------------------------------


_END = Line(0, "", "")


def _sections(lines: Iterable[Line], manner: Manner) -> Iterator[_Section]:
    """Cut lines at the heads. Blank lines before and after a section are left away."""
    dates = _Dates(manner)
    head: date | Misdate | None = None
    section: list[Line] = []
    before, title_is_next = "", False
    for line, after in pairwise(chain(lines, (_END,))):
        found = dates.read(line.text) if line.text else None
        if found and not (
            _may_be_title(found) if title_is_next else before and _goes_on(line.text, after.text)
        ):
            yield from _trimmed(None if dates.take(line.text) else head, section)
            head, section, title_is_next = found, [], True
        elif line.text:
            title_is_next = False
        if section or line.text:
            section.append(line)
        before = line.text
    yield from _trimmed(head, section)


class _Dates:
    """The date lines of a bulletin, which an office writes all in one way.

    Where they stand alone, “San José, 3 de septiembre de 2017” and “Fecha: 3/9/2017” are text. Where the first is
    like these and the second is not, the first was the head of a letter.
    """

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        self._taken = 0
        self._plain = False

    def read(self, text: str) -> date | Misdate | None:
        """Give what a line is that may be a date line."""
        return self._read(text, plain=self._plain)

    def take(self, text: str) -> bool:
        """Take a line as a date line, and tell whether the one before it was the head of a letter."""
        plain = self._plain or (self._taken < 2 and self._read(text, plain=True) is not None)
        letter = plain and not self._plain and self._taken == 1
        self._plain, self._taken = plain, self._taken + 1
        return letter

    def _read(self, text: str, *, plain: bool) -> date | Misdate | None:
        manner = self._manner
        return read_date_line(
            text, day_first=manner.source.day_first, languages=manner.languages, plain=plain
        )


def _trimmed(head: date | Misdate | None, lines: list[Line]) -> Iterator[_Section]:
    while lines and not lines[-1].text:
        lines.pop()
    if lines:
        yield _Section(head, lines)


def _may_be_title(head: date | Misdate) -> bool:
    """Tell whether a line that looks like a date may be a title: “8 de marzo” for Women's Day."""
    return isinstance(head, Misdate) and head.partial


def _goes_on(text: str, after: str) -> bool:
    """Tell whether a date with text right above it is a part of a sentence that is wrapped around it."""
    return after[:1].islower() or (text.endswith(".") and not after)


# --- entries --------------------------------------------------------------------


def _entry(day: date, lines: Sequence[Line], manner: Manner) -> Iterator[Draft | Problem]:
    """Give the draft of a section, and what is wrong with its fields."""
    head, *rest = lines
    above = _fields_above(rest, manner)
    titled = list(dropwhile(lambda line: not line.text, rest[above:]))
    length = _title_length(list(takewhile(lambda line: line.text, titled)), manner)
    under = titled[length:]
    said = take(((line.number, line.text) for line in chain(rest[:above], under)), manner)
    # Only numbers may be read in two ways.
    note = find_date(head.text, manner) if _NUMERIC.search(head.text) else None
    yield Draft(
        date=day,
        title=" ".join(line.text for line in titled[:length]),
        paragraphs=_text(under, {index - above for index in said.taken}),
        line=head.number,
        last_line=lines[-1].number,
        link=said.link,
        language=said.language or manner.source.language,
        stated=said.stated,
        publish_at=said.publish_at,
        notes=(*((note.note,) if note and note.note else ()), *said.notes),
    )
    yield from said.problems


def _fields_above(lines: Sequence[Line], manner: Manner) -> int:
    """Tell how many lines above the title are fields; where nothing stands under them, they are the title."""
    count = take(((line.number, line.text) for line in lines), manner, below=False).count
    return count if count < len(lines) else 0


def _title_length(block: Sequence[Line], manner: Manner) -> int:
    """Tell how many lines the title at the beginning of a block takes."""
    for length, (before, line) in enumerate(pairwise(block), 1):
        wrapped = len(before.text) >= _TITLE_WRAP and not before.text.endswith(_SENTENCE_END)
        goes_on = wrapped and line.text[0].islower() and not _ITEM.match(line.text)
        if not goes_on or take([(line.number, line.text)], manner).count:
            return length
    return len(block)


def _text(lines: Sequence[Line], fields: Container[int]) -> tuple[str, ...]:
    """Give the paragraphs of lines, without those at some indexes, which are fields."""
    paragraphs: list[str] = []
    joined: list[str] = []
    for index, line in enumerate(lines):
        if index in fields:
            continue
        text = line.text
        if joined and (not text or len(joined[-1]) > _WRAP or _ITEM.match(text)):
            paragraphs.append(" ".join(joined))
            joined = []
        if text:
            joined.append(text)
    if joined:
        paragraphs.append(" ".join(joined))
    return tuple(paragraphs)


def _reason(head: date | Misdate | None) -> str:
    match head:
        case None:
            return _NO_DATE
        case Misdate():
            return f"{head.reason} {_MEND}"
    return _NO_TITLE
