"""`countries.yaml` and `topics.yaml`: the terms of a site, their names, and the words that speak for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from babel import Locale, UnknownLocaleError
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)

from feedsvc.config.mistakes import Collected, InvalidError, Way, explain
from feedsvc.config.terms import StrictTerms
from feedsvc.config.values import key, line_of_text
from feedsvc.config.words import forms
from feedsvc.config.yaml_file import YamlFile
from feedsvc.model import Category, LabelRules, Scheme, Vocabulary, Word, WordKind
from feedsvc.terms import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

# The two-letter codes of CLDR that are no country of ISO 3166-1: reserved, user-assigned, groups.
_NOT_ISO = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)


def load_vocabulary(folders: Sequence[Path], languages: tuple[str, ...]) -> tuple[Vocabulary, LabelRules]:
    """Read the terms of a site, and the words they are found by, for its languages.

    `countries.yaml` and `topics.yaml` are each taken from the first folder that has it. Raises ConfigError with
    every mistake found in them.
    """
    iso = {language: _iso_names(language) for language in languages}
    found = Collected()
    countries = found.attempt(_read_countries, folders, languages, iso)
    topics = found.attempt(_read_topics, folders, languages)
    found.raise_any()
    assert countries is not None
    assert topics is not None
    vocabulary = Vocabulary(
        countries=countries.site,
        topics=tuple(category.term for category in topics.names),
        regions=countries.regions,
        names={
            language: {**names, **countries.named(language), **topics.named(language)}
            for language, names in iso.items()
        },
    )
    return vocabulary, LabelRules(languages, (*countries.words, *topics.words))


def _iso_names(language: str) -> dict[Category, str]:
    """Name every country of ISO 3166-1, by CLDR: in English where it doesn't know the language."""
    try:
        names = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        names = Locale("en").territories
    return {
        Category(Scheme.COUNTRY, code): name
        for code, name in names.items()
        if len(code) == 2 and code not in _NOT_ISO
    }


# --- what the files hold -------------------------------------------------------------


def _code(text: str, info: ValidationInfo) -> str:
    """Check the code of a country against those that the context knows."""
    assert isinstance(info.context, StrictTerms)
    return info.context.term(text)


_Words = tuple[Annotated[tuple[str, ...], BeforeValidator(forms)], ...]
_Codes = tuple[Annotated[str, AfterValidator(_code)], ...]
_Names = dict[str, Annotated[str, AfterValidator(line_of_text)]]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _Names = {}


class _Country(_Part):
    names: _Words = ()
    people: _Words = ()
    places: _Words = ()
    signs: _Words = ()
    unsure: _Words = ()
    seats: _Words = ()

    def sure(self) -> Iterator[tuple[str, int, str]]:
        """Give the words that speak for this country alone, and where each stands: key and position."""
        for kind in ("names", "people", "places", "signs"):
            for position, spelt in enumerate(getattr(self, kind)):
                yield from ((kind, position, form) for form in spelt)

    def words(self, term: str) -> Iterator[Word]:
        yield from _words(self.names, WordKind.NAME, Scheme.COUNTRY, term)
        yield from _words(self.people, WordKind.PEOPLE, Scheme.COUNTRY, term)
        yield from _words(self.places, WordKind.PLACE, Scheme.COUNTRY, term)
        yield from _words(self.signs, WordKind.SIGN, Scheme.COUNTRY, term)
        yield from _words(self.unsure, WordKind.UNSURE, Scheme.COUNTRY, term)
        yield from _words(self.seats, WordKind.SEAT, Scheme.COUNTRY, term)


class _Region(_Part):
    members: _Codes = Field(min_length=1)
    regional: _Words = Field(alias="words")
    blocked: _Words = Field((), alias="not")

    def words(self, term: str) -> Iterator[Word]:
        yield from _words(self.regional, WordKind.REGION, Scheme.REGION, term)
        yield from _words(self.blocked, WordKind.NOT, Scheme.REGION, term)


class _Topic(_Part):
    keywords: dict[str, _Words]
    hints: dict[str, _Words] = {}
    blocked: dict[str, _Words] = Field({}, alias="not")

    def words(self, term: str) -> Iterator[Word]:
        yield from _words_by_language(self.keywords, WordKind.KEYWORD, term)
        yield from _words_by_language(self.hints, WordKind.HINT, term)
        yield from _words_by_language(self.blocked, WordKind.NOT, term)


class _CountriesFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    site: _Codes = ()
    regions: dict[str, Any] = {}
    blocked: _Words = Field((), alias="not")
    persons: dict[str, _Words] = {}
    countries: dict[str, Any]

    def words(self) -> Iterator[Word]:
        yield from _words(self.blocked, WordKind.NOT, Scheme.COUNTRY, "")
        yield from _words(chain(*self.persons.values()), WordKind.PERSON, Scheme.COUNTRY, "")


class _TopicsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    topics: dict[str, Any]


def _words(spelt: Iterable[tuple[str, ...]], kind: WordKind, scheme: Scheme, term: str) -> Iterator[Word]:
    for form in chain.from_iterable(spelt):
        yield Word(form, kind, scheme, term)


def _words_by_language(spelt: Mapping[str, _Words], kind: WordKind, term: str) -> Iterator[Word]:
    for language, words in spelt.items():
        for form in chain.from_iterable(words):
            yield Word(form, kind, Scheme.TOPIC, term, language)


# --- reading them ----------------------------------------------------------------------

Model = TypeVar("Model", bound=BaseModel)
Part = TypeVar("Part", bound=_Part)


@dataclass(frozen=True, slots=True)
class _Table:
    """What one file gives: what its categories are called, by language, and the words they are found by."""

    names: Mapping[Category, Mapping[str, str]]
    words: tuple[Word, ...]
    site: tuple[str, ...] = ()
    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

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

    def check_names(self, parts: Mapping[str, _Part], above: str) -> None:
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
    folders: Sequence[Path], languages: Sequence[str], iso: Mapping[str, Mapping[Category, str]]
) -> _Table:
    reader = _Reader(folders, "countries.yaml", languages)
    every = sorted({category.term for names in iso.values() for category in names})
    codes = StrictTerms(Vocabulary(tuple(every), (), {}, iso), Scheme.COUNTRY)
    table = reader.part(_CountriesFile, reader.file.value, (), codes)
    regions = reader.parts(_Region, "regions", key, codes)
    countries = reader.parts(_Country, "countries", codes.term, codes)
    reader.check_names(regions, "regions")
    _check_shared(reader, countries)
    reader.found.raise_any()
    assert table is not None
    return _Table(
        names=_names(Scheme.COUNTRY, countries) | _names(Scheme.REGION, regions),
        words=(*table.words(), *_all_words(regions), *_all_words(countries)),
        site=table.site,
        regions={term: region.members for term, region in regions.items()},
    )


def _read_topics(folders: Sequence[Path], languages: Sequence[str]) -> _Table:
    reader = _Reader(folders, "topics.yaml", languages)
    reader.part(_TopicsFile, reader.file.value, ())
    topics = reader.parts(_Topic, "topics", key)
    reader.check_names(topics, "topics")
    reader.found.raise_any()
    return _Table(names=_names(Scheme.TOPIC, topics), words=tuple(_all_words(topics)))


def _names(scheme: Scheme, parts: Mapping[str, _Part]) -> dict[Category, Mapping[str, str]]:
    return {Category(scheme, term): part.name for term, part in parts.items()}


def _all_words(parts: Mapping[str, _Country | _Region | _Topic]) -> Iterator[Word]:
    for term, part in parts.items():
        yield from part.words(term)


def _check_shared(reader: _Reader, countries: Mapping[str, _Country]) -> None:
    """Check that no word speaks for two countries alike."""
    owners: dict[str, str] = {}
    for code, country in countries.items():
        for kind, position, form in country.sure():
            owner = owners.setdefault(folded(form), code)
            if owner != code:
                reader.wrong(
                    ("countries", code, kind, position),
                    f'"{form}" is a word of {owner}, too.',
                    "Move it to unsure: in one of them, or in both.",
                )
