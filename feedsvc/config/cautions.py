"""What settings may say and had better not: no mistakes, but not what anyone wants of mail that is sent. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedsvc.config.settings import Settings

# Names that mean something inside a network alone (RFC 6762, RFC 8375, RFC 6761; .lan is what routers give).
_INSIDE = ("local", "lan", "internal", "intranet", "home.arpa")


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that a person should look at; a grave one is right for nobody, another one for trying out."""

    what: str
    remedy: str
    is_grave: bool = True

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}"


def cautions(settings: Settings) -> tuple[Caution, ...]:
    """Tell what is dubious about the links in mail, if it is really sent."""
    return tuple(_of_links(settings.site.url)) if settings.mail.transport == "smtp" else ()


def _of_links(url: str) -> Iterator[Caution]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _is_here(host):
        yield Caution(
            f"Mail is sent, and its links lead to {url}, which no recipient can reach, not even to unsubscribe.",
            "Good for trying out; for real mail, write the public https address as url under [site].",
            is_grave=False,
        )
        return
    if _is_inside(host):
        yield Caution(
            f"Mail is sent, and its links lead to {url}, which only who is in your own network can reach.",
            "Write the public https address as url under [site].",
        )
    if parts.scheme.lower() != "https":
        yield Caution(
            f"Mail is sent, and its links lead to {url}, in the clear: without https there is no one-click "
            "unsubscribing (RFC 8058), for want of which Gmail, Yahoo and Microsoft put bulk mail among the spam or refuse it.",
            "Serve the site by https, and write that address as url under [site].",
        )


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_inside(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or f".{host}".endswith(tuple(f".{name}" for name in _INSIDE))
