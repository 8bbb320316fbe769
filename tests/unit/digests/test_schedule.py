"""Due times: crontab's weekdays, every time zone, daylight saving both ways, outages of any length."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import subscription

from feedsvc.digests import INSTANT, latest_due, next_due
from feedsvc.digests.schedule import timed, unplanned
from feedsvc.model import Timing

NEW_YORK = ZoneInfo("America/New_York")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def at(text, zone=UTC):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def weekly(schedule="0 8 * * mon", zone="America/Panama"):
    return subscription(schedule=schedule, timezone=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("schedule", "now", "due"),
    [
        ("0 8 * * mon", "2026-11-23 13:00", "2026-11-23 13:00"),  # right now, 08:00 in Panama
        ("0 8 * * mon", "2026-11-23 12:59", "2026-11-16 13:00"),
        ("0 8 * * 1", "2026-11-24 00:00", "2026-11-23 13:00"),  # crontab's 1 is Monday
        ("0 8 * * 0", "2026-11-24 00:00", "2026-11-22 13:00"),  # and 0 is Sunday,
        ("0 8 * * 7", "2026-11-24 00:00", "2026-11-22 13:00"),  # as is 7
        ("0 8 * * *", "2026-11-24 20:00", "2026-11-24 13:00"),
        ("0 8 1 * *", "2026-11-24 20:00", "2026-11-01 13:00"),
        ("30 23 * * sun", "2026-11-23 04:30", "2026-11-23 04:30"),  # Sunday night there, Monday in UTC
    ],
)
def test_the_latest_due_time_is_read_on_the_wall_clock_of_the_subscription(schedule, now, due):
    assert latest_due(weekly(schedule), LONG_AGO, at(now)) == at(due)


def test_nothing_is_due_twice():
    due = at("2026-11-23 13:00")
    assert latest_due(weekly(), due, at("2026-11-29 23:00")) is None
    assert latest_due(weekly(), due - timedelta(seconds=1), at("2026-11-29 23:00")) == due


def test_an_outage_of_many_periods_is_caught_up_by_the_last_of_them():
    assert latest_due(weekly(), at("2026-01-05 13:00"), at("2026-11-25 00:00")) == at("2026-11-23 13:00")


def ticks(schedule, zone, start, end, minutes=10):
    """Every due time that a service which looks every few minutes finds."""
    found, last, now = [], start, start
    while now <= end:
        due = latest_due(weekly(schedule, zone), last, now)
        if due:
            found.append(due)
            last = due
        now += timedelta(minutes=minutes)
    return found


def test_an_hour_that_comes_twice_gives_one_digest():
    found = ticks("30 1 * * *", "America/New_York", at("2026-10-31 12:00"), at("2026-11-02 12:00"))
    assert found == [at("2026-11-01 05:30"), at("2026-11-02 06:30")]


def test_an_hour_that_is_skipped_gives_one_digest_after_the_gap():
    found = ticks("30 2 * * *", "America/New_York", at("2026-03-07 12:00"), at("2026-03-09 12:00"))
    assert found == [at("2026-03-08 07:30"), at("2026-03-09 06:30")]
    assert found[0].astimezone(NEW_YORK).strftime("%H:%M") == "03:30"


@given(
    zone=st.sampled_from(
        ["America/New_York", "America/Panama", "Europe/Madrid", "Australia/Lord_Howe", "Asia/Kathmandu"]
    ),
    start=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    hour=st.integers(0, 23),
    minute=st.sampled_from([0, 30, 45]),
)
def test_every_local_day_gives_one_daily_digest_in_every_zone(zone, start, hour, minute):
    found = ticks(f"{minute} {hour} * * *", zone, start, start + timedelta(days=5), minutes=30)
    days = [due.astimezone(ZoneInfo(zone)).date() for due in found]
    assert len(set(days)) == len(days)
    inner = [start.astimezone(ZoneInfo(zone)).date() + timedelta(days=n) for n in range(1, 4)]
    assert set(inner) <= set(days)


@given(
    zone=st.sampled_from(sorted(available_timezones())),
    day=st.dates(date(1999, 1, 1), date(2027, 12, 31)),
    hour=st.integers(0, 23),
    late=st.integers(0, 90 * 24 * 60),
)
def test_whenever_one_looks_the_latest_day_that_has_come_is_due_once_in_every_zone(zone, day, hour, late):
    daily = weekly(f"0 {hour} * * *", zone)
    last = latest_due(daily, LONG_AGO.replace(year=1990), datetime.combine(day, time(12), UTC))
    now = last + timedelta(minutes=late)
    due = latest_due(daily, last, now)
    if due is None:
        # The clock that went back may make a local day two hours longer, at most.
        assert now - last < timedelta(hours=27)
    else:
        assert last < due <= now
        assert latest_due(daily, due, now) is None
        assert due.astimezone(daily.timezone).date() > last.astimezone(daily.timezone).date()


@given(
    now=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from(["America/New_York", "America/Panama", "Australia/Lord_Howe"]),
    schedule=st.sampled_from(["0 8 * * mon", "30 1 * * *", "30 2 * * *", "15 * * * *", "0 8 1 * *"]),
)
def test_the_next_due_time_is_the_latest_once_it_has_come(now, zone, schedule):
    each = weekly(schedule, zone)
    due = next_due(each, now)
    assert due > now
    assert latest_due(each, now, due) == due
    assert latest_due(each, now, due - timedelta(seconds=1)) is None


def test_an_instant_subscription_is_due_at_any_time_later():
    instant = subscription(schedule=INSTANT)
    assert latest_due(instant, LONG_AGO, at("2026-11-23 13:00:01.5")) == at("2026-11-23 13:00:01")
    assert latest_due(instant, at("2026-11-23 13:00:01"), at("2026-11-23 13:00:01")) is None
    assert next_due(instant, LONG_AGO) is None


class TestTimed:
    monday = at("2026-11-23 13:00")

    def test_what_is_new_counts_from_now_and_what_is_known_as_it_did(self):
        known = timed(weekly(), None, None, LONG_AGO)
        assert known == Timing("0 8 * * mon", "America/Panama", LONG_AGO)
        assert timed(weekly(), known, None, self.monday) == known

    def test_another_schedule_or_zone_counts_from_now(self):
        known = Timing("0 8 * * mon", "America/Panama", LONG_AGO)
        now = self.monday + timedelta(days=1)
        for each in (weekly("0 8 * * *"), weekly(zone="UTC")):
            timing = timed(each, known, self.monday, now)
            assert timing == Timing(each.schedule, each.timezone.key, now)
            assert unplanned(each, timing, self.monday, now) is None
            assert unplanned(each, timing, self.monday, next_due(each, now)) == next_due(each, now)

    def test_what_was_due_before_stays_due_until_it_is_planned_however_often_it_is_changed(self):
        known, now = Timing("0 8 * * mon", "America/Panama", LONG_AGO), self.monday + timedelta(days=1)
        for number, schedule in enumerate(("0 8 1 * *", INSTANT, "0 8 2 * *")):
            each = weekly(schedule)
            known = timed(each, known, None, now + timedelta(hours=number))
            assert known.overdue == self.monday
        assert unplanned(each, known, None, now) == self.monday
        assert unplanned(each, known, self.monday - timedelta(days=7), now) == self.monday
        assert unplanned(each, known, self.monday, now) is None

    def test_what_is_from_before_schedules_were_noted_counts_as_it_did(self):
        known = timed(weekly(), Timing("", "", LONG_AGO), None, self.monday)
        assert known == Timing("0 8 * * mon", "America/Panama", LONG_AGO)

    def test_what_becomes_instant_is_due_at_once_and_what_was_waits_for_its_next_time(self):
        now, weekly_one, instant = self.monday + timedelta(days=1), weekly(), subscription(schedule=INSTANT)
        known = timed(weekly_one, None, None, LONG_AGO)
        becomes = timed(instant, known, self.monday, now)
        assert unplanned(instant, becomes, self.monday, now) == now
        later = now + timedelta(hours=1)
        assert unplanned(weekly_one, timed(weekly_one, becomes, now, later), now, later) is None


@given(
    st.lists(
        st.tuples(
            st.integers(1, 60 * 24 * 9),
            st.sampled_from(["", "0 8 * * mon", "0 8 * * *", "30 2 * * *", "15 */6 * * *", "0 8 1 * *"]),
            st.sampled_from(["America/New_York", "America/Panama", "Australia/Lord_Howe"]),
            st.booleans(),
        )
    )
)
def test_whatever_is_saved_in_between_what_fell_due_by_what_was_in_force_is_due_and_nothing_else(steps):
    now, each, last, is_owed = at("2026-10-28 12:00"), weekly(), None, False
    timing = timed(each, None, None, now)
    for minutes, schedule, zone, plans in steps:
        looked, now = now, now + timedelta(minutes=minutes)
        is_owed = is_owed or latest_due(each, looked, now) is not None
        each = weekly(schedule, zone) if schedule else each
        timing = timed(each, timing, last, now)
        due = unplanned(each, timing, last, now)
        assert (due is not None) == is_owed
        if due and plans:
            assert last is None or due > last
            last, is_owed = due, False
