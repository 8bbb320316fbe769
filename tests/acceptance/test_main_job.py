"""From the sample bulletin to feeds and digests, by the command line alone."""

import json
import shlex
import subprocess
from pathlib import Path

import pytest
from sites import FEEDSVC

PANAMA_IN_SPANISH = """\
subscriptions:
  - id: panama-partners
    title: {en: Migration in Panama, es: Migración en Panamá}
    schedule: weekly
    timezone: America/Panama
    language: es
    countries: [PA]
    recipients:
      - Oficina en Panamá <panama@example.org>
"""
# Subscriptions are taken up before this Monday at eight in Panama, and due after it.
BEFORE, AFTER = "2026-11-20T00:00Z", "2026-11-23T13:00Z"


@pytest.fixture
def planned(site):
    site.subscribe(PANAMA_IN_SPANISH)
    site.run("ingest", "--now", BEFORE)
    return site


def test_check_warns_of_mail_whose_links_lead_nowhere_or_in_the_clear(site):
    assert site.json("check")["cautions"] == []
    site.mail_over_smtp(25)
    said = site.run("check")
    assert "no recipient can reach" in " ".join(said.split())
    site.environment["FEEDSVC_SITE__URL"] = "http://bulletin.example.org"
    site.run("check", code=1)
    site.environment["FEEDSVC_SITE__URL"] = "https://bulletin.example.org"
    assert site.run("check").endswith("All of config and templates is right.\n")


def test_the_sample_gives_ten_entries_and_no_problem(site):
    report = site.json("ingest")
    assert (report["added"], report["updated"], report["unchanged"], report["problems"]) == (10, 0, 0, [])
    assert report["documents"] > 100
    assert site.json("ingest") == {"added": 0, "updated": 0, "unchanged": 0, "problems": [], "documents": 0}


def test_parse_shows_what_ingest_would_take_and_stores_nothing(site):
    parsed = site.json("parse", str(site.bulletin))
    assert len(parsed["entries"]) == 10
    assert parsed["problems"] == []
    assert [len(each["paragraphs"]) for each in parsed["entries"]].count(2) == 1
    assert parsed["entries"][0]["countries"] == ["CR", "PA"]
    assert site.json("entries", "list") == []


def test_a_typo_mended_keeps_the_entry(site):
    site.run("ingest")
    before = site.json("entries", "list")
    text = site.bulletin.read_text()
    site.bulletin.write_text(text.replace("Panama prepare to assume", "Panama prepares to assume"))
    report = site.json("ingest")
    assert (report["added"], report["updated"], report["unchanged"]) == (0, 1, 9)
    after = site.json("entries", "list")
    assert [each["id"] for each in after] == [each["id"] for each in before]
    assert "Panama prepares to assume" in {each["title"][:25] for each in after}


def test_newer_entries_put_on_top_are_all_that_is_added(site):
    site.run("ingest")
    before = {each["id"]: each["seq"] for each in site.json("entries", "list")}
    fresh = "10 September, 2017\n\nHonduras opens a shelter\n\nA shelter for returned migrants opened in Honduras.\n\n"
    site.bulletin.write_text(fresh + site.bulletin.read_text())
    report = site.json("ingest")
    assert (report["added"], report["updated"], report["unchanged"]) == (1, 0, 10)
    after = {each["id"]: each["seq"] for each in site.json("entries", "list")}
    assert after.items() > before.items()


def test_a_bulletin_sorted_the_other_way_changes_nothing(site):
    site.run("ingest")
    entries = site.bulletin.read_text().split("\n\n")
    pieces, piece = [], []
    for block in entries:
        if block.strip().endswith(", 2017") and piece:
            pieces.append("\n\n".join(piece))
            piece = []
        piece.append(block)
    pieces.append("\n\n".join(piece))
    assert len(pieces) == 10
    site.bulletin.write_text("\n\n".join(reversed(pieces)))
    report = site.json("ingest")
    assert (report["added"], report["updated"], report["unchanged"], report["documents"]) == (0, 0, 10, 0)


def test_a_store_built_anew_mints_the_same_ids(site):
    site.run("ingest")
    before = {each["id"] for each in site.json("entries", "list")}
    (site.root / "var" / "feedsvc.sqlite3").unlink()
    site.run("ingest")
    assert {each["id"] for each in site.json("entries", "list")} == before


def test_what_can_not_be_read_is_a_problem_until_it_is_mended(site):
    broken = site.root / "bulletins" / "broken.txt"
    broken.write_text("31 Febuary, 2018\n\nA title\n\nA text.\n")
    (problem,) = site.json("ingest")["problems"]
    assert (problem["bulletin"], problem["line"]) == ("broken.txt", 1)
    assert "February" in problem["reason"]
    broken.write_text("28 February, 2018\n\nA title\n\nA text.\n")
    report = site.json("ingest")
    assert (report["added"], report["problems"]) == (1, [])


def test_a_digest_goes_out_once(planned):
    plan = planned.json("digests", "plan", "--now", AFTER)
    assert plan["mails"] == 1
    assert [each["entries"] for each in plan["editions"]] == [5]
    assert planned.json("deliver", "--now", AFTER) == {"accepted": 1}
    (mail,) = planned.mails()
    assert mail["To"] == "Oficina en Panamá <panama@example.org>"
    assert mail["Content-Language"] == "es"
    text = mail.get_body(("plain",)).get_content()
    assert text.count("Panam") >= 5
    assert "Documentary Shows Risks" not in text
    assert planned.json("digests", "plan", "--now", AFTER) == {"editions": [], "mails": 0, "held": []}
    assert planned.json("deliver", "--now", AFTER) == {}
    assert len(planned.mails()) == 1


def test_a_new_subscription_is_not_flooded_with_the_archive(site):
    site.subscribe("subscriptions: []\n")
    site.run("ingest", "--now", BEFORE)
    site.subscribe(PANAMA_IN_SPANISH)
    site.run("ingest", "--now", BEFORE)
    plan = site.json("digests", "plan", "--now", AFTER)
    assert (plan["mails"], [each["entries"] for each in plan["editions"]]) == (0, [0])


def test_a_subscription_may_reach_back_to_a_date(site):
    site.subscribe("subscriptions: []\n")
    site.run("ingest", "--now", BEFORE)
    site.subscribe(PANAMA_IN_SPANISH.replace("    recipients:", "    since: 2017-09-01\n    recipients:"))
    site.run("ingest", "--now", BEFORE)
    plan = site.json("digests", "plan", "--now", AFTER)
    assert [each["entries"] for each in plan["editions"]] == [2]


def test_a_suppressed_address_gets_nothing_that_is_already_queued(planned):
    planned.run("digests", "plan", "--now", AFTER)
    planned.run("suppressions", "add", "PANAMA@example.org", "--note", "asked by phone")
    assert planned.json("deliver", "--now", AFTER) == {"suppressed": 1}
    assert planned.mails() == []
    (listed,) = planned.json("suppressions", "list")
    assert (listed["address"], listed["note"]) == ("panama@example.org", "asked by phone")
    planned.run("suppressions", "remove", "panama@example.org")
    assert "is not a mail" in planned.run("suppressions", "add", "not-an-address", code=2)
    assert "not on the list" in planned.run("suppressions", "remove", "panama@example.org", code=1)


def test_preview_shows_the_mail_that_would_go_out(planned):
    eml = planned.run("digests", "preview", "panama-partners", "--now", AFTER)
    assert "To: " in eml
    html = planned.run("digests", "preview", "panama-partners", "--html", "--now", AFTER)
    assert html.lstrip().lower().startswith("<!doctype html")
    assert "placeholder" not in html
    assert "There are: panama-partners" in planned.run("digests", "preview", "nobody", code=1)


def test_explain_says_which_words_did_it(site):
    site.run("ingest")
    key = next(each["id"] for each in site.json("entries", "list") if "San Pedro Sula" in each["title"])
    shown = site.run("entries", "explain", key)
    assert "HN" in shown
    assert "Honduras" in shown
    assert "There is no entry" in site.run("entries", "explain", "nothing", code=1)


def test_label_answers_a_line_for_a_line(site):
    item = {
        "id": "x",
        "title": "Panamá y Costa Rica contra la trata",
        "body": "La trata de personas es un delito.",
    }
    (answer,) = site.run("label", input_text=json.dumps(item) + "\n").splitlines()
    labelled = json.loads(answer)
    assert (labelled["id"], labelled["countries"], labelled["language"]) == ("x", ["CR", "PA"], "es")
    assert "trafficking" in labelled["topics"]
    assert "standard input:1" in site.run("label", input_text="nonsense\n", code=2)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (PANAMA_IN_SPANISH.replace("panama@example.org", "panama.example.org"), "subscriptions.yaml:9"),
        (PANAMA_IN_SPANISH.replace("[PA]", "[PAN]"), "subscriptions.yaml:7"),
        (PANAMA_IN_SPANISH.replace("weekly", "weakly"), "weekly"),
        (PANAMA_IN_SPANISH.replace("    schedule", "   schedule"), "subscriptions.yaml:4"),
        (PANAMA_IN_SPANISH + PANAMA_IN_SPANISH.split("\n", 1)[1], "panama-partners"),
    ],
)
def test_check_says_where_config_is_wrong_and_what_to_do(site, wrong, said):
    site.run("check")
    site.subscribe(wrong)
    assert said in site.run("check", code=2)


@pytest.mark.parametrize("template", ["email/digest/body.txt", "web/feed.html"])
def test_check_finds_a_broken_template_and_names_its_line(site, template):
    path = site.root / "templates" / template
    path.parent.mkdir(parents=True)
    path.write_text("Dear reader,\n{{ nope }}\n")
    assert f"{template}:2" in site.run("check", code=1)


def test_every_command_explains_itself(site):
    for words in ((), ("entries",), ("digests",), ("suppressions",), ("ingest",), ("run",)):
        assert "Usage" in site.run(*words, "--help")
    assert site.run("--version").startswith("feedsvc ")


def test_what_can_not_be_printed_is_said_in_a_sentence(site):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*FEEDSVC, "--site", str(site.root), "check"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "What is printed: No space left on device.\n")
    enough = subprocess.run(
        f"{shlex.join(FEEDSVC)} --site {site.root} check | head -c 1",
        shell=True,
        stderr=subprocess.PIPE,
        check=False,
    )
    assert enough.stderr == b""


def test_status_tells_what_is_going_on(planned):
    planned.run("digests", "plan", "--now", AFTER)
    status = planned.json("status")
    assert (status["entries"], status["problems"], status["outbox"]) == (10, [], {"pending": 1})
    assert "last pass" in planned.run("status")


def test_a_damaged_store_is_said_in_a_sentence(site):
    site.run("ingest")
    (site.root / "var" / "feedsvc.sqlite3").write_bytes(
        b"not a database, but long enough to be taken for one" * 99
    )
    for name in ("feedsvc.sqlite3-wal", "feedsvc.sqlite3-shm"):
        (site.root / "var" / name).unlink(missing_ok=True)
    assert "can't be used" in site.run("status", code=1)


def test_a_changed_site_title_is_published_everywhere(site):
    site.run("ingest")
    toml = site.root / "config" / "feedsvc.toml"
    toml.write_text(toml.read_text().replace("Migration in Mesoamerica", "Migración hoy"))
    report = site.json("ingest")
    assert report["added"] == report["updated"] == 0
    assert report["documents"] > 100


def test_the_main_job_on_postgresql_with_two_deliverers(site, postgres_url):
    site.subscribe(PANAMA_IN_SPANISH)
    site.environment["DATABASE_URL"] = postgres_url.replace("postgresql+psycopg://", "postgres://")
    assert site.json("ingest", "--now", BEFORE)["added"] == 10
    assert site.json("digests", "plan", "--now", AFTER)["mails"] == 1
    deliverers = [site.start("deliver") for _ in range(2)]
    assert [each.wait(timeout=60) for each in deliverers] == [0, 0]
    assert site.json("status")["outbox"] == {"accepted": 1}
    assert len(site.mails()) == 1
    assert not (site.root / "var" / "feedsvc.sqlite3").exists()
