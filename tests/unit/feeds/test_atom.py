"""Atom documents: what feedgen does wrong by itself, and what readers hang on."""

import locale
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from makers import NOON, SITE, entry

from feedsvc.bulletins import body_html, clean
from feedsvc.feeds import AtomBuilder
from feedsvc.model import Category, Feed, Scheme, Vocabulary

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PANAMA, GENDER = Category(Scheme.COUNTRY, "PA"), Category(Scheme.TOPIC, "gender")
VOCABULARY = Vocabulary(
    countries=("PA",),
    topics=("gender",),
    regions={},
    names={"en": {PANAMA: "Panama", GENDER: "Gender"}, "es": {PANAMA: "Panamá", GENDER: "Género"}},
)
ALL = Feed()
ATOMS = AtomBuilder(SITE, VOCABULARY)


def tree(*entries, feed=ALL, builder=ATOMS):
    return etree.fromstring(builder.document(feed, entries).body)


def one(parent, path):
    (found,) = parent.findall("/".join(ATOM + name for name in path.split("/")))
    return found


def attributes(parent, name):
    return [dict(found.attrib) for found in parent.findall(ATOM + name)]


class TestTheDocument:
    def test_its_address_is_the_feeds_with_its_format(self):
        document = ATOMS.document(Feed("PA", "gender"), [entry()])
        assert document.path == "/feeds/country/pa/topic/gender.atom"
        assert document.media_type == "application/atom+xml; charset=utf-8"

    def test_each_feed_has_its_own_lasting_id(self):
        moved = replace(ATOMS, site=replace(SITE, url="https://elsewhere.example"))
        for builder in (ATOMS, moved):
            assert (
                one(tree(feed=Feed("PA"), builder=builder), "id").text
                == "tag:example.org,2017:feed/country/pa"
            )
        assert one(tree(), "id").text == "tag:example.org,2017:feed/all"

    @pytest.mark.parametrize(
        ("feed", "title"),
        [
            (Feed(), "Migration in Mesoamerica"),
            (Feed("PA"), "Panama — Migration in Mesoamerica"),
            (Feed("PA", "gender"), "Panama: Gender — Migration in Mesoamerica"),
        ],
    )
    def test_it_says_what_it_is_about(self, feed, title):
        root = tree(feed=feed)
        assert one(root, "title").text == title
        assert one(root, "subtitle").text == "News of <people> & places."
        assert one(root, "author/name").text == "Migration in Mesoamerica"
        assert one(root, "generator").text == "feedsvc"
        assert root.get(LANG) == "en"

    def test_it_links_to_itself_and_to_its_page(self):
        assert attributes(tree(feed=Feed("PA")), "link") == [
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

    def test_it_names_its_categories(self):
        assert attributes(tree(feed=Feed("PA", "gender")), "category") == [
            {"term": "PA", "scheme": "tag:example.org,2017:scheme/country", "label": "Panama"},
            {"term": "gender", "scheme": "tag:example.org,2017:scheme/topic", "label": "Gender"},
        ]

    def test_it_is_as_new_as_its_newest_entry(self):
        old, new = entry(1), entry(2, updated_at=NOON + timedelta(hours=1, microseconds=7))
        for order in ((old, new), (new, old)):
            assert one(tree(*order), "updated").text == "2026-11-23T13:00:00+00:00"

    @pytest.mark.parametrize(
        ("authority", "beginning"),
        [
            ("example.org,2017", "2017-01-01"),
            ("example.org,2017-05", "2017-05-01"),
            ("office@example.org,2017-05-09", "2017-05-09"),
        ],
    )
    def test_an_empty_one_is_as_old_as_the_authority(self, authority, beginning):
        root = tree(builder=replace(ATOMS, site=replace(SITE, id_authority=authority)))
        assert one(root, "updated").text == f"{beginning}T00:00:00+00:00"

    def test_equal_content_gives_equal_bytes(self):
        entries = [entry(seq, countries=("PA",), topics=("gender",)) for seq in (3, 2, 1)]
        first = ATOMS.document(Feed("PA"), entries)
        assert first == AtomBuilder(SITE, VOCABULARY).document(Feed("PA"), list(entries))


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

    def test_the_bulletins_date_is_a_midnight_of_the_site_and_updated_has_whole_seconds(self):
        item = one(tree(entry(1, updated_at=NOON + timedelta(microseconds=999_999))), "entry")
        assert one(item, "published").text == "2017-09-03T00:00:00-06:00"
        assert one(item, "updated").text == "2026-11-23T12:00:00+00:00"

    def test_a_date_from_before_time_zones_is_one_that_readers_can_read(self):
        assert one(tree(entry(1, published=date(1900, 1, 1))), "entry/published").text.endswith("+00:00")

    def test_full_text_is_html_and_the_summary_is_text(self):
        item = one(tree(entry(1, title="A < B & C", body="<p>x &amp; y</p>", summary="x & y")), "entry")
        assert (one(item, "title").get("type"), one(item, "title").text) == ("text", "A < B & C")
        assert (one(item, "content").get("type"), one(item, "content").text) == ("html", "<p>x &amp; y</p>")
        assert (one(item, "summary").get("type"), one(item, "summary").text) == ("text", "x & y")

    def test_a_site_may_give_summaries_alone(self):
        item = one(tree(entry(1), builder=replace(ATOMS, content="summary")), "entry")
        assert item.findall(f"{ATOM}content") == []
        assert one(item, "summary").text == "Body of 1."

    def test_a_title_alone_is_an_entry(self):
        item = one(tree(entry(1, body="", text="", summary="")), "entry")
        assert [each.tag for each in item.iter(f"{ATOM}content", f"{ATOM}summary")] == []

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


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_any_text_that_was_cleaned_goes_in_and_comes_out_as_it_was(text):
    cleaned = clean(text)
    item = one(tree(entry(1, title=cleaned or "-", body=body_html([cleaned]), summary=cleaned)), "entry")
    assert one(item, "title").text == (cleaned or "-")
    summary = item.find(f"{ATOM}summary")
    assert (summary.text if summary is not None else "") == cleaned


def test_the_locale_of_the_process_stays_as_it_is():
    before = locale.setlocale(locale.LC_ALL)
    tree(entry())
    assert locale.setlocale(locale.LC_ALL) == before
