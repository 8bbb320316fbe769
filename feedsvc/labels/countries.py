"""Which countries an entry is about, and which it only names."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from feedsvc.labels.passages import BODY, LEAD
from feedsvc.labels.scoring import ENOUGH, Tally
from feedsvc.model import Scheme, WordKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from feedsvc.labels.lexicon import Hit
    from feedsvc.labels.passages import Passages
    from feedsvc.model import Label, Word

# A country needs this part of what is said for the entry's strongest one.
_SHARE = 1 / 4
# So many countries in one list are the members or the parties; fewer are as often examples.
_PARTIES = 6
# So short a town's name in capitals amid small letters is some organisation's: DACA, META.
_ACRONYM = 5

_COUNTRY = Scheme.COUNTRY
_SURE = frozenset([WordKind.NAME, WordKind.PEOPLE, WordKind.PROVINCE, WordKind.CITY, WordKind.INSTITUTION])
_UNSURE = frozenset([WordKind.UNSURE, WordKind.SEAT])


class _Named(NamedTuple):
    """A stretch of an entry, and one word for a country that it may be."""

    start: int
    end: int
    word: Word


class CountryFinder:
    """Tells the countries that an entry is about. `links` may stand between the countries of a list."""

    def __init__(self, links: Iterable[str]) -> None:
        words = "|".join(sorted(map(re.escape, links)))
        self._between = re.compile(rf"(?:[\s,;/]|\b(?:{words})\b)+" if words else r"[\s,;/]+")

    def find(self, hits: Sequence[Hit], passages: Passages) -> tuple[tuple[Label, ...], tuple[Label, ...]]:
        """Give the countries an entry is about, and those that it mentions."""
        meant = [*_meant(hits, passages)]
        if not meant:
            return (), ()
        tally = _tally(meant, hits, passages)
        scores = tally.scores()
        enough = max(ENOUGH, _SHARE * max(scores.values()))
        parties = self._parties(meant, passages.text)
        about = {term for term, score in scores.items() if score >= enough or term in parties}
        if not about and len(scores) == 1:
            # The one country that is spoken of at all, however late.
            about = {term for term, score in scores.items() if score}
        labels = [(term in about, tally.label(term, scores[term])) for term in sorted(scores)]
        return tuple(label for given, label in labels if given), tuple(
            label for given, label in labels if not given
        )

    def _parties(self, meant: Sequence[_Named], text: str) -> set[str]:
        """Give the countries of long lists: "the governments of Belize, Costa Rica, …"."""
        named = [one for one in meant if one.word.kind is WordKind.NAME]
        if len(named) < _PARTIES:
            return set()
        runs = [{named[0].word.term}]
        for before, one in pairwise(named):
            if self._between.fullmatch(text, before.end, one.start):
                runs[-1].add(one.word.term)
            else:
                runs.append({one.word.term})
        return {term for run in runs if len(run) >= _PARTIES for term in run}


def _tally(meant: Sequence[_Named], hits: Sequence[Hit], passages: Passages) -> Tally:
    """Count what is said for each country; a nationality beside a person's calling counts nothing."""
    persons = [hit for hit in hits if hit.words[0].kind is WordKind.PERSON]
    beside = {hit.end + 1 for hit in persons} | {hit.start - 1 for hit in persons}
    tally = Tally(_COUNTRY, passages)
    for start, end, word in meant:
        alone = word.kind is WordKind.PEOPLE and not beside.isdisjoint((start, end))
        tally.add(word.term, WordKind.PERSON if alone else word.kind, start, end)
    return tally


def _meant(hits: Sequence[Hit], passages: Passages) -> Iterator[_Named]:
    """Choose for each hit the country that is meant by it.

    A word that several countries share, or that also means something else, is taken for the country that
    surer words say most for.
    """
    named = [
        (hit, words)
        for hit in hits
        if (words := [word for word in hit.words if word.scheme is _COUNTRY and word.term])
        and not _is_acronym(hit, words, passages)
    ]
    spoken_for: Counter[str] = Counter()
    for _, words in named:
        if len(words) == 1 and words[0].kind in _SURE:
            spoken_for[words[0].term] += 1
    for hit, words in named:
        if len(words) == 1 and words[0].kind not in _UNSURE:
            yield _Named(hit.start, hit.end, words[0])
            continue
        backed = [word for word in words if spoken_for[word.term]]
        backed = [word for word in backed if word.kind not in _UNSURE] or backed
        most = max((spoken_for[word.term] for word in backed), default=0)
        for word in backed or words:
            if spoken_for[word.term] == most and (most or word.kind is not WordKind.UNSURE):
                yield _Named(hit.start, hit.end, word)


def _is_acronym(hit: Hit, words: Sequence[Word], passages: Passages) -> bool:
    """Tell whether a stretch in capitals is no town: its neighbours would be in capitals, too."""
    text, start, end = passages.text, hit.start, hit.end
    return (
        end - start <= _ACRONYM
        and words[0].kind in (WordKind.CITY, WordKind.PROVINCE)
        and text[start:end].isupper()
        and not words[0].text.isupper()
        and passages.place(start) in (LEAD, BODY)
        and not (text[start - 12 : start] + text[end : end + 12]).isupper()
    )
