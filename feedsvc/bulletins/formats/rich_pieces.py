"""The blocks of a document as an office means them: which of them look like titles, and which are dates."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from feedsvc.bulletins.dates import AHEAD, Misdate, find_date, read_date_line
from feedsvc.bulletins.inline_labels import take
from feedsvc.terms import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedsvc.bulletins.html.blocks import Block
    from feedsvc.bulletins.manner import Manner

# The rank of a line that is bold, after those of headings: 1 to 6. A rank of 0 is none.
BOLD = 7
# Nobody writes longer titles, in characters, or longer lines around a date.
_LONGEST_TITLE = 300
_LONGEST_DATED = 120
# How many words may stand beside a date on its line: “Published by the Ministry on”.
_WORDS_BESIDE = 6
# How many lines under a title may come before its date.
_BEFORE_DATE = 5
# How far into a text the place and date may reach that letters and press releases begin with, in characters.
_DATELINE = 70
_DATELINE_END = re.compile(r"\s?(?:[.:/|\u2013—-]|\)\s?[\u2013—:-]|$)")
_WORD = re.compile(r"[^\W\d_]+")
# What stands between a date and the words beside it, where they are no sentence.
_ENDS_LABEL = (":", "|", "·", "•", ",", "-", "\u2013", "—", "/", "(")
_BEGINS_LABEL = ("|", "·", "•", "/", "(", ")")
_SENTENCE_END = (".", "!", "?", "…")
# What stands over a title and only says what kind of text follows: “COMUNICADO DE PRENSA No. 4”, “Bulletin 4/2017”.
_KIND = re.compile(
    r"(?:(?:media|news|press) (?:release|statement|bulletin)|(?:news ?|e-)?(?:letter|bulletin)|news|"
    r"for immediate release|para (?:su )?(?:publicacion|difusion) inmediata|noticias?|gaceta|"
    r"(?:boletin|comunicado|nota)(?: (?:informativ[ao]|oficial|de prensa|de noticias|mensual|semanal))?|"
    r"communique(?: de presse)?|bulletin d.information)"
    r"[ ,:|\u2013—-]{0,3}(?:(?:no|n|num|numero|number|issue|edicion|vol)\b ?[.°º#]{0,2})?[ #/0-9.-]{0,20}"
)
_LONGEST_KIND = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A block, its rank as a title (1 to 6 for headings, BOLD, 0 for none), and the date that its whole line is.

    `adorned` tells that more than the date stands there: “Date: …”, “San José, …”, the bullet of a list. `is_field`:
    a line such as “Countries: PA” or an embargo; `is_kind`: what stands over a title and says what kind of text it is.
    Both are neither titles nor dates.
    """

    block: Block
    rank: int = 0
    date: date | Misdate | None = None
    adorned: bool = False
    is_field: bool = False
    is_kind: bool = False

    @property
    def text(self) -> str:
        """Its text; empty for a picture or a rule."""
        return self.block.text


def pieces_of(blocks: Sequence[Block], manner: Manner) -> list[Piece]:
    """Look at each block of a document."""
    pieces: list[Piece] = []
    before: Block | None = None
    for block in blocks:
        goes_on = before is not None and before.path == block.path
        pieces.append(_piece(block, manner, goes_on=goes_on))
        before = block
    pieces = [
        Piece(piece.block, piece.rank) if piece.date and _is_wrapped_date(piece, before, after) else piece
        for before, piece, after in zip([None, *pieces], pieces, [*pieces[1:], None], strict=False)
    ]
    # Pages have copies of a date for large and small screens.
    return _with_kinds(
        [
            piece
            for before, piece in zip([None, *pieces], pieces, strict=False)
            if not (before and isinstance(piece.date, date) and piece.date == before.date)
        ]
    )


def _piece(block: Block, manner: Manner, *, goes_on: bool) -> Piece:
    if len(block.paragraphs) == 1 and take([(block.line, block.text)], manner).count:
        return Piece(block, is_field=True)
    day, adorned = _whole_date(block, manner)
    return Piece(block, 0 if isinstance(day, date) else _rank(block, goes_on=goes_on), day, adorned)


def _with_kinds(pieces: Sequence[Piece]) -> list[Piece]:
    """Find the lines that say what kind of text follows: a title comes after them, dates and fields between."""
    looked: list[Piece] = []
    title_follows = False
    for piece in reversed(pieces):
        is_kind = bool(piece.rank) and title_follows and _says_kind(piece.text)
        looked.append(replace(piece, rank=0, is_kind=True) if is_kind else piece)
        if piece.text and not (piece.date or piece.is_field or is_kind):
            title_follows = bool(piece.rank)
    return looked[::-1]


def _says_kind(text: str) -> bool:
    return len(text) <= _LONGEST_KIND and _KIND.fullmatch(folded(text)) is not None


def _rank(block: Block, *, goes_on: bool) -> int:
    if not block.text or len(block.text) > _LONGEST_TITLE or (goes_on and not block.level):
        return 0
    alone = block.bold and not any(it.tag in {"ul", "ol", "pre", "figcaption"} for it in block.path)
    return block.level or (BOLD if alone else 0)


def _whole_date(block: Block, manner: Manner) -> tuple[date | Misdate | None, bool]:
    """Give the date that a line is, and whether more stands there: words, or the bullet of a list."""
    day_first, languages = manner.source.day_first, manner.languages
    if len(block.paragraphs) != 1 or (block.path and block.path[-1].tag == "figcaption"):
        return None, False
    day = read_date_line(block.text, day_first=day_first, languages=languages)
    is_item = any(it.tag == "li" for it in block.path)
    if day is None or (isinstance(day, Misdate) and day.partial and (block.level or is_item)):
        return None, False  # “September 2017” names a bulletin, “8 March” is an item of its calendar
    plain = read_date_line(block.text, day_first=day_first, languages=languages, plain=True)
    if plain is None and block.level:
        return None, False  # “Bulletin, 3 September 2017” names one, too
    return _likely(day, manner), plain is None or is_item


def _likely(day: date | Misdate, manner: Manner) -> date | Misdate:
    """Take a date far ahead for a slip of the pen: it would stand at the top of every page until it came."""
    if isinstance(day, date) and day > manner.today + AHEAD:
        return Misdate(f"The date {day.isoformat()} is more than a year ahead.")
    return day


def _is_wrapped_date(piece: Piece, before: Piece | None, after: Piece | None) -> bool:
    """Tell whether a date is a part of a sentence that is wrapped around it."""
    if before is None or not piece.block.is_wrapped or before.block.path != piece.block.path or before.date:
        return False
    goes_on = after is not None and after.block.is_wrapped and after.block.path == piece.block.path
    return piece.text.endswith(".") if not goes_on else bool(after and after.text[:1].islower())


def date_under_title(pieces: Sequence[Piece]) -> int | None:
    """Tell which of the pieces under a title says its date; they are passed over up to its text."""
    seen = 0
    for index, piece in enumerate(pieces):
        if piece.date:
            return None if isinstance(piece.date, Misdate) and piece.date.partial else index
        if piece.rank or seen >= _BEFORE_DATE or _is_text(piece):
            return None
        seen += bool(piece.text)
    return None


def _is_text(piece: Piece) -> bool:
    """Tell whether a piece is more than a line about the entry, such as who wrote it."""
    text, block = piece.text, piece.block
    return (
        len(text) > _LONGEST_DATED
        or len(block.paragraphs) > 1
        or (text.endswith(_SENTENCE_END) and not block.link)
    )


def with_labelled_dates(pieces: Sequence[Piece], manner: Manner) -> list[Piece]:
    """Take for dates the lines right under titles that are little more: “3 September 2017 | San José | News”."""
    looked = list(pieces)
    left = 0
    for index, piece in enumerate(pieces):
        if piece.rank:
            left = _BEFORE_DATE
        elif piece.date or len(piece.text) > _LONGEST_DATED:
            left = 0
        elif piece.text and left:
            left -= 1
            if day := _labelled(piece.text, manner):
                looked[index] = Piece(piece.block, 0, day, adorned=True)
                left = 0
    return looked


def _labelled(text: str, manner: Manner) -> date | None:
    found = find_date(text, manner)
    if found is None or text.endswith(_SENTENCE_END):
        return None
    before, after = text[: found.start].strip(), text[found.end :].strip()
    apart = (not before or before.endswith(_ENDS_LABEL)) and (not after or after.startswith(_BEGINS_LABEL))
    words = len(_WORD.findall(before)) + len(_WORD.findall(after))
    return found.day if apart and words <= _WORDS_BESIDE and "://" not in text else None


def dateline(text: str, manner: Manner) -> date | None:
    """Give the date that a text begins with, a place or label before it: “San José, 3 September 2017.- The …”."""
    found = find_date(text[: _DATELINE * 2], manner)
    if found is None or found.end > _DATELINE or ". " in text[: found.start]:
        return None
    is_labelled = text[: found.start].rstrip().endswith(":")
    return found.day if is_labelled or _DATELINE_END.match(text, found.end) else None
