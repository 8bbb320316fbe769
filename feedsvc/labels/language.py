"""The language of an entry."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Enough to tell: the title and the beginning of the first paragraph. More costs time and changes nothing.
_ENOUGH = 120


class LanguageFinder:
    """Tells which of a site's languages a text is in; the first of them where nothing speaks for any."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self._languages = languages

    def find(self, text: str) -> str:
        """Give the language of a text."""
        if len(self._languages) == 1 or not any(map(str.isalpha, text[:_ENOUGH])):
            return self._languages[0]
        language, _ = self._identifier.classify(text[:_ENOUGH])
        return str(language)

    @cached_property
    def _identifier(self) -> LanguageIdentifier:
        """The model, read when it is first needed: with its library it takes the better part of a second."""
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
        identifier.set_languages(self._languages)
        return identifier
