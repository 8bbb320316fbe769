"""What those get who were moved from one subscription to another: all that is new to them there, and nothing again.

Everybody else gets an edition as it is. They get what is in it and what came since the old subscription last served
them, without what any digest has told them of, whichever it was, and without what was dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from feedsvc.digests import Roster, newest_first
from feedsvc.model import mailbox

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from feedsvc.digests import DueEdition, Lists
    from feedsvc.model import Entry, Hold, Stand
    from feedsvc.pipeline.outlook import Outlook

# The fact that says which lists were noted last: their signature. As long as they are the same, nobody was moved.
NOTED = "lists noted"


@dataclass(frozen=True)
class Movers:
    """Who was moved, by the lists of now."""

    outlook: Outlook
    lists: Lists

    def served(self, due: DueEdition) -> DueEdition:
        """Give an edition with what those get of it who were moved to its list."""
        waiting = self._waiting(due.subscription.id)
        if not waiting:
            return due
        mark = self.lists.mark
        stands = {
            mailbox(recipient.address): waiting[theirs]
            for recipient in due.subscription.recipients
            if (theirs := mark(recipient.address)) in waiting
        }
        return replace(due, moved=self._moved(due, stands))

    def note(self) -> None:
        """Note who is on which list and who was moved, and let holds go with subscriptions that have another id now."""
        if self.are_noted:
            return
        self._put(self._roster)
        holds = self.outlook.tx.holds
        for old, new in self._renamed.items():
            holds.remove(old)
            holds.add(replace(self.outlook.holds[old], subscription=new))
        self.outlook.tx.facts.put(NOTED, self.lists.signature)

    def serve(self, going: Collection[str]) -> None:
        """Note that editions of some subscriptions have served those on their lists."""
        if going:
            self._put(self._roster.served(self.lists.marks, going))

    @cached_property
    def holds(self) -> Mapping[str, Hold]:
        """The holds, by what subscriptions are called now."""
        return {self._renamed.get(name, name): hold for name, hold in self.outlook.holds.items()}

    @cached_property
    def are_noted(self) -> bool:
        """Whether the lists are those that were noted last."""
        return self.outlook.tx.facts.get(NOTED) == self.lists.signature

    @cached_property
    def _renamed(self) -> Mapping[str, str]:
        if self.are_noted or not self.outlook.holds:
            return {}
        return self._before.renamed(self.lists.marks, self.outlook.holds)

    @cached_property
    def _roster(self) -> Roster:
        if self.are_noted:
            return self._before
        stands = {name: memory.stand for name, memory in self.outlook.memories.items()}
        return self._before.noticed(self.lists.marks, stands, self.outlook.now)

    def _waiting(self, name: str) -> Mapping[bytes, Stand]:
        # While the lists are those that are noted, a tick reads no more than this of what is noted of a million.
        return self.outlook.tx.moves.waiting(name) if self.are_noted else self._unnoted_waiting.get(name, {})

    @cached_property
    def _unnoted_waiting(self) -> Mapping[str, Mapping[bytes, Stand]]:
        return self._roster.waiting()

    @cached_property
    def _before(self) -> Roster:
        return Roster(self.outlook.tx.moves.members(), self.outlook.tx.moves.all())

    def _put(self, after: Roster) -> None:
        tx, before = self.outlook.tx, self._before
        changed = {name: marks for name, marks in after.members.items() if marks != before.members.get(name)}
        tx.moves.remember(changed, before.members.keys() - after.members.keys())
        tx.moves.put(after.moves - before.moves, before.moves - after.moves)

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
