"""What the config says of subscriptions is noted as soon as it is seen, whether or not anything is due.

From then on it is known where someone began who is new, and whoever is moved before their first edition misses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.pipeline.movers import Movers
from feedsvc.pipeline.outlook import Outlook

if TYPE_CHECKING:
    from datetime import datetime

    from feedsvc.config import Configuration
    from feedsvc.digests import Lists
    from feedsvc.store import Store, Transaction


def take_note(store: Store, configuration: Configuration, lists: Lists, now: datetime) -> None:
    """Note new subscriptions, changed schedules, and who is on which list. Nothing is written when nothing changed."""
    with store.reading() as tx:
        if not _news(tx, configuration, lists, now):
            return
    with store.writing("plan") as tx:
        note(tx, configuration, lists, now)


def note(tx: Transaction, configuration: Configuration, lists: Lists, now: datetime) -> None:
    """Do the same in a transaction that has the lock "plan"."""
    outlook = Outlook.of(tx, configuration, now)
    outlook.write_down()
    Movers(outlook, lists).note()


def _news(tx: Transaction, configuration: Configuration, lists: Lists, now: datetime) -> bool:
    outlook = Outlook.of(tx, configuration, now)
    return bool(outlook.unnoted) or not Movers(outlook, lists).are_noted
