"""Lines that keep an entry back until a moment, in the words that offices use.

    Publish: 1 December 2026, 8:00 AM          Publicar el: 1 de diciembre      **Embargo:** 2026-12-01 08:00
    EMBARGOED UNTIL 1 DECEMBER 2026            Embargado hasta el martes 1 …    Not before - 1 December 2026

Wherever one stands in an entry it counts: what is published too early can't be called back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from feedsvc.bulletins.content import clean
from feedsvc.bulletins.date_patterns import fold
from feedsvc.bulletins.dates import find_date, read_date_line, read_moment

if TYPE_CHECKING:
    from feedsvc.bulletins.manner import Manner

# Longer lines are sentences.
_LONGEST = 200
# How many words may stand beside the date: its weekday, time and time zone. “Not before 2017 …” has more after it.
_MOST_WORDS_BESIDE = 8
_DIGIT = re.compile(r"\d")

_UNTIL = r"(?:until|till|through|hasta|al|a partir|jusqu.?a[ua]?)"
_THE = r"(?:\s(?:el|le|the|del?|d[ei]a|on))*+"
# For folded text. What ends in a colon or a dash may be any of these; the first ones say it without.
_EMBARGO = (
    rf"(?:strict(?:ly)?\s)?(?:under\s(?:strict\s)?|bajo\s|con\s|sous\s)?embarg(?:oed|o|ad[oa]s?|os|ar)(?:\s{_UNTIL})?{_THE}"
    rf"|(?:do\snot|not\sto\sbe|no|not\sfor|ne\spas)\s(?:be\s)?(?:publish(?:ed)?|publicar(?:se)?|publication|releas(?:ed|e)"
    rf"|difundir|divulgar|publier)\s(?:before|until|antes|hasta|avant)(?:\s(?:del?|el|the|le))*+"
    rf"|(?:hold|retener|held)\s{_UNTIL}{_THE}|not\sbefore{_THE}|no\santes{_THE}"
    rf"|(?:(?:para\s|a\s)?(?:publish|publicar(?:se)?|publier)|to\sbe\s(?:published|released)|for\s(?:release|publication))"
    rf"(?:\s(?:on|after|at|from|despues|desde|a\spartir|apres))?{_THE}"
)
_MARKS = r"[\s*_]{0,8}"
_LINE = re.compile(
    rf"[\s*_#>(\[]{{0,12}}+(?P<name>{_EMBARGO})(?![^\W\d_]){_MARKS}(?P<sign>[:\uff1a]|\s[-\u2013—]\s)?{_MARKS}(?P<value>.*)",
    re.DOTALL,
)


def embargo_of(text: str, manner: Manner) -> str | None:
    """Give what a line names as the moment before which its entry must not be seen; None if it is no such line.

    What it gives may be no moment that can be read: then nobody knows when it ends.
    """
    if len(text) > _LONGEST or not _DIGIT.search(text):
        return None
    line = clean(text)
    match = _LINE.fullmatch(fold(line))
    if not match:
        return None
    value = line[match.start("value") :].strip(" *_.]")
    value = value if "(" in value else value.strip(" )*_.")
    return value if _DIGIT.search(value) and _is_moment(value, manner) else None


def _is_moment(value: str, manner: Manner) -> bool:
    """Tell whether a text is a moment, or looks like one more than like anything else."""
    day_first, languages = manner.source.day_first, manner.languages
    if read_moment(value, manner) or read_date_line(value, day_first=day_first, languages=languages):
        return True
    found = find_date(value, manner)
    return (
        found is not None and len((value[: found.start] + value[found.end :]).split()) <= _MOST_WORDS_BESIDE
    )
