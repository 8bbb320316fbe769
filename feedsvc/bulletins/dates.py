"""Dates as people write them in the languages of a site: a line of their own, or the first within a text.

    read_date_line   “Posted on: Sunday, 3 September 2017, 10:30 AM”    the date that a whole line is
    find_date        “SAN JOSÉ, 3 de septiembre de 2017.- El taller …”  the first date in a longer text
    read_moment      “1 December 2026, 8:00 AM UTC”                     the moment that a whole text is

A date is the day that is written, whatever the zone beside it. “16 hours ago” is none, nor is a day without its
year. What dates look like is in `date_patterns`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from rapidfuzz import fuzz, process

from feedsvc.bulletins.date_patterns import calendar_of, fold

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from feedsvc.bulletins.date_patterns import Calendar
    from feedsvc.bulletins.manner import Manner

# How far ahead of today a bulletin may be dated.
AHEAD = timedelta(days=366)
# Longer lines are never dates: "Published by the Regional Office on Wednesday, September 5, 2018, 10:30 AM
# (America/Costa_Rica)" has 88 characters.
_LONGEST = 120
# How much of a text is searched for its first date, and how far around a year, in characters.
_SEARCHED = 20_000
_AROUND = 80
_YEARS = range(1900, 2100)
# How alike, out of 100, a word must be to the name of a month to be taken for that name mistyped.
_ALIKE = 75
# The zones with names in RFC 5322, section 4.3, in hours from UTC.
_ZONES = {"z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7,
          "mdt": -6, "pst": -8, "pdt": -7}  # fmt: skip

_OFFSET = re.compile(r"(?:utc|gmt)?(?P<sign>[+\u2212-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?")
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Misdate:
    """A line that looks like a date and is none. `reason` says to a person what is wrong with it.

    `partial` tells that it only lacks its day or year, as headings and titles may.
    """

    reason: str
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A date within a text, and where it stands there with its weekday and time.

    `note` says to a person how it was read, if it could have been read in another way.
    """

    day: date
    start: int
    end: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Parts:
    """A date as written: digits, a word for the month perhaps, nothing where a part is missing."""

    year: str
    month: str
    day: str


# --- the three ways to read ---------------------------------------------------


def read_date_line(
    text: str, *, day_first: bool, languages: tuple[str, ...], plain: bool = False
) -> date | Misdate | None:
    """Give the date that a whole line is, or what is wrong with it if it looks like one, or None.

    Names of months and weekdays may be in English, Spanish and `languages` (ISO 639-1), short or full, with or
    without capitals and accents. `day_first` tells whether 3/9/2017 is in September. `plain` refuses a line that
    begins with a label or a place: “Date: …”, “San José, …”.
    """
    if len(text) > _LONGEST or not _DIGIT.search(text):
        return None
    calendar = calendar_of(languages)
    pattern = calendar.plain if plain else calendar.line
    match = pattern.fullmatch(fold(text).strip(" \t.,;:"))
    if not match or not _is_place(match["place"], text):
        return None
    read = _read(match, text.strip(), calendar, day_first=day_first)
    return None if isinstance(read, Misdate) and read.partial and _is_adorned(match) else read


def find_date(text: str, manner: Manner) -> Found | None:
    """Give the first date in a text that may be an entry's; what is no date, or far ahead of today, is passed over.

    It stands among the first 20,000 characters and has a year of four digits.
    """
    calendar, day_first = calendar_of(manner.languages), manner.source.day_first
    for start, end in _around_years(text):
        window = fold(text[start:end])
        match = calendar.within.search(window)
        while match:
            lo, hi = match.span("date")
            if _YEAR.search(window, lo, hi):
                day, note = _day(match, text[start + lo : start + hi], calendar, day_first=day_first)
                if day and day <= manner.today + AHEAD:
                    return Found(day, start + match.start(), start + match.end(), note)
            match = calendar.within.search(window, match.start() + 1)
    return None


def _around_years(text: str) -> Iterator[tuple[int, int]]:
    """Give from where to where years stand close to each other, with what stands around them."""
    start = end = 0
    for year in _YEAR.finditer(text, 0, _SEARCHED):
        if year.start() - _AROUND > end:
            yield start, end
            start = year.start() - _AROUND
        end = year.end() + _AROUND
    yield start, end


def read_moment(text: str, manner: Manner) -> datetime | None:
    """Give the moment, in UTC, that a whole text is; without a time the day's beginning.

    It is in the zone that it names (an offset, a name of RFC 5322, section 4.3, or of the IANA), or in the manner's.
    """
    calendar = calendar_of(manner.languages)
    match = calendar.line.fullmatch(fold(text).strip(" \t.,;:")) if len(text) <= _LONGEST else None
    if not match:
        return None
    day = _read(match, text, calendar, day_first=manner.source.day_first)
    clock, zone = _clock(match), _zone(match["zone"], manner.timezone)
    if not isinstance(day, date) or clock is None or zone is None:
        return None
    return in_utc(datetime.combine(day, clock, zone))


def in_utc(local: datetime) -> datetime:
    """Give an aware moment in UTC: where a change of clocks skips or repeats it, the later that it may be."""
    return max(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


# --- what a match says ----------------------------------------------------------


def _is_place(place: str | None, text: str) -> bool:
    """Tell whether the words that may be a place at the beginning of a line are written like one."""
    words = text.split()[: len(place.split())] if place else []
    return all(word[0].isupper() or len(word) <= 3 for word in words)


def _is_adorned(match: re.Match[str]) -> bool:
    return len(match["date"].strip()) < len(match.group().strip())


def _parts(match: re.Match[str], *, day_first: bool) -> _Parts | None:
    if match["n1"]:
        return _numeric_parts(match, day_first=day_first)
    if match["aw"]:
        day, month, year = match["a1"], match["aw"], match["a2"] or ""
        if len(day) == 4 and year:
            day, year = year, day
    elif match["b2"] is None and len(match["b1"]) == 4:
        day, month, year = "", match["bw"], match["b1"]
    else:
        day, month, year = match["b1"], match["bw"], match["b2"] or ""
    return _Parts(year, month, day) if len(day) <= 3 and len(year) <= 5 else None


def _numeric_parts(match: re.Match[str], *, day_first: bool) -> _Parts | None:
    """Read 2017-09-03, 3/9/2017, 3.9.2017; a two-digit year only with slashes (10.12.15 may be a section)."""
    first, sign, second, third = match["n1"], match["sign"], match["n2"], match["n3"]
    if len(first) == 4 and len(third) <= 2:
        return _Parts(first, second, third)
    if len(first) > 2 or not (len(third) == 4 or (len(third) == 2 and sign == "/")):
        return None
    return _Parts(third, second, first) if day_first else _Parts(third, first, second)


def _read(match: re.Match[str], text: str, calendar: Calendar, *, day_first: bool) -> date | Misdate | None:
    """Give the date that a match is, or what is wrong with it; `text` is what is written."""
    parts = _parts(match, day_first=day_first)
    return _judge(text, parts, calendar, day_first=day_first) if parts else None


def _day(match: re.Match[str], text: str, calendar: Calendar, *, day_first: bool) -> tuple[date | None, str]:
    """Give the date that a match within a text is, and a note if it could be read in another way."""
    read, instead = (_read(match, text, calendar, day_first=first) for first in (day_first, not day_first))
    order = "the day first" if day_first else "the month first"
    if isinstance(read, date):
        if not isinstance(instead, date) or instead == read:
            return read, ""
        return read, f"“{text}” was read as {_in_words(read)}, because this source writes {order}."
    if isinstance(instead, date):
        return instead, f"“{text}” was read as {_in_words(instead)}, though this source writes {order}."
    return None, ""


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _judge(text: str, parts: _Parts, calendar: Calendar, *, day_first: bool) -> date | Misdate | None:
    month = int(parts.month) if parts.month.isdecimal() else calendar.months.get(parts.month)
    if month is None:
        return _mistyped_month(text, parts, calendar)
    if not parts.year or not parts.day:
        missing = "day" if parts.year else "year"
        return Misdate(f"“{text}” is no whole date: the {missing} is missing.", partial=True)
    year, day = int(parts.year), int(parts.day)
    if len(parts.year) != 4 or year not in _YEARS:
        return Misdate(f"“{text}” is no date: write the year with four digits, such as 2017.")
    if not 1 <= month <= 12:
        return _no_month(text, month, day, day_first=day_first)
    if not 1 <= day <= monthrange(year, month)[1]:
        return Misdate(f"“{text}” is no date: that month has no day {day}.")
    return date(year, month, day)


def _mistyped_month(text: str, parts: _Parts, calendar: Calendar) -> Misdate | None:
    if not (parts.day and parts.year and len(parts.month) >= 3):
        return None
    nearest = process.extractOne(parts.month, calendar.months.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    if nearest is None:
        return None
    return Misdate(f"“{text}” is no date: did you mean {calendar.spellings[nearest[0]]}?")


def _no_month(text: str, month: int, day: int, *, day_first: bool) -> Misdate:
    order = "the day first, then the month" if day_first else "the month first, then the day"
    swapped = f" Did you mean {month} as the day and {day} as the month?" if day in range(1, 13) else ""
    return Misdate(f"“{text}” is no date: there is no month {month}. This source writes {order}.{swapped}")


def _clock(match: re.Match[str]) -> time | None:
    """Give the time of day that a match has, midnight if none; None if there is no such time."""
    if not match["time"]:
        return time()
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _zone(name: str | None, default: tzinfo) -> tzinfo | None:
    """Give the zone of a folded name or offset; None if there is no such zone."""
    if not name:
        return default
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name]))
    if "/" in name:
        known = _iana().get(name)
        return ZoneInfo(known) if known else None
    offset = _OFFSET.fullmatch(name)
    if not offset or int(offset["hours"]) > 14:
        return None
    distance = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
    return timezone(distance if offset["sign"] == "+" else -distance)


@lru_cache
def _iana() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}
