"""Dates on a line of their own, the first date within a text, and moments."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import manner

from feedsvc.bulletins.dates import Found, Misdate, find_date, read_date_line, read_moment

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
        "Sun., Sept 3 2017",
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
        "03Sep2017",
        "3 de septiembre del año 2017",
        "Septiembre 3 de 2017",
        "Sunday, September 3, 2017 10:30 AM",
        "3 de septiembre de 2017, 8:30 a. m.",
        "3 September 2017 at 10 am",
        "domingo 3 de septiembre de 2017 - 10:30 hrs",
        "Dom, 03/09/2017 - 10:30",
        "10:30 | 3 September 2017",
        "2017-09-03 23:20:48+00:00",
        "2017-09-03T23:20:48.123Z",
        "2017-09-03T10:00:00-06:00",
        "Sun, 03 Sep 2017 13:00:00 GMT",
        "Sun, 3 Sep 2017 13:00:00 -0600 (CST)",
        "3 September 2017, 10:30 America/Costa_Rica",
        "Posted on: September 3, 2017",
        "Posted by the office on 3 September 2017",
        "Publicado el 3 de septiembre de 2017",
        "Publicado: 3/9/2017",
        "Publicado el 3 de septiembre de 2017 | Actualizado el 5 de septiembre de 2017",
        "Hace 13 horas - 3 de septiembre de 2017",
        "16 hours ago, September 3, 2017",
        "September 3, 2017 | Page 18",
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
        ("Tues, 7 March 2017", date(2017, 3, 7)),
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
        "Date: 3 September 2017",
        "Publication date: September 3, 2017",
        "Fecha: 3/9/2017",
        "Fecha de publicación: 3/9/2017",
        "San José, 3 de septiembre de 2017.-",
        "SAN JOSÉ, 3 de septiembre de 2017",
        "Ciudad de Panamá, Panamá, 3 de septiembre de 2017",
        "Geneva - 3 September 2017",
    ],
)
def test_a_label_or_a_place_may_stand_before_a_date_unless_it_must_stand_alone(text):
    assert parse(text) == SEPTEMBER
    assert read_date_line(text, day_first=True, languages=("en", "es"), plain=True) is None


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
        "16 hours ago",
        "Hace 13 horas",
        "3 September, 10:30",
        "10:30 AM",
        "Press release, 3 September 2017",
        "The office opens on Sunday, 3 September 2017",
        "September 3, 2017 | Panama prepares to assume the Presidency",
        "Publish: 2017-09-03 08:00",
        "3 September 2017 25 people",
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


class TestFindDate:
    @pytest.mark.parametrize(
        ("text", "day", "words"),
        [
            ("SAN JOSÉ, 3 de septiembre de 2017.- El taller …", SEPTEMBER, "3 de septiembre de 2017"),
            ("Hace 13 horas - 4 de octubre de 2025", date(2025, 10, 4), "4 de octubre de 2025"),
            (
                "On Sunday, September 3, 2017 10:30 AM, at last",
                SEPTEMBER,
                "Sunday, September 3, 2017 10:30 AM",
            ),
            ("posted 2022-08-03 23:20:48+00:00", date(2022, 8, 3), "2022-08-03 23:20:48+00:00"),
            ("(24 September2021)", date(2021, 9, 24), "24 September2021"),
            ("Del 3 al 5 de septiembre de 2017 en Ginebra", date(2017, 9, 5), "5 de septiembre de 2017"),
            ("No. 45 3 setiembre 2017", SEPTEMBER, "3 setiembre 2017"),
            ("Up to 31 February 2017, then 3 September 2017", SEPTEMBER, "3 September 2017"),
            ("in 2016, in 2017-13-01, and on 3 Sep 2017", SEPTEMBER, "3 Sep 2017"),
            ("marzo 2017, 3 de septiembre de 2017", SEPTEMBER, "3 de septiembre de 2017"),
            ("The goals of 1 January 2030, set on 3 September 2017", SEPTEMBER, "3 September 2017"),
            ("İstanbul, 3 September 2017", SEPTEMBER, "3 September 2017"),
            ("word " * 3_000 + "3 September 2017", SEPTEMBER, "3 September 2017"),
        ],
    )
    def test_the_first_date_is_found_with_its_place(self, text, day, words):
        found = find_date(text, manner())
        assert (found.day, text[found.start : found.end], found.note) == (day, words, "")

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "no date at all",
            "16 hours ago",
            "Hace 13 horas",
            "September 2017",
            "8 de marzo",
            "3/9/17",
            "call 2222-3333 in 2017",
            "https://example.org/2017/09/03/title",
            "version 1.2.2017.4",
            "WhatsApp-Image-2017-09-03-at-9.jpeg",
            "31 February 2017",
            "1 January 2030",
            "3 Septembre 2017",
            "word " * 4_001 + "3 September 2017",
        ],
    )
    def test_nothing_else_is_taken_for_a_date(self, text):
        assert find_date(text, manner()) is None

    @pytest.mark.parametrize(
        ("text", "day_first", "day", "note"),
        [
            (
                "09/03/2020",
                True,
                date(2020, 3, 9),
                "as 9 March 2020, because this source writes the day first",
            ),
            (
                "09/03/2020",
                False,
                date(2020, 9, 3),
                "as 3 September 2020, because this source writes the month",
            ),
            ("15/10/2025", True, date(2025, 10, 15), ""),
            ("10/15/2025", True, date(2025, 10, 15), "though this source writes the day first"),
            ("03/03/2020", True, date(2020, 3, 3), ""),
            ("2020-03-09", True, date(2020, 3, 9), ""),
        ],
    )
    def test_a_date_that_may_be_another_is_read_as_its_source_writes_and_noted(
        self, text, day_first, day, note
    ):
        found = find_date(f"El {text}:", manner(day_first=day_first))
        assert found.day == day
        assert note in found.note
        assert bool(note) == (f"“{text}” was read" in found.note)

    def test_other_languages_of_the_site_are_known(self):
        text = "Genève, le 3 août 2017"
        assert find_date(text, manner(languages=("fr",))) == Found(date(2017, 8, 3), 11, 22)
        assert find_date(text, manner()) is None

    @given(st.dates(date(1900, 1, 1), date(2026, 12, 31)), st.text(max_size=50), st.text(max_size=50))
    def test_a_date_is_found_in_any_text(self, day, before, after):
        text = f"{before.replace('2', '')} | {day.day} {day:%B} {day.year} | {after}"
        found = find_date(text, manner())
        assert found is not None
        assert found.start <= text.index(" | ") + 3 or found.day == day

    @pytest.mark.parametrize(
        "text", ["2017 ", "1/1/", "mar ", "10:30 ", "de ", "3 ", "3 de ", " " * 30, "1 mar 2017/", "é3 "]
    )
    def test_a_text_made_to_take_long_is_answered(self, text):
        hostile = text * (2_000_000 // len(text)) + "2017"
        assert isinstance(find_date(hostile, manner()), Found | None)
        assert read_date_line(hostile[-115:], day_first=True, languages=("en",)) in (None, date(2017, 3, 1))


class TestReadMoment:
    @pytest.mark.parametrize(
        ("text", "hour"),
        [
            ("2026-12-01 08:00", 14),
            ("1 de diciembre de 2026, 8:00", 14),
            ("1 de diciembre de 2026 a las 8:00 a. m.", 14),
            ("Dec 1, 2026 8:00 AM CST", 14),
            ("1 December 2026, 8 PM UTC-5", 25),
            ("1/12/2026 12:15 a.m.", 6.25),
            ("2026-12-01T08:00:00Z", 8),
            ("2026-12-01 08:00+05:30", 2.5),
            ("2026-12-01 08:00 America/Panama", 13),
            ("martes 1 de diciembre de 2026", 6),
        ],
    )
    def test_a_moment_is_in_the_zone_it_names_or_in_the_sites(self, text, hour):
        assert read_moment(text, manner()) == datetime(2026, 12, 1, tzinfo=UTC) + timedelta(hours=hour)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "tomorrow",
            "tomorrow at 8:00",
            "1 December, 8:00",
            "31 February 2026, 8:00",
            "2026-12-01 25:00",
            "2026-12-01 13:00 PM",
            "2026-12-01 08:61",
            "2026-12-01 08:00 Nowhere/At_All",
            "2026-12-01 08:00 +29:00",
            "2026-12-01 08:00 or later",
        ],
    )
    def test_what_is_no_moment_is_none(self, text):
        assert read_moment(text, manner()) is None

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            # Clocks in New York go from 2:00 to 3:00 on 8 March 2026, and from 2:00 to 1:00 on 1 November.
            ("2026-03-08 02:30", datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
            ("2026-11-01 01:30", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
        ],
    )
    def test_where_clocks_change_it_is_the_later_moment(self, text, expected):
        assert read_moment(text, manner(timezone=ZoneInfo("America/New_York"))) == expected

    @given(st.text(max_size=130))
    def test_any_text_is_answered(self, text):
        assert isinstance(read_moment(text, manner()), datetime | None)


def test_a_text_of_years_takes_no_long_time():
    started = time.process_time()
    for number in range(300):
        assert find_date(f"{number} " + "2017 " * 1_000, manner()) is None
    assert time.process_time() - started < 5
