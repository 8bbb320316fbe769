"""Bytes that are plain text are read; other bytes are a problem that says what they look like."""

import codecs

import pytest
from makers import manner

from feedsvc.bulletins import read
from feedsvc.bulletins.manner import SIZE_LIMIT
from feedsvc.model import Source

TEXT = "3 de septiembre de 2017\n\nMigración\n\nCuerpo."


def reading(data):
    return read(data, manner(source=Source(name="office"), bulletin="a.txt"))


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
    ],
    ids=["UTF-8", "UTF-8 with mark", "UTF-16 LE", "UTF-16 BE", "UTF-32 LE"],
)
def test_text_is_read_in_every_utf_that_says_so(data):
    (draft,) = reading(data).drafts
    assert draft.title == "Migración"


@pytest.mark.parametrize(
    ("data", "looks_like"),
    [
        (b"PK\x03\x04....[Content_Types].xml....word/document.xml", "Word document"),
        (b"PK\x03\x04....xl/workbook.xml", "Excel"),
        (b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.text", "OpenDocument"),
        (b"PK\x03\x04....", "zip"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".doc"),
        (b"{\\rtf1\\ansi", "rich text"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b" \n<!DOCTYPE html><p>3 September, 2017", "web page"),
        (codecs.BOM_UTF16_LE + "<HTML>".encode("utf-16-le"), "web page"),
        (b"<?xml version='1.0'?><rss/>", "XML"),
        (TEXT.encode("utf-16-le"), "without its byte order mark"),
        (codecs.BOM_UTF16_LE + b"a", "UTF-16"),
        (TEXT.encode("latin-1"), "Line 3"),
        (b"x" * (SIZE_LIMIT + 1), "larger than 20 MB"),
    ],
)
def test_what_is_no_plain_text_is_one_problem_of_the_whole_file(data, looks_like):
    found = reading(data)
    assert found.drafts == ()
    (problem,) = found.problems
    assert (problem.source, problem.bulletin, problem.line) == ("office", "a.txt", 0)
    assert looks_like in problem.reason
    assert "Save it as plain text" in problem.reason or "Split it" in problem.reason
