"""Plain text as offices write it: a date on a line of its own, a title, paragraphs, and again.

    3 September, 2017                       a date line begins an entry
                                            blank lines, as many as one likes
    Panama prepares to assume               the next line is the title; it goes on while the lines
    the Presidency                          directly under it begin in lower case
                                            a blank line begins a paragraph
    On November 29, 2017, Panama will       lines without a blank one between them are one paragraph,
    assume the Pro-Tempore Presidency.      unless the first is longer than anyone wraps lines,
    - a list item                           or the second begins a list item

A title may be followed by its body without a blank line. A row of dashes or asterisks is a blank line.
Every other line ends in one draft or in one problem, which holds all lines up to the next date line:
text before the first date, a date without a title, and a line that looks like a date and is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, groupby, pairwise
from typing import TYPE_CHECKING

from feedsvc.bulletins.content import scrub
from feedsvc.bulletins.dates import Misdate, read_date_line
from feedsvc.model import Draft, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from feedsvc.bulletins.manner import Manner

# Nobody wraps lines at more characters: a longer line is a whole paragraph.
_WRAP = 120
# Nobody wraps a title at fewer: what stands under a shorter line is not the rest of it.
_TITLE_WRAP = 40
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# A row of signs, or characters that can't be seen and that `scrub` leaves, as languages need them inside words.
_BLANK = re.compile(r"(?:[-\u2013—_=*~#+·•.]\s*){3,}|[\u200c-\u200f\ufe00-\ufe0f\u2800\u3164\s]*")
_ITEM = re.compile(r"(?:[-\u2013—*+•·▪◦‣]|\d{1,2}[.)]|[a-z]\))\s")
_SENTENCE_END = (".", "!", "?", ":", "…")

_NO_TITLE = "There is no title under this date. Write one, or remove the date."
_NO_DATE = "This stands before the first date. Write a date on a line of its own above it: 3 September, 2017."
# How far ahead of today a bulletin may be dated.
AHEAD = timedelta(days=366)
_MEND = "Mend the line; what stands under it, up to the next date, is read then."


@dataclass(frozen=True, slots=True)
class Line:
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
    day_first, languages = manner.source.day_first, manner.languages
    drafts, problems = [], []
    for section in _sections(split_lines(text), day_first=day_first, languages=languages):
        head = _likely(section.head, manner.today)
        if isinstance(head, date) and len(section.lines) > 1:
            drafts.append(_draft(head, section.lines))
        else:
            whole = "\n".join(line.raw for line in section.lines)
            problems.append(manner.problem(section.lines[0].number, _reason(head), whole))
    return Reading(tuple(drafts), tuple(problems))


def _likely(head: date | Misdate | None, today: date) -> date | Misdate | None:
    """Take a date far ahead for a slip of the pen: it would stand at the top of every page until it came."""
    if isinstance(head, date) and head > today + AHEAD:
        return Misdate(f"The date {head.isoformat()} is more than a year ahead.")
    return head


def split_lines(text: str) -> list[Line]:
    """Give the lines of a text as editors count them, free of what can't be published."""
    return [_line(number, raw) for number, raw in enumerate(_LINE_END.split(scrub(text)), 1)]


def _line(number: int, raw: str) -> Line:
    text = " ".join(raw.split())
    return Line(number, raw, "" if _BLANK.fullmatch(text) else text)


def _sections(lines: list[Line], *, day_first: bool, languages: tuple[str, ...]) -> Iterator[_Section]:
    """Cut lines at the heads. Blank lines before and after a section are left away."""
    heads = list(_heads(lines, day_first=day_first, languages=languages))
    for (start, head), (end, _) in pairwise([(0, None), *heads, (len(lines), None)]):
        if trimmed := _trimmed(lines[start:end]):
            yield _Section(head, trimmed)


def _trimmed(lines: list[Line]) -> list[Line]:
    written = [index for index, line in enumerate(lines) if line.text]
    return lines[written[0] : written[-1] + 1] if written else []


def _heads(
    lines: list[Line], *, day_first: bool, languages: tuple[str, ...]
) -> Iterator[tuple[int, date | Misdate]]:
    """Give the lines, by index, that are dates or look like one."""
    texts = [line.text for line in lines]
    title_is_next = False
    for index, (before, text, after) in enumerate(zip(["", *texts], texts, [*texts[1:], ""], strict=False)):
        if not text:
            continue
        head = read_date_line(text, day_first=day_first, languages=languages)
        if head and not (_may_be_title(head) if title_is_next else before and _goes_on(text, after)):
            yield index, head
            title_is_next = True
        else:
            title_is_next = False


def _may_be_title(head: date | Misdate) -> bool:
    """Tell whether a line that looks like a date may be a title: “8 de marzo” for Women's Day."""
    return isinstance(head, Misdate) and head.partial


def _goes_on(text: str, after: str) -> bool:
    """Tell whether a date with text right above it is a part of a sentence that is wrapped around it."""
    return after[:1].islower() or (text.endswith(".") and not after)


def _draft(day: date, lines: Sequence[Line]) -> Draft:
    blocks = [
        [line.text for line in block]
        for has_text, block in groupby(lines[1:], key=lambda line: bool(line.text))
        if has_text
    ]
    length = _title_length(blocks[0])
    paragraphs = [*_paragraphs(blocks[0][length:]), *chain.from_iterable(map(_paragraphs, blocks[1:]))]
    return Draft(day, " ".join(blocks[0][:length]), tuple(paragraphs), lines[0].number, lines[-1].number)


def _title_length(block: Sequence[str]) -> int:
    """Tell how many lines the title at the beginning of a block takes."""
    for length, (before, line) in enumerate(pairwise(block), 1):
        wrapped = len(before) >= _TITLE_WRAP and not before.endswith(_SENTENCE_END)
        if not (wrapped and line[0].islower() and not _ITEM.match(line)):
            return length
    return len(block)


def _paragraphs(block: Sequence[str]) -> Iterator[str]:
    """Join the lines that belong to one paragraph."""
    joined: list[str] = []
    for line in block:
        if joined and (len(joined[-1]) > _WRAP or _ITEM.match(line)):
            yield " ".join(joined)
            joined = []
        joined.append(line)
    if joined:
        yield " ".join(joined)


def _reason(head: date | Misdate | None) -> str:
    match head:
        case None:
            return _NO_DATE
        case Misdate():
            return f"{head.reason} {_MEND}"
    return _NO_TITLE
