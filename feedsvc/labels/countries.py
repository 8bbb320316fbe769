"""Which countries an entry is about, and which it only names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from feedsvc.labels.passages import BODY, LEAD
from feedsvc.labels.scoring import ENOUGH, Tally
from feedsvc.model import Scheme, WordKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from feedsvc.labels.lexicon import Hit
    from feedsvc.labels.passages import Passages
    from feedsvc.model import Label, Word

# A country needs this part of what is said for the entry's strongest one.
_SHARE = 1 / 3
# So many countries in one list are the members or the parties; fewer are as often examples.
_PARTIES = 6
# So short a town's name in capitals amid small letters is some organisation's: DACA, META.
_ACRONYM = 5

_START = itemgetter(0)
_COUNTRY = Scheme.COUNTRY
_PEOPLE, _PERSON, _OFFICE = WordKind.PEOPLE, WordKind.PERSON, WordKind.OFFICE
_SURE = frozenset([WordKind.NAME, _PEOPLE, WordKind.PROVINCE, WordKind.CITY, WordKind.INSTITUTION])
_UNSURE = frozenset([WordKind.UNSURE, WordKind.SEAT])


# A stretch of an entry, and the word for a country that is meant by it.
_Named = tuple[int, int, "Word"]


class CountryFinder:
    """Tells the countries that an entry is about. `links` may stand between the countries of a list."""

    def __init__(self, links: Iterable[str]) -> None:
        words = "|".join(sorted(map(re.escape, links)))
        self._between = re.compile(rf"(?:[\s,;/]|\b(?:{words})\b)+" if words else r"[\s,;/]+")

    def find(self, hits: Sequence[Hit], passages: Passages) -> tuple[tuple[Label, ...], tuple[Label, ...]]:
        """Give the countries an entry is about, and those that it mentions."""
        meant = _meant(hits, passages)
        if not meant:
            return (), ()
        tally = self._tally(meant, hits, passages)
        scores = tally.scores()
        enough = max(ENOUGH, _SHARE * max(scores.values()))
        parties = self._parties(meant, passages.text)
        about = {term for term, score in scores.items() if score >= enough or term in parties}
        if not about and len(scores) == 1:
            # The one country that is spoken of at all, however late.
            about = {term for term, score in scores.items() if score}
        terms = sorted(scores)
        return (
            tuple(tally.label(term, max(scores[term], ENOUGH)) for term in terms if term in about),
            tuple(tally.label(term, scores[term]) for term in terms if term not in about),
        )

    def _tally(self, meant: Sequence[_Named], hits: Sequence[Hit], passages: Passages) -> Tally:
        """Count what is said for each country.

        A nationality beside a person's calling counts nothing, a country in an office's district next to nothing.
        """
        beside: set[int] = set()
        districts: set[int] = set()
        for start, end, words in hits:
            if words[0].kind is _PERSON:
                beside |= {start - 1, end + 1}
            elif words[0].kind is _OFFICE:
                districts.update(self._listed(meant, end, passages.text))
        tally = Tally(_COUNTRY, passages)
        for start, end, word in meant:
            kind = word.kind
            if start in districts:
                kind = _OFFICE
            elif kind is _PEOPLE and (start in beside or end in beside):
                kind = _PERSON
            tally.add(word.term, kind, start, end)
        return tally

    def _listed(self, meant: Sequence[_Named], end: int, text: str) -> Iterator[int]:
        """Give where each country begins of the list that follows on a position."""
        for start, after, _ in meant[bisect_left(meant, end, key=_START) :]:
            if not self._between.fullmatch(text, end, start):
                return
            yield start
            end = after

    def _parties(self, meant: Sequence[_Named], text: str) -> set[str]:
        """Give the countries of long lists: "the governments of Belize, Costa Rica, …"."""
        named = [one for one in meant if one[2].kind is WordKind.NAME]
        if len(named) < _PARTIES:
            return set()
        runs = [{named[0][2].term}]
        for (_, end, _), (start, _, word) in pairwise(named):
            if self._between.fullmatch(text, end, start):
                runs[-1].add(word.term)
            else:
                runs.append({word.term})
        return {term for run in runs if len(run) >= _PARTIES for term in run}


def _meant(hits: Sequence[Hit], passages: Passages) -> list[_Named]:
    """Choose for each hit the country that is meant by it, in the order of the text.

    A word that several countries share, or that also means something else, is taken for the country that
    surer words say most for.
    """
    meant: list[_Named] = []
    doubtful: list[Hit] = []
    spoken_for: Counter[str] = Counter()
    for hit in hits:
        start, end, words = hit
        if end - start <= _ACRONYM and _is_acronym(hit, passages):
            continue
        if len(words) > 1 or words[0].kind in _UNSURE:
            doubtful.append(hit)
        elif words[0].kind in _SURE:
            meant.append((start, end, words[0]))
            spoken_for[words[0].term] += 1
    if doubtful:
        meant += [(start, end, word) for start, end, words in doubtful for word in _likely(words, spoken_for)]
        meant.sort(key=_START)
    return meant


def _likely(words: Sequence[Word], spoken_for: Counter[str]) -> list[Word]:
    """Choose among what one stretch may be, by what surer words speak for."""
    words = [word for word in words if word.scheme is _COUNTRY and word.term]
    backed = [word for word in words if spoken_for[word.term]]
    backed = [word for word in backed if word.kind not in _UNSURE] or backed
    if not backed:
        return [word for word in words if word.kind is not WordKind.UNSURE]
    most = max(spoken_for[word.term] for word in backed)
    return [word for word in backed if spoken_for[word.term] == most]


def _is_acronym(hit: Hit, passages: Passages) -> bool:
    """Tell whether a short stretch in capitals is no town: its neighbours would be in capitals, too."""
    text, (start, end, words) = passages.text, hit
    return (
        words[0].kind in (WordKind.CITY, WordKind.PROVINCE)
        and text[start:end].isupper()
        and not words[0].text.isupper()
        and passages.place(start) in (LEAD, BODY)
        and not (text[max(start - 12, 0) : start] + text[end : end + 12]).isupper()
    )
