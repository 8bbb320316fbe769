"""DKIM signatures (RFC 6376): headers "relaxed", so that a relay may fold them anew, the body "simple", as it stands.

    DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=…; s=…; t=…; h=…; bh=<hash of the body>; b=<of h's headers>

The body is hashed once, however many keys sign. A signature holds no moment of its own: that of the delivery makes
every retry the same bytes. RSA is what every receiver reads; Ed25519 (RFC 8463) stands beside it, never alone.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

# These are signed once more than they are there, so that nobody can add another (RFC 6376, section 5.4.2).
_SEALED = ("from", "reply-to", "to", "subject", "date", "message-id", "mime-version", "content-type")
# These too, if they are there. RFC 8058, section 4, wants both of the last two under the signature.
_SIGNED = (
    "content-language", "organization", "auto-submitted", "precedence", "feedback-id", "list-id", "list-archive",
    "list-unsubscribe", "list-unsubscribe-post",
)  # fmt: skip

_BLANKS = re.compile(rb"[ \t]+")
_FOLD = re.compile(rb"\r\n(?=[ \t])")


class _Key(Protocol):
    """What signs."""

    algorithm: str

    def sign(self, data: bytes) -> bytes:
        """Sign the bytes that a signature covers."""

    def record(self) -> str:
        """Give the key's part of its record in DNS."""


@dataclass(frozen=True, slots=True)
class _RsaKey:
    key: RSAPrivateKey
    algorithm = "rsa-sha256"

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data, PKCS1v15(), SHA256())

    def record(self) -> str:
        public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"k=rsa; p={b64encode(public).decode()}"


@dataclass(frozen=True, slots=True)
class _Ed25519Key:
    key: Ed25519PrivateKey
    algorithm = "ed25519-sha256"

    def sign(self, data: bytes) -> bytes:
        # RFC 8463, section 3: what is signed is the hash.
        return self.key.sign(hashlib.sha256(data).digest())

    def record(self) -> str:
        public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"k=ed25519; p={b64encode(public).decode()}"


class Signer:
    """Signs the messages of a domain with the private keys of its selectors, in PEM (PKCS #1 or #8).

    A key is RSA, or Ed25519; anything else is a TypeError.
    """

    def __init__(self, domain: str, keys: dict[str, str]) -> None:
        self._domain = domain
        self._keys = {selector: _key(pem) for selector, pem in keys.items()}

    def signed(self, data: bytes, at: datetime) -> bytes:
        """Give a message, its lines ending in CRLF, with a signature for each key before it."""
        head, _, body = data.partition(b"\r\n\r\n")
        body_hash = b64encode(hashlib.sha256(_simple(body)).digest()).decode()
        fields = _relaxed(head)
        return b"".join((*self._signatures(fields, body_hash, int(at.timestamp())), data))

    def records(self) -> Iterator[tuple[str, str]]:
        """Give the TXT records that DNS must have: each name and what it says."""
        for selector, key in self._keys.items():
            yield f"{selector}._domainkey.{self._domain}", f"v=DKIM1; {key.record()}"

    def _signatures(self, fields: dict[str, list[bytes]], body_hash: str, at: int) -> Iterator[bytes]:
        names = [name for name in _SEALED for _ in (*fields.get(name, ()), b"")]
        names += [name for name in _SIGNED for _ in fields.get(name, ())]
        covered = b"\r\n".join(_lines(names, fields))
        for selector, key in self._keys.items():
            tags = (
                f"v=1; a={key.algorithm}; c=relaxed/simple; d={self._domain}; s={selector}; t={at};",
                *_folded_list("h=", names),
                f"bh={body_hash};",
                "b=",
            )
            unsigned = "dkim-signature:" + " ".join(tags)
            signature = b64encode(key.sign(covered + b"\r\n" + unsigned.encode())).decode()
            pieces = [signature[start : start + 70] for start in range(0, len(signature), 70)]
            # Blanks may stand anywhere in the value of b= (RFC 6376, section 3.5), so it is folded at will.
            yield ("DKIM-Signature: " + "\r\n ".join(tags) + "\r\n ".join(pieces) + "\r\n").encode()


def _key(pem: str) -> _Key:
    key = load_pem_private_key(pem.encode(), password=None)
    if isinstance(key, RSAPrivateKey):
        return _RsaKey(key)
    if isinstance(key, Ed25519PrivateKey):
        return _Ed25519Key(key)
    raise TypeError("A DKIM key is RSA or Ed25519.")


def _simple(body: bytes) -> bytes:
    """Give a body without the empty lines at its end (RFC 6376, section 3.4.3)."""
    return body.rstrip(b"\r\n") + b"\r\n"


def _relaxed(head: bytes) -> dict[str, list[bytes]]:
    """Give the headers by name, each as it is signed (RFC 6376, section 3.4.2), in the order they stand in."""
    fields: dict[str, list[bytes]] = {}
    for line in _FOLD.sub(b"", head).split(b"\r\n"):
        name, _, value = line.partition(b":")
        plain = name.rstrip().lower()
        fields.setdefault(plain.decode(), []).append(plain + b":" + _BLANKS.sub(b" ", value).strip())
    return fields


def _lines(names: list[str], fields: dict[str, list[bytes]]) -> Iterator[bytes]:
    """Give the headers that a list of names stands for: of several of a name, the last first; none for one too many."""
    left = {name: list(values) for name, values in fields.items()}
    for name in names:
        if left.get(name):
            yield left[name].pop()


def _folded_list(tag: str, names: list[str]) -> Iterator[str]:
    line = tag
    for number, name in enumerate(names):
        item = name + (":" if number < len(names) - 1 else ";")
        if len(line) + len(item) > 76:
            yield line
            line = ""
        line += item
    yield line
