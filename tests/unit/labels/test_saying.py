import pytest

from feedsvc.labels import correct
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
    labels = labeller.label("Taller", [], stated=Stated(countries=("PA",), topics=("gender",)))
    corrected = correct(labels, Override(countries=("CR",), where="config/overrides.yaml:12"))
    assert terms(corrected) == {"countries": "CR", "mentions": "PA", "regions": "", "topics": "gender"}
    assert [said.words for said in corrected.countries[0].evidence] == ["config/overrides.yaml:12"]
    assert kinds(corrected.countries) == {"override"}


def test_an_empty_override_empties_its_facet_and_no_other(labeller):
    labels = labeller.label("Trata de personas en Panamá", [])
    corrected = correct(labels, Override(topics=()))
    assert terms(corrected) == {"countries": "PA", "mentions": "", "regions": "", "topics": ""}


def test_an_override_of_the_language_leaves_all_else(labeller):
    labels = labeller.label("Trata de personas en Panamá", [])
    corrected = correct(labels, Override(language="en"))
    assert (corrected.language, terms(corrected)) == ("en", terms(labels))
