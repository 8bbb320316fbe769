"""RSS documents: dates without the locale, plain text and HTML each where readers expect it."""

import locale
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from makers import NOON, SITE, entry
from unit.feeds.contents import BUILDER, HUB, content

from feedsvc.feeds.times import rfc_822
from feedsvc.model import RSS, Feed

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
LANGUAGE = "{http://purl.org/dc/elements/1.1/}language"
HISTORY = "{http://purl.org/syndication/history/1.0}"


def channel(*entries, builder=BUILDER, **fields):
    root = etree.fromstring(builder.document(content(*entries, **fields), RSS).body)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (found,) = root
    return found


def item(*args, builder=BUILDER, **fields):
    return channel(entry(*args, **fields), builder=builder).find("item")


def links(**fields):
    found = channel(**fields).findall(f"{ATOM}link")
    return [(each.get("rel"), each.get("href").removeprefix(SITE.url)) for each in found]


class TestTheChannel:
    def test_it_says_what_it_is_about(self):
        document = BUILDER.document(content(feed=Feed("PA", "gender")), RSS)
        assert document.path == "/feeds/country/pa/topic/gender.rss"
        assert document.media_type == "application/rss+xml; charset=utf-8"
        assert document.links == (("self", f"https://bulletin.example.org{document.path}"),)
        found = channel(feed=Feed("PA", "gender"))
        assert found.findtext("title") == "Panama: Gender — Migration in Mesoamerica"
        assert found.findtext("link") == "https://bulletin.example.org/feeds/country/pa/topic/gender"
        assert found.findtext("description") == "News of <people> & places."
        assert found.findtext("language") == "en"
        assert found.findtext("lastBuildDate") == "Mon, 23 Nov 2026 12:00:00 +0000"
        assert [(each.get("domain"), each.text) for each in found.findall("category")] == [
            ("tag:example.org,2017:scheme/country", "Panama"),
            ("tag:example.org,2017:scheme/topic", "Gender"),
        ]

    def test_without_a_description_it_is_described_by_its_title(self):
        builder = replace(BUILDER, site=replace(SITE, description=" "))
        assert channel(builder=builder).findtext("description") == "Panama — Migration in Mesoamerica"

    def test_it_links_to_itself_its_archives_and_its_hub(self):
        assert links() == [("self", "/feeds/country/pa.rss")]
        assert links(archive=2, archives=2, builder=HUB) == [
            ("self", "/feeds/country/pa/archive/2.rss"),
            ("current", "/feeds/country/pa.rss"),
            ("prev-archive", "/feeds/country/pa/archive/1.rss"),
            ("next-archive", "/feeds/country/pa/archive/3.rss"),
        ]
        assert ("hub", "https://hub.example/push") in links(builder=HUB)
        assert channel(archive=2, archives=2).find(f"{HISTORY}archive") is not None
        assert channel(archives=2).find(f"{HISTORY}archive") is None

    def test_items_declare_no_namespace_again(self):
        body = BUILDER.document(content(entry(1, link="https://iom.int/")), RSS).body
        assert body.count(b"xmlns:") == 3


class TestItems:
    def test_they_are_known_by_their_id_and_lead_to_their_page(self):
        found = item(1, link="https://iom.int/?a=1&b=2")
        assert (found.findtext("guid"), found.find("guid").get("isPermaLink")) == (
            "tag:example.org,2017:entry/e1",
            "false",
        )
        assert found.findtext("link") == "https://bulletin.example.org/entries/2017/09/entry-1"
        (via,) = found.findall(f"{ATOM}link")
        assert dict(via.attrib) == {"href": "https://iom.int/?a=1&b=2", "rel": "via"}

    def test_titles_are_text_and_descriptions_html(self):
        found = item(1, title="A < B & C", summary="x < y & z", body="<p>x &lt; y</p>")
        assert found.findtext("title") == "A < B & C"
        assert found.findtext("description") == "x &lt; y &amp; z"
        assert found.findtext(CONTENT) == "<p>x &lt; y</p>"

    def test_titles_are_escaped_so_that_decoding_twice_does_no_harm(self):
        body = BUILDER.document(content(entry(1, title="A < B & C")), RSS).body
        assert b"<title>A &#x3C; B &#x26; C</title>" in body

    def test_but_not_so_the_addresses_of_a_channel_for_readers_know_no_such_references_there(self):
        body = BUILDER.document(content(title="A & B", query="?q=a&country=pa"), RSS).body
        assert b"<title>A &#x26; B \xe2\x80\x94 " in body
        assert body.count(b"?q=a&amp;country=pa") == 2
        assert b"?q=a&#x26;" not in body

    def test_a_site_may_give_summaries_alone(self):
        found = item(1, builder=replace(BUILDER, content="summary"))
        assert (found.findtext("description"), found.find(CONTENT)) == ("Body of 1.", None)

    def test_they_say_when_and_in_which_language_they_are(self):
        found = item(1, language="es", countries=("PA",), updated_at=NOON + timedelta(microseconds=9))
        assert found.findtext("pubDate") == "Sun, 03 Sep 2017 00:00:00 -0600"
        assert found.findtext(f"{ATOM}updated") == "2026-11-23T12:00:00+00:00"
        assert found.findtext(LANGUAGE) == "es"
        assert found.findtext("category") == "Panamá"

    def test_one_without_a_date_has_none(self):
        assert item(1, dated=False).find("pubDate") is None


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2017, 9, 3, tzinfo=ZoneInfo("America/Costa_Rica")), "Sun, 03 Sep 2017 00:00:00 -0600"),
        (datetime(2017, 9, 3, tzinfo=ZoneInfo("Asia/Kolkata")), "Sun, 03 Sep 2017 00:00:00 +0530"),
        (datetime(2017, 9, 3, tzinfo=ZoneInfo("Asia/Kathmandu")), "Sat, 02 Sep 2017 18:15:00 +0000"),
        (datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC), "Thu, 29 Feb 2024 23:59:59 +0000"),
    ],
)
def test_dates_are_those_of_rfc_822(moment, written):
    assert rfc_822(moment) == written


def test_nothing_touches_the_locale_of_the_process(monkeypatch):
    def touched(*_):
        pytest.fail("the locale of all threads was changed")

    entries = [entry(seq, published=date(2017, 1, seq)) for seq in range(1, 29)]
    expected = BUILDER.document(content(*entries), RSS).body
    made = []

    def make():
        made.extend(replace(BUILDER).document(content(*entries), RSS).body for _ in range(20))

    monkeypatch.setattr(locale, "setlocale", touched)
    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [expected] * 80
