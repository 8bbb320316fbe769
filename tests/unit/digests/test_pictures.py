"""Pictures in mail: which one, and of what size."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import entry

from feedsvc.digests.pictures import EntryPicture, Size, picture_of, size_of

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 900, 600)
GIF = b"GIF89a" + struct.pack("<HH", 320, 200)
JPEG = (
    b"\xff\xd8"
    b"\xff\xe0\x00\x10JFIF\0"
    + bytes(9)
    + b"\xff\xff\xfe\x00\x06ABCD"
    + b"\xff\xc2\x00\x11\x08"
    + struct.pack(">HH", 480, 640)
    + bytes(10)
)
RIFF = b"RIFF\0\0\0\0WEBP"
LOSSY = RIFF + b"VP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 550, 368)
LOSSLESS = RIFF + b"VP8L\0\0\0\0\x2f" + struct.pack("<I", 99 | (49 << 14))
EXTENDED = RIFF + b"VP8X\0\0\0\0\0\0\0\0" + (1199).to_bytes(3, "little") + (799).to_bytes(3, "little")
DATA = {"/media/a.png": PNG, "/media/b.jpg": JPEG, "/media/c.gif": b"GIF89a" + struct.pack("<HH", 16, 16)}
ROOM = Size(150, 150)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (PNG, Size(900, 600)),
        (GIF, Size(320, 200)),
        (JPEG, Size(640, 480)),
        (LOSSY, Size(550, 368)),
        (LOSSLESS, Size(100, 50)),
        (EXTENDED, Size(1200, 800)),
        (PNG[:20], None),
        (JPEG[:12], None),
        (b"\xff\xd8\xff\xda", None),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(8), None),
        (b"<svg", None),
        (b"", None),
    ],
)
def test_the_size_is_read_from_the_first_bytes(data, size):
    assert size_of(data) == size


@given(st.binary(max_size=64), st.sampled_from([PNG[:8], GIF[:6], b"\xff\xd8\xff", RIFF, b""]))
def test_no_bytes_break_it(data, begin):
    size = size_of(begin + data)
    assert size is None or min(size) > 0


@pytest.mark.parametrize(
    ("size", "room", "found"),
    [
        (Size(900, 600), (152, 152), Size(152, 101)),
        (Size(300, 900), (152, 152), Size(51, 152)),
        (Size(100, 50), (152, 152), Size(100, 50)),
        (Size(20_000, 1), (152, 152), Size(152, 1)),
    ],
)
def test_it_keeps_its_shape_and_is_never_made_larger(size, room, found):
    assert size.within(*room) == found


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ('<p><img src="/media/a.png" alt="A &quot;walk&quot;"></p>', "/media/a.png"),
        ('<img src="/media/c.gif" alt=""><img src="/media/b.jpg" alt="">', "/media/b.jpg"),
        ('<img src="/media/gone.png" alt=""><img alt="" src="/media/b.jpg">', "/media/b.jpg"),
        ('<img src="https://elsewhere.example.org/media/a.png" alt="">', None),
        ('<img src="//elsewhere.example.org/media/a.png" alt="">', None),
        ("<p>No picture.</p>", None),
    ],
)
def test_it_is_the_first_that_is_large_enough_and_the_sites_own(body, path):
    found = picture_of(entry(body=body), DATA.get, ROOM)
    assert (found.path if found else None) == path


def test_it_says_what_it_shows():
    found = picture_of(entry(body='<img src="/media/a.png" alt="A &quot;walk&quot;">'), DATA.get, ROOM)
    assert found == EntryPicture("/media/a.png", 'A "walk"', Size(150, 100))


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((200, 900), None),
        ((900, 200), None),
        ((720, 1280), Size(84, 150)),
        ((1280, 360), Size(150, 42)),
        ((60, 60), None),
        ((90, 50), Size(90, 50)),
    ],
)
def test_what_would_be_a_strip_is_left_out(size, shown):
    strip = PNG[:16] + struct.pack(">II", *size)
    found = picture_of(entry(body='<img src="/media/a.png" alt="">'), {"/media/a.png": strip}.get, ROOM)
    assert (found.size if found else None) == shown


def test_after_a_strip_comes_the_next_picture():
    data = {**DATA, "/media/a.png": PNG[:16] + struct.pack(">II", 200, 900)}
    body = '<img src="/media/a.png" alt=""><img src="/media/b.jpg" alt="">'
    assert picture_of(entry(body=body), data.get, ROOM).path == "/media/b.jpg"
