"""How good country labels are, and how fast, beside what else there is, on items that a reader labelled.

    python -m benchmarks.labels [--file ITEMS.jsonl]

An item is `{id, title, body, lang, countries, topics, hard?}`, one a line. The others come from the dependency group
`bench` (requirements-bench.txt); one that isn't installed is left out with a line that says so. They only find what is
named: each is given the countries of all that it finds.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import time
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from babel import Locale
from rich.console import Console
from rich.table import Column, Table

from feedsvc.config.vocabulary import load_vocabulary
from feedsvc.labels import Gold, Labeller, evaluate
from feedsvc.model import Label, Labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from feedsvc.labels import Evaluation

    Finder = Callable[[str], Iterable[str]]

ROOT = Path(__file__).parent.parent
DEV = ROOT.parent / "shared" / "data" / "labels-dev.jsonl"
LANGUAGES = ("en", "es")
WORDS = 300
ROUNDS = 5


class Item(NamedTuple):
    """A labelled item."""

    gold: Gold
    title: str
    paragraphs: list[str]

    @property
    def text(self) -> str:
        return "\n\n".join((self.title, *self.paragraphs))


def run(console: Console, file: Path = DEV) -> None:
    """Print F1, precision, recall and items a second of each, and how ours compares."""
    if not file.is_file():
        console.print(f"There are no labelled items at {file}: give them with --file.")
        return
    items = [*read(file)]
    labeller = Labeller(load_vocabulary([ROOT / "config"], LANGUAGES)[1])
    ours, seconds = measured(items, lambda item: labeller.label(item.title, item.paragraphs))
    table = Table(
        Column("countries by", no_wrap=True), "F1", "P", "R", *LANGUAGES, "hard", "ratio", "items/s"
    )
    table.add_row("feedsvc", *figures(ours), "", f"{len(items) / seconds:,.0f}")
    for name, make in PEERS.items():
        try:
            find = make()
        except ImportError as error:
            console.print(f"{name} is left out: {error}. Install requirements-bench.txt.")
            continue
        theirs, took = measured(items, lambda item, find=find: about(find(item.text)))
        ratio = f1(ours) / f1(theirs)
        table.add_row(name, *figures(theirs), f"{ratio:.2f}", f"{len(items) / took:,.0f}")
    console.print(table)
    topics = ours.facets["topics"]
    by_language = ", ".join(f"{name} {counts.f1:.3f}" for name, counts in topics.languages.items())
    console.print(f"topics: F1 {topics.micro.f1:.3f} ({by_language})")
    words = sum(len(item.text.split()) for item in items)
    console.print(f"labelling with language: {seconds / words * WORDS * 1e6:.0f} µs for {WORDS} words")


def read(file: Path) -> Iterator[Item]:
    """Read the items of a file."""
    for line in file.read_text("utf-8").splitlines():
        if line.strip():
            item = json.loads(line)
            yield Item(
                Gold.of(item), item["title"], [part for part in item["body"].split("\n") if part.strip()]
            )


def measured(items: Sequence[Item], label: Callable[[Item], Labels]) -> tuple[Evaluation, float]:
    """Evaluate one way of labelling, and give the seconds that all items take: for each the best of a few times."""
    evaluation = evaluate((item.gold, label(item)) for item in items)
    return evaluation, sum(min(_seconds(label, item) for _ in range(ROUNDS)) for item in items)


def _seconds(label: Callable[[Item], Labels], item: Item) -> float:
    start = time.perf_counter()
    label(item)
    return time.perf_counter() - start


def about(countries: Iterable[str]) -> Labels:
    """Take countries for what an item is about."""
    return Labels("", countries=tuple(Label(code, 1.0) for code in sorted(set(countries))))


def f1(evaluation: Evaluation) -> float:
    return evaluation.facets["countries"].micro.f1


def figures(evaluation: Evaluation) -> list[str]:
    """Give the figures of the table."""
    facet = evaluation.facets["countries"]
    micro = facet.micro
    parts = [facet.languages.get(language) for language in LANGUAGES] + [facet.hardness.get("hard")]
    return [
        *(f"{figure:.3f}" for figure in (micro.f1, micro.precision, micro.recall)),
        *(f"{part.f1:.3f}" if part else "" for part in parts),
    ]


# --- the others -----------------------------------------------------------------------


def geotext() -> Finder:
    from geotext import GeoText

    return lambda text: GeoText(text).country_mentions


def flashgeotext() -> Finder:
    import pycountry
    from flashgeotext.geotext import GeoText

    finder = GeoText()

    def find(text: str) -> Iterator[str]:
        for name in finder.extract(text)["countries"]:
            try:
                yield pycountry.countries.lookup(name).alpha_2
            except LookupError:
                continue

    return find


def country_converter() -> Finder:
    """Use its expressions from its table: with pandas 3 the package itself doesn't start."""
    table = resources.files("country_converter").joinpath("country_data.tsv").read_text("utf-8")
    expressions = [
        (row["ISO2"], re.compile(row["regex"], re.IGNORECASE))
        for row in csv.DictReader(table.splitlines(), delimiter="\t")
        if row["regex"]
    ]
    return lambda text: [code for code, expression in expressions if expression.search(text)]


def pycountry_names() -> Finder:
    import pycountry

    return named(
        (getattr(country, kind), country.alpha_2)
        for country in pycountry.countries
        for kind in ("name", "official_name", "common_name")
        if hasattr(country, kind)
    )


def cldr_names() -> Finder:
    return named(
        (name, code)
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == 2
    )


def named(names: Iterable[tuple[str, str]]) -> Finder:
    """Find names as they are written, the longest first."""
    codes = dict(names)
    longest_first = "|".join(map(re.escape, sorted(codes, key=len, reverse=True)))
    expression = re.compile(rf"\b(?:{longest_first})\b")
    return lambda text: [codes[name] for name in expression.findall(text)]


PEERS: dict[str, Callable[[], Finder]] = {
    "flashgeotext": flashgeotext,
    "country_converter": country_converter,
    "geotext": geotext,
    "pycountry names": pycountry_names,
    "CLDR names": cldr_names,
}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--file", type=Path, default=DEV, help="labelled items, one JSON object a line")
    run(Console(), parser.parse_args().file)
