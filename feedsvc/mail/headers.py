"""Header lines, written and folded by ourselves (RFC 5322, section 2.2; RFC 2047).

The standard library turns a long List-Unsubscribe or an international domain into encoded words, which no
mail program reads back. Here only free text and names may become encoded words: `text` and `name_address`
give the tokens of such a value, `address`, `web_address` and `token` check those that stand as they are,
and `header` puts tokens on lines. No token reaches a line with a line break or a control character in it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from feedsvc import model
from feedsvc.errors import MessageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# RFC 5322, section 2.1.1: lines should be no longer.
_LINE = 78
# RFC 2047, section 2, allows 75 for an encoded word and 76 for its line. This many fit on the first line
# beside the longest name of a header that may hold one, "Organization: ".
_WORD = 62
_ENCODED_ROOM = _WORD - len("=?utf-8?q??=")

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_BLANKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_TOKEN = re.compile(r"[!-~]+")
_ATOM = r'[^\x00-\x20\x7f-\xa0"(),.:;<>@\[\\\]\u2028\u2029\ud800-\udfff]+'
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[a-z0-9-]+(?:\.[a-z0-9-]+)*")
_WEB_ADDRESS = re.compile(r"https?://[!#-;=?-~]+")
# RFC 2047, section 5, rule 3: what an encoded word in a name may hold as it is.
_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")


def header(name: str, *tokens: str) -> bytes:
    """Write one header of tokens, a space between each two, folded between tokens only.

    Raises MessageError for a token with a control character in it.
    """
    lines = [f"{name}: {tokens[0]}"]
    for word in tokens[1:]:
        if len(lines[-1]) + 1 + len(word) > _LINE:
            lines.append(f" {word}")
        else:
            lines[-1] += f" {word}"
    if _CONTROLS.search("".join(lines)):
        raise MessageError(f"The header {name} would hold a line break or another control character.")
    return "\r\n".join((*lines, "")).encode()


def one_line(value: str) -> str:
    """Give a text on one line: blanks and control characters become single spaces."""
    return _BLANKS.sub(" ", value).strip()


def text(value: str) -> tuple[str, ...]:
    """Give the tokens of free text, such as a subject: its words, or encoded words where they are needed."""
    line = one_line(value)
    words = line.split(" ")
    if _is_plain(line) and all(len(word) <= _WORD for word in words):
        return tuple(words)
    return encoded_words(line)


def name_address(name: str, mail_address: str) -> tuple[str, ...]:
    """Give the tokens of `Name <address>` (RFC 5322, section 3.4), or of the address alone. Raises MessageError."""
    line = one_line(name)
    if not line:
        return (address(mail_address),)
    return (*_phrase(line), f"<{address(mail_address)}>")


def address(value: str) -> str:
    """Give an address as it goes over the wire, its domain in A-labels (RFC 5890, section 2.3.2.1).

    Letters beyond ASCII stay before the @ (RFC 6531). Raises MessageError for what isn't an address.
    """
    local, _, domain = value.strip().rpartition("@")
    wire = f"{local}@{a_labels(domain)}"
    if not _ADDRESS.fullmatch(wire):
        raise MessageError(f"{value!r} is not a mail address.")
    return wire


@lru_cache(maxsize=10_000)  # many recipients are of few domains
def a_labels(domain: str) -> str:
    """Give a domain in lower case as DNS knows it. Raises MessageError for what can't be one."""
    try:
        return model.a_labels(domain)
    except UnicodeError as error:
        raise MessageError(f"{domain!r} is not a domain: {error}.") from None


def web_address(value: str) -> str:
    """Give an http or https address in ASCII, its host in A-labels. Raises MessageError for anything else."""
    try:
        ascii_only = value if value.isascii() and "[" not in value else _ascii_url(value)
    except ValueError:
        ascii_only = ""
    if not _WEB_ADDRESS.fullmatch(ascii_only):
        raise MessageError(f"{value!r} is not a web address.")
    return ascii_only


def token(value: str) -> str:
    """Give a value that must stand in a header as it is. Raises MessageError when it can't."""
    if not _TOKEN.fullmatch(value):
        raise MessageError(
            f"{value!r} can't stand in a header: it is empty, or not plain ASCII without blanks."
        )
    return value


def encoded_words(line: str) -> tuple[str, ...]:
    """Give a text as encoded words (RFC 2047), in its encoding Q or B, whichever is shorter.

    No character is split between two of them.
    """
    in_q = [f"=?utf-8?q?{piece.decode()}?=" for piece in _packed(map(_quoted, line), _ENCODED_ROOM)]
    in_b = [
        f"=?utf-8?b?{b64encode(piece).decode()}?="
        for piece in _packed(map(_utf8, line), _ENCODED_ROOM // 4 * 3)
    ]
    return tuple(min(in_q, in_b, key=lambda words: sum(map(len, words))))


def _is_plain(line: str) -> bool:
    """Tell whether a line reads the same without encoding; what looks like an encoded word doesn't."""
    return line.isascii() and "=?" not in line


def _phrase(line: str) -> tuple[str, ...]:
    if not _is_plain(line) or len(line) > _WORD:
        return encoded_words(line)
    if _ATOMS.fullmatch(line):
        return (line,)
    return ('"{}"'.format(re.sub(r'(["\\])', r"\\\1", line)),)


def _ascii_url(value: str) -> str:
    """Give an address in ASCII. Raises ValueError for one whose host is none."""
    parts = urlsplit(value)
    if value.isascii():
        return value
    netloc = a_labels(parts.hostname or "") + (f":{parts.port}" if parts.port else "")
    return parts._replace(
        netloc=netloc, path=quote(parts.path, safe="/%:@!$&'()*+,;=~"), query=quote(parts.query, safe="=&%+")
    ).geturl()


def _utf8(char: str) -> bytes:
    return char.encode(errors="replace")


def _quoted(char: str) -> bytes:
    if char in _SAFE:
        return char.encode()
    return b"_" if char == " " else "".join(f"={byte:02X}" for byte in _utf8(char)).encode()


def _packed(units: Iterable[bytes], room: int) -> Iterator[bytes]:
    """Join units into pieces of at most `room` bytes."""
    piece = b""
    for unit in units:
        if len(piece) + len(unit) > room:
            yield piece
            piece = b""
        piece += unit
    yield piece
