"""The second half of the job on the right: the outbox, until nothing in it is due."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from feedsvc.errors import MessageError
from feedsvc.mail import Throttle
from feedsvc.model import DeliveryState, Ended, Outcome
from feedsvc.pipeline.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from feedsvc.mail import Pace, Transport
    from feedsvc.pipeline.ledger import Errand, Policy
    from feedsvc.pipeline.postroom import Postroom
    from feedsvc.store import Store


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """How many deliveries this pass brought into each state, and how many it found in doubt after a crash.

    `unreached` says why the relay could not be reached, if it couldn't at the end; `refuses_all` in which words it
    refused everybody, if it did.
    """

    outcomes: Counter[DeliveryState] = field(default_factory=Counter)
    doubted: int = 0
    unreached: str = ""
    refuses_all: str = ""


async def deliver(
    store: Store,
    postroom: Postroom,
    transport: Transport,
    clock: Callable[[], datetime],
    pace: Pace,
    policy: Policy,
    *,
    stopping: Callable[[], bool] = lambda: False,
    progress: Callable[[DeliveryState], None] = lambda _state: None,
) -> DeliveryReport:
    """Send what is due at the pace that is allowed, until nothing is due, the relay rests or `stopping()` is true.

    Once stopping, nothing more is claimed and what is on the wire is finished; cancelled, that is left
    `attempting`, and the next pass finds it in doubt. Any number of processes may run this at once.
    """
    with store.presence.worker() as worker:
        doubted = await asyncio.to_thread(_doubt_the_dead, store, clock())
        ledger = Ledger(store, clock, worker, policy, pace, stopping, progress)
        throttle = Throttle(pace.per_minute)
        under_way = asyncio.Semaphore(pace.under_way)
        try:
            async with asyncio.TaskGroup() as lines:
                for _ in range(pace.lines):
                    lines.create_task(_work(ledger, postroom, transport, throttle, under_way))
        finally:
            await ledger.close()
        if ledger.failure:
            raise ledger.failure
        return DeliveryReport(ledger.outcomes, doubted, ledger.unreached, ledger.refuses_all)


async def _work(
    ledger: Ledger,
    postroom: Postroom,
    transport: Transport,
    throttle: Throttle,
    under_way: asyncio.Semaphore,
) -> None:
    """Handle one delivery after the other, until none is due."""
    ended = None
    while True:
        if throttle.is_set:  # an outcome doesn't wait for the next one's turn
            if ended:
                await ledger.exchange(ended, more=False)
                ended = None
            await throttle.turn()
        errand = await ledger.exchange(ended)
        if not errand:
            return
        async with under_way:
            outcome = await ledger.withheld(errand) or await _attempt(errand, postroom, transport)
        ended = Ended(errand.delivery, outcome)


async def _attempt(errand: Errand, postroom: Postroom, transport: Transport) -> Outcome:
    """Send one message, with no transaction open."""
    try:
        message = postroom.message(errand.digest, errand.delivery)
    except MessageError as error:
        # Our own mistake, never the recipient's: it waits until it is mended.
        return Outcome(DeliveryState.DEFERRED, str(error))
    return await transport.send(message)


def _doubt_the_dead(store: Store, now: datetime) -> int:
    with store.writing() as tx:
        return tx.outbox.doubt_the_dead(store.presence.is_alive, now)
