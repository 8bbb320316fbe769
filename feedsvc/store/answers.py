"""What came back to the bounce mailbox."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.model import Answer, AnswerKind
from feedsvc.store.schema import answers
from feedsvc.store.statements import insert_new

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True)
class Answers:
    """Answers, by the letter that they were read from and their number in it."""

    connection: sa.Connection

    def add(self, letter: str, found: Sequence[Answer]) -> bool:
        """Write down what a letter says, one answer at least; False, and nothing changes, when it was read before."""
        return all(
            insert_new(self.connection, answers, _row(letter, number, answer))
            for number, answer in enumerate(found)
        )

    def of(self, mailbox: str) -> list[Answer]:
        """Give the answers about a mailbox, the oldest first."""
        query = sa.select(answers).where(answers.c.mailbox == mailbox)
        return [_answer(row) for row in self.connection.execute(query.order_by(answers.c.read_at))]

    def soft_bounces(self, mailbox: str) -> list[datetime]:
        """Give when each delivery that bounced softly was first heard of, the oldest first; not what is forgiven."""
        first = sa.func.min(answers.c.read_at, type_=answers.c.read_at.type)
        query = (
            sa.select(first)
            .where(
                answers.c.mailbox == mailbox,
                answers.c.kind == AnswerKind.SOFT.value,
                answers.c.forgiven.is_(False),
            )
            .group_by(answers.c.delivery)
        )
        return sorted(self.connection.scalars(query))

    def forgive(self, mailbox: str) -> None:
        """Hold nothing against a mailbox any more."""
        changed = sa.update(answers).where(answers.c.mailbox == mailbox).values(forgiven=True)
        self.connection.execute(changed)

    def erase(self, mailbox: str, stand_in: str) -> int:
        """Keep no more of what is known of a mailbox than that letters were read; tells how many."""
        changed = sa.update(answers).where(answers.c.mailbox == mailbox).values(mailbox=stand_in, words="")
        return self.connection.execute(changed).rowcount

    def forget(self, before: datetime) -> int:
        """Forget what was read before a time, and that it was read; tells how many."""
        return self.connection.execute(sa.delete(answers).where(answers.c.read_at < before)).rowcount

    def counts(self, since: datetime | None = None) -> Counter[AnswerKind]:
        """Count the answers of each kind, all or those read since then."""
        query = sa.select(answers.c.kind, sa.func.count()).group_by(answers.c.kind)
        rows = self.connection.execute(query.where(answers.c.read_at > since) if since else query)
        return Counter({AnswerKind(kind): number for kind, number in rows})


def _row(letter: str, number: int, answer: Answer) -> dict[str, object]:
    return {
        "letter": letter,
        "number": number,
        "kind": answer.kind.value,
        "mailbox": answer.mailbox,
        "delivery": answer.delivery,
        "read_at": answer.read_at,
        "status": answer.status,
        "words": answer.words,
        "forgiven": False,
    }


def _answer(row: sa.Row[tuple[object, ...]]) -> Answer:
    return Answer(
        kind=AnswerKind(row.kind),
        read_at=row.read_at,
        mailbox=row.mailbox,
        delivery=row.delivery,
        status=row.status,
        words=row.words,
    )
