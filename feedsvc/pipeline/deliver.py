"""The second half of the job on the right: the outbox, until nothing in it is due."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from feedsvc.errors import MessageError, StoreError
from feedsvc.mail import next_due
from feedsvc.model import DeliveryState, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from feedsvc.mail import Transport
    from feedsvc.model import Delivery, Digest
    from feedsvc.pipeline.postroom import Postroom
    from feedsvc.store import Store

log = structlog.get_logger(__name__)

# The local part of an address; relays put the recipient's into their replies, and logs hold none.
ADDRESS = re.compile(r"[^\s<>@]+@")


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """How many deliveries this pass brought into each state, and how many it found in doubt after a crash."""

    outcomes: Counter[DeliveryState] = field(default_factory=Counter)
    doubted: int = 0


async def deliver(
    store: Store,
    postroom: Postroom,
    transport: Transport,
    clock: Callable[[], datetime],
    *,
    connections: int,
    resend_doubtful: bool,
    stopping: Callable[[], bool] = lambda: False,
    progress: Callable[[DeliveryState], None] = lambda _state: None,
) -> DeliveryReport:
    """Send what is due over so many connections at a time, until nothing is due or `stopping()` is true.

    Once stopping, nothing more is claimed and what is on the wire is finished; cancelled, that is left
    `attempting`, and the next pass finds it in doubt. Any number of processes may run this at once.
    """
    with store.presence.worker() as worker:
        doubted = await asyncio.to_thread(_doubt_the_dead, store)
        desk = _Desk(store, postroom, transport, clock, worker, resend_doubtful, stopping)
        async with asyncio.TaskGroup() as tasks:
            lines = [tasks.create_task(desk.work(progress)) for _ in range(connections)]
        if desk.failures:
            raise desk.failures[0]
        outcomes = sum((line.result() for line in lines), Counter[DeliveryState]())
        return DeliveryReport(outcomes, doubted)


@dataclass(frozen=True)
class _Desk:
    """One worker's way with the outbox: claim, send, settle."""

    store: Store
    postroom: Postroom
    transport: Transport
    clock: Callable[[], datetime]
    worker: str
    resend_doubtful: bool
    stopping: Callable[[], bool]
    digests: dict[str, Digest] = field(default_factory=dict)
    failures: list[Exception] = field(default_factory=list)

    async def work(self, progress: Callable[[DeliveryState], None]) -> Counter[DeliveryState]:
        """Handle one delivery after the other until none is due, or anyone at the desk fails.

        A failure is kept rather than raised: it must not cut off what others have on the wire.
        """
        outcomes: Counter[DeliveryState] = Counter()
        while not self.stopping() and not self.failures:
            try:
                state = await self._handle_one()
            except Exception as error:  # noqa: BLE001 (raised again when all have come to their end)
                self.failures.append(error)
                break
            if state is None:
                break
            outcomes[state] += 1
            progress(state)
        return outcomes

    async def _handle_one(self) -> DeliveryState | None:
        delivery = await asyncio.to_thread(self._claim)
        if delivery is None:
            return None
        if delivery.state is not DeliveryState.ATTEMPTING:
            return delivery.state
        outcome = await self._attempt(delivery)
        return await asyncio.to_thread(self._settle, delivery, outcome)

    def _claim(self) -> Delivery | None:
        with self.store.writing() as tx:
            return tx.outbox.claim(self.worker, self.clock(), doubtful=self.resend_doubtful)

    async def _attempt(self, delivery: Delivery) -> Outcome:
        """Send one message, with no transaction open."""
        if delivery.digest not in self.digests:
            self.digests[delivery.digest] = await asyncio.to_thread(self._digest, delivery.digest)
        try:
            message = self.postroom.message(self.digests[delivery.digest], delivery)
        except MessageError as error:
            # Our own mistake, never the recipient's: it waits until it is mended.
            return Outcome(DeliveryState.DEFERRED, str(error))
        return await self.transport.send(message)

    def _digest(self, name: str) -> Digest:
        with self.store.reading() as tx:
            return tx.outbox.digest(name)

    def _settle(self, delivery: Delivery, outcome: Outcome) -> DeliveryState:
        now = self.clock()
        due_at = now
        if outcome.state in (DeliveryState.DEFERRED, DeliveryState.IN_DOUBT):
            again = next_due(delivery.attempts, delivery.dated_at, now, delivery.message_id)
            if again is None:
                outcome = Outcome(
                    DeliveryState.FAILED, f"Given up after {delivery.attempts} attempts: {outcome.reply}"
                )
            else:
                due_at = again
        self._write_down(delivery, outcome, due_at)
        log.info(
            "delivery",
            message_id=delivery.message_id,
            state=outcome.state.value,
            attempt=delivery.attempts,
            reply=ADDRESS.sub("…@", outcome.reply),
        )
        return outcome.state

    def _write_down(self, delivery: Delivery, outcome: Outcome, due_at: datetime) -> None:
        """Commit an outcome. A store that is busy is asked again: what isn't written down goes out twice."""
        for patience in (1, 5, 30, 60, 0):
            try:
                with self.store.writing() as tx:
                    settled = tx.outbox.settle(delivery, self.worker, outcome, due_at)
                if not settled:
                    log.warning("another worker took this delivery over", message_id=delivery.message_id)
            except StoreError as error:
                if not patience:
                    raise
                log.warning("outcome not written down yet", message_id=delivery.message_id, reason=str(error))
                time.sleep(patience)
            else:
                return


def _doubt_the_dead(store: Store) -> int:
    with store.writing() as tx:
        return tx.outbox.doubt_the_dead(store.presence.is_alive)
