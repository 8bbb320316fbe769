"""Digests and their deliveries.

    pending ──► attempting ──► accepted
       ▲            │  ├─────► failed
       │            │  ├─────► deferred ──► attempting …
       │            │  └─────► in_doubt ──► attempting … (or waits, by policy)
       └ written    └ worker gone: in_doubt
    suppressed: the address asked not to be written to; found out when it is claimed

Deliveries are claimed by a conditional UPDATE; `attempting` is committed before the message goes out and the
outcome after it, with no transaction open in between.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from feedsvc.model import MOST_DOUBTS, AnswerKind, Delivery, DeliveryState, Digest, Recipient, mailbox
from feedsvc.store.schema import answers, deliveries, digest_entries, digests, receipts, suppressions
from feedsvc.store.statements import in_parts, insert_many, insert_new

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from feedsvc.model import Edition, Settlement


class Posting(NamedTuple):
    """What a delivery is written from: a digest by its name, and the editions in it to one person.

    What `is_instant` goes out ahead of all that waits.
    """

    digest: str
    recipient: Recipient
    editions: Sequence[Edition]
    message_id: str
    is_instant: bool = False


# Nothing waits longer: it is given up after two days.
_AHEAD = timedelta(days=3)
WAITING = (DeliveryState.PENDING, DeliveryState.DEFERRED)


@dataclass(frozen=True)
class Outbox:
    """Deliveries by number, digests by the hash of their content."""

    connection: sa.Connection

    def keep(self, digest: Digest, seqs: Iterable[int]) -> None:
        """Write the content that deliveries will share, unless it is there, and which entries it tells of."""
        content = {
            "digest": digest.id,
            "language": digest.language,
            "subject": digest.subject,
            "html": digest.html,
            "text": digest.text,
        }
        is_new = insert_new(self.connection, digests, content)
        rows = [{"digest": digest.id, "seq": seq} for seq in sorted(set(seqs))]
        if is_new:
            insert_many(self.connection, digest_entries, rows)
        else:  # of entries that only a link leads to, other ones may be in it this time
            for row in rows:
                insert_new(self.connection, digest_entries, row)

    def add(self, postings: Sequence[Posting], now: datetime) -> None:
        """Write deliveries of digests that are kept, to be tried from `now` on.

        The receipts' key (edition, mailbox) makes a second delivery of an edition to one person impossible.
        """
        if not postings:
            return
        rows = [
            {
                "delivery": number,
                "digest": posting.digest,
                "address": posting.recipient.address,
                "mailbox": mailbox(posting.recipient.address),
                "name": posting.recipient.name,
                "message_id": posting.message_id,
                "dated_at": now.replace(microsecond=0),
                "state": DeliveryState.PENDING.value,
                "attempts": 0,
                "due_at": now - _AHEAD if posting.is_instant else now,
                "reply": "",
            }
            for number, posting in zip(self._new_numbers(len(postings)), postings, strict=True)
        ]
        insert_many(self.connection, deliveries, rows)
        signed = [
            {
                "subscription": edition.subscription,
                "due_at": edition.due_at,
                "mailbox": row["mailbox"],
                "delivery": row["delivery"],
            }
            for posting, row in zip(postings, rows, strict=True)
            for edition in posting.editions
        ]
        insert_many(self.connection, receipts, signed)

    def _new_numbers(self, many: int) -> Sequence[int]:
        """Give numbers for new deliveries: a row whose number is asked for has to be written by itself."""
        if self.connection.dialect.name == "postgresql":
            series = sa.func.generate_series(1, many).table_valued("number")
            sequence = sa.func.pg_get_serial_sequence(deliveries.name, deliveries.c.delivery.name)
            return self.connection.scalars(sa.select(sa.func.nextval(sequence)).select_from(series)).all()
        # SQLite has one writer at a time.
        last = self.connection.scalar(sa.select(sa.func.max(deliveries.c.delivery))) or 0
        return range(last + 1, last + 1 + many)

    def claim(
        self,
        worker: str,
        now: datetime,
        *,
        doubtful: bool,
        most: int = 1,
        admits: Callable[[str], bool] = lambda _mailbox: True,
    ) -> list[Delivery]:
        """Take up to so many deliveries that are due; none when there are none.

        Each is `attempting` then, and this worker's alone, or `suppressed` if the address is on the do-not-write
        list. `doubtful`: those in doubt are taken too. `admits` is asked of each mailbox.
        """
        due = self.connection.execute(_choosing(doubtful), {"now": now, "most": most}).all()
        chosen = [row.delivery for row in due if admits(row.mailbox)]
        if not chosen:
            return []
        claimed = self.connection.execute(_claiming(doubtful), {"chosen": chosen, "claimer": worker})
        return [_delivery(row) for row in claimed]

    def settle(self, worker: str, settlements: Sequence[Settlement]) -> int:
        """Write how attempts ended and when they may be tried again; tells how many still were this worker's.

        A worker that was taken for dead meanwhile still knows how it ended, unless another has claimed it since.
        """
        rows = [
            {
                "id": settled.delivery.id,
                "attempt": settled.delivery.attempts,
                "claimer": worker,
                "outcome": settled.outcome.state.value,
                "words": settled.outcome.reply,
                "again_at": settled.due_at,
                "undone": 0 if settled.counts else 1,
                "doubted": settled.doubts,
            }
            for settled in settlements
        ]
        return self.connection.execute(_settling(), rows).rowcount

    def retry(self, state: DeliveryState, since: datetime, now: datetime) -> int:
        """Let those that failed, or are in doubt, be tried once more as if for the first time; tells how many.

        Only those that were written `since` then: nobody wants the news of last year.
        """
        retried = self.connection.execute(
            sa.update(deliveries)
            .where(deliveries.c.state == state.value, deliveries.c.dated_at >= since)
            .values(state=DeliveryState.DEFERRED.value, attempts=0, doubts=0, due_at=now)
        )
        return retried.rowcount

    def put_off(self, domain: str, until: datetime) -> None:
        """Let nothing that waits for a domain be tried before a time."""
        self.connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.state.in_([state.value for state in _claimed_states(doubtful=True)]),
                deliveries.c.due_at < until,
                deliveries.c.mailbox.endswith(f"@{domain}", autoescape=True),
            )
            .values(due_at=until)
        )

    def doubt_the_dead(self, is_alive: Callable[[str], bool], now: datetime) -> int:
        """Put in doubt what was attempted by workers that are gone; tells how many.

        It counts as no doubt, for most were only claimed. It is due behind all that was due before `now`: where workers
        die again and again, each goes on with others, and nobody gets the same message every time.
        """
        attempting = deliveries.c.state == DeliveryState.ATTEMPTING.value
        workers = self.connection.scalars(sa.select(deliveries.c.worker).where(attempting).distinct()).all()
        dead = [worker for worker in workers if worker is None or not is_alive(worker)]
        if not dead:
            return 0
        reply = "The worker stopped while this message was on the wire; nobody knows whether it arrived."
        changed = self.connection.execute(
            sa.update(deliveries)
            .where(
                attempting,
                sa.or_(deliveries.c.worker.in_([w for w in dead if w]), deliveries.c.worker.is_(None)),
            )
            .values(state=DeliveryState.IN_DOUBT.value, reply=reply, worker=None, due_at=now)
        )
        return changed.rowcount

    def find(self, number: int) -> Delivery | None:
        """Give a delivery by its number."""
        row = self.connection.execute(sa.select(deliveries).where(deliveries.c.delivery == number)).first()
        return _delivery(row) if row else None

    def by_message_id(self, message_id: str) -> Delivery | None:
        """Give the delivery of a message."""
        query = sa.select(deliveries).where(deliveries.c.message_id == message_id)
        row = self.connection.execute(query).first()
        return _delivery(row) if row else None

    def to(self, address: str) -> list[Delivery]:
        """Give the deliveries to an address, the newest first."""
        query = sa.select(deliveries).where(deliveries.c.mailbox == mailbox(address))
        rows = self.connection.execute(query.order_by(deliveries.c.delivery.desc()))
        return [_delivery(row) for row in rows]

    def last_attempted(self, address: str) -> Delivery | None:
        """Give the last delivery to an address that was ever on the wire."""
        query = sa.select(deliveries).where(
            deliveries.c.mailbox == mailbox(address), deliveries.c.attempts > 0
        )
        row = self.connection.execute(query.order_by(deliveries.c.delivery.desc()).limit(1)).first()
        return _delivery(row) if row else None

    def offered(self, mailboxes: Iterable[str], seqs: Iterable[int]) -> dict[str, set[int]]:
        """Give which of some entries were in digests to each of these mailboxes, whatever became of the mail."""
        found: dict[str, set[int]] = {}
        told = deliveries.join(digest_entries, digest_entries.c.digest == deliveries.c.digest)
        columns = sa.select(deliveries.c.mailbox, digest_entries.c.seq).select_from(told).distinct()
        for some in in_parts(sorted(seqs)):
            for part in in_parts(sorted(mailboxes)):
                query = columns.where(deliveries.c.mailbox.in_(part), digest_entries.c.seq.in_(some))
                for row in self.connection.execute(query):
                    found.setdefault(row.mailbox, set()).add(row.seq)
        return found

    def is_on_the_wire(self, address: str, is_alive: Callable[[str], bool]) -> bool:
        """Tell whether a worker that is alive has a message to an address in hand; what the dead left is in doubt."""
        attempting = deliveries.c.state == DeliveryState.ATTEMPTING.value
        query = sa.select(deliveries.c.worker).where(deliveries.c.mailbox == mailbox(address), attempting)
        return any(worker and is_alive(worker) for worker in self.connection.scalars(query.distinct()).all())

    def editions_of(self, numbers: Iterable[int]) -> dict[int, list[tuple[str, datetime]]]:
        """Give which editions each delivery has: the subscription, and when it was due."""
        found: dict[int, list[tuple[str, datetime]]] = {}
        for part in in_parts(list(numbers)):
            query = sa.select(receipts).where(receipts.c.delivery.in_(part)).order_by(receipts.c.due_at)
            for row in self.connection.execute(query):
                found.setdefault(row.delivery, []).append((row.subscription, row.due_at))
        return found

    def erase(self, address: str, stand_in: str) -> int:
        """Forget whom deliveries went to, and tell how many; what waits or is in doubt goes to nobody.

        None may be on the wire. The receipts stand under what stands in for the address: no edition goes to that
        person twice.
        """
        key = mailbox(address)
        theirs = deliveries.c.mailbox == key
        final = deliveries.c.state.in_([DeliveryState.ACCEPTED.value, DeliveryState.FAILED.value])
        changed = self.connection.execute(
            sa.update(deliveries)
            .where(theirs)
            .values(
                address=stand_in,
                mailbox=stand_in,
                name="",
                reply="",
                state=sa.case((final, deliveries.c.state), else_=DeliveryState.SUPPRESSED.value),
            )
        )
        self.connection.execute(sa.update(receipts).where(receipts.c.mailbox == key).values(mailbox=stand_in))
        return changed.rowcount

    def digest(self, name: str) -> Digest:
        """Give the content that deliveries share."""
        row = self.connection.execute(sa.select(digests).where(digests.c.digest == name)).one()
        return Digest(id=row.digest, language=row.language, subject=row.subject, html=row.html, text=row.text)

    def counts(self) -> Counter[DeliveryState]:
        """Count the deliveries in each state."""
        rows = self.connection.execute(
            sa.select(deliveries.c.state, sa.func.count()).group_by(deliveries.c.state)
        )
        return Counter({DeliveryState(state): number for state, number in rows})

    def doubtful_held(self, *, resend: bool) -> int:
        """Count those in doubt that go again only if a person says so; with `resend`, those that were so too often."""
        in_doubt = deliveries.c.state == DeliveryState.IN_DOUBT.value
        held = deliveries.c.doubts >= (MOST_DOUBTS if resend else 0)
        return self.connection.scalar(sa.select(sa.func.count()).where(in_doubt, held)) or 0

    def failed_since(self, moment: datetime) -> int:
        """Count the deliveries that failed since then, but not where it was the address that takes no mail."""
        theirs = sa.exists().where(
            answers.c.delivery == deliveries.c.delivery,
            answers.c.kind.in_([AnswerKind.HARD.value, AnswerKind.SOFT.value]),
        )
        failed = deliveries.c.state == DeliveryState.FAILED.value
        # Of what failed, `due_at` is when it did.
        query = sa.select(sa.func.count()).where(failed, deliveries.c.due_at > moment, ~theirs)
        return self.connection.scalar(query) or 0

    def due(self, now: datetime) -> int:
        """Count the deliveries that wait and may be tried now."""
        waiting = deliveries.c.state.in_([state.value for state in WAITING])
        query = sa.select(sa.func.count()).where(waiting, deliveries.c.due_at <= now)
        return self.connection.scalar(query) or 0


# These run for every few messages, and building them takes longer than running them: each is built once.


def _claimed_states(doubtful: bool) -> list[DeliveryState]:
    return [*WAITING, *([DeliveryState.IN_DOUBT] if doubtful else [])]


def _not_doubted_too_often(state: DeliveryState) -> Iterator[sa.ColumnElement[bool]]:
    if state is DeliveryState.IN_DOUBT:
        yield deliveries.c.doubts < MOST_DOUBTS


@cache
def _choosing(doubtful: bool) -> sa.Select[tuple[int, str]]:
    """Select those that are due, the longest due first.

    Of each state apart, which reads the index on (state, due_at) in its order, and stops.
    """
    most = sa.bindparam("most", type_=sa.Integer)
    due_now = deliveries.c.due_at <= sa.bindparam("now", type_=deliveries.c.due_at.type)
    columns = deliveries.c.delivery, deliveries.c.mailbox, deliveries.c.due_at
    due = sa.select(*columns).where(due_now).order_by(deliveries.c.due_at)
    each = (
        due.where(deliveries.c.state == state.value, *_not_doubted_too_often(state))
        .limit(most)
        .with_for_update(skip_locked=True)
        .subquery()
        for state in _claimed_states(doubtful)
    )
    together = sa.union_all(*(sa.select(part) for part in each)).subquery()
    return sa.select(together.c.delivery, together.c.mailbox).order_by(together.c.due_at).limit(most)


@cache
def _claiming(doubtful: bool) -> sa.Executable:
    suppressed = sa.exists().where(suppressions.c.mailbox == deliveries.c.mailbox)
    states = [state.value for state in _claimed_states(doubtful)]
    # Not the bare column: from ten deliveries on SQLite would look for them through the index of all that waits.
    state = deliveries.c.state.concat("")
    return (
        sa.update(deliveries)
        .where(deliveries.c.delivery.in_(sa.bindparam("chosen", expanding=True)), state.in_(states))
        .values(
            state=sa.case((suppressed, DeliveryState.SUPPRESSED.value), else_=DeliveryState.ATTEMPTING.value),
            attempts=deliveries.c.attempts + sa.case((suppressed, 0), else_=1),
            worker=sa.bindparam("claimer"),
        )
        .returning(deliveries)
    )


@cache
def _settling() -> sa.Update:
    ours = sa.and_(
        deliveries.c.state == DeliveryState.ATTEMPTING.value, deliveries.c.worker == sa.bindparam("claimer")
    )
    doubted = sa.and_(
        deliveries.c.state == DeliveryState.IN_DOUBT.value,
        deliveries.c.worker.is_(None),
        deliveries.c.attempts == sa.bindparam("attempt"),
    )
    return (
        sa.update(deliveries)
        .where(deliveries.c.delivery == sa.bindparam("id"), sa.or_(ours, doubted))
        .values(
            state=sa.bindparam("outcome"),
            reply=sa.bindparam("words"),
            due_at=sa.bindparam("again_at"),
            attempts=deliveries.c.attempts - sa.bindparam("undone"),
            doubts=deliveries.c.doubts + sa.bindparam("doubted"),
            worker=None,
        )
    )


def _delivery(row: sa.Row[tuple[object, ...]]) -> Delivery:
    return Delivery(
        id=row.delivery,
        digest=row.digest,
        recipient=Recipient(row.address, row.name),
        message_id=row.message_id,
        dated_at=row.dated_at,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        due_at=row.due_at,
        reply=row.reply,
    )
