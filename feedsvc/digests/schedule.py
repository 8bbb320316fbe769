"""When editions fall due. Pure: no clock, no store.

A schedule is a crontab line read on the wall clock of the subscription's time zone. The walk over its times is
made on that wall clock, where no hour is missing or doubled, and only the result is turned into a moment: an hour
that daylight saving repeats gives one edition, an hour that it skips gives one too, right after the gap.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cronsim import CronSim

from feedsvc.model import Timing

if TYPE_CHECKING:
    from feedsvc.model import Subscription

# The schedule of a subscription that is sent as soon as there is something new.
INSTANT = "instant"


def timed(
    subscription: Subscription, known: Timing | None, last_due: datetime | None, now: datetime
) -> Timing:
    """Give by which schedule the editions of a subscription fall due as of `now`.

    One that is not what is `known` counts from now on: nothing goes out because it was saved. What fell due by the one
    before stays due until an edition is planned. To or from `instant`, what waits goes out as the new one says.
    """
    schedule, timezone = subscription.schedule, subscription.timezone.key
    if known is None:
        return Timing(schedule, timezone, now)
    if not known.schedule:  # from before schedules were noted
        return replace(known, schedule=schedule, timezone=timezone)
    if (known.schedule, known.timezone) == (schedule, timezone):
        return known
    if INSTANT in {known.schedule, schedule}:
        overdue = known.overdue
    else:
        before = replace(subscription, schedule=known.schedule, timezone=ZoneInfo(known.timezone))
        overdue = unplanned(before, known, last_due, now)
    return Timing(schedule, timezone, now, overdue)


def unplanned(
    subscription: Subscription, timing: Timing, last_due: datetime | None, now: datetime
) -> datetime | None:
    """Give the latest due time that has come since the last edition's; None when none has."""
    if subscription.schedule == INSTANT:
        return latest_due(subscription, last_due or timing.counts_from, now)
    due = latest_due(subscription, max(last_due or timing.counts_from, timing.counts_from), now)
    if due is None and timing.overdue and (last_due is None or timing.overdue > last_due):
        return timing.overdue
    return due


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
