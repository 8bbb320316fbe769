"""A web page that a browser saved in one file (.mhtml, .mht): a message of the page and its pictures (RFC 2557)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feedsvc.bulletins.decoding import decode
from feedsvc.bulletins.formats.mail_parts import field_of, parsed
from feedsvc.errors import BulletinError

if TYPE_CHECKING:
    from email.message import Message


def read_saved_page(data: bytes) -> tuple[str, str]:
    """Give the HTML of a saved page, and the web address it was saved from (empty: it doesn't say).

    Raises BulletinError for one without HTML, or with more parts than any page.
    """
    message = parsed(data)
    for part in message.walk():
        content = part.get_payload(decode=True)
        if part.get_content_type() == "text/html" and isinstance(content, bytes):
            return decode(content, part.get_content_charset("")), _address(message, part)
    raise BulletinError("This saved web page holds no text. Save it again, as HTML.")


def _address(message: Message, part: Message) -> str:
    said = (
        field_of(message, "Snapshot-Content-Location"),
        field_of(part, "Content-Location"),
        field_of(message, "Content-Location"),
    )
    return next((address for address in said if _is_web(address)), "")


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
