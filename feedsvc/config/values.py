"""The kinds of value that settings and subscriptions have in common. Each function raises InvalidError."""

from __future__ import annotations

import re
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from babel import localedata
from cronsim import CronSim, CronSimError
from cssselect import HTMLTranslator, SelectorError

from feedsvc.config.addresses import is_one_line
from feedsvc.config.mistakes import InvalidError, nearest
from feedsvc.terms import folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INSTANT = "instant"
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_EVERY_MONDAY = '"0 8 * * mon" is every Monday at 8'
_CRON_EXAMPLE = f"Write minute, hour, day of month, month and weekday: {_EVERY_MONDAY}."
_CRON_LINE = f"or a cron line: {_EVERY_MONDAY}"


def key(text: str) -> str:
    """Check a name that addresses, files and the store go by."""
    if not _KEY.fullmatch(text):
        raise InvalidError(
            f'"{text}" can\'t be a name.',
            "Use small letters a-z, digits and single hyphens, as in panama-partners.",
        )
    return text


def line_of_text(text: str) -> str:
    """Check a text that is shown on one line, and must not be empty."""
    text = text.strip()
    if not text:
        raise InvalidError("must not be empty.", "Write something here.")
    if not is_one_line(text):
        raise InvalidError("must stand on one line.", "Remove the line breaks and control characters.")
    return text


def listed(value: object) -> object:
    """Take a list as people write it: `[PA, CR]`, but also `PA`, `PA, CR`, or nothing at all."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def one_or_more(value: object) -> object:
    """Take a list, but also its only item by itself, or nothing at all."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def site_language(text: str, languages: Sequence[str]) -> str:
    """Check that a language is one of the site's."""
    if text.casefold() not in languages:
        raise InvalidError(
            f'"{text}" is not a language of this site.', nearest(text, filter(None, languages))
        )
    return text.casefold()


def timezone(value: object) -> ZoneInfo:
    """Look up a time zone by its name in the tz database."""
    if isinstance(value, ZoneInfo):
        return value
    if not isinstance(value, str):
        raise InvalidError("must be the name of a time zone.", 'Write it like "America/Panama".')
    if value in available_zones():
        return ZoneInfo(value)
    raise InvalidError(f'"{value}" is not a time zone.', _nearest_zone(value))


@cache
def available_zones() -> frozenset[str]:
    """List the time zones. Kept, since the files of the tz database are walked for it."""
    return frozenset(available_timezones())


def _nearest_zone(value: str) -> str:
    # The zones under Etc/ count the other way round (Etc/GMT+6 is six hours behind), so none is proposed.
    zones = sorted(zone for zone in available_zones() if "/" in zone and not zone.startswith("Etc/"))
    wanted = folded(value).replace(" ", "_")
    for zone in zones:
        if wanted in (zone.lower(), zone.lower().rpartition("/")[2]):
            return f'Did you mean "{zone}"?'
    close = get_close_matches(value, zones, n=1, cutoff=0.75)
    return f'Did you mean "{close[0]}"?' if close else 'Write it as region and city: "America/Panama".'


def schedule(text: str, named: Mapping[str, str]) -> str:
    """Give the crontab line that a schedule means: a named one's, or itself. `instant` stays as it is."""
    if text == INSTANT:
        return text
    if text in named:
        return named[text]
    if len(text.split()) > 1:
        return cron_line(text)
    raise InvalidError(f'"{text}" is not a schedule.', nearest(text, (*named, INSTANT), _CRON_LINE))


def cron_line(text: str) -> str:
    """Check a crontab line of five fields, weekdays counted as crontab does (0 and 7 are Sunday)."""
    fields = text.split()
    if len(fields) != 5:
        fields_in_words = "1 field" if len(fields) == 1 else f"{len(fields)} fields"
        raise InvalidError(f'"{text}" is not a cron line: it has {fields_in_words}, not 5.', _CRON_EXAMPLE)
    minute, hour, day, month, weekday = fields
    comes = _ever_comes(*fields)
    if (
        comes is None
        and _ever_comes(minute, hour, day, "*", weekday)
        and _ever_comes("0", "0", "1", month, "*")
    ):
        comes = False  # CronSim takes a day that its months don't have for a mistake in the line
    if comes is None:
        raise InvalidError(f'"{text}" is not a cron line.', _CRON_EXAMPLE)
    if not comes:
        raise InvalidError(f'"{text}" is a day that never comes.', "Look at its day and month.")
    return " ".join(fields)


def _ever_comes(*fields: str) -> bool | None:
    """Tell whether a time as in these fields of a cron line ever comes; None where they make none."""
    try:
        # Any start will do.
        return next(CronSim(" ".join(fields), datetime(2000, 1, 1)), None) is not None  # noqa: DTZ001 (a wall clock)
    except (
        CronSimError,
        ValueError,
        TypeError,
        AssertionError,
    ):  # it asserts and compares what makes no sense
        return None


def language(text: str) -> str:
    """Check a language by its two letters (ISO 639-1)."""
    if not re.fullmatch("[a-z]{2}", text) or not localedata.exists(text):
        raise InvalidError(
            f'"{text}" is not a language.', 'Write its two letters (ISO 639-1), such as "en" or "es".'
        )
    return text


def css_selector(text: str) -> str:
    """Check a CSS selector."""
    try:
        HTMLTranslator().css_to_xpath(text)
    except SelectorError as error:
        raise InvalidError(
            f'"{text}" is not a CSS selector: {error}.', 'Write it like "article h2 a".'
        ) from None
    return text
