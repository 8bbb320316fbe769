"""The job on the left: from bulletins to published entries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from feedsvc.bulletins import (
    KnownEntry,
    body_html,
    identify,
    link_key,
    mint_key,
    slug,
    summary,
    text_key,
    title_key,
)
from feedsvc.model import Entry, Held, Labels, entry_path
from feedsvc.pipeline.changes import Change, put, stamped, stamps
from feedsvc.pipeline.look import look, note_visit
from feedsvc.pipeline.relabel import corrected
from feedsvc.store import Keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from feedsvc.bulletins import Hosts
    from feedsvc.config import Configuration
    from feedsvc.model import Draft, Problem, Site, Source
    from feedsvc.pipeline.labelling import Labelling
    from feedsvc.pipeline.look import Found, Looked
    from feedsvc.pipeline.publish import Publisher
    from feedsvc.store import Store, Transaction


_LONGEST_GUID = 500


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one pass over the sources did.

    `problems` are those of the whole store that no one has mended yet, `documents` how many documents changed,
    `unsettled` the files that are still being written and were left for the next pass. `next_at` is when the next
    embargo ends.
    """

    added: int
    updated: int
    unchanged: int
    problems: tuple[Problem, ...]
    documents: int
    unsettled: tuple[str, ...]
    next_at: datetime | None = None

    def then(self, later: IngestReport) -> IngestReport:
        """Give what this pass and a later one did together."""
        return replace(
            later,
            added=self.added + later.added,
            updated=self.updated + later.updated,
            unchanged=self.unchanged + later.unchanged,
            documents=self.documents + later.documents,
        )


def ingest(
    store: Store,
    configuration: Configuration,
    labelling: Labelling,
    publisher: Publisher,
    sources: Sequence[Source],
    hosts: Hosts,
    now: datetime,
    progress: Callable[[str], None] = lambda _what: None,
) -> IngestReport:
    """Read the bulletins of some sources that changed, and publish what is new in them, in one transaction.

    `hosts` remembers what web servers asked of us, `progress` is told what is being done. Raises StoreError; a
    bulletin that can't be read is a problem.
    """
    looked = look(store, configuration, sources, hosts, now, progress)
    progress("publishing")
    with store.writing("ingest") as tx:
        # Ahead of the entries of this pass: a subscription that is new with them gets them.
        tx.editions.take_up((each.id for each in configuration.subscriptions), tx.entries.last_seq(), now)
        tx.bulletins.forget_other_sources([source.name for source in configuration.sources])
        present = _present(tx, looked)
        for each in looked:
            tx.bulletins.forget(each.source, each.gone)
            note_visit(tx, each, now)
        found = [bulletin for each in looked for bulletin in _still_new(tx, each)]
        archive = sum(len(each.drafts) for each in found if each.before is None)
        moments = stamps(tx.entries.last_updated(), max(archive, 1), now)
        gone = {each.source: each.gone for each in looked}
        clerk = _Clerk(tx, configuration.site, labelling, now, present, gone)
        changes = _apply(tx, found, clerk, moments)
        corrections = corrected(tx, labelling, moments)
        put(tx, corrections)
        shown = [change for change in (*changes, *corrections) if change.shows]
        documents = publisher.publish(tx, shown, now)
        added = sum(change.before is None for change in shown)
        return IngestReport(
            added=added,
            updated=len(shown) - added,
            unchanged=sum(not change.shows for change in changes),
            problems=tuple(tx.bulletins.problems()),
            documents=documents,
            unsettled=tuple(name for each in looked for name in each.unsettled),
            next_at=min((each.publish_at for each in tx.bulletins.held()), default=None),
        )


def _present(tx: Transaction, looked: Sequence[Looked]) -> set[tuple[str, str]]:
    """Name the bulletins that are there, as (source, name): as just seen, or as of the last look."""
    seen = {(each.source, name) for each in looked for name in each.present}
    sources = {each.source for each in looked}
    return seen | {(source, name) for source, name in tx.bulletins.names() if source not in sources}


def _still_new(tx: Transaction, looked: Looked) -> list[Found]:
    """Leave out what another process has read since we looked; the next pass sees whether it changed again."""
    known = tx.bulletins.known(looked.source)
    return [bulletin for bulletin in looked.found if known.get(bulletin.known.bulletin) == bulletin.before]


def _apply(
    tx: Transaction, found: Sequence[Found], clerk: _Clerk, moments: Iterator[datetime]
) -> list[Change]:
    """Write what was found, the oldest bulletin first, so that arrival follows the bulletins' dates."""
    all_changes = []
    for each in sorted(found, key=lambda each: (each.newest, each.known.bulletin)):
        tx.bulletins.remember(each.source, [each.known], clerk.now)
        if each.reading is None:
            continue
        changes = list(clerk.changes(each, moments))
        put(tx, changes)
        tx.bulletins.set_problems(each.source, each.known.bulletin, each.reading.problems)
        tx.bulletins.set_held(each.source, each.known.bulletin, _held(each, clerk.now))
        all_changes += changes
    return all_changes


def _held(found: Found, now: datetime) -> list[Held]:
    """Give the entries of a bulletin whose time has not come."""
    return [
        Held(found.source, found.known.bulletin, draft.line, draft.title, draft.publish_at)
        for draft in found.drafts
        if draft.publish_at and draft.publish_at > now
    ]


@dataclass(frozen=True)
class _Clerk:
    """Turns drafts into entries: what stays as it was, what is edited, what is new.

    `present` are the bulletins, as (source, name), that are there at all, `gone` those that were there at the last
    look, by source.
    """

    tx: Transaction
    site: Site
    labelling: Labelling
    now: datetime
    present: set[tuple[str, str]]
    gone: Mapping[str, Sequence[str]]

    @property
    def today(self) -> date:
        """The day at the site, for entries that come without one."""
        return self.now.astimezone(self.site.timezone).date()

    def changes(self, found: Found, moments: Iterator[datetime]) -> Iterator[Change]:
        """Tell what one bulletin's drafts do to the store, in the order of arrival."""
        drafts = [
            replace(draft, guid=_short(draft.guid))
            for draft in found.drafts
            if not draft.publish_at or draft.publish_at <= self.now
        ]
        # A bulletin that is new when others are gone may be one of them under a new name.
        called = {found.known.bulletin, *(self.gone.get(found.source, ()) if found.before is None else ())}
        known = self.tx.entries.candidates(found.source, called, _keys(drafts))
        by_id = {entry.id: entry for entry in known}
        matches = identify(drafts, [self._known(entry, found) for entry in known], found.known.bulletin)
        fresh = [match.draft for match in matches if match.entry_id not in by_id]
        names = _Names(self.tx, self.site, self.today, fresh)
        seq = count(self.tx.entries.last_seq() + 1)
        # Bulletins are written newest first, so what stands last on a day arrived first.
        for match in sorted(matches, key=lambda match: (match.draft.date or self.today, -match.draft.line)):
            before, media = by_id.get(match.entry_id or ""), match.draft.media
            if before:
                yield Change(before, self._edited(before, match.draft, found, moments), media)
            else:
                yield Change(None, self._new(match.draft, found, next(seq), names, next(moments)), media)

    def _known(self, entry: Entry, found: Found) -> KnownEntry:
        there = (entry.source, entry.bulletin)
        undated = not entry.dated and entry.bulletin_date == entry.published
        return KnownEntry(
            id=entry.id,
            date=None if undated else entry.bulletin_date,
            title=entry.title,
            text=entry.text,
            bulletin=entry.bulletin,
            line=entry.line,
            link=entry.link,
            guid=entry.guid,
            elsewhere=there != (found.source, found.known.bulletin) and there in self.present,
        )

    def _edited(self, before: Entry, draft: Draft, found: Found, moments: Iterator[datetime]) -> Entry:
        """Take over what the draft says; id, page address and the bulletin's date stay for ever."""
        after = replace(
            before,
            **_content(draft),
            bulletin_date=draft.date or before.bulletin_date,
            source=found.source,
            bulletin=found.known.bulletin,
            line=draft.line,
        )
        if _about(after) != _about(before):
            after = self.labelling.labelled(after)
        return stamped(before, after, moments)

    def _new(self, draft: Draft, found: Found, seq: int, names: _Names, moment: datetime) -> Entry:
        day = draft.date or self.today
        unlabelled = Entry(
            id=names.id(draft),
            seq=seq,
            **_content(draft),
            published=day,
            bulletin_date=day,
            dated=draft.date is not None,
            added_at=self.now,
            updated_at=moment,
            labels=Labels(""),
            slug=names.slug(draft),
            source=found.source,
            bulletin=found.known.bulletin,
            line=draft.line,
        )
        return self.labelling.labelled(unlabelled)


def _short(guid: str) -> str:
    """Give a guid that an index takes: PostgreSQL's take 2,700 bytes."""
    return guid if len(guid) <= _LONGEST_GUID else text_key(guid)


def _about(entry: Entry) -> tuple[object, ...]:
    """Give what an entry's labels follow from."""
    return entry.title, entry.text, entry.stated, entry.stated_language, entry.source


def _keys(drafts: Sequence[Draft]) -> Keys:
    return Keys(
        title_key={title_key(draft.title) for draft in drafts},
        text_key={text_key(draft.text) for draft in drafts},
        link_key={link_key(draft.link or "") for draft in drafts},
        guid={draft.guid for draft in drafts},
    )


def _content(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "body": draft.html or body_html(draft.paragraphs),
        "text": draft.text,
        "summary": summary(draft.paragraphs),
        "link": draft.link,
        "guid": draft.guid,
        "stated": draft.stated,
        "stated_language": draft.language,
    }


class _Names:
    """Gives new entries ids and page addresses that no other has, in the store or in this bulletin.

    What most entries get, their first choice, is looked up for all of them at once.
    """

    def __init__(self, tx: Transaction, site: Site, today: date, drafts: Sequence[Draft]) -> None:
        self._tx = tx
        self._site = site
        self._today = today
        first_ids = {self._id(mint_key(draft, lambda _key: False)) for draft in drafts}
        first_paths = {self._path(draft, slug(draft.title)) for draft in drafts}
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
        name = next(name for name in names if not self._is_taken(self._path(draft, name), self._paths))
        self._paths.add(self._path(draft, name))
        return name

    def _path(self, draft: Draft, name: str) -> str:
        return entry_path(draft.date or self._today, name)

    def _id(self, key: str) -> str:
        return self._site.tag(f"entry/{key}")

    def _is_taken(self, name: str, taken: set[str]) -> bool:
        if name in taken or name in self._looked_up:
            return name in taken
        return bool(self._tx.entries.taken_ids([name]) or self._tx.entries.taken_paths([name]))
