import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.labels import Labeller
from feedsvc.labels.folding import fold
from feedsvc.model import LabelRules, Scheme, Word, WordKind

WORDS = (
    Word("Panamá", WordKind.NAME, Scheme.COUNTRY, "PA"),
    Word("migrat*", WordKind.KEYWORD, Scheme.TOPIC, "migration"),
    Word("ICE", WordKind.INSTITUTION, Scheme.COUNTRY, "US"),
)


def topics(labeller, title, *paragraphs):
    return [label.term for label in labeller.label(title, paragraphs).topics]


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Víctimas de la trata de personas", "trafficking"),
        ("Victims of human trafficking", "trafficking"),
        ("Condenados por narcotráfico", ""),
        ("Significant narcotics traffickers", ""),
        ("Abren refugios por la tormenta", "disasters-environment-climate emergencies-crisis"),
        ("Solicitantes de asilo", "refugees-asylum"),
        ("Remesas caen por tercer mes", "remittances-diaspora"),
        ("Curso de periodismo deportivo", "training-capacity"),
        ("Deportan a cien personas", "return-reintegration"),
        ("Labour conditions of apple pickers", "labour-migration"),
        ("Atención a la niñez migrante no acompañada", "children-youth"),
        ("Amnesty International visits prisons", "human-rights"),
        ("Campaña de vacunación en la frontera", "border-management health-covid"),
    ],
)
def test_a_title_gives_its_topics(labeller, title, topic):
    assert topics(labeller, title) == topic.split()


def test_a_topic_is_not_given_for_one_word_late_in_the_body(labeller):
    assert topics(labeller, "Inauguration", "First. " * 30, "There was a workshop as well.") == []


def test_one_word_in_the_first_paragraph_gives_a_topic_where_nothing_else_is_said(labeller):
    assert topics(labeller, "Inauguration", "There was a workshop.") == ["training-capacity"]
    assert topics(labeller, "Remittances rise", "There was a workshop.") == ["remittances-diaspora"]


@pytest.mark.parametrize(
    ("title", "region"),
    [
        ("Migration in Mesoamerica", "mesoamerica"),
        ("La región mesoamericana se reúne", "mesoamerica"),
        ("The Mesoamerica Program opens an office", ""),
        ("Los países de Centroamérica acuerdan", "central-america"),
        ("The Northern Triangle", "northern-central-america"),
        ("En el país centroamericano", ""),
    ],
)
def test_a_title_that_speaks_of_a_region_gives_it(labeller, title, region):
    assert [label.term for label in labeller.label(title, []).regions] == region.split()


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("El plan. Un plan, el otro plan, y otro plan.", ""),
        ("El acuerdo y el plan de cooperación, la alianza y el diálogo.", "policy-governance"),
    ],
)
def test_hints_make_a_case_only_if_there_are_different_ones(labeller, text, topic):
    assert topics(labeller, text.partition(".")[0], text) == topic.split()


def test_a_topic_needs_a_part_of_what_is_said_for_the_strongest(labeller):
    lead = "Víctimas de trata de personas, contra la trata y los tratantes: un taller."
    assert topics(labeller, "Trata de personas: contra la trata", lead) == ["trafficking"]


def test_confidence_is_a_half_where_just_enough_is_said_and_grows_with_the_score(labeller):
    (dateline,) = labeller.label("Nueva ley", ["Managua. El parlamento aprobó la ley."]).countries
    (title,) = labeller.label("Nueva ley en Nicaragua", []).countries
    assert (dateline.score, dateline.confidence) == (1.0, 0.5)
    assert (title.score, title.confidence) == (3.0, 0.88)


def test_what_is_given_for_standing_in_a_list_is_as_sure_as_what_has_just_enough(labeller):
    countries = "Cameroon, Chad, Ethiopia, Niger, Nigeria, South Sudan and Uganda"
    labels = labeller.label("News", ["x" * 200, f"Signed by {countries}."])
    assert {label.confidence for label in labels.countries} == {0.5}


def test_an_entry_in_a_language_that_is_not_the_site_s_has_its_countries(labeller):
    labels = labeller.label("Haïti: un atelier à Port-au-Prince", [], "fr")
    assert ([label.term for label in labels.countries], labels.topics, labels.language) == (["HT"], (), "fr")


@pytest.mark.parametrize(
    "text", ["Panama ", "migrat", "Chief of Mission for Panama, ", "plan de ", "¡¿—", "ł", "\U0001f600 "]
)
def test_a_text_as_large_as_a_bulletin_may_be_is_labelled_in_no_time(labeller, text):
    paragraph = text * (20_000_000 // len(text))
    start = time.process_time()
    labeller.label(text, [paragraph])
    assert time.process_time() - start < 2


def test_a_region_named_late_is_not_given(labeller):
    assert (
        labeller.label(
            "A workshop",
            [
                (
                    "It was held in a hall by the lake, as it is every year in May, when the rains begin, the roads "
                    "turn to mud and people have the time to sit down and talk."
                ),
                "All of Mesoamerica came.",
            ],
        ).regions
        == ()
    )


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("The office opens its doors", "en"),
        ("La oficina abre sus puertas", "es"),
        ("2017", "en"),
        ("", "en"),
        ("Panama", "en"),
        ("Workshop in San José", "en"),
        ("El Salvador: Flash update", "en"),
        ("La Paz hosts meeting", "en"),
        ("Fire near Ciudad Juárez", "en"),
        ("San Cristóbal de las Casas school", "en"),
        ("Taller en San José", "es"),
        ("El Salvador: inundaciones", "es"),
        ("Migrantes varados", "es"),
    ],
)
def test_the_language_is_one_of_the_site_s(labeller, title, language):
    assert labeller.label(title, []).language == language


def test_a_known_language_is_kept(labeller):
    assert labeller.label("The office", [], "es").language == "es"


def test_a_site_of_one_language_has_entries_in_that_language():
    assert Labeller(LabelRules(("es",), WORDS)).label("The office opens its doors", []).language == "es"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Panamá", True),
        ("Panama", True),
        ("PANAMÁ", True),
        ("panamá", False),
        ("Pañama", False),
        ("Panamax", False),
        ("ICE", True),
        ("Ice", False),
        ("OFFICE", False),
    ],
)
def test_a_word_is_found_with_its_capitals_and_no_strange_accents(text, found):
    labels = Labeller(LabelRules(("en",), WORDS)).label(f"In {text}.", [])
    assert bool(labels.countries) is found


@given(st.text())
def test_every_character_keeps_its_place_when_folded(text):
    assert len(fold(text)) == len(text)


@given(st.text(), st.lists(st.text()))
def test_any_text_is_labelled_and_the_evidence_stands_in_it(title, paragraphs):
    labeller = Labeller(LabelRules(("en",), WORDS))
    labels = labeller.label(f"Panama {title} migration", paragraphs)
    for label in (*labels.countries, *labels.mentions, *labels.topics):
        for said in label.evidence:
            assert said.words in "\n\n".join((f"Panama {title} migration", *paragraphs))


def test_labels_are_sorted_by_term(labeller):
    labels = labeller.label("Nicaragua, Honduras y Costa Rica: trata de personas, niñez y remesas", [])
    for group in (labels.countries, labels.topics):
        assert len(group) == 3
        assert [label.term for label in group] == sorted(label.term for label in group)
