"""What every subscription stands before at one moment, by one state of the store: for planning, and for telling of it.

What is read first is what editions are numbered by. So whatever another process commits while the rest is read is
looked at again for the next edition, and what was in this one is not in that: it stands written down, entry by entry.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from feedsvc.digests import DueEdition, Guard, edition_at, is_its_own, newest_first, next_edition, timed
from feedsvc.model import Edition
from feedsvc.store import SubscriptionMemory

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from feedsvc.config import Configuration
    from feedsvc.model import Entry, Hold, Stand, Subscription
    from feedsvc.store import Transaction

# By how many earlier editions it is judged what is usual for a subscription.
EARLIER_EDITIONS = 10


@dataclass(frozen=True)
class Outlook:
    """What is due, and what each edition holds.

    A subscription that was never seen starts with what comes next, and a schedule that was not, with its next time.

    `memories` are those of all subscriptions ever seen, those of now among them; `unnoted` what of it isn't stored yet.
    """

    tx: Transaction
    now: datetime
    publication: int
    last_seq: int
    memories: Mapping[str, SubscriptionMemory]
    unnoted: Mapping[str, SubscriptionMemory]
    holds: Mapping[str, Hold]
    guard: Guard
    instant_every: timedelta

    @classmethod
    def of(cls, tx: Transaction, configuration: Configuration, now: datetime) -> Self:
        """Look at a state of the store."""
        settings = configuration.settings.digests
        publication, last_seq = tx.publications.last_number(), tx.entries.last_seq()
        known = tx.editions.memories()
        current = {
            each.id: _current(each, known.get(each.id), now, last_seq, publication)
            for each in configuration.subscriptions
        }
        return cls(
            tx,
            now,
            publication,
            last_seq,
            memories=known | current,
            unnoted={name: memory for name, memory in current.items() if memory != known.get(name)},
            holds={hold.subscription: hold for hold in tx.holds.all()},
            guard=Guard(settings.max_entries, settings.max_times_usual),
            instant_every=settings.instant_interval,
        )

    def write_down(self) -> None:
        """Note what is not noted yet."""
        self.tx.editions.remember(self.unnoted)

    def due(self, subscription: Subscription) -> DueEdition | None:
        """Give the edition that has fallen due, with its entries; None when none has. Holds don't matter here."""
        memory = self.memories[subscription.id]
        edition = next_edition(
            subscription,
            timing=memory.timing,
            taken_up_seq=memory.taken_up_seq,
            last=memory.last,
            last_seq=self.last_seq,
            publication=self.publication,
            now=self.now,
            instant_every=self.instant_every,
        )
        return self._filled(subscription, edition) if edition else None

    def at_once(self, subscription: Subscription) -> DueEdition:
        """Give the edition that would be, were it due now."""
        memory = self.memories[subscription.id]
        edition = edition_at(
            subscription,
            self._due_now(memory),
            taken_up_seq=memory.taken_up_seq,
            last=memory.last,
            last_seq=self.last_seq,
            publication=self.publication,
            now=self.now,
        )
        return self._filled(subscription, edition)

    def passed_over(self, name: str) -> Edition:
        """Give an edition with nothing in it, up to now, for a subscription that is not in the config any more."""
        memory = self.memories[name]
        return Edition(
            subscription=name,
            due_at=self._due_now(memory),
            from_seq=memory.stand.seq,
            to_seq=self.last_seq,
            planned_at=self.now,
            entries=0,
            publication=self.publication,
            dropped=True,
        )

    def missed(self, due: DueEdition, stand: Stand) -> list[Entry]:
        """Give what matches and is from before an edition, but not from before where someone stands.

        That is what came since, and what has come to match since.
        """
        edition, selection = due.edition, due.subscription.selection
        came = self.tx.entries.between(selection, stand.seq, edition.from_seq)
        memory = self.memories[due.subscription.id]
        relabelled = self.tx.entries.relabelled(
            selection, memory.unrecorded_seq, min(stand.seq, edition.from_seq), stand.publication
        )
        since = due.subscription.since
        return came + [each for each in relabelled if is_its_own(each, memory.taken_up_seq, since)]

    def objection(self, due: DueEdition) -> str:
        """Say why an edition must not go out unasked; empty: it may."""
        if not due.most:
            return ""
        earlier = self.tx.editions.sizes(due.edition.subscription, EARLIER_EDITIONS)
        return self.guard.objection(due, earlier)

    def _due_now(self, memory: SubscriptionMemory) -> datetime:
        """Give a due time for what goes at once: no edition has it."""
        return max(self.now, memory.last.due_at + timedelta(seconds=1)) if memory.last else self.now

    def _filled(self, subscription: Subscription, edition: Edition) -> DueEdition:
        """Put the entries into an edition: the new ones, and older ones that it reaches back to or missed."""
        selection, tx = subscription.selection, self.tx
        memory = self.memories[subscription.id]
        entries = tx.entries.between(selection, edition.from_seq, edition.to_seq)
        if edition.since:
            entries += tx.entries.between(selection, 0, edition.from_seq, edition.since)
        if memory.last:
            oldest = memory.unrecorded_seq if subscription.since else memory.taken_up_seq
            entries += [
                entry
                for entry in tx.entries.late(
                    subscription.id,
                    selection,
                    max(oldest, memory.unrecorded_seq),
                    edition.from_seq,
                    memory.last.publication,
                )
                if is_its_own(entry, memory.taken_up_seq, subscription.since)
            ]
        edition = replace(edition, entries=len(entries))
        return DueEdition(edition, subscription, newest_first(entries))


def _current(
    subscription: Subscription,
    known: SubscriptionMemory | None,
    now: datetime,
    last_seq: int,
    publication: int,
) -> SubscriptionMemory:
    """Give where a subscription stands: one that is new is taken up here, and another schedule counts from now."""
    if known is None:
        return SubscriptionMemory(now, last_seq, publication, timed(subscription, None, None, now))
    last_due = known.last.due_at if known.last else None
    return replace(known, timing=timed(subscription, known.timing, last_due, now))
