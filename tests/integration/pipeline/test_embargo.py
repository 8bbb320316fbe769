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


def test_it_shows_nowhere_before_its_time(at):
    at.write("bulletins/a.txt", TEXT)
    report = at.ingest()
    assert (report.added, report.next_at) == (1, TIME)
    assert b"The report on Panama" not in at.everything()
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


def test_two_entries_under_embargo_in_one_line_stop_nobody(at):
    entry = "<p>{day} November 2026</p><h2>Report {day}</h2><p>Publish: 2026-11-21 08:00</p><p>Text of the report.</p>"
    at.write(
        "bulletins/a.html", "<html><body>" + entry.format(day=18) + entry.format(day=17) + "</body></html>"
    )
    at.write("bulletins/b.txt", "19 November, 2026\n\nWorkshop in Panama\n\nOfficers met in Panama.\n")
    assert at.ingest().added == 1
    assert len(at.app.status().held) == 2
    at.now = TIME
    assert at.ingest().added == 2


def test_an_embargo_on_what_is_public_is_a_problem_and_takes_nothing_back(at):
    at.write("bulletins/a.txt", TEXT.replace("Publish: 2026-11-21 08:00\n", ""))
    at.ingest()
    at.write("bulletins/a.txt", TEXT)
    report = at.ingest()
    (problem,) = report.problems
    assert "published already" in problem.reason
    assert at.app.status().held == ()
    assert len(at.entries()) == 2


def test_a_passed_embargo_that_can_not_be_read_keeps_nobody_busy(at):
    at.write("bulletins/a.txt", TEXT)
    at.ingest()
    (at.root / "bulletins").rename(at.root / "elsewhere")
    at.now = TIME + timedelta(minutes=1)
    assert at.ingest().next_at is None
