"""A site in an empty folder, worked on by the command line and the service as processes."""

import contextlib
import email
import email.policy
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

FEEDSVC = [sys.executable, "-m", "feedsvc"]


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def wait_until(true, seconds=20.0, what="it"):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        value = true()
        if value:
            return value
        time.sleep(0.05)
    pytest.fail(f"{what} did not come true in {seconds} s")


class SiteFolder:
    """A site made by `feedsvc init`, and what one does to it."""

    def __init__(self, root: Path, environment):
        self.root = root
        self.environment = {**os.environ, **environment}
        self.bulletin = root / "bulletins" / "mesoamerica-2017.txt"

    def run(self, *words, code=0, input_text=None):
        done = subprocess.run(
            [*FEEDSVC, "--site", str(self.root), *words],
            capture_output=True,
            text=True,
            input=input_text,
            env=self.environment,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done.stdout if code == 0 else done.stderr

    def json(self, *words, **options):
        return json.loads(self.run(*words, "--json", **options))

    def start(self, *words):
        with (self.root / "service.log").open("a") as log:
            return subprocess.Popen(
                [*FEEDSVC, "--site", str(self.root), *words],
                env=self.environment,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    @contextlib.contextmanager
    def serving(self, command="run", port=0):
        port = port or free_port()
        self.environment["FEEDSVC_WEB__PORT"] = str(port)
        process = self.start(command)
        try:
            service = Service(process, f"http://127.0.0.1:{port}")
            wait_until(service.is_up, what="the service")
            yield service
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                assert process.wait(timeout=20) == 0

    def subscribe(self, text):
        (self.root / "config" / "subscriptions.yaml").write_text(text, encoding="utf-8")

    def mail_over_smtp(self, port, connections=10):
        self.environment.update(
            {
                "FEEDSVC_MAIL__TRANSPORT": "smtp",
                "FEEDSVC_MAIL__SMTP__HOST": "127.0.0.1",
                "FEEDSVC_MAIL__SMTP__PORT": str(port),
                "FEEDSVC_MAIL__SMTP__CONNECTIONS": str(connections),
            }
        )

    def mails(self):
        folder = self.root / "var" / "mail" / "new"
        return [read_mail(path.read_bytes()) for path in sorted(folder.iterdir())] if folder.is_dir() else []


def read_mail(data):
    return email.message_from_bytes(data, policy=email.policy.default)


class StayHere(urllib.request.HTTPRedirectHandler):
    """Shows a redirect instead of following it."""

    def redirect_request(self, *_details):
        return None


class Service:
    """A running service, and how one asks it."""

    def __init__(self, process, url):
        self.process = process
        self.url = url

    def is_up(self):
        assert self.process.poll() is None, "the service ended by itself"
        with contextlib.suppress(OSError):
            return self.get("/healthz")[0] == 200
        return False

    def get(self, path, method="GET", *, redirect=True, **headers):
        request = urllib.request.Request(self.url + path, method=method, headers=headers)
        opener = urllib.request.build_opener() if redirect else urllib.request.build_opener(StayHere)
        try:
            with opener.open(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def titles(self, path="/feeds/all.atom"):
        _, _, body = self.get(path)
        return re.findall(r"<entry[^>]*>.*?<title[^>]*>(.*?)</title>", body.decode(), re.DOTALL)
