"""Feed readers that people use, each following one feed: what they keep of it, as id to title and HTML."""

import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest

newsboat_needed = pytest.mark.skipif(
    not shutil.which("newsboat"), reason="newsboat (Debian) is not installed"
)


class Newsboat:
    """Debian's newsboat, in a folder of its own. It knows an id once, in whatever feed, so it follows one only."""

    def __init__(self, folder, url):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "urls").write_text(f"{url}\n")
        (folder / "config").write_text("")

    def reload(self):
        subprocess.run(
            ["newsboat", "-u", "urls", "-c", "db", "-C", "config", "-x", "reload"],
            cwd=self.folder,
            check=True,
            capture_output=True,
            timeout=60,
        )
        with closing(sqlite3.connect(self.folder / "db")) as database:
            rows = database.execute("SELECT guid, title, content FROM rss_item").fetchall()
        assert len({guid for guid, _, _ in rows}) == len(rows)
        return {guid: (title, html) for guid, title, html in rows}


class Reader:
    """The Python library `reader`."""

    def __init__(self, folder, url):
        from reader import make_reader

        folder.mkdir(parents=True, exist_ok=True)
        self.reader = make_reader(str(folder / "reader.sqlite"))
        self.reader.add_feed(url)

    def reload(self):
        for result in self.reader.update_feeds_iter(scheduled=False):
            assert not result.error, result
        entries = [*self.reader.get_entries()]
        assert len({entry.id for entry in entries}) == len(entries)
        return {entry.id: (entry.title, entry.content[0].value) for entry in entries}
