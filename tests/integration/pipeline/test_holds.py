"""Editions that wait for a person: too large ones, and those of a subscription that someone holds."""

from datetime import timedelta

import pytest

from feedsvc.errors import NotFoundError
from feedsvc.model import DeliveryState, Suppression, SuppressionReason
from feedsvc.pipeline import Standing

DAILY = """\
subscriptions:
  - {id: all, title: All, schedule: daily, timezone: UTC, recipients: [ana@example.org, eva@example.org]}
  - {id: panama, title: Panama, schedule: daily, timezone: UTC, countries: [PA], recipients: [ana@example.org]}
"""
DAY = timedelta(days=1)


@pytest.fixture
def due(at):
    """A site with two daily subscriptions, of which the limit is five entries."""
    at.write("config/subscriptions.yaml", DAILY)
    toml = at.root / "config" / "feedsvc.toml"
    toml.write_text(toml.read_text().replace("max_entries = 100", "max_entries = 5"))
    at.app.store.close()
    at.open()
    at.ingest()
    return at


def arrive(at, name, number, place="Iceland"):
    """Let entries arrive, and a day pass."""
    at.write(
        f"bulletins/{name}.txt",
        "".join(f"{n + 1} May, 2018\n\n{name} {n}\n\nOfficers met in {place}.\n\n" for n in range(number)),
    )
    at.ingest()
    at.now += DAY


def sizes(report):
    return {edition.subscription: edition.entries for edition in report.editions}


def mails(at):
    with at.app.store.reading() as tx:
        return tx.outbox.counts()[DeliveryState.PENDING]


def test_an_edition_that_is_too_large_waits_and_what_comes_meanwhile_joins_it(due):
    arrive(due, "archive", 6)
    report = due.app.plan()
    assert sizes(report) == {"panama": 0}
    assert [hold.subscription for hold in report.held] == ["all"]
    assert mails(due) == 0
    health = due.app.health()
    assert (health["status"], health["held_digests"]) == ("degraded", 1)
    metrics = due.app.metrics().decode()
    assert "feedsvc_subscriptions_held 1.0" in metrics
    assert "@" not in metrics
    arrive(due, "b", 1, "Panama")
    report = due.app.plan()
    assert (sizes(report), report.held) == ({"panama": 1}, ())
    released = due.app.release("all")
    assert sizes(released) == {"all": 7}
    assert released.mails == 2
    assert due.app.health()["status"] == "ok"
    arrive(due, "c", 6)
    assert [hold.subscription for hold in due.app.plan().held] == ["all"], "a release is for one edition"


def test_what_is_dropped_is_never_sent_and_what_comes_after_it_is(due):
    arrive(due, "archive", 6, "Panama")
    assert {hold.subscription for hold in due.app.plan().held} == {"all", "panama"}
    dropped = due.app.drop("all")
    assert (dropped.entries, dropped.dropped) == (6, True)
    due.app.release("panama")
    arrive(due, "b", 1)
    assert sizes(due.app.plan()) == {"all": 1, "panama": 0}
    key = due.entries()[-1].key
    for withdrawn in (True, False):
        due.app.set_withdrawn(key, withdrawn=withdrawn)
    due.now += DAY
    assert sizes(due.app.plan()) == {"all": 0, "panama": 0}


def test_what_waits_can_be_dropped_before_it_is_due_and_nothing_leaves_no_record(due):
    assert due.app.drop("all").entries == 0
    with due.app.store.reading() as tx:
        assert tx.editions.newest(9) == []
    arrive(due, "archive", 6)
    due.now -= DAY - timedelta(hours=1)
    due.app.drop("all")
    due.now += DAY
    assert sizes(due.app.plan()) == {"all": 0, "panama": 0}


def test_a_subscription_that_a_person_holds_sends_what_waited_as_one_edition(due):
    assert due.app.hold("all", "Ana is on leave.")
    assert not due.app.hold("all", "again")
    arrive(due, "a", 2)
    due.app.plan()
    arrive(due, "b", 2)
    due.app.plan()
    (hold,) = due.app.status().holds
    assert (hold.reason, hold.by_hand, due.app.health()["status"]) == ("Ana is on leave.", True, "ok")
    assert mails(due) == 0
    assert sizes(due.app.release("all")) == {"all": 4}


def test_a_release_before_anything_is_due_sends_nothing(due):
    due.app.hold("all")
    assert sizes(due.app.release("all")) == {}
    arrive(due, "archive", 6)
    assert [hold.subscription for hold in due.app.plan().held] == ["all"]


def test_many_times_what_is_usual_is_too_large(due):
    toml = due.root / "config" / "feedsvc.toml"
    toml.write_text(toml.read_text().replace("max_entries = 5", "max_entries = 0"))
    due.app.store.close()
    due.open()
    for number in range(4):
        arrive(due, f"d{number}", 2)
        due.app.plan()
    arrive(due, "archive", 25)
    (hold,) = due.app.plan().held
    assert hold.reason == "25 entries are in it, where 2 are usual."


@pytest.mark.parametrize("do", ["hold", "release", "drop"])
def test_what_is_not_there_can_not_be_held_or_let_go(due, do):
    with pytest.raises(NotFoundError):
        getattr(due.app, do)("nowhere")
    with due.app.store.reading() as tx:
        assert tx.holds.all() == []


def test_a_forecast_tells_who_would_get_what_and_why_and_writes_nothing(due):
    arrive(due, "a", 1, "Panama")
    due.app.plan()
    due.app.hold("panama")
    arrive(due, "b", 2, "Panama")
    with due.app.store.writing() as tx:
        tx.suppressions.add(Suppression("eva@example.org", SuppressionReason.BOUNCED, due.now))
    before = due.app.store.version()
    forecast = due.app.forecast()
    everyone, panama = forecast.prospects
    assert (everyone.standing, len(everyone.due.entries)) == (Standing.DUE, 2)
    assert (panama.standing, panama.reason) == (Standing.HELD, "A person holds it.")
    assert {
        mailing.recipient.address: forecast.suppression(mailing) is None for mailing in forecast.mailings
    } == {
        "ana@example.org": True,
        "eva@example.org": False,
    }
    assert due.app.store.version() == before
    due.app.plan()
    assert [each.standing for each in due.app.forecast().prospects] == [Standing.NOT_DUE, Standing.HELD]


def test_a_forecast_of_a_site_that_never_planned_takes_nothing_up(at):
    at.write("config/subscriptions.yaml", DAILY)
    at.app.store.close()
    at.open()
    assert {each.standing for each in at.app.forecast().prospects} == {Standing.NOT_DUE}
    with at.app.store.reading() as tx:
        assert tx.editions.memories() == {}
