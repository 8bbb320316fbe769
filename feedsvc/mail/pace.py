"""How fast mail may go: to the relay as a whole, and to each recipient's domain.

A domain that is sent its messages of a minute waits for the next; one that asks for patience (`Outcome.patience`)
`IN_A_ROW` times with nothing accepted in between rests, the longer the more often. Its other deliveries wait
without an attempt: they are put off, not tried and refused. A relay that can't be reached `UNREACHED_IN_A_ROW` times,
or that refuses `REFUSED_IN_A_ROW` messages for good and takes none, rests too, and then nothing is tried at all.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from feedsvc.model import DeliveryState, Ended, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

# As many deliveries are claimed at once where what a crash leaves in doubt is sent again: then a few more in doubt cost
# nothing, and a commit is shared by thirty.
CLAIMED = 60
# How many messages a connection is given: one, and the next, of which the commands go out behind its final dot.
AT_ONCE = 2
MINUTE = timedelta(minutes=1)
IN_A_ROW = 10
FIRST_REST = timedelta(minutes=5)
LONGEST_REST = timedelta(hours=1)
UNREACHED_IN_A_ROW = 3
REFUSED_IN_A_ROW = 5
FIRST_REST_OF_RELAY = timedelta(seconds=30)
LONGEST_REST_OF_RELAY = timedelta(minutes=5)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Throttle:
    """Turns at the relay, so many a minute, evenly apart; 0: as many as come. For one event loop."""

    def __init__(self, per_minute: int) -> None:
        self._interval = 60 / per_minute if per_minute else 0.0
        self._next = 0.0

    @property
    def is_set(self) -> bool:
        """Whether anyone ever has to wait."""
        return self._interval > 0

    async def turn(self) -> None:
        """Wait for one's turn."""
        now = asyncio.get_running_loop().time()
        mine = max(self._next, now)
        self._next = mine + self._interval
        await asyncio.sleep(mine - now)


class Domains:
    """What is known of each domain, in one process. Without a clock: `now` is an argument. For one thread at a time.

    `per_minute` is how many messages a domain may be sent in a minute by the clock; 0: any number.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._minute = _LONG_AGO
        self._sent: Counter[str] = Counter()
        self._refusals: Counter[str] = Counter()

    def wait(self, domain: str, now: datetime) -> datetime | None:
        """Count a message that is to go to a domain; if it may not go yet, say when to ask again."""
        if not self._per_minute:
            return None
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute = minute
            self._sent.clear()
        if self._sent[domain] >= self._per_minute:
            return minute + MINUTE
        self._sent[domain] += 1
        return None

    def heard(self, domain: str, outcome: Outcome, now: datetime) -> datetime | None:
        """Take note of how a message to a domain ended; if the domain needs rest, say until when."""
        if outcome.state is DeliveryState.ACCEPTED:
            del self._refusals[domain]
        if not outcome.patience:
            return None
        self._refusals[domain] += 1
        rests, more = divmod(self._refusals[domain], IN_A_ROW)
        if more:
            return None
        return now + min(FIRST_REST * (1 << min(rests - 1, 10)), LONGEST_REST)


class Relay:
    """Whether the relay can be reached, in one process. Without a clock. For one thread at a time."""

    def __init__(self) -> None:
        self._failures = 0
        self._rests = 0
        self._until = _LONG_AGO

    def is_resting(self, now: datetime) -> bool:
        """Tell whether it is to be left alone."""
        return now < self._until

    def heard(self, outcome: Outcome, now: datetime) -> datetime | None:
        """Take note of how a message ended; if the relay is to be left alone from now on, say until when."""
        if not (outcome.unreached or outcome.refuses_all):
            self._failures, self._rests, self._until = 0, 0, _LONG_AGO
            return None
        if self.is_resting(now):
            return None
        self._failures += 1
        if self._failures < UNREACHED_IN_A_ROW and not outcome.refuses_all:
            return None
        self._until = now + min(FIRST_REST_OF_RELAY * (1 << min(self._rests, 10)), LONGEST_REST_OF_RELAY)
        self._rests += 1
        self._failures = 0
        return self._until


class Refusals:
    """Final refusals in a row, in one process: of a relay that takes nothing they say nothing about the recipients.

    Its table of addresses may be missing, or our address may be on a list of spammers. So a refusal is kept back until
    a message is accepted, or the pass is over; after `REFUSED_IN_A_ROW` of them all are put off instead.
    """

    def __init__(self) -> None:
        self._in_a_row = 0
        self._kept: list[Ended] = []

    def weigh(self, ended: Iterable[Ended]) -> list[Ended]:
        """Take attempts that ended; give those of which it is known what that means, with what was kept of earlier."""
        known: list[Ended] = []
        for each in ended:
            if each.outcome.state is DeliveryState.FAILED:
                self._kept.append(each)
                self._in_a_row += 1
                continue
            known.append(each)
            if each.outcome.state is DeliveryState.ACCEPTED:
                self._in_a_row = 0
                known += self.kept()
        if self._in_a_row >= REFUSED_IN_A_ROW:
            known += map(_put_off, self.kept())
        return known

    def kept(self) -> list[Ended]:
        """Give what is kept back: it is not, any more."""
        kept, self._kept = self._kept, []
        return kept


def _put_off(ended: Ended) -> Ended:
    outcome = replace(ended.outcome, state=DeliveryState.DEFERRED, blame=None, refuses_all=True)
    return ended._replace(outcome=outcome)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one process may send.

    `connections`: how many messages are on their way at once; `per_minute`: how many in a minute, 0 is any number;
    `claimed`: how many deliveries are claimed at once at least; `domains`: what is known of each, `relay` and
    `refusals` what is known of the relay, which outlive a pass.
    """

    connections: int
    per_minute: int = 0
    claimed: int = 0
    domains: Domains = field(default_factory=lambda: Domains(0))
    relay: Relay = field(default_factory=Relay)
    refusals: Refusals = field(default_factory=Refusals)

    @property
    def lines(self) -> int:
        """How many messages are handled at once: no more than the rate keeps busy, since each line takes turns."""
        most = max(self.under_way, self.claimed)
        return min(most, self.per_minute // 60 + 1) if self.per_minute else most

    @property
    def under_way(self) -> int:
        """How many of them are on their way at once."""
        return AT_ONCE * self.connections

    @property
    def enough(self) -> int:
        """How many ended messages are worth a commit of their own."""
        return self.lines // 2
