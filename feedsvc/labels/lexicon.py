"""Finding the vocabulary's words in a text, all in one pass."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import ahocorasick

from feedsvc.labels.folding import fold
from feedsvc.model import Scheme, Word, WordKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Hit(NamedTuple):
    """A stretch of a text, and the words that it is: several where several terms have the same word."""

    start: int
    end: int
    words: tuple[Word, ...]


class _Alike(NamedTuple):
    """Words of the same letters; only one word of a `rivalry` can stand in one place."""

    rivalry: str
    words: tuple[Word, ...]


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
        self._alike = [_Alike(rivalry, tuple(group)) for (_, rivalry), group in alike.items()]
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        for number, (pattern, _) in enumerate(alike):
            numbers[pattern].append(number)
        self._automaton = ahocorasick.Automaton()
        for pattern, found in numbers.items():
            self._automaton.add_word(pattern, (len(pattern), pattern.endswith(" "), found))
        self._automaton.make_automaton()

    def find(self, text: str) -> list[Hit]:
        """Find the words of a text, in its order."""
        covered: dict[str, int] = {}
        hits = []
        for start, negative_end, number in sorted(self._candidates(text)):
            rivalry, words = self._alike[number]
            if start < covered.get(rivalry, 0):
                continue
            end = -negative_end
            if spelt := _spelt(words, text[start:end]):
                covered[rivalry] = end
                if spelt[0].kind is not WordKind.NOT:
                    hits.append(Hit(start, end, spelt))
        return hits

    def _candidates(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Give start, negative end (the longest sorts first) and number of all that has a word's letters."""
        # A folded character stands one further on than its original, for the space in front.
        folded = f" {fold(text)} "
        for last, (length, whole, numbers) in self._automaton.iter(folded):
            end = last if whole else folded.index(" ", last)
            for number in numbers:
                yield last - length + 1, 1 - end, number


def _pattern(word: Word) -> str:
    stem = word.text.removesuffix("*")
    return f" {fold(stem)}" if stem != word.text else f" {fold(stem)} "


def _rivalry(word: Word) -> str:
    """Name the group of words of which only one can stand in one place."""
    if word.kind is WordKind.PERSON:
        return word.kind
    return word.term if word.scheme is Scheme.TOPIC else "place"


def _spelt(words: tuple[Word, ...], found: str) -> tuple[Word, ...]:
    """Give the words that a stretch of text may be, once for each term."""
    if len(words) == 1 and (words[0].text == found or (found.isascii() and words[0].text.islower())):
        return words
    return tuple({word.term: word for word in words if _is_spelt(word.text, found)}.values())


def _is_spelt(word: str, found: str) -> bool:
    """Tell whether a text has the capitals of a word, and no accents that the word hasn't."""
    return word == found or all(
        theirs == ours
        or (
            (theirs.isupper() or not ours.isupper())
            and (theirs.isascii() or not theirs.isalpha() or theirs.lower() == ours.lower())
        )
        for ours, theirs in zip(word.removesuffix("*"), found, strict=False)
    )
