"""Which countries an entry is about, and which it only names."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from feedsvc.labels.scoring import Tally
from feedsvc.model import Label, Scheme, Word, WordKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from feedsvc.labels.lexicon import Hit
    from feedsvc.labels.passages import Passages

# A country is published from this score on, which is a dateline's, if it has this part of the top one's.
_FLOOR = 1.0
_SHARE = 1 / 4
# So many countries in one list are the members or the parties; fewer are as often examples.
_PARTIES = 6

_BETWEEN = re.compile(r"(?:[\s,;/]|\b(?:and|the|y|e|el|la|las|los)\b)+")
_COUNTRY, _UNSURE = Scheme.COUNTRY, WordKind.UNSURE
_SURE = frozenset({WordKind.NAME, WordKind.PEOPLE, WordKind.PLACE, WordKind.SIGN})


def label_countries(hits: Sequence[Hit], passages: Passages) -> tuple[tuple[Label, ...], tuple[Label, ...]]:
    """Give the countries an entry is about, and those that it mentions."""
    meant = [*_meant(hits)]
    persons = [hit for hit in hits if hit.words[0].kind is WordKind.PERSON]
    beside = {hit.end + 1 for hit in persons} | {hit.start - 1 for hit in persons}
    tally = Tally(passages)
    for hit, word in meant:
        alone = word.kind is WordKind.PEOPLE and not beside.isdisjoint((hit.start, hit.end))
        tally.add(word.term, WordKind.PERSON if alone else word.kind, hit.start, hit.end)
    labels = tuple(tally.labels())
    enough = max(_FLOOR, _SHARE * max((label.score for label in labels), default=0.0))
    parties = _parties(meant, passages.text)
    countries = tuple(label for label in labels if label.score >= enough or label.term in parties) or _only(
        labels
    )
    return countries, tuple(label for label in labels if label not in countries)


def _parties(meant: Sequence[tuple[Hit, Word]], text: str) -> set[str]:
    """Give the countries of long lists: "the governments of Belize, Costa Rica, …"."""
    named = [(hit, word) for hit, word in meant if word.kind is WordKind.NAME]
    runs = [{word.term} for _, word in named[:1]]
    for (before, _), (hit, word) in pairwise(named):
        if _BETWEEN.fullmatch(text, before.end, hit.start):
            runs[-1].add(word.term)
        else:
            runs.append({word.term})
    return {term for run in runs if len(run) >= _PARTIES for term in run}


def _only(labels: tuple[Label, ...]) -> tuple[Label, ...]:
    """Take the one country that is spoken of at all, however late."""
    return labels if len(labels) == 1 and labels[0].score else ()


def _meant(hits: Sequence[Hit]) -> Iterator[tuple[Hit, Word]]:
    """Choose for each hit the countries that are meant by it.

    A word that several countries share, or that also means something else, is taken for the countries that
    surer words speak for.
    """
    named = [
        (hit, words)
        for hit in hits
        if (words := [word for word in hit.words if word.scheme is _COUNTRY and word.term])
    ]
    spoken_for = {words[0].term for _, words in named if len(words) == 1 and words[0].kind in _SURE}
    for hit, words in named:
        sure = [word for word in words if word.kind is not _UNSURE]
        backed = [word for word in words if word.term in spoken_for]
        for word in [word for word in sure if word in backed] or backed or sure:
            yield hit, word
