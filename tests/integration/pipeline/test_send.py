"""From due editions to settled deliveries, where something goes wrong on the way."""

import asyncio
import contextlib
import socket
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
import uvloop
from integration.mail.relay import DROP, Relay

from feedsvc import pipeline
from feedsvc.errors import MessageError, NotFoundError, StoreError
from feedsvc.mail import Domains, Pace, Patience, SmtpTransport
from feedsvc.model import (
    MOST_DOUBTS,
    AnswerKind,
    DeliveryState,
    Outcome,
    Settlement,
    Suppression,
    SuppressionReason,
)
from feedsvc.pipeline import Policy

PEOPLE = ", ".join(f"p{number}@example.org" for number in range(6))
DAILY = f"subscriptions:\n  - {{id: all, title: All, schedule: daily, recipients: [{PEOPLE}]}}\n"
ENTRY = "3 September, 2017\n\nPanama opens an office\n\nThe office is open.\n"


class SlowRelay:
    """A transport that takes its time, and notes what it took."""

    def __init__(self):
        self.taken = []

    async def send(self, message):
        await asyncio.sleep(0.05)
        self.taken.append(message.recipient)
        return Outcome(DeliveryState.ACCEPTED, "250 ok")

    async def close(self):
        pass


@pytest.fixture
def due(at):
    """A site on which one digest is due to six people."""
    at.subscribe(DAILY)
    at.write("bulletins/a.txt", ENTRY)
    at.ingest()
    at.now += timedelta(days=2)
    return at


def deliver(at, relay, clock=None, pace=None, *, resend_doubtful=True, **options):
    async def main():
        return await pipeline.deliver(
            at.app.store,
            at.app.parts.postroom,
            relay,
            clock or at.app.clock,
            pace or Pace(3),
            Policy(resend_doubtful, Patience(3, 30)),
            **options,
        )

    return uvloop.run(main())


@pytest.mark.parametrize("commit", [2, 3])
def test_a_store_that_fails_cuts_off_nobody_on_the_wire(due, commit):
    due.app.plan()
    commits = Counter()

    def clock_of_a_busy_store():
        commits["all"] += 1
        if commits["all"] == commit + 1:  # it is read once before the first
            raise StoreError("The store is busy.")
        return due.now

    relay = SlowRelay()
    with pytest.raises(StoreError, match="busy"):
        deliver(due, relay, clock=clock_of_a_busy_store, pace=Pace(1))
    with due.app.store.reading() as tx:
        counts = tx.outbox.counts()
    assert counts[DeliveryState.ACCEPTED] == len(relay.taken) > 0
    assert counts[DeliveryState.ATTEMPTING] == 0
    deliver(due, relay)
    assert sorted(relay.taken) == sorted(set(relay.taken))
    assert len(relay.taken) == 6


def test_a_digest_that_no_server_would_take_is_refused_before_anything_is_written(due):
    due.write("templates/email/digest/body.txt", "{{ unsubscribe_url }}" + "x" * 200_000 + "\n")
    html = "<!doctype html><p>{{ unsubscribe_url }}" + "y" * 200_000 + "</p>"
    due.write("templates/email/digest/body.html", html)
    due.app.store.close()
    due.open()
    with pytest.raises(MessageError):
        due.app.plan()
    with due.app.store.reading() as tx:
        assert tx.outbox.counts() == {}
        assert tx.editions.newest(9) == []


def test_what_is_in_doubt_waits_where_that_is_the_policy(due):
    due.app.plan()
    with due.app.store.writing() as tx:
        tx.outbox.claim("a worker that died", due.now, doubtful=False)
    relay = SlowRelay()
    report = deliver(due, relay, resend_doubtful=False)
    assert report.doubted == 1
    assert len(relay.taken) == 5
    deliver(due, relay, resend_doubtful=True)
    assert len(relay.taken) == 6


def test_a_deferred_delivery_goes_out_later_as_the_very_same_message(due):
    class Grumpy(SlowRelay):
        def __init__(self):
            super().__init__()
            self.messages = []

        async def send(self, message):
            self.messages.append(message)
            return (
                Outcome(DeliveryState.DEFERRED, "450 later")
                if len(self.messages) <= 6
                else await super().send(message)
            )

    due.app.plan()
    relay = Grumpy()
    assert deliver(due, relay).outcomes == {DeliveryState.DEFERRED: 6}
    assert deliver(due, relay).outcomes == {}
    due.now += timedelta(hours=1)
    assert deliver(due, relay).outcomes == {DeliveryState.ACCEPTED: 6}
    assert Counter(relay.messages[:6]) == Counter(relay.messages[6:])


def test_a_worker_taken_for_dead_still_writes_down_that_its_message_was_accepted(due):
    due.app.plan()
    with due.app.store.writing() as tx:
        (claimed,) = tx.outbox.claim("w1", due.now, doubtful=False)
        tx.outbox.doubt_the_dead(lambda _worker: False, due.now)
        accepted = Settlement(claimed, Outcome(DeliveryState.ACCEPTED, "250 ok"), due.now)
        assert tx.outbox.settle("w1", [accepted]) == 1
        assert tx.outbox.counts()[DeliveryState.ACCEPTED] == 1


MIXED = [f"p{number}@slow.example" for number in range(15)] + [
    f"q{number}@fast.example" for number in range(15)
]


@pytest.fixture
def mixed(due):
    due.write("config/subscriptions.yaml", DAILY.replace(PEOPLE, ", ".join(MIXED)))
    due.app.store.close()
    due.open()
    due.app.plan()
    return due


def test_a_domain_gets_no_more_than_its_rate_in_a_minute_and_the_other_domain_waits_for_nothing(mixed):
    relay, domains = SlowRelay(), Domains(4)
    mixed.now = mixed.now.replace(second=0, microsecond=0)
    for minute in range(1, 4):
        deliver(mixed, relay, pace=Pace(3, domains=domains))
        assert Counter(each.partition("@")[2] for each in relay.taken) == {
            "slow.example": 4 * minute, "fast.example": 4 * minute,
        }  # fmt: skip
        mixed.now += timedelta(minutes=1)
    deliver(mixed, relay, pace=Pace(3, domains=domains))
    assert sorted(relay.taken) == sorted(MIXED)


def test_a_domain_that_asks_for_patience_rests_without_attempts_and_no_other_suffers(mixed):
    class Impatient(SlowRelay):
        async def send(self, message):
            if message.recipient.endswith("@slow.example"):
                return Outcome(DeliveryState.DEFERRED, "RCPT TO: 450 slow down", patience=True)
            return await super().send(message)

    relay, domains = Impatient(), Domains(0)
    report = deliver(mixed, relay, pace=Pace(1, domains=domains))
    assert sorted(relay.taken) == sorted(each for each in MIXED if each.endswith("@fast.example"))
    tried = report.outcomes[DeliveryState.DEFERRED]
    assert 10 <= tried <= 11, "ten in a row, two at once"
    with mixed.app.store.reading() as tx:
        assert tx.outbox.counts()[DeliveryState.PENDING] == 15 - tried
        assert tx.outbox.due(mixed.now + timedelta(minutes=4)) == 0
    mixed.now += timedelta(hours=1)
    healthy = SlowRelay()
    deliver(mixed, healthy, pace=Pace(3, domains=domains))
    assert len(healthy.taken) == 15


def test_a_rate_to_the_relay_spreads_messages_out_and_loses_none(due):
    due.app.plan()
    relay, start = SlowRelay(), time.monotonic()
    assert deliver(due, relay, pace=Pace(3, 600)).outcomes == {DeliveryState.ACCEPTED: 6}
    assert time.monotonic() - start >= 0.5
    assert len(relay.taken) == 6


def test_what_was_claimed_for_a_line_that_is_gone_waits_as_before_and_is_not_in_doubt(due):
    due.app.plan()
    claimed, gone = threading.Event(), threading.Event()

    class SlowStore(type(due.app.store)):
        """Commits claims only when their lines are gone."""

        @contextlib.contextmanager
        def writing(self, lock=""):
            with super().writing(lock) as tx:
                yield tx
                if tx.outbox.counts()[DeliveryState.ATTEMPTING] and not gone.is_set():
                    claimed.set()
                    gone.wait(5)

    async def main():
        with contextlib.closing(SlowStore(due.app.store._url)) as store:
            sending = asyncio.create_task(
                pipeline.deliver(
                    store,
                    due.app.parts.postroom,
                    SlowRelay(),
                    due.app.clock,
                    Pace(1),
                    Policy(True, Patience(3, 30)),
                )
            )
            await asyncio.to_thread(claimed.wait, 5)
            sending.cancel()
            await asyncio.sleep(0)
            gone.set()
            with pytest.raises(asyncio.CancelledError):
                await sending

    uvloop.run(main())
    with due.app.store.reading() as tx:
        assert tx.outbox.counts() == {DeliveryState.PENDING: 6}
        assert tx.connection.exec_driver_sql("SELECT max(attempts) FROM deliveries").scalar() == 0


def test_what_was_claimed_and_not_begun_when_sending_stops_waits_as_before(due):
    due.app.plan()
    relay = SlowRelay()
    report = deliver(due, relay, pace=Pace(1, claimed=6), stopping=lambda: bool(relay.taken))
    assert len(relay.taken) == 2, "two were on their way"
    assert report.outcomes == {DeliveryState.ACCEPTED: 2}
    with due.app.store.reading() as tx:
        assert tx.outbox.counts() == {DeliveryState.ACCEPTED: 2, DeliveryState.PENDING: 4}
        assert tx.outbox.due(due.now) == 4
    deliver(due, relay, pace=Pace(1, claimed=6))
    with due.app.store.reading() as tx:
        assert tx.connection.exec_driver_sql("SELECT max(attempts) FROM deliveries").scalar() == 1
    assert sorted(relay.taken) == sorted(PEOPLE.split(", "))


def test_nothing_to_preview_is_said_and_no_template_is_blamed(at):
    at.subscribe(DAILY)
    with pytest.raises(NotFoundError, match="No entry matches"):
        at.app.preview("all", "")


def test_every_delivery_has_an_envelope_sender_of_its_own_and_keeps_it(due, monkeypatch):
    class Keeping(SlowRelay):
        async def send(self, message):
            self.taken.append(message)
            return Outcome(DeliveryState.DEFERRED, "450 later")

    monkeypatch.setenv("FEEDSVC_MAIL__BOUNCES", "bounces@example.org")
    due.app.store.close()
    due.open()
    due.app.plan()
    relay = Keeping()
    deliver(due, relay)
    due.now += timedelta(hours=1)
    deliver(due, relay)
    first, second = relay.taken[:6], relay.taken[6:]
    assert Counter(first) == Counter(second)
    assert len({message.sender for message in first}) == 6
    for message in first:
        local, _, domain = message.sender.partition("@")
        assert (local[:8], domain, len(local)) == ("bounces+", "example.org", 32)
        assert b"mailto:bounces@example.org?subject=unsubscribe%20" in message.data


def test_ten_thousand_deliveries_cost_a_dead_relay_a_handful_of_connections_and_nobody_an_attempt(at):
    people = "".join(f"p{number}@example.org\n" for number in range(10_000))
    at.write("config/all.csv", f"email\n{people}")
    at.write(
        "config/subscriptions.yaml", DAILY.replace(f"recipients: [{PEOPLE}]", "recipients_file: all.csv")
    )
    at.app.store.close()
    at.open()
    at.write("bulletins/a.txt", ENTRY)
    at.ingest()
    at.now += timedelta(days=2)
    assert at.app.plan().mails == 10_000
    pace = Pace(10)

    async def main(faults):
        async with Relay(faults) as relay:
            out = SmtpTransport(host="127.0.0.1", port=relay.port)
            report = await pipeline.deliver(
                at.app.store,
                at.app.parts.postroom,
                out,
                at.app.clock,
                pace,
                Policy(True, Patience(3, 30)),
                stopping=lambda: len(relay.messages) >= 100,
            )
            await out.close()
            return relay, report

    a_few = range(3, 20)
    for wait, tries in (
        (0, a_few),
        (20, [0]),
        (10, a_few),
    ):  # it rests for half a minute, then for a whole one
        at.now += timedelta(seconds=wait)
        relay, report = uvloop.run(main({"connect": [DROP] * 99_999}))
        assert relay.connections in tries
        assert bool(report.unreached) == bool(relay.connections)
    with at.app.store.reading() as tx:
        counts = tx.outbox.counts()
        tried = tx.connection.exec_driver_sql("SELECT max(attempts), max(reply) FROM deliveries").one()
    assert counts[DeliveryState.PENDING] > 9_950
    assert counts.total() == 10_000
    assert tried[0] == 0
    assert "Unexpected EOF" in tried[1]

    at.now += timedelta(minutes=1)
    relay, report = uvloop.run(main({}))
    assert report.outcomes == {DeliveryState.ACCEPTED: len(relay.messages)}
    assert len(relay.messages) >= 100


def test_a_port_on_which_nobody_listens_costs_nobody_an_attempt(due):
    due.app.plan()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        out = SmtpTransport(host="127.0.0.1", port=closed.getsockname()[1])
        report = deliver(due, out)
    assert report.unreached.startswith("connecting: ")
    with due.app.store.reading() as tx:
        assert all(delivery.attempts == 0 for delivery in tx.outbox.to("p0@example.org"))
    due.now += timedelta(minutes=1)
    assert deliver(due, SlowRelay()).outcomes == {DeliveryState.ACCEPTED: 6}


@pytest.mark.parametrize(
    "faults",
    [
        {"RCPT": ["550 5.1.1 User unknown in local recipient table"] * 9_999},
        {".": ["554 5.7.1 Your address is on a list of spammers"] * 9_999},
    ],
    ids=["no table of addresses", "on a list of spammers"],
)
def test_a_relay_that_refuses_everybody_fails_no_delivery_and_suppresses_nobody(at, faults):
    at.write(
        "config/people.csv", "email\n" + "".join(f"p{number}@d{number}.example\n" for number in range(200))
    )
    at.write(
        "config/subscriptions.yaml",
        "subscriptions:\n  - {id: all, title: All, schedule: daily, recipients_file: people.csv}\n",
    )
    at.app.store.close()
    at.open()
    at.write("bulletins/a.txt", ENTRY)
    at.ingest()
    at.now += timedelta(days=2)
    at.app.plan()
    pace = Pace(10)

    async def main(faults):
        async with Relay(faults) as relay:
            out = SmtpTransport(host="127.0.0.1", port=relay.port)
            report = await pipeline.deliver(
                at.app.store, at.app.parts.postroom, out, at.app.clock, pace, Policy(True, Patience(3, 30))
            )
            await out.close()
            return report

    report = uvloop.run(main(faults))
    assert report.refuses_all
    assert set(report.outcomes) == {DeliveryState.DEFERRED}
    assert report.outcomes.total() < 60  # then it was left alone
    with at.app.store.reading() as tx:
        assert tx.suppressions.all() == []
    at.now += timedelta(minutes=10)
    report = uvloop.run(main({}))
    assert (report.outcomes, report.refuses_all) == ({DeliveryState.ACCEPTED: 200}, "")


def test_who_is_suppressed_while_a_claimed_message_waits_for_its_turn_gets_none(due):
    due.app.plan()

    class Slow(SlowRelay):
        async def send(self, message):
            if not self.taken:
                await asyncio.to_thread(suppress_the_others, message.recipient)
                await asyncio.sleep(1.2)
            return await super().send(message)

    def suppress_the_others(address):
        with due.app.store.writing() as tx:
            for number in range(6):
                if (other := f"p{number}@example.org") != address:
                    tx.suppressions.add(Suppression(other, SuppressionReason.UNSUBSCRIBED, due.now))

    relay = Slow()
    # Two are under way at once, and all six were claimed.
    report = deliver(due, relay, pace=Pace(1, claimed=60))
    assert len(relay.taken) <= 2
    assert report.outcomes[DeliveryState.SUPPRESSED] == 6 - len(relay.taken)
    with due.app.store.reading() as tx:
        assert {each.attempts for number in range(6) for each in tx.outbox.to(f"p{number}@example.org")} == {
            0,
            1,
        }


def test_an_outcome_that_cant_be_written_down_hangs_nothing(due, monkeypatch):
    due.app.plan()
    monkeypatch.setattr("feedsvc.pipeline.ledger._PATIENCE", (0,))

    def broken(*_):
        raise TimeoutError("no connection to the database was free")

    monkeypatch.setattr("feedsvc.pipeline.ledger.Ledger._settle", broken)
    with pytest.raises(TimeoutError):
        deliver(due, SlowRelay())


def over_smtp(at, faults):
    """Deliver through a relay with these faults, and give it with the report."""

    async def main():
        async with Relay(faults) as relay:
            out = SmtpTransport(host="127.0.0.1", port=relay.port)
            report = await pipeline.deliver(
                at.app.store, at.app.parts.postroom, out, at.app.clock, Pace(1), Policy(True, Patience(3, 30))
            )
            await out.close()
            return relay, report

    return uvloop.run(main())


def test_a_message_whose_acceptance_is_never_read_waits_for_a_person_after_three_times(due):
    due.app.plan()
    sent = []
    for _ in range(60):
        relay, _ = over_smtp(due, {".": [DROP] * 99})
        sent += relay.messages
        due.now += timedelta(hours=1)
    assert len(sent) == 6 * MOST_DOUBTS
    with due.app.store.reading() as tx:
        assert tx.outbox.counts() == {DeliveryState.IN_DOUBT: 6}
    assert due.app.retry(DeliveryState.IN_DOUBT) == 6
    assert over_smtp(due, {})[1].outcomes == {DeliveryState.ACCEPTED: 6}


def test_what_failed_is_tried_once_more_if_a_person_wants_it_and_it_is_no_old_news(due):
    due.app.plan()
    assert over_smtp(due, {"RCPT": ["554 5.7.1 no"] * 3})[1].outcomes == {
        DeliveryState.FAILED: 3,
        DeliveryState.ACCEPTED: 3,
    }
    due.now += timedelta(days=6)
    assert due.app.retry(DeliveryState.FAILED) == 3
    assert over_smtp(due, {".": ["450 4.2.0 later"] * 9})[1].outcomes == {DeliveryState.DEFERRED: 3}
    due.now += timedelta(hours=1)
    assert over_smtp(due, {"RCPT": ["554 5.7.1 no"] * 3})[1].outcomes == {DeliveryState.FAILED: 3}
    due.now += timedelta(days=2)
    assert due.app.retry(DeliveryState.FAILED) == 0


def test_an_address_for_which_a_delivery_was_given_up_after_two_days_bounced_softly(due):
    due.app.plan()
    for _ in range(60):
        over_smtp(due, {"RCPT": ["450 4.1.2 <p@typo.example>: Domain not found"] * 99})
        due.now += timedelta(hours=3)
    with due.app.store.reading() as tx:
        assert tx.outbox.counts() == {DeliveryState.FAILED: 6}
        assert tx.answers.counts() == {AnswerKind.SOFT: 6}
        assert tx.suppressions.all() == []
