"""What is held about one address is shown and erased whole, and nobody else's with it."""

import json
from datetime import timedelta

import pytest

PEOPLE = """subscriptions:
  - id: all
    title: All
    schedule: daily
    recipients:
      - ana@example.org
      - mariana@example.org
      - juliana@example.org.mx
      - Élodie@Migración.example
"""
ENTRY = "3 September, 2017\n\nPanama opens an office\n\nWrite to ana@example.org if you have questions.\n"


@pytest.fixture
def mailed(at):
    """A site whose first digest was captured in its Maildir."""
    at.subscribe(PEOPLE)
    at.write("bulletins/a.txt", ENTRY)
    at.ingest()
    at.now += timedelta(days=1)
    at.app.plan()
    at.app.deliver()
    return at


def captured(at):
    return sorted(mail.recipient for mail in at.app.mailroom.captured())


def letters(at):
    return sorted(path.read_text() for path in (at.root / "var" / "bounces" / "new").iterdir())


def keep(at, *texts):
    for text in texts:
        assert at.app.read_letter(text.encode()).kept == 1


@pytest.mark.parametrize("spelling", ["ana@example.org", " ANA@Example.org"])
def test_only_mail_to_the_very_address_is_shown_and_erased(mailed, spelling):
    shown = mailed.app.person(spelling)
    assert ["To: ana@example.org" in file.read_text() for file in shown.files] == [True]
    assert mailed.app.erase(spelling).files == 1
    assert captured(mailed) == [
        "juliana@example.org.mx",
        "mariana@example.org",
        "Élodie@xn--migracin-13a.example",
    ]


def test_an_address_beyond_ascii_is_found_in_any_spelling(mailed):
    keep(mailed, "From: =?utf-8?q?=C3=89lodie?= <ÉLODIE@migración.example>\nSubject: hello\n\nWho are you?\n")
    assert len(mailed.app.person("élodie@xn--migracin-13a.example").files) == 2
    assert mailed.app.erase("élodie@MIGRACIÓN.example").files == 2
    assert captured(mailed) == ["ana@example.org", "juliana@example.org.mx", "mariana@example.org"]
    assert letters(mailed) == []


def test_a_letter_of_someone_else_stays_and_one_that_names_the_address_is_told_of(mailed):
    other = "From: mariana@example.org\nSubject: baja\n\nDenme de baja. Mariana\n"
    naming = "From: mariana@example.org\nSubject: hello\n\nAna left: take out ana@example.org. Mariana\n"
    own = "From: Ana <ana@example.org>\nSubject: hello\n\nWho are you?\n"
    keep(mailed, other, naming, own)
    shown = mailed.app.person("ana@example.org")
    assert [file.read_text() for file in shown.named_in] == [naming]
    erased = mailed.app.erase("ana@example.org")
    assert (erased.files, erased.named_in) == (2, shown.named_in)
    assert letters(mailed) == sorted([other, naming])


def test_what_a_mail_system_writes_of_the_address_is_erased(mailed):
    keep(mailed, "From: MAILER-DAEMON@example.org\nSubject: note\n\nMail for ana@example.org is strange.\n")
    mailed.app.erase("mariana@example.org")
    assert len(letters(mailed)) == 1
    mailed.app.erase("ana@example.org")
    assert letters(mailed) == []


def test_nothing_of_others_in_the_store_is_erased(mailed):
    mailed.app.erase("ana@example.org")
    with mailed.app.store.reading() as tx:
        rows = json.dumps(
            [list(row) for row in tx.connection.exec_driver_sql("SELECT mailbox FROM deliveries")]
        )
    assert "mariana@example.org" in rows
    assert '"ana@' not in rows
