"""An entry's labels, drawn from its words, from what its bulletin states, and from its source.

title, paragraphs -> passages -> language -> lexicon.find -> hits -> countries -> countries, mentions
                                                                  -> scoring   -> regions, topics
                                                            found -> stated    -> labels
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.labels.countries import label_countries
from feedsvc.labels.language import LanguageFinder
from feedsvc.labels.lexicon import Lexicon
from feedsvc.labels.passages import Passages
from feedsvc.labels.saying import by_source, state
from feedsvc.labels.scoring import Tally
from feedsvc.model import Labels, Scheme, Stated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedsvc.labels.lexicon import Hit
    from feedsvc.model import Label, LabelRules

# What a term needs: a region the title or the first paragraph, a topic the title or some insistence.
_FLOORS = {Scheme.REGION: 1.5, Scheme.TOPIC: 2.0}
# And it needs this part of what is said for the entry's strongest term.
_SHARE = 1 / 5
_NOTHING = Stated()


class Labeller:
    """Gives entries their labels by the words of the vocabulary. Made once: it builds the automaton."""

    def __init__(self, rules: LabelRules) -> None:
        self._lexicon = Lexicon(rules.words)
        self._languages = LanguageFinder(rules.languages)

    def label(
        self,
        title: str,
        paragraphs: Sequence[str],
        language: str | None = None,
        *,
        stated: Stated = _NOTHING,
        default_countries: tuple[str, ...] = (),
    ) -> Labels:
        """Say what an entry is about, with the evidence, and find its language unless it is known.

        What its bulletin states wins, facet by facet, over what is found in its words. `default_countries` are
        its source's: given where neither a country nor a region was found or stated.
        """
        found = self._found(Passages.of(title, paragraphs), language)
        return by_source(state(found, stated), default_countries)

    def _found(self, passages: Passages, language: str | None) -> Labels:
        """Give what the entry's own words say."""
        language = language or self._languages.find(passages.text)
        hits = self._lexicon.find(passages.text, language)
        countries, mentions = label_countries(hits, passages)
        return Labels(
            language=language,
            countries=countries,
            mentions=mentions,
            regions=_labels(Scheme.REGION, hits, passages),
            topics=_labels(Scheme.TOPIC, hits, passages),
        )


def _labels(scheme: Scheme, hits: Sequence[Hit], passages: Passages) -> tuple[Label, ...]:
    """Give the terms of a scheme that enough is said for."""
    tally = Tally(passages)
    for hit in hits:
        for word in hit.words:
            if word.scheme is scheme and word.term:
                tally.add(word.term, word.kind, hit.start, hit.end)
    labels = tuple(tally.labels())
    enough = max(_FLOORS[scheme], _SHARE * max((label.score for label in labels), default=0.0))
    return tuple(label for label in labels if label.score >= enough)
