"""What people and their programs find their way by: search, its feed, the lists of all there is, former names."""

import re
from datetime import timedelta

import feedparser
import pytest
from lxml import etree

NOTICE = "{day} {month}, {year}\n\nPanama opens office {number}\n\nMigrants in Panama have an office.\n\n"


def notices(numbers, year=2018, month="March"):
    return "".join(
        NOTICE.format(day=number % 28 + 1, month=month, year=year, number=number) for number in numbers
    )


def titles(at, path):
    return [entry.title for entry in feedparser.parse(document(at, path).body).entries]


def document(at, path):
    base, _, query = path.partition("?")
    return at.app.document(base, query).document


@pytest.fixture
def many(at):
    (at.root / "bulletins" / "mesoamerica-2017.txt").unlink(missing_ok=True)
    at.write("bulletins/many.txt", notices(range(80)))
    at.ingest()
    return at


class TestASearchAsAFeed:
    FEED = "/search.atom?q=office&country=pa"

    def test_what_is_new_is_in_it_however_far_it_is_dated_back(self, many):
        before = titles(many, self.FEED)
        assert len(before) == 50
        many.now += timedelta(hours=1)
        many.write("bulletins/old.txt", notices([100], year=2011))
        many.ingest()
        assert titles(many, self.FEED) == ["Panama opens office 100", *before[:-1]]

    def test_an_entry_that_comes_to_match_is_in_it_though_it_came_long_ago(self, many):
        feed = "/search.atom?country=hn"
        assert titles(many, feed) == []
        with many.app.store.reading() as tx:
            first = next(iter(tx.entries.in_order()))
        many.now += timedelta(hours=1)
        many.write("config/overrides.yaml", f"{first.key}:\n  countries: [HN, PA]\n")
        many.app.store.close()
        many.open()
        many.ingest()
        assert titles(many, feed) == [first.title]
        assert titles(many, self.FEED)[0] == first.title

    def test_no_hub_is_named_for_it_as_none_is_told_of_it(self, many, monkeypatch):
        monkeypatch.setenv("FEEDSVC_FEEDS__HUB", "https://hub.example/push")
        many.app.store.close()
        many.open()
        many.ingest()
        assert b"hub.example" in document(many, "/feeds/all.atom").body
        for quiet in (self.FEED, "/feeds/all/archive/1.atom"):
            assert b"hub.example" not in document(many, quiet).body
            assert "hub" not in dict(document(many, quiet).links)


class TestAFormerTopic:
    @pytest.fixture
    def renamed(self, many):
        many.write("bulletins/topical.txt", notices([200]).replace("\n\nMig", "\nTopics: gender\n\nMig"))
        many.ingest()
        text = (many.root / "config" / "topics.yaml").read_text()
        many.write("config/topics.yaml", text.replace("\n  gender:\n", "\n  women:\n    was: [gender]\n", 1))
        many.app.store.close()
        many.open()
        many.ingest()
        return many

    def test_a_search_by_it_finds_the_same(self, renamed):
        assert titles(renamed, "/search.atom?topic=gender") == ["Panama opens office 200"]
        page = etree.HTML(document(renamed, "/search?topic=gender").body)
        assert page.xpath("//select[@id='topic']/option[@selected]/@value") == ["women"]

    def test_its_addresses_lead_on_even_when_nobody_says_any_more_what_it_was(self, renamed):
        text = (renamed.root / "config" / "topics.yaml").read_text()
        renamed.write("config/topics.yaml", text.replace("    was: [gender]\n", ""))
        renamed.app.store.close()
        renamed.open()
        renamed.ingest()
        for end in (".atom", ".json", ""):
            found = document(renamed, f"/feeds/topic/gender{end}")
            assert found.moved_to == f"/feeds/topic/women{end}"
        assert document(renamed, "/feeds/country/pa/topic/gender.rss").moved_to.endswith("/topic/women.rss")


def test_a_retired_topic_is_gone_in_the_language_of_the_page(many):
    text = (many.root / "config" / "topics.yaml").read_text()
    kept = [block for block in re.split(r"\n(?=  [a-z-]+:\n)", text) if not block.startswith("  gender:")]
    many.write("config/topics.yaml", "\n".join(kept))
    many.app.store.close()
    many.open()
    many.ingest()
    assert "Este canal ha terminado" in document(many, "/es/feeds/topic/gender").body.decode()
    assert "This feed has ended" in document(many, "/feeds/topic/gender").body.decode()


def test_the_list_of_feeds_has_none_that_are_empty_but_whole_countries_and_topics(many):
    listed = etree.fromstring(document(many, "/feeds.opml").body).xpath("//outline/@xmlUrl")
    paths = {address.removeprefix("http://localhost:8000/feeds/") for address in listed}
    assert {
        "all.atom",
        "all/lang/en.atom",
        "country/pa.atom",
        "country/bz.atom",
        "topic/gender.atom",
    } <= paths
    assert not {"all/lang/es.atom", "country/bz/lang/en.atom", "country/bz/topic/gender.atom"} & paths


def test_the_sitemap_has_homes_and_the_pages_of_feeds(many):
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}

    def listed(path):
        return {
            address.removeprefix("http://localhost:8000")
            for address in etree.fromstring(document(many, path).body).xpath(
                "//s:loc/text()", namespaces=names
            )
        }

    assert listed("/sitemap.xml") == {"/sitemap/pages.xml", "/sitemap/1.xml"}
    pages = listed("/sitemap/pages.xml")
    assert {"/", "/es/", "/feeds/all", "/es/feeds/all", "/feeds/country/pa"} <= pages
    assert not {"/feeds/country/bz", "/feeds/all/lang/es"} & pages
    assert all(document(many, path) for path in pages)


def test_who_compares_a_withdrawal_with_the_entry_they_have_finds_it_later(many):
    """RFC 6721, section 3. On a busy minute `updated` is ahead of the clock."""
    with many.app.store.reading() as tx:
        last = max(tx.entries.in_order(), key=lambda entry: entry.updated_at)
    many.app.clock = lambda: last.updated_at - timedelta(seconds=30)
    many.app.set_withdrawn(last.key, withdrawn=True)
    (deleted,) = etree.fromstring(document(many, "/feeds/all.atom").body).xpath(
        "//at:deleted-entry/@when", namespaces={"at": "http://purl.org/atompub/tombstones/1.0"}
    )
    assert deleted > last.updated_at.isoformat()


def test_many_changes_at_once_are_told_apart_and_none_is_of_tomorrow(many):
    many.now += timedelta(seconds=20)
    many.write("bulletins/more.txt", notices(range(200, 500), year=2019))
    many.ingest()
    with many.app.store.reading() as tx:
        moments = [entry.updated_at for entry in tx.entries.in_order()]
    assert len(moments) == 380
    assert moments == sorted(set(moments))
    assert max(moments) < many.now + timedelta(seconds=1)
    feed = etree.fromstring(document(many, "/feeds/all.atom").body)
    shown = feed.xpath("//a:entry/a:updated/text()", namespaces={"a": "http://www.w3.org/2005/Atom"})
    assert len(set(shown)) == len(shown)
