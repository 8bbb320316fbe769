"""The language of an entry.

Small words tell most texts apart at a glance; a model, which takes its time, is asked about the rest. Names of
countries and towns speak for no language: the model doesn't get to see them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from py3langid.langid import LanguageIdentifier

# Enough to tell: the title and the beginning of the first paragraph. More costs time and changes nothing.
_ENOUGH = 240
# One language is told by its small words when it has more than so many times those of any other.
_CLEAR = 2
_MANY = 4

# Small words that are common in a language; those of two languages of one site tell nothing there.
_SMALL_WORDS = {
    "en": "a an and are as at be by for from has have he her his in into is it its not of on or our she that the"
    " their they this to was we were which who will with",
    "es": "a al como con de del desde e el ella en entre es esta este fue fueron ha han hay la las lo los más no o"
    " para pero por que se sin sobre son su sus también tras un una y",
    "fr": "à au aux avec ce ces cette dans de des du elle en entre est et il la le les leur ont ou par pas plus pour"
    " qui sa se ses son sont sur un une",
    "pt": "a à ao aos as às com da das de do dos e ela ele em entre é foi mais na não nas no nos o os ou para pela"
    " pelo por que são se seu sua também um uma",
}


class LanguageFinder:
    """Tells which of a site's languages a text is in; the first of them where nothing speaks for any.

    `without_names` takes the names of places out of a text.
    """

    def __init__(self, languages: tuple[str, ...], without_names: Callable[[str], str]) -> None:
        self._languages = languages
        self._without_names = without_names
        self._small_words = _telling(languages)

    def find(self, text: str) -> str:
        """Give the language of a text."""
        if len(self._languages) == 1:
            return self._languages[0]
        beginning = text[:_ENOUGH]
        # A name such as El Salvador has small words of its own: so few of them tell only what is left without it.
        if language := self._by_small_words(beginning, _MANY):
            return language
        nameless = self._without_names(beginning)
        return self._by_small_words(nameless, 1) or self._by_model(nameless)

    def _by_small_words(self, text: str, enough: int) -> str:
        """Give the language that the small words of a text are clearly in, empty when they are not."""
        words = text.lower().split()
        counts = sorted(
            (sum(map(small.__contains__, words)), language) for language, small in self._small_words.items()
        )
        if len(counts) < 2:
            return ""
        (second, _), (first, language) = counts[-2:]
        return language if first >= enough and first > _CLEAR * second else ""

    def _by_model(self, text: str) -> str:
        if not any(map(str.isalpha, text)):
            return self._languages[0]
        language, _ = self._identifier.classify(text)
        return str(language)

    @cached_property
    def _identifier(self) -> LanguageIdentifier:
        """The model, read when it is first needed: with its library it takes the better part of a second."""
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
        identifier.set_languages(self._languages)
        return identifier


def _telling(languages: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """Give the small words that only one of the languages has; none if any language's are not known."""
    if not _SMALL_WORDS.keys() >= set(languages):
        return {}
    known = {language: frozenset(_SMALL_WORDS[language].split()) for language in languages}
    return {
        language: words.difference(*(others for other, others in known.items() if other != language))
        for language, words in known.items()
    }
