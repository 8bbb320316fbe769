"""When a delivery that didn't go through is tried again (RFC 5321, section 4.5.4.1). Pure: no clock.

The first wait is `FIRST_WAIT`, each next one twice as long, none longer than `LONGEST_WAIT`; up to a quarter
is added, so that what failed together isn't tried together. A delivery is given up when it is both `LIFETIME`
old and was tried as often as the waits of a whole `LIFETIME` allow: one that a standing relay, or a service
that was down, let lie for days is not given up at its first attempt.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=4)
LIFETIME = timedelta(hours=48)
JITTER = 0.25


def _wait(attempts: int) -> timedelta:
    """Give the wait after so many attempts, before jitter."""
    doublings = min(attempts - 1, 10)  # far beyond LONGEST_WAIT, and no overflow
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


# The attempts whose waits between them make up a LIFETIME.
ATTEMPTS = next(n for n in count(1) if sum(map(_wait, range(1, n)), timedelta()) >= LIFETIME)


def next_due(attempts: int, first_at: datetime, now: datetime, key: str) -> datetime | None:
    """Give when to try again after so many attempts (from 1), the last of them `now`; None: give up.

    `first_at` is when the delivery was written. The jitter follows from `key`, such as the Message-ID, and
    the number of attempts.
    """
    if attempts >= ATTEMPTS and now - first_at >= LIFETIME:
        return None
    return now + _wait(attempts) * (1 + JITTER * _fraction(f"{key} {attempts}"))


def _fraction(key: str) -> float:
    """Give a number from 0 up to 1 that follows from a key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6]) / 2**48
