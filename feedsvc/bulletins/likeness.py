"""How alike two titles or two texts are, given as their words alone (`words.words_of`)."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

# How alike, from 0 to 1, two titles or texts must be where one may be the other mended. Unrelated ones of one
# language come to about 0.5 by their letters and 0.3 by their words.
_ALIKE = 0.8
# How much of their words two titles or texts must share where one may be the other rewritten, and of titles how many
# words of four letters or more: “Walk in Panama” and “Workshop in Panama” share two words of three.
_HALF = 0.5
_SHARED_IN_TITLES = 3
_LONG = 4
# From how many words on a title, a text stands for itself: “Weekly bulletin” and “Read the bulletin” don't.
TELLING_TITLE = 4
TELLING_TEXT = 6
# How much of two texts is compared, in characters: up to the first by letter, up to the second by word.
_BY_LETTER = 300
COMPARED = 2_000
_NUMBER = re.compile(r"\d+")


def is_telling(words: str, enough: int = TELLING_TEXT) -> bool:
    """Tell whether a title or a text has so many words that it stands for itself."""
    return words.count(" ") >= enough - 1


def share_half_of_title(one: str, other: str) -> bool:
    """Tell whether half of the words of two titles are the same, and enough of these long ones."""
    shared = word_set(one[:COMPARED]) & word_set(other[:COMPARED])
    enough = sum(len(word) >= _LONG for word in shared) >= _SHARED_IN_TITLES
    return enough and share_half(one, other)


def share_half(one: str, other: str) -> bool:
    """Tell whether two texts have half of their words in common."""
    return bool(one and other) and _share(one, other) >= _HALF


def is_alike(one: str, other: str) -> bool:
    """Tell whether one may be the other mended."""
    return one == other or ratio(one, other) >= _ALIKE


def ratio(one: str, other: str) -> float:
    """Tell how alike two texts are, from 0 to 1: short ones by their letters, long ones by their words."""
    if one == other:
        return 1.0
    if len(one) <= _BY_LETTER and len(other) <= _BY_LETTER:
        return fuzz.ratio(one, other) / 100
    return _share(one, other)


def _share(one: str, other: str) -> float:
    """Tell how many words two texts share, from 0 to 1 (Dice's coefficient)."""
    ones, others = word_set(one[:COMPARED]), word_set(other[:COMPARED])
    return 2 * len(ones & others) / max(len(ones) + len(others), 1)


@lru_cache(maxsize=256)
def word_set(words: str) -> frozenset[str]:
    """Give each word once."""
    return frozenset(words.split())


def have_same_numbers(one: str, other: str) -> bool:
    """Tell whether two texts have the same numbers in the same order."""
    return one == other or numbers_of(one) == numbers_of(other)


def numbers_of(text: str) -> list[str]:
    """Give the numbers in a text."""
    return _NUMBER.findall(text[:COMPARED])


def has_another_number(one: str, other: str) -> bool:
    """Tell whether two titles are alike but for a number."""
    return numbers_of(one) != numbers_of(other) and is_alike(
        *(_NUMBER.sub("", each[:COMPARED]) for each in (one, other))
    )
