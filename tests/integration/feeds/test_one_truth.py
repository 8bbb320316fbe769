"""The three formats as read by parsers that no one here wrote: each gives back what went in, and all the same."""

import json
from datetime import UTC, date, datetime
from html import unescape

import atoma
import fastfeedparser
import feedparser
import pytest
from lxml import etree
from makers import NOON, SITE, entry
from paths import SHARED
from unit.feeds.contents import BUILDER, HUB, VOCABULARY, content

from feedsvc.bulletins import body_html, clean
from feedsvc.feeds import FeedBuilder
from feedsvc.model import ATOM, FORMATS, JSON_FEED, RSS

HOSTILE = [
    "]]> <![CDATA[ --> <!-- &amp; &lt; &#0; %s {{ x }}",
    "<script>alert(1)</script><b>bold</b>",
    "control \x00\x08\x1b\x7f\x9f and \ufffe\uffff \udc80 lone",
    "👩‍👩‍👧 emoji 🇵🇦",
    "مرحبا \u202eevil\u202c שלום",
    "'\"><img src=x onerror=alert(1)>",
    "one\r\ntwo\u2028three",
    "long " * 200_000,
]


def hostile(seq, text):
    text = clean(text)
    return entry(
        seq,
        title=text,
        body=body_html([text, text]),
        summary=text[:300].strip(),
        language="es",
        countries=("PA",),
        topics=("gender",),
        published=date(2017, 9, seq),
        dated=seq != 3,
        link=f"https://iom.int/?a={seq}&b=2",
    )


ENTRIES = [hostile(seq, text) for seq, text in enumerate(HOSTILE, 1)]
CONTENT = content(*ENTRIES)
DOCUMENTS = {kind: BUILDER.document(CONTENT, kind) for kind in FORMATS}


def expected():
    """What each reader should find, from the entries alone."""
    return [
        {
            "id": each.id,
            "title": each.title,
            "link": f"https://bulletin.example.org{each.path}",
            "via": each.link,
            "published": datetime.combine(each.published, datetime.min.time(), SITE.timezone)
            if each.dated
            else None,
            "updated": each.updated_at,
            "language": "es",
            "categories": [
                ("tag:example.org,2017:scheme/country", "Panamá"),
                ("tag:example.org,2017:scheme/topic", "Género"),
            ],
            "summary": each.summary,
            "html": each.body,
        }
        for each in ENTRIES
    ]


def moment(parsed):
    return datetime(*parsed[:6], tzinfo=UTC) if parsed else None


def by_feedparser(kind):
    document = DOCUMENTS[kind]
    parsed = feedparser.parse(
        document.body,
        response_headers={"content-type": document.media_type},
        sanitize_html=False,  # we ask what is in the document, not what feedparser would show
    )
    assert not parsed.bozo
    assert parsed.version == {ATOM: "atom10", RSS: "rss20"}[kind]
    assert parsed.feed.title == "Panama — Migration in Mesoamerica"
    assert parsed.feed.link == "https://bulletin.example.org/feeds/country/pa"
    assert parsed.feed.language == "en"
    assert moment(parsed.feed.updated_parsed) == NOON
    return [
        {
            "id": found.id,
            "title": found.title,
            "link": found.link,
            "via": next(link.href for link in found.links if link.rel == "via"),
            "published": moment(found.get("published_parsed")),
            "updated": moment(found.updated_parsed),
            "language": found.content[0].language if kind == ATOM else found.language,
            "categories": [(tag.scheme, tag.label if kind == ATOM else tag.term) for tag in found.tags],
            "summary": found.summary if kind == ATOM else unescape(found.summary),
            "html": next(each.value for each in found.content if each.type == "text/html"),
        }
        for found in parsed.entries
    ]


def by_json():
    parsed = json.loads(DOCUMENTS[JSON_FEED].body)
    assert parsed["title"] == "Panama — Migration in Mesoamerica"
    assert parsed["home_page_url"] == "https://bulletin.example.org/feeds/country/pa"
    assert parsed["language"] == "en"
    return [
        {
            "id": found["id"],
            "title": found["title"],
            "link": found["url"],
            "via": found["external_url"],
            "published": datetime.fromisoformat(found["date_published"])
            if "date_published" in found
            else None,
            "updated": datetime.fromisoformat(found["date_modified"]),
            "language": found["language"],
            "categories": [(each["scheme"], each["label"]) for each in found["_feedsvc"]["categories"]],
            "summary": found["summary"],
            "html": found["content_html"],
        }
        for found in parsed["items"]
    ]


@pytest.mark.parametrize("read", [lambda: by_feedparser(ATOM), lambda: by_feedparser(RSS), by_json])
def test_each_format_tells_the_one_truth(read):
    for found, wanted in zip(read(), expected(), strict=True):
        assert found == wanted


def test_atoma_gets_the_same_from_atom():
    small = content(*ENTRIES[:-1])
    parsed = atoma.parse_atom_bytes(BUILDER.document(small, ATOM).body)
    assert parsed.id_ == "tag:example.org,2017:feed/country/pa"
    assert parsed.updated == NOON
    for found, wanted in zip(parsed.entries, expected(), strict=False):
        assert (found.id_, found.title.value) == (wanted["id"], wanted["title"])
        assert (found.content.text_type.value, found.content.value) == ("html", wanted["html"])
        assert (found.published, found.updated) == (wanted["published"], wanted["updated"])
        assert [(link.rel, link.href) for link in found.links] == [
            ("alternate", wanted["link"]),
            ("via", wanted["via"]),
        ]


def test_atoma_gets_the_same_from_rss_and_json_feed():
    small = content(*ENTRIES[:-1])
    rss = atoma.parse_rss_bytes(BUILDER.document(small, RSS).body)
    feed = atoma.parse_json_feed_bytes(BUILDER.document(small, JSON_FEED).body)
    assert (rss.last_build_date, rss.language) == (NOON, "en")
    for in_rss, in_json, wanted in zip(rss.items, feed.items, expected(), strict=False):
        assert (in_rss.guid, in_json.id_) == (wanted["id"], wanted["id"])
        assert (in_rss.title, in_json.title) == (wanted["title"], wanted["title"])
        assert (in_rss.link, in_json.url) == (wanted["link"], wanted["link"])
        assert (in_rss.pub_date, in_json.date_published) == (wanted["published"], wanted["published"])
        assert (in_rss.content_encoded, in_json.content_html) == (wanted["html"], wanted["html"])


@pytest.mark.parametrize("kind", FORMATS)
def test_fastfeedparser_gets_ids_links_and_titles(kind):
    parsed = fastfeedparser.parse(DOCUMENTS[kind].body)
    assert [(found.id, found.link) for found in parsed.entries] == [
        (wanted["id"], wanted["link"]) for wanted in expected()
    ]


@pytest.mark.parametrize("kind", FORMATS)
def test_an_empty_feed_is_read_as_one(kind):
    body = HUB.document(content(), kind).body
    if kind == JSON_FEED:
        assert atoma.parse_json_feed_bytes(body).items == []
    else:
        parsed = feedparser.parse(body)
        assert (parsed.bozo, parsed.entries) == (False, [])
        assert "https://hub.example/push" in [link.href for link in parsed.feed.links if link.rel == "hub"]


@pytest.mark.parametrize("kind", [ATOM, RSS])
def test_a_document_reads_as_utf_8_xml(kind):
    assert DOCUMENTS[kind].body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<")
    DOCUMENTS[kind].body.decode("utf-8")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the schema is not beside the repository")
@pytest.mark.parametrize("mode", ["full", "summary"])
def test_the_schema_of_rfc_4287_holds_for_hostile_text(mode):
    schema = etree.RelaxNG(etree.parse(SHARED / "atom.rng"))
    document = FeedBuilder(SITE, VOCABULARY, mode).document(CONTENT, ATOM)
    schema.assertValid(etree.fromstring(document.body, etree.XMLParser(huge_tree=True)))
