"""A schedule or time zone that an admin changes counts from when it is seen: nothing goes out by being saved."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from feedsvc.cli import cli
from feedsvc.pipeline import Standing

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SCHEDULES = ["weekly", "daily", "monthly", "0 9 * * *", "30 2 * * *", "15 */6 * * *", "instant"]
ZONES = ["UTC", "America/New_York", "Asia/Kathmandu"]


class Office:
    """A site with one subscription, and when which entries went out."""

    def __init__(self, at):
        self.at = at
        self.entries = 0
        self.sent = []

    def at_moment(self, text):
        self.at.now = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return self

    def save(self, schedule, zone="UTC"):
        """Save a schedule, and have it seen as by a tick of the service."""
        self.at.write(
            "config/subscriptions.yaml",
            f"subscriptions:\n  - {{id: all, title: All, schedule: '{schedule}', timezone: {zone}, "
            "recipients: [ana@example.org]}\n",
        )
        self.at.app.store.close()
        self.at.open()
        return self

    def arrive(self):
        self.entries += 1
        text = f"3 September, 2017\n\nNumber {self.entries} opens\n\nOfficers met.\n"
        self.at.write(f"bulletins/b{self.entries:04}.txt", text)
        self.at.ingest()
        return self

    def tick(self):
        """Plan, as foretold, and give the numbers of the entries that go out."""
        (prospect,) = self.at.app.forecast().prospects
        report = self.at.app.plan()
        assert (prospect.standing in (Standing.DUE, Standing.NOTHING_NEW)) == bool(report.editions) or (
            prospect.standing is Standing.NOTHING_NEW  # an instant one leaves no record of that
        )
        with self.at.app.store.reading() as tx:
            rows = tx.connection.exec_driver_sql(
                "SELECT e.title FROM edition_entries x JOIN entries e ON e.seq = x.seq ORDER BY x.due_at, e.seq"
            )
            numbers = [int(row.title.split()[1]) for row in rows]
        fresh, self.sent = numbers[len(self.sent) :], numbers
        return fresh


@pytest.fixture
def office(at):
    return Office(at)


# First seen, then last planned; changed at, from one schedule to another; when it goes out, and the minute before.
@pytest.mark.parametrize(
    ("last", "saved", "before", "after", "goes_out"),
    [
        ("2026-06-01 08:00", "2026-06-12 23:30", "monthly", "weekly", "2026-06-15 08:00"),
        ("2026-06-08 08:00", "2026-06-09 16:00", "weekly", "daily", "2026-06-10 08:00"),
        ("2026-06-09 08:00", "2026-06-09 10:00", "daily", "0 9 * * *", "2026-06-10 09:00"),
        ("2026-06-09 08:00", "2026-06-09 16:00", "daily", "weekly", "2026-06-15 08:00"),
        ("2026-06-09 08:00", "2026-06-09 16:00", "instant", "daily", "2026-06-10 08:00"),
    ],
)
def test_what_is_saved_counts_from_then_on(office, last, saved, before, after, goes_out):
    office.at_moment("2026-05-31 00:00").save(before).arrive()
    assert office.at_moment(last).tick() == [1]
    office.at_moment(saved).arrive().save(after)
    assert office.tick() == []
    assert [due.isoformat(" ", "minutes")[:16] for _, due in office.at.app.upcoming()] == [goes_out]
    office.at_moment(goes_out).at.now -= MINUTE
    assert office.tick() == []
    assert office.at_moment(goes_out).tick() == [2]


def test_another_time_zone_counts_from_when_it_is_seen(office):
    office.at_moment("2026-06-01 00:00").save("daily").arrive()
    assert office.at_moment("2026-06-09 08:00").tick() == [1]
    office.arrive().at_moment("2026-06-09 23:00").save("daily", "America/Panama")
    assert office.tick() == []
    assert office.at_moment("2026-06-10 12:59").tick() == []
    assert office.at_moment("2026-06-10 13:00").tick() == [2]


def test_what_was_due_by_the_old_schedule_and_was_not_planned_goes_out_still(office):
    office.at_moment("2026-06-01 00:00").save("weekly").arrive()
    assert office.at_moment("2026-06-01 08:00").tick() == [1]
    office.arrive().at_moment("2026-06-16 10:00").save("daily")  # nobody planned on the 8th, nor on the 15th
    assert office.tick() == [2]
    assert office.arrive().at_moment("2026-06-16 23:59").tick() == []
    assert office.at_moment("2026-06-17 08:00").tick() == [3]


def test_what_was_held_when_the_schedule_changed_goes_out_when_it_is_released(office):
    office.at_moment("2026-06-01 09:00").save("weekly").arrive()
    office.at.app.hold("all")
    assert office.at_moment("2026-06-08 08:00").tick() == []
    office.at_moment("2026-06-09 08:00").save("monthly")
    assert office.tick() == []
    assert [edition.entries for edition in office.at.app.release("all").editions] == [1]


def test_who_gets_all_at_once_from_now_on_gets_what_waits_at_once(office):
    office.at_moment("2026-06-01 00:00").save("weekly").arrive()
    assert office.at_moment("2026-06-01 08:00").tick() == [1]
    assert office.arrive().at_moment("2026-06-03 08:00").save("instant").tick() == [2]


def test_a_store_of_before_schedules_were_noted_sends_what_fell_due_meanwhile(office):
    office.at_moment("2026-06-01 00:00").save("weekly").arrive()
    assert office.at_moment("2026-06-01 08:00").tick() == [1]
    with office.at.app.store.writing() as tx:  # as the migration leaves it
        tx.connection.exec_driver_sql(
            "UPDATE subscriptions SET schedule = '', timezone = '', counts_from = NULL, overdue = NULL"
        )
    assert office.arrive().at_moment("2026-06-08 12:00").tick() == [2]


def test_the_commands_agree_on_what_is_next_and_what_is_due(office):
    office.at_moment("2026-06-01 00:00").save("monthly").arrive()
    assert office.at_moment("2026-06-01 08:00").tick() == [1]
    office.at_moment("2026-06-11 12:00").arrive().at_moment("2026-06-12 23:30").save("weekly")
    runs = [
        CliRunner().invoke(cli, ["--site", str(office.at.root), *words, "--now", "2026-06-12T23:30:00+00:00"])
        for words in (["digests", "plan", "--dry-run"], ["check"])
    ]
    assert all("2026-06-15 08:00" in run.output for run in runs), [run.output for run in runs]
    assert "not due" in runs[0].output


def test_no_mail_is_dated_before_what_it_tells_of_came(office):
    office.at_moment("2026-06-01 00:00").save("weekly").arrive()
    office.at_moment("2026-06-01 08:00").tick()
    office.at_moment("2026-06-11 10:00").arrive().tick()  # nobody planned on the 8th
    with office.at.app.store.reading() as tx:
        text = tx.connection.exec_driver_sql("SELECT text FROM digests").scalars().all()
    assert any("11 June" in each and "Number 2" in each for each in text)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_saved_in_between_nothing_is_lost_sent_twice_or_sent_by_saving(office, seed):
    dice = random.Random(seed)
    office.at_moment("2026-10-28 00:30").save("daily")
    office.at.ingest()
    got, schedule, zone = [], "daily", "UTC"
    for _ in range(25):
        office.arrive()
        if dice.random() < 0.5:
            got += office.tick()  # up to date
            schedule, zone = dice.choice(SCHEDULES), dice.choice(ZONES)
            office.save(schedule, zone)
            saved = office.tick()
            assert schedule == "instant" or saved == [], (schedule, zone)
            got += saved
        office.at.now += dice.choice([MINUTE, HOUR, 7 * HOUR, DAY, 9 * DAY])
        if dice.random() < 0.7:
            got += office.tick()
    office.at.now += 40 * DAY
    got += office.tick()
    assert got == list(range(1, office.entries + 1))
