"""What charts show, of however few or many countries and months."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.model import Category, Scheme
from feedsvc.pages.charts import HIGHEST, MOST_MONTHS, MOST_ROWS, WIDEST, by_country, by_month


def month(index):
    """Give the month so many after January 2015."""
    return date(2015 + index // 12, index % 12 + 1, 1)


def country(code):
    return Category(Scheme.COUNTRY, code)


MONTHS = st.dictionaries(st.integers(0, 120).map(month), st.integers(0, 500))
COUNTRIES = st.text("ABCDEFGH", min_size=2, max_size=2)


def test_without_entries_there_is_nothing_to_draw():
    assert by_country({}) is None
    assert by_country({"PA": {}, "CR": {month(3): 0}}) is None
    assert by_month({}) is None


def test_one_month_is_no_line_of_time():
    assert by_month({month(3): 9, month(4): 0}) is None
    assert by_month({month(3): 9, month(5): 1})


@pytest.mark.parametrize(("has", "shows"), [(1, 6), (3, 6), (7, 7), (24, 24), (60, 24)])
def test_it_shows_half_a_year_at_least_and_two_at_most_up_to_the_last_month(has, shows):
    chart = by_country({"PA": {month(40 + index): 1 for index in range(has)}})
    assert chart.months == tuple(month(40 + has - shows + index) for index in range(shows))


def test_months_without_entries_keep_their_place():
    chart = by_month({month(0): 2, month(7): 4})
    assert [mark.number for mark in chart.rows[0].marks] == [2, 0, 0, 0, 0, 0, 0, 4]
    assert [mark.size for mark in chart.rows[0].marks] == [HIGHEST / 2, 0, 0, 0, 0, 0, 0, HIGHEST]
    assert [column.x for column in chart.columns] == [6.25, 18.75, 31.25, 43.75, 56.25, 68.75, 81.25, 93.75]


def test_the_area_of_a_circle_stands_for_its_number():
    marks = by_country({"PA": {month(0): 4, month(1): 100, month(2): 25}}).rows[0].marks
    assert [mark.size for mark in marks][-3:] == [2.6, WIDEST, WIDEST / 2]


def test_countries_stand_in_the_order_of_their_numbers():
    chart = by_country({"HT": {month(0): 1}, "PA": {month(0): 3}, "BZ": {}, "CR": {month(5): 1}})
    assert [(row.country, row.total) for row in chart.rows] == [
        (country("PA"), 3),
        (country("CR"), 1),
        (country("HT"), 1),
    ]
    assert (chart.most, chart.left_out) == (3, 0)


def test_of_many_countries_those_with_the_most_are_shown():
    chart = by_country({f"{number:02}": {month(0): number + 1} for number in range(40)})
    assert [row.total for row in chart.rows] == list(range(40, 40 - MOST_ROWS, -1))
    assert chart.left_out == 40 - MOST_ROWS


def test_a_country_that_was_last_in_the_news_before_is_not_shown():
    chart = by_country({"PA": {month(100): 1}, "CR": {month(1): 50}})
    assert [row.country for row in chart.rows] == [country("PA")]
    assert chart.left_out == 0


def test_names_of_months_leave_each_other_room_and_years_are_told_once():
    def named(months):
        columns = by_month({month(0): 1, month(months - 1): 1}).columns
        return [(column.month.month, column.with_year) for column in columns if column.named]

    assert named(6) == [(1, True), (2, False), (3, False), (4, False), (5, False), (6, False)]
    assert named(12) == [(1, True), (3, False), (5, False), (7, False), (9, False), (11, False)]
    assert named(15) == [(1, True), (4, False), (7, False), (10, False), (1, True)]


def test_the_first_month_there_ever_was_can_be_drawn():
    assert by_month({date(1, 1, 1): 1, date(1, 2, 1): 1}).months == (date(1, 1, 1), date(1, 2, 1))


@given(st.dictionaries(COUNTRIES, MONTHS, max_size=60))
def test_whatever_there_is_fits(activity):
    chart = by_country(activity)
    if chart is None:
        assert not any(any(months.values()) for months in activity.values())
        return
    assert len(chart.columns) <= MOST_MONTHS
    assert len(chart.rows) <= MOST_ROWS
    for row in chart.rows:
        assert row.total == sum(mark.number for mark in row.marks) > 0
        assert all(0 < mark.x < 100 and 0 <= mark.size <= WIDEST for mark in row.marks)
        assert all(bool(mark.size) == bool(mark.number) for mark in row.marks)
    assert chart.most == max(mark.number for row in chart.rows for mark in row.marks)
