"""The signed tokens of unsubscribe links. They hold no date: links in old mail must work for ever."""

from __future__ import annotations

import hashlib

from itsdangerous import BadData, URLSafeSerializer

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


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret,
        salt="unsubscribe",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
