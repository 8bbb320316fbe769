"""SIGKILL at random moments while mail goes out, counted from what Postfix's smtp-sink wrote down.

`make kills` does it two hundred times over a thousand recipients; here a few show that nothing is badly wrong.
"""

import contextlib
import os
import random
import re
import sqlite3
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from sites import read_mail, wait_until

KILLS = int(os.environ.get("FEEDSVC_KILLS", "10"))
PEOPLE = KILLS * 5
EVERYONE = """\
subscriptions:
  - {id: everyone, title: Everyone, schedule: daily, recipients_file: everyone.csv}
"""
# So many of a hundred messages wait a second for their reply, as many of these two, and so on: at every kill some are
# taken but not yet known to be. By it one process sends twenty a second with its ten lines, or two send as many.
SLOW_AT_TIMES = [(1, ("-W", ".:1:33")), (2, ("-W", ".:1:50"))]
SECONDS_EACH = 0.05


@dataclass
class Seen:
    """What the sink took, file by file: those it was given whole."""

    dump: Path

    def read(self):
        """Count the messages by recipient and Message-ID; one that a kill cut off was never taken."""
        got = Counter()
        for path in self.dump.iterdir():
            data = path.read_bytes()
            boundary = re.search(rb'boundary="([^"]+)"', data)
            if boundary and b"--" + boundary[1] + b"--" in data[-300:]:
                mail = read_mail(data)
                address = re.sub(r".*<(.*)>.*", r"\1", str(mail["X-Rcpt-Args"]))
                got[address, str(mail["Message-ID"])] += 1
        return got


class Outbox:
    """The deliveries as the store has them, read beside feedsvc."""

    def __init__(self, site):
        self.path = site.root / "var" / "feedsvc.sqlite3"

    def _rows(self, query, *values):
        with contextlib.closing(sqlite3.connect(self.path, timeout=60)) as connection:
            return [row[0] for row in connection.execute(query, values)]

    def on_the_wire(self, workers):
        """Give the Message-IDs that a worker has under way."""
        return [
            message_id
            for worker in workers
            for message_id in self._rows(
                "SELECT message_id FROM deliveries WHERE state = 'attempting' AND worker = ?", worker
            )
        ]

    def left(self):
        return self._rows("SELECT count(*) FROM deliveries WHERE state <> 'accepted'")[0]


def workers_of(process):
    """Give the names under which a process works on the store: of the locks that it holds."""
    links = []
    with contextlib.suppress(OSError):  # it may end meanwhile
        for path in Path(f"/proc/{process.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                links.append(str(path.readlink()))
    return [found[1] for link in links if (found := re.search(r"sqlite3-workers/([0-9a-f]{32})", link))]


@pytest.fixture
def queued(site, smtp_sink):
    """A site with one digest in the outbox for everyone, and what the sink takes of it."""
    port, dump = smtp_sink
    people = "".join(f"person{number}@example.org,Person {number},en\n" for number in range(PEOPLE))
    (site.root / "config" / "everyone.csv").write_text(f"email,name,language\n{people}")
    site.subscribe(EVERYONE)
    site.mail_over_smtp(port, connections=10)
    site.run("ingest", "--now", "2026-11-02T00:00Z")
    assert site.json("digests", "plan", "--now", "2026-11-04T00:00Z")["mails"] == PEOPLE
    return site, Seen(dump)


def is_sending(process, outbox):
    return process.poll() is not None or outbox.on_the_wire(workers_of(process))


def stop_some(processes, outbox, kills_left, dice):
    """Kill one of the processes, or several, at a random moment; gives those, and what each had on the wire."""
    if dice.random() < 0.8:  # while they send, else at any moment from their start on
        wait_until(lambda: all(is_sending(each, outbox) for each in processes), seconds=60, what="the wire")
        share = max(outbox.left(), 1) / kills_left
        time.sleep(dice.uniform(0, 2 * SECONDS_EACH * share))
    else:
        time.sleep(dice.uniform(0, 2))
    victims = dice.sample(processes, dice.randint(1, len(processes)))
    workers = [name for each in victims if each.poll() is None for name in workers_of(each)]
    for each in victims:
        each.kill()
    for each in victims:
        each.wait()
    return victims, outbox.on_the_wire(workers)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("processes", "smtp_sink"), SLOW_AT_TIMES, indirect=["smtp_sink"])
def test_kills_lose_nobody_and_repeat_only_what_was_on_the_wire(queued, processes):
    site, seen = queued
    outbox, wire, dice = Outbox(site), Counter(), random.Random()
    running = [site.start("deliver") for _ in range(processes)]
    began, kills, in_vain = time.monotonic(), 0, 0
    while kills < KILLS:
        victims, cut_off = stop_some(running, outbox, KILLS - kills, dice)
        wire.update(cut_off)
        kills += 1
        in_vain += not cut_off
        running = [site.start("deliver") if each in victims else each for each in running]
    for each in running:
        assert each.wait(timeout=300) == 0
    site.run("deliver")

    assert site.json("status")["outbox"] == {"accepted": PEOPLE}
    got = seen.read()
    assert {address for address, _ in got} == {f"person{number}@example.org" for number in range(PEOPLE)}
    assert len(got) == PEOPLE, "a repeat has the same Message-ID"
    copies = {message_id: number for (_, message_id), number in got.items()}
    assert not {message_id for message_id, number in copies.items() if number - 1 > wire[message_id]}
    sys.stdout.write(
        f"\n{processes} process(es), {PEOPLE} recipients, {kills} kills in {time.monotonic() - began:.0f} s "
        f"({in_vain} with nothing on the wire): {wire.total()} messages were on the wire at a kill, "
        f"{got.total() - PEOPLE} went out again, none more often than it was on the wire; nobody is without.\n"
    )
