"""Who asks how things are hears that the relay takes nothing, since when and why, and what waits for a person."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from feedsvc.model import AnswerKind, DeliveryState, Outcome

ENTRY = "3 September, 2017\n\nPanama opens an office\n\nThe office is open.\n"
PEOPLE = "subscriptions:\n  - id: all\n    title: All\n    schedule: daily\n    recipients:\n      - ana@partner.example\n      - eva@partner.example\n"
OK = Outcome(DeliveryState.ACCEPTED, "250 ok")
UNREACHED = Outcome(DeliveryState.DEFERRED, "connect: refused by ana@partner.example", unreached=True)
REFUSES = Outcome(DeliveryState.DEFERRED, "554 go away, ana@partner.example", refuses_all=True)


class Relay:
    """A transport that answers everything in one way."""

    def __init__(self, outcome):
        self.outcome = outcome

    async def send(self, _message):
        return self.outcome

    async def close(self):
        pass


@pytest.fixture
def planned(at, monkeypatch):
    """A site on which a digest for two people waits."""
    at.subscribe(PEOPLE)
    at.write("bulletins/a.txt", ENTRY)
    at.ingest()
    at.now += timedelta(days=1)
    at.app.plan()

    def deliver(outcome):
        monkeypatch.setattr(type(at.app.parts), "transport", lambda _parts: Relay(outcome))
        return at.app.deliver()

    at.deliver = deliver
    return at


def metric(at, name, *labels):
    families = text_string_to_metric_families(at.app.metrics().decode())
    found = {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}
    return found[(name, *labels)]


@pytest.mark.parametrize(
    ("outcome", "kind", "words"),
    [
        (UNREACHED, "unreached", "connect: refused by …@partner.example"),
        (REFUSES, "refuses_all", "554 go away, …@partner.example"),
    ],
)
def test_a_relay_that_takes_nothing_is_told_of_until_it_takes_something(planned, outcome, kind, words):
    since = planned.now
    planned.deliver(outcome)
    trouble = planned.app.status().relay
    assert (trouble.kind, trouble.since, trouble.reply) == (kind, since, words)
    health = planned.app.health()
    assert (health["status"], health["relay"], health["relay_since"]) == ("degraded", kind, since.isoformat())
    assert "554" not in str(health), "anyone may read this"
    assert metric(planned, "feedsvc_relay_trouble", kind) == 1

    planned.deliver(outcome)  # it rests: nothing is tried, and nothing is known anew
    planned.now += timedelta(hours=1)
    planned.deliver(outcome)
    assert planned.app.status().relay.since == since

    planned.now += timedelta(hours=9)
    planned.deliver(OK)
    assert planned.app.status().relay is None
    health = planned.app.health()
    assert (health["status"], health["relay"], health["relay_since"]) == ("ok", "ok", None)
    assert metric(planned, "feedsvc_relay_trouble", kind) == 0


def test_what_is_in_doubt_waits_for_a_person_only_where_it_is_held(planned, monkeypatch):
    planned.deliver(Outcome(DeliveryState.IN_DOUBT, "lost"))
    assert (planned.app.status().doubtful_held, planned.app.health()["status"]) == (0, "ok")
    monkeypatch.setenv("FEEDSVC_MAIL__IN_DOUBT", "hold")
    planned.app.store.close()
    planned.open()
    assert (planned.app.status().doubtful_held, planned.app.health()["status"]) == (2, "degraded")


def test_what_failed_through_no_fault_of_its_address_is_told_of_for_a_day(planned):
    planned.deliver(Outcome(DeliveryState.FAILED, "554 no", blame=AnswerKind.OURS))
    status = planned.app.status()
    assert (status.failed_lately, status.ours_lately) == (2, 2)
    assert planned.app.health()["status"] == "degraded"
    assert metric(planned, "feedsvc_answers", "ours") == 2
    planned.now += timedelta(days=1, seconds=1)
    status = planned.app.status()
    assert (status.failed_lately, status.ours_lately, status.wants_a_person) == (0, 0, False)


def test_a_dead_address_is_nothing_for_a_person(planned):
    planned.deliver(Outcome(DeliveryState.FAILED, "550 5.1.1 user unknown", blame=AnswerKind.HARD))
    assert planned.app.status().failed_lately == 0
    assert planned.app.health()["status"] == "ok"
