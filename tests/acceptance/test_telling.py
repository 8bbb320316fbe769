"""How people are told of times and digests by the command line: on their own clocks, and readably."""

import re

import pytest

BEFORE = "2026-11-20T00:00"
# The shipped site goes by Costa Rica's clock, six hours behind UTC; its list for Panama by one that is five behind.
SUBSCRIPTIONS = """\
subscriptions:
  - {id: panama, title: Panama, timezone: America/Panama, countries: [PA], recipients: [ana@example.org]}
  - {id: all, title: All, recipients: [eva@example.org]}
"""


@pytest.fixture
def due(site):
    site.environment["COLUMNS"] = "200"
    site.subscribe(SUBSCRIPTIONS)
    site.run("ingest", "--now", BEFORE)
    return site


def told(site, *words):
    return " ".join(site.run(*words).split())


def due_at(planned):
    return {each["subscription"]: each["due_at"] for each in planned["editions"]}


def test_a_time_without_a_zone_is_on_the_sites_clock(due):
    # Eight o'clock in San José is nine in Panama.
    dry_run = ("digests", "plan", "--dry-run")
    assert due_at(due.json(*dry_run, "--now", "2026-11-23T08:00")) == {
        "panama": "2026-11-23T13:00:00+00:00",
        "all": "2026-11-23T14:00:00+00:00",
    }
    assert due_at(due.json(*dry_run, "--now", "2026-11-23T08:00-05:00"))["all"] is None
    assert due_at(due.json(*dry_run, "--now", "2026-11-23T13:00Z"))["all"] is None


@pytest.mark.parametrize("time", ["eight", "0001-01-01T00:00Z", "9999-12-31T23:59"])
def test_what_is_no_time_is_refused_with_an_example(site, time):
    site.environment["COLUMNS"] = "200"
    assert "Write it as 2026-11-23T08:00" in site.run("check", "--now", time, code=2)


def test_times_are_told_on_the_clock_of_whom_they_concern(due):
    said = told(due, "digests", "plan", "--dry-run", "--now", "2026-11-20T08:00")
    assert "not due before Mon 2026-11-23 08:00 EST" in said
    assert "not due before Mon 2026-11-23 08:00 CST" in said
    assert "due Mon 2026-11-23 08:00 EST" in told(
        due, "digests", "plan", "--dry-run", "--now", "2026-11-23T07:00"
    )

    due.environment["FEEDSVC_DIGESTS__MAX_ENTRIES"] = "6"
    due.run("digests", "plan", "--now", "2026-11-23T08:30")
    due.run("suppressions", "add", "leo@example.org")
    listed = told(due, "digests", "list", "--now", "2026-11-23T08:30")
    assert "Mon 2026-11-30 08:00 EST panama" in listed
    assert "Mon 2026-11-23 08:00 EST panama" in listed
    assert "all is held since Mon 2026-11-23 08:30 CST" in listed
    assert re.search(r"[A-Z][a-z]{2} 20\d\d-\d\d-\d\d \d\d:\d\d CST", told(due, "suppressions", "list"))
    status = told(due, "status")
    assert "last pass over the sources Fri 2026-11-20 00:00 CST" in status
    assert "all is held since Mon 2026-11-23 08:30 CST" in status
    assert due.json("status")["planned_at"] == "2026-11-23T14:30:00+00:00"


def test_an_embargo_is_told_as_it_is_written(due):
    bulletin = due.root / "bulletins" / "report.txt"
    bulletin.write_text(
        "3 September, 2026\n\nReport on Panama\nPublish: 2099-01-02 08:00\n\nThe report is out.\n"
    )
    assert "is held back until Fri 2099-01-02 08:00 CST" in told(due, "parse", str(bulletin))
    due.run("ingest", "--now", BEFORE)
    assert "is held back until Fri 2099-01-02 08:00 CST" in told(due, "status")
