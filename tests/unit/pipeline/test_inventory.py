"""Which archives of a feed a mirror needs anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.pipeline.catalogue import ARCHIVE_SIZE
from feedsvc.pipeline.inventory import changed_archives

SIZE = 50


def archives(positions):
    return max(0, (positions - SIZE) // ARCHIVE_SIZE)


@pytest.mark.parametrize(
    ("positions", "changed", "wanted"),
    [
        (0, (), []),
        (99, range(1, 100), []),  # none is full
        (100, (100,), [1]),  # the hundredth entry filled the first
        (101, (101,), []),
        (101, (100, 101), [1]),
        (151, (151,), []),
        (250, range(101, 251), [2, 3, 4]),  # more than one came at once
        (250, (1,), [1]),  # an old entry was edited
        (250, (50, 51), [1, 2]),
        (250, (201, 230), []),  # in no archive yet
        (300, (300, 60), [2, 5]),
    ],
)
def test_an_archive_is_made_when_it_is_full_and_when_an_entry_in_it_changed(positions, changed, wanted):
    assert changed_archives(positions, set(changed), archives) == wanted


@given(
    before=st.integers(0, 400),
    came=st.integers(0, 400),
    edited=st.sets(st.integers(1, 400)),
)
def test_none_that_became_full_or_changed_is_left_out(before, came, edited):
    positions = before + came
    changed = {*range(before + 1, positions + 1), *(each for each in edited if each <= before)}
    listed = changed_archives(positions, changed, archives)
    became_full = set(range(archives(before) + 1, archives(positions) + 1))
    full = range(1, archives(positions) + 1)
    holding_changed = {
        number for number in full if changed & {*range((number - 1) * 50 + 1, number * 50 + 1)}
    }
    assert became_full | holding_changed <= set(listed) <= set(full)
