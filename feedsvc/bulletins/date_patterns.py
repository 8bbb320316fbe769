"""What dates look like: the names of months and weekdays in some languages, and patterns made of them.

All of it is for folded text: lower case, without accents. Everything in the patterns that repeats is possessive or
bounded, so that they take time linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale, localedata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_ALWAYS = ("en", "es")
# What Babel doesn't have: English short for September, and Spanish as in Costa Rica, Peru and Uruguay.
_MORE_MONTHS = {"sept": 9, "setiembre": 9, "set": 9}
_MORE_WEEKDAYS = ("tues", "weds", "thur", "thurs")

_WORD = r"[^\W\d_]++"
_END = r"(?![^\W\d_])"
# What may stand between the parts of a date, and after its day.
_JOINT = rf"(?:[\s,.'\u2019/\u2013-]|(?:ano|del?|do|el|la|le|of|on|the){_END}){{0,12}}+"
_ORDINAL = rf"(?:(?:\.?\s?(?:[er]r|e?ro|st|nd|rd|th)|\.?[ao]){_END}|°)?+"
_CLOCK = r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?)?+"
_HALF = r"(?P<half>[ap])\.?\s?m\b\.?"
_ZONE = (
    r"(?P<zone>(?:utc|gmt)?[+\u2212-]\d{1,2}(?::?\d\d)?|z|utc?|gmt|bst|[cew]es?t|[ecmp][sd]t|[a-z]{2,20}(?:/[a-z_]{2,30}){1,2})"
    r"(?![^\W_])"
)
# An hour alone is none: it needs minutes, or am or pm.
_TIME = (
    r"[\s,|·@t\u2013-]{0,4}+(?:(?:at|a las?|as)\s)?(?=\d{1,2}(?:[:.h]\d|\s?[ap]\.?\s?m\b))"
    rf"{_CLOCK}\s?(?:{_HALF}|(?:hrs?|horas?|h)\b\.?)?\s?\(?(?:{_ZONE}\)?)?"
)
_NUMERIC = r"(?P<n1>\d{1,4})\s?(?P<sign>[-/.])\s?(?P<n2>\d{1,2})\s?(?P=sign)\s?(?P<n3>\d{1,4})"
# What may stand before a date on its line: who published it, how long ago that was, the time.
_POSTED = (
    r"(?:(?:posted|published|publicad[oa]|publicacion|escrito|written)\b[:.]?\s?"
    r"(?:(?:by|por|in|en)\s[^\d|:]{1,50}?[\s,|])?(?:(?:on|el|em|le)\b)?[:,\s]{0,4}"
    r"|(?:hace \d{1,3} \w{1,10}|\d{1,3} \w{1,10} ago)\s?[-\u2013—|·,]\s?"
    r"|\d{1,2}:\d\d(?:\s?[ap]\.?\s?m\b\.?)?\s?[-\u2013—|·,]?\s?)"
)
# What a line in the middle of a text may begin with just as well: a label, a place.
_LABEL = r"(?:(?:[a-z]{1,12}\s)?date|fecha|data)\b(?:\s(?:de|of)\s\w{1,12})?\s?:?\s?"
_PLACE = r"(?P<place>[^\W\d_][^\d,:;!?|]{1,40}(?:,\s[^\d,:;!?|]{2,30})?)(?:,\s|\s?[\u2013—-]\s)"
# What may stand after it: a page, another date.
_AFTER = (
    r"(?:\s?[|·•\u2013—(-]?\s?(?:(?:page|pagina|pag\.?|p\.)\s?\d{1,4}\)?"
    r"|(?:last )?(?:updated|modified|actualizad[oa]|modificad[oa])\b.{0,60}))?"
)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What dates look like in some languages.

    `months` are the folded names of months, `spellings` the same as they are written. The patterns are for a whole
    line, `plain` without a label or place before the date, and for a date `within` a text. A match has the groups
    `date`, `time` and their parts, which `dates` knows.
    """

    months: dict[str, int]
    spellings: dict[str, str]
    plain: re.Pattern[str]
    line: re.Pattern[str]
    within: re.Pattern[str]


def fold(text: str) -> str:
    """Take capitals and accents from a text, character for character."""
    return text.lower() if text.isascii() else text.translate(_folds())


@lru_cache
def _folds() -> dict[int, str]:
    """Give, for the letters that languages with capitals and accents use, what is left without them."""
    plain = {code: unicodedata.normalize("NFKD", chr(code).casefold())[:1] for code in range(0x2150)}
    return {code: char for code, char in plain.items() if char != chr(code)}


@lru_cache
def calendar_of(languages: tuple[str, ...]) -> Calendar:
    """Give what dates look like in some languages (ISO 639-1), and in English and Spanish."""
    months: dict[str, int] = dict(_MORE_MONTHS)
    spellings = {name: name for name in months}
    weekdays: set[str] = set(_MORE_WEEKDAYS)
    for names, days in _names(languages):
        for number, name in names.items():
            months.setdefault(fold(name).strip("."), number)
            spellings.setdefault(fold(name).strip("."), name)
        weekdays.update(fold(name).strip(".") for name in days.values())
    # “mar” is short for Tuesday in Spanish, and for March: what is left must be a date.
    weekday = rf"(?:{_any_of(weekdays)}{_JOINT})?"
    line = (
        rf"(?P<date>{_JOINT}{weekday}(?:{_NUMERIC}|{_worded(_WORD, '?')}))"
        rf"(?:(?P<time>{_TIME})(?:\s?\([^()]{{1,40}}\))?)?{_AFTER}[\s.,;:\u2013-]*"
    )
    within = (
        rf"(?<![^\W_])(?P<date>{weekday}(?:(?<![/=])(?<!\d\.)(?<!\w-){_NUMERIC}|{_worded(_any_of(months), '')}))"
        rf"(?![\d/]|[.-]\d)(?P<time>{_TIME})?"
    )
    return Calendar(
        months,
        spellings,
        plain=re.compile(rf"{_POSTED}?(?P<place>(?!))?{line}"),
        line=re.compile(rf"{_POSTED}?(?:{_LABEL}|{_PLACE})??{line}"),
        within=re.compile(within),
    )


def _names(languages: tuple[str, ...]) -> Iterator[tuple[Mapping[int, str], Mapping[int, str]]]:
    """Give the names of months and weekdays, full and short, of each language that Babel knows."""
    for language in filter(localedata.exists, dict.fromkeys((*languages, *_ALWAYS))):
        locale = Locale.parse(language)
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                yield locale.months[context][width], locale.days[context][width]


def _any_of(names: Iterable[str]) -> str:
    """Give a pattern for any of some names, the longest first."""
    return rf"(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))}){_END}"


def _worded(month: str, second: str) -> str:
    """Give a pattern for a date whose month is a word: 3 September 2017, September 3, 2017, 2017 September 3."""
    return (
        rf"(?P<a1>\d++){_ORDINAL}{_JOINT}(?P<aw>{month}){_JOINT}(?P<a2>\d++){second}{_ORDINAL}"
        rf"|(?P<bw>{month}){_JOINT}(?P<b1>\d++){_ORDINAL}{_JOINT}(?P<b2>\d++){second}"
    )
