from datetime import UTC, datetime

import pytest
from cronsim import CronSim
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.config import values
from feedsvc.config.mistakes import InvalidError

NAMED = {"weekly": "0 8 * * mon", "fridays": "0 15 * * fri"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("weekly", "0 8 * * mon"),
        ("fridays", "0 15 * * fri"),
        ("instant", "instant"),
        ("30 7 * * 1-5", "30 7 * * 1-5"),
        ("  0  8   * * 7", "0 8 * * 7"),
        ("0 8 1,15 * *", "0 8 1,15 * *"),
        ("0 8 29 2 *", "0 8 29 2 *"),
    ],
)
def test_a_schedule_is_a_name_instant_or_a_cron_line(written, meant):
    assert values.schedule(written, NAMED) == meant


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("weekley", 'Did you mean "weekly"?'),
        ("Weekly", 'Did you mean "weekly"?'),
        ("instantly", 'Did you mean "instant"?'),
        ("zzz", 'Write one of: weekly, fridays, instant, or a cron line: "0 8 * * mon" is every'),
        ("", 'Write one of: weekly, fridays, instant, or a cron line: "0 8 * * mon" is every'),
        ("0 8 * *", "Write minute, hour,"),
        ("0 0 8 * * mon", "Write minute, hour,"),
        ("60 8 * * mon", "Write minute, hour,"),
        ("0 8 * * lunes", "Write minute, hour,"),
        ("0 8 31 2 *", "Look at its day and month."),
        ("0 8 30 2 *", "Look at its day and month."),
    ],
)
def test_what_is_no_schedule_is_refused_with_what_was_probably_meant(written, remedy):
    with pytest.raises(InvalidError) as caught:
        values.schedule(written, NAMED)
    assert caught.value.remedy.startswith(remedy)


def test_monday_is_1_and_sunday_both_0_and_7_as_in_crontab():
    for weekday, expected in (("1", "Monday"), ("0", "Sunday"), ("7", "Sunday")):
        line = values.cron_line(f"0 8 * * {weekday}")
        assert f"{next(CronSim(line, datetime(2026, 1, 1, tzinfo=UTC))):%A}" == expected


@given(
    st.lists(st.text("0123456789*/,-#L?monWED", min_size=1, max_size=7), min_size=5, max_size=5).map(" ".join)
)
def test_any_five_fields_are_a_cron_line_or_are_refused(line):
    try:
        accepted = values.cron_line(line)
    except InvalidError:
        return
    assert next(CronSim(accepted, datetime(2026, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("America/Panam", 'Did you mean "America/Panama"?'),
        ("america/panama", 'Did you mean "America/Panama"?'),
        ("Panamá", 'Did you mean "America/Panama"?'),
        ("Costa Rica", 'Did you mean "America/Costa_Rica"?'),
        ("GMT-6", 'Write it as region and city: "America/Panama".'),
        ("", 'Write it as region and city: "America/Panama".'),
        ("../../etc/passwd", 'Write it as region and city: "America/Panama".'),
        ("America", 'Write it as region and city: "America/Panama".'),
        (-6, 'Write it like "America/Panama".'),
    ],
)
def test_what_is_no_time_zone_is_refused_with_a_near_one(written, remedy):
    with pytest.raises(InvalidError) as caught:
        values.timezone(written)
    assert caught.value.remedy == remedy


def test_a_time_zone_is_known_by_its_name():
    assert values.timezone("America/Panama").key == "America/Panama"


@pytest.mark.parametrize(
    ("written", "read"),
    [(None, ()), ("", ()), ("PA", ("PA",)), ("PA, CR", ("PA", "CR")), (["PA"], ["PA"]), (False, False)],
)
def test_a_list_may_be_written_in_short(written, read):
    assert values.listed(written) == read


@pytest.mark.parametrize("written", ["panama-partners", "2017", "a"])
def test_a_key_is_small_letters_digits_and_hyphens(written):
    assert values.key(written) == written


@pytest.mark.parametrize(
    "written", ["", "Panama", "panama partners", "a_b", "panamá", "-a", "a-", "a--b", "a\n"]
)
def test_another_key_is_refused(written):
    with pytest.raises(InvalidError):
        values.key(written)
