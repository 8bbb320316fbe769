"""A person with a browser on a running site, hostile text in it: everything is found, nothing runs or leaks."""

import re

import feedparser
import pytest
from busy import LONG, make_busy
from judges import browsers, node
from sites import free_port

from feedsvc.mail import unsubscribe_token

pytestmark = browsers.needed

# What stands for each kind of page, by name.
PAGES = (
    "home",
    "home in Spanish",
    "feed",
    "pair",
    "empty feed",
    "entry",
    "hostile entry",
    "search",
    "search without a find",
    "404",
    "410",
    "unsubscribe",
    "feed with hostile entries",
)


class Window:
    """A window on the running site, which notes whatever the site should keep it from."""

    def __init__(self, page, office, service):
        self.page = page
        self.office = office
        self.service = service
        self.complaints = []
        page.on("dialog", self.on_dialog)
        page.on("response", self.on_response)
        page.on("requestfailed", self.on_failure)
        page.on("console", self.on_console)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("popup", lambda popup: self.complaints.append(f"popup: {popup.url}"))

    def on_dialog(self, dialog):
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def on_response(self, response):
        if not response.url.startswith(self.service.url + "/"):
            self.complaints.append(f"answer: {response.url[:200]}")

    def on_failure(self, request):
        # The policy keeps a request from being sent at all.
        if not request.url.startswith(self.service.url + "/") and request.failure != "csp":
            self.complaints.append(f"request: {request.url[:200]} {request.failure}")

    def on_console(self, message):
        asked_for = "the server responded with a status of 4"
        # A picture of an office's own site is shown by feed readers, and not by our pages.
        if asked_for not in message.text and not message.text.startswith("Loading the image"):
            self.complaints.append(f"console: {message.text[:300]}")

    def open(self, path, width=1280, scheme="light"):
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme=scheme)
        return self.page.goto(self.service.url + path)

    def path(self, name):
        """Give the path of a page that stands for a kind."""
        entries = {entry.title: entry for entry in self.office.entries()}
        token = unsubscribe_token(self.office.secret, "ana@example.org")
        return {
            "home": "/",
            "home in Spanish": "/es/",
            "feed": "/feeds/topic/trafficking",
            "feed with hostile entries": "/feeds/country/pa",
            "pair": "/feeds/country/pa/topic/trafficking",
            "empty feed": "/feeds/country/ni/topic/gender",
            "entry": entries["Notice number 110"].path,
            "hostile entry": next(each.path for title, each in entries.items() if "<script>" in title),
            "search": "/search?q=notice&country=pa",
            "search without a find": "/search?q=unheard",
            "404": "/nowhere/" + "x" * 300,
            "410": entries["Notice number 111"].path,
            "unsubscribe": f"/unsubscribe/{token}",
        }[name]


@pytest.fixture(scope="module")
def browsed(tmp_path_factory):
    port = free_port()
    office = make_busy(
        tmp_path_factory.mktemp("browsed") / "site", FEEDSVC_SITE__URL=f"http://127.0.0.1:{port}"
    )
    with office.site.serving("web", port) as service, browsers.chromium() as browser:
        yield Window(browser.new_page(), office, service)
    office.close()


@pytest.fixture
def window(browsed):
    browsed.complaints.clear()
    yield browsed
    assert browsed.complaints == []


def test_from_the_home_page_to_an_entry_and_back_and_on_in_spanish(window):
    page = window.page
    window.open("/")
    page.get_by_role("link", name="Belize", exact=True).first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Belize"
    page.get_by_role("link", name="A notice that says no day").click()
    assert page.get_by_role("heading", level=1).inner_text() == "A notice that says no day about Belize"
    assert "Officers in Belize met." in page.get_by_role("main").inner_text()
    page.go_back()
    assert page.url.endswith("/feeds/country/bz")
    page.get_by_role("link", name="español").first.click()
    assert page.url.endswith("/es/feeds/country/bz")
    assert page.evaluate("document.documentElement.lang") == "es"
    assert page.get_by_role("heading", level=1).inner_text() == "Belice"
    page.get_by_role("link", name="English").first.click()
    assert page.url.endswith("/feeds/country/bz")


def test_from_words_to_what_is_found_and_to_a_feed_of_it(window):
    page = window.page
    window.open("/")
    page.get_by_role("searchbox").fill("number 77")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url("**/search?q=number+77*")
    assert page.get_by_role("link", name="Notice number 77").is_visible()
    (announced,) = page.locator('link[rel=alternate][type="application/atom+xml"]').all()
    (shown,) = {
        link.get_attribute("href")
        for link in page.get_by_role("main").get_by_role("link").all()
        if ".atom" in (link.get_attribute("href") or "")
    }
    assert announced.get_attribute("href") == shown
    parsed = feedparser.parse(window.service.get(shown)[2])
    assert not parsed.bozo
    assert [entry.title for entry in parsed.entries] == ["Notice number 77"]
    page.get_by_role("link", name="Notice number 77").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Notice number 77"


def test_from_the_newest_entries_page_by_page_to_the_oldest(window):
    page = window.page
    window.open("/feeds/topic/trafficking")
    page.get_by_role("link", name=re.compile(r"^All \d+ entries")).click()
    titles = []
    while True:
        titles += (
            page.get_by_role("main").get_by_role("heading", level=3).get_by_role("link").all_inner_texts()
        )
        following = page.get_by_role("link", name="Next")
        if not following.count():
            break
        following.click()
    wanted = {
        entry.title
        for entry in window.office.entries()
        if "trafficking" in [label.term for label in entry.labels.topics] and not entry.withdrawn_at
    }
    assert len(titles) == len(set(titles))
    assert set(titles) == wanted


def test_whoever_unsubscribes_is_told_so(window):
    window.open(window.path("unsubscribe"))
    window.page.get_by_role("button", name="Unsubscribe").click()
    assert "ana@example.org" in window.page.get_by_role("main").inner_text()
    assert window.office.site.json("suppressions", "list")[0]["address"] == "ana@example.org"


@node.axe_needed
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_against_wcag_and_nothing_scrolls_sideways(window, name):
    wanted = {"404": 404, "410": 410}.get(name, 200)
    for width in (1280, 360):
        assert window.open(window.path(name), width).status == wanted
        window.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        for scheme in ("light", "dark"):
            window.page.emulate_media(color_scheme=scheme)
            assert browsers.violations(window.page) == [], (width, scheme)
        assert window.page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_of_a_hostile_bulletin_runs_or_asks_others_for_anything(window):
    hostile = [entry for entry in window.office.entries() if entry.bulletin in ("hostile.json", "huge.json")]
    assert len(hostile) == 8
    lists = ["/", "/es/", "/feeds/all", "/feeds/country/pa", "/search?q=Panama"]
    lists += [
        "/search?q=%3Cscript%3Etop.ran=1%3C/script%3E&country=%22%3E%3Csvg+onload%3Dtop.ran%3D1%3E&topic=%27"
    ]
    for path in [*lists, *(entry.path for entry in hostile)]:
        assert window.open(path).status == 200
        assert window.page.evaluate("window.ran") is None, path
        assert not window.page.frames[1:], path
        for address in window.page.evaluate(
            "[...document.querySelectorAll('[href],[src],[action]')].map(each => each.href || each.src || each.action)"
        ):
            assert re.match(r"(https?|feed|mailto):", address) or address == "", (path, address)
        assert window.page.get_by_role("heading", level=1).is_visible()  # nor did it hide or replace the page
        assert window.page.url == window.service.url + path


def test_a_title_of_a_megabyte_is_told_in_brief_but_for_its_own_page(window):
    (huge,) = [entry for entry in window.office.entries() if LONG in entry.title]
    window.open("/")
    assert len(window.page.content()) < 200_000
    window.open(huge.path)
    assert LONG in window.page.get_by_role("heading", level=1).inner_text()
    assert len(window.page.title()) < 400


def test_a_picture_of_another_site_is_a_link_and_not_asked_for(window):
    asked = []
    window.page.on("request", lambda request: asked.append(request.url))
    window.open(window.path("hostile entry"))
    assert window.page.locator(".entry .body a.picture[href^='http']").count()
    assert [url for url in asked if not url.startswith(window.service.url)] == []
    policy = window.service.get("/")[1]["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
