"""What a change of entries changes on the site: which feeds they join and leave, and the publication that says so.

Documents themselves are made by the catalogue, when they are asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from feedsvc.model import FORMATS, Feed, feeds_of
from feedsvc.store import Keeping, Moved

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date, datetime

    from feedsvc.model import Entry, Vocabulary
    from feedsvc.pipeline.changes import Change
    from feedsvc.store import Transaction

# The facts in the store that say with what feeds and pages were last made, and the publication since which they are.
FEEDS_MADE, PAGES_MADE = "feeds made", "pages made"
# The fact that is there as long as the feeds are yet to be counted: the store was brought here from an older version.
UNCOUNTED = "feeds uncounted"

# What came within this time stays in a feed's current document, so that a reader that looks once a day misses nothing
# of many entries that come at once.
LATEST_VISIT = timedelta(days=2)

_PICTURE = re.compile(r"/media/[0-9a-z]+\.[a-z]+")
# Documents that show something of every entry, beside its own: home pages in each language, and the site map's two.
_FOR_ALL = 2


@dataclass(frozen=True)
class Publisher:
    """Publishes changes of entries.

    `feeds_made` and `pages_made` stand for everything but entries that goes into them (the site's settings, names,
    templates, this version): when one changes, all of its documents have changed. `has_hub`: a hub is to be told.
    """

    vocabulary: Vocabulary
    languages: tuple[str, ...]
    feeds_made: str
    pages_made: str
    size: int
    has_hub: bool = False

    def rename_topics(self, tx: Transaction) -> None:
        """Let what is stored go by the new terms of topics that were renamed, feeds with the ids they have.

        To be called first in every transaction that changes entries: what was there before them is known by it. Where
        a topic was merged into one that has feeds already, feeds are counted anew when the changes are published.
        """
        number = tx.publications.next_number()
        for old, new in self.vocabulary.former_topics.items():
            if not tx.feeds.get(Feed(topic=old)):
                continue
            renamed = tx.entries.rename_topic(old, new)
            if not tx.feeds.get(Feed(topic=new)):
                tx.feeds.rename_topic(old, new, number)
            elif renamed:
                tx.facts.put(UNCOUNTED, "yes")

    def publish(self, tx: Transaction, changes: Sequence[Change], now: datetime) -> int:
        """Note what changed entries change on the site, and tell how many documents that is."""
        number = tx.publications.next_number()
        self._keep_pictures(tx, changes, number)
        if tx.facts.get(UNCOUNTED):
            return self.publish_all(tx, now)
        anew = self._note_made(tx, number)
        if not (changes or anew):
            return 0
        feeds = tx.feeds.move([_moved(change) for change in changes], number, self._keeping(tx, now))
        tx.publications.add(now)
        self._announce(tx, number, now, every=FEEDS_MADE in anew)
        if anew:
            return self._every_document(tx)
        return len(changes) + feeds * self._documents_of_a_feed + len(self.languages) + _FOR_ALL

    def is_behind(self, tx: Transaction) -> bool:
        """Tell whether documents would be made otherwise than the last publication says."""
        return any((tx.facts.get(fact) or "").partition(" ")[2] != made for fact, made in self._made())

    def publish_all(self, tx: Transaction, now: datetime) -> int:
        """Count every feed anew and set right what differs; tells how many documents that changes."""
        number = tx.publications.next_number()
        anew = self._note_made(tx, number)
        shown = tx.feeds.members()
        astray = [
            _moved_to(entry, shown.get(entry.seq, set()), _feeds(entry))
            for entry in tx.entries.in_order()
            if shown.get(entry.seq, set()) != _feeds(entry)
        ]
        feeds = tx.feeds.move(astray, number, self._keeping(tx, now)) + tx.feeds.recount(number)
        tx.facts.drop(UNCOUNTED)
        if not (anew or feeds):
            return 0
        tx.publications.add(now)
        self._announce(tx, number, now, every=FEEDS_MADE in anew)
        return self._every_document(tx) if anew else feeds * self._documents_of_a_feed

    def _keeping(self, tx: Transaction, now: datetime) -> Keeping:
        return Keeping(self.size, tx.publications.last_before(now - LATEST_VISIT))

    def _made(self) -> tuple[tuple[str, str], tuple[str, str]]:
        return (FEEDS_MADE, self.feeds_made), (PAGES_MADE, self.pages_made)

    def _note_made(self, tx: Transaction, number: int) -> set[str]:
        """Note with what documents are made from now on; gives the facts that are others than before."""
        anew = {fact for fact, made in self._made() if (tx.facts.get(fact) or "").partition(" ")[2] != made}
        for fact, made in self._made():
            if fact in anew:
                tx.facts.put(fact, f"{number} {made}")
        if anew:
            tx.feeds.ensure(self._own_feeds(), number)
        return anew

    def _announce(self, tx: Transaction, number: int, now: datetime, *, every: bool) -> None:
        """Note that the hub is to be told of the feeds that a publication changed, or of `every` one.

        Not of one that never had an entry, which nobody can have missed, nor of one whose topic was given up.
        """
        if not self.has_hub:
            return
        feeds = tx.feeds.all() if every else tx.feeds.changed(number - 1)
        topics = ("", *self.vocabulary.topics)
        told = [feed for feed, memory in feeds.items() if memory.positions and feed.topic in topics]
        paths = (f"{feed.path}.{kind.extension}" for feed in told for kind in FORMATS)
        tx.announcements.add(paths, number, now)

    def _own_feeds(self) -> set[Feed]:
        """Give the feeds that are there even while empty: of the site's own countries, and of all topics."""
        return {
            Feed(country, topic, language)
            for country in ("", *self.vocabulary.countries)
            for topic in ("", *self.vocabulary.topics)
            for language in ("", *self.languages)
        }

    @property
    def _documents_of_a_feed(self) -> int:
        """How many a feed has: one in each format, and a page in each language."""
        return len(FORMATS) + len(self.languages)

    def _every_document(self, tx: Transaction) -> int:
        feeds = len(tx.feeds.all()) * self._documents_of_a_feed
        return feeds + tx.entries.shown() + len(self.languages) + _FOR_ALL

    def _keep_pictures(self, tx: Transaction, changes: Sequence[Change], number: int) -> None:
        """Keep the pictures of entries; those of withdrawn ones are gone with them, unless others show them."""
        media = {medium.path: medium for change in changes for medium in change.media}
        tx.media.add(media.values(), number)
        for change in changes:
            if change.before and (change.before.withdrawn_at is None) != (change.after.withdrawn_at is None):
                for path in set(_PICTURE.findall(change.after.body)):
                    tx.media.set_gone([path], number, gone=not tx.entries.showing(path))


def _feeds(entry: Entry | None) -> AbstractSet[Feed]:
    return feeds_of(entry) if entry and not entry.withdrawn_at else frozenset()


def _month(entry: Entry) -> date:
    return entry.published.replace(day=1)


def _moved(change: Change) -> Moved:
    moved = _moved_to(change.after, _feeds(change.before), _feeds(change.after))
    return replace(moved, is_new=change.before is None)


def _moved_to(entry: Entry, before: AbstractSet[Feed], after: AbstractSet[Feed]) -> Moved:
    return Moved(entry.seq, _month(entry), entry.updated_at, after - before, before - after, after & before)
