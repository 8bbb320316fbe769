"""A format is known by its content; a name decides only what that leaves open; what can't be read is refused."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.bulletins.detection import Format, detect, refusal


def zipped(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.text" if name == "mimetype" else "x")
    return file.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXT = "3 September, 2017\n\nA title\n\nA text."
RSS = '<rss version="2.0"><channel><item><title>x</title></item></channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>'
RELATED = (
    'MIME-Version: 1.0\nContent-Type: multipart/related;\n\tboundary="b"\n\n--b\nContent-Type: text/html\n'
)
MESSAGE = "From: Ana <ana@example.org>\nSubject: Boletín\n\nHola"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (TEXT, Format.PLAIN_TEXT),
        ("", Format.PLAIN_TEXT),
        ("<ana@example.org> wrote", Format.PLAIN_TEXT),
        ("<https://example.org/>", Format.PLAIN_TEXT),
        ("<3 of September", Format.PLAIN_TEXT),
        ("- one\n- two\n\n#hashtag\n-----", Format.PLAIN_TEXT),
        ("Date: 3 September 2017\nCountries: PA\n\nText", Format.PLAIN_TEXT),
        ("From Panama to Costa Rica in 2017\nthey walk", Format.PLAIN_TEXT),
        ("[1, 2]", Format.PLAIN_TEXT),
        ("# A title\n\nA [link](https://example.org).\n\n## Another\n\n**Text**", Format.MARKDOWN),
        ("---\ntitle: A title\ndate: 2017-09-03\n---\nText", Format.MARKDOWN),
        ("<!DOCTYPE html><p>x", Format.HTML),
        ("\n <!-- <rss version='2.0'> --><HTML>", Format.HTML),
        ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "a"><html xmlns="http://www.w3.org/1999/xhtml">', Format.HTML),
        ('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', Format.HTML),
        ('<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator>', Format.HTML),
        ("<p>3 September, 2017</p>", Format.HTML),
        ("<h1 class='a'>x</h1>", Format.HTML),
        ("Warning: x in y on line 1\n<html><body>", Format.HTML),
        ("<html><body>&lt;rss version='2.0'&gt; <rss version='2.0'>", Format.HTML),
        (RSS, Format.FEED),
        (ATOM, Format.FEED),
        (f"\n\n  <?xml version='1.0'?>\n<!-- x -->\n<?xml-stylesheet x?>{RSS}", Format.FEED),
        (f"<!DOCTYPE rss [<!ENTITY a 'b'>]>{RSS}", Format.FEED),
        (f"<br />\n<b>Warning</b>: x\n{RSS}", Format.FEED),
        ('<rdf:RDF xmlns:rdf="x">', Format.FEED),
        ('<atom:feed xmlns:atom="http://www.w3.org/2005/Atom">', Format.FEED),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": []}', Format.FEED),
        ('{"version": "https:\\/\\/jsonfeed.org\\/version\\/1"}', Format.FEED),
        ('{"title": "x", "items": [{}]}', Format.FEED),
        (MESSAGE, Format.MAIL),
        (f"\n{MESSAGE}", Format.MAIL),
        ("Received: from a\n\tby b\nDKIM-Signature: v=1;\n  c\nDate: x\n\n", Format.MAIL),
        ("MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<html>", Format.MAIL),
        (f"From ana@example.org Sun Sep  3 10:00:00 2017\n{MESSAGE}", Format.MAIL),
        (f"From a@b.c Sun Sep  3 10:00:00 2017\n{MESSAGE}\n\n" * 2, Format.MAILBOX),
        (f"From: <Saved by Blink>\nSnapshot-Content-Location: https://example.org/n\nSubject: Hola\n{RELATED}", Format.SAVED_PAGE),
        (f"From: <Saved by Blink>\nSubject: Hola\n{RELATED}Content-Location: https://example.org/n\n", Format.SAVED_PAGE),
        (f"{RELATED}Content-Location: file:///C:/n.htm\n", Format.SAVED_PAGE),
        (f"From: Ana <a@example.org>\nTo: b@example.org\n{RELATED}Content-Location: logo.png\n", Format.MAIL),
        (f"From: Ana <a@example.org>\nSubject: Hola\n{RELATED}", Format.MAIL),
        ("<?xml version='1.0'?><opml version='2.0'/>", Format.XML),
        ("<svg xmlns='http://www.w3.org/2000/svg'><path d=''/></svg>", Format.XML),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["noname", "a.bin", "index.pdf"])
def test_a_text_format_is_known_by_its_content(content, found, encoding, name):
    if (
        encoding == "utf-16" and found in {Format.MAIL, Format.SAVED_PAGE, Format.MAILBOX, Format.XML}
    ) or content.startswith("{"):
        encoding = "utf-8"  # which mail and JSON are, by RFC 5322 and 8259
    if encoding == "utf-8-sig" and found is Format.MAILBOX:
        encoding = "utf-8"
    assert detect(content.encode(encoding), name) is found


@pytest.mark.parametrize(
    ("content", "name", "media_type", "found"),
    [
        (TEXT, "a.md", "", Format.MARKDOWN),
        (TEXT, "folder/A.MARKDOWN", "", Format.MARKDOWN),
        (TEXT, "a", "text/markdown; charset=utf-8", Format.MARKDOWN),
        (TEXT, "a.html", "", Format.PLAIN_TEXT),
        ("3 September<br>A title", "a.html", "", Format.HTML),
        ("3 September<br>A title", "a", "text/html; charset=utf-8", Format.HTML),
        ("3 September<br>A title", "a.txt", "", Format.PLAIN_TEXT),
        (RSS, "index.html", "text/html", Format.FEED),
        ("<html>", "bulletin.doc", "application/msword", Format.HTML),
        ("<html>", "a.md", "", Format.HTML),
        (MESSAGE, "a.txt", "", Format.MAIL),
    ],
)
def test_a_name_or_media_type_decides_what_content_leaves_open(content, name, media_type, found):
    assert detect(content.encode(), name, media_type) is found


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (zipped("[Content_Types].xml", "word/document.xml"), Format.WORD),
        (zipped("_rels/.rels", "word/document2.xml"), Format.WORD),
        (zipped("_rels/.rels", "word/document.xml")[:120], Format.WORD),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), Format.EXCEL),
        (zipped("ppt/presentation.xml"), Format.POWERPOINT),
        (zipped("mimetype", "content.xml"), Format.OPEN_DOCUMENT),
        (zipped("mimetype", "META-INF/container.xml"), Format.BOOK),
        (zipped("bulletin.docx", "a.txt"), Format.ARCHIVE),
        (zipped(), Format.ARCHIVE),
        (b"PK\x03\x04 broken", Format.ARCHIVE),
        (OLE + "WordDocument".encode("utf-16-le"), Format.OLD_OFFICE),
        (OLE + "EncryptedPackage".encode("utf-16-le"), Format.LOCKED),
        (OLE + "__substg1.0_0037001F".encode("utf-16-le"), Format.OUTLOOK),
        (b"\x78\x9f\x3e\x22", Format.WINMAIL),
        (b"%PDF-1.7\n%\xe2\xe3", Format.PDF),
        (b"{\\rtf1\\ansi", Format.RICH_TEXT),
        (b"\x89PNG\r\n\x1a\n", Format.PICTURE),
        (b"\xff\xd8\xff\xe0", Format.PICTURE),
        (b"RIFF\x00\x00\x00\x00WEBP", Format.PICTURE),
        (b"RIFF\x00\x00\x00\x00WAVE", Format.RECORDING),
        (b"\x00\x00\x00\x20ftypheic", Format.PICTURE),
        (b"\x00\x00\x00\x20ftypisom", Format.RECORDING),
        (b"\x1f\x8b\x08", Format.ARCHIVE),
        (b"a.txt".ljust(257, b"\0") + b"ustar", Format.ARCHIVE),
        (b"MZ\x90\x00", Format.PROGRAM),
    ],
)
def test_other_files_are_known_by_their_bytes_whatever_their_name(data, found):
    assert detect(data, "bulletin.txt", "text/plain") is found


@pytest.mark.parametrize("found", Format)
def test_what_cannot_be_read_says_so_and_what_to_do(found):
    readable = {
        Format.PLAIN_TEXT, Format.MARKDOWN, Format.HTML, Format.WORD, Format.MAIL, Format.SAVED_PAGE, Format.FEED
    }  # fmt: skip
    reason = refusal(found)
    assert bool(reason) == (found not in readable)
    if reason:
        assert found.value in reason
        assert reason.startswith(("This is a ", "This is an "))
        assert reason.count(". ") >= 1
        assert reason.endswith(".")


@given(st.binary(), st.text(), st.text())
def test_any_bytes_are_something(data, name, media_type):
    assert detect(data, name, media_type) in Format
