"""All that feedsvc remembers, in SQLite or PostgreSQL. The only place that knows SQL.

`Store` opens the database and brings it up to date; `Store.reading()` and `Store.writing()` give a
`Transaction`, which has one part for each noun it keeps: `tx.entries`, `tx.feeds`, `tx.outbox`, …
"""

from feedsvc.store.bulletins import KnownBulletin
from feedsvc.store.editions import SubscriptionMemory
from feedsvc.store.entries import EntryKeys, Keys
from feedsvc.store.feeds import ARCHIVE_SIZE, FeedMemory, Keeping, Moved
from feedsvc.store.outbox import Posting
from feedsvc.store.snapshot import Snapshot
from feedsvc.store.store import Store
from feedsvc.store.transaction import Transaction

__all__ = [
    "ARCHIVE_SIZE",
    "EntryKeys",
    "FeedMemory",
    "Keeping",
    "Keys",
    "KnownBulletin",
    "Moved",
    "Posting",
    "Snapshot",
    "Store",
    "SubscriptionMemory",
    "Transaction",
]
