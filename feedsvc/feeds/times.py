"""The moments that feeds show, none of them from the clock or the locale."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def midnight(day: date, timezone: ZoneInfo) -> datetime:
    """Give the midnight at which a bulletin's date begins in the site's time zone."""
    moment = datetime.combine(day, time(), timezone)
    offset = moment.utcoffset()
    # Local mean time, of a century ago, has seconds in its offset, and RFC 3339, section 5.6, has no room for them.
    return moment.astimezone(UTC) if offset and offset.total_seconds() % 60 else moment


def to_the_millisecond(moment: datetime) -> datetime:
    """Give a moment as exact as changes are told apart by; what RSS itself has of it are whole seconds."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def rfc_822(moment: datetime) -> str:
    """Write a moment as RSS wants it (RFC 822 with a year of four digits), in English whatever the locale."""
    offset = moment.utcoffset()
    # Readers and validators know zones of whole and half hours; of one like Kathmandu's they make a wrong time.
    odd = offset is not None and offset.total_seconds() % 1800
    return format_datetime(moment.astimezone(UTC) if odd else moment)
