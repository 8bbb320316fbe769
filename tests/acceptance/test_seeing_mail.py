"""Seeing a digest before, when and after it goes out: by the command line, and by a running service."""

import re
from email.utils import parseaddr
from pathlib import Path

import pytest
from sites import read_mail

BEFORE, AFTER = "2026-11-20T00:00Z", "2026-11-23T13:00Z"
SUBSCRIPTIONS = """\
subscriptions:
  - id: panama
    title: {en: Migration in Panama, es: Migración en Panamá}
    timezone: America/Panama
    language: es
    countries: [PA]
    recipients: [Ana <ana@example.org>]
  - id: all
    title: {en: The region, es: La región}
    timezone: America/Panama
    layout: compact
    recipients: [ana@example.org, eva@example.org]
"""


@pytest.fixture
def due(site):
    site.subscribe(SUBSCRIPTIONS)
    site.run("ingest", "--now", BEFORE)
    return site


def body(mail, subtype):
    return mail.get_body((subtype,)).get_content()


def test_a_preview_is_the_very_message_and_its_parts(due):
    eml = due.run("digests", "preview", "panama", "--eml", "--now", AFTER)
    assert eml == due.run("digests", "preview", "panama", "--now", AFTER)
    mail = read_mail(eml.encode())
    for option, subtype in (("--html", "html"), ("--text", "plain")):
        part = due.run("digests", "preview", "panama", option, "--now", AFTER)
        assert part == body(mail, subtype).replace("\r\n", "\n")
    assert "choose one" in due.run("digests", "preview", "panama", "--html", "--text", code=2)


def test_a_preview_to_a_recipient_is_theirs(due):
    mail = read_mail(
        due.run("digests", "preview", "panama", "--to", "ana@example.org", "--now", AFTER).encode()
    )
    assert parseaddr(mail["To"]) == ("Ana", "ana@example.org")
    assert "Hola, Ana" in body(mail, "plain")


def test_a_preview_opens_in_the_browser(due):
    due.environment["BROWSER"] = "echo OPENED %s"
    shown = due.run("digests", "preview", "panama", "--open", "--now", AFTER)
    (path,) = re.findall(r"^/.*/panama\.html$", shown, re.MULTILINE)
    assert "Migración en Panamá" in Path(path).read_text()
    assert f"OPENED file://{path}" in shown


def test_a_test_is_a_real_mail_that_says_so_and_is_recorded_nowhere(due):
    for _ in range(2):
        assert "accepted" in due.run("digests", "test-send", "panama", "--to", "me@example.org")
    first, second = due.mails()
    assert first["Subject"].startswith("[Prueba] Migración en Panamá")
    assert first["To"] == "me@example.org"
    assert first["Message-ID"] != second["Message-ID"]
    assert due.json("digests", "list")["past"] == []
    assert due.json("status")["outbox"] == {}
    with due.serving("web") as service:  # whoever tries every link of the test sees that very digest
        (view,) = re.findall(r"http://localhost:8000(/digests/\S+)", body(first, "plain"))
        status, _, page = service.get(view)
        assert (status, "Migración en Panamá" in page.decode()) == (200, True)
    # Nothing is taken from the edition that is due, nor is that a test.
    assert due.json("digests", "plan", "--now", AFTER)["mails"] == 2
    due.run("deliver", "--now", AFTER)
    assert [mail["Subject"].startswith("[Prueba]") for mail in due.mails()].count(True) == 2


def test_a_test_goes_to_nobody_who_asked_for_no_more_mail(due):
    due.run("suppressions", "add", "me@example.org")
    assert "must not be written to" in due.run(
        "digests", "test-send", "panama", "--to", "ME@example.org", code=1
    )
    assert due.mails() == []
    assert "is not a mail" in due.run("digests", "test-send", "panama", "--to", "nobody", code=2)


def test_one_person_gets_one_mail_with_each_entry_once(due):
    due.run("digests", "plan", "--now", AFTER)
    due.run("deliver", "--now", AFTER)
    mails = {parseaddr(mail["To"])[1]: mail for mail in due.mails()}
    assert sorted(mails) == ["ana@example.org", "eva@example.org"]
    text = body(mails["ana@example.org"], "plain")
    addresses = re.findall(r"\S+/entries/\S+", text)
    assert len(addresses) == len(set(addresses)) == 10
    assert "MIGRACIÓN EN PANAMÁ (5)" in text
    assert "LA REGIÓN (5)" in text
    assert len(re.findall(r"\S+/entries/\S+", body(mails["eva@example.org"], "plain"))) == 10


def test_nothing_new_is_no_mail_but_a_record(due):
    due.run("digests", "plan", "--now", AFTER)
    plan = due.json("digests", "plan", "--now", "2026-11-30T13:00Z")
    assert (plan["mails"], [each["entries"] for each in plan["editions"]]) == (0, [0, 0])


def test_a_mail_is_seen_in_the_browser_and_captured_mail_by_who_runs_the_site(due):
    due.run("digests", "plan", "--now", AFTER)
    due.run("deliver", "--now", AFTER)
    ana = next(mail for mail in due.mails() if "ana@" in mail["To"])
    (view,) = re.findall(r"http://localhost:8000(/digests/\S+)", body(ana, "plain"))
    with due.serving("web") as service:
        status, headers, page = service.get(view)
        assert status == 200
        assert "no-store" in headers["cache-control"]
        assert "Migración en Panamá" in page.decode()
        assert b"Ana" not in page
        assert b"unsubscribe" not in page
        assert service.get(view + "x")[0] == 404
        # The link of a preview names a digest that nobody was sent.
        shown = due.run("digests", "preview", "all", "--text")
        assert service.get(re.search(r"/digests/\S+", shown)[0])[0] == 404

        status, _, listed = service.get("/admin/mail")
        assert status == 200
        links = re.findall(r'href="(/admin/mail/[0-9a-f]{32})"', listed.decode())
        assert len(links) == 2
        for suffix, said in (("", "ana@example.org"), ("/html", "<table"), ("/source", "Message-ID: ")):
            assert any(said in service.get(link + suffix)[2].decode() for link in links)
        assert service.get("/admin/mail", Host="rebound.example.com")[0] == 404
        assert service.get("/admin/mail", **{"X-Forwarded-For": "192.0.2.7"})[0] == 404
        link = due.run("digests", "captured").strip().removeprefix("http://localhost:8000")
        assert service.get(link + "x", **{"X-Forwarded-For": "192.0.2.7"})[0] == 404


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "compact/body.html",
            "{% extends 'email/_base/base.html' %}\n{% block sheet %}\n{{ titel }}{% endblock %}",
            ":3: 'titel'",
        ),
        ("single/body.txt", "\n{% if %}", ":2: "),
        ("_base/parts.html", "{% macro jump(groups) %}{% endmacro %}", "has no attribute"),
        ("digest/body.html", "<p>{{ title }}</p>", "no link to unsubscribe"),
        ("_base/trial.txt", "\n\n{{ wrong }}", ":3: 'wrong'"),
        ("digest/subject.txt", "{# nothing #}\n", "digest/subject.txt: it gives an empty subject"),
        ("compact/body.txt", "{{ unsubscribe_url }}", "compact/body.txt: it shows no entry"),
        ("single/body.html", "<p>{{ unsubscribe_url }}</p>", "single/body.html: it shows no entry"),
        ("digest/body.txt", "", "digest/body.txt: it has no link to unsubscribe"),
    ],
)
def test_a_broken_template_of_any_layout_is_found_by_check(due, name, text, said):
    file = due.root / "templates" / "email" / name
    file.parent.mkdir(parents=True)
    file.write_text(text)
    found = due.run("check", code=1)
    assert "templates/email/" in found
    assert said in found


def test_check_names_template_files_that_are_used_nowhere(due):
    file = due.root / "templates" / "email" / "digests" / "body.html"
    file.parent.mkdir(parents=True)
    file.write_text("<p>{{ title }}</p>")
    (idle,) = due.json("check")["idle_templates"]
    assert idle in " ".join(due.run("check").split())
    assert "templates/email/digests/body.html is used nowhere" in idle
    assert "Did you mean templates/email/digest/body.html?" in idle
