"""One digest to many, into Postfix's smtp-sink, beside smtplib on one connection and Postfix's own smtp-source.

Ours commits every attempt and every outcome; the others keep no record at all. The race for speed is the mail issue's.
"""

import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.bulletins import bulletin
from feedsvc import config
from feedsvc.app import App

RECIPIENTS = 1_000
SUBSCRIPTIONS = """\
subscriptions:
  - id: everyone
    title: Everyone
    schedule: daily
    recipients_file: everyone.csv
"""


def run(console: Console) -> None:
    """Print messages a second for each way."""
    sink = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin")
    source = shutil.which("smtp-source", path="/usr/sbin:/usr/bin")
    if not sink or not source:
        console.print("smtp-sink and smtp-source (Debian's postfix) are not installed.")
        return
    with tempfile.TemporaryDirectory() as folder, _sink(sink) as port:
        ours, data = _ours(Path(folder) / "site", port)
        rates = {
            "feedsvc, 10 connections, every outcome committed": ours,
            "smtplib, 1 connection, no record": _smtplib(port, data),
            "smtp-source, 10 sessions, no record": _smtp_source(source, port, len(data)),
        }
    table = Table(f"{RECIPIENTS:,} messages of {len(data) / 1024:.0f} KB", "messages/s", "to smtp-source")
    for name, rate in rates.items():
        table.add_row(name, f"{rate:,.0f}", f"{rate / rates['smtp-source, 10 sessions, no record']:.2f}")
    console.print(table)


@contextmanager
def _sink(sink: str) -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    process = subprocess.Popen([sink, "-u", "nobody", f"127.0.0.1:{port}", "500"], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def _ours(root: Path, port: int) -> tuple[float, bytes]:
    config.init_site(root)
    (root / "bulletins" / "many.txt").write_text(bulletin(20))
    people = "\n".join(f"person{number}@example.org,Person {number},en" for number in range(RECIPIENTS))
    (root / "config" / "everyone.csv").write_text(f"email,name,language\n{people}\n")
    (root / "config" / "subscriptions.yaml").write_text(SUBSCRIPTIONS)
    os.environ["FEEDSVC_MAIL__TRANSPORT"] = "smtp"
    os.environ["FEEDSVC_MAIL__SMTP__HOST"] = "127.0.0.1"
    os.environ["FEEDSVC_MAIL__SMTP__PORT"] = str(port)
    App(root, datetime.now(UTC) - timedelta(days=3)).ingest()
    app = App(root)
    app.plan()
    start = time.perf_counter()
    app.deliver()
    seconds = time.perf_counter() - start
    data = app.preview("everyone", "").message.data
    app.store.close()
    return RECIPIENTS / seconds, data


def _smtplib(port: int, data: bytes) -> float:
    start = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as client:
        for number in range(RECIPIENTS):
            client.sendmail("a@example.org", f"person{number}@example.org", data)
    return RECIPIENTS / (time.perf_counter() - start)


def _smtp_source(source: str, port: int, size: int) -> float:
    start = time.perf_counter()
    subprocess.run(
        [
            source,
            "-s",
            "10",
            "-m",
            str(RECIPIENTS),
            "-l",
            str(size),
            "-f",
            "a@example.org",
            "-t",
            "b@example.org",
            f"127.0.0.1:{port}",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return RECIPIENTS / (time.perf_counter() - start)
