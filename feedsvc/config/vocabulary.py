"""The terms of a site, their names, and the words that speak for them.

`countries.yaml`: countries, their people, regions. `places.yaml`: what gives a country away.
`phrases.yaml`: what doesn't. `topics.yaml`: topics.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from babel import Locale, UnknownLocaleError
from pydantic import BaseModel, ValidationError

from feedsvc.config.iso_countries import iso_countries
from feedsvc.config.mistakes import Collected, InvalidError, Way, explain
from feedsvc.config.terms import StrictTerms
from feedsvc.config.values import key
from feedsvc.config.vocabulary_files import (
    CountriesFile,
    Country,
    Named,
    PhrasesFile,
    Places,
    PlacesFile,
    Region,
    Topic,
    TopicsFile,
)
from feedsvc.config.yaml_file import YamlFile
from feedsvc.model import Category, LabelRules, Scheme, Vocabulary, Word
from feedsvc.terms import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path


# What an older countries.yaml held that has a file of its own now.
_MOVED = {
    "not": ("phrases.yaml", "not"),
    "persons": ("phrases.yaml", "persons"),
    "places": ("places.yaml", "provinces or cities"),
    "signs": ("places.yaml", "institutions"),
    "seats": ("places.yaml", "seats"),
}


def load_vocabulary(folders: Sequence[Path], languages: tuple[str, ...]) -> tuple[Vocabulary, LabelRules]:
    """Read the terms of a site, and the words they are found by, for its languages.

    Each file is taken from the first folder that has it. Raises ConfigError with every mistake found in them.
    """
    iso = {language: _iso_names(language) for language in languages}
    every = sorted({category.term for names in iso.values() for category in names})
    codes = StrictTerms(Vocabulary(tuple(every), (), {}, iso), Scheme.COUNTRY)
    owners: dict[str, str] = {}
    found = Collected()
    countries = found.attempt(_read_countries, folders, languages, codes, owners)
    places = found.attempt(_read_places, folders, codes, owners)
    phrases = found.attempt(_read_phrases, folders)
    topics = found.attempt(_read_topics, folders, languages)
    found.raise_any()
    assert countries is not None
    assert places is not None
    assert phrases is not None
    assert topics is not None
    vocabulary = Vocabulary(
        countries=countries.site,
        topics=tuple(category.term for category in topics.names),
        regions=countries.regions,
        names={
            language: {**names, **countries.named(language), **topics.named(language)}
            for language, names in iso.items()
        },
        languages={language: _own_name(language) for language in languages},
        former_topics=topics.former,
    )
    rules = LabelRules(
        languages,
        (*phrases.words(), *countries.words, *places, *topics.words),
        frozenset(chain.from_iterable(phrases.links.values())),
        {term: countries.regions[term] for term in countries.for_members},
    )
    return vocabulary, rules


def _own_name(language: str) -> str:
    """Give what a language calls itself; its code where CLDR doesn't know it."""
    try:
        return Locale.parse(language).get_language_name(language) or language
    except UnknownLocaleError:
        return language


def _iso_names(language: str) -> dict[Category, str]:
    return {Category(Scheme.COUNTRY, code): name for code, name in iso_countries(language).items()}


# --- reading them ----------------------------------------------------------------------

Model = TypeVar("Model", bound=BaseModel)
Part = TypeVar("Part", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class _Table:
    """What one file gives: what its categories are called, by language, and the words they are found by."""

    names: Mapping[Category, Mapping[str, str]]
    words: tuple[Word, ...]
    site: tuple[str, ...] = ()
    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    for_members: frozenset[str] = frozenset()
    former: Mapping[str, str] = field(default_factory=dict)

    def named(self, language: str) -> dict[Category, str]:
        """Name the categories in a language, as far as the file does."""
        return {category: name[language] for category, name in self.names.items() if language in name}


class _Reader:
    """Reads one file part by part, and collects the mistakes in it."""

    def __init__(self, folders: Sequence[Path], name: str, languages: Sequence[str]) -> None:
        folder = next((folder for folder in folders if (folder / name).is_file()), folders[0])
        self.file = YamlFile(folder / name, f"config/{name}")
        self.found = Collected()
        self._languages = languages

    def part(
        self, model: type[Model], value: object, way: Way, codes: StrictTerms | None = None
    ) -> Model | None:
        """Check the part of the file at the end of a way; None when it has mistakes."""
        try:
            return model.model_validate(value, context=codes)
        except ValidationError as error:
            self.found.mistakes += explain(error, model, self.file, way)
            return None

    def parts(
        self, model: type[Part], above: str, rule: Callable[[str], str], codes: StrictTerms | None = None
    ) -> dict[str, Part]:
        """Check the parts under a key of the file, each of which begins with a term that keeps a rule."""
        group = self.file.value.get(above) if isinstance(self.file.value, dict) else None
        if not isinstance(group, dict):
            return {}
        parts = {
            self._term(rule, written, above): self.part(
                model, {} if value is None else value, (above, written), codes
            )
            for written, value in group.items()
        }
        return {term: part for term, part in parts.items() if part is not None}

    def _term(self, rule: Callable[[str], str], written: str, above: str) -> str:
        try:
            return rule(written)
        except InvalidError as error:
            self.wrong((above, written), error.what, error.remedy)
            return written

    def check_names(self, parts: Mapping[str, Named], above: str) -> None:
        """Check that each part has a name in every language of the site."""
        for term, part in parts.items():
            for language in self._languages:
                if language not in part.name:
                    self.wrong(
                        (above, term, "name"), f"has no name in {language}.", f"Add {language}: and the name."
                    )

    def wrong(self, way: Way, what: str, remedy: str) -> None:
        """Note a mistake."""
        self.found.mistakes.append(self.file.mistake(way, what, remedy))


def _read_countries(
    folders: Sequence[Path], languages: Sequence[str], codes: StrictTerms, owners: dict[str, str]
) -> _Table:
    reader = _Reader(folders, "countries.yaml", languages)
    _refuse_moved(reader)
    table = reader.part(CountriesFile, reader.file.value, (), codes)
    regions = reader.parts(Region, "regions", key, codes)
    countries = reader.parts(Country, "countries", codes.term, codes)
    reader.check_names(regions, "regions")
    _check_shared(reader, countries, owners)
    reader.found.raise_any()
    assert table is not None
    return _Table(
        names=_names(Scheme.COUNTRY, countries) | _names(Scheme.REGION, regions),
        words=(*_all_words(regions), *_all_words(countries)),
        site=table.site,
        regions={term: region.members for term, region in regions.items()},
        for_members=frozenset(term for term, region in regions.items() if region.for_members),
    )


def _read_places(folders: Sequence[Path], codes: StrictTerms, owners: dict[str, str]) -> tuple[Word, ...]:
    reader = _Reader(folders, "places.yaml", ())
    reader.part(PlacesFile, reader.file.value, ())
    places = reader.parts(Places, "countries", codes.term, codes)
    _check_shared(reader, places, owners)
    reader.found.raise_any()
    return tuple(_all_words(places))


def _read_phrases(folders: Sequence[Path]) -> PhrasesFile:
    reader = _Reader(folders, "phrases.yaml", ())
    phrases = reader.part(PhrasesFile, reader.file.value, ())
    reader.found.raise_any()
    assert phrases is not None
    return phrases


def _read_topics(folders: Sequence[Path], languages: Sequence[str]) -> _Table:
    reader = _Reader(folders, "topics.yaml", languages)
    reader.part(TopicsFile, reader.file.value, ())
    topics = reader.parts(Topic, "topics", key)
    reader.check_names(topics, "topics")
    former = _former(reader, topics)
    reader.found.raise_any()
    return _Table(names=_names(Scheme.TOPIC, topics), words=tuple(_all_words(topics)), former=former)


def _former(reader: _Reader, topics: Mapping[str, Topic]) -> dict[str, str]:
    """Give what each topic was once called; no two may have been called alike, nor as one is called now."""
    former: dict[str, str] = {}
    for term, topic in topics.items():
        for old in topic.was:
            owner = old if old in topics else former.setdefault(old, term)
            if owner != term:
                reader.wrong(
                    ("topics", term, "was"), f'"{old}" belongs to {owner}.', "Take it out of one of them."
                )
    return former


def _names(scheme: Scheme, parts: Mapping[str, Named]) -> dict[Category, Mapping[str, str]]:
    return {Category(scheme, term): part.name for term, part in parts.items()}


def _all_words(parts: Mapping[str, Country | Places | Region | Topic]) -> Iterator[Word]:
    for term, part in parts.items():
        yield from part.words(term)


def _refuse_moved(reader: _Reader) -> None:
    """Say of each key that an older site's file has where it belongs now, and pass over it."""
    value = reader.file.value
    if not isinstance(value, dict):
        return
    countries = value.get("countries")
    groups: list[tuple[Way, Any]] = [((), value)]
    if isinstance(countries, dict):
        groups += [(("countries", code), group) for code, group in countries.items()]
    for way, group in groups:
        if isinstance(group, dict):
            for moved in _MOVED.keys() & group.keys():
                file, target = _MOVED[moved]
                reader.wrong(
                    (*way, moved),
                    f"has moved to config/{file}.",
                    f"Move it there: {': '.join([*map(str, way), target])}.",
                )
                del group[moved]


def _check_shared(
    reader: _Reader, countries: Mapping[str, Country] | Mapping[str, Places], owners: dict[str, str]
) -> None:
    """Check that no word speaks for two countries alike; `owners` are the countries of those seen so far."""
    for code, country in countries.items():
        for kind, position, form in country.sure():
            owner = owners.setdefault(folded(form), code)
            if owner != code:
                reader.wrong(
                    ("countries", code, kind, position),
                    f'"{form}" is a word of {owner}, too.',
                    "Move it to unsure: in one of them, or in both.",
                )
