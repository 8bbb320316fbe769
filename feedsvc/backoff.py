"""When something that didn't go through is tried again: ever less often, and given up in the end. Pure: no clock."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

JITTER = 0.25


@dataclass(frozen=True)
class Backoff:
    """The first wait is `first`, each next one twice as long, none longer than `longest`.

    Up to a quarter is added, so that what failed together isn't tried together. A thing is given up when it is both
    `lifetime` old and was tried as often as the waits of a whole `lifetime` allow: one that lay for days, while a
    service was down, is not given up at its first attempt.
    """

    first: timedelta
    longest: timedelta
    lifetime: timedelta

    def next_due(self, attempts: int, first_at: datetime, now: datetime, key: str) -> datetime | None:
        """Give when to try again after so many attempts (from 1), the last of them `now`; None: give up.

        `first_at` is when the thing came to be. The jitter follows from `key`, its name, and the number of attempts.
        """
        if attempts >= self.attempts and now - first_at >= self.lifetime:
            return None
        return now + self._wait(attempts) * (1 + JITTER * _fraction(f"{key} {attempts}"))

    @cached_property
    def attempts(self) -> int:
        """The attempts whose waits between them make up a lifetime."""
        return next(n for n in count(1) if sum(map(self._wait, range(1, n)), timedelta()) >= self.lifetime)

    def _wait(self, attempts: int) -> timedelta:
        """Give the wait after so many attempts, before jitter."""
        doublings = min(attempts - 1, 20)  # far beyond `longest`, and no overflow
        return min(self.first * (1 << doublings), self.longest)


def _fraction(key: str) -> float:
    """Give a number from 0 up to 1 that follows from a key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6]) / 2**48
