"""The pictures that come inside bulletins: what they are by their bytes, and what they are called on the site."""

from __future__ import annotations

import hashlib

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


def medium(data: bytes) -> Medium | None:
    """Give a picture that browsers show, named by its bytes; None for anything else, and for one over LARGEST."""
    if len(data) > LARGEST:
        return None
    for begin, ninth, extension, media_type in _KINDS:
        if data.startswith(begin) and data[8 : 8 + len(ninth)] == ninth:
            return Medium(f"{hashlib.sha256(data).hexdigest()[:32]}.{extension}", media_type, data)
    return None
