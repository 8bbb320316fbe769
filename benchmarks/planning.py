"""A digest for very many: 1,000 subscriptions, a list of recipients for each, all due at the same moment.

It is planned in a process of its own, as `feedsvc digests plan` does, so that its memory can be told.

    python -m benchmarks.planning [RECIPIENTS]
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.bulletins import bulletin
from feedsvc import config
from feedsvc.app import App

RECIPIENTS, SUBSCRIPTIONS, ENTRIES = 100_000, 1_000, 20
PLANNED_AT = datetime(2026, 11, 4, tzinfo=UTC)
COUNTRIES = ("PA", "CR", "SV", "GT", "HN", "MX", "NI", "BZ", "")


def run(console: Console, recipients: int = RECIPIENTS) -> None:
    """Print seconds and memory."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        make(site, recipients)
        command = [sys.executable, "-m", "benchmarks.planning", "plan", str(site)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout)
        size = (site / "var" / "feedsvc.sqlite3").stat().st_size / 1e6
    table = Table(f"{recipients:,} recipients in {SUBSCRIPTIONS:,} subscriptions, on SQLite", "")
    table.add_row("reading the lists", f"{found['read']:.1f} s")
    table.add_row(
        "planning, committed", f"{found['plan']:.1f} s ({found['processor']:.1f} s of the processor)"
    )
    table.add_row("mails", f"{found['mails']:,}")
    table.add_row("distinct contents", f"{found['contents']:,}")
    table.add_row("most memory", f"{found['memory']:.0f} MB")
    table.add_row("store afterwards", f"{size:,.0f} MB")
    console.print(table)


def make(site: Path, recipients: int) -> None:
    """Make a site on which all is due. A tenth of each list is on the one before too; a third has no name."""
    config.init_site(site)
    (site / "bulletins" / "many.txt").write_text(bulletin(ENTRIES, words=60))
    each = recipients // SUBSCRIPTIONS
    parts = ["subscriptions:\n"]
    for number in range(SUBSCRIPTIONS):
        country = COUNTRIES[number % len(COUNTRIES)]
        first = number * each - (each // 10 if number % 10 else 0)
        parts.append(
            f"  - {{id: s{number}, title: Partners {number}, schedule: daily, timezone: UTC, "
            f"countries: [{country}], recipients_file: s{number}.csv}}\n"
        )
        people = (
            f"person{first + n}@example.org,{f'Person {n}' if n % 3 else ''},{'es' if n % 2 else ''}\n"
            for n in range(each)
        )
        (site / "config" / f"s{number}.csv").write_text("email,name,language\n" + "".join(people))
    (site / "config" / "subscriptions.yaml").write_text("".join(parts))
    app = App(site, PLANNED_AT - timedelta(days=2))
    app.ingest()
    app.store.close()


def _plan(site: Path) -> None:
    """Plan what is due, and write what it took to standard output."""
    start = time.perf_counter()
    app = App(site, PLANNED_AT)
    read = time.perf_counter() - start
    start, worked = time.perf_counter(), time.process_time()
    report = app.plan()
    planned, processor = time.perf_counter() - start, time.process_time() - worked
    with app.store.reading() as tx:
        contents = tx.connection.exec_driver_sql("SELECT count(*) FROM digests").scalar()
    app.store.close()
    found = {
        "read": read,
        "plan": planned,
        "processor": processor,
        "mails": report.mails,
        "contents": contents,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    if sys.argv[1:2] == ["plan"]:
        _plan(Path(sys.argv[2]))
    else:
        run(Console(), *(int(word) for word in sys.argv[1:]))
