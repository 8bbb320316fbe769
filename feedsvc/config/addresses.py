"""Mail addresses as people write them: `ana@example.org` or `Ana Gómez <ana@example.org>`.

Stricter than RFC 5321, section 4.1.2: what it allows and nobody has, such as quoted local parts and address
literals, is far more often a slip of the pen. A local part may hold letters beyond ASCII (RFC 6531).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from feedsvc.config.mistakes import InvalidError

_MAILBOX = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
_ATOM = r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.IGNORECASE)
# Unicode categories with no place on one line of text: controls, line and paragraph separators, surrogates.
_UNPRINTABLE = {"Cc", "Zl", "Zp", "Cs"}
_EXAMPLE = "Write it like ana@example.org, or Ana Gómez <ana@example.org>."


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address, and the name of whose it is (RFC 5322, section 3.4)."""

    address: str
    name: str = ""


def mailbox(value: object) -> Mailbox:
    """Read `ana@example.org` or `Ana Gómez <ana@example.org>`. Raises InvalidError."""
    if isinstance(value, Mailbox):
        return value
    if not isinstance(value, str):
        raise InvalidError("must be a mail address.", _EXAMPLE)
    found = _MAILBOX.fullmatch(value.strip())
    if not found:
        return Mailbox(address(value))
    return Mailbox(address(found["address"]), person_name(found["name"]))


def person_name(text: str) -> str:
    """Read the name that stands before an address, with or without quotes. Raises InvalidError."""
    name = text.strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1]).strip()
    if not is_one_line(name):
        raise InvalidError("holds a character that can't be in a name, such as a line break.", "Remove it.")
    return name


def address(text: str) -> str:
    """Check an address and give it with its domain in lower case. Raises InvalidError."""
    text = unicodedata.normalize("NFC", text.strip())
    shown = text if is_one_line(text) else repr(text)
    local, at, domain = text.rpartition("@")
    if not at:
        raise InvalidError(f'"{shown}" is not a mail address: it has no @.', _EXAMPLE)
    if not _is_local_part(local):
        raise InvalidError(f'"{shown}" is not a mail address: look at the part before the @.', _EXAMPLE)
    if not _is_domain(domain):
        raise InvalidError(f'"{shown}" is not a mail address: look at the part after the @.', _EXAMPLE)
    return f"{local}@{domain.lower()}"


def folded(text: str) -> str:
    """Give what all spellings of an address have in common: small letters, the domain as DNS has it."""
    local, _, domain = text.rpartition("@")
    return f"{local.casefold()}@{_as_dns_knows_it(domain)}"


def is_one_line(text: str) -> bool:
    """Tell whether a text has no control characters and no line breaks of any kind."""
    return not any(unicodedata.category(char) in _UNPRINTABLE for char in text)


def _is_local_part(text: str) -> bool:
    """Tell whether a text is a dot-atom of at most 64 octets (RFC 5321, section 4.5.3.1.1)."""
    return (
        bool(_LOCAL_PART.fullmatch(text))
        and is_one_line(text)
        and not any(char.isspace() for char in text)
        and len(text.encode()) <= 64
    )


def _is_domain(text: str) -> bool:
    """Tell whether a text is a domain of two labels or more, at most 253 octets long as DNS knows it."""
    domain = _as_dns_knows_it(text)
    labels = domain.split(".")
    return (
        len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
        and len(domain) <= 253
    )


@lru_cache(4096)  # long lists have few domains
def _as_dns_knows_it(domain: str) -> str:
    """Give a domain in A-labels and small letters (RFC 5890); empty if it has none."""
    try:
        return domain.encode("idna").decode().lower()
    except UnicodeError:
        return ""
