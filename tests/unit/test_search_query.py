"""What is looked for, in the address bar and back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.model import MOST_SEARCHED, SearchQuery, Selection

ALL = SearchQuery(
    words="walk & talk",
    selection=Selection(frozenset({"PA"}), frozenset({"gender"}), frozenset({"es"})),
    since=date(2017, 1, 1),
    until=date(2017, 9, 30),
    page=2,
)
WRITTEN = "?q=walk+%26+talk&country=pa&topic=gender&lang=es&since=2017-01-01&until=2017-09-30&page=2"


def test_a_query_has_one_address():
    assert ALL.parameters == WRITTEN
    assert SearchQuery.read(WRITTEN) == ALL
    assert (
        SearchQuery.read(
            "page=2&topic=gender&q=%20walk++%26+talk%20&country=PA&lang=ES&"
            + WRITTEN[WRITTEN.index("since") :]
        ).parameters
        == WRITTEN
    )


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "?",
        "q=",
        "q=+&country=&page=1",
        "page=0",
        "page=x",
        "page=-3",
        "since=yesterday",
        "until=2017-02-30",
        "b=c",
        "page=99999999",
    ],
)
def test_what_makes_no_sense_is_left_out(nonsense):
    query = SearchQuery.read(nonsense)
    assert query == SearchQuery()
    assert query.parameters == ""
    assert not query


def test_all_pages_of_what_was_found_are_one_set():
    assert ALL.name == ALL.on_page(1).name == ALL.on_page(7).name == "6cc939e871a76781"
    assert ALL.name != SearchQuery.read("q=walk").name


@given(st.text())
def test_anything_can_be_looked_for(words):
    query = SearchQuery.read(SearchQuery(words=words.encode(errors="replace").decode()).parameters)
    assert len(query.words) <= MOST_SEARCHED
    assert SearchQuery.read(query.parameters) == query
