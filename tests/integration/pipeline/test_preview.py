"""What somebody would be sent, looked at beforehand."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

LISTS = """
subscriptions:
  - {id: panama, title: Panama, schedule: weekly, countries: [PA], recipients: [Ana <ana@example.org>, leo@example.org]}
  - {id: region, title: The region, schedule: "0 8 * * mon", recipients: [ANA@example.org]}
  - {id: monthly, title: Monthly, schedule: monthly, recipients: [ana@example.org]}
  - {id: belize, title: Belize, schedule: weekly, countries: [BZ], recipients: [ana@example.org]}
"""
ANA = "ana@example.org"


@pytest.fixture
def office(at):
    """A site on a Friday, with one entry about Panama and one about Honduras since its lists were made."""
    at.now = datetime(2026, 11, 27, 9, 0, tzinfo=ZoneInfo("America/Costa_Rica"))
    at.write("config/subscriptions.yaml", LISTS)
    at.app.store.close()
    at.open()
    at.write(
        "bulletins/a.txt",
        "3 September, 2017\n\nPanama opens an office\n\nThe office in Panama is open.\n\n"
        "2 September, 2017\n\nHonduras opens a school\n\nThe school in Honduras is open.\n",
    )
    at.ingest()
    return at


def shown(office, name, address):
    preview = office.app.preview(name, address)
    return preview.merged, preview.digest.subject, preview.message.recipient


def test_who_is_on_lists_that_fall_due_together_sees_their_one_mail(office):
    both = ("panama", "region")
    subject = "Migration in Mesoamerica: 2 new entries, 2–3 Sept 2017"
    before = [shown(office, name, ANA) for name in both]
    assert [(merged, of) for merged, of, _ in before] == [(both, subject)] * 2
    text = office.app.preview("region", ANA).digest.text
    office.now += timedelta(days=3)
    assert [(merged, of) for merged, of, _ in (shown(office, name, ANA) for name in both)] == [
        (both, subject)
    ] * 2
    assert office.app.plan().mails == 2
    with office.app.store.reading() as tx:
        rows = tx.connection.exec_driver_sql("SELECT subject, text FROM digests").all()
    assert subject in {row.subject for row in rows}
    assert text.partition("new entries")[2] in {row.text.partition("new entries")[2] for row in rows}


def test_one_list_alone_is_seen_by_whoever_gets_only_that(office):
    alone = "Panama: Panama opens an office"
    assert shown(office, "panama", "leo@example.org") == (("panama",), alone, "leo@example.org")
    assert shown(office, "panama", "") == (("panama",), alone, ANA)
    assert shown(office, "panama", "me@example.org") == (("panama",), alone, "me@example.org")
    merged, _, _ = shown(office, "monthly", ANA)
    assert merged == ("monthly",)


def test_what_is_held_is_not_in_the_mail(office):
    office.app.hold("region", "wait")
    assert shown(office, "panama", ANA)[0] == ("panama",)
    assert shown(office, "region", ANA)[0] == ("panama", "region")


def test_with_nothing_new_the_list_that_was_asked_for_is_shown_by_a_sample(office):
    office.now += timedelta(days=3)
    office.app.plan()
    preview = office.app.preview("panama", ANA)
    assert (preview.sample, preview.merged) == (True, ("panama",))
