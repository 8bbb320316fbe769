"""The first half of the job on the right: editions that fell due become deliveries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from feedsvc.digests import DueEdition, Mailing, mailings, next_due, to_record
from feedsvc.errors import NotFoundError
from feedsvc.model import Delivery, DeliveryState, Digest, Edition, Hold, Message, Recipient, mailbox
from feedsvc.pipeline.movers import Movers
from feedsvc.pipeline.noticing import note
from feedsvc.pipeline.outlook import Outlook
from feedsvc.store import Posting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from feedsvc.config import Configuration
    from feedsvc.digests import DigestRenderer, Lists
    from feedsvc.model import Subscription
    from feedsvc.pipeline.postroom import Postroom
    from feedsvc.store import Store, Transaction


# How many entries a preview shows when nothing is new.
SAMPLE_ENTRIES = 10
# How many deliveries are written at once.
BATCH = 1000


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What fell due: every edition, how many mails were put into the outbox for them, and what is held from now on."""

    editions: tuple[Edition, ...]
    mails: int
    held: tuple[Hold, ...] = ()


def plan(
    store: Store,
    configuration: Configuration,
    renderer: DigestRenderer,
    postroom: Postroom,
    lists: Lists,
    now: datetime,
    released: str = "",
) -> PlanReport:
    """Write the editions that have fallen due, with their digests and deliveries, in one transaction.

    What is held waits, and so does from now on what is too large to go out unasked. The subscription that is
    `released` is held no more, whatever the size of its edition. Raises NotFoundError when it wasn't held; raises
    TemplateError and MessageError before anything is written: nothing is lost, the editions stay due.
    """
    with store.writing("plan") as tx:
        note(tx, configuration, lists, now)
        if released and not tx.holds.remove(released):
            raise NotFoundError(f"The subscription {released!r} is not held.")
        movers = Movers(Outlook.of(tx, configuration, now), lists)
        going, held = _decided(movers, released)
        movers.serve([due.subscription.id for due in going])
        for due in going:
            tx.editions.add(due.edition, (entry.seq for entry in due.entries))
        for hold in held:
            tx.holds.add(hold)
        mails = _queue(tx, _unerased(tx, mailings(going), postroom), renderer, postroom, now)
        return PlanReport(tuple(due.edition for due in going), mails, tuple(held))


def _decided(movers: Movers, released: str) -> tuple[list[DueEdition], list[Hold]]:
    """Tell which editions go out now, and which subscriptions are held from now on."""
    outlook = movers.outlook
    going, held = [], []
    for subscription in movers.lists.subscriptions:
        asked = subscription.id == released
        if subscription.id in movers.holds and not asked:
            continue
        due = outlook.due(subscription)
        due = movers.served(due) if due else None
        if due is None or not to_record(due):
            continue
        reason = "" if asked else outlook.objection(due)
        if reason:
            held.append(
                Hold(subscription=subscription.id, since=outlook.now, reason=reason, entries=due.most)
            )
        else:
            going.append(due)
    return going, held


def hold(
    store: Store, configuration: Configuration, lists: Lists, name: str, reason: str, now: datetime
) -> bool:
    """Hold the next editions of a subscription; False when it is held already. Raises NotFoundError."""
    find_subscription(configuration, name)
    with store.writing("plan") as tx:
        note(tx, configuration, lists, now)
        return tx.holds.add(Hold(subscription=name, since=now, reason=reason))


def drop(store: Store, configuration: Configuration, lists: Lists, name: str, now: datetime) -> Edition:
    """Pass over all that waits for a subscription, and hold it no more.

    It is written down as an edition that went to nobody: what was in it goes into no later one, nor to who was moved
    there. One that is held may be gone from the config. Raises NotFoundError.
    """
    with store.writing("plan") as tx:
        note(tx, configuration, lists, now)
        was_held = tx.holds.remove(name)
        outlook = Outlook.of(tx, configuration, now)
        if was_held and name not in lists.marks:
            edition = outlook.passed_over(name)
            tx.editions.add(edition)
            return edition
        movers = Movers(outlook, lists)
        due = movers.served(outlook.at_once(find_subscription(configuration, name)))
        edition = replace(due.edition, dropped=True)
        if due.most:
            tx.editions.add(edition, (entry.seq for entry in due.entries))
            movers.serve([name])
        return edition


def _unerased(tx: Transaction, mailed: Iterable[Mailing], postroom: Postroom) -> Iterable[Mailing]:
    """Leave out those who asked to be erased: nothing more is written down about them."""
    erased = tx.suppressions.erased()
    if not erased:
        return mailed
    return (mailing for mailing in mailed if postroom.stand_in(mailing.recipient.address) not in erased)


@dataclass(frozen=True, slots=True)
class Preview:
    """The very message that would go out, and what it is made of.

    `merged`: the ids of the subscriptions in it. `sample`: nothing is new, so it shows the newest entries instead.
    """

    message: Message
    digest: Digest
    delivery: Delivery
    merged: tuple[str, ...]
    sample: bool


def preview(
    store: Store,
    configuration: Configuration,
    renderer: DigestRenderer,
    postroom: Postroom,
    lists: Lists,
    name: str,
    address: str,
    now: datetime,
) -> Preview:
    """Give the message that a subscription's next edition would be, were it due now. Stores nothing.

    It goes to the recipient with that address, merged with the other editions that they get at the same time; without
    an address, to the subscription's first, by itself. Raises NotFoundError for an unknown subscription, and for one
    that no entry matches yet.
    """
    subscription = find_subscription(configuration, name)
    recipient = _recipient(subscription, address)
    with store.reading() as tx:
        outlook = Outlook.of(tx, configuration, now)
        movers = Movers(outlook, lists)
        due = movers.served(outlook.at_once(subscription)).to(mailbox(recipient.address))
        if due.entries and address and recipient in subscription.recipients:
            mailing = _merged(movers, configuration.subscriptions, subscription, mailbox(address))
        else:
            language = recipient.language or subscription.language
            mailing = Mailing(recipient, language, (_with_sample(tx, due),))
        digest = _render(tx, renderer, mailing)
    delivery = _delivery(mailing, digest, postroom, now)
    message = postroom.message(digest, delivery)
    merged = tuple(each.edition.subscription for each in mailing.editions)
    return Preview(message, digest, delivery, merged, sample=not due.entries)


def _with_sample(tx: Transaction, due: DueEdition) -> DueEdition:
    """Put the newest entries into an edition that has no new ones."""
    selection = due.subscription.selection
    entries = due.entries or tuple(tx.entries.newest(selection, SAMPLE_ENTRIES))
    if not entries:
        raise NotFoundError(
            f"No entry matches the subscription {due.subscription.id!r} yet, so there is nothing to show. "
            f"`feedsvc ingest` reads the bulletins; `feedsvc entries list` shows what is there."
        )
    return replace(due, entries=entries)


def _merged(
    movers: Movers, subscriptions: Iterable[Subscription], subscription: Subscription, person: str
) -> Mailing:
    """Give what one mailbox gets when a subscription that has something for it falls due."""
    outlook = movers.outlook
    theirs = [
        replace(each, recipients=listed)
        for each in subscriptions
        if (listed := tuple(one for one in each.recipients if mailbox(one.address) == person))
    ]
    editions = []
    for each in _due_with(outlook, subscription, theirs):
        due = movers.served(outlook.at_once(each))
        if each.id == subscription.id or not (each.id in movers.holds or outlook.objection(due)):
            editions.append(due)
    return next(mailings(editions))


def _due_with(
    outlook: Outlook, subscription: Subscription, subscriptions: Iterable[Subscription]
) -> list[Subscription]:
    """Give those of some subscriptions that are planned together with one of them: now if it is due, else next."""
    if outlook.due(subscription):
        return [each for each in subscriptions if outlook.due(each)]
    moment = next_due(subscription, outlook.now)
    return [
        each
        for each in subscriptions
        if each.id == subscription.id or (moment and next_due(each, outlook.now) == moment)
    ]


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


def _queue(
    tx: Transaction,
    mailed: Iterable[Mailing],
    renderer: DigestRenderer,
    postroom: Postroom,
    now: datetime,
) -> int:
    """Write the deliveries, and tell how many."""
    mails, postings = 0, _postings(tx, mailed, renderer, postroom, now)
    while batch := list(islice(postings, BATCH)):
        tx.outbox.add(batch, now)
        mails += len(batch)
    return mails


def _postings(
    tx: Transaction,
    mailed: Iterable[Mailing],
    renderer: DigestRenderer,
    postroom: Postroom,
    now: datetime,
) -> Iterator[Posting]:
    """Give each mailing its digest; content that is the same for several people is rendered and linted once."""
    kept: dict[tuple[object, ...], str] = {}
    for mailing in mailed:
        # Of an edition there is one for everybody, and one for each who get something else of it.
        key = (*map(id, mailing.editions), mailing.language, bool(mailing.recipient.name))
        if key not in kept:
            digest = _render(tx, renderer, mailing)
            # Refused now rather than when it is sent.
            postroom.check(digest, _delivery(mailing, digest, postroom, now))
            tx.outbox.keep(digest, {entry.seq for due in mailing.editions for entry in due.entries})
            kept[key] = digest.id
        editions = [due.edition for due in mailing.editions]
        yield Posting(kept[key], mailing.recipient, editions, postroom.message_id(mailing))


def _render(tx: Transaction, renderer: DigestRenderer, mailing: Mailing) -> Digest:
    # An edition that is planned late has what came after it fell due, and no mail is dated before what it tells of.
    moments = [due.edition.due_at for due in mailing.editions]
    moments += [entry.added_at for due in mailing.editions for entry in due.entries]

    def data_at(path: str) -> bytes | None:
        kept = tx.media.get(path)
        return kept.data if kept and not kept.gone else None

    return renderer.render(
        [due.section for due in mailing.editions],
        mailing.language,
        named=bool(mailing.recipient.name),
        due_at=max(moments),
        data_at=data_at,
    )


def _delivery(mailing: Mailing, digest: Digest, postroom: Postroom, now: datetime) -> Delivery:
    return Delivery(
        id=0,
        digest=digest.id,
        recipient=mailing.recipient,
        message_id=postroom.message_id(mailing),
        dated_at=now.replace(microsecond=0),
        state=DeliveryState.PENDING,
        attempts=0,
        due_at=now,
    )
