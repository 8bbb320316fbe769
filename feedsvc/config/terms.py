"""Country codes and topic keys as they must be written in config."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.config.mistakes import InvalidError
from feedsvc.model import Scheme
from feedsvc.terms import Terms

if TYPE_CHECKING:
    from feedsvc.model import Vocabulary


class StrictTerms:
    """The terms of one scheme, countries or topics, which config names by code or key alone."""

    def __init__(self, vocabulary: Vocabulary, scheme: Scheme) -> None:
        self._terms = Terms(vocabulary, scheme)
        self._own = vocabulary.countries if scheme is Scheme.COUNTRY else vocabulary.topics
        self._regions = vocabulary.regions if scheme is Scheme.COUNTRY else {}

    def term(self, text: str) -> str:
        """Give the term that a text is, capitals or not. Raises InvalidError with what was probably meant."""
        scheme = self._terms.scheme
        if term := self._terms.by_key(text):
            return term
        if term := self._terms.by_name(text):
            raise InvalidError(f'"{text}" is the name of a {scheme}.', f"Write {term}.")
        if members := self._regions.get(text.casefold()):
            raise InvalidError(f'"{text}" is a region.', f"Write its countries: [{', '.join(members)}].")
        raise InvalidError(f'"{text}" is not a {scheme}.', self._remedy(text))

    def _remedy(self, text: str) -> str:
        if meant := self._terms.meant(text):
            term, name = meant
            return f"Did you mean {term} ({name})?" if name else f"Did you mean {term}?"
        if self._terms.scheme is Scheme.TOPIC:
            return f"Write one of: {', '.join(self._own)}."
        return f"Write its two letters (ISO 3166-1), such as {self._own[0]}." if self._own else ""
