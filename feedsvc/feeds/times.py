"""The moments that feeds show (RFC 3339), none of them from the clock."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from feedsvc.model import Entry, Site


def published_at(published: date, site: Site) -> datetime:
    """Give the midnight at which a bulletin's date begins in the site's time zone."""
    midnight = datetime.combine(published, time(), site.timezone)
    offset = midnight.utcoffset()
    # Local mean time, of a century ago, has seconds in its offset, and RFC 3339, section 5.6, has no room for them.
    return midnight.astimezone(UTC) if offset and offset.total_seconds() % 60 else midnight


def feed_updated_at(entries: Iterable[Entry], changed_at: datetime | None, site: Site) -> datetime:
    """Give the latest moment of the feed or an entry; of a feed that never had one, the authority's date."""
    moments = [updated_at(entry) for entry in entries]
    if changed_at:
        moments.append(changed_at.replace(microsecond=0))
    return max(moments, default=_beginning(site.id_authority))


def updated_at(entry: Entry) -> datetime:
    """Give `updated_at` in whole seconds."""
    return entry.updated_at.replace(microsecond=0)


def _beginning(id_authority: str) -> datetime:
    """Give the first moment of an authority's date (RFC 4151, section 2.1): a year, a month or a day."""
    year, month, day = (*id_authority.rpartition(",")[2].split("-"), "1", "1")[:3]
    return datetime(int(year), int(month), int(day), tzinfo=UTC)
