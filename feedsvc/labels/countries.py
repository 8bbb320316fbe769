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
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from feedsvc.labels.lexicon import Hit, Named, Sense
    from feedsvc.labels.passages import Passages
    from feedsvc.model import Label

# A country needs this part of what is said for the entry's strongest one.
_SHARE = 1 / 3
# So many countries in one list are the members or the parties; fewer are as often examples.
_PARTIES = 6
# So short a town's name in capitals amid small letters is some organisation's: DACA, META.
_ACRONYM = 5

# What follows on a given name: a surname or two, and nothing more that is capitalised ("Jordan Red Crescent Society").
_SURNAME = re.compile(r"(?: [A-ZÀ-Þ][\w'\u2019-]*[a-zß-ÿ](?![\w'\u2019-])){1,2}(?! [A-ZÀ-Þ])")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")

_START = itemgetter(0)
_COUNTRY = Scheme.COUNTRY
_PEOPLE, _PERSON, _GIVEN, _OFFICE = WordKind.PEOPLE, WordKind.PERSON, WordKind.GIVEN, WordKind.OFFICE
_SURE = frozenset([WordKind.NAME, _PEOPLE, WordKind.PROVINCE, WordKind.CITY, WordKind.INSTITUTION])
_CALLED = frozenset([WordKind.NAME, _PEOPLE])
_TOWNS = frozenset([WordKind.CITY, WordKind.PROVINCE])
_UNSURE = frozenset([WordKind.UNSURE, WordKind.SEAT])


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
        tally = Tally(_COUNTRY, self._weighed(meant, hits, passages.text), passages)
        scores = tally.scores()
        enough = max(ENOUGH, _SHARE * max(scores.values()))
        parties = self._parties(meant, passages.text) if len(scores) >= _PARTIES else ()
        about = {term for term, score in scores.items() if score >= enough or term in parties}
        if not about and len(scores) == 1:
            # The one country that is spoken of at all, however late.
            about = {term for term, score in scores.items() if score}
        terms = sorted(scores)
        return (
            tuple([tally.label(term, max(scores[term], ENOUGH)) for term in terms if term in about]),
            tuple([tally.label(term, scores[term]) for term in terms if term not in about]),
        )

    def _weighed(self, meant: list[Named], hits: Sequence[Hit], text: str) -> list[Named]:
        """Take a nationality beside a person's calling for that person's, and a country of an office's district.

        The first counts nothing, the second next to nothing.
        """
        beside: set[int] = set()
        districts: set[int] = set()
        for start, end, senses in hits:
            kind = senses[0].kind
            if kind is _PERSON:
                beside |= {start - 1, end + 1}
            elif kind is _OFFICE:
                districts.update(self._listed(meant, end, text))
        if not beside and not districts:
            return meant
        weighed = []
        for start, end, sense in meant:
            if start in districts:
                weighed.append((start, end, sense._replace(kind=_OFFICE)))
            elif sense.kind is _PEOPLE and (start in beside or end in beside):
                weighed.append((start, end, sense._replace(kind=_PERSON)))
            else:
                weighed.append((start, end, sense))
        return weighed

    def _listed(self, meant: Sequence[Named], end: int, text: str) -> Iterator[int]:
        """Give where each country begins of the list that follows on a position."""
        for start, after, _ in meant[bisect_left(meant, end, key=_START) :]:
            if not self._between.fullmatch(text, end, start):
                return
            yield start
            end = after

    def _parties(self, meant: Sequence[Named], text: str) -> set[str]:
        """Give the countries of long lists: "the governments of Belize, Costa Rica, …"."""
        named = [one for one in meant if one[2].kind is WordKind.NAME]
        if len(named) < _PARTIES:
            return set()
        runs = [{named[0][2].term}]
        for (_, end, _), (start, _, sense) in pairwise(named):
            if self._between.fullmatch(text, end, start):
                runs[-1].add(sense.term)
            else:
                runs.append({sense.term})
        return {term for run in runs if len(run) >= _PARTIES for term in run}


def _meant(hits: Sequence[Hit], passages: Passages) -> list[Named]:
    """Choose for each hit the country that is meant by it, in the order of the text.

    A word that several countries share, or that also means something else, is taken for the country that
    surer words say most for.
    """
    meant: list[Named] = []
    doubtful: list[Hit] = []
    given = -1
    for hit in hits:
        start, end, senses = hit
        kind = senses[0].kind
        if kind is _GIVEN:
            given = start
        elif start == given and kind in _CALLED and _is_called(end, passages):
            doubtful.append((start, end, (senses[0]._replace(kind=WordKind.UNSURE),)))
            continue
        if kind in _TOWNS and end - start <= _ACRONYM and _is_acronym(hit, passages):
            continue
        if len(senses) > 1 or kind in _UNSURE:
            doubtful.append(hit)
        elif kind in _SURE:
            meant.append((start, end, senses[0]))
    if doubtful:
        spoken_for = Counter([sense.term for _, _, sense in meant])
        meant += [
            (start, end, each) for start, end, senses in doubtful for each in _likely(senses, spoken_for)
        ]
        meant.sort(key=_START)
    return meant


def _likely(senses: Sequence[Sense], spoken_for: Mapping[str, int]) -> list[Sense]:
    """Choose among what one stretch may say, by what surer words speak for."""
    senses = [sense for sense in senses if sense.scheme is _COUNTRY and sense.term]
    backed = [sense for sense in senses if spoken_for[sense.term]]
    backed = [sense for sense in backed if sense.kind not in _UNSURE] or backed
    if not backed:
        return [sense for sense in senses if sense.kind is not WordKind.UNSURE]
    most = max(spoken_for[sense.term] for sense in backed)
    return [sense for sense in backed if spoken_for[sense.term] == most]


def _is_acronym(hit: Hit, passages: Passages) -> bool:
    """Tell whether a short stretch in capitals is no town: its neighbours would be in capitals, too."""
    text, (start, end, senses) = passages.text, hit
    return (
        text[start:end].isupper()
        and not senses[0].capitals
        and passages.place(start)[0] in (LEAD, BODY)
        and not (text[max(start - 12, 0) : start] + text[end : end + 12]).isupper()
    )


def _is_called(end: int, passages: Passages) -> bool:
    """Tell whether a person may be called by the country's name that ends here; not in a title all in capitals."""
    title = passages.text[: passages.title_end]
    if end <= passages.title_end and not any(map(str.islower, _LONG_WORD.findall(title))):
        return False
    return _SURNAME.match(passages.text, end) is not None
