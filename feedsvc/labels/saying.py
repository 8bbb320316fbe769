"""What people say an entry is about, over what its words say: its bulletin, its source, its region, an admin.

What is said for a facet replaces what was found for it. A country that was found but is not said becomes a
mention.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from feedsvc.model import Evidence, Label, Labels, Override

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from feedsvc.model import Stated

# Each kind of evidence, and where it stands.
_PLACES = {"stated": "bulletin", "source": "config", "override": "config"}
# Beyond what words alone are likely to reach: what a person says is certain.
_CERTAIN = 10.0


def state(found: Labels, stated: Stated) -> Labels:
    """Give labels with what the entry's bulletin states; a facet that it leaves empty stays as found."""
    if not stated:
        return found
    said = Override(
        countries=stated.countries or None, topics=stated.topics or None, regions=stated.regions or None
    )
    return _say(found, said, "stated")


def correct(labels: Labels, override: Override) -> Labels:
    """Give labels as an admin corrects them."""
    return _say(labels, override, "override")


def by_source(labels: Labels, countries: tuple[str, ...]) -> Labels:
    """Give an entry without country and region the countries of its source."""
    if not countries or labels.countries or labels.regions:
        return labels
    return _say(labels, Override(countries=countries), "source")


def by_region(labels: Labels, members: Mapping[str, tuple[str, ...]]) -> Labels:
    """Give an entry about a region and no country the countries of that region, for regions that have `members` given.

    What is about a country may speak of its region too, and is no news of its neighbours.
    """
    if labels.countries:
        return labels
    countries: dict[str, Label] = {}
    for region in labels.regions:
        evidence = tuple([each._replace(kind="member") for each in region.evidence])
        for term in members.get(region.term, ()):
            countries.setdefault(term, Label(term, region.score, evidence))
    mentions = tuple([label for label in labels.mentions if label.term not in countries])
    given = tuple([label for _, label in sorted(countries.items())])
    return replace(labels, countries=given, mentions=mentions)


def _say(labels: Labels, said: Override, kind: str) -> Labels:
    """Put what is said in the place of what was found."""

    def facet(terms: tuple[str, ...] | None, found: tuple[Label, ...]) -> tuple[Label, ...]:
        return found if terms is None else _labels(terms, kind, said.where)

    countries = facet(said.countries, labels.countries)
    return Labels(
        language=said.language or labels.language,
        countries=countries,
        mentions=_mentions(labels, {label.term for label in countries}),
        regions=facet(said.regions, labels.regions),
        topics=facet(said.topics, labels.topics),
    )


def _labels(terms: Iterable[str], kind: str, where: str) -> tuple[Label, ...]:
    return tuple(
        Label(term, _CERTAIN, (Evidence(where or term, _PLACES[kind], kind, _CERTAIN),))
        for term in sorted(set(terms))
    )


def _mentions(labels: Labels, said: set[str]) -> tuple[Label, ...]:
    named = {label.term: label for label in (*labels.mentions, *labels.countries)}
    return tuple(label for term, label in sorted(named.items()) if term not in said)
