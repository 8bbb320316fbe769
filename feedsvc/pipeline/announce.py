"""The job that tells the hub which feeds changed, after they are published: it never keeps publication waiting.

═ claim what is due ═ ──► hub ──► ═ told: gone │ put off │ given up ═
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from feedsvc.websub import BACKOFF, LINES, TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from feedsvc.model import Announcement
    from feedsvc.store import Store
    from feedsvc.websub import Hub

log = structlog.get_logger(__name__)

# The fact that says why the hub could not be told the last time; it goes when it can.
HUB_FAILURE = "hub failure"
# How many are claimed at a time, and for how long: longer than a hub may take to answer for all of them.
CLAIMED = 20
CLAIM = timedelta(seconds=TIMEOUT * (2 + CLAIMED / LINES))


@dataclass(frozen=True, slots=True)
class AnnounceReport:
    """How many feeds' documents the hub was told of, and how many were put off and given up, and why at last."""

    told: int = 0
    put_off: int = 0
    given_up: int = 0
    reason: str = ""

    def then(self, later: AnnounceReport) -> AnnounceReport:
        """Give what this and a later one did together."""
        return AnnounceReport(
            self.told + later.told,
            self.put_off + later.put_off,
            self.given_up + later.given_up,
            later.reason or self.reason,
        )


def announce(
    store: Store,
    hub: Hub,
    url: str,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> AnnounceReport:
    """Tell the hub of all that is due, of a site at `url`, until nothing is or `stopping()` is true.

    Any number of processes may run this at once, and be killed: what one had claimed is due again in a minute.
    """
    desk, report = _Desk(store, hub, url, clock), AnnounceReport()
    while not stopping() and _is_due(store, clock()) and (claimed := desk.claim(CLAIMED)):
        report = report.then(desk.handle(claimed, stopping))
    return report


def _is_due(store: Store, now: datetime) -> bool:
    """Tell whether there is anything to announce, without becoming a writer."""
    with store.reading() as tx:
        return tx.announcements.is_due(now)


def forget_announcements(store: Store) -> None:
    """Let go what waits for a hub that the site has no more."""
    with store.reading() as tx:
        if not (tx.announcements.pending() or tx.facts.get(HUB_FAILURE)):
            return
    with store.writing() as tx:
        tx.announcements.clear()
        tx.facts.drop(HUB_FAILURE)


@dataclass(frozen=True)
class _Desk:
    """Tells a hub of claimed announcements, and writes down what came of it.

    A transaction does one thing to rows in the order of their paths, as ingest does: none waits for another in a ring.
    """

    store: Store
    hub: Hub
    url: str
    clock: Callable[[], datetime]

    def claim(self, limit: int | None = None) -> list[Announcement]:
        """Take some that are due."""
        with self.store.writing() as tx:
            return tx.announcements.claim(self.clock(), self.clock() + CLAIM, limit)

    def handle(self, claimed: Sequence[Announcement], stopping: Callable[[], bool]) -> AnnounceReport:
        """Tell the hub, with no transaction open; what is not tried shares the fate of the hub, or is due again."""
        replies = self.hub.tell_all([f"{self.url}{each.path}" for each in claimed], stopping)
        tried = list(zip(claimed, replies, strict=False))
        told = [each for each, reply in tried if not reply.reason]
        failed = [each for each, reply in tried if reply.reason]
        reason = next((reply.reason for reply in replies if reply.reason), "")
        untried = claimed[len(replies) :]
        if any(reply.of_hub for reply in replies):
            # What else is due would fail too, and a hub that is down isn't helped by being asked for each feed.
            failed += [*untried, *self.claim()]
            untried = ()
        with self.store.writing() as tx:
            tx.announcements.drop(told)
        given_up = self._put_off(failed, untried)
        self._note(reason, told, failed, given_up)
        return AnnounceReport(len(told), len(failed) - given_up, given_up, reason)

    def _put_off(self, failed: Sequence[Announcement], untried: Sequence[Announcement]) -> int:
        """Put off what failed, and give up what did for days; tells how many those are."""
        now = self.clock()
        # What failed together is due together: one request finds out whether the hub is back.
        tried = [replace(each, attempts=each.attempts + 1) for each in failed]
        due = [(each, BACKOFF.next_due(each.attempts, each.published_at, now, self.url)) for each in tried]
        again = [(each, due_at) for each, due_at in due if due_at]
        given_up = [each for each, due_at in due if not due_at]
        with self.store.writing() as tx:
            tx.announcements.put_off([*again, *((each, now) for each in untried)])
        with self.store.writing() as tx:
            tx.announcements.drop(given_up)
        return len(given_up)

    def _note(
        self, reason: str, told: Sequence[Announcement], failed: Sequence[Announcement], given_up: int
    ) -> None:
        if reason:
            log.warning("hub not told", feeds=len(failed), given_up=given_up, reason=reason)
        with self.store.writing() as tx:
            if reason:
                tx.facts.put(HUB_FAILURE, f"{self.clock():%Y-%m-%d %H:%M} UTC: {reason}")
            elif told:
                tx.facts.drop(HUB_FAILURE)
