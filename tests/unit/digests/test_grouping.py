"""Which entries of a digest stand together, and under what."""

from datetime import date

import pytest
from looks import ENTRIES, VOCABULARY
from makers import entry, labels, subscription

from feedsvc.digests.grouping import MOST_HEADINGS, Group, by_country, by_topic, grouped, landing, shared
from feedsvc.model import DigestSection, Feed, Label, Labels, Selection

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
        ((), [("", [7, 5, 1]), ("Åland Islands", [3]), ("Haiti", [4]), ("Panama", [2, 6])]),
        (("PA",), [("Panama", [7, 2, 6])]),
        (("AX", "PA"), [("Åland Islands", [3]), ("Panama", [7, 2, 6])]),
        (("CR", "PA"), [("", [7]), ("Panama", [2, 6])]),
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


def test_the_newest_stand_first_in_a_group_by_their_date_then_by_their_arrival():
    days = {1: 19, 2: 21, 3: 20, 4: 21}
    entries = [entry(seq, published=date(2026, 11, day)) for seq, day in days.items()]
    (group,) = grouped([DigestSection(REGION, entries)], VOCABULARY, "en")
    assert [each.seq for each in group.entries] == [4, 2, 3, 1]


def test_no_digest_is_all_headings():
    many = [subscription(f"s{number}") for number in range(MOST_HEADINGS + 1)]
    sections = [DigestSection(each, [entry(number)]) for number, each in enumerate(many)]
    assert len(grouped(sections[1:], VOCABULARY, "en")) == MOST_HEADINGS
    (group,) = grouped(sections, VOCABULARY, "en")
    assert (group.title, group.total, group.feed) == ("", len(many), Feed())


@pytest.mark.parametrize(
    ("sizes", "room", "shown"),
    [
        ((45, 8), 40, [32, 8]),
        ((8, 45), 40, [8, 32]),
        ((3, 1, 2), 6, [3, 1, 2]),
        ((10,) * 15, 40, [2] * 5 + [3] * 10),
        ((30, 1, 20), 11, [5, 1, 5]),
        ((5, 5), 1, [0, 1]),
        ((5, 5), 0, [0, 0]),
    ],
)
def test_groups_share_the_room_that_there_is(sizes, room, shown):
    groups = [Group("", tuple(map(entry, range(size))), size, Feed()) for size in sizes]
    cut = shared(groups, room)
    assert [len(group.entries) for group in cut] == shown
    assert [group.total for group in cut] == list(sizes)
    assert [group.more for group in cut] == [size - left for size, left in zip(sizes, shown, strict=True)]
    for group, whole in zip(cut, groups, strict=True):
        assert group.entries == whole.entries[: len(group.entries)]


@pytest.mark.parametrize(
    ("selection", "feed"),
    [
        (Selection(), Feed()),
        (Selection(frozenset({"PA"})), Feed("PA")),
        (Selection(frozenset({"PA", "CR"}), frozenset({"gender"})), Feed("", "gender")),
        (Selection(languages=frozenset({"es"})), Feed("", "", "es")),
        (Selection(frozenset({"PA"}), frozenset({"gender"}), frozenset({"es"})), Feed("PA", "gender", "es")),
    ],
)
def test_the_page_of_a_selection_shows_all_of_it(selection, feed):
    assert landing(selection) == feed


def test_all_of_a_group_are_in_its_feed():
    entries = [entry(seq, countries=[country]) for seq, country in enumerate(["PA", "CR"] * 2)]
    entries += [entry(seq, countries=["CR", "PA"]) for seq in (8, 9)]
    wanted = subscription(selection=Selection(frozenset({"CR", "PA"})))
    groups = grouped([DigestSection(wanted, entries)], VOCABULARY, "en")
    assert [group.feed for group in groups] == [Feed(), Feed("CR"), Feed("PA")]
    groups = grouped([DigestSection(PANAMA, [entry(1)]), DigestSection(REGION, [entry(2)])], VOCABULARY, "en")
    assert [group.feed for group in groups] == [Feed("PA"), Feed()]
    one = [entry(seq, countries=["PA"], topics=["gender"]) for seq in range(4)]
    groups = grouped([DigestSection(PANAMA, one)], VOCABULARY, "en")
    assert [group.feed for group in groups] == [Feed("PA", "gender")]
