"""When an address that fails softly is written to no more. Pure: no clock.

Each day on which a delivery bounced counts one; half after `days`, a quarter after twice as long, and so on. So an
address is given up after `bounces` of them within `days`, or after some more that came slower, and a full mailbox
that was emptied has its past forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Patience:
    """How much is borne: so many bounces within so many days."""

    bounces: int
    days: int

    @property
    def memory(self) -> timedelta:
        """How long bounces are to be remembered: all older ones together weigh next to nothing."""
        return timedelta(days=max(10 * self.days, 365))

    def score(self, bounced_at: Iterable[datetime], now: datetime) -> float:
        """Weigh the bounces of an address. Several on one day are one: they have one cause."""
        first_of_day = {moment.date(): moment for moment in sorted(bounced_at, reverse=True)}
        ages = [max((now - moment).days, 0) for moment in first_of_day.values()]
        return sum(0.5 ** (age // self.days) for age in ages)

    def is_out(self, bounced_at: Iterable[datetime], now: datetime) -> bool:
        """Tell whether it is enough."""
        return self.score(bounced_at, now) >= self.bounces
