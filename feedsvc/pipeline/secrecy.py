"""Whether the site's secret is the one that it began with: links in old mail and stand-ins hang on it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from feedsvc import mail

if TYPE_CHECKING:
    from feedsvc.store import Store, Transaction

log = structlog.get_logger(__name__)

# The fact that holds the fingerprint of each secret there was, and since when, the first one first.
_SECRETS = "secrets"
# A change is told of for so long: what was sent before is hardly read any more then.
TOLD_FOR = timedelta(days=30)


def note_secret(store: Store, secret: str, now: datetime) -> None:
    """Note which secret is in use; one that is new is told of in the log."""
    fingerprint = mail.fingerprint(secret)
    with store.reading() as tx:
        if fingerprint in _known(tx):
            return
    with store.writing() as tx:
        known = _known(tx)
        tx.facts.put(_SECRETS, json.dumps({**known, fingerprint: now.isoformat()}))
    if known:
        log.warning("the secret is another one", remedy="`feedsvc status` says what that means")


def secret_changed_at(tx: Transaction, secret: str, now: datetime) -> datetime | None:
    """Tell since when the secret is another one than the site began with; None if it is not, or for long."""
    known, fingerprint = _known(tx), mail.fingerprint(secret)
    if not known or fingerprint == next(iter(known)):
        return None
    since = datetime.fromisoformat(known[fingerprint]) if fingerprint in known else now
    return since if now - since < TOLD_FOR else None


def _known(tx: Transaction) -> dict[str, str]:
    return dict(json.loads(tx.facts.get(_SECRETS) or "{}"))
