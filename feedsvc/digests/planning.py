"""Who gets what when editions fall due. Pure: no clock, no store."""

from __future__ import annotations

import hmac
import zlib
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING

from feedsvc.digests.schedule import INSTANT, unplanned
from feedsvc.model import DigestSection, Edition, Recipient, mailbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime, timedelta

    from feedsvc.model import Entry, Subscription, Timing


@dataclass(frozen=True, slots=True)
class DueEdition:
    """An edition that has fallen due, with the entries in it, the newest first.

    `moved` is what those get instead, by mailbox, who were moved here and had some of it, or are yet to have more;
    each of these is `of_the_moved`.
    """

    edition: Edition
    subscription: Subscription
    entries: tuple[Entry, ...]
    moved: Mapping[str, DueEdition] = field(default_factory=dict)
    of_the_moved: bool = False

    @property
    def section(self) -> DigestSection:
        """What it adds to a digest."""
        return DigestSection(self.subscription, self.entries)

    @property
    def most(self) -> int:
        """How many entries are in it for whom it has most."""
        return max(len(each.entries) for each in (self, *self.moved.values()))

    def to(self, mailbox: str) -> DueEdition:
        """Give what one recipient gets of it."""
        return self.moved.get(mailbox, self)

    def why(self, entry: Entry) -> str:
        """Say why an entry is in it."""
        if entry.seq > self.edition.from_seq:
            return "new"
        return (
            "published since the date it reaches back to" if self.edition.since else "labels were corrected"
        )


@dataclass(frozen=True, slots=True)
class Guard:
    """What keeps an edition from going out unasked: more than `most` entries, or `times` what is usual; 0: no limit."""

    most: int
    times: int

    def objection(self, due: DueEdition, earlier: Sequence[int]) -> str:
        """Say what is wrong with an edition, when `earlier` ones had so many entries; empty: nothing is."""
        entries = due.most
        whose = " for who was moved there" if entries > len(due.entries) else ""
        if self.most and entries > self.most:
            return f"{entries} entries are in it{whose}, and more than {self.most} don't go out unasked."
        # What is usual is what comes in a period of this list; who was moved there catches up with one of another.
        entries, usual = len(due.entries), median(earlier) if len(earlier) >= ENOUGH_EARLIER else 0
        if self.times and usual and entries > max(self.times * usual, FEW_ENTRIES):
            return f"{entries} entries are in it, where {usual:g} are usual."
        return ""


# So many earlier editions say what is usual, and so few entries are never too many.
ENOUGH_EARLIER = 4
FEW_ENTRIES = 20


@dataclass(frozen=True, slots=True)
class Mailing:
    """What one person gets at one time: the editions due to them, merged, in one language."""

    recipient: Recipient
    language: str
    editions: tuple[DueEdition, ...]


def next_edition(
    subscription: Subscription,
    *,
    timing: Timing,
    taken_up_seq: int,
    last: Edition | None,
    last_seq: int,
    publication: int,
    now: datetime,
    instant_every: timedelta,
) -> Edition | None:
    """Give the edition of a subscription that has fallen due, still without its entries; None when none has.

    It covers every `seq` after the last edition's, or from where the subscription was taken up; whatever was
    missed is in it. A first edition with `since` reaches back to older entries published since then.
    """
    due_at = unplanned(subscription, timing, last.due_at if last else None, now)
    if due_at is None:
        return None
    if subscription.schedule == INSTANT and last and due_at < last.due_at + instant_every:
        return None
    return edition_at(
        subscription,
        due_at,
        taken_up_seq=taken_up_seq,
        last=last,
        last_seq=last_seq,
        publication=publication,
        now=now,
    )


def edition_at(
    subscription: Subscription,
    due_at: datetime,
    *,
    taken_up_seq: int,
    last: Edition | None,
    last_seq: int,
    publication: int,
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
        publication=publication,
    )


def is_its_own(entry: Entry, taken_up_seq: int, since: date | None) -> bool:
    """Tell whether an entry belongs to a subscription by its age: older ones do as far as it reaches back."""
    return entry.seq > taken_up_seq or (since is not None and entry.published >= since)


def to_record(due: DueEdition) -> bool:
    """Tell whether an edition leaves a record: all do but an `instant` one in which nothing is new."""
    return bool(due.most) or due.subscription.schedule != INSTANT


def mailings(due: Sequence[DueEdition], at_once: int = 50_000) -> Iterator[Mailing]:
    """Merge the editions due at one time into one mailing per person; editions without entries give none.

    A person is a mailbox, whatever the spelling. Name and language are the first that any subscription says
    of them, else the first subscription's language. Of very many recipients, those of some `at_once` are gone through
    after each other, so that memory holds no more of them.
    """
    due = [each for each in due if each.most]
    total = sum(len(each.subscription.recipients) for each in due)
    shares = min(total // at_once + 1, 256)
    of_share = [bytes(_share(each, shares) for each in due_one.subscription.recipients) for due_one in due]
    for share in range(shares):
        yield from _merged(
            (each, recipient)
            for each, marks in zip(due, of_share, strict=True)
            for recipient, mark in zip(each.subscription.recipients, marks, strict=True)
            if mark == share
        )


def _share(recipient: Recipient, shares: int) -> int:
    return zlib.crc32(mailbox(recipient.address).encode()) % shares


def _merged(listed: Iterable[tuple[DueEdition, Recipient]]) -> Iterator[Mailing]:
    editions: dict[str, list[DueEdition]] = {}
    people: dict[str, Recipient] = {}
    for listed_edition, recipient in listed:
        key = mailbox(recipient.address)
        edition = listed_edition.to(key)
        if not edition.entries:
            continue
        theirs = editions.setdefault(key, [])
        if not theirs or theirs[-1] is not edition:  # one person listed twice in two spellings
            theirs.append(edition)
        known = people.setdefault(key, recipient)
        if known is not recipient:
            people[key] = replace(
                known, name=known.name or recipient.name, language=known.language or recipient.language
            )
    for key, theirs in editions.items():
        yield Mailing(people[key], people[key].language or theirs[0].subscription.language, tuple(theirs))


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
