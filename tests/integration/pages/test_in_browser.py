"""Pages and digests as Chromium shows them: on a phone, in the dark, without anything of others."""

import pytest
from judges import browsers, node
from looks import ACTIVITY, ENTRIES, HOSTILE, MONTHS, SITE, TEMPLATES, VOCABULARY
from makers import NOON, subscription

from feedsvc.digests.rendering import DigestRenderer
from feedsvc.model import DigestSection, Document, Feed, SearchQuery
from feedsvc.pages import Pages
from feedsvc.web import SECURITY_HEADERS

pytestmark = browsers.needed

# Every text with a contrast to its ground below 4.5:1, or 3:1 where it is large (WCAG 2.2, 1.4.3).
TOO_FAINT = """() => {
  const channels = color => color.match(/[\\d.]+/g).map(Number);
  const light = color => {
    const [r, g, b] = channels(color).map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const ground = element => {
    for (let each = element; each; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor;
      if (channels(color)[3] !== 0) return color;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? "rgb(18, 18, 18)" : "rgb(255, 255, 255)";
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement, style = getComputedStyle(element);
    if (!node.data.trim() || !element.getClientRects().length || element.closest("title")) continue;
    const ink = element.closest("svg") ? style.fill : style.color;
    const [low, high] = [light(ink), light(ground(element))].sort((a, b) => a - b);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const contrast = (high + .05) / (low + .05);
    if (contrast < (large ? 3 : 4.5)) faint.push(`${contrast.toFixed(2)} ${node.data.trim().slice(0, 40)}`);
  }
  return faint;
}"""

# Every link or button, but for those inside a sentence, that is lower than 24 px (WCAG 2.2, 2.5.8).
TOO_SMALL = """() => [...document.querySelectorAll("a, button, input, select, summary")]
  .filter(each => !each.matches(".skip"))
  .filter(each => each.getBoundingClientRect().height < 24)
  .map(each => each.outerHTML)"""


def site_pages():
    pages = Pages(SITE, VOCABULARY, [TEMPLATES])
    counts = {Feed(): 7, Feed("PA"): 3, Feed("HT"): 1, Feed(topic="gender"): 2}
    digest = DigestRenderer(
        SITE, VOCABULARY, [TEMPLATES], postal_address="12 Calle Central, San José"
    ).render([DigestSection(subscription(), ENTRIES)], "es", named=True, due_at=NOON)
    return {
        "home": pages.home(ENTRIES, counts, ACTIVITY),
        "home in Spanish": pages.home(ENTRIES, counts, ACTIVITY, "es"),
        "empty home": pages.home((), {}, {}),
        "feed": pages.feed(Feed("PA"), ENTRIES, 9, {Feed("PA", "gender"): 1}, MONTHS, archives=2),
        "pair": pages.feed(Feed("PA", "trafficking"), (), 0, {}, {}),
        "search": pages.search(SearchQuery.read("q=walk&country=pa&page=2"), ENTRIES, 47),
        "empty search": pages.search(SearchQuery(), (), 0, "es"),
        "vain search": pages.search(SearchQuery(words=HOSTILE), (), 0),
        **{f"entry {each.seq}": pages.entry(each) for each in ENTRIES},
        "not found": pages.error(404, "/" + "x" * 300),
        "retired": pages.retired("/es/feeds/topic/old", "es"),
        "unsubscribe": pages.unsubscribe(
            "a-very-long-address.of.somebody@a-domain.example.org", "token", "es"
        ),
        "unsubscribed": pages.unsubscribed("ana@example.org", "en"),
        "invalid": pages.unsubscribe_invalid("en"),
        "digest": Document("/digest", "text/html; charset=utf-8", digest.html.encode()),
    }


PAGES = site_pages()
ASSETS = {asset.path: asset for asset in Pages(SITE, VOCABULARY, [TEMPLATES]).assets()}


class Window:
    """A window of the browser, with the site behind it and nothing else; keeps what the browser says."""

    def __init__(self, page):
        self.page = page
        self.shown = None
        self.words = []
        page.route("**/*", lambda route: answer(route, self.shown))
        page.on("console", lambda message: self.words.append(message.text))

    def show(self, name, width=360, scheme="light"):
        self.shown = PAGES[name]
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme=scheme)
        self.page.goto(f"{SITE.url}/page")
        return self.page


@pytest.fixture(scope="module")
def window():
    with browsers.chromium() as browser:
        yield Window(browser.new_page())


@pytest.fixture
def show(window):
    """Open a page as the web server would send it, and fail on a word of the browser's about it."""
    yield window.show
    assert window.words == []


def answer(route, page):
    """Give the page, or what it asks for; a digest has its styles in it, as no page of the site has."""
    document = ASSETS.get(route.request.url.removeprefix(SITE.url), page)
    headers = {} if page.path == "/digest" else SECURITY_HEADERS
    route.fulfill(body=document.body, headers={**headers, "content-type": document.media_type})


@pytest.mark.parametrize("name", PAGES)
def test_nothing_scrolls_sideways(show, name):
    page = show(name)
    for width in (320, 360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@node.axe_needed
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_against_wcag(show, name):
    page = show(name, 1280)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert browsers.violations(page) == [], scheme


@pytest.mark.parametrize("name", PAGES)
def test_every_text_stands_out_from_its_ground(show, name):
    page = show(name, 1280)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(TOO_FAINT) == [], scheme


def test_light_and_dark_are_different(show):
    grounds = {
        scheme: show("home", scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert len(set(grounds.values())) == 2


@pytest.mark.parametrize("name", [name for name in PAGES if name != "digest"])
def test_what_is_to_be_pressed_can_be_hit(show, name):
    assert show(name).evaluate(TOO_SMALL) == []


def test_the_keyboard_finds_the_way_past_the_header_first(show):
    page = show("feed")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_address_of_a_feed_is_copied_whole(show):
    page = show("feed")
    page.locator(".copy code").click()
    assert page.evaluate("getSelection().toString()") == f"{SITE.url}/feeds/country/pa.atom"


def test_the_numbers_behind_a_chart_open_without_a_script(show):
    page = show("home")
    assert not page.get_by_role("table").is_visible()
    page.get_by_text("The same as a table").click()
    assert page.get_by_role("table").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_chart_fills_its_place_and_its_circles_stay_round(show):
    page = show("home")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        row, strip = page.evaluate(
            "[...document.querySelectorAll('.circles li:first-child, .circles li:first-child svg')]"
            ".map(each => each.getBoundingClientRect().width)"
        )
        assert strip > row / 2
        for circle in page.locator(".circles circle:not(.none)").all():
            box = circle.bounding_box()
            assert box["width"] == pytest.approx(box["height"], abs=0.01)


def test_a_search_is_sent_to_where_its_page_is(show):
    page = show("home in Spanish")
    page.get_by_role("searchbox").fill("trata & niñez")
    with page.expect_request(lambda request: "search" in request.url) as sent:
        page.get_by_role("searchbox").press("Enter")
    assert sent.value.url == f"{SITE.url}/es/search?q=trata+%26+ni%C3%B1ez"


def test_what_is_chosen_in_the_search_goes_with_it(show):
    page = show("search")
    page.get_by_label("Topic", exact=True).select_option("Gender")
    page.get_by_label("From", exact=True).fill("2017-08-01")
    with page.expect_request(lambda request: "search" in request.url) as sent:
        page.get_by_role("button", name="Search").click()
    query = SearchQuery.read(sent.value.url.partition("?")[2])
    assert query.parameters == "?q=walk&country=pa&topic=gender&since=2017-08-01"


def test_paper_has_what_is_to_be_read_and_nothing_to_press(show):
    page = show("feed", 800)
    page.emulate_media(media="print")
    assert page.get_by_role("heading", name="Panama", exact=True).is_visible()
    for gone in (".find", ".address", ".languages", ".table", ".foot"):
        assert not page.locator(gone).first.is_visible()


def test_in_a_page_from_right_to_left_only_the_entry_turns_round(show):
    page = show("entry 3")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
    assert page.evaluate("getComputedStyle(document.body).direction") == "ltr"


def test_the_button_to_unsubscribe_posts(show):
    page = show("unsubscribe")
    with page.expect_request(lambda request: request.method == "POST") as posted:
        page.get_by_role("button", name="Cancelar la suscripción").click()
    assert posted.value.url == f"{SITE.url}/unsubscribe/token"
