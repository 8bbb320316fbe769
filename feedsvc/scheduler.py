"""The clock that ticks. It carries no meaning: each job asks the store what is due.

APScheduler is told to run a job late rather than never (by default it drops a run that is a second late), once
rather than often after a pause, and never twice at a time.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from feedsvc.errors import FeedsvcError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Job:
    """Something to do at once and then every so many seconds."""

    name: str
    seconds: int
    work: Callable[[], object]
    wanted: threading.Event = field(default_factory=threading.Event)
    idle: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Do it, and again if it was asked for meanwhile; a failure is logged, and the next tick tries again."""
        self.idle.clear()
        try:
            while True:
                self.wanted.clear()
                self.work()
                if not self.wanted.is_set():
                    return
        except FeedsvcError as error:
            log.error("job failed", job=self.name, reason=str(error))
        except Exception:
            log.exception("job failed", job=self.name)
        finally:
            self.idle.set()


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
        """Run a job now, or once more right after the run that is going on."""
        job = self._jobs[name]
        job.wanted.set()
        if job.idle.is_set():
            self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def stop(self, grace: float) -> list[str]:
        """Start nothing more and wait up to so many seconds in all for what runs; gives the jobs that still do."""
        self._scheduler.pause()
        until = datetime.now(UTC).timestamp() + grace
        running = [
            name
            for name, job in self._jobs.items()
            if not job.idle.wait(max(0.0, until - datetime.now(UTC).timestamp()))
        ]
        self._scheduler.shutdown(wait=False)
        return running
