"""Finding the vocabulary's words in a text, all in one pass."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import ahocorasick

from feedsvc.labels.folding import fold
from feedsvc.model import Scheme, Word, WordKind

if TYPE_CHECKING:
    from collections.abc import Iterable


_NOT, _TOPIC = WordKind.NOT, Scheme.TOPIC


class Hit(NamedTuple):
    """A stretch of a text, and the words that it is: several where several terms have the same word."""

    start: int
    end: int
    words: tuple[Word, ...]


class Found(NamedTuple):
    """The hits of a text in its order: `local` for countries, regions and persons, `topical` for topics."""

    local: list[Hit]
    topical: list[Hit]


class _Alike(NamedTuple):
    """Words of the same letters; of all words of a `rivalry` only one can stand in one place.

    A stretch of text is certainly the words when it is `exact`, or, where they are `plain`, if it has no accents.
    """

    number: int
    rivalry: str
    words: tuple[Word, ...]
    exact: str
    plain: bool


class Lexicon:
    """The words of a vocabulary for texts in one language, ready to be looked for.

    Words are compared by their folded letters, from word boundary to word boundary, in one Aho-Corasick
    automaton; capitals and accents are checked where a word was found. Where words overlap the first counts,
    and of those that begin together the longest: among countries and regions, and within each topic.
    """

    def __init__(self, words: Iterable[Word], language: str) -> None:
        alike: defaultdict[tuple[str, str], list[Word]] = defaultdict(list)
        for word in words:
            if word.language in ("", language):
                alike[_pattern(word), _rivalry(word)].append(word)
        by_pattern: defaultdict[str, list[_Alike]] = defaultdict(list)
        for number, ((pattern, rivalry), group) in enumerate(alike.items()):
            exact = group[0].text if len(group) == 1 else ""
            by_pattern[pattern].append(_Alike(number, rivalry, tuple(group), exact, exact.islower()))
        self._automaton = ahocorasick.Automaton()
        for pattern, (first, *others) in by_pattern.items():
            self._automaton.add_word(pattern, (len(pattern) - 1, pattern.endswith(" "), first, others))
        self._automaton.make_automaton()

    def find(self, text: str) -> Found:
        """Find the words of a text."""
        covered: dict[str, int] = {}
        found = Found([], [])
        local, topical = found
        for start, negative_end, (_, rivalry, words, exact, plain) in self._candidates(text):
            if start < covered.get(rivalry, 0):
                continue
            stretch = text[start:-negative_end]
            certain = stretch == exact or (plain and stretch.isascii())
            if spelt := words if certain else _spelt(words, stretch):
                covered[rivalry] = -negative_end
                if spelt[0].kind is not _NOT:
                    hits = topical if spelt[0].scheme is _TOPIC else local
                    hits.append(Hit(start, -negative_end, spelt))
        return found

    def _candidates(self, text: str) -> list[tuple[int, int, _Alike]]:
        """Give all that has a word's letters: start, negative end (the longest sorts first), and the words."""
        # A folded character stands one further on than its original, for the space in front.
        folded = f" {fold(text)} "
        candidates: list[tuple[int, int, _Alike]] = []
        for last, (length, whole, first, others) in self._automaton.iter(folded):
            start, negative_end = last - length, 1 - (last if whole else folded.index(" ", last))
            candidates.append((start, negative_end, first))
            if others:
                candidates.extend((start, negative_end, other) for other in others)
        candidates.sort()
        return candidates


def _pattern(word: Word) -> str:
    stem = word.text.removesuffix("*")
    return f" {fold(stem)}" if stem != word.text else f" {fold(stem)} "


def _rivalry(word: Word) -> str:
    """Name the group of words of which only one can stand in one place."""
    if word.kind in (WordKind.PERSON, WordKind.OFFICE):
        return word.kind
    return word.term if word.scheme is Scheme.TOPIC else "place"


def _spelt(words: tuple[Word, ...], found: str) -> tuple[Word, ...]:
    """Give the words that a stretch of text may be, once for each term."""
    spelt = {}
    for word in words:
        stem = word.text.removesuffix("*")
        if _is_spelt(stem, found[: len(stem)]):
            spelt[word.term] = word
    return words if len(spelt) == len(words) else tuple(spelt.values())


@lru_cache(maxsize=10_000)  # the same few spellings come again and again
def _is_spelt(word: str, found: str) -> bool:
    """Tell whether a text has the capitals of a word, and no accents that the word hasn't."""
    return word == found or all(
        theirs == ours
        or (
            (theirs.isupper() or not ours.isupper())
            and (theirs.isascii() or not theirs.isalpha() or theirs.lower() == ours.lower())
        )
        for ours, theirs in zip(word, found, strict=True)
    )
