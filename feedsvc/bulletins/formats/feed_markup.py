"""The markup of feeds that are not well-formed, mended; and that of feeds made to do harm, refused.

Strict XML is read fast and safely, and few feeds are strict: they have HTML's entities, loose ampersands, prefixes
that nobody declared, warnings of a program above them, and no end. libxml2 reads over most of that, losing what
it can't understand; what it would lose is mended before.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

from lxml import etree

from feedsvc.bulletins.content import scrub
from feedsvc.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Sequence

# How many tags and entities a feed may have outside CDATA sections: each takes some 20 microseconds and half a
# kilobyte to read. A feed with a year of news has some ten thousand.
_MARKS = 60_000
# How many lines a feed may have: each is read on its own.
_LINES = 400_000
# How long a tag may be, in characters, and how deep elements may stand in each other.
_TAG = 20_000
_DEPTH = 100

_ROOT = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:([A-Za-z][A-Za-z0-9]{1,31});|(?!#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});))")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
# What begins no tag, and elements of HTML that nobody closes.
_LOOSE = re.compile(r"<(?![A-Za-z_/!?])")
_VOID = re.compile(r"<(br|hr|img|wbr|input)((?:\s[^<>]{0,2000}?)?)/?>", re.IGNORECASE)
_UNQUOTED = re.compile(r"(<[A-Za-z_][^<>=]{0,200}=)([^\s\"'<>=]{1,200})(?=[\s>])")
_LONG = re.compile(rf"<[^!<>][^<>]{{{_TAG}}}")
_PREFIXES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "atom": "http://www.w3.org/2005/Atom",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "itunes": "http://www.itunes.com/DTDs/PodCast-1.0.dtd",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


def mended(text: str) -> bytes:
    """Give a feed as well-formed XML in UTF-8, without declarations of its own and without entities.

    Raises BulletinError if it has no element at all, or more markup than any feed.
    """
    root = _ROOT.search(text)
    first, *sections = text[root.start() if root else 0 :].split("<![CDATA[")
    parts = [first]
    for section in sections:
        kept, end, following = section.partition("]]>")
        parts += [kept, following] if end else ["", kept]
    _refuse_excess(parts[::2])
    if text.count("\n") > _LINES:
        raise BulletinError(f"This feed has more than {_LINES:,} lines. Leave out its older items.")
    whole = "".join(escape(part) if index % 2 else _mended_markup(part) for index, part in enumerate(parts))
    # Nothing is fetched, and no entity is replaced; the limits of size are ours.
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    tree = etree.fromstring(whole.encode(), parser)
    if tree is None:
        raise BulletinError(
            "This begins like a feed, but nothing in it can be read. Save it again from its web address."
        )
    _mend_elements(tree)
    return etree.tostring(tree, encoding="utf-8")


def _refuse_excess(parts: Sequence[str]) -> None:
    marks = len(parts) + sum(part.count("<") + part.count("&") for part in parts)
    if marks > _MARKS:
        raise BulletinError(
            f"This feed has more than {_MARKS:,} tags and entities. Leave out its older items."
        )
    if any(_LONG.search(part) for part in parts):
        raise BulletinError(
            f"A tag in this feed is longer than {_TAG:,} characters. Save it again, or tell its publisher."
        )


_NAME = re.compile(r"[^\W\d][\w.-]*")


def _mended_markup(text: str) -> str:
    text = _LOOSE.sub("&lt;", _ENTITY.sub(_character, text))
    return _UNQUOTED.sub(r'\1"\2"', _VOID.sub(r"<\1\2/>", text))


def _character(found: re.Match[str]) -> str:
    """Give an entity of HTML as what it stands for; what is none, as it stands."""
    name = found[1]
    if name in _XML_ENTITIES:
        return found[0]
    return scrub(unescape(found[0])).replace("&", "&amp;") if name else "&amp;"


def _mend_elements(tree: etree._Element) -> None:
    """Put elements with a prefix that nobody declared where they belong; refuse what stands too deep."""
    depth = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEPTH:
            raise BulletinError(
                f"In this feed elements stand in each other more than {_DEPTH} deep. Tell its publisher."
            )
        prefix, colon, name = str(element.tag).partition(":")
        if colon and "{" not in prefix:
            namespace = _PREFIXES.get(prefix.lower())
            # What is no name at all (XML 1.0, section 2.3) can't be one that readers look for.
            known = name if _NAME.fullmatch(name) else "unknown"
            element.tag = f"{{{namespace}}}{known}" if namespace else known
        for attribute in [key for key in element.attrib if ":" in key and not key.startswith("{")]:
            del element.attrib[attribute]
