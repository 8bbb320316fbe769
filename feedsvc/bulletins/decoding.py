"""From the bytes of a bulletin to its text."""

from __future__ import annotations

import codecs

from feedsvc.bulletins.manner import SIZE_LIMIT
from feedsvc.errors import BulletinError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # Ahead of UTF-16, whose mark begins it.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FORMATS = (
    (b"%PDF-", "a PDF file"),
    (b"{\\rtf", "a rich text file (.rtf)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a file of an older Microsoft Office (such as .doc)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"Rar!", "a compressed file (RAR)"),
    (b"7z\xbc\xaf", "a compressed file (7z)"),
)
_ZIPPED = (
    (b"word/", "a Word document (.docx)"),
    (b"xl/", "an Excel workbook (.xlsx)"),
    (b"ppt/", "a PowerPoint presentation (.pptx)"),
    (b"opendocument.text", "an OpenDocument text (.odt)"),
)
_MARKUP = (
    ("<!doctype html", "a web page (HTML)"),
    ("<html", "a web page (HTML)"),
    ("<head", "a web page (HTML)"),
    ("<body", "a web page (HTML)"),
    ("<?xml", "an XML file"),
    ("<rss", "an RSS feed"),
    ("<feed", "an Atom feed"),
)
_REMEDY = "Save it as plain text with the encoding UTF-8."


def decode(data: bytes) -> str:
    """Give the text of a plain-text bulletin in UTF-8, or in another UTF whose byte order mark it begins with.

    Raises BulletinError if it is something else, saying what it looks like, or larger than SIZE_LIMIT.
    """
    if len(data) > SIZE_LIMIT:
        raise BulletinError(f"This is larger than {SIZE_LIMIT // 1_000_000} MB. Split it into smaller files.")
    if name := _format(data):
        raise BulletinError(f"This looks like {name}, which can't be read. {_REMEDY}")
    text = _text(data)
    beginning = text[:1000].lstrip().lower()
    for sign, name in _MARKUP:
        if beginning.startswith(sign):
            raise BulletinError(f"This looks like {name}, which can't be read. {_REMEDY}")
    return text


def _format(data: bytes) -> str | None:
    if data.startswith(b"PK\x03\x04"):
        return next((name for sign, name in _ZIPPED if sign in data), "a compressed file (zip)")
    return next((name for sign, name in _FORMATS if data.startswith(sign)), None)


def _text(data: bytes) -> str:
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    if not mark and data.count(0) * 4 > len(data):
        raise BulletinError(f"This is no text, or text in UTF-16 without its byte order mark. {_REMEDY}")
    body = data[len(mark) :]
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body[: error.start].decode(encoding).count("\n") + 1
        raise BulletinError(
            f"Line {line} holds bytes that are no {encoding.upper()} text. {_REMEDY}"
        ) from None
