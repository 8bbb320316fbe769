"""`feedsvc export`, and the worker that does it: a mirror that a plain web server shows, whatever happens on the way."""

import functools
import http.server
import os
import signal
import threading
import time
import urllib.request
from contextlib import contextmanager

import pytest
from s3 import Bucket, serving
from sites import wait_until
from small import make_small, tree

FRESH = "10 September, 2017\n\nCosta Rica opens a shelter\n\nA shelter opened in Costa Rica.\n\n"


@pytest.fixture
def small(site):
    make_small(site.root)
    return site


@contextmanager
def shown(root):
    """Let a plain web server show a folder."""
    handler = functools.partial(_Quiet, directory=str(root))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_a_plain_web_server_shows_the_bytes_that_the_service_shows(small, tmp_path):
    small.run("ingest")
    out = tmp_path / "public"
    said = small.run("export", str(out))
    assert said == f"{len(tree(out))} files written, 0 deleted, 0 unchanged.\n"
    with shown(out) as url, small.serving("web") as service:
        for path in sorted(tree(out).keys() - {"404.html"}):
            address = f"/{path}".removesuffix("index.html")
            with urllib.request.urlopen(url + address, timeout=10) as answer:
                body = answer.read()
            plain = address.rstrip("/") if address not in ("/", "/es/") else address
            assert service.get(plain)[2] == body, path


def killed(process, out, files):
    """Kill an export when there are so many files; tells whether it was still at it."""

    def written():
        return sum(len(names) for _, _, names in os.walk(out)) >= files or process.poll() is not None

    wait_until(written, seconds=60, what="an export")
    process.send_signal(signal.SIGKILL)
    return process.wait(timeout=10) == -signal.SIGKILL


def test_an_export_that_was_killed_is_made_good_by_the_next(site, tmp_path):
    site.run("ingest")
    out = tmp_path / "public"
    assert killed(site.start("export", str(out)), out, 5)
    assert killed(site.start("export", str(out)), out, 1000)
    time.sleep(1)
    before = tree(out)
    (site.root / "bulletins" / "more.txt").write_text(FRESH)
    site.run("ingest")
    assert tree(out) == before, "something still writes"
    assert killed(site.start("export", str(out)), out, len(before) + 5)
    again = site.json("export", str(out))
    fresh = site.json("export", str(tmp_path / "fresh"))
    assert tree(out) == tree(tmp_path / "fresh")
    assert 0 < again["written"] < fresh["written"] == len(tree(out))
    assert site.json("export", str(out)) == {"written": 0, "deleted": 0, "unchanged": len(tree(out))}


def test_the_worker_mirrors_what_it_publishes_to_a_bucket(small):
    with serving() as s3:
        seen = Bucket(s3, "bulletin")
        small.environment |= s3.environment | {"FEEDSVC_EXPORT__URL": "s3://bulletin"}
        with small.serving() as service:
            wait_until(lambda: "feeds/country/pa.atom" in seen.keys(), what="the mirror")  # noqa: SIM118
            wait_until(lambda: small.json("status")["exported_at"], what="the end of the export")
            (small.root / "bulletins" / "fresh.txt").write_text(FRESH)
            title = b"Costa Rica opens a shelter"
            wait_until(lambda: title in seen.get("feeds/all.atom")[1], what="the entry in the mirror")
            wait_until(
                lambda: seen.get("feeds/all.atom")[1] == service.get("/feeds/all.atom")[2],
                what="the same bytes",
            )


def test_a_mirror_that_cannot_be_reached_stops_nothing_and_is_told_of(small):
    small.environment["FEEDSVC_EXPORT__URL"] = "s3://bulletin"
    small.environment |= {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "verysecret",
    }
    with small.serving() as service:
        wait_until(lambda: len(service.titles()) == 10, what="ten entries")
        wait_until(lambda: b"The mirror is behind" in service.get("/healthz")[2], what="the news of it")
    assert "s3://bulletin can't be reached" in small.run("status")
    assert "verysecret" not in (small.root / "service.log").read_text()
    assert "can't be reached" in small.run("export", "s3://bulletin", code=1)


def test_what_is_no_place_for_a_mirror_is_bad_usage_or_a_mistake_in_the_settings(small):
    assert "no kind of place" in small.run("export", "ftp://host", code=2)
    toml = small.root / "config" / "feedsvc.toml"
    toml.write_text(toml.read_text().replace('# url = "../public"', 'url = "s3//bucket?key=verysecret"'))
    small.run("check")  # a strange name, but one of a folder
    toml.write_text(toml.read_text().replace("s3//bucket", "s3://bucket"))
    said = small.run("check", code=2)
    assert "config/feedsvc.toml:" in said
    assert "export.url: holds more than a bucket and a prefix." in said
    assert "verysecret" not in said
