"""Charts: what is drawn where, in numbers. The templates draw it, as SVG.

Along the line of time everything is in per cent, so that a chart is as wide as its place on any screen; across it,
in pixels, so that a circle stays a circle and its labels a size that can be read.
"""

from __future__ import annotations

from datetime import date
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from feedsvc.model import Category, Scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

# A chart ends with the last month that has entries and shows two years at most; less than half a year is no line
# of time.
MOST_MONTHS = 24
LEAST_MONTHS = 6
# The countries with the most entries have a row each. One row for all others would outdo every country.
MOST_ROWS = 10
# The radius of the largest circle and of the smallest, and the height of the highest bar and of the lowest.
WIDEST, NARROWEST = 13.0, 2.5
HIGHEST, LOWEST = 96.0, 2.0


class Column(NamedTuple):
    """A month: where its middle is, whether its name is written there, and whether its year is, below it."""

    month: date
    x: float
    named: bool
    with_year: bool


class Mark(NamedTuple):
    """The entries of one month: where, how many, and the radius or the height of what stands for them."""

    month: date
    x: float
    number: int
    size: float


class Row(NamedTuple):
    """The marks of one country, or (None) of what the chart as a whole is about."""

    country: Category | None
    total: int
    marks: tuple[Mark, ...]


class Chart(NamedTuple):
    """Rows of marks over the same months.

    `most` is the number that the largest mark stands for, `left_out` how many countries have fewer entries than those
    shown.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    most: int
    left_out: int

    @property
    def months(self) -> tuple[date, ...]:
        """The months it shows."""
        return tuple(column.month for column in self.columns)


def by_country(activity: Mapping[str, Mapping[date, int]]) -> Chart | None:
    """Draw how many entries each country has in each month; None where there are none."""
    columns = _columns({month for months in activity.values() for month, number in months.items() if number})
    numbers = {
        country: [months.get(column.month, 0) for column in columns] for country, months in activity.items()
    }
    ranked = sorted(
        (country for country, row in numbers.items() if any(row)),
        key=lambda country: (-sum(numbers[country]), country),
    )
    shown = [(Category(Scheme.COUNTRY, country), numbers[country]) for country in ranked[:MOST_ROWS]]
    return _chart(columns, shown, _radius, left_out=len(ranked) - len(shown)) if shown else None


def by_month(months: Mapping[date, int]) -> Chart | None:
    """Draw how many entries there are in each month; None where that is one month, which needs no drawing."""
    columns = _columns({month for month, number in months.items() if number})
    numbers = [months.get(column.month, 0) for column in columns]
    return _chart(columns, [(None, numbers)], _height) if sum(map(bool, numbers)) > 1 else None


def _chart(
    columns: Sequence[Column],
    numbers: Sequence[tuple[Category | None, Sequence[int]]],
    size: Callable[[int, int], float],
    left_out: int = 0,
) -> Chart:
    most = max(number for _, row in numbers for number in row)
    rows = (
        Row(
            country,
            sum(row),
            tuple(
                Mark(column.month, column.x, number, size(number, most))
                for column, number in zip(columns, row, strict=True)
            ),
        )
        for country, row in numbers
    )
    return Chart(tuple(columns), tuple(rows), most, left_out)


def _radius(number: int, most: int) -> float:
    """Let the area of a circle, which is what the eye compares, stand for its number."""
    return round(max(WIDEST * sqrt(number / most), NARROWEST), 1) if number else 0


def _height(number: int, most: int) -> float:
    return round(max(HIGHEST * number / most, LOWEST), 1) if number else 0


def _columns(months: Collection[date]) -> list[Column]:
    """Lay out the months up to the last of some, the empty ones between them too."""
    if not months:
        return []
    last = _count(max(months))
    first = max(last - MOST_MONTHS + 1, min(_count(min(months)), last - LEAST_MONTHS + 1), _count(date.min))
    number = last - first + 1
    every = 1 if number <= 8 else 2 if number <= 12 else 3
    columns: list[Column] = []
    year = 0
    for index in range(number):
        month = _month(first + index)
        named = (month.month - 1) % every == 0
        columns.append(
            Column(month, round((index + 0.5) * 100 / number, 2), named, named and month.year != year)
        )
        year = month.year if named else year
    return columns


def _count(month: date) -> int:
    """Give the number of a month, so that months can be counted over the ends of years."""
    return month.year * 12 + month.month - 1


def _month(count: int) -> date:
    return date(count // 12, count % 12 + 1, 1)
