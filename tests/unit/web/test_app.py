"""HTTP as RFC 9110 has it, on a desk with a few documents that are at hand or not."""

import asyncio
import gzip
from datetime import UTC, datetime, timedelta

import brotli
import pytest
import zstandard
from starlette.testclient import TestClient

from feedsvc.errors import StoreError, TokenError
from feedsvc.model import Document, PublishedDocument
from feedsvc.pipeline import Shelved
from feedsvc.web import create_app

CHANGED = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)
STAMP = "Mon, 23 Nov 2026 12:00:05 GMT"
NOW = "Mon, 23 Nov 2026 13:00:00 GMT"
FEED, PAGE, SHORT, PICTURE = "/feeds/all.atom", "/feeds/all", "/robots.txt", "/media/a.png"
GONE, RENAMED, TO_COME = "/entries/2017/09/withdrawn", "/feeds/topic/old.rss", "/feeds/all/archive/9.atom"
BODY = b"<feed/>" * 100
HTML = "text/html; charset=utf-8"
LINKS = (("self", "https://example.org/feeds/all.atom"), ("hub", "https://hub.example.org/"))
DELTA = b"<feed>what changed</feed>" * 20
DECODED = {
    "": bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}


def shelved(path, media_type, body, etag='"abc"', changed_at=CHANGED, **fields):
    return Shelved(PublishedDocument(Document(path, media_type, body, **fields), etag, changed_at, 7))


def documents():
    return [
        shelved(FEED, "application/atom+xml; charset=utf-8", BODY, links=LINKS),
        shelved(PAGE, HTML, BODY, '"page"'),
        shelved("/es/", HTML, BODY, '"es"'),
        shelved(SHORT, "text/plain; charset=utf-8", b"Allow: /", '"short"', None),
        shelved(PICTURE, "image/png", BODY, '"png"'),
        shelved(GONE, HTML, b"gone", '"gone"', gone=True),
        shelved(RENAMED, "text/plain", b"", '"moved"', moved_to="/feeds/topic/new.rss"),
        shelved(TO_COME, "text/plain", b"", '"later"', moved_to=FEED, for_now=True),
    ]


class PlainPages:
    """Pages that say their name."""

    languages = ("en", "es")

    def __getattr__(self, name):
        return lambda *words: Document("", HTML, f"{name} {words}".encode())


class SomeDocuments:
    """A desk with documents, one reader to unsubscribe, and a store that may be down."""

    def __init__(self, *, ready):
        self.pages = PlainPages()
        self.prefix = ""
        self.down = False
        self.broken = False
        self.unsubscribed = []
        self.asked = []
        self.ready = ready
        self.now = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
        self.clock = lambda: self.now
        self._documents = {each.document.path: each for each in documents()}

    def at_hand(self, path, query):
        return self.document(path, query) if self.ready else None

    def document(self, path, query):
        self.asked.append((path, query))
        if self.down:
            raise StoreError("The store is away.")
        if self.broken:
            raise ZeroDivisionError
        return self._documents.get(path)

    def changes(self, path, etag):
        assert path == FEED
        return Document(path, "application/atom+xml", DELTA) if etag == '"known"' else None

    def address_of(self, token):
        if token != "good":
            raise TokenError("no")
        return "ana@example.org"

    def has_unsubscribed(self, address):
        return address in self.unsubscribed

    def unsubscribe(self, token):
        address = self.address_of(token)
        self.unsubscribed.append(address)
        return address

    def metrics(self):
        if self.down:
            raise StoreError("The store is away.")
        return b"feedsvc_entries 2.0\n"

    def health(self):
        if self.down:
            raise StoreError("The store is away.")
        return {"status": "ok"}


@pytest.fixture(params=["at hand", "not at hand"])
def desk(request):
    """What stands at an address is answered in two ways, which must be the same."""
    return SomeDocuments(ready=request.param == "at hand")


class Client:
    """Asks with no other headers than those given, twice: the second time what was made the first time is at hand."""

    def __init__(self, desk):
        self._client = TestClient(create_app(desk), follow_redirects=False, raise_server_exceptions=False)
        for name in ("accept", "accept-encoding", "user-agent"):
            del self._client.headers[name]

    def request(self, method, path, headers=None, **options):
        asked = [self._ask(method, path, headers, options) for _ in range(2)]
        assert asked[0].status_code == asked[1].status_code
        assert sorted(asked[0].headers.raw) == sorted(asked[1].headers.raw)
        return asked[1]

    def _ask(self, method, path, headers, options):
        with self._client.stream(method, path, headers=headers, **options) as answer:
            answer.raw = b"".join(answer.iter_raw())
            answer.text_ = answer.raw.decode(errors="replace")
            return answer

    def get(self, path, **headers):
        return self.request("GET", path, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def client(desk):
    return Client(desk)


# --- representations ---


def test_a_document_comes_with_its_validators_and_type(client):
    answer = client.get(FEED)
    assert answer.raw == BODY
    assert answer.headers["etag"] == '"abc"'
    assert answer.headers["last-modified"] == STAMP
    assert answer.headers["date"] == NOW
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert answer.headers["content-length"] == str(len(BODY))
    assert answer.headers["vary"] == "accept-encoding, a-im"
    assert "stale-if-error" in answer.headers["cache-control"]
    assert answer.headers["link"] == (
        '<https://example.org/feeds/all.atom>; rel="self", <https://hub.example.org/>; rel="hub"'
    )


@pytest.mark.parametrize("coding", ["", "gzip", "br", "zstd"])
def test_each_coding_has_a_validator_of_its_own_that_names_its_bytes(client, coding):
    for path, tag in ((FEED, "abc"), (PAGE, "page")):
        answer = client.get(path, accept_encoding=coding)
        assert DECODED[coding](answer.raw) == BODY
        assert answer.headers.get("content-encoding", "") == coding
        assert answer.headers["content-length"] == str(len(answer.raw))
        etag = f'"{tag}-{coding}"' if coding else f'"{tag}"'
        assert answer.headers["etag"] == etag
        again = client.get(path, accept_encoding=coding, if_none_match=etag)
        assert (again.status_code, again.raw, again.headers["etag"]) == (304, b"", etag)
        other = client.get(path, accept_encoding=coding, if_none_match='"abc-deflate"')
        assert other.status_code == 200


@pytest.mark.parametrize(("path", "plain"), [(SHORT, b"Allow: /"), (PICTURE, BODY)])
def test_what_does_not_gain_by_it_is_coded_for_those_alone_who_take_nothing_else(client, path, plain):
    answer = client.get(path, accept_encoding="gzip, br, identity;q=0.1")
    assert "content-encoding" not in answer.headers
    assert answer.raw == plain
    answer = client.get(path, accept_encoding="gzip, identity;q=0")
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.raw) == plain
    assert client.get(path, accept_encoding="identity;q=0").status_code == 406


def test_what_was_never_published_has_no_date(client):
    answer = client.get(SHORT)
    assert "last-modified" not in answer.headers
    assert client.get(SHORT, if_modified_since=NOW).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_date_that_is_yet_to_come_is_given_as_that_of_the_answer(desk, client, method):
    desk.now = CHANGED - timedelta(seconds=1.5)
    for headers, status in (({}, 200), ({"if-none-match": '"abc"'}, 304)):
        answer = client.request(method, FEED, headers)
        assert answer.status_code == status
        assert answer.headers["last-modified"] == answer.headers["date"] == "Mon, 23 Nov 2026 12:00:03 GMT"
    asked_then = client.get(FEED, if_modified_since=answer.headers["date"])
    assert asked_then.status_code == 200, "nobody may miss a change"


@pytest.mark.parametrize(
    "path", [FEED, PAGE, SHORT, GONE, RENAMED, "/nowhere", "/healthz", "/metrics", "/unsubscribe/good"]
)
def test_head_says_what_get_would_say(client, path):
    head, get = client.request("HEAD", path), client.get(path)
    assert head.status_code == get.status_code
    assert sorted(head.headers.raw) == sorted(get.headers.raw)
    assert head.raw == b""


def test_what_is_at_hand_needs_no_look_into_the_store_a_second_time():
    desk = SomeDocuments(ready=True)
    client = Client(desk)
    client.get(FEED, accept_encoding="gzip")
    desk.document = None  # nobody asks it any more
    desk.at_hand = lambda path, query: desk._documents.get(path)
    assert client.get(FEED, accept_encoding="gzip").status_code == 200
    assert client.get(FEED, accept_encoding="gzip", if_none_match='"abc-gzip"').status_code == 304


# --- conditions: tests/unit/web/test_conditions.py has the table ---


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("if-none-match", '"abc"')], 304),
        ([("if-none-match", 'W/"abc"')], 304),
        ([("if-none-match", "*")], 304),
        ([("if-none-match", '"x"'), ("if-none-match", '"abc"')], 304),
        ([("if-none-match", '"x"'), ("if-modified-since", STAMP)], 200),
        ([("if-modified-since", STAMP)], 304),
        ([("if-modified-since", STAMP), ("if-modified-since", STAMP)], 200),
        ([("if-match", '"x"')], 412),
        ([("range", "bytes=0-3")], 200),
        ([("range", "bytes=0-3"), ("if-range", '"abc"')], 200),
    ],
)
def test_a_reader_that_has_it_is_told_so(client, method, headers, status):
    answer = client.request(method, FEED, headers)
    assert answer.status_code == status
    if status in (200, 304):
        assert (answer.headers["etag"], answer.headers["last-modified"]) == ('"abc"', STAMP)
        for name in ("cache-control", "vary", "date", "access-control-allow-origin"):
            assert name in answer.headers
        assert answer.raw == (BODY if (status, method) == (200, "GET") else b"")
    if status == 304:
        assert {"content-length", "content-type", "content-encoding"}.isdisjoint(answer.headers)


# --- what is not there, or not in that form ---


@pytest.mark.parametrize(
    "path", ["/nowhere", "//feeds/all.atom", "/feeds%2Fall.atom", "/feeds/all.atom%00", "/%ff"]
)
def test_an_unknown_address_has_a_page_that_no_cache_keeps(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.text_.startswith("error (404")
    assert answer.headers["cache-control"] == "no-store"
    assert "accept-language" in answer.headers["vary"]


def test_an_error_page_speaks_the_language_of_the_address_or_of_the_browser(client):
    assert client.get("/nowhere", accept_language="es").text_.endswith("'es')")
    assert client.get("/es/nowhere", accept_language="en").text_.endswith("'es')")
    assert client.get("/nowhere").text_.endswith("'en')")


@pytest.mark.parametrize(
    "path", ["/feeds/all%2Eatom", "/%66eeds/all.atom", "/feeds/all.atom?utm_source=x", FEED + "?"]
)
def test_other_ways_to_write_an_address_lead_to_the_same(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"abc"')


@pytest.mark.parametrize(("path", "status"), [("/feeds/all.atom%3Fx", 404), ("/feeds/all.atom%23x", 404)])
def test_a_question_mark_that_is_written_as_percent_belongs_to_the_path(desk, client, path, status):
    assert client.get(path).status_code == status
    assert (FEED, "x") not in desk.asked


@pytest.mark.parametrize(
    ("path", "location"),
    [
        (FEED + "/", FEED),
        ("/es", "/es/"),
        (FEED + "///", FEED),
        ("/es?a=b&c=%C3%A9", "/es/?a=b&c=%C3%A9"),
    ],
)
def test_a_slash_too_many_or_too_few_leads_to_the_document(desk, client, path, location):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (301, location)
    desk.prefix = "/bulletin"
    assert client.get(path).headers["location"] == f"/bulletin{location}"


def test_nobody_is_led_away_from_the_site(client):
    for path in (
        "//evil.example.org/",
        "//evil.example.org/%2e%2e",
        "/\\evil.example.org/",
        "/%0d%0aevil: 1",
    ):
        answer = client.get(path)
        assert (answer.status_code, "location" in answer.headers) == (404, False)


@pytest.mark.parametrize(
    "headers", [{}, {"if-none-match": '"gone"'}, {"if-none-match": "*"}, {"accept": "image/png"}]
)
def test_what_was_withdrawn_is_gone_even_for_those_who_have_it(client, headers):
    answer = client.request("GET", GONE, headers)
    assert (answer.status_code, answer.raw) == (410, b"gone")
    assert answer.headers["content-type"] == HTML


@pytest.mark.parametrize(
    ("path", "status", "location"), [(RENAMED, 301, "/feeds/topic/new.rss"), (TO_COME, 307, FEED)]
)
def test_what_has_moved_says_where_to(client, path, status, location):
    for headers in ({}, {"if-none-match": "*"}, {"accept": "image/png"}):
        answer = client.request("GET", path, headers)
        assert (answer.status_code, answer.headers["location"]) == (status, location)
        assert answer.headers["access-control-allow-origin"] == "*"


def test_a_type_that_is_not_there_is_not_acceptable(client):
    answer = client.get(FEED, accept="image/png")
    assert answer.status_code == 406
    assert answer.text_.startswith("error (406")
    assert "accept" in answer.headers["vary"]
    assert client.get(FEED, accept="application/rss+xml, */*;q=0.1").status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_a_document_is_for_reading_only(client, method):
    answer = client.request(method, FEED)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.text_.startswith("error (405")


def test_a_server_tells_what_it_can_do(desk):
    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "OPTIONS",
        "path": "*",
        "raw_path": b"*",
        "query_string": b"",
        "headers": [],
    }
    asyncio.run(create_app(desk)(scope, None, send))
    assert sent[0]["status"] == 204
    assert (b"allow", b"GET, HEAD, OPTIONS") in sent[0]["headers"]


def test_a_script_elsewhere_may_ask_whether_a_feed_changed(client):
    asked = {
        "origin": "https://reader.example.org",
        "access-control-request-method": "GET",
        "access-control-request-headers": "if-none-match",
    }
    answer = client.request("OPTIONS", FEED, asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "If-None-Match" in answer.headers["access-control-allow-headers"]
    assert "GET" in answer.headers["access-control-allow-methods"]
    assert "content-length" not in answer.headers
    for path, status in ((FEED, 200), ("/nowhere", 404)):
        answer = client.get(path, origin="https://reader.example.org")
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, "*")
        assert "ETag" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in client.get("/unsubscribe/good").headers


def test_a_request_says_once_whom_it_is_for(client):
    assert client.request("GET", FEED, [("host", "a.example"), ("host", "b.example")]).status_code == 400


# --- what changed since (RFC 3229) ---


@pytest.mark.parametrize("coding", ["", "gzip"])
@pytest.mark.parametrize("base", ['"known"', 'W/"known"', '"known-gzip"', '"other", "known-br"'])
def test_a_reader_that_takes_changes_has_just_them(client, coding, base):
    answer = client.get(FEED, a_im="feed", if_none_match=base, accept_encoding=coding)
    assert (answer.status_code, answer.headers["im"]) == (226, "feed")
    assert DECODED[coding](answer.raw) == DELTA
    assert answer.headers["content-length"] == str(len(answer.raw))
    assert answer.headers["delta-base"] == base.split(", ")[-1]
    assert answer.headers["cache-control"] == "no-store, im"
    assert answer.headers["last-modified"] == STAMP
    again = client.get(FEED, a_im="feed", if_none_match=answer.headers["etag"], accept_encoding=coding)
    assert again.status_code == 304


@pytest.mark.parametrize(
    "headers",
    [
        {"a-im": "feed"},
        {"a-im": "feed", "if-none-match": '"unknown"'},
        {"a-im": "vcdiff", "if-none-match": '"known"'},
        {"a-im": "feed;q=0", "if-none-match": '"known"'},
        {"if-none-match": '"known"'},
    ],
)
def test_others_have_all_of_it(client, headers):
    answer = client.request("GET", FEED, headers)
    assert (answer.status_code, answer.raw) == (200, BODY)
    assert "im" not in answer.headers


# --- in all answers ---


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", FEED, 200),
        ("GET", "/nowhere", 404),
        ("GET", GONE, 410),
        ("GET", RENAMED, 301),
        ("GET", "/unsubscribe/good", 200),
        ("GET", "/unsubscribe/bad", 404),
        ("GET", "/healthz", 200),
        ("GET", "/metrics", 200),
        ("POST", FEED, 405),
        ("OPTIONS", FEED, 204),
    ],
)
def test_every_answer_has_a_date_and_forbids_scripts_and_sniffing(client, method, path, status):
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["date"] == NOW
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    names = [name for name, _ in answer.headers.raw]
    assert len(names) == len(set(names))


def test_a_fault_of_ours_is_a_page_too(client, desk):
    desk.ready, desk.broken = False, True
    answer = client.get(FEED)
    assert answer.status_code == 500
    assert answer.text_.startswith("error (500")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_a_store_that_is_away_is_said_to_be_for_a_while(client, desk):
    assert client.get("/healthz").json is not None
    desk.down = True
    answer = client.get(FEED)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert answer.text_.startswith("error (503")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text_) == (503, '{"status":"down"}')
    assert answer.headers["cache-control"] == "no-store"


# --- unsubscribing ---


def test_figures_are_for_prometheus_and_away_with_the_store(client, desk):
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.raw == b"feedsvc_entries 2.0\n"
    desk.down = True
    assert client.get("/metrics").status_code == 503


class TestUnsubscribe:
    def test_looking_changes_nothing(self, client, desk):
        for method in ("GET", "HEAD"):
            assert client.request(method, "/unsubscribe/good").status_code == 200
        assert client.get("/unsubscribe/good").text_ == "unsubscribe ('ana@example.org', 'good', 'en')"
        assert desk.unsubscribed == []

    def test_the_button_and_the_mail_program_post(self, client, desk):
        answer = client.request("POST", "/unsubscribe/good", data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.text_) == (200, "unsubscribed ('ana@example.org', 'en')")
        assert client.request("POST", "/unsubscribe/good").status_code == 200
        assert client.get("/unsubscribe/good").text_ == "unsubscribed_already ('ana@example.org', 'en')"
        assert set(desk.unsubscribed) == {"ana@example.org"}

    def test_it_speaks_the_language_of_the_browser(self, client):
        answer = client.get("/unsubscribe/good", accept_language="es-CR,es;q=0.9,en;q=0.8")
        assert answer.text_ == "unsubscribe ('ana@example.org', 'good', 'es')"

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_a_link_that_is_not_ours_is_not_found(self, client, desk, method):
        assert client.request(method, "/unsubscribe/forged").status_code == 404
        assert desk.unsubscribed == []
