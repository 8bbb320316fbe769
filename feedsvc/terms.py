"""Terms as people write them: by code, by key or by name, with and without capitals and accents."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedsvc.model import Scheme, Vocabulary


def folded(text: str) -> str:
    """Give a text without what people spell differently: capitals, accents, outer spaces."""
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


class Terms:
    """The terms of one scheme that a vocabulary knows, and what they are called in its languages."""

    def __init__(self, vocabulary: Vocabulary, scheme: Scheme) -> None:
        self.scheme = scheme
        names = [
            (category.term, name)
            for names in vocabulary.names.values()
            for category, name in names.items()
            if category.scheme is scheme
        ]
        own = {"country": vocabulary.countries, "topic": vocabulary.topics, "region": (*vocabulary.regions,)}
        self._names = {folded(name): (term, name) for term, name in names}
        former = vocabulary.former_topics if scheme == "topic" else {}
        self._terms = {
            **former,
            **{term.casefold(): term for term in (*own[scheme], *(term for term, _ in names))},
        }

    def by_key(self, text: str) -> str | None:
        """Give the term that a text is, capitals or not."""
        return self._terms.get(text.strip().casefold())

    def by_name(self, text: str) -> str | None:
        """Give the term that is called so in any language."""
        named = self._names.get(folded(text))
        return named[0] if named else None

    def meant(self, text: str) -> tuple[str, str] | None:
        """Give the term that was probably meant, and its name if that is what the text is like."""
        # A code of two letters is like too many others: codes are sought by the country's name alone.
        keys = {term: (term, "") for term in self._terms.values() if len(term) > 2}
        near = {**keys, **self._names}
        close = get_close_matches(folded(text), near, n=1)
        return near[close[0]] if close else None
