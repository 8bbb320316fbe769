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


class Sense(NamedTuple):
    """What a word says. All words that say the same share one, so that a text touches little memory.

    `capitals` tells that it is written in nothing but capitals.
    """

    term: str
    kind: WordKind
    scheme: Scheme
    capitals: bool

    @classmethod
    def of(cls, word: Word) -> Sense:
        """Give what a word says."""
        return cls(word.term, word.kind, word.scheme, word.text.isupper())


# A stretch of a text, from where to where, and what it says: several things where several terms have the same word.
# Plain tuples, for there are dozens of them to an entry.
Named = tuple[int, int, Sense]
Hit = tuple[int, int, tuple[Sense, ...]]


class Found(NamedTuple):
    """The hits of a text in its order: `local` for countries, regions and persons, `topical` for topics.

    Topics that have the same word have a hit each.
    """

    local: list[Hit]
    topical: list[Named]


class _Alike(NamedTuple):
    """Words of the same letters; of all words of a `rivalry` only one can stand in one place.

    A stretch of text is certainly the words when it is `exact`, or, where they are `plain`, if it has no accents.
    `length` is that of each word, without its asterisk.
    """

    number: int
    rivalry: int
    senses: tuple[Sense, ...]
    exact: str
    plain: bool
    length: int


class Lexicon:
    """The words of a vocabulary for texts in one language, ready to be looked for.

    Words are compared by their folded letters, from word boundary to word boundary, in one Aho-Corasick
    automaton; capitals and accents are checked where a word was found. Where words overlap the first counts,
    and of those that begin together the longest: among countries and regions, and within each topic.
    """

    def __init__(self, words: Iterable[Word], language: str) -> None:
        groups: defaultdict[tuple[str, str], list[Word]] = defaultdict(list)
        for word in words:
            if word.language in ("", language):
                groups[_pattern(word), _rivalry(word)].append(word)
        self._words = list(groups.values())
        self._senses: dict[tuple[Sense, ...], tuple[Sense, ...]] = {}
        # The same few spellings come again and again.
        self._spelt = lru_cache(maxsize=10_000)(self._spelt_anew)
        rivalries = {name: number for number, name in enumerate(dict.fromkeys(name for _, name in groups))}
        # Up to where each rivalry's words have been found.
        self._nothing = [0] * len(rivalries)
        by_pattern: defaultdict[str, list[_Alike]] = defaultdict(list)
        for number, ((pattern, rivalry), group) in enumerate(groups.items()):
            exact = group[0].text if len(group) == 1 else ""
            length = len(_stem(group[0]))
            alike = _Alike(
                number, rivalries[rivalry], self._shared(group), exact, plain=exact.islower(), length=length
            )
            by_pattern[pattern].append(alike)
        self._automaton = ahocorasick.Automaton()
        for pattern, (first, *others) in by_pattern.items():
            self._automaton.add_word(pattern, (len(pattern) - 1, pattern.endswith(" "), first, others))
        self._automaton.make_automaton()

    def _shared(self, words: Iterable[Word]) -> tuple[Sense, ...]:
        """Give what words say, the same for the same."""
        senses = tuple(map(Sense.of, words))
        return self._senses.setdefault(senses, senses)

    def find(self, text: str) -> Found:
        """Find the words of a text."""
        covered = self._nothing.copy()
        local: list[Hit] = []
        topical: list[Named] = []
        for start, negative_end, (number, rivalry, alike, exact, plain, length) in self._candidates(text):
            if start < covered[rivalry]:
                continue
            end = -negative_end
            stretch = text[start:end]
            certain = stretch == exact or (plain and stretch.isascii())
            senses = alike if certain else self._spelt(number, stretch[:length])
            if not senses:
                continue
            covered[rivalry] = end
            sense = senses[0]
            if sense.kind is _NOT:
                continue
            if sense.scheme is _TOPIC:
                topical.append((start, end, sense))
            else:
                local.append((start, end, senses))
        return Found(local, topical)

    def _candidates(self, text: str) -> list[tuple[int, int, _Alike]]:
        """Give all that has a word's letters: start, negative end (the longest sorts first), and the words."""
        # A folded character stands one further on than its original, for the space in front.
        folded = f" {fold(text)} "
        candidates: list[tuple[int, int, _Alike]] = []
        add, next_ = candidates.append, folded.index
        for last, (length, whole, first, others) in self._automaton.iter(folded):
            start, negative_end = last - length, 1 - (last if whole else next_(" ", last))
            add((start, negative_end, first))
            if others:
                for other in others:
                    add((start, negative_end, other))
        candidates.sort()
        return candidates

    def _spelt_anew(self, number: int, found: str) -> tuple[Sense, ...]:
        """Give what a stretch of text says as one of the words alike of a number, once for each term."""
        spelt = {word.term: word for word in self._words[number] if _is_spelt(_stem(word), found)}
        return self._shared(spelt.values())


def _stem(word: Word) -> str:
    return word.text.removesuffix("*")


def _pattern(word: Word) -> str:
    stem = _stem(word)
    return f" {fold(stem)}" if stem != word.text else f" {fold(stem)} "


def _rivalry(word: Word) -> str:
    """Name the group of words of which only one can stand in one place."""
    if word.kind in (WordKind.PERSON, WordKind.GIVEN, WordKind.OFFICE):
        return word.kind
    return word.term if word.scheme is Scheme.TOPIC else "place"


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
