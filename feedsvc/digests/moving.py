"""Who was moved from one subscription to another, and from where on they are served there. Pure: no clock, no store.

    who was on each list when it was last seen ─┐
    the lists of now ───────────────────────────┼─► who left ─► which lists they are on now: a move to each
    moves that wait for the next edition ───────┘               (none: perhaps the second edit comes within a day)

A person is known by a mark, a keyed hash of the mailbox: those of a million are eight megabytes, are compared in a
second, and tell nobody who has the store alone whose they are.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from feedsvc.model import Move, Stand, mailbox

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from feedsvc.model import Recipient, Subscription

_MARK_BYTES = 8
# Moving a line between two files is two edits. Who is on no list for longer has left, and is new when they come again.
A_MOVE_TAKES = timedelta(days=1)
_NOWHERE = ""


def marker(secret: str) -> Callable[[str], bytes]:
    """Give what makes marks of addresses."""
    key = hashlib.blake2b(secret.encode(), digest_size=32).digest()

    def mark(address: str) -> bytes:
        return hashlib.blake2b(mailbox(address).encode(), digest_size=_MARK_BYTES, key=key).digest()

    return mark


def marked(recipients: Iterable[Recipient], mark: Callable[[str], bytes]) -> bytes:
    """Give a list of recipients as their marks, which is the same whatever their order and spelling."""
    return b"".join(sorted({mark(recipient.address) for recipient in recipients}))


@dataclass(frozen=True)
class Lists:
    """Who is on the lists of now. They are read when first asked for: a second for a million."""

    subscriptions: Sequence[Subscription]
    secret: str

    @cached_property
    def mark(self) -> Callable[[str], bytes]:
        """What makes marks of addresses."""
        return marker(self.secret)

    @cached_property
    def marks(self) -> Mapping[str, bytes]:
        """Each list, by the subscription's id."""
        return {each.id: marked(each.recipients, self.mark) for each in self.subscriptions}

    @cached_property
    def signature(self) -> str:
        """What is another one as soon as anything about who is on which list is."""
        digest = hashlib.sha256()
        for name, marks in sorted(self.marks.items()):
            digest.update(b"%d %s %d " % (len(name.encode()), name.encode(), len(marks)))
            digest.update(marks)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Roster:
    """What is remembered of lists: who stands on each where its last edition went, and who was moved there since.

    Where no edition was yet, that is where the subscription was taken up.
    """

    members: Mapping[str, bytes] = field(default_factory=dict)
    moves: frozenset[Move] = frozenset()

    def waiting(self) -> dict[str, dict[bytes, Stand]]:
        """Give by subscription those who were moved there since its last edition, and where each stands."""
        found: dict[str, dict[bytes, Stand]] = {}
        for move in self.moves:
            found.setdefault(move.subscription, {})[move.mark] = move.stand
        return found

    def noticed(self, lists: Mapping[str, bytes], stands: Mapping[str, Stand], now: datetime) -> Roster:
        """Take note of who left which of the `lists` and is on which now.

        `stands` says of each subscription ever seen how far its last edition went, or where it was taken up.
        """
        staying, left = self._waiting(lists, now)
        for name, remembered in self.members.items():
            gone = _gone(remembered, lists.get(name, b""))
            left += [Move(_NOWHERE, mark, stands[name], now) for mark in gone]
        moved = Roster(moves=frozenset(_merged((*staying, *_sought(left, lists)))))
        here = moved.waiting()
        members = {
            name: _members(self.members.get(name, b""), listed, here.get(name, {}))
            for name, listed in lists.items()
        }
        return replace(moved, members=members)

    def served(self, lists: Mapping[str, bytes], subscriptions: Collection[str]) -> Roster:
        """Give it as it is once editions of these subscriptions went to those on the lists of now."""
        return Roster(
            {**self.members, **{name: lists[name] for name in subscriptions}},
            frozenset(move for move in self.moves if move.subscription not in subscriptions),
        )

    def renamed(self, lists: Mapping[str, bytes], names: Iterable[str]) -> dict[str, str]:
        """Give what some subscriptions that are gone are called now: one is new, and all who were on it are there."""
        found = {}
        for name in names:
            left = set(_each(self.members.get(name, b"")))
            new = [each for each in lists.keys() - self.members.keys() if left.issubset(_each(lists[each]))]
            if left and name not in lists and len(new) == 1:
                found[name] = new[0]
        return found

    def _waiting(self, lists: Mapping[str, bytes], now: datetime) -> tuple[list[Move], list[Move]]:
        """Tell those who wait for an edition where they were moved to from those who are not there any more."""
        on = {name: set(_each(lists.get(name, b""))) for name in {move.subscription for move in self.moves}}
        staying = [move for move in self.moves if move.mark in on[move.subscription]]
        nowhere = [move for move in self.moves if move.subscription == _NOWHERE]
        left = [move for move in nowhere if now - move.since <= A_MOVE_TAKES]
        left += [
            replace(move, subscription=_NOWHERE, since=now)
            for move in self.moves.difference(staying, nowhere)
        ]
        return staying, left


def _each(marks: bytes) -> Iterator[bytes]:
    return (marks[at : at + _MARK_BYTES] for at in range(0, len(marks), _MARK_BYTES))


def _gone(remembered: bytes, listed: bytes) -> set[bytes]:
    """Give those who left a list."""
    return set() if remembered == listed else set(_each(remembered)).difference(_each(listed))


def _members(remembered: bytes, listed: bytes, moved: Collection[bytes]) -> bytes:
    """Give those who stand where their list does: who did before, and who is new, but not who was moved there."""
    if remembered == listed or not moved:
        return listed
    before = set(_each(remembered))
    return b"".join(mark for mark in _each(listed) if mark in before or mark not in moved)


def _sought(left: Iterable[Move], lists: Mapping[str, bytes]) -> Iterator[Move]:
    """Give a move to each list that those who left one are on now; of who is on none, that they are nowhere."""
    leaving = {move.mark: move for move in _merged(left)}
    nowhere = set(leaving)
    for name, listed in lists.items() if leaving else ():
        here = leaving.keys() & set(_each(listed))
        nowhere -= here
        yield from (replace(leaving[mark], subscription=name) for mark in here)
    yield from (leaving[mark] for mark in nowhere)


def _merged(moves: Iterable[Move]) -> Iterable[Move]:
    """Make one of several moves of one person to one list: nothing may be lost, so what is earliest holds."""
    merged: dict[tuple[str, bytes], Move] = {}
    for move in moves:
        known = merged.setdefault((move.subscription, move.mark), move)
        if known is not move:
            stand = Stand(*map(min, known.stand, move.stand))
            merged[known.subscription, known.mark] = Move(
                known.subscription, known.mark, stand, min(known.since, move.since)
            )
    return merged.values()
