"""What a bulletin is, by its content.

People save feeds as `index.html`, web pages as `.doc` and Word documents without any ending: a name or a media type
only decides what the content leaves open, which is whether text is plain, Markdown or a piece of HTML.
"""

from __future__ import annotations

import codecs
import re
import zipfile
from enum import StrEnum
from io import BytesIO
from itertools import islice
from pathlib import PurePosixPath

from feedsvc.bulletins.decoding import beginning
from feedsvc.bulletins.formats.markdown import looks_like_markdown


class Format(StrEnum):
    """A format, by what a person calls it. Those from `PDF` on can't be read; `refusal` says why."""

    PLAIN_TEXT = "plain text"
    MARKDOWN = "Markdown"
    HTML = "HTML"
    WORD = "Word document (.docx)"
    MAIL = "e-mail message (.eml)"
    SAVED_PAGE = "saved web page (.mhtml)"
    FEED = "feed"

    PDF = "PDF document"
    RICH_TEXT = "rich text document (.rtf)"
    OLD_OFFICE = "document of an older Microsoft Office (such as .doc)"
    LOCKED = "Microsoft Office document with a password"
    OUTLOOK = "message in Outlook's own format (.msg)"
    WINMAIL = "message packed in Outlook's own way (winmail.dat)"
    OPEN_DOCUMENT = "OpenDocument text (.odt)"
    EXCEL = "Excel workbook (.xlsx)"
    POWERPOINT = "PowerPoint presentation (.pptx)"
    OPEN_OFFICE = "OpenDocument spreadsheet or presentation"
    BOOK = "electronic book (.epub)"
    PICTURE = "picture"
    RECORDING = "film or sound recording"
    ARCHIVE = "archive or compressed file"
    MAILBOX = "mailbox of several messages"
    XML = "XML file that is no feed"
    PROGRAM = "program"

    @property
    def article(self) -> str:
        """The word before its name."""
        return "an" if self.value[0] in "aeiouEXO" else "a"


_WORD = "Save it as a Word document (.docx) or as plain text, and put that in its place."
_REMEDIES = {
    Format.PDF: "Use the document the PDF was made from, as a Word document (.docx) or as plain text.",
    Format.RICH_TEXT: _WORD,
    Format.OLD_OFFICE: _WORD,
    Format.LOCKED: "Save it without its password.",
    Format.OUTLOOK: "Save the message as .eml, or its text as plain text.",
    Format.WINMAIL: "Ask the sender to send it again as HTML or as plain text.",
    Format.OPEN_DOCUMENT: _WORD,
    Format.EXCEL: "Put its text into a Word document (.docx).",
    Format.POWERPOINT: "Put its text into a Word document (.docx).",
    Format.OPEN_OFFICE: "Put its text into a Word document (.docx).",
    Format.BOOK: "Save its text as plain text.",
    Format.PICTURE: "Write the text that it shows as plain text or in a Word document (.docx).",
    Format.RECORDING: "Write what it says as plain text or in a Word document (.docx).",
    Format.ARCHIVE: "Unpack it, and put the documents that are in it in its place.",
    Format.MAILBOX: "Save each message on its own, as .eml.",
    Format.XML: "Save the document that it was made from as a Word document (.docx) or as plain text.",
    Format.PROGRAM: "Remove it.",
}

# Where in a file which bytes stand.
_SIGNATURES = (
    (0, b"%PDF-", Format.PDF),
    (0, b"{\\rtf", Format.RICH_TEXT),
    (0, b"\x89PNG\r\n\x1a\n", Format.PICTURE),
    (0, b"\xff\xd8\xff", Format.PICTURE),
    (0, b"GIF87a", Format.PICTURE),
    (0, b"GIF89a", Format.PICTURE),
    (0, b"II*\x00", Format.PICTURE),
    (0, b"MM\x00*", Format.PICTURE),
    (0, b"8BPS", Format.PICTURE),
    (0, b"\x00\x00\x01\x00", Format.PICTURE),
    (6, bytes(4) + b"\x36\x00\x00\x00", Format.PICTURE),  # BMP
    (8, b"WEBP", Format.PICTURE),
    (4, b"ftyphei", Format.PICTURE),
    (4, b"ftypmif1", Format.PICTURE),
    (4, b"ftypavif", Format.PICTURE),
    (4, b"ftyp", Format.RECORDING),
    (0, b"RIFF", Format.RECORDING),
    (0, b"OggS", Format.RECORDING),
    (0, b"ID3\x03", Format.RECORDING),
    (0, b"ID3\x04", Format.RECORDING),
    (0, b"fLaC", Format.RECORDING),
    (0, b"\x1a\x45\xdf\xa3", Format.RECORDING),
    (0, b"\x1f\x8b", Format.ARCHIVE),
    (0, b"BZh9", Format.ARCHIVE),
    (0, b"Rar!\x1a\x07", Format.ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", Format.ARCHIVE),
    (0, b"\xfd7zXZ\x00", Format.ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", Format.ARCHIVE),
    (0, b"MSCF\x00", Format.ARCHIVE),
    (0, b"PK\x05\x06", Format.ARCHIVE),
    (257, b"ustar", Format.ARCHIVE),
    (0, b"\x78\x9f\x3e\x22", Format.WINMAIL),
    (0, b"MZ\x90\x00", Format.PROGRAM),
    (0, b"\x7fELF", Format.PROGRAM),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("EncryptedPackage".encode("utf-16-le"), Format.LOCKED),
    ("__substg1.0_".encode("utf-16-le"), Format.OUTLOOK),
)
# By the beginning of a member's name, the telling ones first.
_ZIPPED = (
    ("word/", Format.WORD),
    ("xl/", Format.EXCEL),
    ("ppt/", Format.POWERPOINT),
    ("META-INF/container.xml", Format.BOOK),
)
# How many members an archive may have whose names are looked at; documents have dozens.
_MEMBERS = 10_000

# How many characters are looked at.
_HEAD = 16_000
# What may stand before the first element: white space, declarations, comments.
_PROLOGUE = re.compile(
    r"(?:\s++|<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->"
    r"|<!(?!doctype\s+html)[^>\[]*+(?:\[[^\]]*+\]\s*+)?>)*+",
    re.IGNORECASE,
)
_FEED_ROOT = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
# A feed under a program's warnings.
_FEED_WITHIN = re.compile(
    r"<rss\s[^>]{0,2000}?version|<feed\s[^>]{0,2000}?http://www\.w3\.org/2005/Atom|<rdf:RDF\s", re.IGNORECASE
)
_HTML_WITHIN = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_HTML_ELEMENT = re.compile(
    r"</?(?:a|abbr|address|article|aside|b|base|big|blockquote|br|center|dd|div|dl|dt|em|figure|font|footer|form|h[1-6]"
    r"|header|hr|i|img|li|link|main|meta|nav|ol|p|pre|script|section|small|span|strong|style|sub|sup|table|tbody|td|th"
    r"|thead|title|tr|u|ul)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_ELEMENT = re.compile(r"<([a-z][\w:.-]{0,60})(?:\s[^<>]{0,2000})?>", re.IGNORECASE)
_JSON_FEED = re.compile(
    rb'"version"\s{0,99}:\s{0,99}"https?:\\?/\\?/(?:www\.)?jsonfeed\.org|"items"\s{0,99}:\s{0,99}\['
)

_FIELD = re.compile(r"([\w-]{2,60}):(?:[ \t].*)?|[ \t].*")
# A message has one of the first, and a second of either.
_SENT = frozenset({"from", "received", "return-path", "delivered-to", "message-id", "mime-version", "sender"})
_ADDRESSED = frozenset({"to", "subject", "date", "content-type", "cc", "bcc", "reply-to"})
# A message that was sent has one of these; a page that a browser saved as a message has none.
_CARRIED = frozenset({"to", "cc", "bcc", "received", "return-path", "delivered-to", "message-id"})
_SNAPSHOT = "snapshot-content-location"
_RELATED = re.compile(r"^content-type:\s{0,99}multipart/related", re.IGNORECASE | re.MULTILINE)
_LOCATED = re.compile(r"^content-location:", re.IGNORECASE | re.MULTILINE)
# The line a mailbox puts before each message (RFC 4155).
_ENVELOPE = re.compile(
    rb"(?:\A|\n\r?\n)From [^\s]{1,320} [^\n]{0,60}\d{4}(?:\s[+-]\d{4})?\s{0,2}\r?\n(?=[\w-]{2,60}:)"
)

_MARKDOWN_NAMES = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mkdn"})
_HTML_NAMES = frozenset({".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".aspx", ".jsp"})
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})


def detect(data: bytes, name: str, media_type: str = "") -> Format:
    """Tell what a bulletin is by its bytes; its name or media type where they leave that open."""
    data = data.removeprefix(codecs.BOM_UTF8)
    if found := _binary(data):
        return found
    head = beginning(data, _HEAD)
    media_type = media_type.partition(";")[0].strip().lower()
    return (
        _mail(head, data)
        or _markup(head, data)
        or _written(head, PurePosixPath(name).suffix.lower(), media_type)
    )


def refusal(found: Format) -> str:
    """Say why a format can't be read, and what to do; empty: it can."""
    remedy = _REMEDIES.get(found)
    return f"This is {found.article} {found.value}, which can't be read. {remedy}" if remedy else ""


def _binary(data: bytes) -> Format | None:
    """Tell a format by the bytes it begins with."""
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if data.startswith(_OLE):
        return next((found for stream, found in _OLE_STREAMS if stream in data), Format.OLD_OFFICE)
    return next((found for place, signature, found in _SIGNATURES if data.startswith(signature, place)), None)


def _zipped(data: bytes) -> Format:
    """Tell what kind of document an archive is by the names in it; one that is cut off by what stands in its bytes."""
    if data.count(b"PK\x01\x02") > _MEMBERS:
        return Format.ARCHIVE
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = [name.replace("\\", "/") for name in archive.namelist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError):
        names = ["word/"] if b"word/document" in data else []
    for start, found in _ZIPPED:
        if any(name.startswith(start) for name in names):
            return found
    # OpenDocument, part 2, section 3.3: its type is the first member, and not compressed.
    if data[30:77].startswith(b"mimetypeapplication/vnd.oasis.opendocument."):
        return Format.OPEN_DOCUMENT if data[73:77] == b"text" else Format.OPEN_OFFICE
    return Format.ARCHIVE


def _mail(head: str, data: bytes) -> Format | None:
    """Tell a message by the header fields it begins with (RFC 5322, section 2.2)."""
    envelopes = len(list(islice(_ENVELOPE.finditer(data), 2))) if data.startswith(b"From ") else 0
    if envelopes > 1:
        return Format.MAILBOX
    lines = head.lstrip("\r\n").splitlines()
    names = set()
    for line in lines[1:] if envelopes else lines:
        field = _FIELD.fullmatch(line)
        if not field:
            break
        if field[1]:
            names.add(field[1].lower())
    if not names & _SENT or len(names & (_SENT | _ADDRESSED)) < 2:
        return None
    return Format.SAVED_PAGE if _is_saved_page(head, names) else Format.MAIL


def _is_saved_page(head: str, names: set[str]) -> bool:
    """Tell a page with its pictures (RFC 2557) from a message with them: by its address, and that nobody sent it."""
    if not _RELATED.search(head):
        return False
    return _SNAPSHOT in names or (names.isdisjoint(_CARRIED) and bool(_LOCATED.search(head)))


def _markup(head: str, data: bytes) -> Format | None:
    """Tell markup by its first element."""
    start = _PROLOGUE.match(head)
    content = head[start.end() :] if start else head
    if content.startswith("{") and _JSON_FEED.search(data):
        return Format.FEED
    if _FEED_ROOT.match(content):
        return Format.FEED
    within, page = _FEED_WITHIN.search(content), _HTML_WITHIN.search(content)
    if within and not (page and page.start() < within.start()):
        return Format.FEED
    if page or _HTML_ELEMENT.match(content):
        return Format.HTML
    root = _ELEMENT.match(content)
    is_xml = head.lstrip().startswith("<?xml") or (root and f"</{root[1]}".encode() in data)
    return Format.XML if is_xml else None


def _written(head: str, ending: str, media_type: str) -> Format:
    """Tell apart what people write in an editor, with the help of its name."""
    if (ending in _HTML_NAMES or media_type in _HTML_TYPES) and _HTML_ELEMENT.search(head):
        return Format.HTML
    if ending in _MARKDOWN_NAMES or media_type == "text/markdown" or looks_like_markdown(head):
        return Format.MARKDOWN
    return Format.PLAIN_TEXT
