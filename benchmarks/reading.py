"""Reading a bulletin of plain text, and labelling its entries, on one core, in a process of its own for each row.

Reading is all that a pass does with a draft that is new but for the store: its text, HTML and summary, and the keys
that its identity is looked up by. The file comes in chunks, so that memory must not grow with it. Plain entries have
hardly a word that labels go by; those in prose are as dense as what agencies and the press write.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import bulletins, prose
from feedsvc import config
from feedsvc.bulletins import Manner, body_html, summary, text_key, title_key
from feedsvc.bulletins.formats.plain_text import read_drafts
from feedsvc.config import Configuration
from feedsvc.labels import Labeller
from feedsvc.model import Draft, Problem, Source

SITE = Path(__file__).parent.parent
ENTRIES = (1_000, 10_000, 100_000)
TEXTS = {"plain": bulletins.bulletin, "prose": prose.bulletin}
CHUNK = 64 * 1024


def run(console: Console) -> None:
    """Print entries a second, and memory beside that of the smallest file, for reading and for both together."""
    table = Table("text", "entries", "MB", "reading /s", "and labelling /s", "peak MB", "peak to the first")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.txt"
        for text, made in TEXTS.items():
            smallest = 0.0
            for entries in ENTRIES:
                path.write_text(made(entries), "utf-8")
                reading, labelling = (_measured(path, what) for what in ("reading", "labelling"))
                smallest = smallest or labelling["peak"]
                table.add_row(
                    text,
                    f"{entries:,}",
                    f"{path.stat().st_size / 1e6:.0f}",
                    f"{entries / reading['seconds']:,.0f}",
                    f"{entries / labelling['seconds']:,.0f}",
                    f"{labelling['peak']:.0f}",
                    f"{labelling['peak'] / smallest:.2f}",
                )
    console.print(table)


def _measured(path: Path, what: str) -> dict[str, float]:
    """Give the seconds of processor time that a process of its own took, and the most memory it had, in MB."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.reading", str(path), what],
        check=True,
        cwd=SITE,
        stdout=subprocess.PIPE,
    )
    return dict(json.loads(done.stdout))


def _measure(path: Path, what: str) -> None:
    configuration = config.load(SITE)
    labeller = Labeller(configuration.label_rules)
    # What is made at the first use is no part of the rate.
    _work(read_drafts((prose.bulletin(20),), _manner(configuration)), labeller)
    start = time.process_time()
    _work(read_drafts(_chunks(path), _manner(configuration)), labeller if what == "labelling" else None)
    seconds = time.process_time() - start
    sys.stdout.write(json.dumps({"seconds": seconds, "peak": _peak()}))


def _peak() -> float:
    """Give the most memory that this process had, in MB, from Linux: `getrusage` counts its parent's, too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _manner(configuration: Configuration) -> Manner:
    return Manner(
        source=Source(name="many"),
        bulletin="many.txt",
        languages=configuration.site.languages,
        vocabulary=configuration.vocabulary,
        timezone=configuration.site.timezone,
        today=date(2026, 1, 2),
    )


def _chunks(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _work(pieces: Iterable[Draft | Problem], labeller: Labeller | None) -> None:
    for draft in pieces:
        assert isinstance(draft, Draft)
        body_html(draft.paragraphs)
        summary(draft.paragraphs)
        title_key(draft.title)
        text_key(draft.text)
        if labeller:
            labeller.label(draft.title, draft.paragraphs)


if __name__ == "__main__":
    _measure(Path(sys.argv[1]), sys.argv[2])
