"""Country codes and topic keys as people write them."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from feedsvc.config.mistakes import InvalidError
from feedsvc.config.values import folded
from feedsvc.model import Scheme

if TYPE_CHECKING:
    from feedsvc.model import Vocabulary


class Terms:
    """The terms of one scheme, countries or topics, that a vocabulary knows."""

    def __init__(self, vocabulary: Vocabulary, scheme: Scheme) -> None:
        self._scheme = scheme
        self._own = vocabulary.countries if scheme is Scheme.COUNTRY else vocabulary.topics
        self._regions = vocabulary.regions if scheme is Scheme.COUNTRY else {}
        self._names = {
            folded(name): (category.term, name)
            for names in vocabulary.names.values()
            for category, name in names.items()
            if category.scheme is scheme
        }
        self._terms = {
            term.casefold(): term for term in (*self._own, *(term for term, _ in self._names.values()))
        }

    def term(self, text: str) -> str:
        """Give the term that a text is, capitals or not. Raises InvalidError with what was probably meant."""
        if term := self._terms.get(text.casefold()):
            return term
        if named := self._names.get(folded(text)):
            raise InvalidError(f'"{text}" is the name of a {self._scheme}.', f"Write {named[0]}.")
        if members := self._regions.get(text.casefold()):
            raise InvalidError(f'"{text}" is a region.', f"Write its countries: [{', '.join(members)}].")
        raise InvalidError(f'"{text}" is not a {self._scheme}.', self._remedy(text))

    def _remedy(self, text: str) -> str:
        # A code of two letters is like too many others: codes are sought by the country's name alone.
        keys = {term: (term, "") for term in self._terms if len(term) > 2}
        meant = {**keys, **self._names}
        if close := get_close_matches(folded(text), meant, n=1):
            term, name = meant[close[0]]
            return f"Did you mean {term} ({name})?" if name else f"Did you mean {term}?"
        if self._scheme is Scheme.TOPIC:
            return f"Write one of: {', '.join(self._own)}."
        return f"Write its two letters (ISO 3166-1), such as {self._own[0]}." if self._own else ""
