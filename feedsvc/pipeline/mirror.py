"""The third job: the whole site, laid out as files in a folder or a bucket.

    a publication after the last that is mirrored?
        │ yes
        ▼
    inventory: the files to be made, in stages (pictures, entries, pages, lists, archives, feeds)
        │ in batches, side by side in several processes when there are many
        ▼
    make a document from one state of the store; is it the one that stands there? ── yes ──► leave it
        │ no
        ▼
    put it there ──► ═ note that it is there ═
        │ all stages done
        ▼
    delete what is gone ──► ═ note it, and up to which publication all is mirrored ═

The store hears of a file once it is there, and of the publication at the very end. So a kill leaves files of the old
state and of the new, each whole, and the next run goes through all that this one had to.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from feedsvc.destinations import File
from feedsvc.pipeline.addresses import EntryPage
from feedsvc.pipeline.catalogue import strong_etag
from feedsvc.pipeline.crew import Crew
from feedsvc.pipeline.inventory import Inventory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from feedsvc.destinations import Destination
    from feedsvc.pipeline.catalogue import Catalogue
    from feedsvc.pipeline.inventory import Item, Stage
    from feedsvc.store import Snapshot, Store, Transaction

# How many documents a process makes at a time, and after how many bytes it puts them there.
BATCH = 50
BATCH_BYTES = 8_000_000
# Fewer are made sooner by one process than others are started.
MANY = 1500
# How many entries each of them keeps made for feeds.
KEPT = 6000
# After how many files the store is told.
TOLD_AFTER = 1000
# A file that every mirror has, of the first that are written: without it, someone has emptied the place.
LANDMARK = "404.html"


@dataclass(frozen=True, slots=True)
class MirrorReport:
    """How many files were written, how many deleted, and how many stand as they were."""

    written: int
    deleted: int
    unchanged: int


class Batch(NamedTuple):
    """Documents to be made, and the ETags of what stands in their place, by the paths of the files."""

    items: Sequence[Item]
    standing: Mapping[str, str]


class Made(NamedTuple):
    """What became of a batch: the ETags of files that were written, and files whose documents are gone."""

    written: dict[str, str]
    gone: list[str]


@dataclass(frozen=True)
class Maker:
    """Makes documents, and lays those that changed at their destination."""

    catalogue: Catalogue
    to: Destination

    def with_room(self) -> Maker:
        """Give a maker that keeps as many entries made as neighbouring archives have in common."""
        feeds = replace(self.catalogue.feeds, kept=KEPT)
        return replace(self, catalogue=replace(self.catalogue, feeds=feeds))

    def __call__(self, tx: Snapshot, batch: Batch, /) -> Made:
        """Make a batch. Raises ExportError, TemplateError."""
        tx.entries.read([item.address.path for item in batch.items if isinstance(item.address, EntryPage)])
        made, files, size = Made({}, []), list[File](), 0
        for path, address in batch.items:
            document = self.catalogue.document(tx, address)
            etag = strong_etag(document)
            if document.gone:
                made.gone.append(path)
            elif etag != batch.standing.get(path):
                made.written[path] = etag
                files.append(File(path, document.media_type, document.body))
                size += len(document.body)
            if size > BATCH_BYTES:
                self.to.put(files)
                files, size = [], 0
        self.to.put(files)
        return made


def is_mirrored(tx: Transaction, to: Destination) -> bool:
    """Tell whether all that is published stands at a destination, as far as the store knows."""
    last = tx.publications.last()
    return last is None or last.number == _mirrored(tx, to)


def mirror(
    store: Store,
    catalogue: Catalogue,
    to: Destination,
    *,
    anew: bool = False,
    many: int = MANY,
    progress: Callable[[str], None] = lambda _what: None,
) -> MirrorReport:
    """Lay at a destination what changed since the last time; `anew`: everything, whatever stands there.

    From so `many` documents on, several processes make them. Raises ExportError, StoreError, TemplateError.
    """
    with store.presence.alone("export"):
        emptied = not to.holds(LANDMARK)
        with store.writing() as tx:
            if anew or emptied or not _is_in_manner(tx, to):
                tx.exports.distrust(to.name)
                _note_mirrored(tx, to, 0)
        with store.snapshot() as tx:
            if is_mirrored(tx, to):
                return MirrorReport(0, 0, tx.exports.count(to.name))
            return _Mirroring(store, Maker(catalogue, to), tx, many, progress).bring_up_to_date()


@dataclass(frozen=True)
class _Mirroring:
    """One run. What it reads is one state of the store; what it notes, it notes as it goes."""

    store: Store
    maker: Maker
    tx: Snapshot
    many: int
    progress: Callable[[str], None]

    @property
    def to(self) -> Destination:
        return self.maker.to

    def bring_up_to_date(self) -> MirrorReport:
        inventory = Inventory(self.tx, self.maker.catalogue, self.to.name, _mirrored(self.tx, self.to))
        stages = inventory.stages()
        listed = [item.file for stage in stages for item in stage.items]
        exports = self.tx.exports
        standing = exports.all(self.to.name) if inventory.is_whole else exports.at(self.to.name, listed)
        written: set[str] = set()
        gone: set[str] = standing.keys() - listed if inventory.is_whole else set()
        with self._hands(len(listed)) as make:
            for stage in stages:
                for made in self._noted(stage, make(_batches(stage.items, standing))):
                    written.update(made.written)
                    gone.update(standing.keys() & made.gone)
        self._delete(sorted(gone))
        return self._finish(len(written), len(gone))

    @contextmanager
    def _hands(self, documents: int) -> Iterator[Callable[[Sequence[Batch]], Iterable[Made]]]:
        """Give who does the work: a crew when there is much of it, and it sees the same state; else this process."""
        if documents >= self.many and (os.cpu_count() or 1) > 1:
            with Crew(self.store, self.maker.with_room()) as crew:
                if crew.sees(_last(self.tx)):
                    yield crew.do
                    return
        yield lambda batches: (self.maker(self.tx, batch) for batch in batches)

    def _noted(self, stage: Stage, making: Iterable[Made]) -> Iterator[Made]:
        """Note what was written, some batches at a time."""
        written: dict[str, str] = {}
        for number, made in enumerate(making):
            self.progress(f"exporting {stage.what}, {number * BATCH:,} of {len(stage.items):,}")
            written |= made.written
            if len(written) >= TOLD_AFTER:
                self._note(written)
                written = {}
            yield made
        self._note(written)

    def _note(self, written: Mapping[str, str]) -> None:
        if written:
            with self.store.writing() as tx:
                tx.exports.put(self.to.name, written)

    def _delete(self, paths: Sequence[str]) -> None:
        for start in range(0, len(paths), TOLD_AFTER):
            part = paths[start : start + TOLD_AFTER]
            self.to.delete(part)
            with self.store.writing() as tx:
                tx.exports.drop(self.to.name, part)

    def _finish(self, written: int, deleted: int) -> MirrorReport:
        with self.store.writing() as tx:
            _note_mirrored(tx, self.to, _last(self.tx))
            return MirrorReport(written, deleted, tx.exports.count(self.to.name) - written)


def _batches(items: Sequence[Item], standing: Mapping[str, str]) -> list[Batch]:
    parts = (items[start : start + BATCH] for start in range(0, len(items), BATCH))
    return [
        Batch(part, {item.file: standing[item.file] for item in part if item.file in standing})
        for part in parts
    ]


def _fact(to: Destination) -> str:
    """Name the fact that says up to which publication a destination is a mirror, and in what manner."""
    return f"mirrored {to.name}"


def _note_mirrored(tx: Transaction, to: Destination, publication: int) -> None:
    tx.facts.put(_fact(to), f"{publication} {to.manner}")


def _is_in_manner(tx: Transaction, to: Destination) -> bool:
    return (tx.facts.get(_fact(to)) or "").partition(" ")[2] == to.manner


def _mirrored(tx: Transaction, to: Destination) -> int:
    """Give the publication up to which a destination is a mirror; 0 for none."""
    number = (tx.facts.get(_fact(to)) or "0").partition(" ")[0]
    return int(number) if _is_in_manner(tx, to) else 0


def _last(tx: Transaction) -> int:
    last = tx.publications.last()
    return last.number if last else 0
