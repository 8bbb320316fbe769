"""Rich text: what may be published of HTML that someone else wrote, as HTML and as plain text.

    any HTML ──► blocks (see `blocks`) ──► HTML of the few elements below ──► nh3, the last judge ──► published

Paragraphs, headings below the page's own, lists, links, emphasis, quotations, code, tables, pictures with their
alternative texts and rules stay. Nothing that runs, moves, hides, tracks or is fetched from elsewhere but pictures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import nh3

from feedsvc.bulletins.blocks import Block, paragraphs_of, read_blocks, write_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Block", "blocks", "clean_html", "html_of", "plain"]

_CLEANER = nh3.Cleaner(
    tags=set(
        """p br h3 h4 h5 h6 ul ol li a em strong blockquote code pre sup sub
        table caption thead tbody tfoot tr th td img figure figcaption hr""".split()  # noqa: SIM905 (one on a line would fill a screen)
    ),
    attributes={
        "a": {"href"},
        "img": {"src", "alt", "width", "height"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
    },
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="pass_through",  # only /media/… comes so far
    link_rel=None,
)


def clean_html(html: str, base: str = "") -> str:
    """Give what may be published of a document or a part of one, as clean HTML.

    Relative addresses begin at `base`, a web address; without one links that are relative go, and so do pictures but
    those of the site's own /media/: their alternative texts stay as text. Cleaning twice changes nothing.
    Raises BulletinError where `read_blocks` does.
    """
    return html_of(read_blocks(html, base))


def blocks(html: str, base: str = "") -> list[Block]:
    """Give the lines of a document in their order, flat: of paragraphs, headings, list items; tables, pictures.

    Lines and errors are as `read_blocks` says.
    """
    return read_blocks(html, base)


def plain(html: str) -> tuple[str, ...]:
    """Give a text's paragraphs as plain text, each in one line; items of a list begin with a mark."""
    return paragraphs_of(read_blocks(html))


def html_of(parts: Sequence[Block]) -> str:
    """Give blocks as clean HTML."""
    return _CLEANER.clean(write_blocks(parts)).strip()
