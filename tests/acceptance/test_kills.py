"""SIGKILL at random moments while mail goes out, counted from what Postfix's smtp-sink wrote down.

`make kills` does it two hundred times over a thousand recipients; here a few show that nothing is badly wrong.
"""

import contextlib
import os
import random
import re
import signal
import sqlite3
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from sites import read_mail, wait_until
from slow_replies import slow_replies

KILLS = int(os.environ.get("FEEDSVC_KILLS", "4"))
PEOPLE = KILLS * 5
EVERYONE = """\
subscriptions:
  - {id: everyone, title: Everyone, schedule: daily, recipients_file: everyone.csv}
"""
# How many seconds a reply takes, one as likely as the other. Some messages get through at once, and at a kill others are at
# every stage; so eight lines don't empty the outbox in an instant: they send some seven a second.
REPLIES = (0, 0, 1, 2, 3)
LINES = 8
SECONDS_EACH = 0.15


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
def queued(site, smtp_sink, processes):
    """A site with one digest in the outbox for everyone, and what the sink takes of it."""
    port, dump = smtp_sink
    people = "".join(f"person{number}@example.org,Person {number},en\n" for number in range(PEOPLE))
    (site.root / "config" / "everyone.csv").write_text(f"email,name,language\n{people}")
    site.subscribe(EVERYONE)
    with slow_replies(port, REPLIES) as far:
        site.mail_over_smtp(far, connections=LINES // processes)
        site.run("ingest", "--now", "2024-11-02T00:00Z")
        assert site.json("digests", "plan", "--now", "2024-11-04T00:00Z")["mails"] == PEOPLE
        yield site, Seen(dump)


def wait_for_a_moment(processes, outbox, kills_left, dice):
    """Let a random time pass, mostly while all of them send; at times from their start on, whatever they do."""
    if dice.random() < 0.1:
        time.sleep(dice.uniform(0, 2))
        return
    wait_until(lambda: all(is_sending(each, outbox) for each in processes), seconds=60, what="the wire")
    time.sleep(dice.uniform(0, SECONDS_EACH * outbox.left() / kills_left))


def is_sending(process, outbox):
    return process.poll() is not None or outbox.on_the_wire(workers_of(process))


def kill_some(processes, outbox, dice):
    """Kill one of the processes, or several; gives those, and the Message-IDs of what they had on the wire."""
    victims = dice.sample(processes, dice.randint(1, len(processes)))
    for each in processes:
        freeze(each)
    cut_off = outbox.on_the_wire([name for each in victims for name in workers_of(each)])
    for each in victims:
        each.kill()
        each.wait()
    for each in processes:
        each.send_signal(signal.SIGCONT)
    return victims, cut_off


def freeze(process):
    """Let a process stand still, so that it changes nothing while one reads what it is at."""
    if process.poll() is None:
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("processes", [1, 2])
def test_kills_lose_nobody_and_repeat_only_what_was_on_the_wire(queued, processes):
    site, seen = queued
    outbox, wire, dice = Outbox(site), Counter(), random.Random()
    running = [site.start("deliver") for _ in range(processes)]
    began, hits = time.monotonic(), 0
    for kill in range(KILLS):
        wait_for_a_moment(running, outbox, KILLS - kill, dice)
        victims, cut_off = kill_some(running, outbox, dice)
        wire.update(cut_off)
        hits += bool(cut_off)
        running = [site.start("deliver") if each in victims else each for each in running]
    for each in running:
        assert each.wait(timeout=300) == 0
    site.run("deliver")

    got = seen.read()
    people = {f"person{number}@example.org" for number in range(PEOPLE)}
    addresses = Counter(address for address, _ in got)
    copies = {message_id: number for (_, message_id), number in got.items()}
    sys.stdout.write(
        f"\n{processes} process(es), {PEOPLE} recipients, {KILLS} kills in {time.monotonic() - began:.0f} s, {hits} of "
        f"them with messages on the wire, {wire.total()} in all; of these {got.total() - len(got)} went out again, none "
        f"came more than {max(got.values())} times. Without a message: {len(people - addresses.keys())}. Message-IDs for "
        f"each recipient: {max(addresses.values())}.\n"
    )
    assert site.json("status")["outbox"] == {"accepted": PEOPLE}
    assert addresses.keys() == people
    assert set(addresses.values()) == {1}, "a repeat has the same Message-ID"
    assert not {message_id for message_id, number in copies.items() if number - 1 > wire[message_id]}
