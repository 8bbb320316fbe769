"""What settings may say and had better not: no mistakes, but not what anyone wants of mail that is sent. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feedsvc.hosts import is_here, is_inside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from feedsvc.config.settings import Settings


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


def other_secret(since: datetime, erased: int) -> Caution:
    """Tell what a change of the secret means, also for so many addresses that were erased."""
    forgotten = (
        f" Of {erased} erased {'address' if erased == 1 else 'addresses'}, those that the config still lists are "
        "written to again: take them out."
    )
    return Caution(
        f"The secret that links in mail are signed with is another one since {since:%Y-%m-%d}: links in mail sent "
        "before, to unsubscribe too, work no longer, and its bounces are not known by their token."
        f"{forgotten if erased else ''}",
        "If it was not on purpose, put the old secret back: var/secret, or FEEDSVC_WEB__SECRET.",
        is_grave=False,
    )


def _of_links(url: str) -> Iterator[Caution]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_here(host):
        yield Caution(
            f"Mail is sent, and its links lead to {url}, which no recipient can reach, not even to unsubscribe.",
            "Good for trying out; for real mail, write the public https address as url under [site].",
            is_grave=False,
        )
        return
    if is_inside(host):
        yield Caution(
            f"Mail is sent, and its links lead to {url}, which only who is in your own network can reach.",
            "Write the public https address as url under [site].",
        )
    if parts.scheme.lower() != "https":
        yield Caution(
            f"Mail is sent, and its links lead to {url}, in the clear: without https there is no one-click "
            "unsubscribing (RFC 8058), for want of which Gmail and Yahoo put bulk mail among the spam or refuse it.",
            "Serve the site by https, and write that address as url under [site].",
        )
