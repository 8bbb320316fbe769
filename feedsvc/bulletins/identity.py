"""Which entry a draft is: an entry is one entry for ever (design, section 4, promise 2).

Three things tell an entry: its date, its title and its text. Drafts and known entries are paired one to one,
by the surest signs first; what a step has paired is out of the reach of the next:

    1. all three are equal
    2. two are equal: the third was edited
    3. one is equal and the others are alike, among entries last seen in the same bulletin: a typo was mended
       in title and text at once, say

Titles and texts are equal when their words are, whatever their case, accents and punctuation. No step compares
everything with everything, so the cost grows with the number of drafts.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from itertools import count, product
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
    from datetime import date

    from feedsvc.model import Draft

# How alike, out of 100, two titles or texts must be where one may be the other mended. Unrelated ones of one
# language come to about 50.
_ALIKE = 80
# How much of two texts is compared, in characters, and how many pairs with one sign in common.
_COMPARED = 5_000
_MOST_PAIRS = 2_500
_KEY_LENGTH = 12

_WORD = re.compile(r"[^\W_]+")
_ACCENT = re.compile("[\u0300-\u036f]")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """An entry of the store that a draft could be. `date` is when it was published, `bulletin` where it was last seen.

    `elsewhere` says that it still stands in another bulletin: then a draft that differs from it may only differ
    a little, and not in its date, for a notice that comes every week is a new one.
    """

    id: str
    date: date
    title: str
    text: str
    bulletin: str
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A draft and the entry it is; None: it is new."""

    draft: Draft
    entry_id: str | None


def title_key(title: str) -> str:
    """Give a short name for a title that is equal for equal words; empty for an empty title."""
    return _hash(_words(title))


def text_key(text: str) -> str:
    """Give a short name for a text that is equal for equal words; empty for an empty text."""
    return _hash(_words(text))


def mint_key(draft: Draft, taken: Callable[[str], bool]) -> str:
    """Give a new entry's key: short, of lower-case letters and digits, and not taken.

    It depends on the draft alone, so that a store rebuilt from the same bulletins gives the same keys: on date
    and title, and if that key is taken on the text too, and then on a number.
    """
    keys = (_hash(material)[:_KEY_LENGTH] for material in _materials(draft))
    return next(key for key in keys if not taken(key))


def _materials(draft: Draft) -> Iterator[str]:
    yield f"{draft.date} {title_key(draft.title)}"
    for number in count(1):
        yield f"{draft.date} {title_key(draft.title)} {text_key(draft.text)} {number}"


def identify(drafts: Sequence[Draft], known: Sequence[KnownEntry], bulletin: str) -> tuple[Match, ...]:
    """Tell for the drafts of a bulletin which known entries they are, each at most once.

    A draft that repeats another one of the same bulletin is no entry of its own and has no Match.
    """
    distinct: dict[_Signs, Draft] = {}
    for draft in drafts:
        distinct.setdefault(_signs_of_draft(draft), draft)
    # Of entries that are equal, the one that was last seen here goes first.
    here_first = sorted(known, key=lambda entry: entry.bulletin != bulletin)
    olds = {_signs_of_entry(entry, place, bulletin): entry.id for place, entry in enumerate(here_first)}
    pairs = _paired(list(distinct), list(olds))
    return tuple(Match(draft, olds[pairs[new]] if new in pairs else None) for new, draft in distinct.items())


@dataclass(frozen=True, slots=True)
class _Signs:
    """What a draft or an entry is known by: its date, and the words of its title and of its text.

    Of an entry, `here` says that it was last seen in the bulletin of the drafts, and `place` tells equal ones apart.
    """

    date: date
    title: str
    text: str
    here: bool = False
    elsewhere: bool = False
    place: int = 0


def _signs_of_draft(draft: Draft) -> _Signs:
    return _Signs(draft.date, _words(draft.title), _words(draft.text))


def _signs_of_entry(entry: KnownEntry, place: int, bulletin: str) -> _Signs:
    here = entry.bulletin == bulletin and not entry.elsewhere
    return _Signs(entry.date, _words(entry.title), _words(entry.text), here, entry.elsewhere, place)


@dataclass(frozen=True, slots=True)
class _Step:
    """A way to know an entry again: by a sign that draft and entry have in common, and a condition.

    A sign that is empty is none.
    """

    sign: Callable[[_Signs], Hashable]
    same: Callable[[_Signs, _Signs], bool]


_STEPS = (
    _Step(lambda signs: (signs.date, signs.title, signs.text), lambda _new, _old: True),
    # Two are equal.
    _Step(lambda signs: (signs.title, signs.text), lambda _, old: not old.elsewhere),
    _Step(
        lambda signs: signs.text and (signs.date, signs.text),
        lambda new, old: not old.elsewhere or _alike(new.title, old.title),
    ),
    _Step(
        lambda signs: (signs.date, signs.title),
        lambda new, old: not old.elsewhere or _alike(new.text, old.text),
    ),
    # One is equal. Other numbers are no typo where the title or the date is another: “Bulletin 12” and “13”.
    _Step(
        lambda signs: signs.text,
        lambda new, old: old.here and _alike(new.title, old.title) and _same_numbers(new.title, old.title),
    ),
    _Step(
        lambda signs: signs.title,
        lambda new, old: old.here and _alike(new.text, old.text) and _same_numbers(new.text, old.text),
    ),
    _Step(
        lambda signs: signs.date,
        lambda new, old: (
            old.here
            and _alike(new.title, old.title)
            and _same_numbers(new.title, old.title)
            and _alike(new.text, old.text)
        ),
    ),
)


def _paired(news: Sequence[_Signs], olds: Sequence[_Signs]) -> dict[_Signs, _Signs]:
    """Pair drafts with entries, step by step."""
    pairs: dict[_Signs, _Signs] = {}
    for step in _STEPS:
        gone = set(pairs.values())
        free_news = _by_sign((new for new in news if new not in pairs), step)
        free_olds = _by_sign((old for old in olds if old not in gone), step)
        for sign in free_news.keys() & free_olds.keys():
            pairs.update(_best_pairs(free_news[sign], free_olds[sign], step))
    return pairs


def _by_sign(many: Iterable[_Signs], step: _Step) -> dict[Hashable, list[_Signs]]:
    groups: dict[Hashable, list[_Signs]] = defaultdict(list)
    for signs in many:
        if sign := step.sign(signs):
            groups[sign].append(signs)
    return groups


def _best_pairs(news: Sequence[_Signs], olds: Sequence[_Signs], step: _Step) -> dict[_Signs, _Signs]:
    """Pair those that have a sign in common, the most alike first; of very many, in their order."""
    few = len(news) * len(olds) <= _MOST_PAIRS
    candidates = [
        (new, old)
        for new, old in (product(news, olds) if few else zip(news, olds, strict=False))
        if step.same(new, old)
    ]
    if len(candidates) > 1:
        candidates.sort(key=_likeness, reverse=True)
    pairs: dict[_Signs, _Signs] = {}
    gone = set()
    for new, old in candidates:
        if new not in pairs and old not in gone:
            pairs[new] = old
            gone.add(old)
    return pairs


def _likeness(pair: tuple[_Signs, _Signs]) -> float:
    new, old = pair
    return _ratio(new.title, old.title) + _ratio(new.text, old.text)


def _alike(one: str, other: str) -> bool:
    return _ratio(one, other) >= _ALIKE


def _ratio(one: str, other: str) -> float:
    return fuzz.ratio(one[:_COMPARED], other[:_COMPARED])


def _same_numbers(one: str, other: str) -> bool:
    return _NUMBER.findall(one) == _NUMBER.findall(other)


def _words(text: str) -> str:
    """Give a text's words alone, folded; of a text without words (nothing but an emoji) the text."""
    folded = text.casefold()
    if not folded.isascii():
        folded = _ACCENT.sub("", unicodedata.normalize("NFKD", folded))
    return " ".join(_WORD.findall(folded)) or text.strip()


def _hash(text: str) -> str:
    """Give a hash of a text in the letters and digits of base32 (RFC 4648, section 6); of no text, none."""
    if not text:
        return ""
    digest = hashlib.blake2b(text.encode(), digest_size=10).digest()
    return base64.b32encode(digest).decode().lower()
