"""An entry under embargo shows nowhere before its time, and appears by itself when it has come."""

from datetime import UTC, datetime, timedelta

TEXT = """\
20 November, 2026

Report on Panama
Publish: 2026-11-21 08:00

The report on Panama is out.

19 November, 2026

Workshop in Panama

Officers met in Panama.
"""
# Eight in the morning in Costa Rica, whose clock the site goes by.
TIME = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def everything(at):
    with at.app.store.reading() as tx:
        return b"".join(tx.documents.get(path).body for path in tx.documents.paths())


def test_it_shows_nowhere_before_its_time(at):
    at.write("bulletins/a.txt", TEXT)
    report = at.ingest()
    assert (report.added, report.next_at) == (1, TIME)
    assert b"The report on Panama" not in everything(at)
    assert [entry.title for entry in at.entries()] == ["Workshop in Panama"]
    (waiting,) = at.app.status().held
    assert (waiting.title, waiting.publish_at) == ("Report on Panama", TIME)


def test_it_appears_when_its_time_has_come_though_nothing_was_touched(at):
    at.write("bulletins/a.txt", TEXT)
    at.ingest()
    at.now = TIME - timedelta(seconds=1)
    assert at.ingest().added == 0
    at.now = TIME
    report = at.ingest()
    assert (report.added, report.next_at) == (1, None)
    assert at.app.status().held == ()
    newest = at.entries()[0]
    assert (newest.title, newest.seq) == ("Report on Panama", 2)
    assert "Publish" not in newest.text
    at.now += timedelta(days=1)
    assert at.ingest().added == 0


def test_a_time_that_was_put_off_holds(at):
    at.write("bulletins/a.txt", TEXT)
    at.ingest()
    at.write("bulletins/a.txt", TEXT.replace("2026-11-21", "2026-11-25"))
    assert at.ingest().next_at == TIME + timedelta(days=4)
    at.now = TIME
    assert at.ingest().added == 0


def test_a_time_that_cannot_be_read_holds_the_entry_back_and_says_so(at):
    at.write("bulletins/a.txt", TEXT.replace("2026-11-21 08:00", "tomorrow at noon"))
    report = at.ingest()
    assert report.added == 1
    (problem,) = report.problems
    assert problem.line == 4
    at.now += timedelta(days=365)
    assert at.ingest().added == 0


def test_an_entry_of_a_file_that_is_taken_away_never_appears(at):
    at.write("bulletins/a.txt", TEXT)
    at.ingest()
    (at.root / "bulletins/a.txt").unlink()
    at.ingest()
    at.now = TIME
    at.ingest()
    assert at.app.status().held == ()
    assert [entry.title for entry in at.entries()] == ["Workshop in Panama"]
