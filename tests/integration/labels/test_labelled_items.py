"""The default vocabulary against items that a reader labelled, where they are at hand."""

import json

import pytest
from paths import REPOSITORY, SHARED

from feedsvc.config.vocabulary import load_vocabulary
from feedsvc.labels import Gold, Labeller, evaluate

FILE = SHARED / "labels-dev.jsonl"
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="the labelled items are not here")


@pytest.fixture(scope="module")
def labelled():
    labeller = Labeller(load_vocabulary([REPOSITORY / "config"], ("en", "es"))[1])
    items = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    return [
        (Gold.of(item), labeller.label(item["title"], [part for part in item["body"].split("\n") if part]))
        for item in items
    ]


@pytest.fixture(scope="module")
def evaluation(labelled):
    return evaluate(labelled)


def test_countries_are_found(evaluation):
    countries = evaluation.facets["countries"].micro
    assert countries.f1 >= 0.90
    assert countries.precision >= 0.88


def test_topics_are_found(evaluation):
    assert evaluation.facets["topics"].micro.f1 >= 0.80


@pytest.mark.parametrize("facet", ["countries", "topics"])
def test_spanish_is_read_as_well_as_english(evaluation, facet):
    languages = evaluation.facets[facet].languages
    assert languages["es"].f1 >= languages["en"].f1 - 0.03


def test_every_language_is_told(labelled):
    assert [gold.id for gold, labels in labelled if labels.language != gold.language] == []


def test_a_topic_is_as_often_right_as_its_confidence_says(labelled):
    def right(least, most):
        given = [
            label.term in gold.terms["topics"]
            for gold, labels in labelled
            for label in labels.topics
            if least <= label.confidence < most
        ]
        return sum(given) / len(given)

    assert right(0.5, 0.7) < right(0.7, 0.9) < right(0.9, 1.01)
    assert right(0.9, 1.01) >= 0.9
