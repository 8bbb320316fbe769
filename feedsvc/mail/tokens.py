"""Signed tokens: those of links in mail, which hold no date, as they must work for ever, and those of the admin."""

from __future__ import annotations

import hashlib
from datetime import datetime

from itsdangerous import BadData, Serializer, URLSafeSerializer
from itsdangerous.encoding import base64_encode

from feedsvc.errors import TokenError
from feedsvc.model import mailbox


def unsubscribe_token(secret: str, address: str) -> str:
    """Give the token that takes an address off the list, whatever its spelling. Safe in a URL."""
    return str(_serializer(secret).dumps(mailbox(address)))


def address_of(secret: str, token: str) -> str:
    """Give the address that a token is for, as `feedsvc.model.mailbox` spells it. Raises TokenError."""
    try:
        return str(_serializer(secret).loads(token))
    except (BadData, UnicodeError):
        raise TokenError("This link was not made by this site, or was altered on its way.") from None


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


class _Serializer(URLSafeSerializer):
    """Never compresses: what it compresses begins with a dot, and filters of spam take that for a hidden file."""

    def dump_payload(self, obj: object) -> bytes:
        return base64_encode(Serializer.dump_payload(self, obj))


def _serializer(secret: str, purpose: str = "unsubscribe") -> URLSafeSerializer:
    return _Serializer(
        secret,
        salt=purpose,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
