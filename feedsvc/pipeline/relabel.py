"""Labels given anew: by changed rules, for all entries; by changed overrides, for those they name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from feedsvc.pipeline.changes import Change, put, stamped, stamps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from feedsvc.pipeline.changes import Stamp
    from feedsvc.pipeline.labelling import Labelling
    from feedsvc.pipeline.publish import Publisher
    from feedsvc.store import Store, Transaction

# The fact in the store that says which overrides were last applied.
APPLIED = "overrides applied"
# How many entries are written at once.
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class RelabelReport:
    """What giving labels anew changes, or would change: entries looked at, and those that readers see change."""

    entries: int
    changes: tuple[Change, ...]
    documents: int = 0


def preview_relabel(store: Store, labelling: Labelling) -> RelabelReport:
    """Tell what `relabel` would change; changes nothing."""
    with store.reading() as tx:
        looked, shown = 0, []
        for entry in tx.entries.all():
            looked += 1
            change = Change(entry, labelling.labelled(entry))
            if change.shows:
                shown.append(change)
        return RelabelReport(looked, tuple(shown))


def relabel(store: Store, labelling: Labelling, publisher: Publisher, now: datetime) -> RelabelReport:
    """Give every entry the labels it has by today's rules, and publish those that changed, in one transaction."""
    with store.writing("ingest") as tx:
        publisher.rename_topics(tx)
        moments = stamps(tx, 1, now)
        looked, shown = 0, []
        everything = _relabelled(tx, labelling, moments)
        while batch := list(islice(everything, _BATCH)):
            looked += len(batch)
            put(tx, batch)
            shown += [change for change in batch if change.shows]
        note_overrides(tx, labelling)
        documents = publisher.publish(tx, shown, now)
        return RelabelReport(looked, tuple(shown), documents)


def _relabelled(tx: Transaction, labelling: Labelling, moments: Iterator[Stamp]) -> Iterator[Change]:
    for entry in tx.entries.all():
        yield Change(entry, stamped(entry, labelling.labelled(entry), moments))


def corrected(tx: Transaction, labelling: Labelling, moments: Iterator[Stamp]) -> Iterable[Change]:
    """Give the changes to those entries whose override is new, another or gone since it was last applied."""
    applied = json.loads(tx.facts.get(APPLIED) or "{}")
    wanted = _written(labelling)
    changed = sorted(name for name in applied.keys() | wanted.keys() if applied.get(name) != wanted.get(name))
    found = {entry.seq: entry for name in changed for entry in tx.entries.named(name)}
    note_overrides(tx, labelling)
    return [Change(each, stamped(each, labelling.labelled(each), moments)) for each in found.values()]


def note_overrides(tx: Transaction, labelling: Labelling) -> None:
    """Note that the overrides of now were applied."""
    tx.facts.put(APPLIED, json.dumps(_written(labelling), sort_keys=True))


def _written(labelling: Labelling) -> dict[str, str]:
    """Give what each override says, as text; where it stands doesn't count."""
    return {
        name: repr((each.countries, each.topics, each.regions, each.language))
        for name, each in labelling.overrides.items()
    }
