"""HTTP as RFC 9110 has it, on a desk that holds one document."""

import gzip
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from feedsvc.errors import StoreError, TokenError
from feedsvc.model import Document, PublishedDocument
from feedsvc.web import accepts_gzip, create_app, preferred_language

BODY = b"<feed/>" * 100
CHANGED = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)
STAMP = "Mon, 23 Nov 2026 12:00:05 GMT"
PATH = "/feeds/all.atom"


class PlainPages:
    """Pages that say their name."""

    languages = ("en", "es")

    def __getattr__(self, name):
        return lambda *words: Document("", "text/html; charset=utf-8", f"{name} {words}".encode())


class OneDocument:
    """A desk with one document, one reader to unsubscribe, and a store that may be down."""

    pages = PlainPages()

    def __init__(self):
        self.down = False
        self.unsubscribed = []

    def document(self, path):
        if self.down:
            raise StoreError("The store is away.")
        if path == PATH:
            return PublishedDocument(
                PATH, "application/atom+xml; charset=utf-8", BODY, gzip.compress(BODY), '"abc"', CHANGED
            )
        if path == "/entries/2017/09/withdrawn":
            return PublishedDocument(
                path, "text/html; charset=utf-8", b"gone", b"", '"x"', CHANGED, gone=True
            )
        return None

    def address_of(self, token):
        if token != "good":
            raise TokenError("no")
        return "ana@example.org"

    def unsubscribe(self, token):
        address = self.address_of(token)
        self.unsubscribed.append(address)
        return address

    def health(self):
        if self.down:
            raise StoreError("The store is away.")
        return {"status": "ok"}


@pytest.fixture
def desk():
    return OneDocument()


@pytest.fixture
def client(desk):
    with TestClient(
        create_app(desk), headers={"accept-encoding": "identity"}, follow_redirects=False
    ) as client:
        yield client


def test_a_document_comes_with_its_validators_and_type(client):
    answer = client.get(PATH)
    assert answer.content == BODY
    assert answer.headers["etag"] == '"abc"'
    assert answer.headers["last-modified"] == STAMP
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert answer.headers["vary"] == "accept-encoding"
    assert "stale-if-error" in answer.headers["cache-control"]


def test_gzip_has_a_validator_of_its_own(client):
    answer = client.get(PATH, headers={"accept-encoding": "br, gzip"})
    assert answer.content == BODY
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["etag"] == '"abc-gzip"'
    again = client.get(PATH, headers={"accept-encoding": "gzip", "if-none-match": '"abc-gzip"'})
    assert again.status_code == 304


def test_head_says_what_get_would_say(client):
    head, get = client.head(PATH), client.get(PATH)
    assert head.status_code == 200
    for name in ("etag", "last-modified", "content-type", "content-length", "vary"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if-none-match": '"abc"'}, 304),
        ({"if-none-match": 'W/"abc"'}, 304),
        ({"if-none-match": '"x", "abc"'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"x"'}, 200),
        ({"if-none-match": '"x"', "if-modified-since": STAMP}, 200),
        ({"if-modified-since": STAMP}, 304),
        ({"if-modified-since": "Mon, 23 Nov 2026 12:00:04 GMT"}, 200),
        ({"if-modified-since": "Tue, 24 Nov 2026 12:00:04 GMT"}, 304),
        ({"if-modified-since": "yesterday"}, 200),
        ({"if-modified-since": ""}, 200),
    ],
)
def test_a_reader_that_has_it_is_told_so(client, headers, status):
    answer = client.get(PATH, headers=headers)
    assert answer.status_code == status
    assert answer.headers["etag"] == '"abc"'
    assert answer.headers["last-modified"] == STAMP
    assert answer.content == (b"" if status == 304 else BODY)


def test_an_unknown_address_has_a_page_that_no_cache_keeps(client):
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.text.startswith("error (404")
    assert answer.headers["cache-control"] == "no-store"


def test_what_was_withdrawn_is_gone_even_for_those_who_have_it(client):
    for headers in ({}, {"if-none-match": '"x"'}, {"if-modified-since": STAMP}):
        answer = client.get("/entries/2017/09/withdrawn", headers=headers)
        assert (answer.status_code, answer.text) == (410, "gone")


def test_a_slash_too_many_leads_to_the_document(client):
    answer = client.get(PATH + "/")
    assert (answer.status_code, answer.headers["location"]) == (301, PATH)


def test_a_document_can_not_be_posted_to(client):
    answer = client.post(PATH)
    assert answer.status_code == 405
    assert sorted(answer.headers["allow"].split(", ")) == ["GET", "HEAD"]
    assert answer.text.startswith("error (405")


def test_every_answer_forbids_scripts_and_sniffing(client):
    for answer in (client.get(PATH), client.get("/nowhere"), client.get("/unsubscribe/good")):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


class TestUnsubscribe:
    def test_looking_changes_nothing(self, client, desk):
        for method in ("GET", "HEAD"):
            assert client.request(method, "/unsubscribe/good").status_code == 200
        assert client.get("/unsubscribe/good").text == "unsubscribe ('ana@example.org', 'good', 'en')"
        assert desk.unsubscribed == []

    def test_the_button_and_the_mail_program_post(self, client, desk):
        answer = client.post("/unsubscribe/good", data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.text) == (200, "unsubscribed ('ana@example.org', 'en')")
        assert client.post("/unsubscribe/good").status_code == 200
        assert desk.unsubscribed == ["ana@example.org"] * 2

    def test_it_speaks_the_language_of_the_browser(self, client):
        answer = client.get("/unsubscribe/good", headers={"accept-language": "es-CR,es;q=0.9,en;q=0.8"})
        assert answer.text == "unsubscribe ('ana@example.org', 'good', 'es')"

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_a_link_that_is_not_ours_is_not_found(self, client, desk, method):
        assert client.request(method, "/unsubscribe/forged").status_code == 404
        assert desk.unsubscribed == []


def test_health_is_down_with_the_store(client, desk):
    assert client.get("/healthz").json() == {"status": "ok"}
    desk.down = True
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "down"})


def test_a_store_that_is_away_is_said_to_be_for_a_while(client, desk):
    desk.down = True
    answer = client.get(PATH)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert answer.text.startswith("error (503")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip", True),
        ("GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("*", True),
        ("*;q=0", False),
        ("*;q=0, gzip", True),
        ("br", False),
        ("", False),
        ("gzip;q=x", False),
    ],
)
def test_gzip_is_sent_to_those_who_take_it(header, taken):
    assert accepts_gzip(header) is taken


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX;q=0.3,en;q=0.4", "en"),
        ("fr, es;q=0.1", "es"),
        ("de", "en"),
        (";;q=,", "en"),
    ],
)
def test_the_language_that_a_browser_wants_most_of_those_there_are(header, language):
    assert preferred_language(header, ("en", "es")) == language
