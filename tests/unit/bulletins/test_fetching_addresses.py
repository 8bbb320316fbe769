"""Which addresses may be asked."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import httpcore2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.bulletins.web.addresses import ip_of, is_public, page_name, same_site, web_address
from feedsvc.bulletins.web.network import Network, Sockets
from feedsvc.errors import BulletinError


@pytest.mark.parametrize(
    ("address", "as_asked"),
    [
        ("https://example.org", "https://example.org"),
        ("HTTPS://Example.ORG/News?page=2#top", "https://example.org/News?page=2"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("http://niñez.example/año", "http://xn--niez-hqa.example/a%C3%B1o"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://[2606:4700::1]/", "http://[2606:4700::1]/"),
        ("http://my_host.example.org/", "http://my_host.example.org/"),
        ("http://1.example.org./", "http://1.example.org./"),
    ],
)
def test_addresses_of_the_web_may_be_asked(address, as_asked):
    assert str(web_address(address)) == as_asked


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "no web address"),
        ("example.org/news", "must begin with https://"),
        ("//example.org/news", "must begin with https://"),
        ("ftp://example.org/", "must begin with https://"),
        ("file:///etc/passwd", "must begin with https://"),
        ("gopher://example.org/", "must begin with https://"),
        ("javascript:alert(1)", "must begin with https://"),
        ("https:///news", "must begin with https://"),
        ("https://ana:secret@example.org/", "user name or a password"),
        ("https://ana@example.org/", "user name or a password"),
        ("https://example.org\\@evil.example/", "user name or a password"),
        ("https://example.org:99999/", "port is too high"),
        ("https://example.org:x/", "no web address"),
        ("https://example.org/" + "a" * 9000, "too long"),
        ("https://example.org/" + "a" * 90_000, "no web address"),
        ("https://exa mple.org/", "no name of a web server"),
        ("https://example..org/", "no name of a web server"),
        ("https://.example.org/", "no name of a web server"),
        ("https://[fe80::1%25eth0]/", "no name of a web server"),
        ("https://[::1/", "no web address"),
        ("http://example.org\r\nX-Header: 1/", "no web address"),
        # IP addresses in a disguise that resolvers see through
        ("http://2130706433/", "no name of a web server"),
        ("http://017700000001/", "no name of a web server"),
        ("http://0x7f000001/", "no name of a web server"),
        ("http://0x7f.1/", "no name of a web server"),
        ("http://127.1/", "no name of a web server"),
        ("http://127.0.1/", "no name of a web server"),
        ("http://127.0.0.1./", "no name of a web server"),
        ("http://0177.0.0.1/", "no web address"),
        ("http://①②⑦.0.0.1/", "no web address"),
        ("http://example.0x7f/", "no name of a web server"),
        # this machine by its name
        ("http://localhost/", "in a private network"),
        ("http://localhost./", "in a private network"),
        ("http://LOCALHOST:8000/", "in a private network"),
        ("http://www.localhost/", "in a private network"),
    ],
)
def test_others_are_refused_with_a_sentence_that_keeps_secrets(address, sentence):
    with pytest.raises(BulletinError, match=sentence) as refused:
        web_address(address)
    assert "secret" not in str(refused.value)
    assert len(str(refused.value)) < 300


@given(st.text() | st.text().map("http://{}".format))
def test_any_text_is_an_address_or_refused(text):
    try:
        url = web_address(text)
    except BulletinError:
        return
    assert url.scheme in ("http", "https")
    assert url.host


PUBLIC = ["8.8.8.8", "93.184.215.14", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808", "2002:7f00:1::1", "2002:a00:1::", "2001:db8::1",
    "2001:0:7f00:1:0:0:8:8", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_ip_addresses(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_private_ip_addresses(address):
    assert not is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_ipv6_address_that_carries_another_one_is_what_that_is(inner: IPv4Address):
    mapped, nat64 = IPv6Address(f"::ffff:{inner}"), IPv6Address(int(IPv6Address("64:ff9b::")) + int(inner))
    six_to_four = IPv6Address((0x2002 << 112) + (int(inner) << 80))
    assert {is_public(each) for each in (mapped, nat64, six_to_four)} == {is_public(inner)}


def test_hosts_that_are_written_as_ip_addresses():
    assert ip_of("8.8.8.8") == IPv4Address("8.8.8.8")
    assert [ip_of(host) for host in ("example.org", "127.1", "0177.0.0.1", "8.8.8.8.")] == [None] * 4


class Answering(Sockets):
    """Sockets that note where they are led, and a resolver that says what a test says."""

    def __init__(self, *addresses):
        self._addresses = list(addresses)
        self.connected = []

    def addresses(self, host, port):
        return self._addresses

    def connect_tcp(self, host, *_args, **_options):
        self.connected.append(host)
        raise httpcore2.ConnectError("down")


def network(sockets, *, private=False):
    made = Network(sockets, lambda: 0.0, private=private)
    made.begin(1)
    return made


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.parametrize("others", [[], ["8.8.8.8"]])
def test_a_name_that_leads_into_a_private_network_is_not_connected_to(address, others):
    sockets = Answering(*others, address)
    with pytest.raises(BulletinError, match="in a private network"):
        network(sockets).connect_tcp("news.example", 80)
    assert sockets.connected == []


def test_what_is_no_ip_address_is_not_connected_to():
    sockets = Answering("somewhere")
    with pytest.raises(BulletinError, match="in a private network"):
        network(sockets).connect_tcp("news.example", 80)
    assert sockets.connected == []


@pytest.mark.parametrize(("private", "addresses"), [(False, PUBLIC[:3]), (True, PRIVATE[:3])])
def test_addresses_that_are_allowed_are_tried_in_turn(private, addresses):
    sockets = Answering(*addresses)
    with pytest.raises(httpcore2.ConnectError):
        network(sockets, private=private).connect_tcp("news.example", 80)
    assert sockets.connected == addresses


def test_nothing_is_tried_after_the_deadline():
    sockets = Answering("8.8.8.8")
    late = Network(sockets, iter([0.0, 2.0]).__next__, private=False)
    late.begin(1)
    with pytest.raises(httpcore2.ReadTimeout):
        late.connect_tcp("news.example", 80)
    assert sockets.connected == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://example.org/a", "https://example.org/b", True),
        ("https://example.org/a", "http://EXAMPLE.org./b", True),
        ("https://www.example.org/a", "https://example.org/b", True),
        ("https://news.example.org/a", "https://example.org/b", True),
        ("https://www.example.org/a", "https://news.example.org/b", True),
        ("https://a.example.org/", "https://b.example.org/", False),
        ("https://example.org/", "https://example.com/", False),
        ("https://example.org/", "https://notexample.org/", False),
        ("https://example.org/", "https://org/", False),
        ("https://example.org/", "https://example.org.evil.example/", False),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/b", True),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8001/", False),
        ("https://example.org/", "https://example.org:8443/", False),
        ("http://0.0.1/", "http://127.0.0.1/", False),
        ("https://example.org/", "mailto:ana@example.org", False),
        ("https://example.org/", "", False),
    ],
)
def test_what_is_one_site(one, other, same):
    assert same_site(one, other) == same
    assert same_site(other, one) == same


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://example.org", "/"),
        ("http://www.example.net/news/?page=2#top", "/news/?page=2"),
        ("https://example.org/año?q=é", "/a%C3%B1o?q=%C3%A9"),
    ],
)
def test_a_page_is_named_without_its_host(address, name):
    assert page_name(address) == name
