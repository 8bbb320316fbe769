"""Statements that every part of the store makes.

INSERT … ON CONFLICT is the same in SQLite and PostgreSQL, but SQLAlchemy offers it for each apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import sqlalchemy as sa
    from sqlalchemy.types import TypeEngine

T = TypeVar("T")


def upsert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows; one whose primary key is there takes the place of the old."""
    if not rows:
        return
    insert = _insert(connection, table)
    keys = [column.name for column in table.primary_key]
    values = {column.name: insert.excluded[column.name] for column in table.c if column.name not in keys}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=values), list(rows))


def add_up(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, object]], column: str
) -> None:
    """Insert rows; to one whose primary key is there the column's value is added."""
    if not rows:
        return
    insert = _insert(connection, table)
    keys = [each.name for each in table.primary_key]
    summed = {column: table.c[column] + insert.excluded[column]}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=summed), list(rows))


def insert_many(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that all give the same columns.

    SQLAlchemy's own way goes through every value of every row by itself, which takes longer than the database does.
    """
    if not rows:
        return
    dialect = connection.dialect
    names = list(rows[0])
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * len(names))
    values = [_as_stored(table.c[name].type, [row[name] for row in rows], dialect) for name in names]
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 (names of the schema)
    connection.exec_driver_sql(statement, list(zip(*values, strict=True)))


def _as_stored(kind: TypeEngine[Any], values: Iterable[object], dialect: sa.Dialect) -> Iterable[object]:
    """Give values as the database's driver takes them."""
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    return map(process, values) if process else values


def insert_new(connection: sa.Connection, table: sa.Table, row: Mapping[str, object]) -> bool:
    """Insert a row unless its primary key is there; tell whether it was new."""
    keys = list(table.primary_key)
    statement = _insert(connection, table).on_conflict_do_nothing(index_elements=keys).returning(*keys)
    return connection.execute(statement, row).first() is not None


def _insert(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def in_parts(values: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Cut values for IN (…) into parts that any database takes."""
    return (values[start : start + size] for start in range(0, len(values), size))
