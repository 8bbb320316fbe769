"""The first half of the job on the right: editions that fell due become deliveries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from feedsvc.digests import (
    DueEdition,
    Mailing,
    edition_at,
    mailings,
    message_id,
    newest_first,
    next_edition,
    to_record,
)
from feedsvc.errors import NotFoundError
from feedsvc.model import Delivery, DeliveryState, Digest, Edition, Message, Recipient, mailbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from feedsvc.config import Configuration
    from feedsvc.digests import DigestRenderer
    from feedsvc.model import Entry, Subscription
    from feedsvc.pipeline.postroom import Postroom
    from feedsvc.store import Store, SubscriptionMemory, Transaction


# How many entries a preview shows when nothing is new.
SAMPLE_ENTRIES = 10


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What fell due: every edition, and how many mails were put into the outbox for them."""

    editions: tuple[Edition, ...]
    mails: int


def plan(
    store: Store, configuration: Configuration, renderer: DigestRenderer, postroom: Postroom, now: datetime
) -> PlanReport:
    """Write the editions that have fallen due, with their digests and deliveries, in one transaction.

    Raises TemplateError and MessageError before anything is written: nothing is lost, the editions stay due.
    """
    with store.writing("plan") as tx:
        last_seq = tx.entries.last_seq()
        tx.editions.take_up((each.id for each in configuration.subscriptions), last_seq, now)
        due = [edition for edition in _due(tx, configuration, last_seq, now) if to_record(edition)]
        for edition in due:
            tx.editions.add(edition.edition)
        mailed = mailings(due)
        _queue(tx, mailed, renderer, postroom, now)
        return PlanReport(tuple(edition.edition for edition in due), len(mailed))


@dataclass(frozen=True, slots=True)
class Preview:
    """The very message that would go out, and what it is made of.

    `sample`: nothing is new, so it shows the newest entries instead.
    """

    message: Message
    digest: Digest
    delivery: Delivery
    sample: bool


def preview(
    store: Store,
    configuration: Configuration,
    renderer: DigestRenderer,
    postroom: Postroom,
    name: str,
    address: str,
    now: datetime,
) -> Preview:
    """Give the message that a subscription's next edition would be, were it due now. Stores nothing.

    It goes to the recipient with that address; without an address, to the subscription's first. Raises
    NotFoundError for an unknown subscription, and for one that no entry matches yet.
    """
    subscription = find_subscription(configuration, name)
    with store.reading() as tx:
        edition = _edition_now(tx, subscription, now)
        fresh = _entries(tx, subscription, edition)
        entries = fresh or tuple(tx.entries.newest(subscription.selection, SAMPLE_ENTRIES))
        if not entries:
            raise NotFoundError(
                f"No entry matches the subscription {name!r} yet, so there is nothing to show. "
                f"`feedsvc ingest` reads the bulletins; `feedsvc entries list` shows what is there."
            )
        recipient = _recipient(subscription, address)
        language = recipient.language or subscription.language
        mailing = Mailing(recipient, language, (DueEdition(edition, subscription, entries),))
        digest = _render(tx, renderer, mailing)
    delivery = _delivery(mailing, digest, postroom, now)
    return Preview(postroom.message(digest, delivery), digest, delivery, sample=not fresh)


def _edition_now(tx: Transaction, subscription: Subscription, now: datetime) -> Edition:
    """Give the edition that would be, were it due now."""
    last_seq = tx.entries.last_seq()
    memory = tx.editions.memories().get(subscription.id)
    return edition_at(
        subscription,
        now,
        taken_up_seq=memory.taken_up_seq if memory else last_seq,
        last=memory.last if memory else None,
        last_seq=last_seq,
        now=now,
    )


def _recipient(subscription: Subscription, address: str) -> Recipient:
    for recipient in subscription.recipients:
        if not address or mailbox(recipient.address) == mailbox(address):
            return recipient
    return Recipient(address or "nobody@example.org")


def find_subscription(configuration: Configuration, name: str) -> Subscription:
    """Give a subscription by its id; raises NotFoundError that names those there are."""
    for subscription in configuration.subscriptions:
        if subscription.id == name:
            return subscription
    known = ", ".join(subscription.id for subscription in configuration.subscriptions) or "none"
    raise NotFoundError(
        f"There is no subscription {name!r} in config/subscriptions.yaml. There are: {known}."
    )


def _due(tx: Transaction, configuration: Configuration, last_seq: int, now: datetime) -> Iterator[DueEdition]:
    memories: dict[str, SubscriptionMemory] = tx.editions.memories()
    for subscription in configuration.subscriptions:
        memory = memories[subscription.id]
        edition = next_edition(
            subscription,
            taken_up_at=memory.taken_up_at,
            taken_up_seq=memory.taken_up_seq,
            last=memory.last,
            last_seq=last_seq,
            now=now,
            instant_every=configuration.settings.digests.instant_interval,
        )
        if edition:
            entries = _entries(tx, subscription, edition)
            yield DueEdition(replace(edition, entries=len(entries)), subscription, entries)


def _entries(tx: Transaction, subscription: Subscription, edition: Edition) -> tuple[Entry, ...]:
    """Give an edition's entries; a first one with `since` has older ones too, if they were published since then."""
    selection = subscription.selection
    fresh = tx.entries.between(selection, edition.from_seq, edition.to_seq)
    if edition.since is None:
        return tuple(fresh)
    return newest_first(fresh, tx.entries.between(selection, 0, edition.from_seq, edition.since))


def _queue(
    tx: Transaction,
    mailed: Iterable[Mailing],
    renderer: DigestRenderer,
    postroom: Postroom,
    now: datetime,
) -> None:
    """Write the deliveries; content that is the same for several people is rendered and linted once."""
    rendered: dict[tuple[object, ...], Digest] = {}
    for mailing in mailed:
        same = tuple(due.edition.subscription for due in mailing.editions)
        key = (same, mailing.language, bool(mailing.recipient.name))
        if key not in rendered:
            rendered[key] = _render(tx, renderer, mailing)
            postroom.check(
                rendered[key], _delivery(mailing, rendered[key], postroom, now)
            )  # refused now rather than when it is sent
        editions = [due.edition for due in mailing.editions]
        tx.outbox.add(
            rendered[key], mailing.recipient, editions, message_id(mailing, postroom.message_id_domain), now
        )


def _render(tx: Transaction, renderer: DigestRenderer, mailing: Mailing) -> Digest:
    def data_at(path: str) -> bytes | None:
        kept = tx.media.get(path)
        return kept.data if kept and not kept.gone else None

    return renderer.render(
        [due.section for due in mailing.editions],
        mailing.language,
        named=bool(mailing.recipient.name),
        due_at=max(due.edition.due_at for due in mailing.editions),
        data_at=data_at,
    )


def _delivery(mailing: Mailing, digest: Digest, postroom: Postroom, now: datetime) -> Delivery:
    return Delivery(
        id=0,
        digest=digest.id,
        recipient=mailing.recipient,
        message_id=message_id(mailing, postroom.message_id_domain),
        dated_at=now.replace(microsecond=0),
        state=DeliveryState.PENDING,
        attempts=0,
        due_at=now,
    )
