"""How good labels are, against the labels that a reader gave: precision, recall and F1."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from feedsvc.model import Labels

FACETS = ("countries", "mentions", "regions", "topics")
# What a labelled item must have; the other facets count where the items have them.
_REQUIRED = ("countries", "topics")


@dataclass(frozen=True, slots=True)
class Gold:
    """The labels that a reader gave an item. A facet that the reader didn't label is missing in `terms`."""

    id: str
    language: str
    hard: bool
    terms: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, item: Mapping[str, object]) -> Gold:
        """Read an item `{id, lang, hard?, countries, topics, mentions?, regions?}`.

        Raises ValueError with a sentence for a person.
        """
        for facet in _REQUIRED:
            if facet not in item:
                raise ValueError(f'has no "{facet}". Add the list, empty if there are none.')
        return cls(
            id=str(item.get("id", "")),
            language=str(item.get("lang", "")),
            hard=item.get("hard") is True,
            terms={facet: _terms(facet, item[facet]) for facet in FACETS if facet in item},
        )


def _terms(facet: str, value: object) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(term, str) for term in value):
        raise ValueError(f'"{facet}" must be a list of texts, such as ["PA", "CR"].')
    return frozenset(value)


@dataclass(slots=True)
class Counts:
    """How many labels were given rightly, given wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, gold: frozenset[str], found: frozenset[str]) -> None:
        """Count one item's labels."""
        self.right += len(gold & found)
        self.wrong += len(found - gold)
        self.missed += len(gold - found)

    @property
    def precision(self) -> float:
        """The part of the given labels that is right; 1 where none was given."""
        return _part(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The part of the reader's labels that was given; 1 where there are none."""
        return _part(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return _part(2 * self.right, 2 * self.right + self.wrong + self.missed)

    def __str__(self) -> str:
        return (
            f"P {self.precision:.3f}  R {self.recall:.3f}  F1 {self.f1:.3f}"
            f"  ({self.right} right, {self.wrong} wrong, {self.missed} missed)"
        )


def _part(count: int, whole: int) -> float:
    return count / whole if whole else 1.0


@dataclass(frozen=True, slots=True)
class FacetEvaluation:
    """The labels of one facet: all together, and apart by term, by language, and by `hard` and `plain` items."""

    micro: Counts
    terms: Mapping[str, Counts]
    languages: Mapping[str, Counts]
    hardness: Mapping[str, Counts]

    def rows(self) -> Iterator[tuple[str, Counts]]:
        """Give every count with its name, from the whole to the parts."""
        yield "all", self.micro
        for group in (self.languages, self.hardness, self.terms):
            yield from sorted(group.items())


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good the labels of some items are. `str()` is a table for a person."""

    items: int
    facets: Mapping[str, FacetEvaluation]

    def __str__(self) -> str:
        lines = [f"{self.items} items"]
        for name, facet in self.facets.items():
            lines += ["", name, *(f"  {group:<30} {counts}" for group, counts in facet.rows())]
        return "\n".join(lines)


def evaluate(items: Iterable[tuple[Gold, Labels]]) -> Evaluation:
    """Compare the labels found for each item with the reader's."""
    pairs = [(gold, _found(labels)) for gold, labels in items]
    return Evaluation(
        len(pairs),
        {
            facet: _evaluate_facet(
                [(gold, gold.terms[facet], found[facet]) for gold, found in pairs if facet in gold.terms]
            )
            for facet in FACETS
            if any(facet in gold.terms for gold, _ in pairs)
        },
    )


def _found(labels: Labels) -> dict[str, frozenset[str]]:
    return {facet: frozenset(label.term for label in getattr(labels, facet)) for facet in FACETS}


def _evaluate_facet(items: list[tuple[Gold, frozenset[str], frozenset[str]]]) -> FacetEvaluation:
    micro = Counts()
    terms: defaultdict[str, Counts] = defaultdict(Counts)
    languages: defaultdict[str, Counts] = defaultdict(Counts)
    hardness: defaultdict[str, Counts] = defaultdict(Counts)
    for gold, wanted, found in items:
        for counts in (micro, languages[gold.language], hardness["hard" if gold.hard else "plain"]):
            counts.add(wanted, found)
        for term in wanted | found:
            terms[term].add(wanted & {term}, found & {term})
    return FacetEvaluation(micro, dict(terms), dict(languages), dict(hardness))
