"""What the elements of HTML mean for a text, and what of their attributes may be published.

What can't be published has no name here: an element that isn't known dissolves, and its text stays.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

from feedsvc.bulletins.content import clean, scrub
from feedsvc.bulletins.html.blocks import HEADINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

HOLDERS = frozenset({"p", *HEADINGS})  # hold text, but no other blocks
TABLE_PARTS = frozenset({"table", "thead", "tbody", "tfoot", "tr"})  # hold no text, but cells
# What a container must stand in directly; those that aren't here may stand anywhere.
PARENTS = {
    "li": frozenset({"ul", "ol"}),
    "thead": frozenset({"table"}),
    "tbody": frozenset({"table"}),
    "tfoot": frozenset({"table"}),
    "caption": frozenset({"table"}),
    "tr": TABLE_PARTS - {"tr"},
    "th": frozenset({"tr"}),
    "td": frozenset({"tr"}),
    "figcaption": frozenset({"figure"}),
}
CONTAINERS = frozenset({"ul", "ol", "blockquote", "figure", "table", "pre", *PARENTS})
_DISSOLVED = frozenset(
    """address article aside body center dd details dialog div dl dt fieldset footer form header hgroup html legend
    main nav option search section summary""".split()  # noqa: SIM905 (one on a line would fill a screen)
)
BLOCKS = HOLDERS | CONTAINERS | _DISSOLVED  # begin a new line
_DROPPED = frozenset(
    """applet audio button canvas datalist embed frameset head iframe map math meter noembed noframes noscript
    object progress script select style svg template textarea title video xml""".split()  # noqa: SIM905 (see above)
)
_OTHER_NAMES = {"menu": "ul", "dir": "ul", "listing": "pre", "xmp": "pre", "plaintext": "pre"}
_INLINE = {
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "em"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "code"),
    "sup": "sup",
    "sub": "sub",
}

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"font-weight\s*:\s*(?:normal|lighter|[1-5]00)", re.IGNORECASE)
_ITALIC = re.compile(r"font-style\s*:\s*(?:italic|oblique)", re.IGNORECASE)
_PIXEL = re.compile(r"(?<![-\w])(?:width|height)\s*:\s*[01](?:px|pt)?\s*(?:;|!|$)", re.IGNORECASE)
_WORD_ITEM = re.compile(r"mso-list\s*:\s*l\d", re.IGNORECASE)
_WORD_MARK = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_NUMBER = re.compile(r"\s*([0-9]{1,4})(?:px)?\s*")
_SCOPES = frozenset({"row", "col", "rowgroup", "colgroup"})
# Where pages keep the address of a picture that is fetched when one scrolls to it.
_SOURCES = ("src", "data-src", "data-lazy-src", "data-original")

# How a picture that came inside a bulletin is addressed: see `media`.
_MEDIUM = re.compile(r"/media/[0-9a-f]{32}\.[a-z]{3,4}")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_WEB = frozenset({"http", "https"})
_LINK = _WEB | {"mailto", "tel"}
# Browsers don't see these in an address.
_UNSEEN = dict.fromkeys(map(ord, "\t\n\r"))


class Inline(NamedTuple):
    """An inline element as it is published; `address` is where a link leads."""

    tag: str
    attributes: str = ""
    address: str = ""


class Picture(NamedTuple):
    """A picture as it is published: its tag, empty if it can't be shown, and its alternative text."""

    html: str
    alternative: str


def name(element: _Element) -> str:
    """Give the name of an element, the present one of those that have another now."""
    return _OTHER_NAMES.get(element.tag, element.tag)


def is_left_out(element: _Element) -> bool:
    """Tell whether an element and all in it is none of the text: it runs, is hidden, or is fetched."""
    if element.tag in {"html", "body"}:  # hidden until a script has run
        return False
    style = element.get("style")
    return (
        element.tag in _DROPPED
        or element.get("hidden") is not None
        or (style is not None and _HIDDEN.search(style) is not None)
    )


def is_word_title(element: _Element) -> bool:
    """Tell whether Word wrote a paragraph in its style for titles."""
    return "MsoTitle" in element.get("class", "")


def is_word_item(element: _Element) -> bool:
    """Tell whether Word wrote an item of a list as a paragraph."""
    return _WORD_ITEM.search(element.get("style", "")) is not None


def is_word_mark(element: _Element) -> bool:
    """Tell whether an element is the bullet or number that Word wrote at the beginning of an item."""
    return _WORD_MARK.search(element.get("style", "")) is not None


def inlines(element: _Element, base: str) -> list[Inline]:
    """Give what an element means for the text in it, by its name or its style."""
    style = element.get("style", "")
    meant = _INLINE.get(element.tag, "")
    found = []
    if (meant == "strong" and not _NOT_BOLD.search(style)) or (style and _BOLD.search(style)):
        found.append(Inline("strong"))
    if meant == "em" or (style and _ITALIC.search(style)):
        found.append(Inline("em"))
    if meant in {"code", "sup", "sub"}:
        found.append(Inline(meant))
    if element.tag == "a" and (address := _address(element.get("href", ""), base, _LINK)):
        found.append(Inline("a", _written({"href": address}), address))
    return found


def picture(element: _Element, base: str) -> Picture | None:
    """Give a picture; None for one that nobody sees and that only tells who reads."""
    sizes = {key: _NUMBER.fullmatch(element.get(key, "")) for key in ("width", "height")}
    written = {key: found[1] for key, found in sizes.items() if found}
    if any(int(value) <= 1 for value in written.values()) or _PIXEL.search(element.get("style", "")):
        return None
    alternative = clean(element.get("alt", ""))
    addresses = (_address(element.get(key, ""), base, _WEB) for key in _SOURCES)
    if address := next(filter(None, addresses), ""):
        return Picture(f"<img{_written({'src': address, 'alt': alternative, **written})}>", alternative)
    return Picture("", alternative)


def cell_attributes(element: _Element) -> str:
    """Give the attributes of a cell that tell what it belongs to; nothing for another element."""
    if element.tag not in {"td", "th"}:
        return ""
    kept = {key: span for key in ("colspan", "rowspan") if (span := number(element, key)) and span > 1}
    scope = element.get("scope", "").lower()
    scoped = {"scope": scope} if element.tag == "th" and scope in _SCOPES else {}
    return _written({**{key: str(span) for key, span in kept.items()}, **scoped})


def number(element: _Element, key: str) -> int | None:
    """Give the number of at most four digits that an attribute is."""
    found = _NUMBER.fullmatch(element.get(key, ""))
    return int(found[1]) if found else None


def base_address(element: _Element, base: str) -> str:
    """Give the address that a document says its relative addresses begin at."""
    return _address(element.get("href", ""), base, _WEB) or base


def _address(written: str, base: str, schemes: frozenset[str]) -> str:
    """Give an address as it can be published, or nothing if it leads nowhere from here."""
    text = scrub(written).translate(_UNSEEN).strip()
    if not text or text.startswith("#"):
        return ""
    if not base and _MEDIUM.fullmatch(text):
        return text
    try:
        address = urljoin(base, text)
        urlsplit(address)
    except ValueError:  # an IPv6 address that is none
        return ""
    found = _SCHEME.match(address)
    return address if found and found[1].lower() in schemes else ""


def _written(attributes: Mapping[str, str]) -> str:
    return "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
