"""The ten entries of the sample bulletin, with the labels that a reader gave them."""

import re
from pathlib import Path

import pytest

BULLETIN = Path(__file__).parents[3] / "bulletins" / "mesoamerica-2017.txt"
DATE = re.compile(r"\d{1,2} [A-Z][a-z]+, \d{4}")

# The beginning of each title; countries, mentions, regions.
EXPECTED = [
    ("Panama and Costa Rica walk", "CR PA", "", ""),
    ("Panama prepare", "PA", "", ""),
    ("Guatemala and Mexico organize", "GT MX", "", ""),
    ("Documentary Shows", "", "CR", "mesoamerica"),
    ("OIM launches", "", "", ""),
    ("Panama Bolsters", "PA", "", "mesoamerica"),
    ("Panama Drafts", "PA", "", ""),
    ("Boosting Young People", "", "", "mesoamerica"),
    ("The Mesoamerica Program", "HN", "", ""),
    ("Information Hubs", "CR GT HN MX NI PA SV", "", "mesoamerica"),
]
TOPICS = {
    "Panama and Costa Rica walk": "communication-campaigns trafficking",
    "Documentary Shows": "communication-campaigns",
    "OIM launches": "human-rights lgbti training-capacity",
    "Panama Drafts": "policy-governance trafficking",
    "Boosting Young People": "children-youth training-capacity",
    "Information Hubs": "border-management communication-campaigns",
}


def entries():
    """Give title and paragraphs of each entry: the first line after a date, and the rest."""
    found = []
    lines = (
        line.replace("\N{NO-BREAK SPACE}", " ").strip()
        for line in BULLETIN.read_text("utf-8-sig").splitlines()
    )
    for line in filter(None, lines):
        if DATE.fullmatch(line):
            found.append([])
        else:
            found[-1].append(line)
    return {entry[0]: entry[1:] for entry in found if entry}


def labelled(labeller, beginning):
    title, paragraphs = next(item for item in entries().items() if item[0].startswith(beginning))
    return labeller.label(title, paragraphs)


def terms(labels):
    return " ".join(label.term for label in labels)


@pytest.mark.parametrize(("beginning", "countries", "mentions", "regions"), EXPECTED)
def test_an_entry_of_the_sample_is_about_these_countries(labeller, beginning, countries, mentions, regions):
    labels = labelled(labeller, beginning)
    assert (terms(labels.countries), terms(labels.mentions), terms(labels.regions)) == (
        countries,
        mentions,
        regions,
    )
    assert labels.language == "en"


@pytest.mark.parametrize(("beginning", "topics"), TOPICS.items())
def test_an_entry_of_the_sample_is_about_these_topics(labeller, beginning, topics):
    assert terms(labelled(labeller, beginning).topics) == topics
