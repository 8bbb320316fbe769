import pytest

from feedsvc.labels import Gold, evaluate
from feedsvc.model import Label, Labels


def found(countries="", topics="", mentions=""):
    def labels(terms):
        return tuple(Label(term, 1.0) for term in terms.split())

    return Labels("en", countries=labels(countries), topics=labels(topics), mentions=labels(mentions))


def gold(countries="", topics="", language="en", hard=False, **more):
    item = {"id": "a", "lang": language, "hard": hard}
    return Gold.of(item | {"countries": countries.split(), "topics": topics.split(), **more})


PAIRS = [
    (gold("PA CR", "gender"), found("PA MX", "gender")),
    (gold("HN", "", "es", hard=True), found("HN", "trafficking")),
    (gold(), found()),
]


def test_right_wrong_and_missed_labels_are_counted_over_all_items():
    countries = evaluate(PAIRS).facets["countries"].micro
    assert (countries.right, countries.wrong, countries.missed) == (2, 1, 1)
    assert (countries.precision, countries.recall, countries.f1) == (2 / 3, 2 / 3, 2 / 3)


def test_labels_are_counted_by_term_by_language_and_by_hardness():
    evaluation = evaluate(PAIRS)
    countries, topics = evaluation.facets["countries"], evaluation.facets["topics"]
    assert {term: counts.f1 for term, counts in countries.terms.items()} == {
        "PA": 1.0,
        "CR": 0.0,
        "MX": 0.0,
        "HN": 1.0,
    }
    assert {language: counts.f1 for language, counts in countries.languages.items()} == {"en": 0.5, "es": 1.0}
    assert {name: counts.precision for name, counts in topics.hardness.items()} == {"plain": 1.0, "hard": 0.0}


def test_where_nothing_is_wanted_and_nothing_given_all_is_right():
    counts = evaluate([(gold(), found())]).facets["countries"].micro
    assert (counts.precision, counts.recall, counts.f1) == (1.0, 1.0, 1.0)


def test_a_facet_that_no_item_is_labelled_for_is_left_out():
    assert [*evaluate(PAIRS).facets] == ["countries", "topics"]


def test_a_facet_that_some_items_are_labelled_for_counts_in_those():
    labelled = gold("PA", mentions=["CR"])
    evaluation = evaluate([(labelled, found("PA", mentions="CR")), (gold("PA"), found("PA", mentions="MX"))])
    assert evaluation.facets["mentions"].micro.f1 == 1.0


def test_no_items_give_no_facets():
    assert evaluate([]).facets == {}


def test_an_evaluation_is_a_table_for_a_person():
    lines = str(evaluate(PAIRS)).splitlines()
    assert lines[0] == "3 items"
    assert (
        "  all                            P 0.667  R 0.667  F1 0.667  (2 right, 1 wrong, 1 missed)" in lines
    )


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"topics": []}, 'has no "countries". Add the list, empty if there are none.'),
        (
            {"countries": "PA", "topics": []},
            '"countries" must be a list of texts, such as ["PA", "CR"].',
        ),
        ({"countries": [1], "topics": []}, '"countries" must be a list of texts, such as ["PA", "CR"].'),
    ],
)
def test_an_item_without_labels_is_refused(item, message):
    with pytest.raises(ValueError, match="countries") as caught:
        Gold.of(item)
    assert str(caught.value) == message
