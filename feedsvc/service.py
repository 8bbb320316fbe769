"""The long-running processes: the web server, the worker, and both in one."""

from __future__ import annotations

import os
import signal
import socket
import threading
from typing import TYPE_CHECKING

import structlog
import uvicorn
import watchfiles

from feedsvc.errors import ServiceError
from feedsvc.scheduler import Job, Ticker
from feedsvc.web import create_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

    from feedsvc.app import App
    from feedsvc.model import Problem
    from feedsvc.pipeline import IngestReport

log = structlog.get_logger(__name__)

# What is on the wire when the service is told to stop has this long to end. With the web server's own grace it
# must stay under ten seconds, after which platforms kill.
GRACE_SECONDS = 5.0
WEB_GRACE_SECONDS = 3

# A file that was still being written is looked at again after this long.
UNSETTLED_SECONDS = 2.0


class Worker:
    """The scheduler's half: all jobs, at their intervals and whenever a file changes."""

    def __init__(self, app: App) -> None:
        self._app = app
        schedule = app.parts.configuration.settings.schedule
        self._ticker = Ticker(
            [
                Job("ingest", schedule.ingest_every, lambda: self._ingest(app.ingest_folders)),
                # Apart, so that a slow web server keeps no bulletin in a folder waiting.
                Job("visit", schedule.tick_every, lambda: self._ingest(app.visit)),
                Job("plan", schedule.tick_every, self._plan),
                # Apart, so that instant digests are written while thousands of others go out at the relay's pace.
                Job("deliver", schedule.tick_every, self._deliver),
                # Apart as well: a mailbox that doesn't answer delays no digest.
                Job("bounces", schedule.bounces_every, self._read_bounces),
                # Apart, so that neither feeds nor mails wait for a hub, or for slow uploads.
                Job("announce", schedule.tick_every, self._announce),
                Job("export", schedule.tick_every, self._export),
            ]
        )
        self._told: set[Problem] = set()
        self._again = threading.Timer(0, lambda: None)
        self._watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin; what was missed is done at once."""
        self._ticker.start()
        self._watcher.start()

    def stop(self) -> None:
        """Finish what is on the wire and stop within seconds."""
        self._app.stopping.set()
        running = self._ticker.stop(GRACE_SECONDS)
        if "deliver" in running:
            log.warning("giving up what is still on the wire; it will be in doubt", seconds=GRACE_SECONDS)
            self._app.cancel_sending()
        if running and (running := self._ticker.running(1.0)):
            # Nothing of an unfinished transaction is stored, and the next start does it anew.
            log.warning("stopping in the middle of a job", jobs=running)
            os._exit(0)

    def _ingest(self, work: Callable[[], IngestReport | None]) -> None:
        report = work()
        if report is None:
            return
        if report.added or report.updated:
            log.info("ingested", added=report.added, updated=report.updated, documents=report.documents)
        for problem in set(report.problems) - self._told:
            log.warning("problem", bulletin=problem.bulletin, line=problem.line, reason=problem.reason)
        self._told = set(report.problems)
        if report.unsettled:
            self._look_again(UNSETTLED_SECONDS)
        elif report.next_at:
            self._look_again(max((report.next_at - self._app.clock()).total_seconds(), UNSETTLED_SECONDS / 2))
        if report.added or report.updated:  # what was corrected may be news to someone
            self._ticker.soon("plan")
        if report.documents:
            self._ticker.soon("announce")
            self._ticker.soon("export")
            self._app.make_searchable()

    def _look_again(self, seconds: float) -> None:
        """Do a pass over the folders in so many seconds; one much later is left to the ticks."""
        if seconds <= self._app.parts.configuration.settings.schedule.ingest_every:
            self._again.cancel()
            self._again = threading.Timer(seconds, self._ticker.soon, ["ingest"])
            self._again.daemon = True
            self._again.start()

    def _plan(self) -> None:
        planned = self._app.plan()
        for hold in planned.held:
            log.warning("digest held", subscription=hold.subscription, reason=hold.reason)
        if planned.mails:
            log.info("planned", editions=len(planned.editions), mails=planned.mails)
            self._ticker.soon("deliver")

    def _deliver(self) -> None:
        delivered = self._app.deliver()
        if delivered.doubted:
            log.warning("in doubt after a stop", deliveries=delivered.doubted)
        if delivered.outcomes:
            log.info("delivered", **{state.value: number for state, number in delivered.outcomes.items()})

    def _announce(self) -> None:
        report = self._app.announce()
        if report.told:
            log.info("announced", feeds=report.told)

    def _read_bounces(self) -> None:
        read = self._app.read_bounces()
        if read.answers:
            kinds = {kind.value: number for kind, number in read.answers.items()}
            log.info("bounces read", **kinds, suppressed=read.suppressed)
        if read.kept:
            log.warning("letters for a person", letters=read.kept)

    def _export(self) -> None:
        report = self._app.export_due()
        if report:
            log.info("exported", written=report.written, deleted=report.deleted, unchanged=report.unchanged)

    def _watch(self) -> None:
        """Run the jobs when a bulletin, the config or a template changes; the ticks go on if this can't work."""
        while not self._app.stopping.is_set():
            watched = self._watched()
            try:
                for _changes in watchfiles.watch(*watched, stop_event=self._app.stopping, debounce=400):
                    self._ticker.soon("ingest")
                    self._ticker.soon("plan")
                    self._app.refresh()
                    self._ticker.soon("deliver")  # at another pace, perhaps
                    if self._watched() != watched:
                        break
            except OSError as error:
                log.warning(
                    "folders can't be watched; they are looked through at intervals", reason=str(error)
                )
                self._app.stopping.wait(60)

    def _watched(self) -> list[Path]:
        root = self._app.root
        sources = self._app.parts.configuration.sources
        folders = {root / "config", root / "templates", *(source.path for source in sources if source.path)}
        return sorted(folder for folder in folders if folder.is_dir())


class _Server(uvicorn.Server):
    """A web server that tells the app at once when it is told to stop, before it drains its own requests."""

    def __init__(self, app: App) -> None:
        settings = app.parts.configuration.settings.web
        super().__init__(
            uvicorn.Config(
                create_app(app),
                host=settings.host,
                port=settings.port,
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,  # the app's own is right to the second
                # What the app has no need of costs time at every request.
                proxy_headers=False,
                lifespan="off",
                ws="none",
                timeout_graceful_shutdown=WEB_GRACE_SECONDS,
            )
        )
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal to stop."""
        self._app.stopping.set()
        super().handle_exit(sig, frame)


def work(app: App) -> None:
    """Run the worker until SIGTERM or Ctrl-C."""
    _on_stop(lambda _number, _frame: app.stopping.set())
    worker = Worker(app)
    worker.start()
    app.stopping.wait()
    worker.stop()


def serve(app: App, announce: Callable[[], object], *, working: bool) -> None:
    """Run the web server, with the worker beside it if `working`, until SIGTERM or Ctrl-C.

    `announce` is called when the server has its address. Raises ServiceError when it can't have it.
    """
    server = _Server(app)
    listening = _listen(server.config.host, server.config.port)
    announce()
    # The server takes signals itself while it runs; these are for the moments before and after.
    _on_stop(server.handle_exit)
    worker = Worker(app) if working else None
    if worker:
        worker.start()
    try:
        server.run([listening])
    finally:
        app.stopping.set()
        if worker:
            worker.stop()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise ServiceError(
            f"The web server can't listen on {host}:{port}: {error.strerror}. "
            f"Choose another port: [web] port in config/feedsvc.toml, or the environment's PORT."
        ) from None


def _on_stop(handler: Callable[[int, FrameType | None], object]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handler)
