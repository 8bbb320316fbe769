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
# An address on the web, cut where its host ends and its fragment begins.
_ADDRESS = re.compile(r"(https?://)([^/?#]+)([^#]*)(#?)(.*)", re.IGNORECASE | re.DOTALL)
# What may stand for a host (RFC 3986, section 3.2), a name beyond ASCII once it is coded.
_HOST = re.compile(r"[\w.~%!$&'()*+,;=@:-]+|\[[0-9a-f:.]+\](?::\d*)?", re.ASCII | re.IGNORECASE)
# What may stand in no address as it is (RFC 3986, section 2).
_NOT_IN_ADDRESSES = re.compile(r"[^\w.~!$&'()*+,;=:@/?%-]|%(?![0-9a-f]{2})", re.ASCII | re.IGNORECASE)

_CLEANER = nh3.Cleaner(link_rel=None)


def allowed(text: str) -> str:
    """Take out of a text what no format may hold."""
    # Much sooner than the pattern, and true of most lines; only what can be seen is printable.
    return text if text.isprintable() else _FORBIDDEN.sub("", text)


def web_address(link: str) -> str:
    """Give a link as it may stand in a feed; nothing if it leads elsewhere than to the web.

    Atom takes addresses beyond ASCII (RFC 3987), but RSS and JSON Feed don't, and no two are to differ.
    """
    found = _ADDRESS.fullmatch(allowed(link).strip())
    if not found:
        return ""
    scheme, host, path, mark, fragment = found.groups()
    try:
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""
    if not _HOST.fullmatch(host):
        return ""
    return f"{scheme}{host}{_coded(path)}{mark}{_coded(fragment)}"


def _coded(text: str) -> str:
    return _NOT_IN_ADDRESSES.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)


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
