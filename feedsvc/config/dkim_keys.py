"""The private keys that mail is signed with, checked before any mail needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from feedsvc.config.mistakes import InvalidError

if TYPE_CHECKING:
    from pydantic import SecretStr

_MAKE_RSA = "Make one with `openssl genrsa -out dkim.pem 2048`."
_MAKE_ED25519 = "Make one with `openssl genpkey -algorithm ed25519 -out dkim-ed25519.pem`."


def checked_rsa_key(secret: SecretStr) -> SecretStr:
    """Check an RSA key for DKIM (RFC 8301, section 3.2). Raises InvalidError, which shows nothing of the key."""
    key = _private_key(secret, _MAKE_RSA)
    if not isinstance(key, RSAPrivateKey):
        raise InvalidError("is not an RSA key, the kind that every mail server reads.", _MAKE_RSA)
    if key.key_size < 2048:
        raise InvalidError(f"has {key.key_size} bits; mail servers want 2048 at least.", _MAKE_RSA)
    return secret


def checked_ed25519_key(secret: SecretStr) -> SecretStr:
    """Check an Ed25519 key for DKIM (RFC 8463). Raises InvalidError, which shows nothing of the key."""
    if not isinstance(_private_key(secret, _MAKE_ED25519), Ed25519PrivateKey):
        raise InvalidError("is not an Ed25519 key.", _MAKE_ED25519)
    return secret


def _private_key(secret: SecretStr, remedy: str) -> object:
    try:
        return load_pem_private_key(secret.get_secret_value().encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it is locked with a password
        raise InvalidError("is not a private key in PEM without a password.", remedy) from None
