"""When a delivery that didn't go through is tried again (RFC 5321, section 4.5.4.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from feedsvc.backoff import Backoff

if TYPE_CHECKING:
    from datetime import datetime

_BACKOFF = Backoff(timedelta(minutes=5), timedelta(hours=4), timedelta(hours=48))
# How often a delivery is tried at least before it is given up.
ATTEMPTS = _BACKOFF.attempts


def next_due(attempts: int, first_at: datetime, now: datetime, key: str) -> datetime | None:
    """Give when to try again after so many attempts (from 1), the last of them `now`; None: give up.

    `first_at` is when the delivery was written, `key` names it, such as the Message-ID.
    """
    return _BACKOFF.next_due(attempts, first_at, now, key)
