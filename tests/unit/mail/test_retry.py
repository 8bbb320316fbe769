"""Retries: how long between two, how many in all."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.mail import next_due
from feedsvc.mail.retry import ATTEMPTS

FIRST = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def minutes(attempts, key="<a@example.org>"):
    return (next_due(attempts, FIRST, FIRST, key) - FIRST) / timedelta(minutes=1)


@pytest.mark.parametrize(
    ("attempts", "nominal"), [(1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (6, 160), (7, 240), (8, 240), (99_999, 240)]
)  # fmt: skip
def test_waits_double_up_to_four_hours_and_have_up_to_a_quarter_added(attempts, nominal):
    assert nominal <= minutes(attempts) < nominal * 1.25


def test_the_same_delivery_waits_the_same_and_others_wait_otherwise():
    assert minutes(3) == minutes(3)
    assert len({minutes(1, f"<{number}@example.org>") for number in range(100)}) == 100


@given(st.text())
def test_a_delivery_is_tried_for_at_least_48_hours_and_then_given_up(key):
    now, attempts = FIRST, 1
    while (due := next_due(attempts, FIRST, now, key)) is not None:
        assert due > now
        now, attempts = due, attempts + 1
    assert timedelta(hours=48) <= now - FIRST < timedelta(hours=65)
    assert attempts == ATTEMPTS


def test_one_that_lay_for_a_week_is_not_given_up_at_its_first_attempt():
    late = FIRST + timedelta(days=7)
    assert next_due(1, FIRST, late, "<a@example.org>") > late


def test_many_attempts_within_two_days_are_no_reason_to_give_up():
    assert next_due(1000, FIRST, FIRST + timedelta(hours=47), "<a@example.org>")
