"""JSON Feed documents, by the text of its version 1.1."""

import json
from dataclasses import replace
from datetime import timedelta

from makers import NOON, SITE, entry
from unit.feeds.contents import BUILDER, HUB, content

from feedsvc.model import JSON_FEED, Feed

COUNTRY = {"scheme": "tag:example.org,2017:scheme/country", "term": "PA", "label": "Panamá"}


def whole(*entries, builder=BUILDER, **fields):
    return json.loads(builder.document(content(*entries, **fields), JSON_FEED).body)


def item(*args, builder=BUILDER, **fields):
    (found,) = whole(entry(*args, **fields), builder=builder)["items"]
    return found


def test_all_of_a_feed():
    document = HUB.document(content(archives=2, feed=Feed("PA", "", "es")), JSON_FEED)
    assert document.path == "/feeds/country/pa/lang/es.json"
    assert document.media_type == "application/feed+json; charset=utf-8"
    assert json.loads(document.body) == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Panamá (español) — Migration in Mesoamerica",
        "home_page_url": "https://bulletin.example.org/es/feeds/country/pa/lang/es",
        "feed_url": "https://bulletin.example.org/feeds/country/pa/lang/es.json",
        "description": "News of <people> & places.",
        "next_url": "https://bulletin.example.org/feeds/country/pa/lang/es/archive/2.json",
        "favicon": "https://bulletin.example.org/favicon.svg",
        "authors": [{"name": "Migration in Mesoamerica", "url": "https://bulletin.example.org/"}],
        "language": "es",
        "hubs": [{"type": "WebSub", "url": "https://hub.example/push"}],
        "_feedsvc": {
            "id": "tag:example.org,2017:feed/country/pa/lang/es",
            "updated": "2026-11-23T12:00:00+00:00",
            "categories": [COUNTRY],
        },
        "items": [],
    }


def test_all_of_an_item():
    found = item(
        1,
        language="es",
        countries=("PA",),
        link="https://iom.int/",
        updated_at=NOON + timedelta(microseconds=9),
    )
    assert found == {
        "id": "tag:example.org,2017:entry/e1",
        "url": "https://bulletin.example.org/entries/2017/09/entry-1",
        "external_url": "https://iom.int/",
        "title": "Entry 1",
        "summary": "Body of 1.",
        "date_published": "2017-09-03T00:00:00-06:00",
        "date_modified": "2026-11-23T12:00:00+00:00",
        "language": "es",
        "tags": ["Panamá"],
        "_feedsvc": {"categories": [COUNTRY]},
        "content_html": "<p>Body of 1.</p>",
    }


def test_archives_lead_to_what_is_older():
    assert whole(archive=2, archives=5)["next_url"].endswith("/archive/1.json")
    assert "next_url" not in whole(archive=1, archives=5)
    assert "next_url" not in whole()


def test_what_is_not_known_is_not_said():
    assert "hubs" not in whole()
    assert "description" not in whole(builder=replace(BUILDER, site=replace(SITE, description="")))
    found = item(1, dated=False)
    assert not {"date_published", "external_url"} & set(found)


def test_every_item_has_a_text():
    brief = replace(BUILDER, content="summary")
    assert item(1, builder=brief)["content_text"] == "Body of 1."
    assert "content_html" not in item(1, builder=brief)
    assert item(1, body="", text="", summary="")["content_text"] == "Entry 1"


def test_it_is_written_in_utf_8_the_same_each_time():
    entries = [entry(seq, title="Panamá 🇵🇦") for seq in (2, 1)]
    document = BUILDER.document(content(*entries), JSON_FEED)
    assert "Panamá 🇵🇦".encode() in document.body
    assert document == replace(BUILDER).document(content(*entries), JSON_FEED)
