"""The words of entries, for those who look for them: FTS5 in SQLite, a text search vector in PostgreSQL.

Both get the same folded words and find the same entries. The index follows what is published: whoever searches, or
the worker after a pass, brings it up to date, so that publishing never waits for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.store.entries import Entries, matching
from feedsvc.store.facts import Facts
from feedsvc.store.publications import Publications
from feedsvc.store.schema import entries
from feedsvc.words import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedsvc.model import Entry, SearchQuery

# The fact that says up to which publication the words of entries are in the index.
_INDEXED = "searchable up to"
# How much of a title, and of a text, is searched: PostgreSQL takes no more than a megabyte.
_LONGEST = 200_000
_WORD = re.compile(r"[^\W_]+")
# How many entries are taken up at once.
_BATCH = 1000
# In both languages words grow at their end: migrante, migrantes; entry, entries. Cut to their beginning they meet.
_ENDINGS = re.compile(r"(?<=.{4})(?:es|s)$")


@dataclass(frozen=True)
class Search:
    """Finds entries by words, selection and time."""

    connection: sa.Connection

    def is_behind(self) -> bool:
        """Tell whether something was published that is not in the index yet."""
        last = Publications(self.connection).last()
        return last is not None and last.number > self._indexed()

    def catch_up(self) -> None:
        """Take up what was published since the index was last brought up to date."""
        last = Publications(self.connection).last()
        if last is None:
            return
        changed = Entries(self.connection).changed(self._indexed())
        while batch := list(islice(changed, _BATCH)):
            self._forget(batch)
            self._take_up([entry for entry in batch if not entry.withdrawn_at])
        Facts(self.connection).put(_INDEXED, str(last.number))

    def find(self, query: SearchQuery, limit: int) -> tuple[list[Entry], int]:
        """Give the entries of a page of so many, those published last first, and how many are found in all."""
        conditions = self._conditions(query)
        total = (
            self.connection.scalar(sa.select(sa.func.count()).select_from(entries).where(*conditions)) or 0
        )
        found = Entries(self.connection).page(conditions, (query.page - 1) * limit, limit)
        return found, total

    def latest(self, query: SearchQuery, limit: int) -> list[Entry]:
        """Give what came or changed last of all that is found, for who follows it: a back-dated entry is new, too."""
        return Entries(self.connection).latest(self._conditions(query), limit)

    def _conditions(self, query: SearchQuery) -> list[sa.ColumnElement[bool]]:
        conditions = [entries.c.withdrawn_at.is_(None), *matching(query.selection)]
        if query.since:
            conditions.append(entries.c.published >= query.since)
        if query.until:
            conditions.append(entries.c.published <= query.until)
        words = beginnings(query.words)
        if words:
            conditions.append(entries.c.seq.in_(self._having(words)))
        elif query.words.strip():  # signs alone are in no entry
            conditions.append(sa.false())
        return conditions

    def _indexed(self) -> int:
        return int(Facts(self.connection).get(_INDEXED) or 0)

    @property
    def _is_sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"

    def _forget(self, changed: Sequence[Entry]) -> None:
        column = "rowid" if self._is_sqlite else "seq"
        statement = sa.text(f"DELETE FROM search WHERE {column} = :seq")  # noqa: S608
        self.connection.execute(statement, [{"seq": entry.seq} for entry in changed])

    def _take_up(self, shown: Sequence[Entry]) -> None:
        statement = (
            "INSERT INTO search (rowid, words) VALUES (:seq, :words)"
            if self._is_sqlite
            else "INSERT INTO search (seq, words) VALUES (:seq, to_tsvector('simple', :words))"
        )
        rows = [{"seq": entry.seq, "words": _searched(entry)} for entry in shown]
        if rows:
            self.connection.execute(sa.text(statement), rows)

    def _having(self, words: list[str]) -> sa.TextualSelect:
        """Select the entries that have all words, each with any ending."""
        if self._is_sqlite:
            statement = sa.text("SELECT rowid AS seq FROM search WHERE search MATCH :words")
            written = " ".join(f'"{word}"*' for word in words)
        else:
            statement = sa.text("SELECT seq FROM search WHERE words @@ to_tsquery('simple', :words)")
            written = " & ".join(f"{word}:*" for word in words)
        return statement.bindparams(words=written).columns(sa.column("seq", sa.BigInteger))


def _searched(entry: Entry) -> str:
    return f"{words_of(entry.title[:_LONGEST])} {words_of(entry.text[:_LONGEST])}"


def beginnings(asked: str) -> list[str]:
    """Give the beginnings of the words that someone asks for, each once."""
    return list(dict.fromkeys(_ENDINGS.sub("", word) for word in _WORD.findall(words_of(asked))))
