"""Where the lines of one worker hand in how a delivery ended and get the next: one commit for all of them.

    line ──outcome──►  ┌────────┐  settle all outcomes, claim what the lines need next  ──►  one commit
    line ──outcome──►  │ ledger │
    line ◄──errand───  └────────┘  ◄── after the commit, and only then

A commit takes as long as the disk takes to say that it is safe, so those that come while one is under way share the
next. Meanwhile the lines go on with what an earlier one claimed: `ahead` errands are kept ready, `attempting` on the
disk before a line hears of them. Those that no line has begun are given back at the end.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import structlog

from feedsvc.errors import StoreError
from feedsvc.mail import next_due
from feedsvc.model import Delivery, DeliveryState, Digest, Outcome, Settlement, mailbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from feedsvc.mail import Domains
    from feedsvc.store import Store, Transaction

log = structlog.get_logger(__name__)

# The local part of an address; relays put the recipient's into their replies, and logs hold none.
ADDRESS = re.compile(r"[^\s<>@]+@")
# Digests of which the content is kept at hand; deliveries of one digest are due together.
_DIGESTS_AT_HAND = 32
# A store that is busy is asked again after so many seconds: what isn't written down goes out twice.
_PATIENCE = (1, 5, 30, 60, 0)


class Ended(NamedTuple):
    """A delivery that a line is through with, and how it ended."""

    delivery: Delivery
    outcome: Outcome


class Errand(NamedTuple):
    """A delivery that a line is to make, and its content."""

    delivery: Delivery
    digest: Digest


@dataclass
class Ledger:
    """One worker's deliveries, with so many `ahead` of its lines.

    `failure` is what went wrong with the store; nothing is claimed after it.
    """

    store: Store
    clock: Callable[[], datetime]
    worker: str
    resend_doubtful: bool
    domains: Domains
    stopping: Callable[[], bool]
    progress: Callable[[DeliveryState], None]
    ahead: int = 0
    outcomes: Counter[DeliveryState] = field(default_factory=Counter)
    failure: Exception | None = None
    _ended: list[Ended] = field(default_factory=list)
    _ready: deque[Errand] = field(default_factory=deque)
    _waiting: deque[asyncio.Future[Errand | None]] = field(default_factory=deque)
    _resting: dict[str, datetime] = field(default_factory=dict)
    _writing: asyncio.Task[None] | None = None
    _digests: OrderedDict[str, Digest] = field(default_factory=OrderedDict)

    async def exchange(self, ended: Ended | None) -> Errand | None:
        """Hand in how the last delivery ended, and get the next; None when there is nothing more to do."""
        if ended:
            self.hand_in(ended)
        if self._ready and not self._is_closing:
            return self._ready.popleft()
        errand: asyncio.Future[Errand | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(errand)
        self._write_soon()
        return await errand

    def hand_in(self, ended: Ended) -> None:
        """Hand in how a delivery ended."""
        self._ended.append(ended)
        self._write_soon()

    async def close(self) -> None:
        """Wait until all that was handed in is written down, and give back what no line has begun."""
        if self._writing:
            await self._writing
        await self._give_back(lambda _domain: True)

    @property
    def _is_closing(self) -> bool:
        return bool(self.failure) or self.stopping()

    def _write_soon(self) -> None:
        if not self._writing:
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._ended or self._waiting:
            ended, self._ended = self._ended, []
            waiting = len(self._waiting)
            wanted = max(waiting + self.ahead - len(self._ready), 0)
            self._ready += await asyncio.to_thread(self._commit, ended, wanted)
            if self._resting:
                await self._give_back(self._resting.__contains__)
            self._hand_out(waiting)
        self._writing = None

    def _hand_out(self, waiting: int) -> None:
        """Give those who wait what there is now. For so many, this is all there is; others came meanwhile."""
        while self._waiting and (waiting > 0 or self._ready):
            waiting -= 1
            errand = self._waiting.popleft()
            if not errand.done():  # else its line was cancelled meanwhile
                errand.set_result(self._ready.popleft() if self._ready and not self._is_closing else None)

    async def _give_back(self, is_meant: Callable[[str], bool]) -> None:
        """Give back what no line has begun, of those domains that are meant."""
        unbegun = [errand for errand in self._ready if is_meant(_domain_of(errand.delivery))]
        self._ready = deque(errand for errand in self._ready if errand not in unbegun)
        resting, self._resting = self._resting, {}
        if unbegun:
            await asyncio.to_thread(self._commit_unbegun, [errand.delivery for errand in unbegun], resting)

    def _commit_unbegun(self, unbegun: Sequence[Delivery], resting: Mapping[str, datetime]) -> None:
        """Let what was claimed wait again. If that fails, it is found in doubt, which loses nothing."""
        try:
            with self.store.writing() as tx:
                tx.outbox.give_back(self.worker, unbegun)
                for domain, until in resting.items():
                    tx.outbox.put_off(domain, until)
        except StoreError as error:
            self.failure = self.failure or error

    def _commit(self, ended: Sequence[Ended], wanted: int) -> list[Errand]:
        """Settle and claim in one transaction. A failure is kept, and cuts off nothing that is on the wire."""
        settlements: list[Settlement] = []
        errands: list[Errand] = []
        try:
            now = self.clock()
            settlements = [settlement(*each, now) for each in ended]
            with self.store.writing() as tx:
                self._settle(tx, settlements)
                self._rest(tx, ended, now)
                if not self.failure and not self.stopping():
                    errands = self._claim(tx, wanted, now)
        except Exception as error:  # noqa: BLE001 (raised again when all lines have come to their end)
            self.failure = self.failure or error
            settlements = settlements or [settlement(*each, each.delivery.due_at) for each in ended]
            self._write_down(settlements)
            errands = []
        for each in settlements:
            self._tell(each)
        return errands

    def _claim(self, tx: Transaction, wanted: int, now: datetime) -> list[Errand]:
        errands: list[Errand] = []
        refused: dict[str, datetime] = {}

        def admits(mailbox: str) -> bool:
            domain = _domain(mailbox)
            until = refused.get(domain) or self.domains.wait(domain, now)
            if until:
                refused[domain] = until
            return not until

        while len(errands) < wanted:
            claimed = tx.outbox.claim(
                self.worker, now, doubtful=self.resend_doubtful, most=wanted - len(errands), admits=admits
            )
            if not claimed and not refused:
                break
            for domain, until in refused.items():
                tx.outbox.put_off(domain, until)
            refused.clear()
            for delivery in claimed:
                if delivery.state is DeliveryState.ATTEMPTING:
                    errands.append(Errand(delivery, self._digest(tx, delivery.digest)))
                else:
                    self._count(delivery.state)
        return errands

    def _rest(self, tx: Transaction, ended: Sequence[Ended], now: datetime) -> None:
        """Let domains rest that need it."""
        for delivery, outcome in ended:
            domain = _domain_of(delivery)
            until = self.domains.heard(domain, outcome, now)
            if until:
                log.warning("a domain asks for patience", domain=domain, until=until.isoformat())
                tx.outbox.put_off(domain, until)
                self._resting[domain] = until

    def _digest(self, tx: Transaction, name: str) -> Digest:
        if name not in self._digests:
            self._digests[name] = tx.outbox.digest(name)
            if len(self._digests) > _DIGESTS_AT_HAND:
                self._digests.popitem(last=False)
        self._digests.move_to_end(name)
        return self._digests[name]

    def _write_down(self, settlements: Sequence[Settlement]) -> None:
        """Commit outcomes alone, after it failed together with claims."""
        for patience in _PATIENCE:
            try:
                with self.store.writing() as tx:
                    self._settle(tx, settlements)
            except StoreError as error:
                log.warning("outcomes not written down yet", number=len(settlements), reason=str(error))
                time.sleep(patience)
            else:
                return

    def _settle(self, tx: Transaction, settlements: Sequence[Settlement]) -> None:
        if settlements and tx.outbox.settle(self.worker, settlements) < len(settlements):
            log.warning("another worker took a delivery over", worker=self.worker)

    def _tell(self, settled: Settlement) -> None:
        self._count(settled.outcome.state)
        log.info(
            "delivery",
            message_id=settled.delivery.message_id,
            state=settled.outcome.state.value,
            attempt=settled.delivery.attempts,
            reply=ADDRESS.sub("…@", settled.outcome.reply),
        )

    def _count(self, state: DeliveryState) -> None:
        self.outcomes[state] += 1
        self.progress(state)


def _domain_of(delivery: Delivery) -> str:
    return _domain(mailbox(delivery.recipient.address))


def _domain(mailbox: str) -> str:
    return mailbox.rpartition("@")[2]


def settlement(delivery: Delivery, outcome: Outcome, now: datetime) -> Settlement:
    """Decide what an outcome means for a delivery: whether it is tried again, and when."""
    if outcome.state not in (DeliveryState.DEFERRED, DeliveryState.IN_DOUBT):
        return Settlement(delivery, outcome, now)
    again = next_due(delivery.attempts, delivery.dated_at, now, delivery.message_id)
    if again is None:
        given_up = f"Given up after {delivery.attempts} attempts: {outcome.reply}"
        return Settlement(delivery, Outcome(DeliveryState.FAILED, given_up), now)
    return Settlement(delivery, outcome, again)
