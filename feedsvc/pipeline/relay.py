"""Whether the relay takes our mail: noted after each pass of the outbox, for those who ask how things are."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from feedsvc.model import DeliveryState, without_addresses

if TYPE_CHECKING:
    from feedsvc.pipeline.deliver import DeliveryReport
    from feedsvc.store import Store, Transaction

# The fact that holds the trouble, if there is any.
_TROUBLE = "relay trouble"


@dataclass(frozen=True, slots=True)
class RelayTrouble:
    """Why the relay takes nothing from us, since when, and its last words, or the system's, without addresses."""

    kind: Literal["unreached", "refuses_all"]
    since: datetime
    reply: str


def note_relay(store: Store, report: DeliveryReport, now: datetime) -> None:
    """Note what a pass heard of the relay. One that tried nothing, because it rests, knows nothing new."""
    if not any(number for state, number in report.outcomes.items() if state is not DeliveryState.SUPPRESSED):
        return
    with store.reading() as tx:
        before = relay_trouble(tx)
    reply = without_addresses(report.unreached or report.refuses_all)
    with store.writing() as tx:
        if not reply:
            tx.facts.drop(_TROUBLE)
            return
        kind: Literal["unreached", "refuses_all"] = "unreached" if report.unreached else "refuses_all"
        trouble = RelayTrouble(kind, before.since if before and before.kind == kind else now, reply)
        tx.facts.put(_TROUBLE, json.dumps(asdict(trouble) | {"since": trouble.since.isoformat()}))


def relay_trouble(tx: Transaction) -> RelayTrouble | None:
    """Give why the relay takes nothing, if it took nothing the last time."""
    noted = tx.facts.get(_TROUBLE)
    if not noted:
        return None
    found = json.loads(noted)
    return RelayTrouble(found["kind"], datetime.fromisoformat(found["since"]), found["reply"])
