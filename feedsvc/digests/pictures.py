"""Pictures in mail: the first one of an entry, of a size that is known before it is loaded. Pure.

Only pictures of the site itself are shown: another's server would learn who reads, and when.
"""

from __future__ import annotations

import re
import struct
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedsvc.model import Entry

# Smaller ones are marks and lines, not pictures.
SMALLEST = 48
# Shown smaller than this, a picture is a strip that shows nothing, and has no room for the words in its place.
LEAST_SHOWN = (80, 40)
_PICTURE = re.compile(r'<img\s[^>]*?src="(/media/[0-9a-z]+\.(?:png|jpg|gif|webp))"[^>]*>')
_ALTERNATIVE = re.compile(r'\salt="([^"]*)"')
# The markers of JPEG that hold the size (ITU T.81, table B.1): all frames but C4, C8 and CC.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset([0x01, *range(0xD0, 0xD9)])


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    def within(self, width: int, height: int) -> Size:
        """Give the largest size of the same shape that fits into another, and is no larger than this."""
        scale = min(width / self.width, height / self.height, 1.0)
        return Size(max(round(self.width * scale), 1), max(round(self.height * scale), 1))

    @property
    def is_worth_showing(self) -> bool:
        """Whether a picture shown so can be made out."""
        return self.width >= LEAST_SHOWN[0] and self.height >= LEAST_SHOWN[1]


class EntryPicture(NamedTuple):
    """A picture of an entry: its path on the site, what it shows in words, and its size."""

    path: str
    alternative: str
    size: Size


def picture_of(entry: Entry, data_at: Callable[[str], bytes | None], room: Size) -> EntryPicture | None:
    """Give the first picture of an entry that is worth showing, in the size that it has in a room.

    `data_at` gives what stands at a path.
    """
    for found in _PICTURE.finditer(entry.body):
        data = data_at(found[1])
        size = size_of(data) if data else None
        if size and min(size) >= SMALLEST and (shown := size.within(*room)).is_worth_showing:
            said = _ALTERNATIVE.search(found[0])
            return EntryPicture(found[1], unescape(said[1]) if said else "", shown)
    return None


def size_of(data: bytes) -> Size | None:
    """Read the size of a PNG, GIF, WebP or JPEG picture from its first bytes; None where there is none."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            size = Size(*struct.unpack(">II", data[16:24]))
        elif data[:6] in (b"GIF87a", b"GIF89a"):
            size = Size(*struct.unpack("<HH", data[6:10]))
        elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            size = _webp_size(data)
        else:
            size = _jpeg_size(data)
    except (struct.error, IndexError):
        return None
    return size if min(size) > 0 else None


def _webp_size(data: bytes) -> Size:
    """Read one of the three kinds of WebP (RFC 9649, section 2)."""
    kind = data[12:16]
    if kind == b"VP8X":
        return Size(1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little"))
    if kind == b"VP8L":
        (bits,) = struct.unpack("<I", data[21:25])
        return Size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    width, height = struct.unpack("<HH", data[26:30])
    return Size(width & 0x3FFF, height & 0x3FFF)


def _jpeg_size(data: bytes) -> Size:
    """Walk from marker to marker to the frame (ITU T.81, annex B)."""
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return Size(width, height)
        if marker == 0xFF or marker in _JPEG_ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        at += 2 + length
    return Size(0, 0)
