"""Documents with headings, bold titles and lists, cut into entries.

    3 September, 2017          Title (a heading, or bold)      Bulletin, 3 September 2017    Text
    Title                      Published: 3 September 2017     Title
    Text                       Text                            Text                          (title and day come
    22 August, 2017            Title                           Title                         from outside)
    …                          …                               …
    under dates                under titles                    one date for all              one entry

Which it is follows from what stands next to the dates. Every block ends in one draft or one problem. What is only
the name of the bulletin, or of a group of entries, is neither: the draft after it has a note that says so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import islice, pairwise, takewhile
from typing import TYPE_CHECKING

from feedsvc.bulletins.dates import Misdate, find_date
from feedsvc.bulletins.formats.media import Pictures
from feedsvc.bulletins.formats.rich_entries import Section, problem_of, read_section
from feedsvc.bulletins.formats.rich_pieces import (
    BOLD,
    Piece,
    date_under_title,
    pieces_of,
    with_labelled_dates,
)
from feedsvc.bulletins.html.rich_text import blocks
from feedsvc.bulletins.inline_labels import from_fields
from feedsvc.model import Draft, Problem, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from feedsvc.bulletins.manner import Manner

# How many blocks under a title are looked at for its date.
_NEAR = 20
# How many lines the name of a bulletin takes, with its number and publisher, and how long each is in characters.
_LINES_OF_NAME = 5
_LONGEST_NAME = 100
_SENTENCE_END = (".", "!", "?", ":", ",", "…")
_BEFORE_DATES = (
    "This stands before the first date. Write a date on a line of its own above it: 3 September, 2017."
)
_BEFORE_TITLES = (
    "This stands before the first title. Write a title above it, as a heading, and a date under that."
)
_NO_TITLES = (
    "There is neither a date nor a title in this document. Write a date on a line of its own above each title, "
    "3 September, 2017, or make the titles headings."
)
_NO_DATE = "There is no date under this title. Write one on a line of its own: 3 September, 2017."
_NO_TEXT = "There is no text under this title, and no date. Write them, or remove the title."
_NOTHING_WRITTEN = "There are only pictures in this document. Write what they say as text."


def read_rich_text(
    html: str,
    manner: Manner,
    *,
    title: str = "",
    day: date | None = None,
    fields: Mapping[str, object] | None = None,
    pictures: Pictures | None = None,
) -> Reading:
    """Cut a document into drafts and problems; see the module for the shapes it may have.

    `title` and `day` are what is said of it from outside: front matter, or the subject and date of a mail. With a
    title it is one entry, unless it holds several dated ones. `fields` are all of its front matter (see
    `inline_labels`): they hold for all entries, and a title among them makes it one entry in any case.
    `pictures` are those that came with it; the ones written into it are taken from a document without an address.
    Raises BulletinError as `rich_text.blocks` does.
    """
    pictures = pictures or Pictures()
    if not manner.address:
        html = pictures.take_from(html)
    pieces = with_labelled_dates(pieces_of(blocks(html, manner.address), manner), manner)
    about = from_fields(fields or {}, manner, 1)
    sections = list(_cut(pieces, manner, day))
    one = bool(title) and (fields is not None or sum(map(_has_own_date, sections)) < 2)
    if one:
        sections = [Section(pieces=pieces, title=title, day=day)]
    found: list[Draft | Problem] = list(about.problems)
    for section in sections:
        if isinstance(section, Problem):
            found.append(section)
        else:
            found += read_section(replace(section, about=replace(about, problems=())), manner)
    return Reading(
        tuple(
            replace(piece, media=pictures.shown_in(piece.html)) for piece in found if isinstance(piece, Draft)
        ),
        tuple(piece for piece in found if isinstance(piece, Problem)),
    )


def _has_own_date(section: Section | Problem) -> bool:
    return isinstance(section, Section) and (
        section.head is not None or _date_near(section.pieces, 0) is not None
    )


def _cut(pieces: Sequence[Piece], manner: Manner, day: date | None) -> Iterator[Section | Problem]:
    """Cut a document the way that its dates and titles suggest."""
    heads = _heads(pieces)
    if not any(piece.text for piece in pieces):
        if any(piece.block.picture for piece in pieces):
            yield problem_of(pieces, _NOTHING_WRITTEN, manner)
    elif heads and _stand_above_titles(pieces, heads):
        yield from _under_dates(pieces, heads, manner)
    elif rank := _rank_of_entries(pieces):
        yield from _under_titles(pieces, rank, manner, day)
    else:
        yield problem_of(pieces, _NO_TITLES, manner)


# --- which shape it has -----------------------------------------------------------


def _heads(pieces: Sequence[Piece]) -> list[int]:
    """Give the lines that may begin an entry as dates. What some bulletins put beside a date is text in others."""
    bare = any(isinstance(piece.date, date) and not piece.adorned for piece in pieces)
    heads: list[int] = []
    title_is_next = False
    for index, piece in enumerate(pieces):
        may_be_title = title_is_next and isinstance(piece.date, Misdate) and piece.date.partial
        if piece.date and not (bare and piece.adorned) and not may_be_title:
            heads.append(index)
            title_is_next = True
        elif piece.text and not piece.is_field:
            title_is_next = False
    return [head for head in heads if not _is_announced(pieces, head)] or heads


def _is_announced(pieces: Sequence[Piece], head: int) -> bool:
    """Tell whether a date is a part of a text: “Deadline for answers:” stands on the line before."""
    before = next((piece for piece in reversed(pieces[max(head - _NEAR, 0) : head]) if piece.text), None)
    return before is not None and not (before.rank or before.date) and before.text.endswith(":")


def _date_near(pieces: Sequence[Piece], title: int) -> int | None:
    """Tell which piece says the date of a title, by its index."""
    below = date_under_title(pieces[title + 1 : title + 1 + _NEAR])
    return None if below is None else title + 1 + below


def _stand_above_titles(pieces: Sequence[Piece], heads: Sequence[int]) -> bool:
    """Tell whether dates stand above titles, as in plain text, rather than under them."""
    titles = {_date_near(pieces, index): index for index, piece in enumerate(pieces) if piece.rank}
    ranks = Counter(piece.rank for piece in pieces)
    votes = [
        _is_above(pieces, head, titles.get(head), ranks)
        if head in titles or _titles_text(pieces, head, end)
        else None
        for head, end in pairwise([*heads, len(pieces)])
    ]
    return votes.count(True) >= votes.count(False) and (True in votes or False not in votes)


def _titles_text(pieces: Sequence[Piece], head: int, end: int) -> bool:
    """Tell whether a title with its text stands between two dates, rather than a line of a calendar or of a text."""
    written = [piece for piece in islice(pieces, head + 1, end) if piece.text and not piece.is_field]
    return bool(written) and (
        written[0].rank > 0 or (len(written) > 1 and not written[0].text.endswith(_SENTENCE_END))
    )


def _is_above(pieces: Sequence[Piece], head: int, title: int | None, ranks: Mapping[int, int]) -> bool | None:
    """Tell whether a date belongs to what follows it or to the title before it; None where it may be either."""
    following = next(
        (piece.rank for piece in pieces[head + 1 : head + 1 + _NEAR] if piece.text and not piece.is_field), 0
    )
    if title is None:
        return True
    before = pieces[title].rank
    if not following:
        return False
    if following > before:  # the one before is the bulletin's name, or what follows is a part of the text
        return ranks[following] > 1
    if following < before:
        return True if before == BOLD else None
    return any(piece.text for piece in pieces[title + 1 : head])  # the nearer one


def _rank_of_entries(pieces: Sequence[Piece]) -> int:
    """Tell which rank the titles of entries have; 0 if there are none."""
    dated = Counter(
        piece.rank
        for index, piece in enumerate(pieces)
        if piece.rank and _date_near(pieces, index) is not None
    )
    if dated:
        return min(dated, key=lambda rank: (-dated[rank], rank))
    return _rank_with_texts(pieces) or next(
        (piece.rank for piece in pieces if piece.text and not piece.is_kind), 0
    )


def _rank_with_texts(pieces: Sequence[Piece]) -> int:
    """Tell the highest rank of headings under most of which a text begins: others name groups; 0 without headings."""
    written = [piece for piece in pieces if piece.text]
    followed: dict[int, list[bool]] = {}
    for piece, after in zip(written, [*written[1:], None], strict=False):
        if 0 < piece.rank < BOLD:
            followed.setdefault(piece.rank, []).append(after is not None and not 0 < after.rank < BOLD)
    ranks = sorted(followed)
    return next(
        (rank for rank in ranks if 2 * sum(followed[rank]) >= len(followed[rank])), max(ranks, default=0)
    )


# --- dates above titles -------------------------------------------------------------


def _under_dates(
    pieces: Sequence[Piece], heads: Sequence[int], manner: Manner
) -> Iterator[Section | Problem]:
    """Cut at the dates. Under one date there may be several titles."""
    names: Sequence[Piece] = pieces[: heads[0]]
    if not _is_name(names):
        yield problem_of(names, _BEFORE_DATES, manner)
        names = []
    for start, end in pairwise([*heads, len(pieces)]):
        head, written = pieces[start], pieces[start + 1 : end]
        written, next_names = _without_names(written) if end < len(pieces) else (written, [])
        if isinstance(head.date, Misdate):
            yield problem_of([*names, head, *written], _misdate(head.date), manner)
        elif isinstance(head.date, date):
            pictures = list(takewhile(lambda piece: not piece.text, written))
            first, *others = _titled(written[len(pictures) :], head.date, manner, alone=len(heads) == 1)
            if isinstance(first, Section):
                names = [*names, *first.names]
                first = replace(first, head=head, names=names, pieces=[*pictures, *first.pieces])
            yield from (first, *others)
        names = next_names


def _misdate(day: Misdate) -> str:
    return f"{day.reason} Mend the line; what stands under it, up to the next date, is read then."


def _is_name(pieces: Sequence[Piece]) -> bool:
    """Tell whether what a document begins with only names it: some titles or short lines, no sentence."""
    written = [piece for piece in pieces if piece.text]
    return len(written) <= _LINES_OF_NAME and all(
        piece.rank or (_is_short(piece.text) and len(piece.block.paragraphs) == 1) for piece in written
    )


def _is_short(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and not text.endswith(_SENTENCE_END)


def _without_names(pieces: Sequence[Piece]) -> tuple[Sequence[Piece], Sequence[Piece]]:
    """Cut from the end of pieces what is only a heading for what comes after them; the first title stays."""
    title = next((index for index, piece in enumerate(pieces) if piece.text), len(pieces))
    end = len(pieces)
    while end > title + 1 and (not pieces[end - 1].text or 0 < pieces[end - 1].rank < BOLD):
        end -= 1
    return (pieces[:end], pieces[end:]) if any(piece.text for piece in pieces[end:]) else (pieces, [])


def _titled(pieces: Sequence[Piece], day: date, manner: Manner, *, alone: bool) -> list[Section | Problem]:
    """Cut what stands under one date at its titles; bold ones may be parts of a text unless the date stands alone."""
    first = next((piece.rank for piece in pieces if piece.text), 0)
    if 0 < first < BOLD:
        return list(_under_titles(pieces, max(first, _rank_with_texts(pieces)), manner, day))
    return [Section(pieces=part, day=day) for part in (_at_bold(pieces) if alone and first else [pieces])]


def _at_bold(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Cut at the bold titles that have a text before them."""
    parts: list[list[Piece]] = [[]]
    text_before = False
    for piece in pieces:
        if piece.rank == BOLD and text_before:
            parts.append([])
        parts[-1].append(piece)
        text_before = piece.rank != BOLD if piece.text else text_before
    return parts


# --- dates under titles, or none ------------------------------------------------------


def _under_titles(
    pieces: Sequence[Piece], rank: int, manner: Manner, day: date | None
) -> Iterator[Section | Problem]:
    """Cut at the titles of a rank, and at more important ones."""
    starts = _starts(pieces, rank)
    names = list(pieces[: starts[0]])
    if not _is_name(names):
        yield problem_of(names, _BEFORE_TITLES, manner)
        names = []
    for start, end in pairwise([*starts, len(pieces)]):
        title, part = pieces[start], pieces[start:end]
        has_text = any(piece.text or piece.block.picture for piece in part[1:])
        dated = _date_near(part, 0) is not None
        if not (has_text or dated or (day and title.rank == rank)) and end < len(pieces):
            found = find_date(title.text, manner)
            day = found.day if found else day
            names += part
            continue
        if dated or day or (has_text and title.rank == rank):
            yield Section(pieces=part, day=day, names=names)
        else:
            yield problem_of([*names, *part], _NO_DATE if has_text else _NO_TEXT, manner)
        names = []


def _starts(pieces: Sequence[Piece], rank: int) -> list[int]:
    """Give the titles that begin entries, by index. A bold line without a date is one only at the beginning."""
    first = next(index for index, piece in enumerate(pieces) if piece.rank)
    return [
        index
        for index, piece in enumerate(pieces)
        if 0 < piece.rank <= rank
        and (piece.rank < BOLD or index == first or _date_near(pieces, index) is not None)
    ]
