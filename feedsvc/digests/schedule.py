"""When editions fall due. Pure: no clock, no store.

A schedule is a crontab line read on the wall clock of the subscription's time zone. The walk over its times is
made on that wall clock, where no hour is missing or doubled, and only the result is turned into a moment: an hour
that daylight saving repeats gives one edition, an hour that it skips gives one too, right after the gap.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cronsim import CronSim

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from feedsvc.model import Subscription

# The schedule of a subscription that is sent as soon as there is something new.
INSTANT = "instant"


def latest_due(subscription: Subscription, after: datetime, now: datetime) -> datetime | None:
    """Give the latest due time that has come since `after`; None when none has.

    All that was missed in between is caught up by this one. An `instant` subscription is due at any time.
    """
    if subscription.schedule == INSTANT:
        due = now.astimezone(UTC).replace(microsecond=0)
        return due if due > after else None
    wall = now.astimezone(subscription.timezone).replace(tzinfo=None)
    # CronSim walks strictly before its start; one second on, a time that is due right now counts.
    start = wall.replace(microsecond=0) + timedelta(seconds=1)
    for nominal in CronSim(subscription.schedule, start, reverse=True):
        due = _moment(nominal, subscription.timezone)
        if due <= now:  # a time in a spring gap stands on the wall clock before its moment has come
            return due if due > after else None
    return None


def next_due(subscription: Subscription, now: datetime) -> datetime | None:
    """Give the next due time after `now`; None for `instant`, and for a line whose day never comes."""
    if subscription.schedule == INSTANT:
        return None
    wall = now.astimezone(subscription.timezone).replace(tzinfo=None)
    for nominal in CronSim(subscription.schedule, wall - timedelta(hours=3)):
        due = _moment(nominal, subscription.timezone)
        if due > now:
            return due
    return None


def _moment(nominal: datetime, timezone: ZoneInfo) -> datetime:
    """Turn a time on the wall clock into a moment: the first of two, or as long after a gap as it stands in it."""
    return nominal.replace(tzinfo=timezone, fold=0).astimezone(UTC)
