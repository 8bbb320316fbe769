"""A forecast is read by people at 80 columns."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from makers import edition, entry, subscription

from feedsvc.cli.console import out
from feedsvc.cli.forecasts import print_forecast
from feedsvc.digests import DueEdition, mailings
from feedsvc.model import Recipient, Suppression, SuppressionReason
from feedsvc.pipeline import Forecast, Prospect, Standing

MONDAY = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
TITLE = "Panama and Costa Rica walk together against human trafficking, and number {} says how"


@pytest.fixture
def printed(monkeypatch):
    monkeypatch.setattr(out, "width", 80)

    def text(forecast):
        with out.capture() as captured:
            print_forecast(forecast)
        return captured.get()

    return text


def prospect(name, number, standing=Standing.DUE, reason="", **fields):
    entries = tuple(entry(seq, title=TITLE.format(seq)) for seq in range(1, number + 1))
    due = DueEdition(
        edition(name, due_at=MONDAY, entries=number, from_seq=1), subscription(name, **fields), entries
    )
    return Prospect(due.subscription, standing, due, reason, None)


def forecast(*prospects):
    return Forecast(
        prospects, tuple(mailings([each.due for each in prospects if each.standing is Standing.DUE])), {}
    )


def test_a_list_that_several_have_is_said_once_each_entry_with_a_bullet_and_its_reason(printed):
    names = [f"list-{number}" for number in range(10)]
    said = printed(forecast(*(prospect(name, 30) for name in names)))
    assert max(map(len, said.splitlines())) <= 80
    assert len(said.splitlines()) < 100
    assert said.count("  • ") == 20
    assert "… and 10 more" in said
    assert "  • Panama and Costa Rica walk together against human trafficking, and number 2" in said
    assert "    says how (new)" in said
    assert said.count("(labels were corrected)") == 1
    assert "Entries of list-0, list-1, list-2, list-3, list-4, list-5, list-6, list-7," in said


def test_lists_that_differ_are_told_apart(printed):
    said = printed(forecast(prospect("panama", 1), prospect("all", 2)))
    assert said.count("  • ") == 3
    assert "Entries of panama:\n" in said
    assert "Entries of all:\n" in said


def test_who_gets_what_is_said_and_who_gets_nothing(printed):
    people = {"recipients": (Recipient("ana@example.org"), Recipient("eva@example.org"))}
    told = forecast(prospect("panama", 2, **people))
    left = Suppression("eva@example.org", SuppressionReason.UNSUBSCRIBED, MONDAY)
    said = printed(replace(told, suppressed={"eva@example.org": left}))
    assert "ana@example.org  panama  en        2 entries" in said
    assert "eva@example.org  panama  en        nothing: unsubscribed" in said
    assert "1 mail would go out. Nothing was written." in said


def test_what_would_become_of_each_subscription_is_said(printed):
    said = printed(
        forecast(
            prospect("many", 3, Standing.HELD, "3 entries are in it, and more than 2 don't go out unasked."),
            prospect("none", 0, Standing.NOTHING_NEW),
        )
    )
    assert "held: 3 entries are in it" in said
    assert "due Mon 2026-11-23 08:00 EST, but" in said
    assert "No mail would go out. Nothing was written." in said
