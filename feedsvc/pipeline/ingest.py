"""The job on the left: from bulletins to published entries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from feedsvc.bulletins import KnownEntry, body_html, identify, mint_key, slug, summary, text_key, title_key
from feedsvc.model import Entry, entry_path
from feedsvc.pipeline.look import look
from feedsvc.store import EntryKeys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from feedsvc.config import Configuration
    from feedsvc.labels import Labeller
    from feedsvc.model import Draft, Problem, Site
    from feedsvc.pipeline.look import Found, Looked
    from feedsvc.pipeline.publish import Publisher
    from feedsvc.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one pass over the sources did.

    `problems` are those of the whole store that no one has mended yet, `documents` how many documents changed,
    `unsettled` the files that are still being written and were left for the next pass.
    """

    added: int
    updated: int
    unchanged: int
    problems: tuple[Problem, ...]
    documents: int
    unsettled: tuple[str, ...]

    def then(self, later: IngestReport) -> IngestReport:
        """Give what this pass and a later one did together."""
        return replace(
            later,
            added=self.added + later.added,
            updated=self.updated + later.updated,
            unchanged=self.unchanged + later.unchanged,
            documents=self.documents + later.documents,
        )


@dataclass(frozen=True, slots=True)
class _Change:
    """What a draft does to the store: its entry before (None: it is new) and after."""

    before: Entry | None
    after: Entry

    @property
    def shows(self) -> bool:
        """Whether a reader sees any of it."""
        return self.before is None or _seen(self.before) != _seen(self.after)


def ingest(
    store: Store,
    configuration: Configuration,
    labeller: Labeller,
    publisher: Publisher,
    now: datetime,
    progress: Callable[[str], None] = lambda _what: None,
) -> IngestReport:
    """Read the bulletins that changed and publish what is new in them, in one transaction.

    `progress` is told what is being done. Raises StoreError; a bulletin that can't be read is a problem.
    """
    looked = [
        look(store, source, configuration.site, configuration.vocabulary, now, progress)
        for source in configuration.sources
    ]
    present = {(each.source, name) for each in looked for name in each.present}
    progress("publishing")
    with store.writing("ingest") as tx:
        # Ahead of the entries of this pass: a subscription that is new with them gets them.
        tx.editions.take_up((each.id for each in configuration.subscriptions), tx.entries.last_seq(), now)
        tx.bulletins.forget_other_sources([each.source for each in looked])
        for each in looked:
            tx.bulletins.forget(each.source, each.gone)
        found = [bulletin for each in looked for bulletin in _still_new(tx, each)]
        changes = _apply(tx, found, _Clerk(tx, configuration.site, labeller, now, present))
        shown = [change for change in changes if change.shows]
        documents = publisher.publish(tx, [(change.before, change.after) for change in shown], now)
        added = sum(change.before is None for change in shown)
        return IngestReport(
            added=added,
            updated=len(shown) - added,
            unchanged=len(changes) - len(shown),
            problems=tuple(tx.bulletins.problems()),
            documents=documents,
            unsettled=tuple(name for each in looked for name in each.unsettled),
        )


def _still_new(tx: Transaction, looked: Looked) -> list[Found]:
    """Leave out what another process has read since we looked; the next pass sees whether it changed again."""
    known = tx.bulletins.known(looked.source)
    return [bulletin for bulletin in looked.found if known.get(bulletin.known.bulletin) == bulletin.before]


def _apply(tx: Transaction, found: Sequence[Found], clerk: _Clerk) -> list[_Change]:
    """Write what was found, the oldest bulletin first, so that arrival follows the bulletins' dates."""
    archive = sum(len(each.drafts) for each in found if each.before is None)
    stamps = _stamps(tx.entries.last_updated(), max(archive, 1), clerk.now)
    all_changes = []
    for each in sorted(found, key=lambda each: (each.newest, each.known.bulletin)):
        tx.bulletins.remember(each.source, [each.known], clerk.now)
        if each.reading is None:
            continue
        changes = list(clerk.changes(each, stamps))
        tx.entries.put(
            EntryKeys(change.after, title_key(change.after.title), text_key(change.after.text))
            for change in changes
            if change.before != change.after
        )
        tx.bulletins.set_problems(each.source, each.known.bulletin, each.reading.problems)
        all_changes += changes
    return all_changes


def _stamps(last: datetime | None, number: int, now: datetime) -> Iterator[datetime]:
    """Give moments for `updated_at`: distinct and rising by whole seconds, `number` of them up to now.

    They end at `now` rather than start there, so that a first pass over an archive doesn't reach into the future.
    What follows on a busy minute does, by as many seconds as there were changes.
    """
    second = timedelta(seconds=1)
    start = now.replace(microsecond=0) - number * second
    if last is not None:
        start = max(start, last)
    return (start + step * second for step in count(1))


def _seen(entry: Entry) -> tuple[object, ...]:
    """Give what readers see of an entry."""
    return entry.title, entry.body, entry.summary, entry.link, entry.language, entry.categories


@dataclass(frozen=True)
class _Clerk:
    """Turns drafts into entries: what stays as it was, what is edited, what is new.

    `present` are the bulletins, as (source, name), that are there at all.
    """

    tx: Transaction
    site: Site
    labeller: Labeller
    now: datetime
    present: set[tuple[str, str]]

    def changes(self, found: Found, stamps: Iterator[datetime]) -> Iterator[_Change]:
        """Tell what one bulletin's drafts do to the store, in the order of arrival."""
        known = self.tx.entries.candidates(
            found.source,
            found.known.bulletin,
            (title_key(draft.title) for draft in found.drafts),
            (text_key(draft.text) for draft in found.drafts),
        )
        by_id = {entry.id: entry for entry in known}
        here = found.known.bulletin
        matches = identify(found.drafts, [self._known(entry, found) for entry in known], here)
        names = _Names(self.tx, self.site, [match.draft for match in matches if match.entry_id not in by_id])
        seq = count(self.tx.entries.last_seq() + 1)
        # Bulletins are written newest first, so what stands last on a day arrived first.
        for match in sorted(matches, key=lambda match: (match.draft.date, -match.draft.line)):
            before = by_id.get(match.entry_id or "")
            if before:
                yield _Change(before, self._edited(before, match.draft, found, stamps))
            else:
                yield _Change(None, self._new(match.draft, found, next(seq), names, next(stamps)))

    def _known(self, entry: Entry, found: Found) -> KnownEntry:
        there = (entry.source, entry.bulletin)
        return KnownEntry(
            id=entry.id,
            date=entry.bulletin_date,
            title=entry.title,
            text=entry.text,
            bulletin=entry.bulletin,
            elsewhere=there != (found.source, found.known.bulletin) and there in self.present,
        )

    def _edited(self, before: Entry, draft: Draft, found: Found, stamps: Iterator[datetime]) -> Entry:
        """Take over what the draft says; id, page address and the bulletin's date stay for ever."""
        after = replace(
            before,
            **_content(draft),
            bulletin_date=draft.date,
            source=found.source,
            bulletin=found.known.bulletin,
            line=draft.line,
        )
        if (after.title, after.text) != (before.title, before.text):
            after = replace(after, labels=self.labeller.label(draft.title, draft.paragraphs))
        return replace(after, updated_at=next(stamps)) if _seen(before) != _seen(after) else after

    def _new(self, draft: Draft, found: Found, seq: int, names: _Names, stamp: datetime) -> Entry:
        return Entry(
            id=names.id(draft),
            seq=seq,
            **_content(draft),
            published=draft.date,
            bulletin_date=draft.date,
            added_at=self.now,
            updated_at=stamp,
            labels=self.labeller.label(draft.title, draft.paragraphs),
            slug=names.slug(draft),
            source=found.source,
            bulletin=found.known.bulletin,
            line=draft.line,
        )


def _content(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "body": body_html(draft.paragraphs),
        "text": draft.text,
        "summary": summary(draft.paragraphs),
        "link": draft.link,
    }


class _Names:
    """Gives new entries ids and page addresses that no other has, in the store or in this bulletin.

    What most entries get, their first choice, is looked up for all of them at once.
    """

    def __init__(self, tx: Transaction, site: Site, drafts: Sequence[Draft]) -> None:
        self._tx = tx
        self._site = site
        first_ids = {self._id(mint_key(draft, lambda _key: False)) for draft in drafts}
        first_paths = {entry_path(draft.date, slug(draft.title)) for draft in drafts}
        self._ids = tx.entries.taken_ids(first_ids)
        self._paths = tx.entries.taken_paths(first_paths)
        self._looked_up = first_ids | first_paths

    def id(self, draft: Draft) -> str:
        """Mint an id (RFC 4151)."""
        minted = self._id(mint_key(draft, lambda key: self._is_taken(self._id(key), self._ids)))
        self._ids.add(minted)
        return minted

    def slug(self, draft: Draft) -> str:
        """Give the last part of the page's address: the title's words, numbered when another has them."""
        first = slug(draft.title)
        names = chain([first], (f"{first}-{number}" for number in count(2)))
        name = next(name for name in names if not self._is_taken(entry_path(draft.date, name), self._paths))
        self._paths.add(entry_path(draft.date, name))
        return name

    def _id(self, key: str) -> str:
        return self._site.tag(f"entry/{key}")

    def _is_taken(self, name: str, taken: set[str]) -> bool:
        if name in taken or name in self._looked_up:
            return name in taken
        return bool(self._tx.entries.taken_ids([name]) or self._tx.entries.taken_paths([name]))
