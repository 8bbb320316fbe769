"""The one scorer: what each word found says for a term, and how that adds up.

A word counts by where it stands and what it is. Said again in the same part of the entry, a term gains half
of that, then a third, and so on, the weightiest words first: a long text is no louder than a title.
From a score of 1 on a term may be given (`Label.confidence` goes by the same scale).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.labels.passages import BODY, DATELINE, LEAD, TITLE
from feedsvc.model import Evidence, Label, Scheme, WordKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedsvc.labels.lexicon import Named
    from feedsvc.labels.passages import Passages

ENOUGH = 1.0

# A country needs a dateline, a region the title or the first paragraph, a topic the title or some insistence.
_PLACES = {
    Scheme.COUNTRY: {TITLE: 3.0, DATELINE: 1.0, LEAD: 1.5, BODY: 0.5},
    Scheme.REGION: {TITLE: 2.0, DATELINE: 0.6, LEAD: 1.0, BODY: 0.3},
    Scheme.TOPIC: {TITLE: 1.75, DATELINE: 0.9, LEAD: 0.9, BODY: 0.45},
}
_KINDS = {WordKind.UNSURE: 0.5, WordKind.HINT: 0.3, WordKind.PERSON: 0.0, WordKind.OFFICE: 0.1}


def _weights(scheme: Scheme) -> dict[str, dict[WordKind, float]]:
    return {
        place: {kind: round(weight * _KINDS.get(kind, 1.0), 2) for kind in WordKind}
        for place, weight in _PLACES[scheme].items()
    }


_WEIGHTS = {scheme: _weights(scheme) for scheme in Scheme}
# An organisation that reports from its own seat, or meets there, doesn't speak of it.
_WEIGHTS[Scheme.COUNTRY][DATELINE][WordKind.SEAT] = 0.0
_WEIGHTS[Scheme.COUNTRY][LEAD][WordKind.SEAT] = 0.45
_WEIGHTS[Scheme.COUNTRY][BODY][WordKind.SEAT] = 0.15


# What one word says: its weight, where it begins (negative, so that of equal weights the first is the greatest),
# where it ends, the part of the entry, what it is. A plain tuple: there are dozens of them to an entry.
_Said = tuple[float, int, int, str, WordKind]


class Tally:
    """What is said for each term of a scheme in one entry, by words in the order of its text."""

    def __init__(self, scheme: Scheme, named: Iterable[Named], passages: Passages) -> None:
        self._text = passages.text
        self._said = said = dict[str, list[_Said]]()
        self._shares: dict[str, list[float]] = {}
        place, until, weights = "", -1, _WEIGHTS[scheme][TITLE]
        for start, end, (term, kind, _, _) in named:
            if start >= until:
                place, until = passages.place(start)
                weights = _WEIGHTS[scheme][place]
            one = (weights[kind], -start, end, place, kind)
            if term in said:
                said[term].append(one)
            else:
                said[term] = [one]

    def scores(self, least: float = 0.0) -> dict[str, float]:
        """Give the score of each term that anything is said for, perhaps without some that score below `least`."""
        scores = {}
        for term, said in self._said.items():
            # Most terms have but one word, and most others but a few light ones.
            if len(said) == 1:
                scores[term] = said[0][0]
            elif not least or sum([one[0] for one in said]) > least - 0.01:
                self._shares[term] = shares = _shares(said)
                scores[term] = round(sum(shares), 2)
        return scores

    def is_thin(self, term: str) -> bool:
        """Tell whether all that is said for a term is one and the same hint, however often."""
        said, text = self._said[term], self._text
        return (
            said[0][4] is WordKind.HINT
            and all(kind is WordKind.HINT for *_, kind in said)
            and len({text[-start:end].casefold() for _, start, end, _, _ in said}) == 1
        )

    def label(self, term: str, score: float) -> Label:
        """Give the label of a term with its score, and its evidence, the heaviest first."""
        text, said = self._text, self._said[term]
        if len(said) == 1:
            ((weight, start, end, place, kind),) = said
            return Label(term, score, (Evidence(text[-start:end], place, kind, weight),))
        evidence = [
            Evidence(text[-start:end], place, kind, share)
            for (_, start, end, place, kind), share in zip(said, self._shares[term], strict=True)
        ]
        return Label(term, score, tuple(evidence))


def _shares(said: list[_Said]) -> list[float]:
    """Put the heaviest words first, and give what each adds: less, the more is said in the same place."""
    said.sort(reverse=True)
    counts: dict[str, int] = {}
    shares = []
    for weight, _, _, place, _ in said:
        counts[place] = count = counts.get(place, 0) + 1
        shares.append(weight if count == 1 else round(weight / count, 2))
    return shares
