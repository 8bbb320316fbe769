"""Signed tokens: those of links in mail and of envelope senders, those of the admin; and erased addresses' stand-ins.

Those in mail hold no date: links in old mail must work for ever, and bounces come when they come.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32decode, b32encode
from datetime import datetime
from functools import cache, cached_property, lru_cache
from json.encoder import encode_basestring_ascii

from itsdangerous import BadData, Serializer, Signer, URLSafeSerializer
from itsdangerous.encoding import base64_encode
from itsdangerous.signer import SigningAlgorithm

from feedsvc.errors import TokenError
from feedsvc.model import mailbox

# A token of 24 leaves room before the @ for "bounces+" and much more (RFC 5321, section 4.5.3.1.1: 64 octets).
_NUMBER_BYTES, _SIGNATURE_BYTES = 5, 10
BOUNCE_TOKEN_LENGTH = (_NUMBER_BYTES + _SIGNATURE_BYTES) * 8 // 5
# What no address looks like, since it has no @.
_STAND_IN = "erased-"


def unsubscribe_token(secret: str, address: str) -> str:
    """Give the token that takes an address off the list, whatever its spelling. Safe in a URL.

    There is one in every message, so it is made without the detours of `dumps`, which would give the same.
    """
    payload = base64_encode(encode_basestring_ascii(mailbox(address)))
    return _serializer(secret).own_signer.sign(payload).decode()


def address_of(secret: str, token: str) -> str:
    """Give the address that a token is for, as `feedsvc.model.mailbox` spells it. Raises TokenError."""
    try:
        return str(_serializer(secret).loads(token))
    except (BadData, UnicodeError):
        raise TokenError("This link was not made by this site, or was altered on its way.") from None


def bounce_token(secret: str, delivery: int, message_id: str) -> str:
    """Give the token that names a delivery in its envelope sender (VERP).

    Base32, because hosts on the way may turn a local part into capitals. It is signed together with the Message-ID, so
    that in a store restored from a backup, which gives numbers anew, an old token names nobody.
    """
    number = delivery.to_bytes(_NUMBER_BYTES)
    signature = _keyed(secret, "bounce", f"{delivery} {message_id}")[:_SIGNATURE_BYTES]
    return b32encode(number + signature).decode().lower()


def claimed_delivery(token: str) -> int:
    """Give the delivery that a token says it is of, for `is_genuine` to judge. Raises TokenError."""
    try:
        data = b32decode(token.upper())
    except ValueError:
        data = b""
    if len(data) != _NUMBER_BYTES + _SIGNATURE_BYTES:
        raise TokenError("This is no token of an envelope sender.")
    return int.from_bytes(data[:_NUMBER_BYTES])


def is_genuine(token: str, secret: str, delivery: int, message_id: str) -> bool:
    """Tell whether a token is the one of a delivery."""
    own = bounce_token(secret, delivery, message_id)
    return hmac.compare_digest(token.lower().encode(), own.encode())


def stand_in(secret: str, address: str) -> str:
    """Give what stands for an address that was erased: whoever has the address and the secret can tell, nobody else."""
    return _STAND_IN + b32encode(_keyed(secret, "erased", mailbox(address))[:20]).decode().lower()


def is_stand_in(text: str) -> bool:
    """Tell a stand-in from an address."""
    return text.startswith(_STAND_IN) and "@" not in text


def fingerprint(secret: str) -> str:
    """Give what a secret is recognised by, and can't be found from."""
    return b32encode(_keyed(secret, "fingerprint", "")[:10]).decode().lower()


def _keyed(secret: str, purpose: str, text: str) -> bytes:
    return hmac.digest(secret.encode(), f"{purpose}\0{text}".encode(), "sha256")


@lru_cache(maxsize=32)  # all of a digest's recipients have the same
def digest_token(secret: str, digest: str) -> str:
    """Give the token that shows a digest in the browser, by its id. Safe in a URL."""
    return str(_serializer(secret, "digest").dumps(digest))


def digest_of(secret: str, token: str) -> str:
    """Give the id of the digest that a token is for. Raises TokenError."""
    try:
        return str(_serializer(secret, "digest").loads(token))
    except (BadData, UnicodeError):
        raise TokenError("This link was not made by this site, or was altered on its way.") from None


def admission_token(secret: str, until: datetime) -> str:
    """Give the token that admits to the captured mail until some moment."""
    return str(_serializer(secret, "admission").dumps(until.isoformat()))


def is_admitted(secret: str, token: str, now: datetime) -> bool:
    """Tell whether a token admits to the captured mail now."""
    try:
        until = datetime.fromisoformat(str(_serializer(secret, "admission").loads(token)))
    except (BadData, ValueError):
        return False
    return now < until


class _HmacSha256(SigningAlgorithm):
    """HMAC in one go, where itsdangerous makes an object for it."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha256")


class _Serializer(URLSafeSerializer):
    """Never compresses: what it compresses begins with a dot, and filters of spam take that for a hidden file.

    Its key is derived once, not for every token.
    """

    def make_signer(self, salt: str | bytes | None = None) -> Signer:
        return self.own_signer if salt in (None, self.salt) else super().make_signer(salt)

    @cached_property
    def own_signer(self) -> Signer:
        """Signs with the key, which is derived once."""
        key = super().make_signer().derive_key()
        return Signer(key, key_derivation="none", algorithm=_HmacSha256())

    def dump_payload(self, obj: object) -> bytes:
        return base64_encode(Serializer.dump_payload(self, obj))


@cache
def _serializer(secret: str, purpose: str = "unsubscribe") -> _Serializer:
    return _Serializer(
        secret,
        salt=purpose,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
