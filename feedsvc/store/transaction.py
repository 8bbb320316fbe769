"""A transaction, with one part for each noun that the store keeps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from feedsvc.store.announcements import Announcements
from feedsvc.store.answers import Answers
from feedsvc.store.bulletins import Bulletins
from feedsvc.store.digests import Digests
from feedsvc.store.editions import Editions
from feedsvc.store.entries import Entries
from feedsvc.store.exports import Exports
from feedsvc.store.facts import Facts
from feedsvc.store.feeds import Feeds
from feedsvc.store.holds import Holds
from feedsvc.store.media import Media
from feedsvc.store.moves import Moves
from feedsvc.store.outbox import Outbox
from feedsvc.store.publications import Publications
from feedsvc.store.search import Search
from feedsvc.store.suppressions import Suppressions

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True)
class Transaction:
    """One state of the store: all of it is seen and changed together, or not at all."""

    connection: sa.Connection

    @cached_property
    def entries(self) -> Entries:
        """Entries with their labels."""
        return Entries(self.connection)

    @cached_property
    def bulletins(self) -> Bulletins:
        """Which bulletins were read, and the problems in them."""
        return Bulletins(self.connection)

    @cached_property
    def publications(self) -> Publications:
        """Every change of what the site shows."""
        return Publications(self.connection)

    @cached_property
    def feeds(self) -> Feeds:
        """Feeds, and the entries in them."""
        return Feeds(self.connection)

    @cached_property
    def announcements(self) -> Announcements:
        """What a hub is yet to be told of."""
        return Announcements(self.connection)

    @cached_property
    def media(self) -> Media:
        """Pictures that came inside bulletins."""
        return Media(self.connection)

    @cached_property
    def search(self) -> Search:
        """The words of entries."""
        return Search(self.connection)

    @cached_property
    def editions(self) -> Editions:
        """The memory of subscriptions, and their editions."""
        return Editions(self.connection)

    @cached_property
    def holds(self) -> Holds:
        """Subscriptions whose editions wait."""
        return Holds(self.connection)

    @cached_property
    def moves(self) -> Moves:
        """Who is on which list, and who was moved."""
        return Moves(self.connection)

    @cached_property
    def digests(self) -> Digests:
        """What was mailed."""
        return Digests(self.connection)

    @cached_property
    def outbox(self) -> Outbox:
        """Digests and their deliveries."""
        return Outbox(self.connection)

    @cached_property
    def exports(self) -> Exports:
        """What stands where the site is mirrored to."""
        return Exports(self.connection)

    @cached_property
    def answers(self) -> Answers:
        """What came back to the bounce mailbox."""
        return Answers(self.connection)

    @cached_property
    def suppressions(self) -> Suppressions:
        """Addresses that must not be written to."""
        return Suppressions(self.connection)

    @cached_property
    def facts(self) -> Facts:
        """Facts about the store as a whole."""
        return Facts(self.connection)
