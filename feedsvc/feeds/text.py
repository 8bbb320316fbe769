"""Text and HTML that no format can choke on."""

from __future__ import annotations

import re

import nh3

# What XML 1.0, section 2.2, forbids, and the control characters that it only discourages. One of them makes a whole
# document unreadable, and a lone surrogate can't even be encoded. Text is cleaned when a bulletin is read; this is
# for an entry that came another way: it must not take its feeds with it.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# What no address may hold (RFC 3987, section 2.2); other characters beyond ASCII may stand in one.
_NOT_IN_ADDRESSES = re.compile(r'[\s<>"{}|\\^`]')

_CLEANER = nh3.Cleaner(link_rel=None)


def allowed(text: str) -> str:
    """Take out of a text what no format may hold."""
    # Much sooner than the pattern, and true of most lines; only what can be seen is printable.
    return text if text.isprintable() else _FORBIDDEN.sub("", text)


def web_address(link: str) -> str:
    """Give a link as it may stand in a feed; nothing if it leads elsewhere than to the web."""
    link = allowed(link).strip()
    if not link.lower().startswith(("http://", "https://")):
        return ""
    return _NOT_IN_ADDRESSES.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), link)


def absolute(html: str, address: str) -> str:
    """Make relative addresses absolute, as from a page at `address`; feed readers have no page to start from.

    What may not stand in published HTML is taken out on the way.
    """
    html = allowed(html)
    if "=" not in html:
        # No attributes, so no addresses: a cleaner made beforehand will do, and takes a quarter less time.
        cleaned = _CLEANER.clean(html)
    else:
        cleaned = nh3.clean(html, url_relative=("rewrite_with_base", address), link_rel=None)
    # Character references may have stood for what is forbidden.
    return allowed(cleaned) if "&#" in html else cleaned
