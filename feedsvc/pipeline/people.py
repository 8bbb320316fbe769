"""What is held about one address, to be shown to whom it belongs or erased (GDPR, articles 15 and 17)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedsvc import mail
from feedsvc.errors import StoreError
from feedsvc.model import mailbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from feedsvc.model import Answer, Delivery, Suppression
    from feedsvc.store import Store


@dataclass(frozen=True, slots=True)
class Maildirs:
    """The site's own: of captured mail, and of letters kept for a person."""

    captured: Path
    letters: Path

    def files_of(self, mailbox: str) -> tuple[Path, ...]:
        """Find the messages to a mailbox, and the letters from or about it."""
        return (
            *_found(self.captured, lambda message: mail.is_to(message, mailbox)),
            *_found(self.letters, lambda letter: mail.is_about(letter, mailbox)),
        )

    def naming(self, mailbox: str) -> tuple[Path, ...]:
        """Find the letters of others that name a mailbox."""
        return tuple(
            _found(self.letters, lambda each: mail.names(each, mailbox) and not mail.is_about(each, mailbox))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """All that is held about an address.

    `editions` are each delivery's: the subscription, and when it was due. `files` are messages to it, or about it,
    that lie in the site's own Maildirs, and `named_in` letters of others there that name it. `erased` is the
    do-not-write entry that was left when it was erased.
    """

    address: str
    deliveries: Sequence[Delivery]
    editions: Mapping[int, Sequence[tuple[str, datetime]]]
    answers: Sequence[Answer]
    suppression: Suppression | None
    erased: Suppression | None
    files: Sequence[Path]
    named_in: Sequence[Path]


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased, and which letters of others still name the address: only a person can tell what to do."""

    deliveries: int
    answers: int
    files: int
    named_in: Sequence[Path]


def find_person(store: Store, address: str, stand_in: str, maildirs: Maildirs) -> Person:
    """Gather what is held about an address. Stores nothing."""
    with store.reading() as tx:
        deliveries = tx.outbox.to(address)
        suppressed = tx.suppressions.find([address, stand_in])
        return Person(
            address=address,
            deliveries=deliveries,
            editions=tx.outbox.editions_of(delivery.id for delivery in deliveries),
            answers=tx.answers.of(mailbox(address)),
            suppression=suppressed.get(mailbox(address)),
            erased=suppressed.get(stand_in),
            files=maildirs.files_of(mailbox(address)),
            named_in=maildirs.naming(mailbox(address)),
        )


def erase_person(store: Store, address: str, stand_in: str, maildirs: Maildirs, now: datetime) -> Erased:
    """Erase what is held about an address. `stand_in` stays in its place where a promise hangs on it.

    Those are two: that nobody gets an edition twice, and that it is written to no more, which being erased implies;
    for what waits in the outbox too. Raises StoreError while a worker that is alive has a message to it on the wire.
    """
    with store.writing("plan") as tx:
        if tx.outbox.is_on_the_wire(address, store.presence.is_alive):
            raise StoreError(
                f"A message to {address} is going out at this moment, so nothing was erased. Do it again in a minute "
                f"(a slow relay may take ten), or stop the worker first. Until then, `feedsvc suppressions add "
                f"{address}` keeps all other mail back."
            )
        deliveries = tx.outbox.erase(address, stand_in)
        answers = tx.answers.erase(mailbox(address), stand_in)
        tx.suppressions.erase(address, stand_in, now)
    store.leave_no_trace()
    files = maildirs.files_of(mailbox(address))
    for file in files:
        file.unlink(missing_ok=True)
    return Erased(deliveries, answers, len(files), maildirs.naming(mailbox(address)))


def _found(maildir: Path, wanted: Callable[[bytes], bool]) -> Iterator[Path]:
    for file in sorted(maildir.glob("*/*")):
        if file.parent.name in ("new", "cur", "tmp") and wanted(file.read_bytes()):
            yield file
