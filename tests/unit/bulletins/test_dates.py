"""Dates on a line of their own."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.bulletins.dates import Misdate, read_date_line

SEPTEMBER = date(2017, 9, 3)


def parse(text, *, day_first=True, languages=("en", "es")):
    found = read_date_line(text, day_first=day_first, languages=languages)
    return found if isinstance(found, date) else None


def wrong(text, *, day_first=True, languages=("en", "es")):
    found = read_date_line(text, day_first=day_first, languages=languages)
    assert isinstance(found, Misdate), found
    return found.reason


@pytest.mark.parametrize(
    "text",
    [
        "3 September, 2017",
        "September 3, 2017",
        "3 de septiembre de 2017",
        "3 de septiembre, 2017",
        "3 septiembre, 2017",
        "septiembre 3, 2017",
        "SEPTIEMBRE 3, 2017",
        "3 de septiembre del 2017",
        "3 setiembre 2017",
        "Sept. 3, 2017",
        "3 Sep 2017",
        "3rd September 2017",
        "the 3rd of September, 2017",
        "3.º de septiembre de 2017",
        "3-Sep-2017",
        "3 September2017",
        "Sunday, September 3, 2017",
        "domingo, 3 de septiembre de 2017",
        "Dom. 3 septiembre 2017.",
        "On September 3, 2017",
        "2017-09-03",
        "2017/9/3",
        "3/9/2017",
        "03.09.2017",
        "03-09-2017",
        "domingo 3/9/2017",
        "  3   September,\t2017  ",
        "2017 September 3",
    ],
)
def test_a_date_is_read_as_people_write_it(text):
    assert parse(text) == SEPTEMBER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8 Marzo, 2019", date(2019, 3, 8)),
        ("octubre 15, 2025", date(2025, 10, 15)),
        ("6 de octubre, 2025", date(2025, 10, 6)),
        ("miércoles 5 de septiembre de 2018", date(2018, 9, 5)),
        ("miercoles 5 de septiembre de 2018", date(2018, 9, 5)),
        ("29 February 2024", date(2024, 2, 29)),
        ("martes 7 mar. 2017", date(2017, 3, 7)),
    ],
)
def test_months_are_known_in_english_and_spanish_whatever_the_site_speaks(text, expected):
    assert parse(text, languages=("pt",)) == expected


def test_other_languages_of_the_site_are_known_too():
    assert parse("3 septembre 2017", languages=("fr",)) == SEPTEMBER
    assert parse("3 septembre 2017", languages=("en",)) is None


@pytest.mark.parametrize(("day_first", "expected"), [(True, date(2020, 3, 9)), (False, date(2020, 9, 3))])
def test_the_source_says_whether_the_day_or_the_month_comes_first(day_first, expected):
    assert parse("09/03/2020", day_first=day_first) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2017",
        "Bulletin 12",
        "Top 10 2017",
        "3 Panama 2017",
        "On November 29, 2017, Panama will assume the Pro-Tempore Presidency.",
        "Since March 2017, the Programme has had a permanent presence",
        "3 September 2017 and 4 September 2017",
        "10.12.15",
        "2222-3333",
        "1/2",
        "12:30",
        "3 September 2017 " * 10,
    ],
)
def test_other_text_is_no_date_and_does_not_look_like_one(text):
    assert read_date_line(text, day_first=True, languages=("en", "es")) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3 Septembre, 2017", "septiembre"),
        ("3 Setpember, 2017", "September"),
        ("Febuary 3, 2017", "February"),
        ("31 February, 2017", "no day 31"),
        ("29 de febrero de 2017", "no day 29"),
        ("2017-13-01", "no month 13"),
        ("15/13/2025", "no month 13"),
        ("10/15/2025", "15 as the day and 10 as the month"),
        ("3/9/17", "four digits"),
        ("3 September 217", "four digits"),
        ("3 September 20177", "four digits"),
    ],
)
def test_a_date_that_is_none_says_what_was_probably_meant(text, meant):
    assert meant in wrong(text)


@pytest.mark.parametrize(("text", "missing"), [("8 de marzo", "year"), ("September 2017", "day")])
def test_a_date_that_lacks_a_part_says_so_and_that_it_may_be_a_heading(text, missing):
    found = read_date_line(text, day_first=True, languages=("en",))
    assert isinstance(found, Misdate)
    assert found.partial
    assert missing in found.reason


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.booleans())
def test_every_date_comes_back_from_its_usual_forms(day, day_first):
    short = f"{day:%d/%m/%Y}" if day_first else f"{day:%m/%d/%Y}"
    for text in (
        day.isoformat(),
        short,
        f"{day.day} {day:%B}, {day.year}",
        f"{day:%b} {day.day}, {day.year}",
    ):
        assert parse(text, day_first=day_first) == day


@given(st.text(max_size=70))
def test_any_line_is_answered(text):
    assert isinstance(read_date_line(text, day_first=True, languages=("en",)), date | Misdate | None)
