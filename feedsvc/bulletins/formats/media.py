"""The pictures that come inside bulletins: what they are by their bytes, and what they are called on the site."""

from __future__ import annotations

import binascii
import hashlib
import re

from feedsvc.model import Medium

# What is left out of a bulletin, its alternative text kept: larger pictures, in bytes, and more pictures.
LARGEST = 5_000_000
MOST = 30

# By the bytes that a file begins with, and those from the ninth on. SVG is none: it may run scripts.
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", b"", "png", "image/png"),
    (b"\xff\xd8\xff", b"", "jpg", "image/jpeg"),
    (b"GIF87a", b"", "gif", "image/gif"),
    (b"GIF89a", b"", "gif", "image/gif"),
    (b"RIFF", b"WEBP", "webp", "image/webp"),
)
# A picture written into HTML as text (RFC 2397).
_EMBEDDED = re.compile(r"data:image/[a-z]{3,4};base64,([A-Za-z0-9+/=\s]+)", re.IGNORECASE)


def medium(data: bytes) -> Medium | None:
    """Give a picture that browsers show, named by its bytes; None for anything else, and for one over LARGEST."""
    if len(data) > LARGEST:
        return None
    for begin, ninth, extension, media_type in _KINDS:
        if data.startswith(begin) and data[8 : 8 + len(ninth)] == ninth:
            return Medium(f"{hashlib.sha256(data).hexdigest()[:32]}.{extension}", media_type, data)
    return None


class Pictures:
    """The pictures of one bulletin, each once, and no more than MOST."""

    def __init__(self) -> None:
        self._found: dict[str, Medium] = {}

    def add(self, data: bytes) -> str:
        """Keep a picture and give its address on the site; nothing for what is left out."""
        found = medium(data)
        if found is None or (len(self._found) >= MOST and found.path not in self._found):
            return ""
        self._found[found.path] = found
        return found.path

    def take_from(self, html: str) -> str:
        """Keep the pictures that are written into HTML, and give the HTML with their addresses instead."""
        return _EMBEDDED.sub(self._address, html)

    def _address(self, found: re.Match[str]) -> str:
        try:
            return self.add(binascii.a2b_base64(found[1]))
        except ValueError:
            return ""

    def shown_in(self, html: str) -> tuple[Medium, ...]:
        """Give those that a text shows."""
        return tuple(found for path, found in self._found.items() if path in html)
