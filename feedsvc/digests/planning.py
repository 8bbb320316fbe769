"""Who gets what when editions fall due. Pure: no clock, no store."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from feedsvc.digests.schedule import INSTANT, latest_due
from feedsvc.model import DigestSection, Edition, Recipient, mailbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from feedsvc.model import Entry, Subscription


@dataclass(frozen=True, slots=True)
class DueEdition:
    """An edition that has fallen due, with the entries in it, the newest first."""

    edition: Edition
    subscription: Subscription
    entries: tuple[Entry, ...]

    @property
    def section(self) -> DigestSection:
        """What it adds to a digest."""
        return DigestSection(self.subscription, self.entries)


@dataclass(frozen=True, slots=True)
class Mailing:
    """What one person gets at one time: the editions due to them, merged, in one language."""

    recipient: Recipient
    language: str
    editions: tuple[DueEdition, ...]


def next_edition(
    subscription: Subscription,
    *,
    taken_up_at: datetime,
    taken_up_seq: int,
    last: Edition | None,
    last_seq: int,
    now: datetime,
    instant_every: timedelta,
) -> Edition | None:
    """Give the edition of a subscription that has fallen due, still without its entries; None when none has.

    It covers every `seq` after the last edition's, or from where the subscription was taken up; whatever was
    missed is in it. A first edition with `since` reaches back to older entries published since then.
    """
    due_at = latest_due(subscription, last.due_at if last else taken_up_at, now)
    if due_at is None:
        return None
    if subscription.schedule == INSTANT and last and due_at < last.due_at + instant_every:
        return None
    return edition_at(subscription, due_at, taken_up_seq=taken_up_seq, last=last, last_seq=last_seq, now=now)


def edition_at(
    subscription: Subscription,
    due_at: datetime,
    *,
    taken_up_seq: int,
    last: Edition | None,
    last_seq: int,
    now: datetime,
) -> Edition:
    """Give the edition that follows the last one, or is the first, still without its entries."""
    return Edition(
        subscription=subscription.id,
        due_at=due_at,
        from_seq=last.to_seq if last else taken_up_seq,
        to_seq=last_seq,
        planned_at=now,
        entries=0,
        since=None if last else subscription.since,
    )


def to_record(due: DueEdition) -> bool:
    """Tell whether an edition leaves a record: all do but an `instant` one in which nothing is new."""
    return bool(due.entries) or due.subscription.schedule != INSTANT


def mailings(due: Iterable[DueEdition]) -> list[Mailing]:
    """Merge the editions due at one time into one mailing per person; editions without entries give none.

    A person is a mailbox, whatever the spelling. Name and language are the first that any subscription says
    of them, else the first subscription's language.
    """
    editions: dict[str, list[DueEdition]] = {}
    people: dict[str, Recipient] = {}
    for edition in due:
        for recipient in edition.subscription.recipients if edition.entries else ():
            key = mailbox(recipient.address)
            theirs = editions.setdefault(key, [])
            if edition not in theirs:  # one person listed twice in two spellings
                theirs.append(edition)
            known = people.setdefault(key, recipient)
            people[key] = replace(
                known, name=known.name or recipient.name, language=known.language or recipient.language
            )
    return [
        Mailing(people[key], people[key].language or theirs[0].subscription.language, tuple(theirs))
        for key, theirs in editions.items()
    ]


def message_id(mailing: Mailing, domain: str, secret: str) -> str:
    """Give a mailing's Message-ID (RFC 5322, section 3.6.4): the same for the same editions to the same person.

    It takes the secret to make it: a bounce that knows it comes from someone who had the message, and an address that
    was erased can't be guessed back from it.
    """
    parts = [mailbox(mailing.recipient.address)]
    parts += [f"{due.edition.subscription} {due.edition.due_at.isoformat()}" for due in mailing.editions]
    digest = hmac.digest(secret.encode(), "\n".join(parts).encode(), "sha256").hex()
    return f"<{digest[:32]}@{domain}>"


def newest_first(*parts: Sequence[Entry]) -> tuple[Entry, ...]:
    """Join entries into one list, the last to arrive first."""
    return tuple(sorted((entry for part in parts for entry in part), key=lambda entry: -entry.seq))
