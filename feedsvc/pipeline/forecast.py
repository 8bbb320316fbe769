"""Planning told beforehand: who would get what, and why. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from feedsvc.digests import mailings, next_due
from feedsvc.model import mailbox
from feedsvc.pipeline.movers import Movers
from feedsvc.pipeline.outlook import Outlook
from feedsvc.pipeline.plan import find_subscription

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from feedsvc.config import Configuration
    from feedsvc.digests import DueEdition, Lists, Mailing
    from feedsvc.model import Subscription, Suppression
    from feedsvc.store import Store


class Standing(StrEnum):
    """What would become of a subscription."""

    DUE = "due"
    HELD = "held"
    NOTHING_NEW = "nothing new"
    NOT_DUE = "not due"


@dataclass(frozen=True, slots=True)
class Prospect:
    """A subscription: the edition that has fallen due, if one has; why it is held; when one is due next.

    `next_at` is None for an `instant` one.
    """

    subscription: Subscription
    standing: Standing
    due: DueEdition | None
    reason: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What planning would do: each subscription, each mail, and by mailbox who of all gets none."""

    prospects: tuple[Prospect, ...]
    mailings: tuple[Mailing, ...]
    suppressed: Mapping[str, Suppression]

    def suppression(self, mailing: Mailing) -> Suppression | None:
        """Say why someone would get no mail; None: they get it."""
        return self.suppressed.get(mailbox(mailing.recipient.address))


def forecast(store: Store, configuration: Configuration, lists: Lists, now: datetime) -> Forecast:
    """Tell what planning would do."""
    with store.reading() as tx:
        outlook = Outlook.of(tx, configuration, now)
        movers = Movers(outlook, lists)
        prospects = tuple(_prospect(movers, each) for each in configuration.subscriptions)
        going = [each.due for each in prospects if each.due and each.standing is Standing.DUE]
        suppressed = {mailbox(each.address): each for each in tx.suppressions.all()}
        return Forecast(prospects, tuple(mailings(going)), suppressed)


def waiting(store: Store, configuration: Configuration, name: str, now: datetime) -> int:
    """Count the entries that wait for a subscription, whether it is due or not. Raises NotFoundError."""
    subscription = find_subscription(configuration, name)
    with store.reading() as tx:
        return len(Outlook.of(tx, configuration, now).at_once(subscription).entries)


def _prospect(movers: Movers, subscription: Subscription) -> Prospect:
    outlook = movers.outlook
    due, hold = outlook.due(subscription), movers.holds.get(subscription.id)
    due = movers.served(due) if due else None
    reason = hold.reason if hold else outlook.objection(due) if due else ""
    if hold or reason:
        standing = Standing.HELD
    elif due is None:
        standing = Standing.NOT_DUE
    else:
        standing = Standing.DUE if due.most else Standing.NOTHING_NEW
    return Prospect(subscription, standing, due, reason, next_due(subscription, outlook.now))
