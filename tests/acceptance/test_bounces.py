"""What comes back, by the command line and the worker."""

import json
from email.utils import parseaddr
from pathlib import Path

import pytest
from sites import wait_until

CORPUS = Path(__file__).parents[1] / "unit" / "mail" / "corpus"
BEFORE, AFTER = "2026-11-20T00:00Z", "2026-11-23T13:00Z"
TWO = """\
subscriptions:
  - id: panama-partners
    title: Panama
    schedule: weekly
    timezone: America/Panama
    countries: [PA]
    recipients:
      - Ana <ana@partner.example>
    recipients_file: more.csv
"""


@pytest.fixture
def delivered(site):
    site.environment["FEEDSVC_MAIL__BOUNCES"] = "bounces@example.org"
    (site.root / "config" / "more.csv").write_text("email,name\neva@partner.example,Eva\n")
    site.subscribe(TWO)
    site.run("ingest", "--now", BEFORE)
    site.run("digests", "plan", "--now", AFTER)
    site.run("deliver", "--now", AFTER)
    return site


def bounce(site, name="postfix_unknown_user", address="ana@partner.example"):
    """A letter of the corpus about the message that lies in the Maildir."""
    (mail,) = (mail for mail in site.mails() if parseaddr(mail["To"])[1] == address)
    text = (CORPUS / f"{name}.eml").read_text()
    return text.replace("<0a1b2c3d@example.org>", mail["Message-ID"]).replace("ana@partner.example", address)


def test_a_bounce_from_standard_input_is_seen_everywhere(delivered):
    report = delivered.json("bounces", input_text=bounce(delivered))
    assert report == {"answers": {"hard": 1}, "suppressed": 1, "known": 0, "kept": 0}
    assert delivered.json("bounces", input_text=bounce(delivered))["known"] == 1

    (listed,) = delivered.json("suppressions", "list")
    assert (listed["address"], listed["reason"]) == ("ana@partner.example", "bounced")
    assert listed["note"].startswith("5.1.1 smtp; 550 5.1.1")

    status = delivered.json("status")
    assert (status["suppressions"], status["suppressed"], status["bounces"]) == (
        1,
        {"bounced": 1},
        {"hard": 1},
    )
    assert "came back: hard" in delivered.run("status")

    (checked,) = delivered.json("check")["suppressed"]
    assert (checked["file"], checked["line"]) == ("config/subscriptions.yaml", 8)
    said = " ".join(delivered.run("check").split())
    assert "config/subscriptions.yaml:8: ana@partner.example gets no mail: it bounced on" in said

    delivered.run("suppressions", "remove", "ana@partner.example")
    assert delivered.json("check")["suppressed"] == []


def test_a_suppression_survives_every_edit_of_the_config(delivered):
    delivered.run("suppressions", "add", "eva@partner.example", "--note", "by phone")
    delivered.subscribe("subscriptions: []\n")
    assert delivered.json("check")["suppressed"] == []
    (delivered.root / "config" / "list.csv").write_text("email\nEVA@partner.example\n")
    delivered.subscribe(TWO.replace("more.csv", "list.csv"))
    (checked,) = delivered.json("check")["suppressed"]
    assert (checked["reason"], checked["note"]) == ("unsubscribed", "by phone")
    assert (checked["file"], checked["line"]) == ("config/list.csv", 2)


def test_checking_a_new_site_makes_no_store(site):
    site.run("check")
    assert not list(site.root.glob("var/*.sqlite3"))


def test_a_letter_for_a_person_is_kept_and_nothing_is_wrong(delivered):
    assert "Kept for a person" in delivered.run("bounces", input_text="Subject: hello\n\nWho are you?\n")
    assert len(list((delivered.root / "var" / "bounces" / "new").iterdir())) == 1
    assert "no message on standard input" in delivered.run("bounces", input_text="", code=1)
    assert "no bounce mailbox" in delivered.run("bounces", "--imap", code=1)


def test_all_that_is_held_is_shown_and_erased(delivered):
    delivered.run("bounces", input_text=bounce(delivered))
    shown = json.loads(delivered.run("recipients", "show", "ANA@partner.example"))
    assert shown["subscriptions"] == [
        {"subscription": "panama-partners", "file": "config/subscriptions.yaml", "line": 8}
    ]
    (delivery,) = shown["deliveries"]
    assert (delivery["name"], delivery["state"]) == ("Ana", "accepted")
    assert [each["subscription"] for each in delivery["editions"]] == ["panama-partners"]
    assert (shown["suppression"]["reason"], len(shown["bounces"]), len(shown["messages"])) == (
        "bounced",
        1,
        1,
    )

    delivered.run("recipients", "erase", "ana@partner.example", code=1, input_text="n\n")
    delivered.run("status")  # which keeps a copy of the config, as the service does
    shown = json.loads(delivered.run("recipients", "show", "ana@partner.example"))
    copy = {"subscription": "panama-partners", "file": "var/last-good/config/subscriptions.yaml", "line": 8}
    assert shown["copies"] == [copy]
    said = delivered.run("recipients", "erase", "ana@partner.example", "--yes")
    assert "1 delivery, 1 bounce, 1 message" in said
    said = " ".join(said.split())
    assert "config/subscriptions.yaml:8 still has the address" in said
    assert "var/last-good has a copy of it" in said
    shown = json.loads(delivered.run("recipients", "show", "ana@partner.example"))
    assert (shown["deliveries"], shown["bounces"], shown["messages"]) == ([], [], [])
    assert shown["erased"]["reason"] == "bounced"
    assert b"ana@partner" not in (delivered.root / "var" / "feedsvc.sqlite3").read_bytes().lower()


def test_what_is_erased_is_in_no_file_of_the_store_or_of_the_last_good_config(delivered):
    with delivered.serving("run"):
        file = delivered.root / "config" / "subscriptions.yaml"
        file.write_text("\n".join(line for line in file.read_text().splitlines() if "ana@" not in line))
        said = delivered.run("recipients", "erase", "ana@partner.example", "--yes")
        assert "still has the address" not in said
        kept = [each for each in (delivered.root / "var").rglob("*") if each.is_file()]
        assert [each for each in kept if b"ana@partner" in each.read_bytes().lower()] == []
        assert delivered.root / "var" / "feedsvc.sqlite3-wal" in kept


def test_the_worker_reads_the_maildir_and_its_log_holds_no_address(delivered):
    box = delivered.root / "var" / "incoming"
    (box / "new").mkdir(parents=True)
    (box / "new" / "1").write_text(bounce(delivered))
    (box / "new" / "2").write_text(bounce(delivered, "arf_redacted", "eva@partner.example"))
    delivered.environment["FEEDSVC_MAIL__BOUNCES_MAILDIR"] = "var/incoming"
    with delivered.serving("run"):
        wait_until(lambda: not list((box / "new").iterdir()), what="the mailbox")
        wait_until(lambda: len(delivered.json("suppressions", "list")) == 2, what="the list")
    reasons = {each["address"]: each["reason"] for each in delivered.json("suppressions", "list")}
    assert reasons == {"ana@partner.example": "bounced", "eva@partner.example": "complained"}
    log = (delivered.root / "service.log").read_text()
    assert "bounces read" in log
    assert "ana@" not in log
    assert "eva@" not in log
