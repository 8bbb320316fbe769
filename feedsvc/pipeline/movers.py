"""What those get who were moved from one subscription to another: all that is new to them there, and nothing again.

Everybody else gets an edition as it is. They get what is in it and what came since the old subscription last served
them, without what any digest has told them of, whichever it was, and without what was dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from feedsvc.digests import Roster, marked, marker, newest_first
from feedsvc.model import Stand, mailbox

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from feedsvc.digests import DueEdition
    from feedsvc.model import Entry, Subscription
    from feedsvc.pipeline.outlook import Outlook


@dataclass(frozen=True)
class Movers:
    """Who was moved, by the lists of now. They are read when the first edition is asked for: a second for a million."""

    outlook: Outlook
    subscriptions: Sequence[Subscription]
    secret: str

    def served(self, due: DueEdition) -> DueEdition:
        """Give an edition with what those get of it who were moved to its list."""
        waiting = self._waiting.get(due.subscription.id)
        if not waiting:
            return due
        mark = marker(self.secret)
        stands = {
            mailbox(recipient.address): waiting[theirs]
            for recipient in due.subscription.recipients
            if (theirs := mark(recipient.address)) in waiting
        }
        return replace(due, moved=self._moved(due, stands))

    def write_down(self, going: Collection[str]) -> None:
        """Note who was moved, and that the editions of some subscriptions have served those on their lists."""
        before, after = self._before, self.roster.served(self.lists, going)
        changed = {name: marks for name, marks in after.members.items() if marks != before.members.get(name)}
        self.outlook.tx.moves.remember(changed, before.members.keys() - after.members.keys())
        self.outlook.tx.moves.put(after.moves - before.moves, before.moves - after.moves)

    @cached_property
    def lists(self) -> Mapping[str, bytes]:
        """The lists of now."""
        mark = marker(self.secret)
        return {each.id: marked(each.recipients, mark) for each in self.subscriptions}

    @cached_property
    def roster(self) -> Roster:
        """Who was moved."""
        stands = {
            name: Stand(memory.last.to_seq, memory.last.publication)
            for name, memory in self.outlook.memories.items()
            if memory.last
        }
        return self._before.noticed(self.lists, stands, self.outlook.now)

    @cached_property
    def _waiting(self) -> Mapping[str, Mapping[bytes, Stand]]:
        return self.roster.waiting()

    @cached_property
    def _before(self) -> Roster:
        return Roster(self.outlook.tx.moves.members(), self.outlook.tx.moves.all())

    def _moved(self, due: DueEdition, stands: Mapping[str, Stand]) -> dict[str, DueEdition]:
        """Give those their own who don't get what everybody gets; who get the same share it."""
        offers = {stand: self._offer(due, stand) for stand in set(stands.values())}
        seqs = {entry.seq for offer in offers.values() for entry in offer}
        had = self.outlook.tx.outbox.offered(stands, seqs)
        made: dict[tuple[int, ...], DueEdition] = {}
        moved = {}
        for who, stand in stands.items():
            entries = tuple(entry for entry in offers[stand] if entry.seq not in had.get(who, ()))
            if entries != due.entries:
                key = tuple(entry.seq for entry in entries)
                moved[who] = made.setdefault(key, replace(due, entries=entries, of_the_moved=True))
        return moved

    def _offer(self, due: DueEdition, stand: Stand) -> tuple[Entry, ...]:
        """Give what is in an edition, and what came between where someone stands and where it begins."""
        missed = self.outlook.missed(due, stand)
        there = {entry.seq for entry in due.entries}
        dropped = self.outlook.tx.editions.dropped(due.subscription.id, 0) if missed else set()
        return newest_first(
            due.entries, [entry for entry in missed if entry.seq not in there and entry.seq not in dropped]
        )
