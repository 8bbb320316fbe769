from dataclasses import replace

import pytest

from feedsvc.labels import Labeller
from feedsvc.model import Override, Stated


def terms(labels):
    return {
        facet: " ".join(label.term for label in getattr(labels, facet))
        for facet in ("countries", "mentions", "regions", "topics")
    }


def kinds(labels):
    return {said.kind for label in labels for said in label.evidence}


@pytest.mark.parametrize(
    ("stated", "countries", "mentions", "topics"),
    [
        (Stated(), "PA", "", "trafficking"),
        (Stated(countries=("CR", "PA")), "CR PA", "", "trafficking"),
        (Stated(countries=("NI", "CR")), "CR NI", "PA", "trafficking"),
        (Stated(topics=("gender",)), "PA", "", "gender"),
    ],
)
def test_what_a_bulletin_states_wins_facet_by_facet(labeller, stated, countries, mentions, topics):
    labels = labeller.label("Trata de personas en Panamá", [], stated=stated)
    assert terms(labels) == {"countries": countries, "mentions": mentions, "regions": "", "topics": topics}


def test_a_region_that_a_bulletin_states_wins(labeller):
    labels = labeller.label("Migración en Mesoamérica", [], stated=Stated(regions=("central-america",)))
    assert terms(labels)["regions"] == "central-america"


def test_what_is_stated_says_so(labeller):
    labels = labeller.label("Taller", [], stated=Stated(("PA",), ("gender",), ("mesoamerica",)))
    for facet in (labels.countries, labels.topics, labels.regions):
        assert kinds(facet) == {"stated"}


@pytest.mark.parametrize(
    ("title", "countries"),
    [("Abren las inscripciones", "PA"), ("Taller en Honduras", "HN"), ("Migración en Mesoamérica", "")],
)
def test_a_source_s_countries_are_given_where_there_is_no_country_and_no_region(labeller, title, countries):
    assert terms(labeller.label(title, [], default_countries=("PA",)))["countries"] == countries


def test_a_source_s_countries_say_so(labeller):
    labels = labeller.label("Abren las inscripciones", [], default_countries=("PA",))
    assert kinds(labels.countries) == {"source"}


def test_a_source_s_country_that_is_mentioned_is_no_longer_only_mentioned(labeller):
    lead = "It is directed by a Costa Rican filmmaker."
    labels = labeller.label("A film on migration", [lead], default_countries=("CR",))
    assert (terms(labels)["countries"], terms(labels)["mentions"]) == ("CR", "")


def test_an_override_wins_over_what_is_stated(labeller):
    corrected = labeller.label(
        "Taller",
        [],
        stated=Stated(countries=("PA",), topics=("gender",)),
        override=Override(countries=("CR",), where="config/overrides.yaml:12"),
    )
    assert terms(corrected) == {"countries": "CR", "mentions": "PA", "regions": "", "topics": "gender"}
    assert [said.words for said in corrected.countries[0].evidence] == ["config/overrides.yaml:12"]
    assert kinds(corrected.countries) == {"override"}


def test_an_empty_override_empties_its_facet_and_no_other(labeller):
    corrected = labeller.label("Trata de personas en Panamá", [], override=Override(topics=()))
    assert terms(corrected) == {"countries": "PA", "mentions": "", "regions": "", "topics": ""}


def test_an_override_of_the_language_leaves_all_else(labeller):
    labels = labeller.label("Trata de personas en Panamá", [])
    corrected = labeller.label("Trata de personas en Panamá", [], override=Override(language="en"))
    assert (corrected.language, terms(corrected)) == ("en", terms(labels))


MESOAMERICA = ("BZ", "CR", "SV", "GT", "HN", "MX", "NI", "PA")


@pytest.fixture
def of_members(rules):
    """A labeller for which news of Mesoamerica is news of each of its countries."""
    return Labeller(replace(rules, members={"mesoamerica": MESOAMERICA}))


def test_the_countries_of_a_region_are_given_where_the_rules_say_so_and_say_why(labeller, of_members):
    title, lead = "Migration in Mesoamerica", "A film on it was directed by a Costa Rican filmmaker."
    plain = terms(labeller.label(title, [lead]))
    assert (plain["countries"], plain["mentions"]) == ("", "CR")
    labels = of_members.label(title, [lead])
    assert terms(labels)["countries"] == " ".join(sorted(MESOAMERICA))
    assert terms(labels)["regions"] == "mesoamerica"
    assert terms(labels)["mentions"] == ""
    belize = labels.countries[0]
    assert [(said.words, said.kind) for said in belize.evidence] == [("Mesoamerica", "member")]
    assert terms(of_members.label("Migración en Centroamérica", []))["countries"] == ""
    assert terms(of_members.label("Panama and Migration in Mesoamerica", []))["countries"] == "PA"


@pytest.mark.parametrize(
    ("said", "countries"),
    [
        ({"stated": Stated(countries=("PA",))}, "PA"),
        ({"override": Override(countries=())}, ""),
        ({"override": Override(regions=())}, ""),
        ({"default_countries": ("CR",)}, " ".join(sorted(MESOAMERICA))),
    ],
)
def test_what_people_say_wins_over_the_countries_of_a_region(of_members, said, countries):
    assert terms(of_members.label("Migración en Mesoamérica", [], **said))["countries"] == countries


def test_a_region_that_people_state_has_its_countries_too(of_members):
    for said in (
        {"stated": Stated(regions=("mesoamerica",))},
        {"override": Override(regions=("mesoamerica",))},
    ):
        assert terms(of_members.label("Taller", [], **said))["countries"] == " ".join(sorted(MESOAMERICA))
