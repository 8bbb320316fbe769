"""What stays as it is for ever: ids, and addresses that people and readers keep, whatever is renamed, moved or rebuilt."""

import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass

import feedparser
import pytest
from busy import RICH, URL, Office, json_feed, notices
from sites import wait_until

OLD, NEW = "trafficking", "human-trafficking"
FEEDS = (
    "/feeds/all",
    "/feeds/country/pa",
    "/feeds/country/pa/lang/es",
    f"/feeds/topic/{OLD}",
    f"/feeds/country/pa/topic/{OLD}",
    "/feeds/topic/gender",
    "/feeds/all/archive/1",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A site, and what readers saw of it before anything happened."""
    office = Office(tmp_path_factory.mktemp("made") / "site")
    office.write("notices.txt", notices(range(60)))
    office.write("rich.json", json_feed(RICH))
    office.ingest()
    office.close()
    return office.root, look(office)


@pytest.fixture
def office(made, tmp_path):
    """A site of its own for each test, as that one was."""
    office = Office(shutil.copytree(made[0], tmp_path / "site"), made=True)
    yield office
    office.close()


@pytest.fixture
def before(made):
    return made[1]


@pytest.fixture(scope="module")
def renamed(made, tmp_path_factory):
    office = Office(shutil.copytree(made[0], tmp_path_factory.mktemp("renamed") / "site"), made=True)
    office.configure("topics.yaml", f"\n  {OLD}:\n", f"\n  {NEW}:\n    was: [{OLD}]\n")
    office.configure("topics.yaml", "\n  gender:\n", "\n  women:\n    was: [gender]\n")
    office.ingest(hours=1)
    yield office
    office.close()


@dataclass
class Seen:
    """What a reader sees of the site's feeds, in each format: their ids and those of their entries."""

    feeds: dict
    entries: dict
    pages: dict


def look(office, feeds=FEEDS):
    seen = Seen({}, {}, {})
    with office.site.serving("web") as service:
        for feed in feeds:
            parsed = feedparser.parse(body(service, f"{feed}.atom"))
            rss = feedparser.parse(body(service, f"{feed}.rss"))
            assert not parsed.bozo
            ids = [entry.id for entry in parsed.entries]
            assert [entry.id for entry in rss.entries] == ids
            assert re.findall(rb'"id": "([^"]*entry/[^"]*)"', body(service, f"{feed}.json")) == [
                each.encode() for each in ids
            ]
            seen.feeds[feed] = parsed.feed.id
            seen.entries[feed] = ids
            seen.pages |= {entry.id: entry.link for entry in parsed.entries}
    return seen


def body(service, path):
    status, _, found = service.get(path)
    assert status == 200, path
    return found


def answer(service, path):
    status, headers, _ = service.get(path, redirect=False)
    return status, headers["Location"]


def test_an_entry_has_one_id_in_every_feed_and_every_feed_its_own(office, before):
    seen = before
    assert len(set(seen.feeds.values())) == len(seen.feeds) - 1  # an archive is its feed's
    assert seen.feeds["/feeds/all/archive/1"] == seen.feeds["/feeds/all"]
    stored = {entry.id for entry in office.entries()}
    assert all(set(ids) <= stored for ids in seen.entries.values())
    assert set(seen.entries["/feeds/all"]) | set(seen.entries["/feeds/all/archive/1"]) == stored
    assert all(each.startswith("tag:example.org,2017:") for each in (*seen.feeds.values(), *stored))


def test_ids_outlive_another_domain_and_scheme(office, before):
    url = "http://news.example.net/bulletin"
    office.site.environment["FEEDSVC_SITE__URL"] = url
    office.ingest(days=1)
    after = look(office)
    assert (after.feeds, after.entries) == (before.feeds, before.entries)
    assert after.pages == {name: link.replace(URL, url) for name, link in before.pages.items()}


def test_ids_and_addresses_outlive_a_store_built_anew_from_the_bulletins(office, before):
    for file in (office.root / "var").glob("feedsvc.sqlite3*"):
        file.unlink()
    office.ingest(days=100)
    after = look(office)
    # What came at once may come in another order, and so be archived differently.
    assert after.feeds == before.feeds
    assert set(after.entries["/feeds/country/pa"]) == set(before.entries["/feeds/country/pa"])
    undated = next(
        entry.id for entry in office.entries() if not entry.dated
    )  # its day is that of its arrival
    for name in before.pages.keys() - {undated}:
        assert after.pages.get(name, before.pages[name]) == before.pages[name]


def test_ids_outlive_a_store_restored_from_a_backup(office, before):
    store, backup = office.root / "var" / "feedsvc.sqlite3", office.root / "backup.sqlite3"
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
    office.write("later.txt", notices(range(100, 103)))
    office.withdraw(*office.titled("Notice number 59"))
    assert office.ingest(days=1).added == 3
    ids = {entry.id: entry.path for entry in office.entries()}
    office.close()
    for file in (office.root / "var").glob("feedsvc.sqlite3*"):
        file.unlink()
    backup.rename(store)
    assert office.ingest(days=1).added == 3
    assert {entry.id: entry.path for entry in office.entries()} == ids
    after = look(office)
    assert after.feeds == before.feeds
    assert set(after.entries["/feeds/country/pa"]) >= set(before.entries["/feeds/country/pa"][:5])


class TestATopicThatIsRenamed:
    MOVED = (f"/feeds/topic/{OLD}", f"/feeds/country/pa/topic/{OLD}", "/feeds/topic/gender")

    def test_its_feeds_keep_their_ids_and_entries_at_another_address(self, renamed, before):
        after = look(renamed, [new(feed) for feed in FEEDS])
        assert after.feeds == {new(feed): id_ for feed, id_ in before.feeds.items()}
        assert after.entries == {new(feed): ids for feed, ids in before.entries.items()}
        assert after.pages == before.pages

    def test_the_old_addresses_lead_to_the_new_for_ever(self, renamed):
        with renamed.site.serving("web") as service:
            for feed in self.MOVED:
                for end in (".atom", ".rss", ".json", "/archive/1.atom", "/lang/es.atom", ""):
                    assert answer(service, feed + end) == (301, new(feed) + end)
                assert answer(service, f"/es{feed}") == (301, f"/es{new(feed)}")
            opml = body(service, "/feeds.opml")
            assert f"/topic/{NEW}.atom".encode() in opml
            assert f"/topic/{OLD}.atom".encode() not in opml

    def test_a_new_entry_about_it_goes_there_and_the_old_addresses_lead_there_still(self, renamed):
        renamed.write("new.txt", notices([500]).replace(f"Topics: {OLD}", f"Topics: {NEW}"))
        assert renamed.ingest(hours=1).added == 1
        with renamed.site.serving("web") as service:
            assert service.titles(f"/feeds/topic/{NEW}.atom")[0] == "Notice number 500"
            assert answer(service, f"/feeds/topic/{OLD}.atom") == (301, f"/feeds/topic/{NEW}.atom")

    def test_a_reader_that_comes_between_the_new_name_and_the_next_look_at_bulletins_sees_the_same_feed(
        self, office
    ):
        with office.site.serving("web") as service:
            before = feedparser.parse(body(service, f"/feeds/topic/{OLD}.atom"))
            office.configure("topics.yaml", f"\n  {OLD}:\n", f"\n  {NEW}:\n    was: [{OLD}]\n")
            wait_until(lambda: answer(service, f"/feeds/topic/{OLD}.atom")[0] == 301, what="the new name")
            after = feedparser.parse(body(service, f"/feeds/topic/{NEW}.atom"))
            assert after.feed.id == before.feed.id
            assert [entry.id for entry in after.entries] == [entry.id for entry in before.entries]


def new(path):
    return re.sub(f"topic/{OLD}\\b", f"topic/{NEW}", path).replace("topic/gender", "topic/women")


def test_the_feeds_and_pages_of_a_retired_topic_say_that_they_are_gone(office):
    text = (office.root / "config" / "topics.yaml").read_text()
    blocks = re.split(r"\n(?=  [a-z-]+:\n)", text)
    kept = [block for block in blocks if not block.startswith(f"  {OLD}:")]
    assert len(kept) == len(blocks) - 1
    before = {entry.id for entry in office.entries()}
    (office.root / "config" / "topics.yaml").write_text("\n".join(kept))
    office.ingest(hours=1)
    for _ in range(2):
        with office.site.serving("web") as service:
            for feed in (f"/feeds/topic/{OLD}", f"/feeds/country/pa/topic/{OLD}"):
                for end in (".atom", ".rss", ".json", ""):
                    assert answer(service, feed + end)[0] == 410, feed + end
                assert answer(service, f"/es{feed}")[0] == 410
            assert answer(service, f"/feeds/topic/{OLD}/archive/1.atom")[0] == 410
            assert answer(service, "/feeds/topic/never-was.atom")[0] == 404
            parsed = feedparser.parse(body(service, "/feeds/country/pa.atom"))
            assert not any(tag.term == OLD for entry in parsed.entries for tag in entry.get("tags", []))
            assert f"/topic/{OLD}".encode() not in body(service, "/feeds.opml")
            assert f"/topic/{OLD}".encode() not in body(service, "/")
    assert {entry.id for entry in office.entries()} == before
