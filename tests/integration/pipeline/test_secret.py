"""A secret that is another one than before is told of: links in old mail and stand-ins hang on it."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

PEOPLE = "subscriptions:\n  - id: all\n    title: All\n    schedule: daily\n    recipients:\n      - ana@partner.example\n"
OLD, NEW = "the first secret of the site", "another secret of the site"


@pytest.fixture
def planned(at, monkeypatch):
    """A site that has been at work with its secret."""
    at.write("config/subscriptions.yaml", PEOPLE)

    def restart(secret):
        monkeypatch.setenv("FEEDSVC_WEB__SECRET", secret)
        at.app.store.close()
        at.open()

    at.restart = restart
    at.restart(OLD)
    at.app.plan()
    return at


def said(at):
    return [str(each) for each in at.app.status().cautions]


def test_the_same_secret_is_nothing_to_tell(planned):
    assert said(planned) == []
    planned.restart(OLD)
    planned.app.plan()
    assert said(planned) == []


def test_another_secret_is_told_of_at_once_and_for_a_month(planned):
    planned.app.erase("ana@partner.example")
    planned.restart(NEW)
    (caution,) = planned.app.cautions()
    assert "another one since 2026-11-20" in str(caution)
    assert "1 erased address" in str(caution)
    with capture_logs() as logged:
        planned.app.plan()
        planned.app.plan()
    assert [each["event"] for each in logged if each["log_level"] == "warning"] == [
        "the secret is another one"
    ]
    planned.now += timedelta(days=29)
    planned.app.plan()
    assert said(planned) == [str(caution)]
    planned.now += timedelta(days=2)
    assert said(planned) == []


def test_with_the_old_secret_put_back_all_is_well(planned):
    planned.restart(NEW)
    planned.app.plan()
    planned.restart(OLD)
    assert said(planned) == []


def test_the_store_gives_neither_secret_away(planned):
    planned.restart(NEW)
    planned.app.plan()
    with planned.app.store.reading() as tx:
        rows = [list(row) for row in tx.connection.exec_driver_sql("SELECT * FROM facts")]
    assert OLD not in str(rows)
    assert NEW not in str(rows)


def test_where_there_is_no_store_yet_there_is_nothing_to_tell(at):
    assert at.app.cautions() == ()


def test_a_damaged_secret_is_told_of_and_hides_nothing_else(planned, monkeypatch):
    monkeypatch.delenv("FEEDSVC_WEB__SECRET")
    planned.write("var/secret", "short")
    planned.app.store.close()
    planned.open()
    (told,) = said(planned)
    assert told.startswith("var/secret is damaged.")
