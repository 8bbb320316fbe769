"""What the web server shows of mail, and to whom."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from looks import SITE, TEMPLATES, VOCABULARY
from starlette.testclient import TestClient

from feedsvc.errors import TokenError
from feedsvc.mail import digest_token, unsubscribe_token
from feedsvc.model import CapturedMail, CapturedParts, Document
from feedsvc.pages import MailPages
from feedsvc.pipeline import Mailroom
from feedsvc.web import create_app
from feedsvc.web.mail import COOKIE, is_here

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NAME = "0" * 32
SECRET = "a secret that nobody knows"
HOSTILE = "<script>alert(1)</script>"


class FakeMailroom(Mailroom):
    """A mailroom with one digest and one captured mail."""

    def digest(self, token):
        if token == "forged":
            raise TokenError("no")
        return "<!doctype html><html><head></head><p>Digest</p>" if token == "good" else None

    def captured(self):
        return [self._mail()]

    def parts(self, name):
        html = f"<html><head></head>{HOSTILE}</html>"
        return (
            CapturedParts(mail=self._mail(), html=html, text=HOSTILE, source=HOSTILE.encode())
            if name == NAME
            else None
        )

    def _mail(self):
        return CapturedMail(
            name=NAME, subject=HOSTILE, sender=HOSTILE, recipient=HOSTILE, date=HOSTILE, size=2048
        )


class Pages:
    """Pages that say their name."""

    languages = ("en", "es")

    def error(self, status, _path, _language, **_more):
        return Document("", "text/html; charset=utf-8", f"error {status}".encode())


class Desk:
    """A desk with nothing but mail on it."""

    pages = Pages()
    prefix = ""
    mail_pages = MailPages(SITE, VOCABULARY, [TEMPLATES])

    def __init__(self, url="http://localhost:8000", maildir=Path("/nowhere")):
        self.mailroom = FakeMailroom(None, SECRET, url, maildir)
        self.now = NOW

    def clock(self):
        return self.now

    def at_hand(self, _path, _query):
        return None

    document = at_hand


def client(desk, address="127.0.0.1", host="http://localhost:8000"):
    return TestClient(create_app(desk), base_url=host, client=(address, 50000), follow_redirects=False)


ADMIN = ["/admin/mail", f"/admin/mail/{NAME}", f"/admin/mail/{NAME}/html", f"/admin/mail/{NAME}/source"]


# --- a digest in the browser ---


def test_a_digest_is_for_who_has_its_link_and_for_no_cache_and_no_search_engine():
    answer = client(Desk(url="https://bulletin.example.org"), "192.0.2.1").get("/digests/good")
    assert answer.status_code == 200
    assert "<p>Digest</p>" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "img-src 'self' https://bulletin.example.org;" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("token", ["forged", "unknown", "../good", "x" * 5000])
def test_any_other_link_leads_nowhere(token):
    answer = client(Desk()).get(f"/digests/{token}")
    assert answer.status_code == 404
    assert answer.text == "error 404"


# --- captured mail: nobody gets in ---


@pytest.mark.parametrize(
    ("client", "headers", "url", "here"),
    [
        ("127.0.0.1", {"host": "localhost:8000"}, "http://localhost:8000", True),
        ("::1", {"host": "[::1]:8000"}, "http://127.0.0.1:8000", True),
        ("192.0.2.7", {"host": "localhost:8000"}, "http://localhost:8000", False),
        # Behind a proxy, every connection comes from this machine.
        ("127.0.0.1", {"host": "127.0.0.1:8000"}, "https://bulletin.example.org", False),
        ("127.0.0.1", {"host": "localhost", "x-forwarded-for": "192.0.2.7"}, "http://localhost", False),
        ("127.0.0.1", {"host": "localhost", "forwarded": "for=192.0.2.7"}, "http://localhost", False),
        # A page of others let its own name stand for this machine.
        ("127.0.0.1", {"host": "rebound.example.com:8000"}, "http://localhost:8000", False),
        ("127.0.0.1", {"host": "localhost.example.com"}, "http://localhost:8000", False),
        ("127.0.0.1", {"host": "["}, "http://localhost:8000", False),
        ("127.0.0.1", {}, "http://localhost:8000", False),
        ("", {"host": "localhost"}, "http://localhost:8000", False),
        ("testclient", {"host": "localhost"}, "http://localhost:8000", False),
    ],
)
def test_who_is_here(client, headers, url, here):
    assert is_here(client, headers, url) is here


@pytest.mark.parametrize("path", ADMIN)
def test_at_the_machine_of_a_site_that_is_not_public_all_is_seen(path):
    answer = client(Desk()).get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ADMIN)
@pytest.mark.parametrize(
    ("desk", "address"),
    [
        (Desk(), "192.0.2.7"),
        (Desk(url="https://bulletin.example.org"), "127.0.0.1"),
        (Desk(maildir=None), "127.0.0.1"),
    ],
)
def test_to_all_others_there_is_no_such_page(path, desk, address):
    answer = client(desk, address).get(path)
    assert (answer.status_code, answer.text) == (404, "error 404")


def test_a_signed_link_admits_for_some_hours_and_leaves_the_address():
    desk = Desk(url="https://bulletin.example.org")
    away = client(desk, "192.0.2.7", "https://bulletin.example.org")
    answer = away.get("/admin/mail", params={"token": desk.mailroom.admission(NOW)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/mail")
    cookie = answer.headers["set-cookie"]
    for part in (COOKIE, "HttpOnly", "Path=/admin/mail", "SameSite=strict", "Secure"):
        assert part in cookie
    assert away.get("/admin/mail").status_code == 200
    assert away.get(ADMIN[1]).status_code == 200
    desk.now += timedelta(hours=12)
    assert away.get("/admin/mail").status_code == 404


@pytest.mark.parametrize(
    "token",
    ["", "x", Mailroom(None, "another secret", "", None).admission(NOW)],
)
def test_a_forged_link_admits_nobody(token):
    answer = client(Desk(), "192.0.2.7").get("/admin/mail", params={"token": token})
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


def test_a_token_of_another_purpose_admits_nobody():
    for make in (digest_token, unsubscribe_token):
        token = make(SECRET, (NOW + timedelta(days=1)).isoformat())
        assert client(Desk(), "192.0.2.7").get("/admin/mail", params={"token": token}).status_code == 404


def test_mail_does_nothing_on_the_page_that_shows_it():
    here = client(Desk())
    for path in ADMIN[:2]:
        page = here.get(path)
        assert "<script" not in page.text
        assert "script-src" not in page.headers["content-security-policy"]
    page = here.get(ADMIN[1])
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    framed = here.get(ADMIN[2])
    policy = framed.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox " in policy
    assert "allow-scripts" not in policy
    assert "frame-ancestors 'self'" in policy
    assert '<base target="_blank">' in framed.text
    assert here.get(ADMIN[3]).headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("name", ["1" * 32, "..", "%2e%2e%2fsecret"])
def test_there_is_nothing_but_mail(name):
    assert client(Desk()).get(f"/admin/mail/{name}").status_code == 404
