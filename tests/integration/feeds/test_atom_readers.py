"""Atom documents as judged by the schema of RFC 4287 and by parsers no one here wrote."""

from datetime import UTC, date, datetime, timedelta

import atoma
import fastfeedparser
import feedparser
import pytest
from lxml import etree
from makers import NOON, SITE, entry
from paths import SHARED

from feedsvc.bulletins import body_html, clean
from feedsvc.feeds import AtomBuilder
from feedsvc.model import Category, Feed, Scheme, Vocabulary

PANAMA = Category(Scheme.COUNTRY, "PA")
VOCABULARY = Vocabulary(("PA",), (), {}, {"en": {PANAMA: "Panama"}, "es": {PANAMA: "Panamá"}})
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
        published=date(2017, 9, 3),
        link="https://iom.int/?a=1&b=2",
    )


ENTRIES = [hostile(seq, text) for seq, text in enumerate(HOSTILE, 1)]
FEEDS = {
    "hostile": (Feed("PA"), ENTRIES),
    "empty": (Feed(), []),
    "title alone": (Feed(), [entry(1, body="", text="", summary="")]),
}


@pytest.fixture(params=FEEDS)
def document(request):
    feed, entries = FEEDS[request.param]
    return AtomBuilder(SITE, VOCABULARY).document(feed, entries)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the schema is not beside the repository")
@pytest.mark.parametrize("content", ["full", "summary"])
@pytest.mark.parametrize("name", FEEDS)
def test_the_schema_of_rfc_4287_holds(name, content):
    schema = etree.RelaxNG(etree.parse(SHARED / "atom.rng"))
    document = AtomBuilder(SITE, VOCABULARY, content=content).document(*FEEDS[name])
    parser = etree.XMLParser(huge_tree=True)
    schema.assertValid(etree.fromstring(document.body, parser))


def test_feedparser_gets_what_went_in():
    document = AtomBuilder(SITE, VOCABULARY).document(Feed("PA"), ENTRIES)
    parsed = feedparser.parse(
        document.body,
        response_headers={"content-type": document.media_type},
        sanitize_html=False,  # we ask what is in the document, not what feedparser would show
    )
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert parsed.feed.id == "tag:example.org,2017:feed/country/pa"
    assert parsed.feed.language == "en"
    for found, expected in zip(parsed.entries, ENTRIES, strict=True):
        assert found.id == expected.id
        assert found.title == expected.title
        assert found.link == f"https://bulletin.example.org{expected.path}"
        assert {"rel": "via", "href": "https://iom.int/?a=1&b=2"}.items() <= found.links[1].items()
        assert found.content[0].value == expected.body
        assert found.content[0].language == "es"
        assert [(tag.term, tag.scheme, tag.label) for tag in found.tags] == [
            ("PA", "tag:example.org,2017:scheme/country", "Panamá")
        ]
        assert found.published_parsed[:5] == (2017, 9, 3, 6, 0)
        assert datetime(*found.updated_parsed[:6], tzinfo=UTC) == expected.updated_at


def test_atoma_gets_what_went_in():
    document = AtomBuilder(SITE, VOCABULARY).document(Feed("PA"), ENTRIES[:-1])
    parsed = atoma.parse_atom_bytes(document.body)
    assert parsed.id_ == "tag:example.org,2017:feed/country/pa"
    assert parsed.updated == NOON + timedelta(seconds=len(HOSTILE) - 1)
    for found, expected in zip(parsed.entries, ENTRIES, strict=False):
        assert (found.id_, found.title.value) == (expected.id, expected.title)
        assert (found.content.text_type.value, found.content.value) == ("html", expected.body)
        assert found.updated == expected.updated_at
        assert [(link.rel, link.href) for link in found.links] == [
            ("alternate", f"https://bulletin.example.org{expected.path}"),
            ("via", "https://iom.int/?a=1&b=2"),
        ]


def test_fastfeedparser_gets_what_went_in():
    document = AtomBuilder(SITE, VOCABULARY).document(Feed("PA"), ENTRIES)
    parsed = fastfeedparser.parse(document.body)
    assert [found.id for found in parsed.entries] == [expected.id for expected in ENTRIES]
    assert [found.link for found in parsed.entries] == [
        f"https://bulletin.example.org{expected.path}" for expected in ENTRIES
    ]


def test_a_document_reads_as_utf_8_xml(document):
    assert document.body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<feed")
    document.body.decode("utf-8")
