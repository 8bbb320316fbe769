"""What goes into which edition over time: nothing is lost and nothing repeated, whatever is corrected in between."""

from datetime import timedelta

import pytest

ENTRY = "{day} September, 2017\n\n{title}\n\nOfficers met in {place} to talk about the road.\n\n"
PANAMA_DAILY = """\
subscriptions:
  - id: panama
    title: Panama
    schedule: daily
    timezone: UTC
    countries: [PA]
    recipients: [ana@example.org]
"""
DAY = timedelta(days=1)


class Desk:
    """A site with one daily subscription about Panama, and what its recipient got."""

    def __init__(self, at):
        self.at = at
        self.got = []

    def subscribe(self, text=PANAMA_DAILY):
        self.at.write("config/subscriptions.yaml", text)
        self.reopen()

    def reopen(self):
        self.at.app.store.close()
        self.at.open()

    def bulletin(self, name, *entries):
        text = "".join(ENTRY.format(day=day, title=title, place=place) for day, title, place in entries)
        self.at.write(f"bulletins/{name}.txt", text)
        return self.at.ingest()

    def key(self, title):
        return next(entry.key for entry in self.at.entries() if entry.title == title)

    def correct(self, **countries):
        """Say what entries are about, by the words of their titles; and have it taken up."""
        lines = [
            f"{self.key(title.replace('_', ' '))}:\n  countries: [{code}]\n"
            for title, code in countries.items()
        ]
        self.at.write("config/overrides.yaml", "".join(lines) or "{}\n")
        self.reopen()
        self.at.ingest()

    def next_day(self):
        """Let a day pass, plan, and give the titles that the new editions hold by the store, the newest first."""
        self.at.now += DAY
        return self.plan()

    def plan(self):
        report = self.at.app.plan()
        with self.at.app.store.reading() as tx:
            rows = tx.connection.exec_driver_sql(
                "SELECT e.title FROM edition_entries x JOIN entries e ON e.seq = x.seq ORDER BY x.due_at, e.seq DESC"
            )
            everything = [row.title for row in rows]
        fresh, self.got = everything[len(self.got) :], everything
        assert sum(edition.entries for edition in report.editions if not edition.dropped) == len(fresh)
        assert len(set(everything)) == len(everything)
        return fresh


@pytest.fixture
def desk(at):
    made = Desk(at)
    made.subscribe()
    at.ingest()
    return made


class TestCorrectedLabels:
    def test_what_comes_to_match_after_its_edition_goes_into_the_next_one_once(self, desk):
        desk.bulletin("a", (1, "Road one", "Panama"), (2, "Road two", "Iceland"))
        assert desk.next_day() == ["Road one"]
        desk.correct(Road_two="PA")
        desk.bulletin("b", (3, "Road three", "Panama"))
        assert desk.next_day() == ["Road three", "Road two"]
        assert desk.next_day() == []

    def test_what_is_corrected_back_before_the_next_edition_is_not_in_it(self, desk):
        desk.bulletin("a", (2, "Road two", "Iceland"))
        assert desk.next_day() == []
        desk.correct(Road_two="PA")
        desk.correct()
        assert desk.next_day() == []
        desk.correct(Road_two="PA")
        assert desk.next_day() == ["Road two"]

    def test_what_was_sent_is_not_sent_again_however_often_it_is_corrected(self, desk):
        desk.bulletin("a", (1, "Road one", "Panama"))
        assert desk.next_day() == ["Road one"]
        desk.correct(Road_one="IS")
        assert desk.next_day() == []
        desk.correct(Road_one="PA")
        assert desk.next_day() == []

    def test_an_edit_of_the_bulletin_counts_as_well(self, desk):
        desk.bulletin("a", (1, "Road one", "Iceland"))
        assert desk.next_day() == []
        desk.bulletin("a", (1, "Road one", "Panama"))
        assert desk.next_day() == ["Road one"]

    def test_labels_given_anew_count_as_well(self, desk):
        desk.bulletin("a", (1, "Road one", "Ruritania"))
        assert desk.next_day() == []
        path = desk.at.root / "config" / "overrides.yaml"
        path.write_text(f"{desk.key('Road one')}:\n  countries: [PA]\n")
        desk.reopen()
        desk.at.app.relabel()
        assert desk.next_day() == ["Road one"]

    def test_what_the_edition_has_not_passed_yet_is_in_it_once(self, desk):
        desk.bulletin("a", (1, "Road one", "Iceland"))
        desk.correct(Road_one="PA")
        assert desk.next_day() == ["Road one"]
        assert desk.next_day() == []

    def test_a_typo_mended_in_an_old_entry_sends_nothing(self, desk):
        desk.bulletin("a", (1, "Road one", "Panama"), (2, "Road two", "Iceland"))
        desk.next_day()
        desk.bulletin("a", (1, "Road ones", "Panama"), (2, "Road twos", "Iceland"))
        assert desk.next_day() == []

    def test_what_is_older_than_the_subscription_is_not_sent_unless_it_reaches_back(self, desk):
        desk.bulletin("a", (1, "Road one", "Iceland"))
        desk.next_day()
        reaching = PANAMA_DAILY.replace("  - id: panama", "  - id: other\n    since: 2017-09-01") + "".join(
            PANAMA_DAILY.partition("  - id: panama")[1:]
        ).replace("id: panama", "id: third")
        desk.subscribe(reaching)
        desk.bulletin("b", (5, "Road five", "Panama"))
        desk.got = []
        desk.at.now += DAY
        report = desk.at.app.plan()
        assert {e.subscription: e.entries for e in report.editions} == {"other": 1, "third": 1}
        desk.correct(Road_one="PA")
        desk.at.now += DAY
        report = desk.at.app.plan()
        assert {e.subscription: e.entries for e in report.editions} == {"other": 1, "third": 0}

    def test_a_wider_selection_begins_with_what_is_new(self, desk):
        desk.bulletin("a", (1, "Road one", "Iceland"))
        desk.next_day()
        desk.subscribe(PANAMA_DAILY.replace("[PA]", "[PA, IS]"))
        desk.bulletin("b", (2, "Road two", "Iceland"))
        assert desk.next_day() == ["Road two"]


class TestWithdrawn:
    def test_what_is_withdrawn_is_left_out(self, desk):
        desk.bulletin("a", (1, "Road one", "Iceland"), (2, "Road two", "Panama"))
        desk.next_day()
        desk.correct(Road_one="PA")
        desk.at.app.set_withdrawn(desk.key("Road one"), withdrawn=True)
        assert desk.next_day() == []

    def test_what_was_withdrawn_before_its_edition_goes_into_the_next_one_when_it_is_back(self, desk):
        desk.bulletin("a", (1, "Road one", "Panama"))
        key = desk.key("Road one")
        desk.at.app.set_withdrawn(key, withdrawn=True)
        assert desk.next_day() == []
        desk.at.app.set_withdrawn(key, withdrawn=False)
        assert desk.next_day() == ["Road one"]
        desk.at.app.set_withdrawn(key, withdrawn=True)
        desk.at.app.set_withdrawn(key, withdrawn=False)
        assert desk.next_day() == []


class TestChangesOfConfig:
    def test_schedules_that_change_mid_period_lose_and_repeat_nothing(self, desk):
        weekly = PANAMA_DAILY.replace("daily", "weekly")
        got = []
        for day, schedule in enumerate([PANAMA_DAILY, weekly, PANAMA_DAILY, PANAMA_DAILY, weekly] * 4):
            desk.subscribe(schedule.replace("title: Panama", f"title: Panama {day}"))
            desk.bulletin(f"d{day}", (day + 1, f"Road {day}", "Panama"))
            got += desk.next_day()
        desk.at.now += 7 * DAY
        got += desk.plan()
        assert sorted(got) == sorted(f"Road {day}" for day in range(20))

    def test_an_outage_of_any_length_is_one_edition(self, desk):
        for number in range(3):
            desk.bulletin(f"b{number}", (number + 1, f"Road {number}", "Panama"))
        desk.at.now += 400 * DAY
        assert desk.plan() == ["Road 2", "Road 1", "Road 0"]
        with desk.at.app.store.reading() as tx:
            assert len(tx.editions.newest(9)) == 1
            assert tx.outbox.counts().total() == 1

    def test_an_entry_that_is_dated_back_or_comes_late_goes_out_once(self, desk):
        desk.bulletin("b", (20, "Road new", "Panama"))
        assert desk.next_day() == ["Road new"]
        desk.bulletin("a", (1, "Road old", "Panama"))
        assert desk.next_day() == ["Road old"]
        assert desk.next_day() == []

    def test_a_new_recipient_starts_with_the_next_edition(self, desk):
        desk.bulletin("a", (1, "Road one", "Panama"))
        desk.next_day()
        desk.subscribe(PANAMA_DAILY.replace("[ana@", "[eva@example.org, ana@"))
        assert desk.next_day() == []
        desk.bulletin("b", (2, "Road two", "Panama"))
        assert desk.next_day() == ["Road two"]
        with desk.at.app.store.reading() as tx:
            rows = tx.connection.exec_driver_sql("SELECT mailbox FROM receipts ORDER BY delivery")
            assert [row.mailbox for row in rows] == ["ana@example.org", "eva@example.org", "ana@example.org"]


def test_an_edition_from_before_the_upgrade_is_not_looked_at_again(desk):
    desk.bulletin("a", (1, "Road one", "Panama"), (2, "Road two", "Iceland"))
    desk.next_day()
    with desk.at.app.store.writing() as tx:  # as the migration leaves it
        tx.connection.exec_driver_sql("DELETE FROM edition_entries")
        tx.connection.exec_driver_sql("UPDATE subscriptions SET unrecorded_seq = 2")
    desk.got = []
    desk.correct(Road_one="IS", Road_two="PA")
    desk.correct(Road_one="PA", Road_two="PA")
    assert desk.next_day() == []
    desk.bulletin("b", (3, "Road three", "Iceland"))
    desk.next_day()
    desk.correct(Road_three="PA")
    assert desk.next_day() == ["Road three"]
