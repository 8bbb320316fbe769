"""The one scorer: what each word found says for a term, and how that adds up.

A word counts by where it stands and what it is. Said again in the same part of the entry, a term gains half
of that, then a third, and so on: a long text is no louder than a title.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from feedsvc.labels.passages import BODY, DATELINE, LEAD, TITLE
from feedsvc.model import Evidence, Label, WordKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedsvc.labels.passages import Passages

_PLACES = {TITLE: 3.0, DATELINE: 1.0, LEAD: 1.5, BODY: 0.5}
_KINDS = {WordKind.UNSURE: 0.5, WordKind.HINT: 0.5, WordKind.PERSON: 0.0}
_WEIGHTS = {
    place: {kind: weight * _KINDS.get(kind, 1.0) for kind in WordKind} for place, weight in _PLACES.items()
}
_WEIGHTS[DATELINE][WordKind.SEAT] = 0.0
# A phrase says more of a topic than a single word.
_PHRASE = 4 / 3
_KEYWORD = WordKind.KEYWORD


class Tally:
    """What is said for each term in one entry."""

    def __init__(self, passages: Passages) -> None:
        self._passages = passages
        self._evidence: defaultdict[str, list[Evidence]] = defaultdict(list)
        self._said: Counter[tuple[str, str]] = Counter()

    def add(self, term: str, kind: WordKind, start: int, end: int) -> None:
        """Count a stretch of the entry as a word of a kind for a term."""
        place = self._passages.place(start)
        words = self._passages.text[start:end]
        weight = _WEIGHTS[place][kind]
        if kind is _KEYWORD and " " in words:
            weight *= _PHRASE
        if weight:
            self._said[term, place] += 1
            weight /= self._said[term, place]
        self._evidence[term].append(Evidence(words, place, kind, weight))

    def labels(self) -> Iterator[Label]:
        """Give each term with its score, by term."""
        for term, evidence in sorted(self._evidence.items()):
            yield Label(term, round(sum(said.weight for said in evidence), 2), tuple(evidence))
