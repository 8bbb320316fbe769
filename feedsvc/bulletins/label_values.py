"""What lines of labels may name: the terms of a site and languages, by code, key or name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale, localedata

from feedsvc.terms import Terms, folded

if TYPE_CHECKING:
    from feedsvc.model import Scheme, Vocabulary

# For text with single spaces.
_BETWEEN = re.compile(r" ?[,;/|] ?(?:(?:and|y|e|et|&) )?| (?:and|y|e|et|&|\+) ", re.IGNORECASE)
_AND = re.compile(" (?:and|y|e|et)(?: the| las| los)? ")
# In how many pieces a name may be cut that itself holds commas or “and”.
_MOST_PIECES = 5
# No name has more characters.
_LONGEST_NAME = 80


class Values:
    """The terms of one scheme, as values in a line. `meant` gives the term that a value is like, if it is like one."""

    def __init__(self, vocabulary: Vocabulary, scheme: Scheme) -> None:
        self.scheme = scheme
        self._terms = Terms(vocabulary, scheme)
        self._named = {
            _spelled(name): category.term
            for names in vocabulary.names.values()
            for category, name in names.items()
            if category.scheme is scheme
        }
        self._with_word: dict[str, set[str]] = {}
        for name, term in self._named.items():
            for word in name.split():
                self._with_word.setdefault(word, set()).add(term)
        self.meant = lru_cache(5_000)(self._meant)
        self._term = lru_cache(10_000)(self._term_of)
        self._split = lru_cache(100)(self._split_text)

    def split(self, text: str) -> tuple[list[str], list[str]]:
        """Give the terms that a line lists, and the values that are none. Longer names go first."""
        found, unknown = self._split(text)
        return list(found), list(unknown)

    def _split_text(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        found: list[str] = []
        unknown: list[str] = []
        cuts = [(0, 0), *(match.span() for match in _BETWEEN.finditer(text)), (len(text), len(text))]
        start = 0
        while start < len(cuts) - 1:
            begin = cuts[start][1]
            for end in range(min(start + _MOST_PIECES, len(cuts) - 1), start, -1):
                long = cuts[end][0] - begin > _LONGEST_NAME
                if not long and (term := self._term(text[begin : cuts[end][0]])):
                    found.append(term)
                    break
            else:
                end = start + 1
                unknown.append(text[begin : cuts[end][0]])
            start = end
        return tuple(found), tuple(piece for piece in unknown if piece.strip(" ."))

    def _term_of(self, text: str) -> str | None:
        # “Panama (PA)” is how problems write it, “Panama (Darién)” how offices say where.
        name, _, key = text.removesuffix(")").rpartition(" (") if text.endswith(")") else ("", "", "")
        return (
            self._terms.by_key(text)
            or self._named.get(_spelled(text))
            or self._terms.by_key("-".join(text.split()))
            or (name and (self._terms.by_key(key) or self._named.get(_spelled(name))))
            or None
        )

    def _meant(self, text: str) -> str | None:
        if len(text) > _LONGEST_NAME:
            return None
        # “Trata” and “Asilo” are short for one topic each.
        short_for = [self._with_word.get(word, set()) for word in _spelled(text).split()]
        terms = set.intersection(*short_for) if short_for else set()
        near = None if len(terms) == 1 else self._terms.meant(text)
        return next(iter(terms)) if len(terms) == 1 else near and near[0]


def _spelled(name: str) -> str:
    """Give a name without what CLDR and people spell differently: St. Vincent & Grenadines, Côte d'Ivoire."""
    words = folded(name.replace("\u2019", "'")).replace("st. ", "saint ").removeprefix("the ")
    return _AND.sub(" & ", words)


class _Same:
    """A vocabulary as a key: it holds mappings, and is the same only as itself."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.vocabulary is self.vocabulary

    def __hash__(self) -> int:
        return id(self.vocabulary)


def values_of(vocabulary: Vocabulary, scheme: Scheme) -> Values:
    """Give the terms of a scheme, made once for a vocabulary."""
    return _cached_values(_Same(vocabulary), scheme)


@lru_cache(12)
def _cached_values(same: _Same, scheme: Scheme) -> Values:
    return Values(same.vocabulary, scheme)


@lru_cache
def languages_named(site: tuple[str, ...]) -> dict[str, str]:
    """Give all languages of ISO 639-1 by their letters and by their names in the site's languages."""
    known: dict[str, str] = {}
    for speaker in filter(localedata.exists, dict.fromkeys((*site, "en", "es"))):
        names = {code: name for code, name in Locale.parse(speaker).languages.items() if len(code) == 2}
        known |= {folded(name): code for code, name in names.items()} | {code: code for code in names}
    return known
