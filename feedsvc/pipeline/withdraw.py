"""Taking an entry back, and bringing it back: the only ways in which one leaves or returns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from feedsvc.pipeline.changes import Change, put, stamped, stamps
from feedsvc.pipeline.naming import find_entry

if TYPE_CHECKING:
    from datetime import datetime

    from feedsvc.model import Site
    from feedsvc.pipeline.publish import Publisher
    from feedsvc.store import Store


def set_withdrawn(
    store: Store, publisher: Publisher, site: Site, name: str, now: datetime, *, withdrawn: bool
) -> Change:
    """Withdraw an entry, or restore it, and publish that; nothing changes for one that is so already.

    A withdrawn entry leaves all feeds, and its page says that it is gone; what its source shows of it from then
    on changes nothing. Raises NotFoundError.
    """
    with store.writing("ingest") as tx:
        publisher.rename_topics(tx)
        entry = find_entry(tx, name, site)
        if withdrawn == (entry.withdrawn_at is not None):
            return Change(entry, entry)
        # Whoever compares it with the entry they have must find it later (RFC 6721, section 3).
        when = max(now, entry.updated_at + timedelta(seconds=1))
        after = replace(entry, withdrawn_at=when if withdrawn else None)
        change = Change(entry, stamped(entry, after, stamps(tx, 1, now)))
        put(tx, [change])
        publisher.publish(tx, [change], now)
        return change
