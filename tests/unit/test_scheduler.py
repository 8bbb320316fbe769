"""The clock that ticks: nothing asked for is lost, and a failure stops nothing."""

import threading

from feedsvc.errors import StoreError
from feedsvc.scheduler import Job, Ticker


class Work:
    """Work that waits to be let go, and counts."""

    def __init__(self, fail=False):
        self.runs = 0
        self.fail = fail
        self.begun = threading.Semaphore(0)
        self.go = threading.Semaphore(0)

    def __call__(self):
        self.runs += 1
        self.begun.release()
        self.go.acquire(timeout=5)
        if self.fail:
            raise StoreError("busy")


def ticking(work, seconds=3600):
    ticker = Ticker([Job("job", seconds, work)])
    ticker.start()
    assert work.begun.acquire(timeout=5)
    return ticker


def test_a_job_runs_at_once_and_again_when_asked_for_during_a_run_even_one_that_fails():
    for fail in (False, True):
        work = Work(fail)
        ticker = ticking(work)
        ticker.soon("job")
        ticker.soon("job")
        work.go.release()
        assert work.begun.acquire(timeout=5)
        work.go.release()
        assert ticker.running(5) == []
        assert work.runs == 2
        assert ticker.stop(1) == []


def test_an_idle_job_runs_when_asked_for():
    work = Work()
    ticker = ticking(work)
    work.go.release()
    assert ticker.running(5) == []
    ticker.soon("job")
    assert work.begun.acquire(timeout=5)
    work.go.release()
    assert ticker.stop(5) == []


def test_stopping_waits_for_what_runs_and_starts_nothing_more():
    work = Work()
    ticker = ticking(work)
    ticker.soon("job")
    assert ticker.stop(0.05) == ["job"]
    work.go.release()
    assert ticker.running(5) == []
    ticker.soon("job")
    assert work.runs == 1
