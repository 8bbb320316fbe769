"""Asking a real web server for pages."""

import contextlib
import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
import tracemalloc
import zlib

import pytest
from integration.bulletins.web_server import AGENT, Lab, Page, Time, fetcher, moved, web_server

from feedsvc.bulletins.web.fetching import REDIRECTS
from feedsvc.bulletins.web.robots import ROBOTS_HOLD, Hosts, Robots
from feedsvc.errors import BulletinError


@pytest.fixture
def server():
    with web_server() as started:
        yield started


def in_real_time():
    return Hosts(sleep=lambda _seconds: None)


# --- what comes -------------------------------------------------------------------


def test_a_page_comes_with_what_its_server_says_of_it(server):
    server.pages["/news"] = Page("<p>ñ</p>", headers={"Content-Type": 'Text/HTML; Charset="UTF-8"'})
    with fetcher() as web:
        page = web.fetch(f"{server.url}/news#top")
    assert page.url == f"{server.url}/news"
    assert page.data.decode() == "<p>ñ</p>"
    assert (page.media_type, page.charset) == ("text/html", "utf-8")
    assert page.validators == ""


def test_the_server_is_told_who_asks(server):
    server.pages["/news"] = Page("x")
    with fetcher() as web:
        web.fetch(f"{server.url}/news")
    assert [headers["User-Agent"] for _, headers in server.asked] == [AGENT, AGENT]


@pytest.mark.parametrize(
    ("validator", "condition"),
    [
        (("ETag", '"a-1"'), "If-None-Match"),
        (("ETag", 'W/"ñ'.encode().decode("latin-1")), None),
        (("ETag", f'"{"x" * 1000}"'), None),
        (("Last-Modified", "Tue, 24 Nov 2026 02:25:00 GMT"), "If-Modified-Since"),
    ],
)
def test_a_page_that_did_not_change_is_not_sent_again(server, validator, condition):
    name, value = validator

    def answer(request):
        same = condition and request.headers.get(condition) == value
        (Page(status=304) if same else Page("news", headers={name: value}))(request)

    server.pages["/news"] = answer
    with fetcher() as web:
        first = web.fetch(f"{server.url}/news")
        again = web.fetch(f"{server.url}/news", first.validators)
    assert first.data == b"news"
    assert (again is None) == bool(condition)


def test_not_changed_is_no_answer_to_one_who_has_nothing(server):
    server.pages["/news"] = Page(status=304)
    with fetcher() as web, pytest.raises(BulletinError, match="304"):
        web.fetch(f"{server.url}/news", "-")


@pytest.mark.parametrize(
    "validators",
    ["nonsense", "%FF=&&", "ETag=", "ETag=a%0D%0AX-More%3A+1", "ETag=%C3%B1", "Host=evil.example"],
)
def test_validators_that_are_none_ask_for_nothing(server, validators):
    server.pages["/"] = Page("news")
    with fetcher() as web:
        assert web.fetch(f"{server.url}/", validators).data == b"news"
    asked = server.asked[-1][1]
    assert {"If-None-Match", "If-Modified-Since", "X-More"}.isdisjoint(asked)
    assert asked["Host"] == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("GZIP, deflate", lambda data: zlib.compress(gzip.compress(data))),
    ],
)
def test_packed_pages_are_unpacked(server, encoding, pack):
    server.pages["/"] = Page(pack(b"news " * 1000), headers={"Content-Encoding": encoding})
    with fetcher() as web:
        assert web.fetch(f"{server.url}/").data == b"news " * 1000


def test_a_cookie_that_a_server_insists_on_is_given_back(server):
    def answer(request):
        page = Page("in") if "seen=1" in request.headers.get("Cookie", "") else moved("/")
        page.headers["Set-Cookie"] = "seen=1"
        page(request)

    server.pages["/"] = answer
    with fetcher() as web:
        assert web.fetch(f"{server.url}/").data == b"in"


def test_the_environment_s_proxies_are_left_alone(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:1")
    server.pages["/"] = Page("straight")
    with fetcher() as web:
        assert web.fetch(f"{server.url}/").data == b"straight"


# --- what goes wrong ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        (Page(status=404), "not there (404)"),
        (Page(status=410), "no longer there (410)"),
        (Page(status=403), "doesn't show"),
        (Page(status=500), "has a fault"),
        (Page(status=418), "418, which is no page"),
        (Page(status=302), "302, which is no page"),
        (Page(status=204), "204, which is no page"),
        (Page(status=429), "too busy for us (429)."),
        (
            Page(status=503, headers={"Retry-After": "120"}),
            "too busy for us (503). It asks us to come again in 2 minutes.",
        ),
        (Page(status=429, headers={"Retry-After": "9" * 99}), "come again in 1440 minutes."),
        (Page(status=503, headers={"Retry-After": "Tue, 24 Nov 2099 03:00:00 GMT"}), "in 1440 minutes."),
        (
            Page(status=503, headers={"Retry-After": "Tue, 24 Nov 2015 03:00:00 GMT"}),
            "too busy for us (503).",
        ),
        (Page(status=503, headers={"Retry-After": "x" * 500}), "too busy for us (503)."),
        (Page(b"x", headers={"Content-Encoding": "br"}), "packs its pages"),
        (Page(b"no gzip", headers={"Content-Encoding": "gzip"}), "can't be unpacked"),
        (Page(b"x", headers={"Content-Encoding": ", ".join(["gzip"] * 9)}), "can't be unpacked"),
        (Page(b"x" * 1001), "larger than 1,000 bytes"),
        (moved("ftp://127.0.0.1/"), "no web address"),
        (moved("http://ana:secret@127.0.0.1/"), "user name or a password"),
        (moved("http://[::1"), "moved to an address that is none"),
    ],
)
def test_what_goes_wrong_is_a_sentence(server, page, sentence):
    server.pages["/news"] = page
    with fetcher(size_limit=1000) as web, pytest.raises(BulletinError) as raised:
        web.fetch(f"{server.url}/news")
    assert sentence in str(raised.value)
    assert str(raised.value).endswith((".", "?"))
    assert len(str(raised.value)) < 300


def listening(talk):
    """Listen once on a port, and let a function talk to whoever comes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with listener:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):  # the other side has had enough
                talk(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    return listener.getsockname()[1], thread


PUBLIC = "93.184.215.14"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def drip(connection):
    connection.recv(4096)
    connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def drip_headers(connection):
    connection.recv(4096)
    connection.sendall(HEAD)
    while True:
        connection.sendall(b"X-More: x\r\n")
        time.sleep(0.05)


def go_on_and_on(connection):
    connection.recv(4096)
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")


def be_silent(connection):
    connection.recv(4096)
    connection.recv(4096)  # until the other side goes


def break_off(connection):
    connection.recv(4096)
    connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\nhalf")


def speak_otherwise(connection):
    connection.sendall(b"220 mail.example.org ESMTP\r\n")
    connection.recv(4096)


@pytest.mark.parametrize(
    ("talk", "sentence"),
    [
        (drip, "did not answer in full within 0.5 seconds"),
        (drip_headers, "did not answer in full within 0.5 seconds"),
        (be_silent, "did not answer in full within 0.5 seconds"),
        (go_on_and_on, "is larger than 1 MB"),
        (break_off, "broke off its answer"),
        (speak_otherwise, "broke off its answer"),
    ],
)
def test_a_server_can_neither_keep_us_nor_fill_us(talk, sentence):
    hosts = in_real_time()
    port, thread = listening(talk)
    allow_all(hosts, port)
    began = time.monotonic()
    with (
        fetcher(hosts=hosts, timeout=0.5, size_limit=1_000_000) as web,
        pytest.raises(BulletinError, match=sentence),
    ):
        web.fetch(f"http://127.0.0.1:{port}/")
    assert time.monotonic() - began < 3
    thread.join()


def allow_all(hosts, port):
    hosts.remember(f"http://127.0.0.1:{port}", Robots("", AGENT))


def test_a_small_packet_does_not_become_a_large_page(server):
    server.pages["/bomb"] = Page(
        gzip.compress(gzip.compress(bytes(300_000_000))), headers={"Content-Encoding": "gzip, gzip"}
    )
    tracemalloc.start()
    with fetcher(size_limit=5_000_000) as web, pytest.raises(BulletinError, match="larger than 5 MB"):
        web.fetch(f"{server.url}/bomb")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30_000_000


def test_a_server_that_is_not_there_is_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with fetcher() as web, pytest.raises(BulletinError, match="refuses the connection"):
        web.fetch(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
            "no web server called news.example",
        ),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), "can't be looked up just now"),
        (UnicodeError("label too long"), "can't be looked up: label too long"),
    ],
)
def test_a_name_that_is_not_found_is_a_sentence(error, sentence):
    class Nowhere(Lab):
        def addresses(self, host, port):
            raise error

    with fetcher(sockets=Nowhere()) as web, pytest.raises(BulletinError, match=sentence):
        web.fetch("https://news.example/")


# --- safe connections -------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path):
    """A certificate for news.example that nobody vouches for, and its key."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=news.example",
         "-addext", "subjectAltName=DNS:news.example", "-keyout", key, "-out", certificate],
        capture_output=True, check=True,
    )  # fmt: skip
    return certificate, key


def listening_safely(certificate, key, talk):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def talk_safely(connection):
        with context.wrap_socket(connection, server_side=True) as safe:
            talk(safe)

    return listening(talk_safely)


def answer(connection):
    connection.recv(4096)
    connection.sendall(HEAD + b"Content-Length: 4\r\n\r\nnews")


@pytest.mark.parametrize(
    ("host", "trusted", "sentence"),
    [
        ("news.example", True, ""),
        ("news.example", False, "certificate of news.example can't be trusted: self"),
        ("other.example", True, "certificate of other.example can't be trusted: Hostname mismatch"),
    ],
)
def test_a_server_is_who_its_certificate_says(certificate, monkeypatch, host, trusted, sentence):
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    port, thread = listening_safely(*certificate, answer)
    hosts = in_real_time()
    hosts.remember(f"https://{host}:{port}", Robots("", AGENT))
    lab = Lab(news_example=[PUBLIC], other_example=[PUBLIC])
    with fetcher(private=False, hosts=hosts, sockets=lab) as web:
        if sentence:
            with pytest.raises(BulletinError, match=sentence):
                web.fetch(f"https://{host}:{port}/")
        else:
            assert web.fetch(f"https://{host}:{port}/").data == b"news"
    thread.join()
    assert lab.connected == [PUBLIC]


def test_a_server_can_not_keep_us_on_a_safe_connection_either(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    port, thread = listening_safely(*certificate, drip)
    hosts = in_real_time()
    hosts.remember(f"https://news.example:{port}", Robots("", AGENT))
    lab = Lab(news_example=[PUBLIC])
    with (
        fetcher(hosts=hosts, sockets=lab, timeout=1) as web,
        pytest.raises(BulletinError, match="in full within 1 s"),
    ):
        web.fetch(f"https://news.example:{port}/")
    thread.join()


def test_a_server_that_does_not_speak_safely_is_a_sentence():
    port, thread = listening(speak_otherwise)
    with fetcher() as web, pytest.raises(BulletinError, match=r"No safe connection to 127\.0\.0\.1"):
        web.fetch(f"https://127.0.0.1:{port}/")
    thread.join()


# --- pages that moved ------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_page_that_moved_is_asked_for_where_it_is_now(server, status):
    server.pages["/old"] = moved("new/?page=1", status)
    server.pages["/new/?page=1"] = Page("news")
    with fetcher() as web:
        page = web.fetch(f"{server.url}/old")
    assert (page.url, page.data) == (f"{server.url}/new/?page=1", b"news")


def test_a_page_that_moves_in_circles_is_left(server):
    server.pages["/a"] = moved("/b")
    server.pages["/b"] = moved("/a")
    with fetcher() as web, pytest.raises(BulletinError, match="moved on and on"):
        web.fetch(f"{server.url}/a")
    assert len(server.paths) == REDIRECTS + 1


def test_a_public_server_is_asked_at_the_address_that_was_checked(server):
    server.pages["/"] = Page("news")
    lab = Lab(news_example=[PUBLIC])
    with fetcher(private=False, sockets=lab) as web:
        assert web.fetch(f"http://news.example:{server.port}/").data == b"news"
    assert lab.connected == [PUBLIC, PUBLIC]
    assert server.asked[-1][1]["Host"] == f"news.example:{server.port}"


@pytest.mark.parametrize("target", ["127.0.0.1", "localhost", "intranet.example", "169.254.169.254", "[::1]"])
def test_a_public_server_does_not_lead_into_a_private_network(server, target):
    server.pages["/news"] = moved(f"http://{target}:{server.port}/secret")
    server.pages["/secret"] = Page("secret")
    lab = Lab(news_example=[PUBLIC], intranet_example=["10.0.0.8"])
    with (
        fetcher(private=False, sockets=lab) as web,
        pytest.raises(BulletinError, match="in a private network"),
    ):
        web.fetch(f"http://news.example:{server.port}/news")
    assert server.paths == ["/news"]
    assert lab.connected == [PUBLIC, PUBLIC]


def test_robots_do_not_lead_into_a_private_network_either(server):
    server.pages["/robots.txt"] = moved("http://10.0.0.8/robots.txt")
    lab = Lab(news_example=[PUBLIC])
    with (
        fetcher(private=False, sockets=lab) as web,
        pytest.raises(BulletinError, match="in a private network"),
    ):
        web.fetch(f"http://news.example:{server.port}/news")
    assert lab.connected == [PUBLIC]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"])
def test_this_machine_is_not_asked_unless_it_is_allowed(server, host):
    server.pages["/"] = Page("secret")
    with fetcher(private=False) as web, pytest.raises(BulletinError):
        web.fetch(f"http://{host}:{server.port}/")
    assert server.asked == []


def test_a_name_server_that_changes_its_mind_gains_nothing(server):
    """Each connection goes to what one look-up gave, and each look-up is checked."""
    server.pages["/"] = Page("secret")
    lab = Lab(rebind_example=[PUBLIC])

    def change(request):
        lab.names["rebind.example"] = ["127.0.0.1"]
        Page(status=404)(request)

    server.pages["/robots.txt"] = change
    with (
        fetcher(private=False, sockets=lab) as web,
        pytest.raises(BulletinError, match="in a private network"),
    ):
        web.fetch(f"http://rebind.example:{server.port}/")
    assert lab.connected == [PUBLIC]
    assert lab.looked_up == ["rebind.example", "rebind.example"]


def test_one_private_address_among_public_ones_is_enough():
    lab = Lab(mixed_example=[PUBLIC, "10.0.0.8"])
    with fetcher(private=False, sockets=lab) as web, pytest.raises(BulletinError, match="private network"):
        web.fetch("http://mixed.example/")
    assert lab.connected == []


# --- robots.txt and pauses -----------------------------------------------------------------


@pytest.mark.parametrize(
    "robots",
    [
        Page(status=404),
        Page(status=403),
        Page(""),
        Page("<!DOCTYPE html><title>Not found</title>"),
        Page(bytes(range(256)) * 10),
        Page("User-agent: *\nDisallow:"),
        Page("User-agent: *\nDisallow: /\nAllow: /news"),
        Page("User-agent: *\nDisallow: /\n\nUser-agent: feedsvc\nDisallow: /admin"),
        Page("User-agent: otherbot\nDisallow: /"),
        moved("/where/robots.txt"),
        Page("User-agent: *\nDisallow: /admin\n" + "#" * 600_000 + "\nDisallow: /"),
    ],
)
def test_robots_that_allow_a_page_or_say_nothing(server, robots):
    server.pages["/robots.txt"] = robots
    server.pages["/news"] = Page("news")
    with fetcher() as web:
        assert web.fetch(f"{server.url}/news").data == b"news"


@pytest.mark.parametrize(
    ("robots", "sentence"),
    [
        (Page("User-agent: *\nDisallow: /"), "forbids"),
        (Page("user-agent: FeedSvc\ndisallow: /n"), "forbids"),
        (Page("\ufeffUser-agent: a\nUser-agent: *\nDisallow: /*ws$"), "forbids"),
        (Page(status=500), "can't be read"),
        (Page(status=503), "can't be read"),
        (Page(status=429), "can't be read"),
        (moved("/robots.txt"), "moved on and on"),
    ],
)
def test_robots_that_forbid_a_page_or_can_not_be_read_now(server, robots, sentence):
    server.pages["/robots.txt"] = robots
    server.pages["/news"] = Page("news")
    with fetcher() as web, pytest.raises(BulletinError, match=sentence):
        web.fetch(f"{server.url}/news")
    assert server.paths == []


def test_robots_hold_for_pages_that_one_is_led_to(server):
    server.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /secret")
    server.pages["/news"] = moved("/secret")
    with fetcher() as web, pytest.raises(BulletinError, match="forbids"):
        web.fetch(f"{server.url}/news")
    assert server.paths == ["/news"]


def test_robots_are_read_once_a_day(server):
    server.pages["/news"] = Page("news")
    clock = Time()
    hosts = Hosts(clock.clock, clock.sleep)
    for _visit in range(3):
        with fetcher(hosts=hosts) as web:
            web.fetch(f"{server.url}/news")
    clock.now += ROBOTS_HOLD
    with fetcher(hosts=hosts) as web:
        web.fetch(f"{server.url}/news")
    assert [path for path, _ in server.asked] == ["/robots.txt", *["/news"] * 3, "/robots.txt", "/news"]


@pytest.mark.parametrize(("robots", "pause"),
    [("", 1), ("User-agent: *\nCrawl-delay: 5", 5), ("User-agent: *\nCrawl-delay: 0.1", 1),
     ("User-agent: *\nCrawl-delay: 86400", 30), ("User-agent: *\nCrawl-delay: soon", 1)],
)  # fmt: skip
def test_a_host_is_asked_with_pauses(server, robots, pause):
    server.pages["/robots.txt"] = Page(robots)
    server.pages["/"] = Page("news")
    clock = Time()
    with fetcher(clock) as web:
        for _page in range(3):
            web.fetch(f"{server.url}/")
    assert clock.slept == [pause] * 3


def test_a_host_that_is_too_busy_is_left_alone_for_as_long_as_it_asks(server):
    server.pages["/a"] = Page(status=503, headers={"Retry-After": "3600"})
    server.pages["/b"] = Page("news")
    clock = Time()
    hosts = Hosts(clock.clock, clock.sleep)
    with fetcher(hosts=hosts) as web, pytest.raises(BulletinError, match="come again in 60 minutes"):
        web.fetch(f"{server.url}/a")
    clock.now += 1800
    with fetcher(hosts=hosts) as web, pytest.raises(BulletinError, match="come again in 30 minutes"):
        web.fetch(f"{server.url}/b")
    assert server.paths == ["/a"]
    clock.now += 1800
    with fetcher(hosts=hosts) as web:
        assert web.fetch(f"{server.url}/b").data == b"news"
