"""What the web server needs of the rest of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from feedsvc.model import Document
    from feedsvc.pages import MailPages, Pages
    from feedsvc.pipeline import Mailroom, Shelved


class Desk(Protocol):
    """What the web server needs; `feedsvc.app` has it. All but `at_hand` may block."""

    clock: Callable[[], datetime]

    @property
    def pages(self) -> Pages:
        """The site's pages, as configured now."""

    @property
    def prefix(self) -> str:
        """The path that the site is mounted at, without a slash at its end."""

    @property
    def mailroom(self) -> Mailroom:
        """What people see of mail."""

    @property
    def mail_pages(self) -> MailPages:
        """The pages that show captured mail."""

    def at_hand(self, path: str, query: str) -> Shelved | None:
        """Give what stands at an address if that is known without waiting."""

    def document(self, path: str, query: str) -> Shelved | None:
        """Give what stands at an address; None when nothing ever did."""

    def changes(self, path: str, etag: str) -> Document | None:
        """Give a feed with just what changed since it had a validator; None when that isn't known."""

    def address_of(self, token: str) -> str:
        """Give the address that an unsubscribe link is for; raises TokenError."""

    def has_unsubscribed(self, address: str) -> bool:
        """Tell whether whose address it is wants no mail."""

    def unsubscribe(self, token: str) -> str:
        """Write no more to the address that an unsubscribe link is for, and give it; raises TokenError."""

    def metrics(self) -> bytes:
        """Tell what is going on in figures, as `feedsvc.metrics` writes them down."""

    def health(self) -> Mapping[str, object]:
        """Tell what is going on; `status` is `ok` or `degraded`."""
