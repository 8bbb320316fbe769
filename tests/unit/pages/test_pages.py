"""What pages say, and that nothing in a bulletin can break one."""

import dataclasses
import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from looks import ACTIVITY, ENTRIES, HOSTILE, MONTHS, SITE, TEMPLATES, VOCABULARY
from lxml import etree, html
from makers import entry

from feedsvc.model import ATOM, JSON_FEED, Feed, Picture, SearchQuery
from feedsvc.pages import Pages

PAGES = Pages(SITE, VOCABULARY, [TEMPLATES])
WALK, SPANISH, *_ = ENTRIES
COUNTS = {Feed(): 7, Feed("PA"): 3, Feed("CR"): 1, Feed("HT"): 1, Feed("AX"): 1, Feed(topic="gender"): 2}
IN_PANAMA = {Feed("PA", "trafficking"): 2, Feed("PA", "gender"): 1}
QUERY = SearchQuery.read("q=walk+%26+talk&country=pa&since=2017-01-01&page=2")

HOME = PAGES.home(ENTRIES, COUNTS, ACTIVITY)
HOME_ES = PAGES.home(ENTRIES, COUNTS, ACTIVITY, "es")
PANAMA = PAGES.feed(Feed("PA"), ENTRIES[:2], 3, IN_PANAMA, MONTHS, archives=2)
PANAMA_ES = PAGES.feed(Feed("PA"), ENTRIES[:2], 3, IN_PANAMA, MONTHS, "es")
FOUND = PAGES.search(QUERY, ENTRIES, 47)
ALL_PAGES = (
    HOME,
    HOME_ES,
    PAGES.home((), {}, {}),
    PANAMA,
    PANAMA_ES,
    PAGES.feed(Feed(), ENTRIES, 7, {}, {}),
    PAGES.feed(Feed("BZ", "gender"), (), 0, {}, {}),
    PAGES.feed(Feed("PA", language="es"), ENTRIES[1:2], 1, {}, {}),
    FOUND,
    PAGES.search(SearchQuery(), (), 0, "es"),
    PAGES.search(SearchQuery(words=HOSTILE), (), 0),
    PAGES.search(dataclasses.replace(QUERY, page=99), (), 47),
    *(PAGES.entry(each) for each in ENTRIES),
    *(PAGES.error(status, HOSTILE) for status in (400, 404, 405, 406, 410, 418, 500, 503)),
    PAGES.error(404, "/es/nowhere", "es"),
    PAGES.retired("/feeds/topic/old"),
    PAGES.unsubscribe("ana@example.org", "to/ken", "es"),
    PAGES.unsubscribed("ana@example.org", "es"),
    PAGES.unsubscribed_already("ana@example.org", "es"),
    PAGES.unsubscribe_invalid("es"),
)


def tree(page):
    return html.document_fromstring(page.body.decode())


def text(element):
    return " ".join(element.text_content().split())


def announced(page):
    return [
        (link.get("type"), link.get("href"))
        for link in tree(page).xpath("//link[@rel='alternate' and @type]")
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
    assert set(root.xpath("//script/@type")) <= {"application/ld+json"}, "data, which no browser runs"
    assert not root.xpath("//script[not(@type)] | //style | //@style | //iframe | //object | //base")
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert set(root.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //img/@src")) == {
        "/style.css",
        "/favicon.svg",
    }


def test_equal_entries_give_equal_bytes():
    again = Pages(SITE, VOCABULARY, [TEMPLATES])
    assert again.home(ENTRIES, dict(reversed(COUNTS.items())), dict(reversed(ACTIVITY.items()))) == HOME
    assert (
        again.feed(Feed("PA"), ENTRIES[:2], 3, dict(reversed(IN_PANAMA.items())), MONTHS, archives=2)
        == PANAMA
    )
    assert again.entry(WALK) == PAGES.entry(WALK)
    assert again.assets() == PAGES.assets()


def test_a_page_stands_at_its_entrys_or_feeds_address():
    assert (HOME.path, PANAMA.path, PAGES.entry(WALK).path) == ("/", "/feeds/country/pa", WALK.path)
    assert (HOME_ES.path, PANAMA_ES.path) == ("/es/", "/es/feeds/country/pa")
    for page in (HOME, HOME_ES, PANAMA, PANAMA_ES, PAGES.entry(WALK)):
        assert tree(page).xpath("//link[@rel='canonical']/@href") == [SITE.url + page.path]


def test_what_a_page_needs_comes_with_it():
    assert {asset.path: asset.media_type for asset in PAGES.assets()} == {
        "/style.css": "text/css; charset=utf-8",
        "/favicon.svg": "image/svg+xml",
    }


def test_a_site_shows_its_own_favicon_and_logo():
    own = dataclasses.replace(
        SITE, favicon=Picture("favicon.ico", "image/x", b"i"), logo=Picture("logo.png", "image/png", b"p")
    )
    pages = Pages(own, VOCABULARY, [TEMPLATES])
    assert {asset.path: asset.body for asset in pages.assets()[1:]} == {
        "/favicon.ico": b"i",
        "/logo.png": b"p",
    }
    for page in (pages.home((), {}, {}), pages.entry(WALK), pages.search(SearchQuery(), (), 0)):
        assert tree(page).xpath("//link[@rel='icon']/@href") == ["/favicon.ico"]
        assert tree(page).xpath("//header//img/@src") == ["/logo.png"]


# --- languages ---


@pytest.mark.parametrize(
    ("english", "spanish", "parameters"),
    [
        (HOME, HOME_ES, ""),
        (PANAMA, PANAMA_ES, ""),
        (FOUND, PAGES.search(QUERY, ENTRIES, 47, "es"), QUERY.parameters),
    ],
    ids=["home", "feed", "search"],
)
def test_a_page_leads_to_itself_in_the_other_language(english, spanish, parameters):
    addresses = {"en": english.path + parameters, "es": spanish.path + parameters}
    for page, language, other in ((english, "en", "es"), (spanish, "es", "en")):
        root = tree(page)
        assert root.get("lang") == language
        (switch,) = root.find_class("languages")
        assert switch.xpath("a/@href") == [addresses[other]]
        assert switch.xpath("a/@lang | a/@hreflang") == [other, other]
        assert {link.get("hreflang"): link.get("href") for link in root.xpath("//link[@hreflang]")} == {
            **{code: SITE.url + address for code, address in addresses.items()},
            "x-default": SITE.url + addresses["en"],
        }


@pytest.mark.parametrize(
    "page",
    [
        HOME_ES,
        PANAMA_ES,
        PAGES.search(QUERY, ENTRIES, 47, "es"),
        PAGES.entry(SPANISH),
        PAGES.error(404, "/es/x", "es"),
    ],
    ids=["home", "feed", "search", "entry", "error"],
)
def test_links_of_a_spanish_page_stay_in_spanish(page):
    root = tree(page)
    elsewhere = re.compile(
        r"/es/|/entries/|/feeds/.*\.(atom|rss|json)$|/feeds.opml$|/search\.(atom|rss|json)"
    )
    links = [
        link.get("href")
        for link in root.xpath("//a[starts-with(@href, '/')]")
        if link.get("hreflang") is None
    ]
    assert [link for link in links if not elsewhere.match(link)] == []
    assert set(root.xpath("//form/@action")) == {"/es/search"}


def test_an_entry_has_one_page_which_speaks_its_language():
    page = tree(PAGES.entry(SPANISH))
    assert page.get("lang") == "es"
    assert not page.xpath("//link[@hreflang]")
    assert page.find_class("languages")[0].xpath("a/@href") == ["/"]
    french = tree(PAGES.entry(entry(1, language="fr")))
    assert french.get("lang") == "en"
    assert french.xpath("//h1/@lang") == ["fr"]


def test_a_site_of_one_language_has_no_switch():
    page = tree(Pages(dataclasses.replace(SITE, languages=("en",)), VOCABULARY, [TEMPLATES]).home((), {}, {}))
    assert not page.find_class("languages")
    assert not page.xpath("//link[@hreflang]")


def test_a_site_that_stands_below_a_path_links_there():
    site = dataclasses.replace(SITE, url="https://example.org/news")
    root = tree(Pages(site, VOCABULARY, [TEMPLATES]).feed(Feed("PA"), ENTRIES, 9, IN_PANAMA, MONTHS, "es"))
    for link in root.xpath("//@href[starts-with(., '/')] | //@src | //@action"):
        assert link.startswith("/news/"), link
    assert "/news/es/feeds/topic/gender" in root.xpath("//a/@href")


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
    assert links(PAGES.home(ENTRIES[:3], COUNTS, ACTIVITY))["All 7 entries"] == "/feeds/all"


def test_home_announces_the_feed_of_all_entries():
    assert announced(HOME) == [
        ("application/atom+xml", "/feeds/all.atom"),
        ("application/rss+xml", "/feeds/all.rss"),
        ("application/feed+json", "/feeds/all.json"),
    ]


def test_an_empty_site_says_so():
    assert "Nothing here yet." in text(tree(PAGES.home((), {}, {})))


def test_home_counts_no_feed_of_one_language_as_another_country():
    page = PAGES.home((), {Feed("HT"): 1, Feed("HT", language="es"): 1}, {})
    assert text(tree(page)).count("Haiti") == 1


def test_home_draws_where_and_when_and_has_the_same_as_a_table():
    root = tree(HOME)
    (chart,) = root.find_class("circles")
    assert [(text(a), a.get("href")) for a in chart.find_class("name")] == [
        ("Panama", "/feeds/country/pa"),
        ("Costa Rica", "/feeds/country/cr"),
        ("Haiti", "/feeds/country/ht"),
    ]
    assert chart.xpath("li[1]/svg/@aria-label") == ["Panama: 7 entries"]
    assert [text(title) for title in chart.xpath("li[1]//title")] == [
        "Panama, July 2017: 2 entries",
        "Panama, August 2017: 1 entry",
        "Panama, September 2017: 4 entries",
    ]
    (table,) = root.xpath("//details//table")
    assert [text(cell) for cell in table.xpath(".//th[@scope='col']")] == [
        "Month",
        "Panama",
        "Costa Rica",
        "Haiti",
    ]
    assert [text(cell) for cell in table.xpath(".//tr[2]/*")] == ["August 2017", "1", "0", "0"]
    assert "The largest circle stands for 4 entries." in text(root)
    assert "7 entradas" in text(tree(HOME_ES).find_class("circles")[0]) + str(
        tree(HOME_ES).xpath("//svg/@aria-label")
    )


def test_a_page_calls_the_site_as_it_is_called_in_its_language():
    spanish = "Migración en Mesoamérica"
    named = Pages(
        dataclasses.replace(SITE, titles=(("en", SITE.title), ("es", spanish))), VOCABULARY, [TEMPLATES]
    )
    for page in (
        named.home(ENTRIES, {Feed(): 2}, {}, "es"),
        named.feed(Feed("PA"), ENTRIES[:2], 3, IN_PANAMA, MONTHS, "es"),
        named.error(404, "/nowhere", "es"),
    ):
        html = page.body.decode()
        assert spanish in text(tree(page).find(".//title"))
        assert SITE.title not in html


# --- a feed's page ---


def test_a_feeds_page_says_what_it_holds_and_which_address_to_copy():
    main = text(tree(PANAMA).find(".//main"))
    assert "Panama The newest 2 of 3 entries" in main
    assert "https://bulletin.example.org/feeds/country/pa.atom" in main
    assert announced(PANAMA)[0] == ("application/atom+xml", "/feeds/country/pa.atom")
    assert text(tree(PANAMA).find(".//title")) == "Panama – Migration in Mesoamerica"
    assert [text(title) for title in tree(PANAMA).find_class("bars")[0].xpath(".//title")] == [
        "July 2017: 2 entries",
        "August 2017: 1 entry",
        "September 2017: 4 entries",
    ]


def test_a_feeds_page_has_the_ways_to_follow_it():
    shown = links(PANAMA, "//section[@class='address']")
    address = "https%3A%2F%2Fbulletin.example.org%2Ffeeds%2Fcountry%2Fpa.atom"
    assert shown["Atom"] == "/feeds/country/pa.atom"
    assert shown["RSS"] == "/feeds/country/pa.rss"
    assert shown["JSON Feed"] == "/feeds/country/pa.json"
    assert shown["Feedly"] == f"https://feedly.com/i/subscription/feed%2F{address}"
    assert shown["Inoreader"] == f"https://www.inoreader.com/?add_feed={address}"
    assert shown["NewsBlur"] == f"https://www.newsblur.com/?url={address}"
    assert shown["The Old Reader"] == f"https://theoldreader.com/feeds/subscribe?url={address}"
    assert shown["A reader on this device"] == "feed:https://bulletin.example.org/feeds/country/pa.atom"
    assert (shown["All languages"], shown["Español"]) == ("/feeds/country/pa", "/feeds/country/pa/lang/es")
    assert shown["The newest archive"] == "/feeds/country/pa/archive/2.atom"


def test_a_feeds_page_offers_its_digest_by_mail_in_the_schedules_there_are():
    shown = links(PANAMA, "//section[@class='address']")
    assert shown["every week"].startswith(
        "mailto:office@example.org?subject=Digest%3A%20Panama%2C%20every%20week&body="
    )
    assert shown["fridays"].startswith("mailto:office@example.org?subject=Digest%3A%20Panama%2C%20fridays&")
    assert "feeds%2Fcountry%2Fpa%0A" in shown["every day"]
    assert "every month" not in shown
    spanish = links(PANAMA_ES, "//section[@class='address']")
    assert "Bolet%C3%ADn%3A%20Panam%C3%A1%2C%20cada%20semana" in spanish["cada semana"]
    without = Pages(dataclasses.replace(SITE, contact=""), VOCABULARY, [TEMPLATES])
    assert b"mailto:" not in without.feed(Feed("PA"), (), 0, {}, {}).body


def test_older_entries_are_a_search_away():
    assert links(PANAMA)["All 3 entries"] == "/search?country=pa"
    pair = PAGES.feed(Feed("PA", "gender", "es"), ENTRIES[1:2], 2, {}, {}, "es")
    assert links(pair)["Las 2 entradas"] == "/es/search?country=pa&topic=gender&lang=es"


def test_a_feed_of_one_language_says_so():
    for feed, language, name in (
        (Feed(language="es"), "en", "All entries in Spanish"),
        (Feed(language="es"), "es", "Todas las entradas en español"),
        (Feed("PA", language="es"), "en", "Panama (es)"),
    ):
        page = tree(PAGES.feed(feed, (), 0, {}, {}, language))
        assert text(page.find(".//h1")) == name
        (current,) = page.xpath("//section[@class='address']//a[@aria-current]")
        assert text(current) == "Español"


def test_only_feeds_of_the_same_language_are_inside_a_feed():
    inside = {Feed("PA", "gender"): 2, Feed("PA", "gender", "es"): 1}
    page = PAGES.feed(Feed("PA", language="es"), (), 2, inside, {})
    assert [name.get("href") for name in tree(page).find_class("name")] == [
        "/feeds/country/pa/topic/gender/lang/es"
    ]


def test_a_topic_that_was_given_up_is_not_shown():
    old = entry(1, countries=["PA"], topics=["gender", "given-up"])
    for page in (
        PAGES.home([old], {Feed(topic="given-up"): 1}, {}),
        PAGES.feed(Feed("PA"), [old], 1, {Feed("PA", "given-up"): 1}, {}),
        PAGES.entry(old),
    ):
        assert b"given-up" not in page.body
        assert b"/feeds/topic/gender" in page.body or page.path == "/feeds/country/pa"


def test_a_country_leads_to_its_topics_and_a_pair_back_to_both():
    (index,) = tree(PANAMA).xpath("//ul[@class='index']")
    assert [(text(a), a.get("href")) for a in index.find_class("name")] == [
        ("Gender", "/feeds/country/pa/topic/gender"),
        ("Trafficking in persons", "/feeds/country/pa/topic/trafficking"),
    ]
    pair = PAGES.feed(Feed("PA", "gender"), ENTRIES[1:2], 1, {}, {})
    assert links(pair, "//nav[@class='trail']") == {
        "Home": "/",
        "Panama": "/feeds/country/pa",
        "Gender": "/feeds/topic/gender",
    }


def test_a_topic_leads_to_its_countries_and_all_to_both():
    topic = PAGES.feed(Feed(topic="gender"), (), 2, {Feed("PA", "gender"): 1, Feed("AX", "gender"): 1}, {})
    assert [text(name) for name in tree(topic).find_class("name")] == ["Åland Islands", "Panama"]
    everything = PAGES.feed(Feed(), (), 7, {Feed("PA"): 3, Feed(topic="gender"): 2}, {})
    assert [text(name) for name in tree(everything).find_class("name")] == ["Panama", "Gender"]


def test_every_format_is_announced_and_linked():
    pages = Pages(SITE, VOCABULARY, [TEMPLATES], (ATOM, JSON_FEED))
    page = pages.feed(Feed("PA"), (), 0, {}, {})
    assert announced(page) == [
        ("application/atom+xml", "/feeds/country/pa.atom"),
        ("application/feed+json", "/feeds/country/pa.json"),
    ]
    assert "RSS" not in links(page)


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


def test_an_entry_in_a_language_that_the_site_does_not_speak_is_marked():
    page = tree(PAGES.entry(entry(1, language="fr")))
    assert page.xpath("//h1/@lang | //div[@class='body']/@lang") == ["fr", "fr"]
    assert "French" in text(page)
    assert "English" not in text(tree(PAGES.entry(WALK)).find(".//main"))
    assert "22 de agosto de 2017" in text(tree(PAGES.entry(SPANISH)))


def test_an_entrys_page_tells_machines_what_it_is():
    page = tree(PAGES.entry(WALK))
    said = json.loads(page.findtext(".//script"))
    publisher = {"@type": "Organization", "name": SITE.title, "url": f"{SITE.url}/"}
    address = SITE.url + WALK.path
    assert said == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": WALK.id,
        "url": address,
        "mainEntityOfPage": address,
        "headline": WALK.title,
        "description": WALK.summary,
        "datePublished": "2017-09-03",
        "dateModified": WALK.updated_at.isoformat(),
        "inLanguage": "en",
        "keywords": ["Costa Rica", "Panama", "Mesoamerica", "Trafficking in persons"],
        "isBasedOn": WALK.link,
        "isAccessibleForFree": True,
        "author": publisher,
        "publisher": publisher,
    }
    shared = {meta.get("property"): meta.get("content") for meta in page.xpath("//meta[@property]")}
    assert shared["og:type"] == "article"
    assert shared["og:title"] == WALK.title
    assert shared["og:url"] == address
    assert shared["article:published_time"] == "2017-09-03"
    assert "og:image" not in shared


def test_the_first_picture_of_an_entry_stands_for_it():
    page = tree(PAGES.entry(entry(1, body='<p><img alt="" src="/media/3f2a.png"></p>')))
    image = f"{SITE.url}/media/3f2a.png"
    assert page.xpath("//meta[@property='og:image']/@content") == [image]
    assert json.loads(page.findtext(".//script"))["image"] == image


@pytest.mark.parametrize(
    "text", [HOSTILE, "</script><script>alert(1)</script>", "<!--<script>", "]]>\u2028&lt;"]
)
def test_no_text_gets_out_of_what_machines_read(text):
    page = PAGES.entry(entry(1, title=text, summary=text, topics=["gender"]))
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.body.decode(), re.DOTALL)
    assert not set(data) & set("<>&\u2028\u2029")
    assert json.loads(data)["headline"] == json.loads(data)["description"] == text
    assert len(tree(page).xpath("//script")) == 1


def test_a_link_that_is_no_web_address_is_not_shown():
    assert b"javascript:" not in PAGES.entry(dataclasses.replace(WALK, link="javascript:alert(1)")).body


# --- the search ---


def test_the_search_shows_what_was_asked_for():
    (form,) = tree(FOUND).find_class("query")
    assert form.xpath(".//input/@value") == ["walk & talk", "2017-01-01", ""]
    assert form.xpath(".//option[@selected]/@value") == ["pa"]
    assert form.xpath(".//select[@name='country']//option/@value") == ["", "bz", "cr", "pa"]
    assert form.xpath(".//select[@name='topic']//option/@value") == ["", "trafficking", "gender"]
    assert form.xpath(".//select[@name='lang']//option/@value") == ["", "en", "es"]
    assert form.get("method") is None
    for field in form.xpath(".//input | .//select"):
        assert form.xpath(f".//label[@for='{field.get('id')}']")


def test_other_countries_can_be_looked_for_as_well():
    page = tree(PAGES.search(SearchQuery.read("country=AX"), (), 0, countries=["HT", "PA"]))
    assert page.xpath("//optgroup/option/@value") == ["ax", "ht"]
    assert page.xpath("//option[@selected]/@value") == ["ax"]


def test_what_was_found_has_pages_and_is_a_feed():
    shown = links(FOUND)
    assert "47 entries found" in text(tree(FOUND))
    assert "Page 2 of 3" in text(tree(FOUND))
    query = "?q=walk+%26+talk&country=pa&since=2017-01-01"
    assert (shown["Previous"], shown["Next"]) == (f"/search{query}", f"/search{query}&page=3")
    assert shown["Atom"] == f"/search.atom{query}"
    assert announced(FOUND) == [
        ("application/atom+xml", f"/search.atom{query}"),
        ("application/rss+xml", f"/search.rss{query}"),
        ("application/feed+json", f"/search.json{query}"),
    ]
    assert "Next" not in links(PAGES.search(dataclasses.replace(QUERY, page=3), ENTRIES, 47))
    assert "Next" not in links(PAGES.search(QUERY.on_page(1), ENTRIES, 7))
    assert tree(FOUND).xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_a_search_that_finds_nothing_says_what_to_try():
    assert "Nothing found Try fewer" in text(tree(PAGES.search(QUERY, (), 0)))
    assert announced(PAGES.search(SearchQuery(), (), 0)) == []
    beyond = links(PAGES.search(QUERY.on_page(9), (), 47))
    assert beyond["To the first page"].startswith("/search?q=walk")


def test_who_asks_for_nothing_sees_all_page_by_page():
    """Where “All 131 entries” leads."""
    first = PAGES.search(SearchQuery(), ENTRIES, 131)
    assert "All 131 entries" in text(tree(first))
    assert ENTRIES[0].title in text(tree(first))
    assert links(first)["Next"] == "/search?page=2"
    second = PAGES.search(SearchQuery().on_page(2), ENTRIES, 131)
    assert links(second)["Previous"] == "/search"


def test_every_page_can_search():
    for page in ALL_PAGES:
        language = tree(page).get("lang")
        (form,) = tree(page).xpath("//form[@role='search']")
        assert form.get("action") == ("/search" if language == "en" else "/es/search")


# --- what crawlers read ---


def test_the_sitemap_lists_pages_in_parts():
    moment = datetime(2017, 9, 3, 12, tzinfo=UTC)
    index = PAGES.sitemap_index([("pages", moment), ("2", moment)])
    part = PAGES.sitemap("2", [("/entries/2017/09/a", moment), ("/es/", moment)])
    assert (index.path, part.path) == ("/sitemap.xml", "/sitemap/2.xml")
    assert index.media_type == part.media_type == "application/xml"
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    assert etree.fromstring(index.body).xpath("//s:sitemap/s:loc/text()", namespaces=names) == [
        "https://bulletin.example.org/sitemap/pages.xml",
        "https://bulletin.example.org/sitemap/2.xml",
    ]
    listed = etree.fromstring(part.body).xpath("//s:url/*/text()", namespaces=names)
    assert listed == [
        "https://bulletin.example.org/entries/2017/09/a",
        "2017-09-03T12:00:00+00:00",
        "https://bulletin.example.org/es/",
        "2017-09-03T12:00:00+00:00",
    ]


def test_crawlers_are_kept_from_what_is_no_page():
    robots = PAGES.robots()
    assert (robots.path, robots.media_type) == ("/robots.txt", "text/plain; charset=utf-8")
    assert robots.body.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /search",
        "Disallow: /es/search",
        "Allow: /search.atom",
        "Allow: /search.rss",
        "Allow: /search.json",
        "Disallow: /unsubscribe",
        "Disallow: /digests",
        "Disallow: /admin",
        "Sitemap: https://bulletin.example.org/sitemap.xml",
    ]


# --- words to one reader ---


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "That was not understood"),
        (404, "There is no such page"),
        (405, "That can’t be done here"),
        (406, "Not in that form"),
        (410, "This was taken down"),
        (500, "Something went wrong here"),
        (503, "We will be back in a moment"),
        (418, "This did not work"),
    ],
)
def test_an_error_is_plain_words_and_a_way_on(status, says):
    page = PAGES.error(status, "/feeds/nowhere")
    assert text(tree(page).find(".//h1")) == says
    assert links(page)["To the home page"] == "/"
    assert tree(page).xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_an_error_is_said_in_the_readers_language():
    page = PAGES.error(404, "/es/feeds/nowhere", "es")
    assert text(tree(page).find(".//h1")) == "Esta página no existe"
    assert links(page)["Ir a la página de inicio"] == "/es/"
    assert links(page, "//header")["English"] == "/"


def test_what_is_gone_stays_gone_and_says_nothing_of_what_it_was():
    page = PAGES.gone(SPANISH)
    assert (page.path, page.gone) == (SPANISH.path, True)
    assert SPANISH.title.encode() not in page.body
    assert tree(page).get("lang") == "es"
    retired = PAGES.retired("/es/feeds/topic/old", "es")
    assert (retired.path, retired.gone) == ("/es/feeds/topic/old", True)
    assert text(tree(retired).find(".//h1")) == "Este canal ha terminado"


def test_unsubscribing_asks_first_in_the_readers_language():
    page = tree(PAGES.unsubscribe("ana@example.org", "a/b.c", "es"))
    (form,) = page.xpath("//main//form")
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
        (PAGES.home([hostile], {}, {}), PAGES.home([plain], {}, {})),
        (PAGES.entry(hostile), PAGES.entry(plain)),
        (PAGES.feed(Feed("PA"), [hostile], 1, {}, {}), PAGES.feed(Feed("PA"), [plain], 1, {}, {})),
    ):
        assert [each.tag for each in tree(shown).iter()] == [each.tag for each in tree(harmless).iter()]
    assert re.sub(r"\s+", "", title) == re.sub(r"\s+", "", tree(PAGES.entry(hostile)).findtext(".//h1") or "")


@given(path=ANYTHING)
def test_no_address_asked_for_breaks_the_page_that_says_it_is_not_there(path):
    assert not tree(PAGES.error(404, path)).xpath("//script | //svg | //img[not(@src='/favicon.svg')]")


@given(words=ANYTHING)
def test_nothing_searched_for_breaks_the_search(words):
    query = SearchQuery.read(SearchQuery(words=words).parameters)
    page = tree(PAGES.search(query, (), 0))
    plain = tree(PAGES.search(SearchQuery(words="x" if query.words else ""), (), 0))
    tags = [each.tag for each in page.iter() if each.tag != "wbr"]
    assert tags == [each.tag for each in plain.iter() if each.tag != "wbr"]
    assert page.get_element_by_id("q").get("value") == query.words


def test_a_title_of_a_megabyte_is_shown_whole_once():
    long = entry(title="w\u202ew " * 250_000, countries=["PA"])
    page = PAGES.entry(long)
    assert len(page.body) < 1.1 * len(long.title.encode()) + 20_000
    assert "\u202e" not in tree(page).findtext(".//title")
    assert len(PAGES.home([long] * 10, {}, {}).body) < 60_000


def test_half_of_a_character_does_no_harm():
    assert b"/a?b" in PAGES.error(404, "/a\ud800b").body
