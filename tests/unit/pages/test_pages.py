"""What pages say, and that nothing in a bulletin can break one."""

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from looks import ENTRIES, HOSTILE, SITE, TEMPLATES, VOCABULARY
from lxml import html
from makers import entry

from feedsvc.model import Feed
from feedsvc.pages import ATOM, FeedFormat, Pages

PAGES = Pages(SITE, VOCABULARY, [TEMPLATES])
WALK, SPANISH, *_ = ENTRIES
COUNTS = {Feed(): 7, Feed("PA"): 3, Feed("CR"): 1, Feed("HT"): 1, Feed("AX"): 1, Feed(topic="gender"): 2}
IN_PANAMA = {Feed("PA", "trafficking"): 2, Feed("PA", "gender"): 1}

HOME = PAGES.home(ENTRIES, COUNTS)
PANAMA = PAGES.feed(Feed("PA"), ENTRIES[:2], 3, IN_PANAMA)
ALL_PAGES = (
    HOME,
    PAGES.home((), {}),
    PANAMA,
    PAGES.feed(Feed(), ENTRIES, 7, {}),
    PAGES.feed(Feed("BZ", "gender"), (), 0, {}),
    *(PAGES.entry(each) for each in ENTRIES),
    *(PAGES.error(status, HOSTILE) for status in (404, 405, 406, 410, 418, 500, 503)),
    PAGES.unsubscribe("ana@example.org", "to/ken", "es"),
    PAGES.unsubscribed("ana@example.org", "es"),
    PAGES.unsubscribe_invalid("es"),
)


def tree(page):
    return html.document_fromstring(page.body.decode())


def text(element):
    return " ".join(element.text_content().split())


def announced(page):
    return [
        (link.get("type"), link.get("href"))
        for link in tree(page).xpath("//link[contains(@rel, 'alternate')]")
    ]


def links(page, within="//main"):
    return {text(a): a.get("href") for a in tree(page).xpath(f"{within}//a")}


# --- every page ---


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: page.path[:30])
def test_a_page_has_landmarks_a_heading_and_a_way_past_the_header(page):
    root = tree(page)
    assert page.media_type == "text/html; charset=utf-8"
    assert root.get("lang") in ("en", "es")
    assert len(root.xpath("//h1")) == 1
    assert text(root.find(".//title")).endswith(SITE.title)
    for landmark in ("header", "nav", "main", "footer"):
        assert root.xpath(f"//{landmark}"), landmark
    skip = root.xpath("//body/a[1]")[0]
    assert root.get_element_by_id(skip.get("href")[1:]).tag == "main"
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    for name in root.xpath("//@aria-labelledby"):
        assert name in ids


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: page.path[:30])
def test_a_page_keeps_to_the_strictest_content_security_policy(page):
    root = tree(page)
    assert not root.xpath("//script | //style | //@style | //iframe | //object | //base")
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert set(root.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //img/@src")) == {
        "/style.css",
        "/favicon.svg",
    }


def test_equal_entries_give_equal_bytes():
    again = Pages(SITE, VOCABULARY, [TEMPLATES])
    assert again.home(ENTRIES, dict(reversed(COUNTS.items()))) == HOME
    assert again.feed(Feed("PA"), ENTRIES[:2], 3, dict(reversed(IN_PANAMA.items()))) == PANAMA
    assert again.entry(WALK) == PAGES.entry(WALK)
    assert again.assets() == PAGES.assets()


def test_a_page_stands_at_its_entrys_or_feeds_address():
    assert (HOME.path, PANAMA.path, PAGES.entry(WALK).path) == ("/", "/feeds/country/pa", WALK.path)
    for page in (HOME, PANAMA, PAGES.entry(WALK)):
        assert tree(page).xpath("//link[@rel='canonical']/@href") == [SITE.url + page.path]


def test_what_a_page_needs_comes_with_it():
    assert {asset.path: asset.media_type for asset in PAGES.assets()} == {
        "/style.css": "text/css; charset=utf-8",
        "/favicon.svg": "image/svg+xml",
    }


# --- home ---


def test_home_lists_the_sites_countries_and_topics_with_their_numbers_and_feeds():
    rows = {
        text(row.find_class("name")[0]): (
            row.find_class("name")[0].get("href"),
            text(row.find_class("number")[0]),
            row.find_class("format")[0].get("href"),
        )
        for row in tree(HOME).xpath("//ul[@class='index']/li")
    }
    assert rows["Panama"] == ("/feeds/country/pa", "3 entries", "/feeds/country/pa.atom")
    assert rows["Costa Rica"] == ("/feeds/country/cr", "1 entry", "/feeds/country/cr.atom")
    assert rows["Gender"] == ("/feeds/topic/gender", "2 entries", "/feeds/topic/gender.atom")
    own_topics_others = ["Belize", "Costa Rica", "Panama", "Åland Islands", "Haiti"]
    assert list(rows) == [*own_topics_others, "Trafficking in persons", "Gender"]
    assert rows["Belize"][1] == "0 entries"


def test_home_shows_the_newest_and_leads_to_all():
    shown = links(HOME)
    assert shown[WALK.title] == WALK.path
    assert "All 7 entries" not in shown
    assert links(PAGES.home(ENTRIES[:3], COUNTS))["All 7 entries"] == "/feeds/all"


def test_home_announces_the_feed_of_all_entries():
    assert announced(HOME) == [("application/atom+xml", "/feeds/all.atom")]


def test_an_empty_site_says_so():
    assert "Nothing here yet." in text(tree(PAGES.home((), {})))


# --- a feed's page ---


def test_a_feeds_page_says_what_it_holds_and_which_address_to_copy():
    main = text(tree(PANAMA).find(".//main"))
    assert "Panama The newest 2 of 3 entries" in main
    assert "https://bulletin.example.org/feeds/country/pa.atom" in main
    assert announced(PANAMA) == [("application/atom+xml", "/feeds/country/pa.atom")]
    assert text(tree(PANAMA).find(".//title")) == "Panama – Migration in Mesoamerica"


def test_a_country_leads_to_its_topics_and_a_pair_back_to_both():
    (index,) = tree(PANAMA).xpath("//ul[@class='index']")
    assert [(text(a), a.get("href")) for a in index.find_class("name")] == [
        ("Gender", "/feeds/country/pa/topic/gender"),
        ("Trafficking in persons", "/feeds/country/pa/topic/trafficking"),
    ]
    pair = PAGES.feed(Feed("PA", "gender"), ENTRIES[1:2], 1, {})
    assert links(pair, "//nav[@class='trail']") == {
        "Home": "/",
        "Panama": "/feeds/country/pa",
        "Gender": "/feeds/topic/gender",
    }


def test_a_topic_leads_to_its_countries_and_all_to_both():
    topic = PAGES.feed(Feed(topic="gender"), (), 2, {Feed("PA", "gender"): 1, Feed("AX", "gender"): 1})
    assert [text(name) for name in tree(topic).find_class("name")] == ["Åland Islands", "Panama"]
    everything = PAGES.feed(Feed(), (), 7, {Feed("PA"): 3, Feed(topic="gender"): 2})
    assert [text(name) for name in tree(everything).find_class("name")] == ["Panama", "Gender"]


def test_every_format_is_announced_and_linked():
    formats = (ATOM, FeedFormat("json", "application/feed+json", "JSON"))
    pages = Pages(SITE, VOCABULARY, [TEMPLATES], formats)
    page = pages.feed(Feed("PA"), (), 0, {})
    assert announced(page) == [
        ("application/atom+xml", "/feeds/country/pa.atom"),
        ("application/feed+json", "/feeds/country/pa.json"),
    ]
    assert links(page)["Open the JSON feed"] == "/feeds/country/pa.json"


# --- an entry's page ---


def test_an_entrys_page_shows_all_of_it():
    page = tree(PAGES.entry(WALK))
    article = page.find(".//article")
    assert text(article.find(".//h1")) == WALK.title
    assert article.xpath(".//time/@datetime") == ["2017-09-03"]
    assert "Body of 7." in text(article)
    assert article.xpath(".//a[@rel='external']/@href") == [WALK.link]
    tags = {text(tag): tag.get("href") for tag in article.find_class("chip")}
    assert tags == {
        "Costa Rica": "/feeds/country/cr",
        "Panama": "/feeds/country/pa",
        "Mesoamerica": None,
        "Trafficking in persons": "/feeds/topic/trafficking",
    }


def test_an_entrys_page_announces_the_feeds_it_is_in():
    assert [address for _, address in announced(PAGES.entry(WALK))] == [
        "/feeds/all.atom",
        "/feeds/country/cr.atom",
        "/feeds/country/pa.atom",
        "/feeds/topic/trafficking.atom",
    ]


def test_an_entry_in_another_language_is_marked():
    page = tree(PAGES.entry(SPANISH))
    assert page.get("lang") == "en"
    assert page.xpath("//h1/@lang | //div[@class='body']/@lang") == ["es", "es"]
    assert "22 August 2017 Spanish" in text(page)
    assert "English" not in text(tree(PAGES.entry(WALK)))


def test_a_link_that_is_no_web_address_is_not_shown():
    assert b"javascript:" not in PAGES.entry(dataclasses.replace(WALK, link="javascript:alert(1)")).body


# --- words to one reader ---


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (404, "There is no such page"),
        (405, "That can’t be done here"),
        (406, "Not in that form"),
        (410, "This was taken down"),
        (500, "Something went wrong here"),
        (418, "This did not work"),
    ],
)
def test_an_error_is_plain_words_and_a_way_on(status, says):
    page = PAGES.error(status, "/feeds/nowhere")
    assert text(tree(page).find(".//h1")) == says
    assert links(page)["To the home page"] == "/"
    assert tree(page).xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_unsubscribing_asks_first_in_the_readers_language():
    page = tree(PAGES.unsubscribe("ana@example.org", "a/b.c", "es"))
    (form,) = page.xpath("//form")
    assert (form.get("method"), form.get("action")) == ("post", "/unsubscribe/a%2Fb.c")
    assert [text(button) for button in form.xpath(".//button")] == ["Cancelar la suscripción"]
    assert "ana@example.org" in text(page)
    assert page.get("lang") == "es"


def test_after_unsubscribing_it_says_how_to_come_back():
    page = text(tree(PAGES.unsubscribed("ana@example.org", "en")))
    assert "ana@example.org" in page
    assert "put you back on the list" in page


# --- anything at all ---

ANYTHING = st.text(st.characters(exclude_categories=["Cs", "Cc"])) | st.sampled_from(
    [HOSTILE, "--><svg onload=alert(1)>", "</p></article></main>", "&lt;script&gt;", "\u202etxet"]
)


@given(title=ANYTHING, summary=ANYTHING)
def test_no_title_and_no_summary_breaks_a_page(title, summary):
    hostile = entry(title=title, summary=summary, countries=["PA"])
    plain = entry(title="x", summary="y" if summary else "", countries=["PA"])
    for shown, harmless in (
        (PAGES.home([hostile], {}), PAGES.home([plain], {})),
        (PAGES.entry(hostile), PAGES.entry(plain)),
        (PAGES.feed(Feed("PA"), [hostile], 1, {}), PAGES.feed(Feed("PA"), [plain], 1, {})),
    ):
        assert [each.tag for each in tree(shown).iter()] == [each.tag for each in tree(harmless).iter()]
    assert re.sub(r"\s+", "", title) == re.sub(r"\s+", "", tree(PAGES.entry(hostile)).findtext(".//h1") or "")


@given(path=ANYTHING)
def test_no_address_asked_for_breaks_the_page_that_says_it_is_not_there(path):
    assert not tree(PAGES.error(404, path)).xpath("//script | //svg | //img[not(@src='/favicon.svg')]")
