"""Rich text: what may be published of HTML that someone else wrote, as HTML and as plain text.

    any HTML ──► html_reader ──► blocks ──► HTML of few elements ──► nh3, the last judge ──► published

Paragraphs, headings below the page's own, lists, links, emphasis, quotations, code, tables, pictures with their
alternative texts, and rules stay. What runs, hides, tracks, or is left behind by Word goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import nh3

from feedsvc.bulletins.html.blocks import Block, plain_paragraphs, write_blocks
from feedsvc.bulletins.html.reader import read_blocks
from feedsvc.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Block", "blocks", "clean_html", "html_of", "plain"]

_CLEANER = nh3.Cleaner(
    tags=set(
        """p br h3 h4 h5 h6 ul ol li a em strong blockquote code pre sup sub table caption thead tbody tfoot tr th td
        img figure figcaption hr""".split()  # noqa: SIM905 (one on a line would fill a screen)
    ),
    attributes={
        "a": {"href"},
        "img": {"src", "alt", "width", "height"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
    },
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="pass_through",  # `html_elements` lets only /media/… come so far
    link_rel=None,
)
# nh3's time grows with the square of the signs that it must write as &…; in one text.
_ESCAPED = 100_000


def clean_html(html: str, base: str = "") -> str:
    """Give what may be published of a document or a part of one, as clean HTML.

    Relative addresses begin at `base`, a web address. Without one, relative links go, and so do pictures other than
    the site's own under /media/; their alternative texts stay as text. Cleaning twice changes nothing.
    Raises BulletinError as `blocks` and `html_of` do.
    """
    return html_of(read_blocks(html, base))


def blocks(html: str, base: str = "") -> list[Block]:
    """Give the lines of a document in their order, flat: of paragraphs, headings and list items; tables, pictures.

    Lines are numbered by the attributes `data-line` and `data-last-line` where there are any, else as in the HTML.
    Raises BulletinError for a document with too many tags, or with elements as deep in each other as nobody nests.
    """
    return read_blocks(html, base)


def plain(html: str) -> tuple[str, ...]:
    """Give a text's paragraphs as plain text, each in one line; items of a list begin with a mark.

    Raises BulletinError as `blocks` does.
    """
    return plain_paragraphs(read_blocks(html))


def html_of(parts: Sequence[Block]) -> str:
    """Give blocks as clean HTML. Raises BulletinError for a text made up of thousands of < and &."""
    written = write_blocks(parts)
    if written.count("&") > _ESCAPED:
        raise BulletinError(
            f"This text has more than {_ESCAPED:,} signs < or &. Split it into smaller files."
        )
    return _CLEANER.clean(written).strip()
