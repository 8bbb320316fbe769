"""Requests a second for a feed and a page, whole and unchanged, beside nginx serving the same bytes (gzip_static).

One process of ours against one worker of nginx, with `wrk` (Debian's) on the other core.
"""

import contextlib
import gzip
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.bulletins import bulletin
from feedsvc import config
from feedsvc.app import App

ENTRIES = 200
SECONDS = 5
CONNECTIONS = 32
PATHS = {"a feed": "/feeds/country/pa.atom", "a page": "/feeds/country/pa"}
NGINX = """\
worker_processes 1; daemon off; pid {root}/nginx.pid; error_log {root}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; gzip_static on; etag on; default_type text/html;
  client_body_temp_path {root}/t1; proxy_temp_path {root}/t2; fastcgi_temp_path {root}/t3;
  uwsgi_temp_path {root}/t4; scgi_temp_path {root}/t5;
  server {{ listen 127.0.0.1:{port}; root {root}/public; keepalive_requests 1000000; }}
}}
"""


def run(console: Console) -> None:
    """Print requests a second, and the ratio to nginx's."""
    wrk, nginx = shutil.which("wrk"), shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if not wrk or not nginx:
        console.print("wrk and nginx (Debian's) are not installed.")
        return
    table = Table("", "feedsvc /s", "nginx /s", "feedsvc to nginx")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        site = _site(root)
        with _feedsvc(site) as ours, _nginx(nginx, root) as theirs:
            for what, path in PATHS.items():
                for status in (200, 304):
                    rates = [_rate(wrk, address, path, status) for address in (ours, theirs)]
                    table.add_row(
                        f"{what}, {status}",
                        f"{rates[0]:,.0f}",
                        f"{rates[1]:,.0f}",
                        f"{rates[0] / rates[1]:.2f}",
                    )
    console.print(table)


def _site(root: Path) -> Path:
    site = root / "site"
    config.init_site(site)
    (site / "bulletins" / "many.txt").write_text(bulletin(ENTRIES))
    app = App(site)
    app.ingest(wait=True)
    for path in PATHS.values():
        shelved = app.document(path)
        assert shelved is not None
        file = root / "public" / (path[1:] if "." in path else f"{path[1:]}/index.html")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(shelved.document.body)
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(shelved.document.body, 6, mtime=0))
    app.store.close()
    return site


@contextlib.contextmanager
def _feedsvc(site: Path) -> Iterator[str]:
    port = _free_port()
    environment = {**os.environ, "FEEDSVC_WEB__PORT": str(port)}
    with _running(
        [sys.executable, "-m", "feedsvc", "--site", str(site), "web"], port, environment
    ) as address:
        yield address


@contextlib.contextmanager
def _nginx(nginx: str, root: Path) -> Iterator[str]:
    port = _free_port()
    (root / "nginx.conf").write_text(NGINX.format(root=root, port=port))
    with _running(
        [nginx, "-c", str(root / "nginx.conf"), "-p", str(root)], port, dict(os.environ)
    ) as address:
        yield address


@contextlib.contextmanager
def _running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[str]:
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _rate(wrk: str, address: str, path: str, status: int) -> float:
    headers = {"Accept-Encoding": "gzip"}
    url = f"{address}{path}"
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request) as answer:
        url, tag = answer.url, answer.headers["ETag"]
    if status == 304:
        headers["If-None-Match"] = tag
    options = [option for name, value in headers.items() for option in ("-H", f"{name}: {value}")]
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *options, url]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)
    assert found, done.stdout
    assert "Non-2xx" not in done.stdout or status == 304
    return float(found[1])


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
