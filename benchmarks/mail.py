"""One digest to many, into Postfix's smtp-sink, beside other clients, and over a line with a long round trip.

Ours commits every attempt before its message goes out and every outcome after, safe against a power cut; the others
keep no record at all. The rounds of all of them take turns, since other work on the machine disturbs whoever is on.

    python -m benchmarks.mail [RECIPIENTS]
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import aiosmtplib
from rich.console import Console
from rich.table import Table

from benchmarks.bulletins import bulletin
from benchmarks.slow_line import slow_line
from feedsvc import config
from feedsvc.app import App

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RECIPIENTS, CONNECTIONS, ROUNDS = 5_000, 10, 3
ENTRIES, SMALLEST = 13, 44 * 1024  # of that many entries a message has some 48 KB
FAR_CONNECTIONS, ROUND_TRIP = 50, 0.040
SOURCE = "smtp-source, 10 sessions, no record"
SUBSCRIPTIONS = """\
subscriptions:
  - id: everyone
    title: Everyone
    schedule: daily
    recipients_file: everyone.csv
"""


def run(console: Console, recipients: int = RECIPIENTS) -> None:
    """Print messages a second for each way."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    sink, source = (shutil.which(name, path=path) for name in ("smtp-sink", "smtp-source"))
    if not sink or not source:
        console.print("smtp-sink and smtp-source (Debian's postfix) are not installed.")
        return
    with tempfile.TemporaryDirectory() as folder, _sink(sink) as port:
        site = _Site(Path(folder) / "site", recipients)
        data = site.message()
        peer = _Peer(port, recipients, data, source)
        ways: dict[str, Callable[[], float]] = {
            "feedsvc, 10 connections, all committed": lambda: site.send(port, CONNECTIONS),
            "feedsvc, 30 connections, all committed": lambda: site.send(port, 30),
            SOURCE: peer.smtp_source,
            "smtplib, 10 threads, no record": peer.smtplib,
            "aiosmtplib, 10 connections, no record": peer.aiosmtplib,
        }
        rounds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                rounds[name].append(way())
        _print(console, recipients, len(data), rounds)
        with slow_line(port, ROUND_TRIP) as far:
            rate = site.send(far, FAR_CONNECTIONS)
        console.print(
            f"Round trip of {ROUND_TRIP * 1000:.0f} ms, {FAR_CONNECTIONS} connections: {rate:,.0f}/s"
        )
        _print_memory(console, site)


def _print(console: Console, recipients: int, size: int, rounds: dict[str, list[float]]) -> None:
    table = Table(
        f"{recipients:,} messages of {size / 1024:.0f} KB", "messages/s", "to smtp-source", "rounds"
    )
    for name, rates in rounds.items():
        ratio = statistics.median(a / b for a, b in zip(rates, rounds[SOURCE], strict=True))
        each = " ".join(f"{rate:,.0f}" for rate in rates)
        table.add_row(name, f"{statistics.median(rates):,.0f}", f"{ratio:.2f}", each)
    console.print(table)


def _print_memory(console: Console, site: _Site) -> None:
    growth = ", ".join(f"{after - before:+,.0f}" for before, after in site.memory)
    console.print(f"Most memory ever used grew during each run of feedsvc by {growth} MB.")


@contextmanager
def _sink(sink: str) -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([sink, *user, f"127.0.0.1:{port}", "500"], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


class _Site:
    """A site with a digest of 44 KB, due once a day; each run is another day's."""

    def __init__(self, root: Path, recipients: int) -> None:
        self._root, self._recipients = root, recipients
        # In the evening: the digest of the morning is due by then, and wasn't twelve hours ago.
        self._day = datetime.now(UTC).replace(hour=18) + timedelta(days=1)
        self.memory: list[tuple[float, float]] = []
        config.init_site(root)
        people = "\n".join(f"person{number}@example.org,Person {number},en" for number in range(recipients))
        (root / "config" / "everyone.csv").write_text(f"email,name,language\n{people}\n")
        (root / "config" / "subscriptions.yaml").write_text(SUBSCRIPTIONS)
        for sample in (root / "bulletins").iterdir():
            sample.unlink()  # or the first day's digest would be longer than the others'
        os.environ["FEEDSVC_MAIL__TRANSPORT"] = "smtp"
        os.environ["FEEDSVC_MAIL__SMTP__HOST"] = "127.0.0.1"
        self._ingest()

    def message(self) -> bytes:
        """Give what the first run will send to the first person."""
        app = App(self._root, self._day)
        data = app.preview("everyone", "").message.data
        app.store.close()
        return data

    def send(self, port: int, connections: int) -> float:
        os.environ["FEEDSVC_MAIL__SMTP__PORT"] = str(port)
        os.environ["FEEDSVC_MAIL__SMTP__CONNECTIONS"] = str(connections)
        app = App(self._root, self._day)
        app.plan()
        assert (size := self._size(app)) >= SMALLEST, f"Messages of {size} bytes say nothing of long ones."
        before = _peak()
        start = time.perf_counter()
        report = app.deliver()
        seconds = time.perf_counter() - start
        self.memory.append((before, _peak()))
        app.store.close()
        assert report.outcomes.total() == self._recipients, report
        assert len(report.outcomes) == 1, report
        self._day += timedelta(days=1)
        self._ingest()
        return self._recipients / seconds

    def _size(self, app: App) -> int:
        with app.store.reading() as tx:
            delivery = tx.outbox.to("person0@example.org")[0]
            return len(app.parts.postroom.message(tx.outbox.digest(delivery.digest), delivery).data)

    def _ingest(self) -> None:
        news = bulletin(ENTRIES).replace(", number ", f", day {self._day:%j} number ")
        (self._root / "bulletins" / f"{self._day:%Y-%m-%d}.txt").write_text(news)
        app = App(self._root, self._day - timedelta(hours=12))
        app.ingest()
        app.plan()
        app.store.close()


@dataclass(frozen=True)
class _Peer:
    """Other clients, with the very same message (smtp-source: with one of that size)."""

    port: int
    recipients: int
    data: bytes
    source: str

    def smtp_source(self) -> float:
        command = [self.source, "-s", str(CONNECTIONS), "-m", str(self.recipients), "-l", str(len(self.data))]
        envelope = ["-f", "a@example.org", "-t", "b@example.org", f"127.0.0.1:{self.port}"]
        return self._timed(lambda: subprocess.run([*command, *envelope], check=True))

    def smtplib(self) -> float:
        def some(numbers: range) -> None:
            with smtplib.SMTP("127.0.0.1", self.port) as client:
                for number in numbers:
                    client.sendmail("a@example.org", f"person{number}@example.org", self.data)

        def all_of_them() -> None:
            with ThreadPoolExecutor(CONNECTIONS) as threads:
                list(threads.map(some, self._shares()))

        return self._timed(all_of_them)

    def aiosmtplib(self) -> float:
        async def some(numbers: range) -> None:
            async with aiosmtplib.SMTP(hostname="127.0.0.1", port=self.port) as client:
                for number in numbers:
                    await client.sendmail("a@example.org", [f"person{number}@example.org"], self.data)

        async def all_of_them() -> None:
            await asyncio.gather(*map(some, self._shares()))

        return self._timed(lambda: asyncio.run(all_of_them()))

    def _shares(self) -> list[range]:
        return [range(start, self.recipients, CONNECTIONS) for start in range(CONNECTIONS)]

    def _timed(self, work: Callable[[], object]) -> float:
        start = time.perf_counter()
        work()
        return self.recipients / (time.perf_counter() - start)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    run(Console(), int(sys.argv[1]) if len(sys.argv) > 1 else RECIPIENTS)
