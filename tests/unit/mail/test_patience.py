"""How much is borne of an address that fails softly."""

from datetime import timedelta

import pytest
from makers import NOON

from feedsvc.mail import Patience

FOUR = Patience(bounces=4, days=30)


def ago(*days):
    return [NOON - timedelta(days=number) for number in days]


@pytest.mark.parametrize(
    ("days", "score"),
    [
        ([], 0),
        ([0], 1),
        ([0, 0, 0], 1),
        ([0, 1, 2, 3], 4),
        ([0, 7, 14, 21], 4),
        ([0, 7, 14, 29], 4),
        ([0, 7, 14, 30], 3.5),
        ([0, 30, 60, 90, 120], 1.9375),
        ([0, 7, 14, 21, 28, 35], 5.5),
        ([-1], 1),  # read by another machine, whose clock is ahead
    ],
)
def test_a_bounce_counts_once_a_day_and_less_with_time(days, score):
    assert FOUR.score(ago(*days), NOON) == score
    assert FOUR.is_out(ago(*days), NOON) == (score >= 4)


def test_a_single_bounce_may_be_enough():
    assert Patience(bounces=1, days=1).is_out(ago(0), NOON)


@pytest.mark.parametrize("days", [1, 30, 365])
def test_what_is_forgotten_would_hardly_have_weighed_anything(days):
    patience = Patience(bounces=4, days=days)
    forgotten = [NOON - patience.memory - timedelta(days=each) for each in range(1, 20 * days)]
    assert patience.score(forgotten, NOON) < days / 500
