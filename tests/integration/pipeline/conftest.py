"""A site in a folder with an App on it, whose clock the test sets."""

from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from feedsvc.app import App
from feedsvc.config import init_site


class Seen(NamedTuple):
    """What one sees of a document."""

    body: bytes
    etag: str
    changed_at: datetime
    gone: bool


NOW = datetime(2026, 11, 20, tzinfo=UTC)


class AppAt:
    """An App whose clock stands where the test puts it."""

    def __init__(self, root):
        self.root = root
        self.now = NOW
        self.open()

    def open(self, *, service=False):
        self.app = App(self.root, service=service)
        self.app.clock = lambda: self.now
        return self.app

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def subscribe(self, text):
        self.write("config/subscriptions.yaml", text)
        self.app.store.close()
        self.open()

    def ingest(self):
        return self.app.ingest(wait=True)

    def document(self, path):
        """Give what is published at an address, as the web server does."""
        shelved = self.app.document(path)
        return shelved and Seen(
            shelved.document.body, shelved.published.etag, shelved.published.changed_at, shelved.document.gone
        )

    def feed_paths(self):
        """Name the page of every feed."""
        with self.app.store.reading() as tx:
            return [feed.path for feed in tx.feeds.all()]

    def everything(self):
        """Give all that is published, as one text."""
        feeds = [f"{path}{end}" for path in self.feed_paths() for end in ("", ".atom", ".rss", ".json")]
        entries = [entry.path for entry in self.entries()]
        others = ["/", "/es/", "/feeds.opml", "/sitemap.xml", "/sitemap/1.xml", "/search"]
        return b"".join(found.body for path in (*feeds, *entries, *others) if (found := self.document(path)))

    def entries(self):
        with self.app.store.reading() as tx:
            return list(tx.entries.all())


@pytest.fixture
def at(tmp_path):
    """A site without bulletins or subscriptions."""
    init_site(tmp_path / "site")
    (tmp_path / "site" / "bulletins" / "mesoamerica-2017.txt").unlink()
    (tmp_path / "site" / "config" / "subscriptions.yaml").write_text("subscriptions: []\n")
    made = AppAt(tmp_path / "site")
    yield made
    made.app.store.close()
