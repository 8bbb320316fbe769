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
    ],
)
def test_a_title_gives_its_topics(labeller, title, topic):
    assert topics(labeller, title) == topic.split()


def test_a_topic_is_not_given_for_one_word_late_in_the_body(labeller):
    assert topics(labeller, "Inauguration", "First.", "There was a workshop as well.") == []


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
    [("The office opens its doors", "en"), ("La oficina abre sus puertas", "es"), ("2017", "en"), ("", "en")],
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
