"""Whether a client's copy is still good: the preconditions of RFC 9110, section 13. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
# The three forms of a date that HTTP has (section 5.6.7): how it is written, and two from older days.
_DATES = tuple(
    re.compile(form)
    for form in (
        rf"[A-Z][a-z]{{2}}, (?P<day>\d\d) (?P<month>[A-Z][a-z]{{2}}) (?P<year>\d{{4}}) {_TIME} GMT",
        rf"[A-Z][a-z]{{5,8}}, (?P<day>\d\d)-(?P<month>[A-Z][a-z]{{2}})-(?P<year>\d\d) {_TIME} GMT",
        rf"[A-Z][a-z]{{2}} (?P<month>[A-Z][a-z]{{2}}) (?P<day>[ \d]\d) {_TIME} (?P<year>\d{{4}})",
    )
)


def verdict(headers: Mapping[str, str], etag: str, changed_at: datetime | None) -> int:
    """Give the status that a GET or HEAD is answered with, by its preconditions in their order (section 13.2.2).

    200, 304 for who has it already, or 412 for who wants another than there is.
    """
    if "if-match" in headers:
        if not _matches(headers["if-match"], etag, weakly=False):
            return 412
    elif "if-unmodified-since" in headers and changed_at:
        until = http_date(headers["if-unmodified-since"], changed_at.year)
        if until and changed_at > until:
            return 412
    if "if-none-match" in headers:
        return 304 if _matches(headers["if-none-match"], etag, weakly=True) else 200
    if "if-modified-since" in headers and changed_at:
        since = http_date(headers["if-modified-since"], changed_at.year)
        if since and changed_at <= since:
            return 304
    return 200


def tags(header: str) -> list[str]:
    """Give the validators in a header, with their quotes and weakness (section 8.8.3)."""
    return _TAG.findall(header)


def _matches(header: str, etag: str, *, weakly: bool) -> bool:
    """Compare a strong validator with those of a header: a weak one is equal only weakly (section 8.8.3.2)."""
    if header == etag or header.strip() == "*":
        return True
    found = tags(header)
    return etag in found or (weakly and f"W/{etag}" in found)


@lru_cache(512)
def http_date(text: str, near: int) -> datetime | None:
    """Read a date of HTTP; None for what is none, or more than one: the header is to be ignored then.

    A year of two digits is not more than 50 years after the year that it is compared with.
    """
    found = next((match for form in _DATES if (match := form.fullmatch(text.strip()))), None)
    if not found or found["month"] not in _MONTHS:
        return None
    year, month = int(found["year"]), _MONTHS.index(found["month"]) + 1
    if year < 100:
        year += near - near % 100
        year -= 100 if year > near + 50 else 0
    clock = int(found["hour"]), int(found["minute"]), min(int(found["second"]), 59)  # a leap second is 60
    try:
        return datetime(year, month, int(found["day"]), *clock, tzinfo=UTC)
    except ValueError:
        return None
