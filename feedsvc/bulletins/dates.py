"""Dates on a line of their own, as people write them in the languages of a site."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from babel import Locale, localedata
from rapidfuzz import fuzz, process

# Longer lines are never dates: "Wednesday, the 30th of September of 2017" has 40 characters.
_LONGEST = 60
_YEARS = range(1900, 2100)
# How alike, out of 100, a word must be to the name of a month to be taken for that name mistyped.
_ALIKE = 75
_ALWAYS = ("en", "es")
# What Babel doesn't have: English short for September, and Spanish as in Costa Rica, Peru and Uruguay.
_MORE_MONTHS = {"sept": 9, "setiembre": 9, "set": 9}
_JOINTS = frozenset(("de", "del", "do", "el", "la", "le", "of", "on", "the", *",.-/'\u2019"))
_ORDINALS = frozenset({"a", "er", "nd", "o", "rd", "ro", "st", "th"})
# The shapes of a date whose month is a word, w beside digits 9.
_SHAPES = frozenset({"9w9", "w99", "9w", "w9"})
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]")
_NUMERIC = re.compile(r"(?:([^\W\d_]+)[.,]*\s+)?(\d{1,4})\s?([-/.])\s?(\d{1,2})\s?\3\s?(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Misdate:
    """A line that looks like a date and is none. `reason` says to a person what is wrong with it.

    `partial` tells that it only lacks its day or year, as headings and titles may.
    """

    reason: str
    partial: bool = False


@dataclass(frozen=True, slots=True)
class _Parts:
    """A date as written: digits, a word for the month perhaps, nothing where a part is missing."""

    year: str
    month: str
    day: str


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The folded names of months and weekdays in some languages, the month with its spelling."""

    months: dict[str, int]
    spellings: dict[str, str]
    weekdays: frozenset[str]


def read_date_line(text: str, *, day_first: bool, languages: tuple[str, ...]) -> date | Misdate | None:
    """Give the date that a whole line is, or what is wrong with it if it looks like one, or None.

    Names of months and weekdays may be in English, Spanish and `languages` (ISO 639-1), short or full, with or
    without capitals and accents. `day_first` tells whether 3/9/2017 is in September.
    """
    if len(text) > _LONGEST or not any(map(str.isdecimal, text)):
        return None
    calendar = _calendar(languages)
    folded = _fold(text).strip(" \t.,;:")
    parts = _numeric_parts(folded, calendar, day_first=day_first) or _worded_parts(folded, calendar)
    return _judge(text.strip(), parts, calendar, day_first=day_first) if parts else None


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@lru_cache
def _calendar(languages: tuple[str, ...]) -> _Calendar:
    months: dict[str, int] = dict(_MORE_MONTHS)
    spellings = {name: name for name in months}
    weekdays: set[str] = set()
    for language in dict.fromkeys((*languages, *_ALWAYS)):
        if not localedata.exists(language):
            continue
        locale = Locale.parse(language)
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in locale.months[context][width].items():
                    folded = _fold(name).strip(".")
                    months.setdefault(folded, number)
                    spellings.setdefault(folded, name)
                weekdays.update(_fold(name).strip(".") for name in locale.days[context][width].values())
    return _Calendar(months, spellings, frozenset(weekdays))


def _numeric_parts(folded: str, calendar: _Calendar, *, day_first: bool) -> _Parts | None:
    """Read 2017-09-03, 3/9/2017, 3.9.2017; a two-digit year only with slashes (10.12.15 may be a section)."""
    found = _NUMERIC.fullmatch(folded)
    if not found or (found[1] and found[1] not in calendar.weekdays):
        return None
    _, first, separator, second, third = found.groups()
    if len(first) == 4 and len(third) <= 2:
        return _Parts(first, second, third)
    if len(first) > 2 or not (len(third) == 4 or (len(third) == 2 and separator == "/")):
        return None
    return _Parts(third, second, first) if day_first else _Parts(third, first, second)


def _worded_parts(folded: str, calendar: _Calendar) -> _Parts | None:
    """Read dates whose month is a word, whatever joins the parts."""
    tokens = [token for token in _TOKEN.findall(folded) if token not in _JOINTS]
    tokens = [token for before, token in pairwise(("", *tokens)) if not _is_ordinal(before, token)]
    shape = "".join("9" if token.isdecimal() else "w" if token.isalpha() else "?" for token in tokens)
    # What is left must be a date: “mar” is short for Tuesday in Spanish, and for March.
    if shape[1:] in _SHAPES and tokens[0] in calendar.weekdays:
        shape, tokens = shape[1:], tokens[1:]
    match shape:
        case "9w9" if len(tokens[0]) == 4:
            year, month, day = tokens
        case "9w9":
            day, month, year = tokens
        case "w99":
            month, day, year = tokens
        case "9w":
            (day, month), year = tokens, ""
        case "w9" if len(tokens[1]) == 4:
            (month, year), day = tokens, ""
        case "w9":
            (month, day), year = tokens, ""
        case _:
            return None
    return _Parts(year, month, day) if len(day) <= 3 and len(year) <= 5 else None


def _is_ordinal(before: str, token: str) -> bool:
    return before.isdecimal() and token in _ORDINALS


def _judge(text: str, parts: _Parts, calendar: _Calendar, *, day_first: bool) -> date | Misdate | None:
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


def _mistyped_month(text: str, parts: _Parts, calendar: _Calendar) -> Misdate | None:
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
