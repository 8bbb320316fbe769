"""The long-running processes: the web server, the worker, and both in one."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import structlog
import uvicorn
import watchfiles

from feedsvc.scheduler import Job, Ticker
from feedsvc.web import create_app

if TYPE_CHECKING:
    from types import FrameType

    from feedsvc.app import App
    from feedsvc.model import Problem

log = structlog.get_logger(__name__)

# What is on the wire when the service is told to stop has this long to end; platforms kill after ten at least.
GRACE_SECONDS = 8.0

# A file that was still being written is looked at again after this long.
UNSETTLED_SECONDS = 2.0


class Worker:
    """The scheduler's half: ingest and send, at their intervals and whenever a file changes."""

    def __init__(self, app: App) -> None:
        self._app = app
        schedule = app.parts.configuration.settings.schedule
        self._ticker = Ticker(
            [Job("ingest", schedule.ingest_every, self._ingest), Job("send", schedule.tick_every, self._send)]
        )
        self._told: set[Problem] = set()
        self._watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin; what was missed is done at once."""
        self._ticker.start()
        self._watcher.start()

    def stop(self) -> None:
        """Finish what is on the wire and stop within seconds."""
        self._app.stopping.set()
        if self._ticker.stop(GRACE_SECONDS):
            log.warning("giving up what is still on the wire; it will be in doubt", seconds=GRACE_SECONDS)
            self._app.cancel_sending()

    def _ingest(self) -> None:
        report = self._app.ingest()
        if report.added or report.updated:
            log.info("ingested", added=report.added, updated=report.updated, documents=report.documents)
        for problem in set(report.problems) - self._told:
            log.warning("problem", bulletin=problem.bulletin, line=problem.line, reason=problem.reason)
        self._told = set(report.problems)
        if report.unsettled:
            timer = threading.Timer(UNSETTLED_SECONDS, self._ticker.soon, ["ingest"])
            timer.daemon = True
            timer.start()
        if report.added:
            self._ticker.soon("send")

    def _send(self) -> None:
        planned = self._app.plan()
        if planned.mails:
            log.info("planned", editions=len(planned.editions), mails=planned.mails)
        delivered = self._app.deliver()
        if delivered.doubted:
            log.warning("in doubt after a stop", deliveries=delivered.doubted)
        if delivered.outcomes:
            log.info("delivered", **{state.value: number for state, number in delivered.outcomes.items()})

    def _watch(self) -> None:
        """Run the jobs when a bulletin, the config or a template changes."""
        root = self._app.root
        sources = self._app.parts.configuration.settings.sources
        folders = {root / "config", root / "templates", *(root / source.path for source in sources)}
        there = [folder for folder in folders if folder.is_dir()]
        for _changes in watchfiles.watch(*there, stop_event=self._app.stopping, debounce=400):
            self._ticker.soon("ingest")
            self._ticker.soon("send")


def work(app: App) -> None:
    """Run the worker until SIGTERM or Ctrl-C."""
    stopped = _stop_signals()
    worker = Worker(app)
    worker.start()
    stopped.wait()
    worker.stop()


def serve(app: App, *, working: bool) -> None:
    """Run the web server, with the worker beside it if `working`, until SIGTERM or Ctrl-C."""
    _stop_signals()  # the server takes the signals itself, and raises them again when it is done
    settings = app.parts.configuration.settings.web
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(app),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            timeout_graceful_shutdown=5,
        )
    )
    worker = Worker(app) if working else None
    if worker:
        worker.start()
    try:
        server.run()
    finally:
        app.stopping.set()
        if worker:
            worker.stop()


def _stop_signals() -> threading.Event:
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return stopped
