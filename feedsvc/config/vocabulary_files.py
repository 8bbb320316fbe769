"""What the vocabulary's files hold, and which words each part of them gives."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from feedsvc.config.terms import StrictTerms
from feedsvc.config.values import key, line_of_text, listed
from feedsvc.config.words import forms
from feedsvc.model import Scheme, Word, WordKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def _code(text: str, info: ValidationInfo) -> str:
    """Check the code of a country against those that the context knows."""
    assert isinstance(info.context, StrictTerms)
    return info.context.term(text)


Words = tuple[Annotated[tuple[str, ...], BeforeValidator(forms)], ...]
_Codes = tuple[Annotated[str, AfterValidator(_code)], ...]
_Names = dict[str, Annotated[str, AfterValidator(line_of_text)]]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(_Shape):
    """A term, with what readers see of it in each language."""

    name: _Names = {}


class _OfCountry(_Shape):
    """A part that speaks for one country: its words by key, the key by kind."""

    unsure_in: dict[str, Words] = {}

    def kinds(self) -> Iterator[tuple[str, WordKind]]:
        """Give each key that holds words, and what kind of word."""
        yield from ((key, _KINDS[key]) for key in type(self).model_fields if key in _KINDS)

    def words(self, term: str) -> Iterator[Word]:
        """Give all words."""
        for name, kind in self.kinds():
            yield from spelt_out(getattr(self, name), kind, Scheme.COUNTRY, term)
        yield from _by_language(self.unsure_in, WordKind.UNSURE, Scheme.COUNTRY, term)

    def sure(self) -> Iterator[tuple[str, int, str]]:
        """Give the words that may speak for one country alone, and where each stands: key and position."""
        for name, _ in self.kinds():
            if name not in _SHARED:
                for position, spelt in enumerate(getattr(self, name)):
                    yield from ((name, position, form) for form in spelt)


_KINDS = {
    "names": WordKind.NAME,
    "people": WordKind.PEOPLE,
    "provinces": WordKind.PROVINCE,
    "cities": WordKind.CITY,
    "institutions": WordKind.INSTITUTION,
    "unsure": WordKind.UNSURE,
    "seats": WordKind.SEAT,
}
_SHARED = frozenset(["unsure", "seats"])


class Country(Named, _OfCountry):
    """A country in `countries.yaml`."""

    names: Words = ()
    people: Words = ()
    unsure: Words = ()


class Places(_OfCountry):
    """The places of a country in `places.yaml`."""

    provinces: Words = ()
    cities: Words = ()
    institutions: Words = ()
    unsure: Words = ()
    seats: Words = ()


class Region(Named):
    """A region in `countries.yaml`. `for_members`: what is about it is about each of its countries, too."""

    members: _Codes = Field(min_length=1)
    for_members: bool = False
    regional: Words = Field(alias="words")
    blocked: Words = Field((), alias="not")

    def words(self, term: str) -> Iterator[Word]:
        """Give all words."""
        yield from spelt_out(self.regional, WordKind.REGION, Scheme.REGION, term)
        yield from spelt_out(self.blocked, WordKind.NOT, Scheme.REGION, term)


class Topic(Named):
    """A topic in `topics.yaml`. `was`: the ids it had before, under which its feeds are still asked for."""

    keywords: dict[str, Words]
    was: Annotated[tuple[Annotated[str, AfterValidator(key)], ...], BeforeValidator(listed)] = ()
    hints: dict[str, Words] = {}
    blocked: dict[str, Words] = Field({}, alias="not")

    def words(self, term: str) -> Iterator[Word]:
        """Give all words."""
        yield from _by_language(self.keywords, WordKind.KEYWORD, Scheme.TOPIC, term)
        yield from _by_language(self.hints, WordKind.HINT, Scheme.TOPIC, term)
        yield from _by_language(self.blocked, WordKind.NOT, Scheme.TOPIC, term)


class CountriesFile(_Shape):
    """`countries.yaml` as a whole; its parts are checked one by one."""

    site: _Codes = ()
    regions: dict[str, Any] = {}
    countries: dict[str, Any]


class PlacesFile(_Shape):
    """`places.yaml` as a whole."""

    countries: dict[str, Any]


class PhrasesFile(_Shape):
    """`phrases.yaml`."""

    blocked: Words = Field((), alias="not")
    persons: dict[str, Words] = {}
    given: Words = ()
    offices: dict[str, Words] = {}
    links: dict[str, tuple[str, ...]] = {}

    def words(self) -> Iterator[Word]:
        """Give all words but the links."""
        yield from spelt_out(self.blocked, WordKind.NOT, Scheme.COUNTRY, "")
        yield from _by_language(self.persons, WordKind.PERSON, Scheme.COUNTRY, "")
        yield from spelt_out(self.given, WordKind.GIVEN, Scheme.COUNTRY, "")
        yield from _by_language(self.offices, WordKind.OFFICE, Scheme.COUNTRY, "")


class TopicsFile(_Shape):
    """`topics.yaml` as a whole."""

    topics: dict[str, Any]


def spelt_out(
    words: Iterable[tuple[str, ...]], kind: WordKind, scheme: Scheme, term: str, language: str = ""
) -> Iterator[Word]:
    """Give each form of each word."""
    for form in chain.from_iterable(words):
        yield Word(form, kind, scheme, term, language)


def _by_language(words: Mapping[str, Words], kind: WordKind, scheme: Scheme, term: str) -> Iterator[Word]:
    for language, of_language in words.items():
        yield from spelt_out(of_language, kind, scheme, term, language)
