"""From a bulletin's file to all feeds and pages, beside Hugo (Debian's) and Pelican, where they are installed.

All three get the same entries with the same countries and topics, and frames of pages that hold about the same.
Hugo and Pelican are told what each entry is about and write HTML and one format of feed for each country and each
topic; feedsvc finds it out, keeps ids, and has three formats for each country, topic, pair and language besides.

Ours is timed twice: until every document can be asked for, and until every one of them lies in a folder, as theirs do.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.bulletins import bulletin, made_up
from feedsvc import config
from feedsvc.app import App

ENTRIES = 10_000
MORE_ENTRIES = 100_000
PEERS = Path(__file__).parent / "peers"
ONE_MORE = """\
{day} February, 2026

Panama opens shelter number {day}

Returned migrants in Panama have one more shelter, and children among them a school.
"""
# What shows the entry that is added: each is asked for after it, and must have it.
SHOWING = ("/", "/feeds/all.atom", "/feeds/country/pa.rss", "/feeds/country/pa.json", "/feeds/country/pa")


def run(console: Console) -> None:
    """Print seconds for a whole site, and for one entry more, and the ratios to Hugo's."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        hugo = _hugo(root / "hugo", ENTRIES)
        pelican = _pelican(root / "pelican", ENTRIES)
        published, exported, one_more = _ours(root / "site", ENTRIES, exporting=True)
        _, _, one_more_of_many = _ours(root / "more", MORE_ENTRIES, exporting=False)
    table = Table(f"{ENTRIES:,} entries of 300 words", "seconds", "to Hugo")
    for what, seconds in (
        ("Hugo, HTML and RSS", hugo),
        ("Pelican, HTML and Atom", pelican),
        ("feedsvc, all can be asked for", published),
        ("feedsvc, all lie in a folder", exported),
        ("one entry more, asked for", one_more),
        (f"one entry more, at {MORE_ENTRIES:,}", one_more_of_many),
    ):
        ratio = f"{seconds / hugo:.4f}" if seconds and hugo else ""
        table.add_row(what, f"{seconds:.3f}" if seconds else "not installed", ratio)
    console.print(table)


# --- ours ------------------------------------------------------------------------


def _ours(root: Path, entries: int, *, exporting: bool) -> tuple[float, float, float]:
    config.init_site(root)
    (root / "bulletins" / "mesoamerica-2017.txt").unlink()
    (root / "bulletins" / "many.txt").write_text(bulletin(entries))
    _settle(root)
    app = App(root)
    published = _seconds(app.ingest)
    exported = published + _seconds(lambda: app.export(f"file://{root}/public")) if exporting else 0.0
    times = [_one_more(app, root, day) for day in range(1, 6)]
    app.store.close()
    return published, exported, sorted(times)[len(times) // 2]


def _one_more(app: App, root: Path, day: int) -> float:
    """Add an entry, and ask for what shows it; the middle of some is taken."""
    (root / "bulletins" / f"one-{day}.txt").write_text(ONE_MORE.format(day=day))
    _settle(root)

    def work() -> None:
        app.ingest()
        for path in SHOWING:
            shelved = app.document(path)
            assert shelved is not None
            assert f"shelter number {day}".encode() in shelved.document.body

    return _seconds(work)


def _settle(root: Path) -> None:
    """Let the files look as if they had been there for a while."""
    past = time.time() - 60
    for path in (root / "bulletins").iterdir():
        os.utime(path, (past, past))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


# --- theirs ------------------------------------------------------------------------


def _hugo(folder: Path, entries: int) -> float:
    hugo = shutil.which("hugo")
    if not hugo:
        return 0.0
    shutil.copytree(PEERS / "hugo", folder)
    content = folder / "content" / "entries"
    content.mkdir(parents=True)
    for number, entry in enumerate(made_up(entries)):
        front = {
            "title": entry.title,
            "date": entry.day.isoformat(),
            "countries": [entry.country],
            "topics": [entry.topic],
        }
        (content / f"{number}.md").write_text(f"{json.dumps(front)}\n\n{entry.text}\n")
    return _seconds(lambda: _call([hugo, "--quiet", "-s", str(folder)]))


def _pelican(folder: Path, entries: int) -> float:
    pelican = Path(sys.executable).with_name("pelican")
    if not pelican.is_file():
        return 0.0
    shutil.copytree(PEERS / "pelican", folder)
    content = folder / "content"
    content.mkdir()
    for number, entry in enumerate(made_up(entries)):
        # Pelican knows categories, one an entry, and tags.
        head = f"Title: {entry.title}\nDate: {entry.day}\nCategory: {entry.country}\nTags: {entry.topic}\n"
        (content / f"{number}.md").write_text(f"{head}\n{entry.text}\n")
    settings = folder / "pelicanconf.py"
    return _seconds(
        lambda: _call([str(pelican), "-q", "-s", str(settings), "-o", str(folder / "public"), str(content)])
    )


def _call(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
