"""Whatever an entry holds, its feeds can be read: bulletins are cleaned when read, this is for what came another way."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from makers import SITE, entry
from unit.feeds.contents import BUILDER, content

from feedsvc.feeds.text import allowed, web_address
from feedsvc.model import ATOM, JSON_FEED, RSS

NAMES = {"a": "http://www.w3.org/2005/Atom", "c": "http://purl.org/rss/1.0/modules/content/"}
ANYTHING = st.text(st.characters(codec=None, exclude_categories=()))
# Pieces that each format, or HTML in it, gives a meaning to.
PIECES = st.sampled_from(
    ["]]>", "<![CDATA[", "<!--", "&", "&#8;", "&#xD800;", "&lt;", "</entry>", "</item>", "</channel></rss>", "</feed>",
     "<item>", "<script>", "</title>", '"', "'", "\\", "\ud800", "\x00", "\ufffe", "\u2028", "\u202e", "<svg onload=x>",
     '<img src="data:x" onerror=x>', "<style>", "%", "{{", "\r", "\n"]
)  # fmt: skip
HOSTILE = st.one_of(ANYTHING, st.lists(st.one_of(PIECES, ANYTHING)).map("".join))


def read(kind, *entries):
    """Read the id, title, summary and HTML of each entry back from a document."""
    body = BUILDER.document(content(*entries), kind).body
    if kind == JSON_FEED:
        return [
            tuple(found.get(key, "") for key in ("id", "title", "summary", "content_html"))
            for found in json.loads(body.decode("utf-8"))["items"]
        ]
    root = etree.fromstring(body, etree.XMLParser(huge_tree=True))
    paths = {
        ATOM: ("a:entry", "a:id", "a:title", "a:summary", "a:content"),
        RSS: ("channel/item", "guid", "title", "description", "c:encoded"),
    }[kind]
    return [
        tuple(found.findtext(path, "", NAMES) for path in paths[1:])
        for found in root.findall(paths[0], NAMES)
    ]


@pytest.mark.parametrize("kind", [ATOM, RSS, JSON_FEED], ids=lambda kind: kind.extension)
@given(title=HOSTILE, body=HOSTILE, summary=HOSTILE, link=HOSTILE)
def test_no_entry_takes_its_feed_with_it(kind, title, body, summary, link):
    evil = entry(2, title=title, body=body, summary=summary, link=link)
    found = read(kind, entry(3), evil, entry(1))
    assert [each[0] for each in found] == [f"tag:example.org,2017:entry/e{seq}" for seq in (3, 2, 1)]
    assert found[0][1] == "Entry 3"
    assert found[1][1].split() == (allowed(title).split() or ["entry-2"])
    assert found[2][1] == "Entry 1"


@given(body=HOSTILE)
def test_all_formats_give_the_same_html_and_none_that_runs(body):
    evil = entry(1, body=body, summary="Short.")
    (atom,), (rss,), (feed,) = (read(kind, evil) for kind in (ATOM, RSS, JSON_FEED))
    assert atom[3] == rss[3] == feed[3]
    assert not re.search(r"<(script|style|svg|iframe)\b|<[^>]*\son\w+=", atom[3])


@pytest.mark.parametrize("kind", [ATOM, RSS, JSON_FEED], ids=lambda kind: kind.extension)
@given(name=HOSTILE, description=HOSTILE, label=HOSTILE)
def test_neither_does_the_name_of_anything(kind, name, description, label):
    site = replace(SITE, title=f"Site {name}", description=description)
    names = {"en": dict.fromkeys(BUILDER.vocabulary.names["en"], f"Label {label}")}
    builder = replace(BUILDER, site=site, vocabulary=replace(BUILDER.vocabulary, names=names))
    body = builder.document(content(entry(1, countries=("PA",)), title=f"Feed {name}"), kind).body
    if kind == JSON_FEED:
        json.loads(body.decode("utf-8"))
    else:
        etree.fromstring(body)


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://iom.int/?a=1&b=2#c", "https://iom.int/?a=1&b=2#c"),
        (" HTTP://iom.int/Panamá?q=é#ñ ", "HTTP://iom.int/Panam%C3%A1?q=%C3%A9#%C3%B1"),
        ("https://panamá.example:80/x", "https://xn--panam-1qa.example:80/x"),
        ("https://iom.int/a[1]?b=[2]#[3]#4", "https://iom.int/a%5B1%5D?b=%5B2%5D#%5B3%5D%234"),
        ("https://[2001:db8::1]:80/x", "https://[2001:db8::1]:80/x"),
        ("https://iom.int/100%/%zz/%c3%a1", "https://iom.int/100%25/%25zz/%c3%a1"),
        ("https://iom.int/a\u202eb", "https://iom.int/a%E2%80%AEb"),
        ("https://io m.int/", ""),
        ("https://[x/", ""),
        ("https://iom.int]/", ""),
        ("https:///x", ""),
        ('http://iom.int/a b"<c>\n\u2028', "http://iom.int/a%20b%22%3Cc%3E"),
        ("javascript:alert(1)", ""),
        ("/relative", ""),
        ("mailto:a@b.example", ""),
    ],
)
def test_only_addresses_on_the_web_are_links(link, address):
    assert web_address(link) == address
