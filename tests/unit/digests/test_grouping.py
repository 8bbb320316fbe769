"""Which entries of a digest stand together, and under what."""

import pytest
from looks import ENTRIES, VOCABULARY
from makers import entry, labels, subscription

from feedsvc.digests.grouping import Group, by_country, by_topic, first, grouped
from feedsvc.model import DigestSection, Label, Labels, Selection

PANAMA = subscription(
    "panama",
    title={"en": "Migration in Panama", "es": "Migración en Panamá"},
    selection=Selection(countries=frozenset({"PA"})),
)
REGION = subscription("region", title={"en": "The region", "es": "La región"})


def titles(groups):
    return [(group.title, [each.seq for each in group.entries]) for group in groups]


def test_an_entry_stands_once_under_the_first_subscription_that_has_it():
    sections = [DigestSection(PANAMA, ENTRIES[:2]), DigestSection(REGION, ENTRIES[:3])]
    assert titles(grouped(sections, VOCABULARY, "es")) == [
        ("Migración en Panamá", [7, 6]),
        ("La región", [5]),
    ]


def test_a_subscription_that_adds_nothing_has_no_heading():
    sections = [DigestSection(REGION, ENTRIES[:2]), DigestSection(PANAMA, ENTRIES[:2])]
    assert titles(grouped(sections, VOCABULARY, "en")) == [("The region", [7, 6])]


@pytest.mark.parametrize(
    ("wanted", "groups"),
    [
        ((), [("", [7, 5, 1]), ("Åland Islands", [3]), ("Haiti", [4]), ("Panama", [6, 2])]),
        (("PA",), [("Panama", [7, 6, 2])]),
        (("AX", "PA"), [("Åland Islands", [3]), ("Panama", [7, 6, 2])]),
        (("CR", "PA"), [("", [7]), ("Panama", [6, 2])]),
    ],
)
def test_one_subscription_is_grouped_by_the_countries_it_wants(wanted, groups):
    selection = Selection(countries=frozenset(wanted))
    entries = [each for each in ENTRIES if selection.matches(each)]
    section = DigestSection(subscription(selection=selection), entries)
    assert titles(by_country(section, VOCABULARY, "en")) == groups


def test_a_subscription_for_one_country_is_grouped_by_what_entries_are_most_about():
    both = labels(topics=["gender", "trafficking"])
    trafficking = Label("trafficking", 3.0)
    entries = [
        entry(4, topics=["gender"]),
        entry(3, labels=Labels("en", topics=(Label("gender", 1.0), trafficking))),
        entry(2),
        entry(1, labels=both),  # as much about the one as about the other: the first in the site's order
    ]
    found = titles(by_topic(DigestSection(PANAMA, entries), VOCABULARY, "en"))
    assert found == [("", [2]), ("Gender", [4]), ("Trafficking in persons", [3, 1])]


def test_a_topic_that_is_wanted_comes_before_one_that_is_not():
    wanted = subscription(selection=Selection(frozenset({"PA"}), frozenset({"gender"})))
    section = DigestSection(wanted, [entry(1, topics=["gender", "trafficking"])])
    assert titles(by_topic(section, VOCABULARY, "es")) == [("Género", [1])]


def test_headings_are_left_out_where_they_would_be_in_the_way():
    few = [entry(3, countries=["PA"]), entry(2, countries=["CR"]), entry(1, countries=["PA"])]
    assert titles(grouped([DigestSection(REGION, few)], VOCABULARY, "en")) == [("", [3, 2, 1])]
    more = [*few, entry(0, countries=["CR"])]
    assert titles(grouped([DigestSection(REGION, more)], VOCABULARY, "en")) == [
        ("Costa Rica", [2, 0]),
        ("Panama", [3, 1]),
    ]


@pytest.mark.parametrize(
    ("number", "left"),
    [(5, [("a", [7, 6]), ("b", [5])]), (2, [("a", [7, 6])]), (1, [("a", [7])]), (0, [])],
)
def test_the_first_entries_of_all_groups(number, left):
    assert titles(first([Group("a", ENTRIES[:2], 2), Group("b", ENTRIES[2:3], 1)], number)) == left
