"""Where the lines of one worker hand in how a delivery ended and get the next: one commit for all who wait.

    line ──outcome──►  ┌────────┐  settle all outcomes, claim as many as there are lines  ──►  one commit
    line ──outcome──►  │ ledger │
    line ◄──errand───  └────────┘  ◄── after the commit, and only then

A commit takes as long as the disk takes to say that it is safe, so those that come while one is under way share the
next. What is claimed is `attempting` on the disk before its line hears of it, and no line has more than one.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import structlog

from feedsvc.errors import StoreError
from feedsvc.mail import FIRST_REST_OF_RELAY, next_due
from feedsvc.model import MOST_DOUBTS, Delivery, DeliveryState, Digest, Ended, Outcome, Settlement, mailbox
from feedsvc.pipeline.bounces import take_refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from structlog.typing import FilteringBoundLogger

    from feedsvc.mail import Pace, Patience
    from feedsvc.store import Store, Transaction

log = structlog.get_logger(__name__)

# Digests of which the content is kept at hand; deliveries of one digest are due together.
_DIGESTS_AT_HAND = 32
# A store that is busy is asked again after so many seconds: what isn't written down goes out twice.
_PATIENCE = (1, 5, 30, 60, 0)
# How long a commit waits for more to commit, in seconds: about as long as it takes itself.
_A_MOMENT = 0.004
# Of what was claimed and never begun: it waits as if it had not been, or is not wanted any more.
NOT_BEGUN = Outcome(DeliveryState.PENDING, "")
UNWANTED = Outcome(DeliveryState.SUPPRESSED, "")
# So many seconds after it was claimed, the do-not-write list is asked again: a claimed delivery may wait for its turn.
_STALE = 1.0


@dataclass(frozen=True, slots=True)
class Policy:
    """What becomes of what goes wrong: whether what is in doubt goes again, and what is borne from an address."""

    resend_doubtful: bool
    patience: Patience


class Errand(NamedTuple):
    """A delivery that a line is to make, its content, and when it was claimed, in seconds of a steady clock."""

    delivery: Delivery
    digest: Digest
    claimed_at: float


class _Visit(NamedTuple):
    ended: Ended | None
    wants_more: bool
    errand: asyncio.Future[Errand | None]


@dataclass
class Ledger:
    """One worker's deliveries. Nothing is claimed any more after a `failure` of the store, nor while the relay rests.

    `unreached` says why the relay could not be reached, if the last that was heard of it is that it couldn't, and
    `refuses_all` in which words it refuses everybody, if it does.
    """

    store: Store
    clock: Callable[[], datetime]
    worker: str
    policy: Policy
    pace: Pace
    stopping: Callable[[], bool]
    progress: Callable[[DeliveryState], None]
    outcomes: Counter[DeliveryState] = field(default_factory=Counter)
    failure: Exception | None = None
    unreached: str = ""
    refuses_all: str = ""
    _visits: list[_Visit] = field(default_factory=list)
    _log: FilteringBoundLogger = field(default_factory=log.bind)  # once, not for each delivery
    _are_enough: asyncio.Event = field(default_factory=asyncio.Event)
    _writing: asyncio.Task[None] | None = None
    _digests: OrderedDict[str, Digest] = field(default_factory=OrderedDict)

    async def exchange(self, ended: Ended | None, *, more: bool = True) -> Errand | None:
        """Hand in how the last delivery ended, and get one `more`; None when there is nothing more to do."""
        visit = _Visit(ended, more, asyncio.get_running_loop().create_future())
        self._visits.append(visit)
        if len(self._visits) >= self.pace.enough:
            self._are_enough.set()
        if not self._writing:
            self._writing = asyncio.create_task(self._write())
        return await visit.errand

    async def withheld(self, errand: Errand) -> Outcome | None:
        """Give the outcome of an errand that is not to be begun any more; None: go."""
        if self.stopping():
            return NOT_BEGUN
        if time.monotonic() - errand.claimed_at < _STALE:
            return None
        try:
            may_go = await asyncio.to_thread(self._may_write_to, errand.delivery.recipient.address)
        except StoreError:
            return NOT_BEGUN
        return None if may_go else UNWANTED

    async def close(self) -> None:
        """Wait until all that was handed in is written down."""
        if self._writing:
            await self._writing
        if kept := self.pace.refusals.kept():
            await asyncio.to_thread(self._commit, kept, 0)

    async def _write(self) -> None:
        while self._visits:
            await self._others()
            visits, self._visits = self._visits, []
            ended = self.pace.refusals.weigh(visit.ended for visit in visits if visit.ended)
            waiting = [visit for visit in visits if visit.wants_more and not visit.errand.done()]
            errands = await asyncio.to_thread(self._commit, ended, len(waiting))
            theirs = dict(zip(map(id, waiting), errands, strict=False))
            for visit in visits:
                errand = theirs.get(id(visit))
                if not visit.errand.done():
                    visit.errand.set_result(errand)
                elif errand:  # its line was cancelled meanwhile
                    not_begun = Ended(errand.delivery, NOT_BEGUN)
                    self._visits.append(_Visit(not_begun, wants_more=False, errand=visit.errand))
        self._writing = None

    async def _others(self) -> None:
        """Give others a moment to come along: a commit for two takes as long as one for twenty."""
        if len(self._visits) < self.pace.enough:
            self._are_enough.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_A_MOMENT):
                    await self._are_enough.wait()

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
                if not self.failure and not self.stopping() and not self.pace.relay.is_resting(now):
                    errands = self._claim(tx, wanted, now)
        except Exception as error:  # noqa: BLE001 (raised again when all lines have come to their end)
            self.failure = self.failure or error
            settlements = settlements or [settlement(*each, each.delivery.due_at) for each in ended]
            self._write_down(settlements)
            errands = []
        for each in settlements:
            self._tell(each)
        return errands

    def _may_write_to(self, address: str) -> bool:
        with self.store.reading() as tx:
            return not tx.suppressions.find([address])

    def _claim(self, tx: Transaction, wanted: int, now: datetime) -> list[Errand]:
        errands: list[Errand] = []
        refused: dict[str, datetime] = {}

        def admits(mailbox: str) -> bool:
            domain = _domain(mailbox)
            until = refused.get(domain) or self.pace.domains.wait(domain, now)
            if until:
                refused[domain] = until
            return not until

        while len(errands) < wanted:
            claimed = tx.outbox.claim(
                self.worker,
                now,
                doubtful=self.policy.resend_doubtful,
                most=wanted - len(errands),
                admits=admits,
            )
            if not claimed and not refused:
                break
            for domain, until in refused.items():
                tx.outbox.put_off(domain, until)
            refused.clear()
            for delivery in claimed:
                if delivery.state is DeliveryState.ATTEMPTING:
                    errands.append(Errand(delivery, self._digest(tx, delivery.digest), time.monotonic()))
                else:
                    self._count(delivery.state)
        return errands

    def _rest(self, tx: Transaction, ended: Sequence[Ended], now: datetime) -> None:
        """Let domains rest that need it, and the relay when it can't be reached."""
        for delivery, outcome in ended:
            if outcome in (NOT_BEGUN, UNWANTED):
                continue
            until = self.pace.relay.heard(outcome, now)
            self.unreached = outcome.reply if outcome.unreached else ""
            self.refuses_all = outcome.reply if outcome.refuses_all else ""
            if until:
                trouble = "the relay can't be reached" if outcome.unreached else "the relay refuses everybody"
                log.warning(trouble, reply=outcome.reply, until=until.isoformat())
            domain = _domain(mailbox(delivery.recipient.address))
            until = self.pace.domains.heard(domain, outcome, now)
            if until:
                log.warning("a domain asks for patience", domain=domain, until=until.isoformat())
                tx.outbox.put_off(domain, until)

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
            except Exception as error:  # noqa: BLE001 (whatever it is, the lines wait for their errands)
                log.warning("outcomes not written down yet", number=len(settlements), reason=str(error))
                time.sleep(patience)
            else:
                return

    def _settle(self, tx: Transaction, settlements: Sequence[Settlement]) -> None:
        if settlements and tx.outbox.settle(self.worker, settlements) < len(settlements):
            log.warning("another worker took a delivery over", worker=self.worker)
        for each in settlements:
            take_refusal(tx, each.delivery, each.outcome, self.policy.patience, each.due_at)

    def _tell(self, settled: Settlement) -> None:
        if settled.outcome is NOT_BEGUN:
            return
        self._count(settled.outcome.state)
        self._log.info(
            "delivery",
            message_id=settled.delivery.message_id,
            state=settled.outcome.state.value,
            attempt=settled.delivery.attempts,
            reply=settled.outcome.reply,
        )

    def _count(self, state: DeliveryState) -> None:
        self.outcomes[state] += 1
        self.progress(state)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def settlement(delivery: Delivery, outcome: Outcome, now: datetime) -> Settlement:
    """Decide what an outcome means for a delivery: whether it is tried again, and when.

    That there was no relay to talk to uses up none of a delivery's attempts, nor does what was never begun.
    """
    if outcome in (NOT_BEGUN, UNWANTED):
        return Settlement(delivery, outcome, delivery.due_at, counts=False)
    if outcome.state not in (DeliveryState.DEFERRED, DeliveryState.IN_DOUBT):
        return Settlement(delivery, outcome, now)
    if outcome.unreached:
        return Settlement(delivery, outcome, now + FIRST_REST_OF_RELAY, counts=False)
    again = next_due(delivery.attempts, delivery.dated_at, now, delivery.message_id)
    if outcome.state is DeliveryState.IN_DOUBT:
        # Never a failure: it may well have arrived.
        return Settlement(delivery, outcome, again or now, doubts=1 if again else MOST_DOUBTS)
    if again is None:
        given_up = f"Given up after {delivery.attempts} attempts: {outcome.reply}"
        return Settlement(delivery, replace(outcome, state=DeliveryState.FAILED, reply=given_up), now)
    return Settlement(delivery, outcome, again)
