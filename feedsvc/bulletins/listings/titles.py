"""What on a page may be the title of an entry: a heading, a link, or bold text on lines of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedsvc.bulletins.content import clean
from feedsvc.bulletins.listings.dates import EntryDate, Kind

if TYPE_CHECKING:
    from feedsvc.bulletins.listings.dates import Dates
    from feedsvc.bulletins.listings.page import Node, Page, Span

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BOLD = frozenset({"b", "strong", "font", "dt"})
# How many elements may stand around a title within its entry.
HEIGHT = 25
# What leads on to a text, or is there to be pressed; never a title.
_ONWARD = (
    r"(?:leer?|ver|saber|conocer?|seguir|sigue|continuar|continúe) (?:m[áa]s|leyendo|lectura|nota|tod[ao]s?)\b.{0,80}",
    r"más (?:información|detalles|noticias)",
    r"(?:read|learn|see|view|find out|know) (?:more|all|the full|full)\b.{0,80}",
    r"continue reading\b.{0,80}",
    r"(?:back to|volver|ir) (?:the |a |al )?(?:top|arriba|inicio)",
    r"more|más|details?|detalles|download|descargar",
    r"(?:comp[áa]rte(?:lo|la)?|share)(?: (?:est[aeo]|en|this|on))?(?: \w{1,20}){0,2} ?:?",
    r"(?:share|compartir|tweet|print|imprimir)\b.{0,40}",
    r"(?:no (?:hay )?|\d+ |leave a |deja un )?(?:comments?|comentarios?)",
)
MORE = re.compile(rf"\W{{0,5}}(?:{'|'.join(_ONWARD)})\W{{0,5}}", re.IGNORECASE)
# What joins a title to the date beside it.
_JOINTS = " \t|·•\u2013\u2014-:,()[]/"
_BYLINE = re.compile(r"(?:by|por|autor|author)\b[: ]", re.IGNORECASE)
_WRITTEN_BY = re.compile(
    r"(?:(?:escrit[oa]|publicad[oa]|posted|written|published) (?:por|by)\b|(?:autor(?:a|es)?|author|by|por) ?:).{1,60}",
    re.IGNORECASE,
)
_BY = re.compile(r"(?:by|por) (?P<names>.{1,60})", re.IGNORECASE)
_SMALL_WORDS = frozenset(
    {"de", "del", "la", "las", "los", "y", "and", "of", "the", "da", "do", "dos", "e", "van", "von"}
)
# What a page says of an entry beside its text: how it is filed, how often it was read.
_FILED = re.compile(
    r"(?:etiquetas?|tags?|tagged|categor[ií]as?|category|categories|archivado en|filed under|publicado en|posted in"
    r"|visto|visitas|lecturas|hits|views)(?: as)? ?:.{0,120}",
    re.IGNORECASE,
)
_TITLED = re.compile(r"(?<![a-z])(?:title|titulo|titular|headline|heading)(?![a-z])")


@dataclass(slots=True, eq=False)
class Title:
    """What may be a title: the outermost element with just this text, and how it is made.

    `heading` tells whether the page itself calls it a heading or a title.
    """

    node: Node
    heading: bool
    link: Node | None
    made: tuple[str, ...]

    @property
    def span(self) -> Span:
        """Its pieces of text."""
        return self.node.span


def titles_of(page: Page, span: Span | None = None) -> list[Title]:
    """Give what may be a title on a page, or in a span of it, in its order."""
    found: dict[Span, Title] = {}
    for node in page.nodes if span is None else page.nodes_in(span):
        if node.side is not None or node.lo >= node.hi or not _may_be_title(node, page):
            continue
        first = found.setdefault(node.span, _title(node))
        first.link = first.link or node.link
    return sorted(found.values(), key=lambda title: title.span)


def read_title(span: Span, dates: Dates) -> tuple[str, EntryDate | None]:
    """Give the title, and the date that stands in front of it or after it."""
    lines = [dates.page.text(line) for line in dates.page.lines_of(span)]
    text = clean(" ".join(line for line in lines if not MORE.fullmatch(line)))
    found = dates.find(text)
    if found is None or (found.start > 1 and found.end < len(text.rstrip(_JOINTS + "."))):
        return text, None
    rest = (text[found.end :] if found.start <= 1 else text[: found.start]).strip(_JOINTS)
    joint = (
        text[found.end : found.end + 2] if found.start <= 1 else text[max(0, found.start - 2) : found.start]
    )
    if len(rest.split()) < 2 or not any(char in joint for char in _JOINTS.strip()):
        return text, None
    return rest, EntryDate(found.day, span, Kind.BESIDE, found.note)


def is_furniture(text: str) -> bool:
    """Tell a line that a page puts around each text: what is to be pressed, who wrote it, how it is filed."""
    return bool(MORE.fullmatch(text) or _FILED.fullmatch(text) or is_byline(text))


def is_byline(text: str) -> bool:
    """Tell a line that says who wrote a text, and no more: “Escrito por Super User”, “By Ana Gómez”."""
    if _WRITTEN_BY.fullmatch(text):
        return True
    match = _BY.fullmatch(text)
    words = match["names"].split() if match else []
    return bool(words) and all(word[0].isupper() or word in _SMALL_WORDS for word in words)


def is_title(text: str) -> bool:
    """Tell whether a text may be a title by its words: “Read more” and “By the press office” are none."""
    return any(map(str.isalpha, text)) and not MORE.fullmatch(text) and not _BYLINE.match(text)


def _may_be_title(node: Node, page: Page) -> bool:
    if node.tag in HEADINGS or node is node.link or _is_titled(node):
        return True
    return node.tag in BOLD and page.is_whole_lines(node.span)


def _is_titled(node: Node) -> bool:
    """Tell whether an element's class says that it is a title."""
    return node.tag != "body" and bool(
        _TITLED.search(f"{node.classes} {node.element.get('itemprop', '').lower()}")
    )


def _title(node: Node) -> Title:
    """Make a title of the elements that have the same text; the one that counts most says how it is made."""
    chain = [node]
    while chain[-1].parent and chain[-1].parent.span == node.span and len(chain) < HEIGHT:
        chain.append(chain[-1].parent)
    heading = next((it for it in chain if it.tag in HEADINGS), None)
    heading = heading or next((it for it in chain if _is_titled(it)), None)
    key = heading or node
    size = next((it.element.get("size", "") for it in chain if it.tag == "font"), "")
    around = () if heading or size or key.parent is None else (key.parent.tag,)
    named = sorted(word for word in key.classes.split() if _TITLED.search(word))
    return Title(chain[-1], bool(heading), node.link, (key.tag, size, *named, *around))
