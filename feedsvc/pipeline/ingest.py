"""The job on the left: from bulletins to published entries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from feedsvc.pipeline.changes import Change, put, stamps
from feedsvc.pipeline.clerk import Clerk
from feedsvc.pipeline.look import look, note_visit
from feedsvc.pipeline.relabel import corrected
from feedsvc.words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from feedsvc.bulletins import Hosts
    from feedsvc.config import Configuration
    from feedsvc.model import Problem, Source
    from feedsvc.pipeline.changes import Stamp
    from feedsvc.pipeline.labelling import Labelling
    from feedsvc.pipeline.look import Found, Looked
    from feedsvc.pipeline.publish import Publisher
    from feedsvc.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one pass over the sources did.

    `problems` are those of the whole store that no one has mended yet, `documents` how many documents changed,
    `unsettled` the files that are still being written and were left for the next pass. `next_at` is when the next
    embargo in a folder ends.
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
        publisher.rename_topics(tx)
        tx.bulletins.forget_other_sources([source.name for source in configuration.sources])
        present = _present(tx, looked)
        for each in looked:
            tx.bulletins.forget(each.source, each.gone)
            note_visit(tx, each, now)
        found = [bulletin for each in looked for bulletin in _still_new(tx, each)]
        archive = sum(len(each.drafts) for each in found if each.before is None)
        moments = stamps(tx, max(archive, 1), now)
        gone = {each.source: each.gone for each in looked}
        on_the_web = {source.name for source in configuration.sources if source.url}
        words = lru_cache(maxsize=None)(words_of)  # each text is asked for some times in the course of a pass
        clerk = Clerk(tx, configuration.site, labelling, now, present, gone, on_the_web, words)
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
            next_at=_next_embargo(tx, configuration, now),
        )


def _next_embargo(tx: Transaction, configuration: Configuration, now: datetime) -> datetime | None:
    """Tell when the next embargo in a folder ends; sources on the web are visited at times of their own."""
    folders = {source.name for source in configuration.sources if source.path}
    held = tx.bulletins.held()
    return min(
        (each.publish_at for each in held if each.publish_at > now and each.source in folders), default=None
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


def _apply(tx: Transaction, found: Sequence[Found], clerk: Clerk, moments: Iterator[Stamp]) -> list[Change]:
    """Write what was found, the oldest bulletin first, so that arrival follows the bulletins' dates."""
    all_changes = []
    for each in sorted(found, key=lambda each: (each.newest, each.known.bulletin)):
        tx.bulletins.remember(each.source, [each.known], clerk.now)
        if each.reading is None:
            continue
        changes = list(clerk.changes(each, moments))
        put(tx, changes, clerk.words)
        held, public = clerk.waiting(each)
        tx.bulletins.set_problems(each.source, each.known.bulletin, (*each.reading.problems, *public))
        tx.bulletins.set_held(each.source, each.known.bulletin, held)
        all_changes += changes
    return all_changes
