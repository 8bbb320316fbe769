"""Word documents: what mammoth gives, pictures, and what is refused before mammoth sees it."""

import hashlib
import io
import struct
import zipfile
import zlib
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import manner

from feedsvc.bulletins.formats import media, word
from feedsvc.bulletins.formats.media import medium
from feedsvc.bulletins.formats.word import read_word
from feedsvc.errors import BulletinError
from feedsvc.model import Stated

SEPTEMBER = date(2017, 9, 3)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": OFFICE,
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    }.items()
)
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="png" ContentType="image/png"/></Types>'
)
STYLES = (
    f"<w:styles {SPACES}>"
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in {
            "Ttulo": "Title",
            "Ttulo1": "heading 1",
            "Ttulo2": "heading 2",
            "Cita": "Quote",
        }.items()
    )
    + "</w:styles>"
)
NUMBERING = (
    f'<w:numbering {SPACES}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>'
    '</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def zipped(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def relations(targets):
    rows = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
        for key, (kind, target, mode) in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


def docx(*body, targets=None, parts=None):
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": relations({"r1": ("officeDocument", "word/document.xml", "")}),
            "word/_rels/document.xml.rels": relations(targets or {}),
            "word/document.xml": f'<?xml version="1.0"?><w:document {SPACES}><w:body>{"".join(body)}</w:body></w:document>',
            "word/styles.xml": STYLES,
            "word/numbering.xml": NUMBERING,
            **(parts or {}),
        }
    )


def run(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs, style="", numbered=0):
    numbering = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{numbered}"/></w:numPr>' if numbered else ""
    look = f'<w:pStyle w:val="{style}"/>' if style else ""
    content = "".join(piece if piece.startswith("<") else run(piece) for piece in runs)
    return f"<w:p><w:pPr>{look}{numbering}</w:pPr>{content}</w:p>"


def picture(relation, alternative):
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{alternative}"/><a:graphic><a:graphicData><pic:pic>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r>"
    )


def only_draft(data, **fields):
    found = read_word(data, manner(**fields))
    assert found.problems == ()
    (draft,) = found.drafts
    return draft


def test_dates_bold_titles_and_texts_are_entries():
    found = read_word(
        docx(
            paragraph("BOLETÍN", style="Ttulo"),
            paragraph("3 de septiembre de 2017"),
            paragraph(),
            paragraph(run("Panamá ", "<w:b/>"), run("se prepara", "<w:b/>")),
            paragraph("Países: Panamá"),
            paragraph("Texto."),
            paragraph("22 August, 2017"),
            paragraph(run("Two", "<w:b/>")),
            paragraph("Text."),
        ),
        manner(),
    )
    assert [(draft.date, draft.title, draft.paragraphs) for draft in found.drafts] == [
        (SEPTEMBER, "Panamá se prepara", ("Texto.",)),
        (date(2017, 8, 22), "Two", ("Text.",)),
    ]
    assert found.drafts[0].stated == Stated(countries=("PA",))
    assert "“BOLETÍN”" in found.drafts[0].notes[0]
    assert [(draft.line, draft.last_line) for draft in found.drafts] == [(2, 6), (7, 9)]  # in paragraphs
    assert found.problems == ()


def test_headings_lists_links_and_tables_survive():
    cell = "<w:tc>{}</w:tc>".format
    draft = only_draft(
        docx(
            paragraph("Title", style="Ttulo1"),
            paragraph("3 September 2017"),
            paragraph(
                "See ",
                '<w:hyperlink r:id="r1"><w:r><w:t>this</w:t></w:r></w:hyperlink>',
                run(" now", "<w:i/>"),
            ),
            paragraph("Part", style="Ttulo2"),
            paragraph("a", numbered=1),
            paragraph("b", numbered=1),
            paragraph("c", numbered=2),
            paragraph("q", style="Cita"),
            f"<w:tbl><w:tr>{cell(paragraph('d'))}{cell(paragraph('e'))}</w:tr></w:tbl>",
            '<w:p><w:bookmarkStart w:id="1" w:name="feedsvc-line-99"/><w:r><w:t>one</w:t><w:br/><w:t>two</w:t></w:r></w:p>',
            "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>",
            targets={"r1": ("hyperlink", "https://a.org/?b=1&amp;c=2", ' TargetMode="External"')},
        )
    )
    assert draft.html == (
        '<p>See <a href="https://a.org/?b=1&amp;c=2">this</a> <em>now</em></p>\n<h3>Part</h3>\n'
        "<ul><li>a</li><li>b</li></ul>\n<ol><li>c</li></ol>\n<blockquote><p>q</p></blockquote>\n"
        "<table><tbody><tr><td><p>d</p></td><td><p>e</p></td></tr></tbody></table>\n<p>one<br>two</p>\n<p>new</p>"
    )
    assert draft.paragraphs == (
        "See this now",
        "Part",
        "- a",
        "- b",
        "1. c",
        "q",
        "d | e",
        "one",
        "two",
        "new",
    )
    assert draft.last_line == 12


def test_notes_stand_under_the_paragraph_that_refers_to_them():
    def reference(number):
        return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'

    note = '<w:footnote w:id="{}"><w:p><w:r><w:footnoteRef/></w:r>{}</w:p></w:footnote>'.format
    found = read_word(
        docx(
            paragraph("One", style="Ttulo1"), paragraph("a", reference(4), "."), paragraph("b"),
            paragraph("Two", style="Ttulo1"), paragraph("c", reference(2)),
            parts={"word/footnotes.xml": f"<w:footnotes {SPACES}>{note(2, run(' Source c'))}{note(4, run(' Source a') + reference(4))}</w:footnotes>"},
        ),
        manner(),
    )  # fmt: skip
    assert [draft.paragraphs for draft in found.drafts] == [
        ("a[1].", "[1] Source a[1]", "b"),
        ("c[2]", "[2] Source c"),
    ]
    assert found.drafts[0].html.startswith("<p>a<sup>[1]</sup>.</p>")


class TestPictures:
    def document(self, *pictures, title="Title"):
        targets = {f"i{index}": ("image", f"media/{index}.png", "") for index in range(len(pictures))}
        parts = {f"word/media/{index}.png": data for index, data in enumerate(pictures) if data is not None}
        shown = [paragraph(picture(f"i{index}", f"Map {index}")) for index in range(len(pictures))]
        return docx(
            paragraph(title, style="Ttulo1"), paragraph("Text."), *shown, targets=targets, parts=parts
        )

    def test_they_come_with_the_draft_that_shows_them(self):
        draft = only_draft(self.document(PNG))
        (found,) = draft.media
        assert (found.name, found.media_type, found.data) == (
            f"{hashlib.sha256(PNG).hexdigest()[:32]}.png", "image/png", PNG,
        )  # fmt: skip
        assert draft.html == f'<p>Text.</p>\n<p><img src="{found.path}" alt="Map 0"></p>'
        assert draft.paragraphs == ("Text.", "[Map 0]")

    def test_each_draft_has_its_own(self):
        other = PNG + b"x"
        targets = {"i0": ("image", "media/0.png", ""), "i1": ("image", "media/1.png", "")}
        data = docx(
            paragraph("One", style="Ttulo1"), paragraph(picture("i0", "")), paragraph("Two", style="Ttulo1"),
            paragraph(picture("i1", "")), targets=targets, parts={"word/media/0.png": PNG, "word/media/1.png": other},
        )  # fmt: skip
        found = read_word(data, manner())
        assert [[it.data for it in draft.media] for draft in found.drafts] == [[PNG], [other]]

    def test_a_document_from_the_web_shows_them_from_the_site(self):
        assert 'src="/media/' in only_draft(self.document(PNG), address="https://a.org/b.docx").html

    @pytest.mark.parametrize("data", [b"<svg/>", b"\x01\x00\x00\x00EMF", PNG + bytes(media.LARGEST), None])
    def test_of_those_that_can_not_be_shown_the_alternative_text_stays(self, data):
        draft = only_draft(self.document(data))
        assert (draft.media, draft.paragraphs) == ((), ("Text.", "Map 0"))

    def test_so_it_does_of_too_many(self):
        draft = only_draft(self.document(*(PNG + bytes([index]) for index in range(media.MOST + 2))))
        assert len(draft.media) == media.MOST
        assert draft.paragraphs[-3:] == ("[Map 29]", "Map 30", "Map 31")

    @pytest.mark.parametrize(
        ("data", "extension"),
        [(PNG, "png"), (b"\xff\xd8\xff\xe0x", "jpg"), (b"GIF89ax", "gif"), (b"GIF87ax", "gif"),
         (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"), (b"RIFF\x00\x00\x00\x00WAVE", None), (b"BM", None), (b"", None),
         (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None)],
    )  # fmt: skip
    def test_they_are_known_by_their_bytes(self, data, extension):
        found = medium(data)
        assert (found.name.split(".")[1] if found else None) == extension


def bomb():
    """A part that says it is small and unpacks to more."""
    data = bytearray(zipped({"word/document.xml": "<w/>" + " " * 50_000_000}))
    size = struct.pack("<I", 50_000_004)
    return bytes(data.replace(size, struct.pack("<I", 100)))


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + f"]><w:document {SPACES}><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
)
EXTERNAL = f'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document {SPACES}><w:body>&a;</w:body></w:document>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "has a password"),
        (b"PK\x03\x04 and no more", "is broken"),
        (docx(paragraph("x"))[:-30], "is broken"),
        (docx(paragraph("x")).replace(b"PK\x01\x02", b"PK\x01\x03"), "is broken"),
        (zipped({"a.txt": "x"}), "is broken"),
        (docx("<w:p>"), "is broken"),
        (docx(paragraph('<w:r><w:footnoteReference w:id="7"/></w:r>')), "is broken"),
        (docx(parts={"word/document.xml": ENTITIES}), "Word doesn't write"),
        (docx(parts={"word/document.xml": EXTERNAL}), "Word doesn't write"),
        (docx(parts={"word/document.xml": ENTITIES.encode("utf-16")}), "Word doesn't write"),
        (docx(parts={"word/styles.xml": ENTITIES}), "Word doesn't write"),
        (docx("<w:sdt><w:sdtContent>" * 100 + "</w:sdtContent></w:sdt>" * 100), "Word doesn't write"),
        (docx("<w:p/>" * (word.SHAPES + 1)), "more than a bulletin has"),
        (docx(paragraph("x" * word.MARKUP)), "more than a bulletin has"),
        (docx("<w:x/>" * (word.ELEMENTS + 1)), "more than a bulletin has"),
        (docx(parts={f"x{index}": "" for index in range(word.PARTS)}), "more than a bulletin has"),
        (docx(parts={"word/media/x.bin": bytes(word.UNPACKED)}), "more than a bulletin has"),
        (bomb(), "is broken"),
    ],
)  # fmt: skip
def test_what_word_does_not_write_is_refused_in_a_sentence(data, reason):
    with pytest.raises(BulletinError, match=reason):
        read_word(data, manner())


def test_parts_with_a_password_are_refused():
    data = bytearray(docx(paragraph("x")))
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(sign)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(sign, at + 4)
    with pytest.raises(BulletinError, match="has a password"):
        read_word(bytes(data), manner())


def test_macros_and_what_is_linked_are_left_alone():
    data = docx(
        paragraph("Title", style="Ttulo1"), paragraph("Text.", picture("i0", "x")),
        targets={"i0": ("image", "file:///etc/passwd", ' TargetMode="External"')},
        parts={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0macro", "mammoth/style-map": "p => script"},
    )  # fmt: skip
    assert only_draft(data).html == ""


@given(st.binary(max_size=200), st.integers(0, 3_000), st.integers(0, 60))
def test_any_damage_is_answered(noise, at, cut):
    data = docx(paragraph("3 September, 2017"), paragraph("Title"), paragraph("Text."))
    with suppress(BulletinError):
        read_word(data[:at] + noise + data[at + cut :], manner())


@given(st.binary(max_size=300))
def test_any_part_is_answered(part):
    with suppress(BulletinError):
        read_word(docx(parts={"word/document.xml": part, "word/styles.xml": zlib.compress(part)}), manner())
