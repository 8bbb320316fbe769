"""Entries with their labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from feedsvc.model import Entry, Evidence, Label, Labels, Selection, Stated
from feedsvc.store.schema import edition_entries, entries, feed_entries, labels
from feedsvc.store.statements import in_parts, insert_many

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    Rows = Sequence[sa.Row[tuple[object, ...]]]

# How each kind of label is called in the table, beside the field of Labels that holds it.
KINDS = {"country": "countries", "mention": "mentions", "region": "regions", "topic": "topics"}


@dataclass(frozen=True, slots=True)
class EntryKeys:
    """What an entry is known again by: the keys of its title, text and link, beside the entry."""

    entry: Entry
    title_key: str
    text_key: str
    link_key: str = ""


class Keys(NamedTuple):
    """What the drafts of a bulletin may be known by."""

    title_key: set[str]
    text_key: set[str]
    link_key: set[str]
    guid: set[str]


@dataclass(frozen=True)
class Entries:
    """Entries by their order of arrival."""

    connection: sa.Connection

    def last_seq(self) -> int:
        """Give the `seq` of the entry that arrived last; 0 when there is none."""
        return self.connection.scalar(sa.select(sa.func.max(entries.c.seq))) or 0

    def last_updated(self) -> datetime | None:
        """Give the latest `updated_at` of all."""
        latest: datetime | None = self.connection.scalar(sa.select(sa.func.max(entries.c.updated_at)))
        return latest

    def put(self, changes: Iterable[EntryKeys]) -> None:
        """Write entries with their labels; one that is there (by `seq`) is replaced."""
        changed = list(changes)
        there = self._existing_seqs(keys.entry.seq for keys in changed)
        fresh = [_row(keys) for keys in changed if keys.entry.seq not in there]
        insert_many(self.connection, entries, fresh)
        self._replace([_row(keys) for keys in changed if keys.entry.seq in there])
        for part in in_parts(sorted(there)):
            self.connection.execute(sa.delete(labels).where(labels.c.seq.in_(part)))
        insert_many(self.connection, labels, [row for keys in changed for row in _label_rows(keys.entry)])

    def _replace(self, rows: list[dict[str, object]]) -> None:
        if rows:
            values: dict[str, Any] = {column.name: sa.bindparam(f"new_{column.name}") for column in entries.c}
            statement = sa.update(entries).where(entries.c.seq == sa.bindparam("new_seq")).values(values)
            self.connection.execute(
                statement, [{f"new_{name}": v for name, v in row.items()} for row in rows]
            )

    def candidates(self, source: str, bulletins: Iterable[str], keys: Keys) -> list[Entry]:
        """Give the entries that a bulletin's drafts could be, in the order of arrival.

        Those last seen in that bulletin, under any of its names, and any that has one of the keys; cost follows the
        bulletin's size.
        """
        found: dict[int, sa.Row[tuple[object, ...]]] = {}
        for part in in_parts(sorted(bulletins)):
            found.update(self._by_seq(entries.c.source == source, entries.c.bulletin.in_(part)))
        for name, values in keys._asdict().items():
            for part in in_parts(sorted(values - {""})):
                found.update(self._by_seq(entries.c[name].in_(part)))
        return self._entries([found[seq] for seq in sorted(found)])

    def taken_paths(self, paths: Iterable[str]) -> set[str]:
        """Give those of the page addresses that an entry has."""
        taken: set[str] = set()
        for part in in_parts(sorted(paths)):
            taken.update(self.connection.scalars(sa.select(entries.c.path).where(entries.c.path.in_(part))))
        return taken

    def taken_ids(self, ids: Iterable[str]) -> set[str]:
        """Give those of the ids that an entry has, withdrawn or not."""
        taken: set[str] = set()
        for part in in_parts(sorted(ids)):
            taken.update(self.connection.scalars(sa.select(entries.c.id).where(entries.c.id.in_(part))))
        return taken

    def link_keys(self, source: str) -> set[str]:
        """Give the keys of all links that entries of a source have."""
        query = sa.select(entries.c.link_key).where(entries.c.source == source, entries.c.link_key != "")
        return set(self.connection.scalars(query))

    def named(self, name: str) -> list[Entry]:
        """Give the entries with this id, key, seq, page address (as a path) or link key: several can share a link."""
        condition = sa.or_(
            entries.c.id == name,
            entries.c.path == name,
            sa.and_(entries.c.link_key == name, entries.c.link_key != ""),
            entries.c.id.like(f"%/{_literal(name)}", escape="\\"),
            entries.c.seq == (int(name) if name.isdecimal() and len(name) < 19 else -1),
        )
        found = self._by_seq(condition)
        return self._entries([found[seq] for seq in sorted(found)])

    def showing(self, text: str) -> int:
        """Count the entries that are shown and have a text in their HTML."""
        query = (
            sa.select(sa.func.count())
            .select_from(entries)
            .where(entries.c.withdrawn_at.is_(None), entries.c.body.contains(text, autoescape=True))
        )
        return self.connection.scalar(query) or 0

    def newest(self, selection: Selection, limit: int) -> list[Entry]:
        """Give the entries of a selection that arrived last, the newest first."""
        query = (
            sa.select(entries)
            .where(entries.c.withdrawn_at.is_(None), *matching(selection))
            .order_by(entries.c.seq.desc())
            .limit(limit)
        )
        return self._entries(self.connection.execute(query).all())

    def page(self, conditions: Sequence[sa.ColumnElement[bool]], offset: int, limit: int) -> list[Entry]:
        """Give some of the entries that meet conditions, those published last first."""
        query = (
            sa.select(entries)
            .where(*conditions)
            .order_by(entries.c.published.desc(), entries.c.seq.desc())
            .offset(offset)
            .limit(limit)
        )
        return self._entries(self.connection.execute(query).all())

    def latest(self, conditions: Sequence[sa.ColumnElement[bool]], limit: int) -> list[Entry]:
        """Give the entries that meet conditions, those that came or changed last first."""
        query = (
            sa.select(entries)
            .where(*conditions)
            .order_by(entries.c.publication.desc(), entries.c.seq.desc())
            .limit(limit)
        )
        return self._entries(self.connection.execute(query).all())

    def in_feed(self, number: int, after: int, to: int | None = None) -> list[Entry]:
        """Give the entries that a feed shows at positions `after < position <= to`, those that came last first."""
        conditions = [feed_entries.c.feed == number, feed_entries.c.position > after, feed_entries.c.shown]
        if to is not None:
            conditions.append(feed_entries.c.position <= to)
        query = (
            sa.select(entries)
            .join(feed_entries, feed_entries.c.seq == entries.c.seq)
            .where(*conditions)
            .order_by(feed_entries.c.position.desc())
        )
        return self._entries(self.connection.execute(query).all())

    def changed_in_feed(self, number: int, after: int, to: int) -> int:
        """Give the last publication that changed an entry at those positions of a feed, shown or not."""
        query = (
            sa.select(sa.func.max(entries.c.publication))
            .join(feed_entries, feed_entries.c.seq == entries.c.seq)
            .where(
                feed_entries.c.feed == number, feed_entries.c.position > after, feed_entries.c.position <= to
            )
        )
        return self.connection.scalar(query) or 0

    def withdrawn_from_feed(self, number: int, limit: int) -> list[Entry]:
        """Give the entries that a feed showed and that were withdrawn, the latest first."""
        query = (
            sa.select(entries)
            .join(feed_entries, feed_entries.c.seq == entries.c.seq)
            .where(
                feed_entries.c.feed == number,
                feed_entries.c.shown.is_(False),
                entries.c.withdrawn_at.is_not(None),
            )
            .order_by(entries.c.withdrawn_at.desc(), entries.c.seq.desc())
            .limit(limit)
        )
        return self._entries(self.connection.execute(query).all())

    def changed(self, after: int) -> Iterator[Entry]:
        """Give the entries that changed after a publication, withdrawn ones too, in the order of arrival."""
        last = 0
        while True:
            query = (
                sa.select(entries)
                .where(entries.c.publication > after, entries.c.seq > last)
                .order_by(entries.c.seq)
                .limit(1000)
            )
            rows = self.connection.execute(query).all()
            if not rows:
                return
            yield from self._entries(rows)
            last = rows[-1].seq

    def changed_paths(self, after: int) -> list[tuple[int, str]]:
        """Give seq and path of the entries that changed after a publication, withdrawn or not, in order of arrival."""
        query = (
            sa.select(entries.c.seq, entries.c.path)
            .where(entries.c.publication > after)
            .order_by(entries.c.seq)
        )
        return [(row.seq, row.path) for row in self.connection.execute(query)]

    def at(self, path: str) -> Entry | None:
        """Give the entry whose page has an address, withdrawn or not."""
        rows = self.connection.execute(sa.select(entries).where(entries.c.path == path)).all()
        return self._entries(rows)[0] if rows else None

    def stamp_at(self, path: str) -> int | None:
        """Give the publication that last changed the entry whose page has an address; None if there is none."""
        stamp: int | None = self.connection.scalar(
            sa.select(entries.c.publication).where(entries.c.path == path)
        )
        return stamp

    def listed(self, after: int, to: int) -> list[tuple[str, datetime]]:
        """Give path and `updated_at` of the entries that are shown with `after < seq <= to`, for site maps."""
        query = (
            sa.select(entries.c.path, entries.c.updated_at)
            .where(entries.c.seq > after, entries.c.seq <= to, entries.c.withdrawn_at.is_(None))
            .order_by(entries.c.seq)
        )
        return [(row.path, row.updated_at) for row in self.connection.execute(query)]

    def changed_between(self, after: int, to: int) -> tuple[int, datetime] | None:
        """Give the last publication, and the latest `updated_at`, of all entries with `after < seq <= to`."""
        row = self.connection.execute(
            sa.select(sa.func.max(entries.c.publication), sa.func.max(entries.c.updated_at)).where(
                entries.c.seq > after, entries.c.seq <= to
            )
        ).one()
        return (row[0], row[1]) if row[0] is not None else None

    def rename_topic(self, old: str, new: str) -> int:
        """Let entries about a topic be about it by its new term; tells how many labels that changes."""
        there = sa.select(labels.c.seq).where(labels.c.kind == "topic", labels.c.term == new)
        mine = (labels.c.kind == "topic", labels.c.term == old)
        dropped = self.connection.execute(sa.delete(labels).where(*mine, labels.c.seq.in_(there)))
        renamed = self.connection.execute(sa.update(labels).where(*mine).values(term=new))
        return dropped.rowcount + renamed.rowcount

    def between(self, selection: Selection, after: int, to: int, since: date | None = None) -> list[Entry]:
        """Give the entries of a selection with `after < seq <= to`, the newest first.

        With `since`, those published before that date are left out.
        """
        conditions = [entries.c.seq > after, entries.c.seq <= to, entries.c.withdrawn_at.is_(None)]
        if since:
            conditions.append(entries.c.published >= since)
        query = sa.select(entries).where(*conditions, *matching(selection)).order_by(entries.c.seq.desc())
        return self._entries(self.connection.execute(query).all())

    def late(
        self, subscription: str, selection: Selection, after: int, to: int, relabelled_after: int
    ) -> list[Entry]:
        """Give the entries with `after < seq <= to` that have come to match a subscription, the newest first.

        Those that a publication after `relabelled_after` relabelled, and that were in none of its editions.
        """
        passed = sa.select(edition_entries.c.seq).where(
            edition_entries.c.subscription == subscription, edition_entries.c.seq == entries.c.seq
        )
        return self.relabelled(selection, after, to, relabelled_after, ~passed.exists())

    def relabelled(
        self,
        selection: Selection,
        after: int,
        to: int,
        relabelled_after: int,
        *conditions: sa.ColumnElement[bool],
    ) -> list[Entry]:
        """Give the entries of a selection with `after < seq <= to` that a publication relabelled later."""
        query = (
            sa.select(entries)
            .where(
                entries.c.relabelled > relabelled_after,
                entries.c.seq > after,
                entries.c.seq <= to,
                entries.c.withdrawn_at.is_(None),
                *matching(selection),
                *conditions,
            )
            .order_by(entries.c.seq.desc())
        )
        return self._entries(self.connection.execute(query).all())

    def all(self) -> Iterator[Entry]:
        """Give every entry, withdrawn ones too, the newest first, a thousand at a time."""
        before = self.last_seq() + 1
        while True:
            query = (
                sa.select(entries).where(entries.c.seq < before).order_by(entries.c.seq.desc()).limit(1000)
            )
            rows = self.connection.execute(query).all()
            if not rows:
                return
            yield from self._entries(rows)
            before = rows[-1].seq

    def in_order(self) -> Iterator[Entry]:
        """Give every entry, withdrawn ones too, in the order of arrival, a thousand at a time."""
        return self.changed(-1)

    def shown(self) -> int:
        """Count the entries that are shown."""
        query = sa.select(sa.func.count()).select_from(entries).where(entries.c.withdrawn_at.is_(None))
        return self.connection.scalar(query) or 0

    def _existing_seqs(self, seqs: Iterable[int]) -> set[int]:
        there: set[int] = set()
        for part in in_parts(sorted(seqs)):
            there.update(self.connection.scalars(sa.select(entries.c.seq).where(entries.c.seq.in_(part))))
        return there

    def _by_seq(self, *conditions: sa.ColumnElement[bool]) -> dict[int, sa.Row[tuple[object, ...]]]:
        query = sa.select(entries).where(*conditions).order_by(entries.c.seq)
        return {row.seq: row for row in self.connection.execute(query)}

    def _entries(self, rows: Rows) -> list[Entry]:
        found: dict[int, dict[str, list[Label]]] = {}
        for part in in_parts([row.seq for row in rows]):
            for seq, kind, label in self._labels(part):
                found.setdefault(seq, {}).setdefault(KINDS[kind], []).append(label)
        return [_entry(row, found.get(row.seq, {})) for row in rows]

    def _labels(self, seqs: Sequence[int]) -> Iterator[tuple[int, str, Label]]:
        """Give the labels of entries, each with its entry's seq and its kind, sorted by term."""
        query = sa.select(labels).where(labels.c.seq.in_(seqs)).order_by(labels.c.seq, labels.c.term)
        for row in self.connection.execute(query):
            evidence = tuple([Evidence(**said) for said in row.evidence])
            yield row.seq, row.kind, Label(row.term, row.score, evidence)


def matching(selection: Selection) -> list[sa.ColumnElement[bool]]:
    """Say Selection.matches in SQL; a test holds the two together."""
    conditions: list[sa.ColumnElement[bool]] = []
    for kind, terms in (("country", selection.countries), ("topic", selection.topics)):
        if terms:
            having = sa.select(labels.c.seq).where(
                labels.c.seq == entries.c.seq, labels.c.kind == kind, labels.c.term.in_(sorted(terms))
            )
            conditions.append(having.exists())
    if selection.languages:
        conditions.append(entries.c.language.in_(sorted(selection.languages)))
    return conditions


def _row(keys: EntryKeys) -> dict[str, object]:
    entry = keys.entry
    return {
        "seq": entry.seq,
        "id": entry.id,
        "path": entry.path,
        "slug": entry.slug,
        "title": entry.title,
        "body": entry.body,
        "text": entry.text,
        "summary": entry.summary,
        "link": entry.link,
        "language": entry.language,
        "published": entry.published,
        "bulletin_date": entry.bulletin_date,
        "added_at": entry.added_at,
        "updated_at": entry.updated_at,
        "withdrawn_at": entry.withdrawn_at,
        "source": entry.source,
        "bulletin": entry.bulletin,
        "line": entry.line,
        "dated": entry.dated,
        "guid": entry.guid,
        "link_key": keys.link_key,
        "stated": _said(entry),
        "title_key": keys.title_key,
        "text_key": keys.text_key,
        "publication": entry.publication,
        "relabelled": entry.relabelled,
    }


def _label_rows(entry: Entry) -> Iterator[dict[str, object]]:
    for kind, field in KINDS.items():
        for label in getattr(entry.labels, field):
            yield {
                "seq": entry.seq,
                "kind": kind,
                "term": label.term,
                "score": label.score,
                "evidence": [
                    {"words": each.words, "place": each.place, "kind": each.kind, "weight": each.weight}
                    for each in label.evidence
                ],
            }


def _entry(row: sa.Row[tuple[object, ...]], kinds: dict[str, list[Label]]) -> Entry:
    return Entry(
        id=row.id,
        seq=row.seq,
        title=row.title,
        body=row.body,
        text=row.text,
        summary=row.summary,
        published=row.published,
        bulletin_date=row.bulletin_date,
        added_at=row.added_at,
        updated_at=row.updated_at,
        labels=Labels(row.language, **{field: tuple(found) for field, found in kinds.items()}),
        slug=row.slug,
        source=row.source,
        bulletin=row.bulletin,
        line=row.line,
        link=row.link,
        dated=row.dated,
        guid=row.guid,
        **_stated(row.stated),
        withdrawn_at=row.withdrawn_at,
        publication=row.publication,
        relabelled=row.relabelled,
    )


def _said(entry: Entry) -> dict[str, object]:
    stated = entry.stated
    return {
        "countries": stated.countries,
        "topics": stated.topics,
        "regions": stated.regions,
        "language": entry.stated_language,
    }


def _stated(said: dict[str, Any]) -> dict[str, Any]:
    facets = {name: tuple(terms) for name, terms in said.items() if name != "language"}
    return {"stated": Stated(**facets), "stated_language": said.get("language", "")}


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
