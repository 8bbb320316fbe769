"""Documents on the shelf: the same for the same state of the store, never those of another, and no more than fit."""

import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sites import FEEDSVC

from feedsvc.app import App
from feedsvc.config import init_site
from feedsvc.pipeline import Shelf

ATOM, PAGE = "/feeds/all.atom", "/feeds/all"
PANAMA = "{day} September, 2017\n\nPanama opens office {day}\n\nMigrants in Panama have an office.\n\n"


class Site:
    def __init__(self, root):
        self.root = root
        self.now = datetime(2026, 11, 20, tzinfo=UTC)
        self.opened = []
        self.app = self.open()

    def open(self):
        app = App(self.root, service=True)
        app.clock = lambda: self.now
        self.opened.append(app)
        return app

    def write(self, *days):
        text = "".join(PANAMA.format(day=day) for day in days)
        (self.root / "bulletins" / "a.txt").write_text(text)

    def publish(self, *days, app=None):
        self.now += timedelta(seconds=5)
        self.write(*days)
        return (app or self.app).ingest(wait=True)

    def shelf(self, limit=200_000_000, catalogue=None):
        return Shelf(self.app.store, lambda: catalogue or self.app.parts.catalogue, limit)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request, tmp_path, monkeypatch):
    if request.param == "postgresql":
        monkeypatch.setenv("DATABASE_URL", request.getfixturevalue("postgres_url"))
    init_site(tmp_path / "site")
    (tmp_path / "site" / "bulletins" / "mesoamerica-2017.txt").unlink()
    made = Site(tmp_path / "site")
    yield made
    for app in made.opened:
        app.store.close()


def seen(app, path, query=""):
    found = app.document(path, query)
    return found.published.etag, found.published.changed_at, found.document.body


def titles(shelved):
    return shelved.document.body.count(b"Panama opens office")


PATHS = (
    ATOM,
    "/feeds/country/pa.rss",
    "/feeds/all.json",
    PAGE,
    "/es/",
    "/feeds.opml",
    "/sitemap.xml",
    "/style.css",
)


def test_a_state_of_the_store_has_the_same_bytes_and_validators_for_every_process_and_after_restarts(site):
    site.publish(1, 2)
    first = [seen(site.app, path) for path in PATHS]
    site.now += timedelta(days=9)
    assert [seen(site.open(), path) for path in PATHS] == first
    assert [seen(site.app, path) for path in PATHS] == first


def test_what_is_asked_for_again_is_the_very_same(site):
    site.publish(1)
    shelved = site.app.document(ATOM)
    assert site.app.document(ATOM) is shelved
    assert shelved.coded("gzip") is shelved.coded("gzip")
    if site.app.store.tells_at_once:
        assert site.app.at_hand(ATOM, "") is shelved
    else:
        assert site.app.at_hand(ATOM, "") is None


def test_a_publication_leaves_alone_what_it_does_not_change(site):
    site.publish(1)
    before = {path: site.app.document(path) for path in (ATOM, "/feeds/country/hn.atom", "/robots.txt")}
    site.publish(1, 2)
    assert site.app.document("/feeds/country/hn.atom") is before["/feeds/country/hn.atom"]
    assert site.app.document("/robots.txt") is before["/robots.txt"]
    assert site.app.document(ATOM) is not before[ATOM]


def test_nothing_stale_is_handed_out_after_another_has_published(site):
    other = site.open()
    for number in range(1, 6):
        for path in (ATOM, PAGE):
            site.app.document(path)
        site.publish(*range(1, number + 1), app=other)
        for path in (ATOM, PAGE):
            at_hand = site.app.at_hand(path, "")
            assert at_hand is None or titles(at_hand) >= number
            assert titles(site.app.document(path)) >= number
    validators = seen(site.app, ATOM)[:2]
    assert validators == seen(other, ATOM)[:2]


def test_nor_after_another_process_has(site):
    site.publish(1)
    site.app.document(ATOM)
    site.write(1, 2)
    subprocess.run(
        [*FEEDSVC, "--site", str(site.root), "ingest"], check=True, capture_output=True, timeout=60
    )
    assert site.app.at_hand(ATOM, "") is None
    assert titles(site.app.document(ATOM)) == 2


def test_readers_who_ask_while_it_is_published_never_go_back(site):
    other, stop = site.open(), threading.Event()

    def read():
        met = []
        while not stop.is_set():
            shelved = site.app.at_hand(ATOM, "") or site.app.document(ATOM)
            met.append((shelved.published.changed_at, titles(shelved)))
        return met

    site.publish(1)
    with ThreadPoolExecutor(4) as readers:
        reading = [readers.submit(read) for _ in range(4)]
        for number in range(2, 8):
            site.publish(*range(1, number + 1), app=other)
        stop.set()
        for met in [each.result() for each in reading]:
            assert met == sorted(met)
            assert len({date for date, _ in met}) == len(set(met)), "one state of the store, one document"
    assert titles(site.app.document(ATOM)) == 7


def test_what_many_ask_for_at_once_is_made_once(site):
    site.publish(1)

    class Counting:
        def __init__(self, catalogue):
            self.catalogue = catalogue
            self.made = []

        def __getattr__(self, name):
            return getattr(self.catalogue, name)

        def published(self, tx, address):
            self.made.append(address)
            return self.catalogue.published(tx, address)

    catalogue = Counting(site.app.parts.catalogue)
    shelf = site.shelf(catalogue=catalogue)
    with ThreadPoolExecutor(16) as readers:
        found = list(readers.map(shelf.get, [ATOM] * 50))
    assert len({id(each) for each in found}) == 1
    assert len(catalogue.made) == 1


def test_changed_settings_change_documents_at_once(site):
    site.publish(1)
    before = seen(site.app, ATOM)
    site.app.document(PAGE)
    toml = site.root / "config" / "feedsvc.toml"
    toml.write_text(toml.read_text().replace('en = "Migration in Mesoamerica"', 'en = "News of the Isthmus"'))
    site.app.refresh()
    assert site.app.at_hand(ATOM, "") is None
    after = seen(site.app, ATOM)
    assert b"News of the Isthmus" in after[2]
    assert after[0] != before[0]
    site.now += timedelta(seconds=5)
    site.app.ingest()
    published = seen(site.app, ATOM)
    assert published[::2] == after[::2]
    assert published[1] > before[1]


@pytest.mark.parametrize("query", ["x=1", "utm_source=a&utm_medium=b", "", "q=panama"])
def test_a_query_that_means_nothing_is_no_other_document(site, query):
    site.publish(1)
    shelved = site.app.document(ATOM)
    assert site.app.document(ATOM, query) is shelved
    assert site.app.at_hand(ATOM, query) in (shelved, None)


def test_a_search_is_the_same_however_it_is_written(site):
    site.publish(1)
    found = site.app.document("/search", "q=Panama&country=pa")
    assert titles(found) == 1
    for same in ("country=PA&q=Panama", "q=+Panama++&country=pa&page=1&x=y"):
        assert site.app.document("/search", same) is found
    assert site.app.document("/search", "q=Honduras") is not found


def test_what_was_asked_for_last_is_kept_and_no_more_than_there_is_room_for(site):
    site.publish(1)
    one, two, three = (site.shelf().get(path) for path in (ATOM, "/feeds/all.rss", "/feeds/all.json"))
    shelf = site.shelf(limit=one.size + two.size + three.size // 2)
    kept = {path: shelf.get(path) for path in (ATOM, "/feeds/all.rss")}
    assert shelf.get(ATOM) is kept[ATOM]
    shelf.get("/feeds/all.json")
    assert shelf.get(ATOM) is kept[ATOM]
    assert shelf.get("/feeds/all.rss") is not kept["/feeds/all.rss"]


def test_searches_push_no_documents_off_the_shelf(site):
    site.publish(1)
    shelf = site.shelf(limit=1_000_000)
    kept, first = shelf.get(ATOM), shelf.get("/search", "q=first")
    for number in range(60):
        shelf.get("/search", f"q=word{number}")
    assert shelf.get(ATOM) is kept
    assert shelf.get("/search", "q=first") is not first


def test_what_never_stood_anywhere_takes_no_room(site):
    site.publish(1)
    for path in ("/nowhere", "/entries/2017/09/none", "/feeds/country/xx.atom", "/feeds/all/archive/9.atom"):
        found = site.app.document(path)
        assert found is None or found.document.moved_to


class TestChanges:
    def test_who_has_a_state_that_is_known_is_given_what_is_new_since(self, site):
        site.publish(1)
        had = site.app.document(ATOM).published.etag
        site.publish(1, 2)
        site.app.document(ATOM)
        site.publish(1, 2, 3)
        now = site.app.document(ATOM)
        delta = site.app.changes(ATOM, had)
        assert b"office 2" in delta.body
        assert b"office 3" in delta.body
        assert b"office 1" not in delta.body
        assert (delta.media_type, delta.path) == (now.document.media_type, now.document.path)

    def test_who_has_another_is_given_all_of_it(self, site):
        site.publish(1)
        site.app.document(ATOM)
        site.publish(1, 2)
        site.app.document(ATOM)
        assert site.app.changes(ATOM, '"unknown"') is None
        assert site.app.changes(PAGE, site.app.document(PAGE).published.etag) is None
        assert site.app.changes("/nowhere", '"unknown"') is None

    def test_so_is_who_has_one_of_a_former_process(self, site):
        site.publish(1)
        had = site.app.document(ATOM).published.etag
        site.publish(1, 2)
        later = site.open()
        later.document(ATOM)
        assert later.changes(ATOM, had) is None

    def test_and_everyone_when_feeds_are_made_otherwise(self, site):
        site.publish(1)
        had = site.app.document(ATOM).published.etag
        toml = site.root / "config" / "feedsvc.toml"
        toml.write_text(toml.read_text().replace('content = "full"', 'content = "summary"'))
        site.app.refresh()
        site.publish(1, 2)
        site.app.document(ATOM)
        assert site.app.changes(ATOM, had) is None
