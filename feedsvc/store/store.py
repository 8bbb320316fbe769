"""The database: opening it, bringing it up to date, transactions, and who is at work on it."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import event

from feedsvc.errors import StoreError
from feedsvc.store import migrations
from feedsvc.store.presence import FilePresence, PostgresPresence, Presence, lock_number
from feedsvc.store.snapshot import Snapshot
from feedsvc.store.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import URL
    from sqlalchemy.pool import ConnectionPoolEntry

# How long a writer waits for another on SQLite, where one writes at a time. A large first ingest is one
# transaction, so it may take a while.
BUSY_SECONDS = 60


class Store:
    """The database at `url`, brought up to date when it is opened.

    `url` is SQLAlchemy's: `sqlite:////absolute/path` or `postgresql+psycopg://…`. Raises StoreError when it
    can't be reached or was written by a newer feedsvc. Safe to share between threads.
    """

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._sqlite = self._url.get_backend_name() == "sqlite"
        self._engine = (
            _sqlite_engine(self._url) if self._sqlite else sa.create_engine(self._url, pool_pre_ping=True)
        )
        self.presence: Presence = (
            FilePresence(_sqlite_path(self._url)) if self._sqlite else PostgresPresence(self._engine)
        )
        # SQLite lets one write at a time, and those who wait sleep: threads of one process take turns instead.
        self._turn = threading.Lock() if self._sqlite else nullcontext()
        self._watcher = _Watcher(_sqlite_path(self._url)) if self._sqlite else None
        try:
            with self._mapped_errors():
                self._upgrade()
        except BaseException:
            self.close()
            raise

    def __reduce__(self) -> tuple[type[Store], tuple[str]]:
        # Another process opens the database by itself: nothing that is open may be shared between processes.
        return Store, (self._url.render_as_string(hide_password=False),)

    @staticmethod
    def is_there(url: str) -> bool:
        """Tell whether there is a store to open; a server is taken to have one."""
        parsed = sa.make_url(url)
        return parsed.get_backend_name() != "sqlite" or _sqlite_path(parsed).exists()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Give one state of the store to read from."""
        with self._reader() as connection:
            yield Transaction(connection)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give one state of the store to make the whole site from."""
        with self._reader() as connection:
            yield Snapshot(connection)

    @contextmanager
    def writing(self, lock: str = "") -> Iterator[Transaction]:
        """Give a transaction that changes the store, committed when the block ends and undone when it raises.

        `lock` names a job that one process at a time may do ("ingest", "plan"); another waits its turn.
        """
        with self._mapped_errors(), self._turn, self._writer() as connection:
            self._lock(connection, lock)
            yield Transaction(connection)

    def leave_no_trace(self) -> None:
        """Take what was erased from SQLite's files: until its log is emptied, they hold what was there before.

        It waits for those who are reading. PostgreSQL sees to its own files in time.
        """
        if not self._sqlite:
            return
        with self._mapped_errors(), self._turn, closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def tells_at_once(self) -> bool:
        """Whether `version` answers without waiting for a server."""
        return self._sqlite

    def version(self) -> int:
        """Give a number that is another one whenever what is published may have changed. Raises StoreError."""
        if self._watcher:
            return self._watcher.version()
        with self.reading() as tx:
            last = tx.publications.last()
            return last.number if last else 0

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()
        if self._watcher:
            self._watcher.close()

    @contextmanager
    def _reader(self) -> Iterator[sa.Connection]:
        with self._mapped_errors(), self._engine.connect() as connection, connection.begin():
            if not self._sqlite:
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield connection

    @contextmanager
    def _writer(self) -> Iterator[sa.Connection]:
        with self._engine.connect() as plain:
            connection = plain.execution_options(feedsvc_writing=True)
            with connection.begin():
                yield connection

    def _lock(self, connection: sa.Connection, name: str) -> None:
        if name and not self._sqlite:  # SQLite has one writer anyway
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock_number(name))))

    def _upgrade(self) -> None:
        with self._engine.connect() as connection:
            if migrations.revision(connection) == migrations.HEAD:
                return
        with self._writer() as connection:
            self._lock(connection, "migrate")
            migrations.upgrade(connection)

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.IntegrityError, sa.exc.ProgrammingError):
            raise  # a mistake of ours, not of the database: let it be seen whole
        except sa.exc.DBAPIError as error:
            reason = str(error.orig).strip()
            raise StoreError(
                f"The store at {self._url.render_as_string()} can't be used: {reason}"
            ) from error


class _Watcher:
    """Tells whether an SQLite database has changed, in microseconds, on a connection that does nothing else."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def version(self) -> int:
        """Give a number that changes with every commit of any other connection, of this process or another."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = sqlite3.connect(
                        self._path, timeout=BUSY_SECONDS, check_same_thread=False
                    )
                (number,) = self._connection.execute("PRAGMA data_version").fetchone()
            except sqlite3.Error as error:
                raise StoreError(f"The store at {self._path} can't be used: {error}") from error
            return int(number)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def _sqlite_path(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise StoreError("The store must be a file: several threads and processes share it.")
    return Path(url.database)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers read while one writes.

    SQLite's waiting doesn't cover this change, so processes that start at once
    on a new database would lock each other out.
    """
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _sqlite_engine(url: URL) -> sa.Engine:
    path = _sqlite_path(url)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"The folder {path.parent} of the store can't be made: {error.strerror}.") from None
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_size=10, max_overflow=40)

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")  # what is committed outlives a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(
            "PRAGMA secure_delete = ON"
        )  # some builds of SQLite leave what was deleted in the file

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A writer takes its lock at the start: one that reads first and locks later may find itself stale.
        writing = connection.get_execution_options().get("feedsvc_writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
