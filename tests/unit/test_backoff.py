"""Trying again: how long between two, how many in all."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.websub import BACKOFF

FIRST = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def minutes(attempts, key="https://bulletin.example.org"):
    return (BACKOFF.next_due(attempts, FIRST, FIRST, key) - FIRST) / timedelta(minutes=1)


@pytest.mark.parametrize(
    ("attempts", "nominal"), [(1, 0.25), (2, 0.5), (3, 1), (9, 64), (10, 120), (11, 120), (99_999, 120)]
)
def test_waits_double_up_to_two_hours_and_have_up_to_a_quarter_added(attempts, nominal):
    assert nominal <= minutes(attempts) < nominal * 1.25


def test_the_same_site_waits_the_same_and_others_wait_otherwise():
    assert minutes(3) == minutes(3)
    assert len({minutes(1, f"https://{number}.example.org") for number in range(100)}) == 100


@given(st.text())
def test_a_hub_is_tried_for_three_days_never_more_than_a_day_apart_and_then_given_up(key):
    now, attempts = FIRST, 1
    while (due := BACKOFF.next_due(attempts, FIRST, now, key)) is not None:
        assert timedelta() < due - now < timedelta(days=1)
        now, attempts = due, attempts + 1
    assert timedelta(days=3) <= now - FIRST < timedelta(days=4)


def test_what_lay_for_a_week_while_the_service_was_down_is_not_given_up_at_once():
    late = FIRST + timedelta(days=7)
    assert BACKOFF.next_due(1, FIRST, late, "x") > late
