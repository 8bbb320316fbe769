"""Which workers are alive: each holds a lock that the operating system or the database lets go when it dies.

A delivery that says `attempting` belongs to a worker. When that worker is gone, nobody knows whether the message
went out, and the delivery is in doubt; as long as it lives, nobody may touch it. A lock tells the two apart at
once and without a clock, where a lease would have to guess how long a relay may take.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path


class Presence(Protocol):
    """Tells who is at work on the store."""

    def worker(self) -> AbstractContextManager[str]:
        """Be a worker for the length of the block; gives its name."""

    def is_alive(self, worker: str) -> bool:
        """Tell whether the process that took this name still runs."""

    def alone(self, job: str) -> AbstractContextManager[None]:
        """Be the only one at a job for the length of the block, after waiting for who is at it."""


class FilePresence:
    """Locks on files beside the SQLite database (flock): one machine, any number of processes."""

    def __init__(self, database: Path) -> None:
        self._folder = database.with_name(database.name + "-workers")

    @contextmanager
    def worker(self) -> Iterator[str]:
        """Hold a locked file; it is removed at the end."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = uuid.uuid4().hex
        path = self._folder / name
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield name
        finally:
            path.unlink(missing_ok=True)
            os.close(descriptor)

    def is_alive(self, worker: str) -> bool:
        """Try the worker's lock; one that can be had belongs to no one."""
        path = self._folder / worker
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            path.unlink(missing_ok=True)
            return False
        finally:
            os.close(descriptor)

    @contextmanager
    def alone(self, job: str) -> Iterator[None]:
        """Hold a locked file, which stays for the next."""
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._folder / job, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


class PostgresPresence:
    """Advisory locks of a session: any number of machines. Needs session pooling where there is a pooler."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @contextmanager
    def worker(self) -> Iterator[str]:
        """Hold a lock on a connection of its own."""
        name = uuid.uuid4().hex
        with self.alone(name):
            yield name

    def is_alive(self, worker: str) -> bool:
        """Try the worker's lock; one that can be had belongs to no one."""
        number = lock_number(worker)
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            free = connection.scalar(sa.select(sa.func.pg_try_advisory_lock(number)))
            if free:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(number)))
            return not free

    @contextmanager
    def alone(self, job: str) -> Iterator[None]:
        """Hold a lock on a connection of its own."""
        number = lock_number(job)
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.select(sa.func.pg_advisory_lock(number)))
            try:
                yield
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(number)))


def lock_number(name: str) -> int:
    """Give the 64-bit number that PostgreSQL knows a lock by."""
    return int.from_bytes(hashlib.sha256(f"feedsvc {name}".encode()).digest()[:8], signed=True)
