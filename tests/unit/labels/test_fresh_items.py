"""Short items made up for this test, in the manner of agencies and the press, and labelled by hand.

The `first` of them showed what the vocabulary lacked; for the `second` no word was added.
"""

import json
from pathlib import Path

import pytest

from feedsvc.labels import Gold, evaluate

ITEMS = [
    json.loads(line) for line in Path(__file__).with_name("fresh-items.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(scope="module", params=["first", "second"])
def evaluation(request, labeller):
    return evaluate(
        (Gold.of(item), labeller.label(item["title"], item["body"].split("\n")))
        for item in ITEMS
        if item["id"].startswith(request.param)
    )


def test_countries_are_found(evaluation):
    assert evaluation.facets["countries"].micro.f1 >= 0.93


def test_topics_are_found(evaluation):
    topics = evaluation.facets["topics"].micro
    assert topics.f1 >= 0.86
    assert topics.precision >= 0.88


def test_every_topic_is_asked_for():
    assert len({topic for item in ITEMS for topic in item["topics"]}) == 20
