"""From a bulletin's file to all feeds and pages, beside Hugo (Debian's `hugo`) where it is installed.

Hugo builds the same entries with the same two taxonomies as HTML and RSS. It has no labels to find and no ids to keep;
it makes no feed for a pair of country and topic. The full race is run when the feeds are final.
"""

import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.bulletins import bulletin
from feedsvc import config
from feedsvc.app import App

HUGO_CONFIG = """
baseURL = "http://localhost:8000/"
title = "Migration in Mesoamerica"
[taxonomies]
country = "countries"
topic = "topics"
"""
HUGO_LAYOUT = "<!doctype html><html><head><title>{{ .Title }}</title></head><body>{{ %s }}</body></html>"


def run(console: Console) -> None:
    """Print seconds for a first pass and for one entry more, and the ratio to Hugo."""
    hugo = shutil.which("hugo")
    table = Table(
        "entries", "first pass s", "entries/s", "one more s", "nothing new s", "Hugo s", "one more / Hugo"
    )
    for entries in (1_000, 10_000):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "site"
            first, one_more, nothing = _ours(root, entries)
            built = _hugo(hugo, root, Path(folder) / "hugo") if hugo else None
        table.add_row(
            f"{entries:,}",
            f"{first:.2f}",
            f"{entries / first:,.0f}",
            f"{one_more:.3f}",
            f"{nothing:.4f}",
            f"{built:.2f}" if built else "not installed",
            f"{one_more / built:.3f}" if built else "",
        )
    console.print(table)


def _ours(root: Path, entries: int) -> tuple[float, float, float]:
    config.init_site(root)
    (root / "bulletins" / "many.txt").write_text(bulletin(entries))
    _settle(root)
    app = App(root)
    first = _seconds(app.ingest)
    (root / "bulletins" / "one.txt").write_text(
        "1 February, 2026\n\nPanama opens one more shelter\n\nReturned migrants in Panama have one more shelter.\n"
    )
    _settle(root)
    one_more = _seconds(app.ingest)
    nothing = _seconds(app.ingest)
    app.store.close()
    return first, one_more, nothing


def _settle(root: Path) -> None:
    """Let the files look as if they had been there for a while."""
    import os

    past = time.time() - 60
    for path in (root / "bulletins").iterdir():
        os.utime(path, (past, past))


def _seconds(work: object) -> float:
    start = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - start


def _hugo(hugo: str, root: Path, folder: Path) -> float:
    (folder / "content" / "entries").mkdir(parents=True)
    (folder / "layouts" / "_default").mkdir(parents=True)
    (folder / "hugo.toml").write_text(HUGO_CONFIG)
    (folder / "layouts" / "_default" / "single.html").write_text(HUGO_LAYOUT % ".Content")
    (folder / "layouts" / "_default" / "list.html").write_text(
        HUGO_LAYOUT % "range .Pages }}{{ .Title }}{{ end"
    )
    app = App(root)
    with app.store.reading() as tx:
        for entry in tx.entries.all():
            front = {
                "title": entry.title,
                "date": entry.published.isoformat(),
                "countries": [label.term for label in entry.labels.countries],
                "topics": [label.term for label in entry.labels.topics],
            }
            page = f"{json.dumps(front)}\n\n{entry.text}\n"
            (folder / "content" / "entries" / f"{entry.seq}.md").write_text(page)
    app.store.close()
    return _seconds(lambda: subprocess.run([hugo, "--quiet", "-s", str(folder)], check=True))
