"""Atom documents: what feedgen does wrong by itself, and what readers hang on."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from lxml import etree
from makers import NOON, SITE, entry
from paths import SHARED
from unit.feeds.contents import BUILDER, HUB, content

from feedsvc.feeds import FeedBuilder
from feedsvc.model import ATOM as KIND
from feedsvc.model import Feed

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
HISTORY = "{http://purl.org/syndication/history/1.0}"
TOMBSTONES = "{http://purl.org/atompub/tombstones/1.0}"


def tree(*entries, builder=BUILDER, **fields):
    return etree.fromstring(builder.document(content(*entries, **fields), KIND).body)


def one(parent, path):
    (found,) = parent.findall("/".join(ATOM + name for name in path.split("/")))
    return found


def attributes(parent, name):
    return [dict(found.attrib) for found in parent.findall(ATOM + name)]


def links(**fields):
    return [(link["rel"], link["href"].removeprefix(SITE.url)) for link in attributes(tree(**fields), "link")]


class TestTheDocument:
    def test_its_address_is_the_feeds_with_its_format(self):
        document = BUILDER.document(content(entry(), feed=Feed("PA", "gender")), KIND)
        assert document.path == "/feeds/country/pa/topic/gender.atom"
        assert document.media_type == "application/atom+xml; charset=utf-8"

    def test_http_names_it_and_its_hub(self):
        itself = ("self", "https://bulletin.example.org/feeds/country/pa.atom")
        assert BUILDER.document(content(), KIND).links == (itself,)
        assert HUB.document(content(), KIND).links == (itself, ("hub", "https://hub.example/push"))

    def test_each_feed_has_its_own_lasting_id(self):
        moved = replace(BUILDER, site=replace(SITE, url="https://elsewhere.example"))
        for builder in (BUILDER, moved):
            assert one(tree(builder=builder), "id").text == "tag:example.org,2017:feed/country/pa"
        assert one(tree(feed=Feed()), "id").text == "tag:example.org,2017:feed/all"

    @pytest.mark.parametrize(
        ("feed", "title"),
        [
            (Feed(), "Migration in Mesoamerica"),
            (Feed("PA"), "Panama — Migration in Mesoamerica"),
            (Feed("PA", "gender"), "Panama: Gender — Migration in Mesoamerica"),
            (Feed("PA", "", "es"), "Panamá (español) — Migration in Mesoamerica"),
        ],
    )
    def test_it_says_what_it_is_about(self, feed, title):
        root = tree(feed=feed)
        assert one(root, "title").text == title
        assert one(root, "subtitle").text == "News of <people> & places."
        assert one(root, "author/name").text == "Migration in Mesoamerica"
        assert one(root, "generator").text == "feedsvc"
        assert root.get(LANG) == (feed.language or "en")

    def test_a_feed_in_a_language_calls_the_site_as_it_is_called_there(self):
        named = replace(SITE, titles=(("en", SITE.title), ("es", "Migración en Mesoamérica")))
        builder = replace(BUILDER, site=named)
        for feed, title in (
            (Feed("PA", "", "es"), "Panamá (español) — Migración en Mesoamérica"),
            (Feed(), SITE.title),
        ):
            assert one(tree(feed=feed, builder=builder), "title").text == title

    def test_it_links_to_itself_and_to_its_page(self):
        assert attributes(tree(), "link") == [
            {
                "href": "https://bulletin.example.org/feeds/country/pa.atom",
                "rel": "self",
                "type": "application/atom+xml",
            },
            {
                "href": "https://bulletin.example.org/feeds/country/pa",
                "rel": "alternate",
                "type": "text/html",
            },
        ]

    def test_the_page_of_a_feed_in_another_language_is_in_that_language(self):
        assert ("alternate", "/es/feeds/all/lang/es") in links(feed=Feed(language="es"))
        assert ("alternate", "/feeds/all/lang/en") in links(feed=Feed(language="en"))
        assert ("alternate", "/feeds/all/lang/fr") in links(feed=Feed(language="fr"))

    def test_a_found_set_keeps_its_question(self):
        assert links(path="/search", query="?q=a&country=PA") == [
            ("self", "/search.atom?q=a&country=PA"),
            ("alternate", "/search?q=a&country=PA"),
        ]

    def test_it_names_its_hub_where_the_hub_is_told_of_it(self):
        assert ("hub", "https://hub.example/push") in links(builder=HUB)
        for quiet in ({"archive": 1, "archives": 1}, {"path": "/search", "query": "?q=walk"}):
            assert HUB.document(content(**quiet), KIND).links[1:] == ()
            assert "hub" not in dict(links(builder=HUB, **quiet))

    def test_it_names_its_categories(self):
        assert attributes(tree(feed=Feed("PA", "gender", "es")), "category") == [
            {"term": "PA", "scheme": "tag:example.org,2017:scheme/country", "label": "Panamá"},
            {"term": "gender", "scheme": "tag:example.org,2017:scheme/topic", "label": "Género"},
        ]

    def test_it_changed_when_its_feed_did(self):
        root = tree(entry(1), updated_at=NOON + timedelta(hours=1, microseconds=7))
        assert one(root, "updated").text == "2026-11-23T13:00:00+00:00"

    def test_equal_content_gives_equal_bytes(self):
        entries = [entry(seq, countries=("PA",), topics=("gender",)) for seq in (3, 2, 1)]
        first = BUILDER.document(content(*entries), KIND)
        assert first == replace(BUILDER).document(content(*entries), KIND)

    def test_what_was_made_once_is_not_shown_for_what_changed(self):
        before = entry(1)
        for after in (
            replace(before, title="Another"),
            replace(before, body="<p>Other</p>"),
            replace(before, summary="Other"),
            replace(before, link="https://iom.int/"),
            replace(before, slug="other"),
            replace(before, dated=False),
            replace(before, updated_at=NOON),
            entry(1, language="es"),
            entry(1, countries=("PA",)),
            entry(1, topics=("gender",)),
            entry(1, regions=("mesoamerica",)),
        ):
            bodies = {BUILDER.document(content(each), KIND).body for each in (before, after)}
            assert len(bodies) == 2
            assert replace(BUILDER).document(content(after), KIND).body in bodies


class TestHistory:
    """RFC 5005, section 4, and RFC 6721."""

    def test_the_current_document_leads_to_the_newest_archive(self):
        assert ("prev-archive", "/feeds/country/pa/archive/2.atom") in links(archives=2)
        assert {relation for relation, _ in links()} == {"self", "alternate"}
        assert tree(archives=2).find(f"{HISTORY}archive") is None

    def test_an_archive_leads_back_and_forth_and_to_the_current_document(self):
        assert links(archive=2, archives=3) == [
            ("self", "/feeds/country/pa/archive/2.atom"),
            ("alternate", "/feeds/country/pa"),
            ("current", "/feeds/country/pa.atom"),
            ("prev-archive", "/feeds/country/pa/archive/1.atom"),
            ("next-archive", "/feeds/country/pa/archive/3.atom"),
        ]
        assert "prev-archive" not in dict(links(archive=1, archives=3))
        assert tree(archive=2, archives=3).find(f"{HISTORY}archive") is not None

    def test_a_full_archive_never_changes(self):
        archived = content(entry(2), entry(1), archive=1, archives=1)
        later = replace(archived, archives=7, updated_at=NOON + timedelta(days=99))
        first = BUILDER.document(archived, KIND)
        assert first == BUILDER.document(later, KIND)
        assert b"<updated>2026-11-23T12:00:02+00:00</updated><author>" in first.body

    def test_what_was_withdrawn_leaves_a_tombstone_before_the_entries(self):
        gone = entry(9, withdrawn_at=NOON + timedelta(hours=1, microseconds=1))
        root = tree(entry(1), withdrawn=(gone,))
        stone, kept = root[-2:]
        assert kept.tag == f"{ATOM}entry"
        assert stone.tag == f"{TOMBSTONES}deleted-entry"
        assert dict(stone.attrib) == {"ref": gone.id, "when": "2026-11-23T13:00:00+00:00"}

    def test_namespaces_that_nothing_uses_are_not_declared(self):
        assert set(tree(entry(1)).nsmap) == {None}


class TestEntries:
    def test_they_stand_in_the_order_given(self):
        root = tree(entry(3), entry(1), entry(2))
        assert [each.text for each in root.findall(f"{ATOM}entry/{ATOM}id")] == [
            f"tag:example.org,2017:entry/e{seq}" for seq in (3, 1, 2)
        ]

    def test_links_keep_their_attributes(self):
        item = one(tree(entry(1, language="es", link="https://iom.int/?a=1&b=2")), "entry")
        assert attributes(item, "link") == [
            {
                "href": "https://bulletin.example.org/entries/2017/09/entry-1",
                "rel": "alternate",
                "type": "text/html",
                "hreflang": "es",
            },
            {"href": "https://iom.int/?a=1&b=2", "rel": "via"},
        ]

    def test_they_say_their_language_and_name_categories_in_it(self):
        item = one(tree(entry(1, language="es", countries=("PA",), topics=("gender",))), "entry")
        assert item.get(LANG) == "es"
        assert [(each["term"], each["label"]) for each in attributes(item, "category")] == [
            ("PA", "Panamá"),
            ("gender", "Género"),
        ]

    def test_the_bulletins_date_is_a_midnight_of_the_site_and_updated_is_exact(self):
        item = one(tree(entry(1, updated_at=NOON + timedelta(microseconds=999_999))), "entry")
        assert one(item, "published").text == "2017-09-03T00:00:00-06:00"
        assert one(item, "updated").text == "2026-11-23T12:00:00.999000+00:00"
        assert (
            one(one(tree(entry(1, updated_at=NOON)), "entry"), "updated").text == "2026-11-23T12:00:00+00:00"
        )

    def test_a_date_from_before_time_zones_is_one_that_readers_can_read(self):
        assert one(tree(entry(1, published=date(1900, 1, 1))), "entry/published").text.endswith("+00:00")

    def test_full_text_is_html_and_the_summary_is_text(self):
        item = one(tree(entry(1, title="A < B & C", body="<p>x &amp; y</p>", summary="x & y")), "entry")
        assert (one(item, "title").get("type"), one(item, "title").text) == ("text", "A < B & C")
        assert (one(item, "content").get("type"), one(item, "content").text) == ("html", "<p>x &amp; y</p>")
        assert (one(item, "summary").get("type"), one(item, "summary").text) == ("text", "x & y")

    def test_a_site_may_give_summaries_alone(self):
        item = one(tree(entry(1), builder=replace(BUILDER, content="summary")), "entry")
        assert item.findall(f"{ATOM}content") == []
        assert one(item, "summary").text == "Body of 1."

    def test_a_title_alone_is_an_entry(self):
        item = one(tree(entry(1, body="", text="", summary="")), "entry")
        assert item.find(f"{ATOM}content") is None
        assert one(item, "summary").text == "Entry 1"

    def test_an_entry_without_title_does_not_break_its_feed(self):
        assert one(tree(entry(1, title="")), "entry/title").text == "entry-1"

    def test_addresses_in_the_text_are_whole(self):
        item = one(
            tree(entry(1, body='<p><a href="/x?a=1&amp;b=2">x</a><img src="../y.png" alt="y"></p>')), "entry"
        )
        assert one(item, "content").text == (
            '<p><a href="https://bulletin.example.org/x?a=1&amp;b=2">x</a>'
            '<img src="https://bulletin.example.org/entries/2017/y.png" alt="y"></p>'
        )

    def test_nothing_that_runs_gets_through(self):
        body = (
            '<p onclick="x()">a<script>b</script><a href="javascript:c">d</a></p><iframe src="/e"></iframe>'
        )
        assert one(tree(entry(1, body=body)), "entry/content").text == "<p>a<a>d</a></p>"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the schema is not beside the repository")
@pytest.mark.parametrize("mode", ["full", "summary"])
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"archive": 2, "archives": 3},
        {"archives": 3, "withdrawn": (entry(9, withdrawn_at=NOON),)},
        {"language": "es", "query": "?q=x"},
    ],
)
@pytest.mark.parametrize("count", [0, 3])
def test_the_schema_of_rfc_4287_holds(mode, fields, count):
    schema = etree.RelaxNG(etree.parse(SHARED / "atom.rng"))
    builder = FeedBuilder(SITE, BUILDER.vocabulary, mode, "https://hub.example/push")
    entries = [entry(seq, dated=seq != 2, link="https://iom.int/", countries=("PA",)) for seq in range(count)]
    schema.assertValid(tree(*entries, builder=builder, **fields))
