"""An entry's labels, drawn from its words, from what its bulletin states, and from its source.

title, paragraphs -> passages -> language -> lexicon.find -> hits -> countries -> countries, mentions
                                                                  -> scoring   -> regions, topics
                                                            found -> stated    -> labels
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.labels.countries import CountryFinder
from feedsvc.labels.language import LanguageFinder
from feedsvc.labels.lexicon import Lexicon
from feedsvc.labels.passages import Passages
from feedsvc.labels.saying import by_region, by_source, correct, state
from feedsvc.labels.scoring import ENOUGH, Tally
from feedsvc.model import Labels, Scheme, Stated, WordKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedsvc.labels.lexicon import Named
    from feedsvc.model import Label, LabelRules, Override

# A term needs this part of what is said for the entry's strongest one.
_SHARES = {Scheme.REGION: 1 / 4, Scheme.TOPIC: 3 / 10}
_NEARLY = 0.85
_NOTHING = Stated()


class Labeller:
    """Gives entries their labels by the words of the vocabulary. Made once: it builds the automata."""

    def __init__(self, rules: LabelRules) -> None:
        self._links = rules.links
        self._members = rules.members
        self._countries = CountryFinder(rules.links)
        self._lexicons = {language: Lexicon(rules.words, language) for language in rules.languages}
        # An entry in a language that isn't the site's has at least its countries.
        self._lexicon_of_others = Lexicon(rules.words, "")
        self._languages = LanguageFinder(rules.languages, self._without_names)

    def label(
        self,
        title: str,
        paragraphs: Sequence[str],
        language: str | None = None,
        *,
        stated: Stated = _NOTHING,
        default_countries: tuple[str, ...] = (),
        override: Override | None = None,
    ) -> Labels:
        """Say what an entry is about, with the evidence, and find its language unless it is known.

        What its bulletin states wins, facet by facet, over what is found in its words. `default_countries` are
        its source's: given where neither a country nor a region was found or stated. What an admin says in an
        `override` wins over all of it. The members of a region are given where the rules say so, and nobody said
        which countries it is about.
        """
        found = self._found(Passages.of(title, paragraphs, self._links), language)
        labels = by_source(state(found, stated), default_countries)
        is_said = bool(stated.countries)
        if override:
            labels = correct(labels, override)
            is_said = is_said or override.countries is not None
        return labels if is_said else by_region(labels, self._members)

    def _found(self, passages: Passages, language: str | None) -> Labels:
        """Give what the entry's own words say."""
        language = language or self._languages.find(passages.text)
        local, topical = self._lexicons.get(language, self._lexicon_of_others).find(passages.text)
        regional = [
            (start, end, sense)
            for start, end, senses in local
            for sense in senses
            if sense.scheme is Scheme.REGION
        ]
        countries, mentions = self._countries.find(local, passages)
        return Labels(
            language=language,
            countries=countries,
            mentions=mentions,
            regions=_labels(Scheme.REGION, regional, passages),
            topics=_labels(Scheme.TOPIC, topical, passages),
        )

    def _without_names(self, text: str) -> str:
        """Take the names of places out of a text; what a people is called stays, it has a language."""
        for start, end, senses in reversed(self._lexicon_of_others.find(text).local):
            if senses[0].kind is not WordKind.PEOPLE:
                text = f"{text[:start]} {text[end:]}"
        return text


def _labels(scheme: Scheme, named: Sequence[Named], passages: Passages) -> tuple[Label, ...]:
    """Give the terms of a scheme that enough is said for."""
    if not named:
        return ()
    tally = Tally(scheme, named, passages)
    # Less is never enough, whatever the others have.
    scores = {
        term: score
        for term, score in tally.scores(_NEARLY).items()
        if score >= _NEARLY and not tally.is_thin(term)
    }
    most = max(scores.values(), default=0.0)
    # Where no term has enough, the first is given if it nearly has: the only word may stand in the first paragraph.
    enough = most if most < ENOUGH else max(ENOUGH, _SHARES[scheme] * most)
    return tuple(
        [tally.label(term, max(score, ENOUGH)) for term, score in sorted(scores.items()) if score >= enough]
    )
