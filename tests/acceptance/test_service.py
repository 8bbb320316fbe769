"""The service as a process: serving, watching, catching up, being killed."""

import re
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from paths import REPOSITORY
from sites import Service, free_port, read_mail, wait_until

EVERY_MINUTE = """\
subscriptions:
  - id: panama-partners
    title: Panama
    schedule: "* * * * *"
    countries: [PA]
    recipients: [{recipients}]
"""
FRESH = "10 September, 2017\n\nHonduras opens a shelter\n\nA shelter for returned migrants opened in Honduras.\n\n"


def entries_up(service, number):
    return lambda: len(service.titles()) == number


def test_a_country_feed_has_its_entries_and_readers_are_told_when_nothing_changed(site):
    with site.serving() as service:
        wait_until(entries_up(service, 10), what="ten entries")
        assert len(service.titles("/feeds/country/pa.atom")) == 5
        status, headers, _ = service.get("/feeds/country/pa.atom", **{"Accept-Encoding": "gzip"})
        assert (status, headers["Content-Encoding"]) == (200, "gzip")
        validators = {"If-None-Match": headers["ETag"], "Accept-Encoding": "gzip"}
        assert service.get("/feeds/country/pa.atom", **validators)[0] == 304
        assert service.get("/feeds/country/xx.atom")[0] == 404


def test_every_link_on_every_page_leads_somewhere(site):
    with site.serving() as service:
        wait_until(entries_up(service, 10), what="ten entries")
        seen, todo = set(), ["/"]
        while todo:
            path = todo.pop()
            if path in seen:
                continue
            seen.add(path)
            status, headers, body = service.get(path)
            assert status == 200, path
            if headers["Content-Type"].startswith("text/html"):
                for link in re.findall(r'(?:href|src)="([^"#]*)', body.decode()):
                    local = re.sub(r"^http://(localhost:8000|127\.0\.0\.1:\d+)", "", link)
                    if local.startswith("/"):
                        todo.append(local)
        assert {"/feeds/all", "/feeds/country/pa", "/feeds/topic/trafficking.atom", "/style.css"} <= seen
        assert sum(path.startswith("/entries/") for path in seen) == 10


def test_a_bulletin_dropped_into_the_folder_is_published_within_seconds(site):
    with site.serving() as service:
        wait_until(entries_up(service, 10), what="ten entries")
        with (site.root / "bulletins" / "new.txt").open("w") as file:
            file.write(FRESH[:30])  # half-written: no reader may see this
            file.flush()
            time.sleep(0.5)
            file.write(FRESH[30:])
        wait_until(entries_up(service, 11), what="the eleventh entry")
        assert "Honduras opens a shelter" in service.titles()[0]


def test_a_source_that_is_new_is_watched_and_an_embargo_ends_by_itself(site):
    (site.root / "boletines").mkdir()
    with site.serving() as service:
        toml = site.root / "config" / "feedsvc.toml"
        toml.write_text(toml.read_text().replace('path = "bulletins"', 'path = "boletines"'))
        time.sleep(2)
        ends = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=9)
        (site.root / "boletines" / "a.txt").write_text(
            f"3 September, 2026\n\nReport on Panama\nPublish: {ends:%Y-%m-%d %H:%M:%S} UTC\n\nThe report is out.\n\n"
            "2 September, 2026\n\nWorkshop in Panama\n\nOfficers met.\n"
        )
        wait_until(lambda: "Workshop in Panama" in service.titles(), what="the entry")
        assert "Report on Panama" not in service.titles()
        wait_until(lambda: "Report on Panama" in service.titles(), what="the end of the embargo")
        assert datetime.now(UTC) >= ends
        _, _, page = service.get("/entries/2026/09/report-on-panama")
        assert b"Publish:" not in page


def test_a_correction_is_taken_up_and_a_withdrawn_entry_is_gone(site):
    with site.serving() as service:
        wait_until(service.titles, what="the first entries")
        entry = site.json("entries", "list")[0]
        key = entry["id"].rsplit("/", 1)[-1]
        (site.root / "config" / "overrides.yaml").write_text(f"{key}:\n  countries: [IS]\n")
        wait_until(lambda: service.titles("/feeds/country/is.atom"), what="the correction")
        path = re.search(r"/entries/\S+", site.run("entries", "show", key).replace("\n", ""))[0].partition(
            "tag:"
        )[0]
        assert service.get(path)[0] == 200
        site.run("entries", "withdraw", key)
        assert service.get(path)[0] == 410
        assert not service.titles("/feeds/country/is.atom")


def test_a_changed_subscriptions_file_is_taken_up_and_a_broken_one_leaves_the_last_good(site):
    with site.serving() as service:
        wait_until(entries_up(service, 10), what="ten entries")
        site.subscribe("subscriptions:\n  - id: x\n   title: y\n")
        wait_until(lambda: b"subscriptions.yaml:3" in service.get("/healthz")[2], what="the mistake")
        assert b"degraded" in service.get("/healthz")[2]
        assert len(service.titles()) == 10
    with site.serving() as service:  # a restart, for whatever reason, finds the file still broken
        assert b"subscriptions.yaml:3" in service.get("/healthz")[2]
        assert len(service.titles()) == 10
        site.subscribe(
            EVERY_MINUTE.format(recipients="ana@example.org").replace(
                "countries", "since: 2017-01-01\n    countries"
            )
        )
        wait_until(lambda: b'"ok"' in service.get("/healthz")[2], what="health")
        wait_until(lambda: len(site.mails()) == 1, seconds=75, what="the mail")


def test_unsubscribing_works_by_button_and_at_once(site):
    site.subscribe(EVERY_MINUTE.format(recipients="ana@example.org"))
    site.run("ingest")
    link = re.search(
        rb"/unsubscribe/[\w.-]+", site.run("digests", "preview", "panama-partners", "--text").encode()
    )
    with site.serving("web") as service:
        status, _, page = service.get(link[0].decode())
        assert status == 200
        assert b"<form" in page
        assert b"ana@example.org" in page
        assert site.json("suppressions", "list") == []
        assert service.get(link[0].decode(), method="POST")[0] == 200
        assert [each["address"] for each in site.json("suppressions", "list")] == ["ana@example.org"]
        assert service.get(link[0].decode() + "x", method="POST")[0] == 404


def test_a_port_that_is_taken_is_said_with_a_remedy(site):
    with site.serving("web"):
        said = site.run("run", code=1)
        assert "can't listen on 127.0.0.1" in said
        assert "Choose another port" in said


def test_what_was_missed_while_the_service_was_down_is_done_once(site):
    site.subscribe(EVERY_MINUTE.format(recipients="ana@example.org"))
    site.run("ingest", "--now", "2026-11-02T00:00Z")  # taken up weeks ago, ahead of the ten entries
    for _ in range(2):
        before = site.json("status")["planned_at"]
        process = site.start("worker")
        wait_until(
            lambda before=before: site.json("status")["planned_at"] != before, what="a pass of the worker"
        )
        wait_until(lambda: len(site.mails()) == 1, what="the mail")
        time.sleep(2.5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    assert len(site.mails()) == 1


def test_news_goes_out_at_once_to_who_wants_it_instantly_but_not_more_often_than_is_set(site):
    site.environment |= {"FEEDSVC_SCHEDULE__TICK_EVERY": "3600", "FEEDSVC_SCHEDULE__INGEST_EVERY": "3600"}
    site.bulletin.unlink()
    site.subscribe(EVERY_MINUTE.format(recipients="ana@example.org").replace('"* * * * *"', "instant"))
    with site.serving() as service:
        # Taken up in the first second: what comes within the same one is as old as the subscription.
        wait_until(lambda: site.json("status")["planned_at"], what="the first look for due digests")
        time.sleep(1)
        (site.root / "bulletins" / "new.txt").write_text(FRESH.replace("Honduras", "Panama"))
        wait_until(site.mails, seconds=60, what="the mail")
        (mail,) = site.mails()
        assert "Panama opens a shelter" in mail.get_body(("plain",)).get_content()
        assert time.time() - (site.root / "bulletins" / "new.txt").stat().st_mtime < 15, (
            "no tick was waited for"
        )

        (site.root / "bulletins" / "newer.txt").write_text(
            FRESH.replace("Honduras opens a shelter", "Panama opens a port")
        )
        wait_until(entries_up(service, 2), what="the second entry")
        time.sleep(2)
        assert len(site.mails()) == 1, "the next one waits for its hour"


def test_both_processes_of_the_procfile_start_under_honcho(site, tmp_path):
    site.environment["FEEDSVC_SITE"] = str(site.root)
    site.environment["PORT"] = str(port := free_port())
    site.environment["PATH"] = f"{Path(sys.executable).parent}:{site.environment['PATH']}"
    log = (tmp_path / "honcho.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "honcho", "-f", str(REPOSITORY / "Procfile"), "start"],
        env={**site.environment, "FEEDSVC_WEB__HOST": "127.0.0.1"},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        # honcho gives each kind of process a port of its own, a hundred apart; web is the first
        service = Service(process, f"http://127.0.0.1:{port}")
        wait_until(service.is_up, what="the web process")
        wait_until(entries_up(service, 10), what="ten entries from the worker")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        log.close()


@pytest.mark.parametrize("seconds", [0.3, 0.6, 0.9, 1.2, 1.5])
def test_a_kill_during_ingest_leaves_the_old_or_the_new(site, seconds):
    many = "".join(
        f"{day} {month}, 2018\n\nPanama meets number {day} {month}\n\nMigrants in Panama met on {day} {month}.\n\n"
        for month in ("January", "March", "May", "July")
        for day in range(1, 29)
    )
    (site.root / "bulletins" / "many.txt").write_text(many)
    process = site.start("ingest")
    time.sleep(seconds)
    process.kill()
    process.wait()
    stored = len(site.json("entries", "list"))
    assert stored in (0, 122)
    report = site.json("ingest")
    assert report["added"] == 122 - stored
    entries = site.json("entries", "list")
    assert len({each["id"] for each in entries}) == len({each["seq"] for each in entries}) == 122


def received(dump):
    """Count what the sink took by recipient and Message-ID; what a kill cut off before its headers is nothing."""
    mails = [read_mail(path.read_bytes()) for path in dump.iterdir()]
    return Counter(
        (re.sub(r".*<(.*)>.*", r"\1", str(mail["X-Rcpt-Args"])), mail["Message-ID"])
        for mail in mails
        if mail["Message-ID"]
    )


def test_a_digest_over_smtp_goes_out_once_and_not_again_after_a_restart(site, smtp_sink):
    port, dump = smtp_sink
    site.subscribe(EVERY_MINUTE.format(recipients="Ana <ana@example.org>"))
    site.mail_over_smtp(port)
    site.run("ingest", "--now", "2026-11-02T00:00Z")
    for _ in range(2):
        with site.serving():
            wait_until(lambda: len(received(dump)) == 1, what="the mail")
            time.sleep(2)
    assert sum(received(dump).values()) == 1


def test_a_relay_that_is_not_there_is_said_and_costs_nobody_an_attempt(site, smtp_sink):
    site.subscribe(EVERY_MINUTE.format(recipients="ana@example.org, eva@example.org"))
    site.mail_over_smtp(free_port())
    site.run("ingest", "--now", "2026-11-02T00:00Z")
    assert site.json("digests", "plan", "--now", "2026-11-04T00:00Z")["mails"] == 2
    said = " ".join(site.run("deliver", "--now", "2026-11-04T00:00Z", code=1).split())
    assert "The relay can't be reached (connecting: " in said
    assert "[mail.smtp] in config/feedsvc.toml" in said
    port, dump = smtp_sink
    site.mail_over_smtp(port)
    assert "2 accepted" in site.run("deliver", "--now", "2026-11-04T00:01Z")
    assert sum(received(dump).values()) == 2


@pytest.mark.parametrize("smtp_sink", [("-w", "1")], indirect=True)
@pytest.mark.parametrize(
    ("command", "number", "code"),
    [("worker", signal.SIGTERM, 0), ("deliver", signal.SIGTERM, 130), ("deliver", signal.SIGINT, 130)],
)
def test_a_signal_finishes_what_is_on_the_wire_and_leaves_the_rest_for_the_next(
    site, smtp_sink, command, number, code
):
    port, dump = smtp_sink
    people = [f"person{number}@example.org" for number in range(12)]
    site.subscribe(EVERY_MINUTE.format(recipients=", ".join(people)))
    site.mail_over_smtp(port, connections=2)
    site.run("ingest", "--now", "2026-11-02T00:00Z")
    site.run("digests", "plan")
    process = site.start(command)
    wait_until(lambda: len(received(dump)) >= 2, seconds=40, what="the first mails")
    process.send_signal(number)
    assert process.wait(timeout=10) == code
    outbox = site.json("status")["outbox"]
    assert set(outbox) == {"accepted", "pending"}
    site.run("deliver")
    assert Counter(address for address, _ in received(dump).elements()) == Counter(people)
