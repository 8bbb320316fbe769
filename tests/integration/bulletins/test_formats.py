"""Every format comes in through the one door; what can't be read is one problem that says what to do."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import manner

from feedsvc.bulletins import read
from feedsvc.model import Source

TEXT = "3 de septiembre de 2017\n\nMigración y niñez\n\nUn párrafo.\n"
RSS = (
    '<rss version="2.0"><channel><item><title>Migración y niñez</title><pubDate>Sun, 03 Sep 2017 08:00:00 -0600'
    "</pubDate><description>Un párrafo.</description></item></channel></rss>"
)


def docx(*paragraphs):
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    names = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r" Target="word/document.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
        "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in names.items():
            archive.writestr(name, text)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("cp1252"),
        TEXT.encode("mac_roman"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode().decode("cp1252").encode(),
        "# Migración y niñez\n\n3 de septiembre de 2017\n\nUn párrafo.\n".encode(),
        "<html><body><p>3 de septiembre de 2017</p><p><b>Migración y niñez</b></p><p>Un párrafo.</p></body></html>".encode(),
        '<meta charset="iso-8859-1"><p>3 de septiembre de 2017<p><b>Migración y niñez</b><p>Un párrafo.'.encode("latin-1"),
        RSS.encode(),
        f"\n\n\ufeff{RSS}".encode(),
        "From: a@example.org\nDate: Sun, 3 Sep 2017 08:00:00 -0600\nSubject: Fwd: Migración y niñez\n\nUn párrafo.\n".encode(),
        docx("3 de septiembre de 2017", "Migración y niñez", "Un párrafo."),
    ],
    ids=["text", "Windows", "Macintosh", "UTF-16", "UTF-16 without mark", "encoded twice", "Markdown", "HTML", "old HTML", "RSS", "RSS after blanks", "mail", "Word"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["noname", "boletin.txt", "index.html"])
def test_one_entry_is_read_from_every_format_whatever_its_name(data, name):
    found = read(data, manner(bulletin=name))
    assert found.problems == ()
    (draft,) = found.drafts
    assert (draft.title, str(draft.date), draft.text) == ("Migración y niñez", "2017-09-03", "Un párrafo.")


@pytest.mark.parametrize(
    ("stray", "read_as"),
    [(b"\xed\xa0\x80", "\ufffd"), (b"ni\xf1ez", "niñez"), (b"\xe2\x80", "\ufffd")],
    ids=str,
)
def test_a_stray_byte_costs_no_other_entry(stray, read_as):
    titles = ["مرحبا Panama", "日本語 Honduras", "Café y niñez", "STRAY"]
    text = "".join(f"3 de septiembre de 2017\n\n{title}\n\nUn párrafo.\n\n" for title in titles)
    found = read(text.encode().replace(b"STRAY", b"Un " + stray), manner())
    assert found.problems == ()
    assert [draft.title for draft in found.drafts] == [*titles[:3], f"Un {read_as}"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"{\\rtf1", "rich text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older Microsoft Office"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\x1f\x8b\x08", "archive"),
        (docx("x")[:300], "Word"),
        (bytes(range(256)) * 10, "no text"),
        (b"<?xml version='1.0'?><opml/>", "XML"),
    ],
)
def test_what_cannot_be_read_is_one_problem_of_the_whole_file(data, reason):
    found = read(data, manner(bulletin="a.txt"))
    assert found.drafts == ()
    (problem,) = found.problems
    assert (problem.source, problem.bulletin, problem.line) == ("mesoamerica", "a.txt", 0)
    assert reason in problem.reason
    assert problem.reason.endswith(".")


def test_a_bulletin_larger_than_its_source_allows_is_refused_unread():
    (problem,) = read(b"x" * 1001, manner(size_limit=1000)).problems
    assert "larger than 0.001 MB" in problem.reason


def test_an_empty_file_and_a_page_without_entries_are_no_mistake():
    page = b"<html><body><nav><a href=/>x</a></nav><header>x</header><main><p>No news.</p></main><footer>x</footer>"
    for data in (b"", b"\n \n", b"\xef\xbb\xbf", page):
        found = read(data, manner(bulletin="index.html"))
        assert (found.drafts, found.problems) == ((), ())


SIGNS = [
    TEXT,
    RSS,
    "<html>",
    "<table>",
    "<li>",
    "<rss>",
    "From: a@b\nTo: c\n\n",
    "---\n",
    "# x\n",
    "{",
    '"items": [',
    "]}",
]


@given(
    st.lists(st.sampled_from(SIGNS) | st.text(max_size=5), max_size=6),
    st.sampled_from(["a.txt", "a.md", "a.html"]),
)
def test_no_text_is_too_odd_to_be_read_or_named_as_a_problem(pieces, name):
    found = read("".join(pieces).encode("utf-8", "replace"), manner(bulletin=name))
    assert not any("taken for" in problem.reason for problem in found.problems)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"<html>", b"<rss>", b"From: a@b\nTo: c\n\n"]),
)
def test_no_bytes_are_too_odd_to_be_read_or_named_as_a_problem(data, start):
    found = read(start + data, manner(bulletin="a"))
    assert not any("taken for" in problem.reason for problem in found.problems)


SAVED = """From: <Saved by Blink>
{where}Subject: Panama holds workshop
Date: Sun, 3 Sep 2017 10:00:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="--b"

----b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable
Content-Location: {part}

<html><body><nav><a href=3D'/'>Home</a></nav><main><h1>Taller en Panam=C3=A1</h1><time>3 September 2017</time><p>{text}</p><p><a href=3D'/informe'>Informe</a></p></main></body></html>
----b
Content-Type: image/png
Content-Location: https://office.example.org/logo.png

x
----b--
"""  # fmt: skip


@pytest.mark.parametrize(("url", "titles"), [(None, ["Centro en Tapachula"]), ("https://example.org/", [])])
def test_a_page_in_a_folder_may_be_short_one_on_the_web_may_be_a_notice(url, titles):
    page = (
        "<!doctype html><html><head><title>Centro en Tapachula</title></head><body><nav><a href='/'>Inicio</a></nav>"
        "<article><h1>Centro en Tapachula</h1><time datetime='2025-10-15'>15 de octubre de 2025</time>"
        "<p>La oficina abrió un centro para 300 personas.</p></article></body></html>"
    )
    found = read(page.encode(), manner(source=Source(name="mesoamerica", url=url), bulletin="page.html"))
    assert [draft.title for draft in found.drafts] == titles


@pytest.mark.parametrize(
    ("where", "part", "link"),
    [
        ("Snapshot-Content-Location: https://office.example.org/n/1\n", "cid:a", "https://office.example.org/n/1"),
        ("", "https://office.example.org/n/1", "https://office.example.org/n/1"),
        ("", "file:///C:/n.htm", None),
    ],
)  # fmt: skip
def test_a_page_that_a_browser_saved_in_one_file_is_read_as_that_page(where, part, link):
    text = "The workshop took place in the capital with forty people. " * 5
    found = read(SAVED.format(where=where, part=part, text=text).encode(), manner())
    (draft,) = found.drafts
    assert (draft.title, str(draft.date), draft.link) == ("Taller en Panamá", "2017-09-03", link)
    assert ("https://office.example.org/informe" in draft.html) == bool(link)
    assert found.problems == ()


def test_a_saved_page_without_html_says_so():
    data = SAVED.format(where="", part="https://a.example.org/", text="").replace(
        "text/html; charset", "text/css; charset"
    )
    assert "no text" in read(data.encode(), manner()).problems[0].reason


def test_what_stands_too_deep_to_be_read_is_not_passed_over_in_silence():
    found = read(
        b"- " * 60 + b"a\n\n## Walk\n\n" + b"- " * 60 + b"[b](https://example.org)\n", manner(bulletin="a.md")
    )
    assert found.drafts or found.problems
    found = read(b"---\ntags: [a]\n---\n" + b"- " * 60 + b"some words\n", manner(bulletin="a.md"))
    assert found.drafts or found.problems
