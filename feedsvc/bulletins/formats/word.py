"""Word documents (.docx): headings, bold titles, lists, links, tables and pictures, by way of mammoth.

A document is a zip file of XML. Before mammoth sees one, its parts are looked through: nothing that unpacks to
more than a document has, no document type declarations (they are what XML bombs are made of), no depth that only a
program makes. Macros, comments and what was deleted are not read. A paragraph's number stands for its line.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

import mammoth
from mammoth import documents

from feedsvc.bulletins.formats.media import Pictures
from feedsvc.bulletins.formats.rich_documents import read_rich_text
from feedsvc.errors import BulletinError

if TYPE_CHECKING:
    from feedsvc.bulletins.manner import Manner
    from feedsvc.model import Reading

# What the parts of a document may have in all: their number, their size in bytes, that of those in XML, their elements,
# and of these the ones that hold text or make its shape, which cost mammoth up to a tenth of a millisecond each. A
# hundred pages have some 10,000 of them.
PARTS = 2_000
UNPACKED = 50_000_000
MARKUP = 8_000_000
ELEMENTS = 100_000
SHAPES = 30_000
_SHAPES = frozenset({"p", "r", "t", "br", "tab", "tc", "tr", "bookmarkStart", "hyperlink"})
# How deep elements may stand in each other: tables in tables in text boxes come to 40.
DEPTH = 60

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
"""
# Bookmarks are what mammoth carries through to HTML: the document's own are taken out, these put in.
_BOOKMARK = "feedsvc-line-"
_LINE = re.compile(rf'<a id="{_BOOKMARK}(\d+)"></a>')
_SUPERSCRIPT = documents.VerticalAlignment.superscript
_LOCKED = "This Word document has a password. Save it without one."
_BROKEN = "This Word document is broken. Open it in Word, and save it again."
_LARGE = "This Word document unpacks to more than a bulletin has. Split it into smaller files."
_ODD = "This Word document holds XML that Word doesn't write, so it was not read. Open it in Word, and save it again."


def read_word(data: bytes, manner: Manner) -> Reading:
    """Read a Word document. Its pictures come with the drafts that show them.

    Raises BulletinError for one that has a password, is broken, or unpacks to more than a bulletin has.
    """
    if data.startswith(_OLE):
        raise BulletinError(_LOCKED)
    _look_through(data)
    pictures = Pictures()
    html = _html(data, pictures)
    # A document has no address: what is relative in it leads nowhere, and /media/ is the site's.
    return read_rich_text(html, replace(manner, address=""), pictures=pictures)


# --- before mammoth -----------------------------------------------------------------


def _look_through(data: bytes) -> None:
    """Refuse what would not be read in good time, by what the parts say of themselves and what is in them."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as document:
            parts = document.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise BulletinError(_LARGE)
            if any(part.flag_bits & 1 for part in parts):
                raise BulletinError(_LOCKED)
            count = _Count()
            for part in parts:
                count.add(document.read(part))  # never more than the size it says
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error) as error:
        raise BulletinError(_BROKEN) from error


class _Count:
    """Counts what is in the parts in XML, and refuses what Word doesn't write, or not in a bulletin."""

    def __init__(self) -> None:
        self._bytes = self._elements = self._shapes = self._depth = 0

    def add(self, part: bytes) -> None:
        """Count the elements of a part up to where it is no XML: mammoth stops there, too."""
        self._depth = 0
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartDoctypeDeclHandler = self._declaration
        with suppress(expat.ExpatError):
            parser.Parse(part, True)
        self._bytes += parser.CurrentByteIndex
        if self._bytes > MARKUP:
            raise BulletinError(_LARGE)

    def _start(self, name: str, _attributes: object) -> None:
        self._elements += 1
        self._shapes += name.rpartition(":")[2] in _SHAPES
        self._depth += 1
        if self._elements > ELEMENTS or self._shapes > SHAPES:
            raise BulletinError(_LARGE)
        if self._depth > DEPTH:
            raise BulletinError(_ODD)

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _declaration(self, *_: object) -> None:
        raise BulletinError(_ODD)


# --- mammoth ------------------------------------------------------------------------


def _html(data: bytes, pictures: Pictures) -> str:
    def attributes(image: Any) -> dict[str, str]:  # noqa: ANN401 (mammoth has no types)
        """Give the address of a picture; without one its alternative text stays."""
        try:
            with image.open() as file:
                return {"src": pictures.add(file.read())}
        except (KeyError, OSError):  # named in the document, but not in it
            return {}

    try:
        result = mammoth.convert_to_html(
            BytesIO(data),
            style_map=_STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=mammoth.images.img_element(attributes),
            transform_document=_Preparation().document,
        )
    except Exception as error:
        # mammoth takes documents to be as Word writes them, and says what isn't in whatever exception comes of it.
        raise BulletinError(_BROKEN) from error
    html: str = result.value
    return _LINE.sub(r'<i data-line="\1"></i>', html)


class _Preparation:
    """Puts the number of each paragraph at its beginning, and each note under the paragraph that refers to it.

    Notes would stand at the end of the document otherwise, and so in its last entry.
    """

    def __init__(self) -> None:
        self._paragraphs = 0
        self._notes: Any = None
        self._numbers: dict[tuple[str, str], int] = {}  # of the notes that have been referred to
        self._waiting: list[Any] = []

    def document(self, document: Any) -> Any:  # noqa: ANN401 (mammoth has no types)
        """Give the document as it is to be converted."""
        self._notes = document.notes
        children = []
        for child in document.children:
            children.append(self._visit(child))
            while self._waiting:
                children += self._note(self._waiting.pop(0))
        return document.copy(children=children)

    def _visit(self, element: Any) -> Any:  # noqa: ANN401
        if isinstance(element, documents.NoteReference):
            return documents.run(
                [documents.text(f"[{self._number(element)}]")], vertical_alignment=_SUPERSCRIPT
            )
        if not isinstance(element, documents.HasChildren):
            return element
        mark = []
        if isinstance(element, documents.Paragraph):
            self._paragraphs += 1
            mark = [documents.bookmark(f"{_BOOKMARK}{self._paragraphs}")]
        children = [
            self._visit(child) for child in element.children if not isinstance(child, documents.Bookmark)
        ]
        return element.copy(children=[*mark, *children])

    def _number(self, reference: Any) -> int:  # noqa: ANN401
        key = (reference.note_type, reference.note_id)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self._waiting.append(reference)
        return self._numbers[key]

    def _note(self, reference: Any) -> list[Any]:  # noqa: ANN401
        number = documents.run([documents.text(f"[{self._number(reference)}] ")])
        first, *others = [self._visit(part) for part in self._notes.resolve(reference).body] or [
            documents.paragraph([])
        ]
        return [first.copy(children=[number, *first.children]), *others]
