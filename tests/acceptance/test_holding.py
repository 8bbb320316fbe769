"""Digests that wait for a person, and what would go out told beforehand: by the command line."""

import contextlib
import sqlite3
from collections import Counter
from email.utils import parseaddr

import pytest

BEFORE, AFTER = "2026-11-20T00:00Z", "2026-11-23T13:00Z"
SUBSCRIPTIONS = """\
subscriptions:
  - {id: all, title: All, timezone: UTC, recipients: [ana@example.org, eva@example.org]}
  - {id: panama, title: Panama, timezone: UTC, countries: [PA], recipients: [ana@example.org]}
"""
DAILY = """\
subscriptions:
  - {id: all, title: All, schedule: daily, timezone: UTC, recipients: [ana@example.org]}
"""


@pytest.fixture
def due(site):
    """A site with ten entries, five of them about Panama, which are due by Monday; more than six are too many."""
    site.environment["FEEDSVC_DIGESTS__MAX_ENTRIES"] = "6"
    site.subscribe(SUBSCRIPTIONS)
    site.run("ingest", "--now", BEFORE)
    return site


def news(site, name, number, place="Honduras"):
    (site.root / "bulletins" / f"{name}.txt").write_text(
        "".join(
            f"{n % 28 + 1} May, 2018\n\n{name} {n}\n\nThe {name} officers met in {place} about number {n}.\n\n"
            for n in range(number)
        )
    )


def mailed(site):
    """Send what is in the outbox, and count by recipient all that ever went out."""
    site.run("deliver", "--now", AFTER)
    return Counter(parseaddr(mail["To"])[1] for mail in site.mails())


def stored(site):
    with contextlib.closing(sqlite3.connect(site.root / "var" / "feedsvc.sqlite3")) as connection:
        return list(connection.iterdump())


def sizes(planned):
    return {each["subscription"]: each["entries"] for each in planned["editions"]}


def test_an_edition_of_too_many_is_held_reported_released_and_mailed_once(due):
    planned = due.json("digests", "plan", "--now", AFTER)
    assert sizes(planned) == {"panama": 5}
    assert [each["subscription"] for each in planned["held"]] == ["all"]
    assert mailed(due) == {"ana@example.org": 1}

    (hold,) = due.json("status")["holds"]
    assert (hold["subscription"], hold["entries"], hold["by_hand"]) == ("all", 10, False)
    said = " ".join(due.run("status").split())
    assert (
        "all is held since Mon 2026-11-23 13:00 UTC: 10 entries are in it, and more than 6 don't go out"
        in said
    )
    assert "`feedsvc digests release all` sends what waits" in said
    assert "all is held since" in due.run("digests", "list")
    assert sizes(due.json("digests", "plan", "--now", AFTER)) == {}

    assert "all is not held any more; 10 entries go out" in due.run(
        "digests", "release", "all", "--now", AFTER
    )
    assert mailed(due) == {"ana@example.org": 2, "eva@example.org": 1}
    assert due.json("status")["holds"] == []
    for words in (("digests", "plan"), ("deliver",)):
        due.run(*words, "--now", AFTER)
    assert mailed(due) == {"ana@example.org": 2, "eva@example.org": 1}
    assert "is not held" in due.run("digests", "release", "all", code=1)


def test_what_is_dropped_is_never_mailed(due):
    due.run("digests", "plan", "--now", AFTER)
    assert "10 entries will not be sent" in due.run("digests", "drop", "all", "--yes", "--now", AFTER)
    assert due.json("status")["holds"] == []
    assert "10, dropped" in due.run("digests", "list")
    news(due, "later", 2)
    due.run("ingest", "--now", AFTER)
    assert sizes(due.json("digests", "plan", "--now", "2026-11-30T13:00Z")) == {"all": 2, "panama": 0}
    assert mailed(due)["eva@example.org"] == 0
    due.run("deliver", "--now", "2026-11-30T13:00Z")
    assert mailed(due) == {"ana@example.org": 2, "eva@example.org": 1}


def test_before_anything_is_dropped_a_person_is_asked(due):
    drop = ("digests", "drop", "all", "--now", AFTER)
    due.run("digests", "plan", "--now", AFTER)
    before = stored(due)
    refused = due.run(*drop, input_text="n\n", code=1)
    assert "Never send what waits for all (10 entries)?" in refused
    due.run(*drop, code=1)  # nobody is there to answer
    assert "no subscription" in due.run("digests", "drop", "nowhere", code=1).lower()
    assert stored(due) == before
    assert due.json(*drop, input_text="y\n")["entries"] == 10
    assert "Nothing waits for all, and nothing holds it." in due.run(*drop)


def test_many_times_the_usual_is_held(site):
    site.environment["FEEDSVC_DIGESTS__MAX_ENTRIES"] = "0"
    site.bulletin.unlink()
    site.subscribe(DAILY)
    for day, number in enumerate((1, 1, 1, 1, 21), 1):
        news(site, f"day {day}", number)
        site.run("ingest", "--now", f"2026-11-0{day}T00:00Z")
        planned = site.json("digests", "plan", "--now", f"2026-11-0{day}T13:00Z")
    assert sizes(planned) == {}
    (hold,) = site.json("status")["holds"]
    assert hold["reason"] == "21 entries are in it, where 1 are usual."
    released = site.json("digests", "release", "all", "--now", "2026-11-05T13:00Z")
    assert (sizes(released), released["mails"]) == ({"all": 21}, 1)


def test_a_person_holds_a_subscription_and_says_why(due):
    due.run("ingest", "--now", AFTER)
    assert "panama is held." in due.run("digests", "hold", "panama", "--note", "Ana checks the names")
    assert "panama was held already." in due.run("digests", "hold", "panama")
    assert "Ana checks the names. `feedsvc digests release panama`" in " ".join(due.run("status").split())
    assert sizes(due.json("digests", "plan", "--now", AFTER)) == {}
    assert "there is no subscription" in due.run("digests", "hold", "nowhere", code=1).lower()
    due.run("digests", "release", "panama", "--now", AFTER)
    assert mailed(due) == {"ana@example.org": 1}


def test_a_dry_run_says_who_would_get_what_and_why_and_changes_nothing(due):
    due.run("digests", "plan", "--now", AFTER)
    due.run("digests", "release", "all", "--now", AFTER)
    news(due, "bridge", 2, "Panama")
    due.run("suppressions", "add", "eva@example.org")
    due.subscribe(SUBSCRIPTIONS.replace("[ana@example.org]}", "[leo@example.org]}"))
    other = next(entry for entry in due.json("entries", "list") if "PA" not in entry["countries"])
    (due.root / "config" / "overrides.yaml").write_text(
        f"{other['id'].rpartition('/')[2]}:\n  countries: [PA]\n"
    )
    due.run("ingest", "--now", AFTER)
    next_week = ("digests", "plan", "--now", "2026-11-30T13:00Z")

    before = stored(due)
    told = due.json(*next_week, "--dry-run")
    said = " ".join(due.run(*next_week, "--dry-run").split())
    assert stored(due) == before

    everyone, panama = told["editions"]
    assert (everyone["standing"], panama["standing"]) == ("due", "due")
    assert [each["why"] for each in panama["entries"]] == ["new", "new", "labels were corrected"]
    assert panama["entries"][2]["id"] == other["id"]
    assert {
        mail["to"]: (mail["subscriptions"], mail["entries"], mail["suppressed"]) for mail in told["mails"]
    } == {
        "ana@example.org": (["all"], 2, None),
        "eva@example.org": (["all"], 2, "unsubscribed"),
        "leo@example.org": (["panama"], 3, None),
    }
    assert "nothing: unsubscribed" in said
    assert "(labels were corrected)" in said
    assert "2 mails would go out. Nothing was written." in said
    planned = due.json(*next_week)
    assert (sizes(planned), planned["mails"]) == ({"all": 2, "panama": 3}, 3)


def test_a_dry_run_tells_of_who_was_moved_and_of_what_would_be_held_for_them(site):
    two = """\
subscriptions:
  - {id: weekly, title: Weekly, timezone: UTC, recipients: [%s]}
  - {id: daily, title: Daily, schedule: daily, timezone: UTC, recipients: [%s]}
"""
    site.subscribe(two % ("ana@example.org, eva@example.org", "leo@example.org"))
    site.run("ingest", "--now", BEFORE)
    site.run("digests", "plan", "--now", AFTER)
    news(site, "bridge", 2)
    site.run("ingest", "--now", AFTER)
    site.run("digests", "plan", "--now", "2026-11-24T13:00Z")
    site.subscribe(two % ("ana@example.org", "leo@example.org, eva@example.org"))
    news(site, "harbour", 1)
    site.run("ingest", "--now", "2026-11-24T13:00Z")

    next_day = ("digests", "plan", "--now", "2026-11-25T13:00Z")
    mails = site.json(*next_day, "--dry-run")["mails"]
    assert {mail["to"]: (mail["entries"], mail["moved_to"]) for mail in mails} == {
        "eva@example.org": (3, ["daily"]),
        "leo@example.org": (1, []),
    }
    site.environment["FEEDSVC_DIGESTS__MAX_ENTRIES"] = "2"
    site.environment["COLUMNS"] = "200"
    said = site.run(*next_day, "--dry-run")
    assert "held: 3 entries are in it for who was moved there, and more than 2 don't go out unasked." in said
    site.environment["FEEDSVC_DIGESTS__MAX_ENTRIES"] = "3"
    assert "was moved to daily: 3 entries" in site.run(*next_day, "--dry-run")
    assert site.json(*next_day)["mails"] == 2
