"""What comes back: letters of the bounce mailbox become answers, and some of those suppressions.

    inbox ──► letter ──► whose delivery?                          ──► answers ──► suppressed
                          1. the signed token, where it came to        hard: at once
                          2. the Message-ID of what was returned       soft: by score
                          3. an address that we have written to        complaint, unsubscribe: at once
                                                                       ours, delayed, automatic, foreign: no
    ═ one transaction for each letter ═ then it is filed away          unclear: kept for a person

What the relay says itself when it refuses an address is an answer too, of the delivery that it was asked to take.

An address that we never wrote to is never suppressed. Anyone can write an address into a bounce, but only who has had
the message knows its token or Message-ID: where tokens are in use, an address alone convicts nobody at once.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import structlog

from feedsvc import mail
from feedsvc.errors import TokenError
from feedsvc.model import Answer, AnswerKind, Suppression, SuppressionReason, mailbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from feedsvc.mail import Inbox, Letter, Patience, Said
    from feedsvc.model import Delivery, Outcome
    from feedsvc.store import Store, Transaction

log = structlog.get_logger(__name__)

_LONGEST_NOTE = 300
# From what says least against an address to what says most.
_MILDEST_FIRST = (
    AnswerKind.AUTOMATIC,
    AnswerKind.DELAYED,
    AnswerKind.OURS,
    AnswerKind.SOFT,
    AnswerKind.HARD,
    AnswerKind.UNCLEAR,
    AnswerKind.COMPLAINT,
)
# What is about no delivery, or needs none.
_OF_NOBODY = {AnswerKind.AUTOMATIC, AnswerKind.UNCLEAR}
_REASONS = {
    AnswerKind.HARD: SuppressionReason.BOUNCED,
    AnswerKind.SOFT: SuppressionReason.BOUNCED,
    AnswerKind.COMPLAINT: SuppressionReason.COMPLAINED,
    AnswerKind.UNSUBSCRIBE: SuppressionReason.UNSUBSCRIBED,
}


@dataclass(frozen=True, slots=True)
class BouncesReport:
    """What this pass read: how many answers of each kind, how many addresses were suppressed for it.

    `known` letters had been read before, `kept` ones are for a person.
    """

    answers: Counter[AnswerKind] = field(default_factory=Counter)
    suppressed: int = 0
    known: int = 0
    kept: int = 0

    def then(self, later: BouncesReport) -> BouncesReport:
        """Add what was read later."""
        return BouncesReport(
            self.answers + later.answers,
            self.suppressed + later.suppressed,
            self.known + later.known,
            self.kept + later.kept,
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads letters. `secret` signed the tokens; `tokens` tells whether messages go out with them."""

    secret: str
    patience: Patience
    tokens: bool

    def read(
        self,
        store: Store,
        inbox: Inbox,
        clock: Callable[[], datetime],
        stopping: Callable[[], bool] = lambda: False,
    ) -> BouncesReport:
        """Read all letters of an inbox. Raises InboxError; what was read until then is done."""
        report = BouncesReport()
        with closing(inbox.letters()) as letters:
            for key, data in letters:
                with store.writing() as tx:
                    this = self._take(tx, data, clock())
                inbox.file_away(key, kept=bool(this.kept))
                report = report.then(this)
                if stopping():
                    break
        return report

    def _take(self, tx: Transaction, data: bytes, now: datetime) -> BouncesReport:
        answers = tuple(self._answers(tx, mail.read_letter(data), now))
        kept = int(any(answer.kind is AnswerKind.UNCLEAR for answer in answers))
        letter = hashlib.sha256(data.replace(b"\r\n", b"\n").strip()).hexdigest()
        if not tx.answers.add(letter, answers):
            return BouncesReport(known=1, kept=kept)
        suppressed = sum(act_on(tx, answer, self.patience, now) for answer in answers)
        for answer in answers:
            log.info("answer", kind=answer.kind.value, status=answer.status, delivery=answer.delivery)
        return BouncesReport(Counter(answer.kind for answer in answers), suppressed, kept=kept)

    def _answers(self, tx: Transaction, letter: Letter, now: datetime) -> Iterator[Answer]:
        if letter.said[0].kind is AnswerKind.UNSUBSCRIBE:
            yield self._wish(tx, letter, now)
            return
        said = [each for each in letter.said if each.kind not in _OF_NOBODY]
        if not said:
            yield Answer(kind=letter.said[0].kind, read_at=now)
            return
        delivery = self._named(tx, letter)
        if delivery:
            yield _answer(said_of(delivery.recipient.address, said), delivery, now)
            return
        for each in said:
            delivery = _addressed(tx, each)
            yield _answer(self._on_its_word(each), delivery, now) if delivery else _foreign(each, now)

    def _named(self, tx: Transaction, letter: Letter) -> Delivery | None:
        """Find the delivery that a letter proves to be about."""
        for token in letter.tokens:
            delivery = self._of_token(tx, token)
            if delivery:
                return delivery
        found = (tx.outbox.by_message_id(message_id) for message_id in letter.message_ids)
        return next(filter(None, found), None)

    def _of_token(self, tx: Transaction, token: str) -> Delivery | None:
        try:
            delivery = tx.outbox.find(mail.claimed_delivery(token))
        except TokenError:
            return None
        if delivery and mail.is_genuine(token, self.secret, delivery.id, delivery.message_id):
            return delivery
        return None

    def _on_its_word(self, said: Said) -> Said:
        """Weigh what is said of an address by a letter that proves nothing."""
        if self.tokens and said.kind is AnswerKind.HARD:
            return replace(said, kind=AnswerKind.SOFT)
        if self.tokens and said.kind is AnswerKind.COMPLAINT:
            return replace(said, kind=AnswerKind.UNCLEAR)
        return said

    def _wish(self, tx: Transaction, letter: Letter, now: datetime) -> Answer:
        """Give the wish to be written to no more: of whom the token in the subject is for, else the one it came to."""
        with suppress(TokenError):  # what looks like one is a word, or was signed with the secret before
            address = mail.address_of(self.secret, letter.unsubscribe)
            hidden = mail.stand_in(self.secret, address)
            erased = tx.suppressions.find([hidden])
            return Answer(kind=AnswerKind.UNSUBSCRIBE, read_at=now, mailbox=hidden if erased else address)
        delivery = self._named(tx, replace(letter, message_ids=()))
        if delivery is None:  # a person wants it, and only a person can tell who
            return Answer(kind=AnswerKind.UNCLEAR, read_at=now)
        whose = mailbox(delivery.recipient.address)
        return Answer(kind=AnswerKind.UNSUBSCRIBE, read_at=now, mailbox=whose, delivery=delivery.id)


def forget_old_answers(store: Store, patience: Patience, now: datetime) -> int:
    """Forget the answers that no longer decide anything, and tell how many. A suppression says why by itself."""
    with store.writing() as tx:
        return tx.answers.forget(now - patience.memory)


def act_on(tx: Transaction, answer: Answer, patience: Patience, now: datetime) -> bool:
    """Suppress whom an answer is about, if it is enough; tells whether it was new."""
    reason = _REASONS.get(answer.kind)
    if reason is None or not answer.mailbox:
        return False
    note = f"{answer.status} {answer.words}".strip()
    if answer.kind is AnswerKind.SOFT:
        bounced_at = tx.answers.soft_bounces(answer.mailbox)
        if not patience.is_out(bounced_at, now):
            return False
        note = f"{len(bounced_at)} deliveries failed since {bounced_at[0]:%Y-%m-%d}, the last: {note}"
    if answer.kind is AnswerKind.UNSUBSCRIBE:
        note = "by mail"
    return tx.suppressions.add(Suppression(answer.mailbox, reason, answer.read_at, note[:_LONGEST_NOTE]))


def take_refusal(
    tx: Transaction, refused: Delivery, outcome: Outcome, patience: Patience, now: datetime
) -> None:
    """Write down what the relay's refusal of an address says of it, as if a bounce had said so, and act on it."""
    if outcome.blame is None:
        return
    said = mail.Said(kind=outcome.blame, status=mail.status_of(outcome.reply), words=outcome.reply)
    answer = _answer(said, refused, now)
    if tx.answers.add(f"refusal {refused.message_id}", [answer]):
        act_on(tx, answer, patience, now)


def said_of(address: str, said: Sequence[Said]) -> Said:
    """Choose what a letter about one delivery says of its address, when it speaks of several.

    An address that hands mail on to others isn't dead because one of them is: the mildest holds.
    """
    by_name = [each for each in said if mailbox(address) in map(mailbox, each.addresses)]
    return min(by_name or said, key=lambda each: _MILDEST_FIRST.index(each.kind))


def _addressed(tx: Transaction, said: Said) -> Delivery | None:
    """Find the last delivery to any of the addresses that a letter names."""
    found = (tx.outbox.last_attempted(address) for address in said.addresses)
    return next(filter(None, found), None)


def _answer(said: Said, delivery: Delivery, now: datetime) -> Answer:
    return Answer(
        kind=said.kind,
        read_at=now,
        mailbox=mailbox(delivery.recipient.address),
        delivery=delivery.id,
        status=said.status,
        words=said.words,
    )


def _foreign(said: Said, now: datetime) -> Answer:
    """Give the answer about an address that isn't known here, which is not kept."""
    return Answer(kind=AnswerKind.FOREIGN, read_at=now, status=said.status)
