"""Web addresses: which may be asked at all, which lie in a public network, which belong to one site."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from httpx2 import URL, InvalidURL

from feedsvc.errors import BulletinError

# Longer addresses are no pages that people list (RFC 9110, section 4.1, asks for 8000 at least).
ADDRESS_LIMIT = 8000

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
# A last label such as `1`, `017` or `0x7f`: resolvers take 127.1, 017700000001 and 2130706433 for IPv4 addresses.
_NUMBER = re.compile(r"(\d+|0x[0-9a-f]*)")
# All of the public IPv6 internet lies in here (RFC 4291, section 2.4); NAT64 (RFC 6052) leads to IPv4.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


def web_address(address: str, *, private: bool = False) -> URL:
    """Give an address as a URL that may be asked; its host is yet to be looked up.

    Raises BulletinError if it is none of the web, holds a user name or a password, or writes an IP address in a
    disguise; and for this machine's own name, unless private networks are allowed.
    """
    try:
        url = URL(address).copy_with(fragment=None)
        host = url.raw_host.decode("ascii")
    except (InvalidURL, UnicodeError, ValueError) as error:
        raise BulletinError(f"“{_shown(address)}” is no web address: {error}.") from error
    if url.scheme not in _PORTS or not host:
        raise BulletinError(f"“{_shown(address)}” is no web address. It must begin with https:// or http://.")
    if url.userinfo:
        raise BulletinError(f"The address of a page on {host} holds a user name or a password. Take it out.")
    if len(str(url)) > ADDRESS_LIMIT or not 0 < (url.port or 1) < 1 << 16:
        raise BulletinError(f"“{_shown(address)}” is too long for a web address, or its port is too high.")
    if not _is_host(host):
        raise BulletinError(f"“{_shown(host)}” is no name of a web server, nor a plain IP address.")
    if not private and _is_this_machine(host):
        raise BulletinError(private_host(host))
    return url


def private_host(host: str) -> str:
    """Say that a host is not asked, because it is in a private network."""
    return (
        f"{_shown(host)} is in a private network, where feedsvc doesn't go by itself. "
        "If it is meant, set `private = true` for the source."
    )


def _shown(address: str) -> str:
    return address if len(address) <= 100 else f"{address[:99]}…"


def _is_host(host: str) -> bool:
    if ip_of(host):
        return "%" not in host  # a zone names a network card of this machine (RFC 6874)
    return bool(_HOST.fullmatch(host)) and not _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2])


def _is_this_machine(host: str) -> bool:
    return f".{host.rstrip('.')}".endswith(".localhost")


def ip_of(host: str) -> IPv4Address | IPv6Address | None:
    """Give the IP address that a host is written as in its plain form; None for a name and for disguises."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an IP address is one of the public internet.

    An IPv6 address that only carries an IPv4 one to its place (mapped, NAT64, 6to4, Teredo) is what that one is.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not address.is_reserved
    carried = _carried(address)
    if carried:
        return all(is_public(each) for each in carried)
    return address in _GLOBAL_UNICAST and address.is_global


def _carried(address: IPv6Address) -> tuple[IPv4Address, ...]:
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    if address in _NAT64:
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    if address.sixtofour:
        return (address.sixtofour,)
    return address.teredo or ()


def same_site(one: str, other: str) -> bool:
    """Tell whether two addresses are of one site: one host, or one below the other, on the same port."""
    try:
        first, second = web_address(one, private=True), web_address(other, private=True)
    except BulletinError:
        return False
    if _port(first) != _port(second) and not (_is_usual(first) and _is_usual(second)):
        return False
    return _is_below(first.host, second.host) or _is_below(second.host, first.host)


def _port(url: URL) -> int:
    return url.port or _PORTS[url.scheme]


def _is_usual(url: URL) -> bool:
    return _port(url) == _PORTS[url.scheme]


def _is_below(host: str, site: str) -> bool:
    """Tell whether a host is a site or a name below it; all names of a top-level domain are no site."""
    site = site.rstrip(".").removeprefix("www.")
    host = host.rstrip(".").removeprefix("www.")
    return host == site or (host.endswith(f".{site}") and "." in site and not ip_of(host))


def page_name(address: str) -> str:
    """Name a page by path and query, so that the name outlives the host's. Raises BulletinError as `web_address`."""
    return web_address(address, private=True).raw_path.decode("ascii")
