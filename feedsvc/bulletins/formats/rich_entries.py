"""One section of a document as a draft: its title, what stands under it about it, its text."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from datetime import date
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING

from feedsvc.bulletins.dates import Misdate, find_date
from feedsvc.bulletins.formats.rich_pieces import Piece, date_under_title, dateline
from feedsvc.bulletins.html.blocks import plain_paragraphs
from feedsvc.bulletins.html.rich_text import html_of
from feedsvc.bulletins.inline_labels import Said, take
from feedsvc.model import Draft, Problem, Stated
from feedsvc.terms import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from feedsvc.bulletins.manner import Manner

# Nobody wraps a title at fewer characters: what stands under a shorter line is not the rest of it.
_TITLE_WRAP = 40
_SENTENCE_END = (".", "!", "?", ":", "…")
# How many lines under a title may be fields.
_FIELDS = 20
_MARKUP = re.compile(r"<(?!/?p>)")
# An address with at most some words before it: “RSS feed: https://…”.
_ADDRESS = re.compile(r"(?:[^\d:]{1,40}:\s?)?https?://\S+")
_PERMALINK = frozenset({
    "continue reading", "enlace", "enlace permanente", "full story", "full text", "keep reading", "leer mas",
    "leer nota", "leer nota completa", "leer la nota completa", "link", "more", "permalink", "read more",
    "read the full story", "seguir leyendo", "ver mas", "ver nota completa",
})  # fmt: skip
_NO_TITLE = "There is no title under this date. Write one, or remove the date."
_MEND = "Mend the line; what stands under it, up to the next date or title, is read then."

_NOTHING = Said()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a document that is one entry.

    `head` is the date above the title, `day` the one of the whole document, `title` a title from outside; without it
    the pieces begin with the title. `about` is what else says what the entry is about, `names` are headings above it
    that are no titles of entries.
    """

    pieces: Sequence[Piece]
    head: Piece | None = None
    day: date | None = None
    title: str = ""
    about: Said = _NOTHING
    names: Sequence[Piece] = ()


def read_section(section: Section, manner: Manner) -> Iterator[Draft | Problem]:
    """Give the draft of a section, and what is wrong with it; every block of it is in one of them."""
    title, rest = _title(section)
    rest, dated = _dated(section, rest)
    if dated is not None and isinstance(dated.date, Misdate):
        yield _problem(section, f"{dated.date.reason} {_MEND}", manner)
        return
    if not (section.title or title):
        yield _problem(section, _NO_TITLE, manner)
        return
    yield from _draft(section, title, rest, dated, manner)


def _problem(section: Section, reason: str, manner: Manner) -> Problem:
    head = [section.head] if section.head else []
    return problem_of([*section.names, *head, *section.pieces], reason, manner)


def problem_of(pieces: Sequence[Piece], reason: str, manner: Manner) -> Problem:
    """Make a problem of pieces that can't be read."""
    texts = (" ".join(plain_paragraphs([piece.block])) for piece in pieces)
    return manner.problem(pieces[0].block.line, reason, "\n".join(filter(None, texts)))


def _title(section: Section) -> tuple[list[Piece], list[Piece]]:
    """Cut the title from what stands under it; pictures before it stay."""
    pieces = list(section.pieces)
    if section.title:
        repeated = next((piece for piece in pieces if piece.text), None)
        same = repeated is not None and folded(repeated.text) == folded(section.title)
        return [], [piece for piece in pieces if not (same and piece is repeated)]
    first = next((index for index, piece in enumerate(pieces) if piece.text), len(pieces))
    end = first + _title_length(pieces[first:])
    return pieces[first:end], pieces[:first] + pieces[end:]


def _title_length(pieces: Sequence[Piece]) -> int:
    """Tell how many lines the title takes that pieces begin with."""
    for length, (before, piece) in enumerate(pairwise(pieces), 1):
        if piece.block.path != before.block.path or not piece.text:
            return length
        heading = before.block.level or (before.block.bold and piece.block.bold)
        wrapped = piece.block.is_wrapped and len(before.text) >= _TITLE_WRAP and piece.text[0].islower()
        if not heading and not (wrapped and not before.text.endswith(_SENTENCE_END)):
            return length
    return len(pieces)


def _dated(section: Section, rest: list[Piece]) -> tuple[list[Piece], Piece | None]:
    """Take out the line with the date, and what else stands before it that is about the entry, not of it."""
    if section.head is not None:
        return rest, section.head
    index = date_under_title(rest)
    if index is None or (section.title and section.day):
        return rest, None
    return [piece for piece in rest[:index] if not _is_address(piece)] + rest[index:], rest[index]


def _is_address(piece: Piece) -> bool:
    """Tell whether a line is an address and its label; one that is a link is kept for `_about`."""
    return not piece.block.link and _ADDRESS.fullmatch(piece.text) is not None


def _draft(
    section: Section, title: Sequence[Piece], rest: list[Piece], dated: Piece | None, manner: Manner
) -> Iterator[Draft | Problem]:
    said, link, body = _about(rest, dated, manner)
    names, above = _without_fields(section.names, manner)
    body, below = _without_fields(body, manner)
    said = reduce(_both, (section.about, above, said, below))
    body, more = _without_more(body)
    linked = next((piece.block.link for piece in title if piece.block.link), "")
    blocks = [piece.block for piece in body]
    html = html_of(blocks)
    written = section.title or " ".join(piece.text for piece in title)
    day, notes = _day(section, written, dated, body, manner)
    lines = [section.head, *section.pieces] if section.head else section.pieces
    yield Draft(
        date=day,
        title=written,
        paragraphs=plain_paragraphs(blocks),
        line=min((piece.block.line for piece in lines), default=1),
        last_line=max((piece.block.last_line for piece in lines), default=1),
        link=said.link or link or _web(linked) or more,
        html=html if _MARKUP.search(html) else "",
        language=said.language or manner.source.language,
        stated=said.stated,
        publish_at=said.publish_at,
        notes=(*_named(names), *notes, *said.notes),
    )
    yield from said.problems


def _named(names: Sequence[Piece]) -> list[str]:
    """Say where the headings have gone that are in no draft."""
    return [
        f"“{piece.text}” above it was taken for the name of the bulletin or of a part of it."
        for piece in names
        if piece.text
    ]


def _day(
    section: Section, title: str, dated: Piece | None, body: Sequence[Piece], manner: Manner
) -> tuple[date | None, tuple[str, ...]]:
    """Give the day of an entry: of its own line, of the document, or the one its title or text begins with."""
    if dated is not None and isinstance(dated.date, date):
        found = find_date(dated.text, manner)
        return dated.date, (found.note,) if found and found.note else ()
    first = next((piece.text for piece in body if piece.text), "")
    return section.day or dateline(title, manner) or dateline(first, manner), ()


def _about(
    pieces: Sequence[Piece], dated: Piece | None, manner: Manner
) -> tuple[Said, str | None, list[Piece]]:
    """Read what stands between the title and the text: fields, the permalink, the date, in any order."""
    said, link, kept = _NOTHING, None, []
    index, date_passed = 0, dated is None or dated not in pieces
    while index < len(pieces):
        piece = pieces[index]
        more = (
            take(((it.block.line, it.text) for it in pieces[index : index + _FIELDS]), manner)
            if piece.text
            else _NOTHING
        )
        if more.count:
            said = _both(said, more)
            index += more.count
            continue
        if piece is dated or (dated and piece.date and piece.date == dated.date):
            date_passed = True
        elif link is None and piece.text and _is_permalink(piece):
            link = _web(piece.block.link)
        elif date_passed and piece.text:
            break
        else:
            kept.append(piece)
        index += 1
    return said, link, [*kept, *pieces[index:]]


def _without_fields(pieces: Sequence[Piece], manner: Manner) -> tuple[list[Piece], Said]:
    """Take the fields out of what stands above a title or in a text: under a byline, and embargoes anywhere."""
    said = take(((piece.block.line, piece.text) for piece in pieces), manner)
    return [piece for index, piece in enumerate(pieces) if index not in said.taken], said


def _both(one: Said, other: Said) -> Said:
    """Join what two places say of an entry: all terms, the later link and language, the longer embargo."""
    if _NOTHING in (one, other):
        return one if other == _NOTHING else other
    terms = zip(astuple(one.stated), astuple(other.stated), strict=True)
    return Said(
        stated=Stated(*(tuple(dict.fromkeys((*first, *second))) for first, second in terms)),
        link=other.link or one.link,
        publish_at=max(filter(None, (one.publish_at, other.publish_at)), default=None),
        language=other.language or one.language,
        notes=(*one.notes, *other.notes),
        problems=(*one.problems, *other.problems),
    )


def _is_permalink(piece: Piece) -> bool:
    is_address = piece.text.startswith(("http://", "https://", "www."))
    return _web(piece.block.link) is not None and (is_address or _says_more(piece))


def _says_more(piece: Piece) -> bool:
    return folded(piece.text).strip(" .:>»…→[]()") in _PERMALINK


def _web(address: str) -> str | None:
    return address if address.startswith(("http://", "https://")) else None


def _without_more(body: list[Piece]) -> tuple[list[Piece], str | None]:
    """Take the link to the whole text from the end of a text; rules and empty lines at its ends go, too."""
    start, end = 0, len(body)
    while start < end and _is_empty(body[start]):
        start += 1
    while end > start and _is_empty(body[end - 1]):
        end -= 1
    last = body[end - 1] if end > start else None
    if last and _web(last.block.link) and _says_more(last):
        return body[start : end - 1], _web(last.block.link)
    return body[start:end], None


def _is_empty(piece: Piece) -> bool:
    return not (piece.text or piece.block.picture)
