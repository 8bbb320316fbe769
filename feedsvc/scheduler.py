"""The clock that ticks. It carries no meaning: each job asks the store what is due.

APScheduler is told to run a job late rather than never (by default it drops a run that is a second late), once
rather than often after a pause, and never twice at a time.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from feedsvc.errors import FeedsvcError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

log = structlog.get_logger(__name__)
# A job may take longer than its interval: that its next run is skipped is no news at every tick.
logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


@dataclass
class Job:
    """Something to do at once and then every so many seconds."""

    name: str
    seconds: int
    work: Callable[[], object]
    idle: threading.Event = field(default_factory=threading.Event)
    _wanted: bool = False
    _stopped: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Do it, and again if it was asked for meanwhile; a failure is logged, and the next tick tries again."""
        while True:
            with self._lock:
                self.idle.clear()
                self._wanted = False
            self._run_once()
            with self._lock:
                if not self._wanted or self._stopped:
                    self.idle.set()
                    return

    def ask_again(self) -> bool:
        """Ask for one more run after the one that is going on; False when none is."""
        with self._lock:
            self._wanted = True
            return not self.idle.is_set()

    def stop(self) -> None:
        """Do it no more after the run that is going on."""
        self._stopped = True

    def _run_once(self) -> None:
        try:
            self.work()
        except FeedsvcError as error:
            log.error("job failed", job=self.name, reason=str(error))
        except Exception:
            log.exception("job failed", job=self.name)


class Ticker:
    """Runs jobs at their intervals, each in a thread of its own."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(len(jobs))},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        for job in jobs:
            job.idle.set()
            self._scheduler.add_job(
                job.run,
                IntervalTrigger(seconds=job.seconds, timezone=UTC),
                id=job.name,
                next_run_time=datetime.now(UTC),
            )

    def start(self) -> None:
        """Begin to tick; what was missed while nobody ticked is done by the first run."""
        self._scheduler.start()

    def soon(self, name: str) -> None:
        """Run a job now, or once more right after the run that is going on; nothing once stopped."""
        if not self._jobs[name].ask_again():
            with contextlib.suppress(JobLookupError):
                self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def stop(self, grace: float) -> list[str]:
        """Start nothing more and wait up to so many seconds in all for what runs; gives the jobs that still do."""
        self._scheduler.pause()
        for job in self._jobs.values():
            job.stop()
        running = self.running(grace)
        self._scheduler.shutdown(wait=False)
        return running

    def running(self, patience: float) -> list[str]:
        """Wait up to so many seconds in all for the jobs to be idle; gives those that are not."""
        until = time.monotonic() + patience
        return [
            name for name, job in self._jobs.items() if not job.idle.wait(max(0.0, until - time.monotonic()))
        ]
