"""Recipients whom the admin moves between subscriptions: nobody misses anything by it, and nobody gets anything again."""

import random
from datetime import timedelta

import pytest

from feedsvc.model import mailbox
from feedsvc.pipeline import Standing

DAY = timedelta(days=1)
ANA, EVA = "ana@example.org", "eva@example.org"
BOB = "bob@example.org"
SCHEDULES = {
    "monthly": "0 8 1 * *",
    "weekly": "0 8 * * mon",
    "daily": "0 8 * * *",
    "hourly": "0 * * * *",
    "instant": "instant",
}


class Office:
    """A site whose lists one edits, and what each person was told of, entry by entry."""

    def __init__(self, at):
        self.at = at
        self.entries = 0
        self.deliveries = 0
        self.now = at.now = at.now.replace(hour=8)  # a Friday

    def lists(self, **people):
        """Put people on lists: `weekly`, `monthly`, `daily`, `hourly` or `instant`; `weekly2` is another weekly one."""
        self.people = people
        self.configure()

    def configure(self, about="PA"):
        rows = [
            f"  - {{id: {name}, title: {name}, schedule: '{SCHEDULES[name.rstrip('23')]}', "
            f"timezone: UTC, countries: [{about}], recipients: [{', '.join(who)}]}}\n"
            for name, who in self.people.items()
        ]
        self.at.write(
            "config/subscriptions.yaml", "subscriptions:\n" + "".join(rows) + ("" if rows else "  []\n")
        )
        self.at.app.store.close()
        self.at.open()
        self.at.ingest()

    def arrive(self, number=1, place="Panama"):
        """Let entries arrive; their titles are numbers."""
        first, self.entries = self.entries + 1, self.entries + number
        text = "".join(
            f"3 September, 2017\n\nNumber {n} opens\n\nOfficers met in {place} about number {n}.\n\n"
            for n in range(first, self.entries + 1)
        )
        self.at.write(f"bulletins/b{first:04}.txt", text)
        self.at.ingest()

    def days(self, number=1):
        self.at.now += number * DAY
        return self

    def plan(self):
        """Plan, and give who was told of which entries by it."""
        expected = self.at.app.forecast()
        report = self.at.app.plan()
        self.planned = report.editions
        told = self.new_mails()
        due = [each for each in expected.prospects if each.standing is Standing.DUE]
        assert {each.subscription.id for each in due} <= {each.subscription for each in report.editions}
        foretold = {
            mailbox(each.recipient.address): len(
                {entry.seq for due in each.editions for entry in due.entries}
            )
            for each in expected.mailings
        }
        assert foretold == {who: len(numbers) for who, numbers in told.items()}
        return told

    def new_mails(self):
        with self.at.app.store.reading() as tx:
            rows = tx.connection.exec_driver_sql(
                "SELECT d.delivery, d.mailbox, e.title FROM deliveries d JOIN digest_entries x ON x.digest = d.digest "
                f"JOIN entries e ON e.seq = x.seq WHERE d.delivery > {self.deliveries}"
            ).all()
        told = {}
        for row in rows:
            told.setdefault(row.mailbox, []).append(int(row.title.split()[1]))
            self.deliveries = max(self.deliveries, row.delivery)
        return {who: sorted(numbers) for who, numbers in told.items()}


@pytest.fixture(params=["sqlite", "postgresql"])
def office(at, request, monkeypatch):
    """An office with a weekly and a daily list, after both had an edition on Monday morning."""
    if request.param == "postgresql":
        monkeypatch.setenv("DATABASE_URL", request.getfixturevalue("postgres_url"))
    made = Office(at)
    made.lists(weekly=[ANA], daily=[EVA])
    made.arrive()
    assert made.days(3).plan() == {ANA: [1], EVA: [1]}
    return made


def test_from_weekly_to_daily_one_gets_what_came_since_the_last_weekly(office):
    for _ in range(2):
        office.arrive()
        office.days().plan()
    office.arrive()
    office.lists(weekly=[], daily=[EVA, "Ana@Example.org"])
    preview = office.at.app.preview("daily", ANA)
    assert all(f"Number {n} opens" in preview.digest.text for n in (2, 3, 4))
    assert "Number 2 opens" not in office.at.app.preview("daily", EVA).digest.text
    assert office.days().plan() == {ANA: [2, 3, 4], EVA: [4]}
    office.arrive()
    assert office.days().plan() == {ANA: [5], EVA: [5]}


def test_from_daily_to_weekly_one_gets_what_came_since_the_last_daily(office):
    office.arrive()
    assert office.days().plan() == {EVA: [2]}
    office.lists(weekly=[ANA, EVA], daily=[])
    office.arrive()
    assert office.days(6).plan() == {ANA: [2, 3], EVA: [3]}


def test_who_is_moved_to_an_instant_one_gets_what_they_missed_within_a_minute(office):
    office.lists(weekly=[ANA], daily=[EVA], instant=[BOB])
    office.arrive()
    assert office.days().plan() == {EVA: [2], BOB: [2]}
    office.at.now += timedelta(hours=1)  # as long as there is between two editions of an instant one
    office.lists(weekly=[], daily=[EVA], instant=[BOB, ANA])
    assert office.plan() == {ANA: [2]}
    office.at.now += timedelta(minutes=1)
    assert office.plan() == {}
    office.arrive()
    office.at.now += timedelta(hours=2)
    assert office.plan() == {ANA: [3], BOB: [3]}


def test_who_is_moved_to_an_instant_one_and_missed_nothing_waits_for_the_news(office):
    office.lists(weekly=[], daily=[EVA], instant=[ANA])
    office.at.now += timedelta(minutes=1)
    assert office.plan() == {}
    office.arrive()
    assert office.plan() == {ANA: [2]}


def test_one_who_catches_up_on_a_list_does_not_hold_it(office):
    office.lists(weekly=[ANA], daily=[EVA], monthly=[BOB])
    for number in (25, 1, 1, 1, 1):
        office.arrive(number)
        office.days().plan()
    office.lists(weekly=[ANA], daily=[EVA, BOB])
    office.arrive()
    told = office.days().plan()
    assert (told[EVA], told[BOB]) == ([31], list(range(2, 32)))


def test_who_had_everything_already_gets_no_mail_and_no_second_one_when_moved_back(office):
    office.arrive()
    assert office.days().plan() == {EVA: [2]}
    office.lists(weekly=[ANA, EVA], daily=[])
    assert office.days(6).plan() == {ANA: [2]}
    office.lists(weekly=[ANA], daily=[EVA])
    office.arrive()
    assert office.days().plan() == {EVA: [3]}


def test_who_is_moved_there_and_back_between_two_editions_is_told_nothing_twice(office):
    office.arrive()
    office.days().plan()
    office.lists(weekly=[], daily=[EVA, ANA])
    office.arrive()
    assert office.days().plan() == {ANA: [2, 3], EVA: [3]}
    office.lists(weekly=[ANA], daily=[EVA])
    office.arrive()
    assert office.days(5).plan() == {ANA: [4], EVA: [4]}


def test_someone_new_starts_with_the_next_edition_and_someone_on_both_lists_gets_both(office):
    office.arrive()
    office.days().plan()
    office.lists(weekly=[ANA, "new@example.org"], daily=[EVA, ANA])
    office.arrive()
    assert office.days().plan() == {ANA: [3], EVA: [3]}
    assert office.days(5).plan() == {ANA: [2, 3], "new@example.org": [2, 3]}


def test_what_is_held_for_one_subscription_is_not_lost_by_who_is_moved_to_another(office):
    office.at.app.hold("weekly")
    office.arrive()
    assert office.days(7).plan() == {EVA: [2]}
    office.lists(weekly=["other@example.org"], daily=[EVA, ANA])
    office.arrive()
    assert office.days().plan() == {EVA: [3], ANA: [2, 3]}
    office.at.app.release("weekly")
    assert office.new_mails() == {"other@example.org": [2, 3]}


def test_what_was_dropped_is_not_brought_back_by_a_move(office):
    office.arrive()
    office.at.app.drop("daily")
    office.arrive()
    assert office.days().plan() == {EVA: [3]}
    office.lists(weekly=[], daily=[EVA, ANA])
    assert office.days().plan() == {ANA: [3]}


def test_a_hold_goes_with_a_subscription_that_gets_another_id(office):
    office.at.app.hold("weekly", "Ana is on leave.")
    office.arrive()
    office.lists(weekly2=[ANA], daily=[EVA])
    assert [(hold.subscription, hold.reason) for hold in office.at.app.status().holds] == [
        ("weekly2", "Ana is on leave.")
    ]
    assert office.days(7).plan() == {EVA: [2]}
    office.at.app.release("weekly2")
    assert office.new_mails() == {ANA: [2]}


def test_what_is_dropped_after_another_id_was_given_is_dropped_for_who_came_along(office):
    office.at.app.hold("weekly")
    office.arrive()
    office.lists(weekly2=[ANA], daily=[EVA])
    office.at.app.drop("weekly2")
    office.arrive()
    assert office.days(7).plan() == {EVA: [2, 3], ANA: [3]}


def test_a_held_subscription_that_is_gone_can_be_dropped_and_begins_anew_when_it_is_back(office):
    office.at.app.hold("weekly")
    office.arrive()
    office.lists(daily=[EVA])
    (hold,) = office.at.app.status().holds
    assert office.at.app.drop(hold.subscription).dropped
    assert office.at.app.status().holds == ()
    office.days(2).plan()
    office.lists(weekly=[ANA], daily=[EVA])
    office.arrive()
    assert office.days(6).plan() == {EVA: [3], ANA: [3]}


def test_too_much_for_one_who_was_moved_is_held_too(office):
    toml = office.at.root / "config" / "feedsvc.toml"
    toml.write_text(toml.read_text().replace("max_entries = 100", "max_entries = 5"))
    for _ in range(3):
        office.arrive(2)
        office.days().plan()
    office.lists(weekly=[], daily=[EVA, ANA])
    office.arrive()
    office.days()
    (prospect,) = (each for each in office.at.app.forecast().prospects if each.subscription.id == "daily")
    assert prospect.standing is Standing.HELD
    (hold,) = office.at.app.plan().held
    assert (hold.subscription, hold.entries) == ("daily", 7)
    office.at.app.release("daily")
    assert office.new_mails() == {EVA: [8], ANA: [2, 3, 4, 5, 6, 7, 8]}


def test_a_subscription_under_another_name_goes_on_where_it_was(office):
    office.arrive()
    office.lists(weekly2=[ANA], daily=[EVA])
    office.arrive()
    assert office.days(7).plan() == {ANA: [2, 3], EVA: [2, 3]}


@pytest.mark.parametrize("to", ["weekly3", "daily"])
def test_who_leaves_a_subscription_before_its_first_edition_gets_what_waited_there(office, to):
    office.days()  # Tuesday
    office.lists(weekly=[ANA], daily=[EVA], weekly2=[BOB])
    office.arrive()
    assert office.days().plan() == {EVA: [2]}
    office.lists(**{"weekly": [ANA], "daily": [EVA]} | ({to: [EVA, BOB]} if to == "daily" else {to: [BOB]}))
    assert office.days(6).plan()[BOB] == [2]


@pytest.mark.parametrize("to", ["weekly2", "daily"])
def test_who_is_new_on_an_old_list_and_moved_before_its_next_edition_gets_what_waited_there(office, to):
    office.days()
    office.lists(weekly=[ANA, BOB], daily=[EVA])
    office.arrive()
    assert office.days().plan() == {EVA: [2]}
    if to == "daily":
        office.lists(weekly=[ANA], daily=[EVA, BOB])
    else:
        office.lists(weekly2=[ANA, BOB], daily=[EVA])
    assert office.days(6).plan() == {ANA: [2], BOB: [2]}


def test_who_is_on_a_list_is_remembered_as_soon_as_it_is_seen(office):
    office.lists(weekly=[ANA, BOB], daily=[EVA, BOB])
    with office.at.app.store.reading() as tx:
        kept, moves = tx.moves.members(), tx.moves.all()
    assert {name: len(marks) for name, marks in kept.items()} == {"weekly": 16, "daily": 16}
    assert moves == frozenset()


def test_a_label_that_was_corrected_for_the_old_list_counts_for_who_left_it(office):
    office.arrive(place="Iceland")
    office.days().plan()
    key = next(entry.key for entry in office.at.entries() if "2" in entry.title)
    office.at.write("config/overrides.yaml", f"{key}:\n  countries: [PA]\n")
    office.lists(weekly=[ANA], daily=[EVA])
    assert office.days().plan() == {EVA: [2]}
    office.lists(weekly=[], daily=[EVA, ANA])
    assert office.days().plan() == {ANA: [2]}


@pytest.mark.parametrize("seed", range(3))
def test_whoever_is_on_one_list_at_a_time_is_told_once_of_each_entry_since_the_list_they_began_on(
    office, seed
):
    """Lists come, are renamed and go; people come to old ones and to new ones, and are moved before an edition."""
    dice = random.Random(seed)
    people = [ANA, EVA, "leo@example.org", "mia@Migración.example", BOB]
    names = ["weekly", "daily", "hourly", "weekly2", "monthly"]
    told = {ANA: [1], EVA: [1]}
    began = dict.fromkeys((ANA, EVA), 1)  # the first entry that is theirs
    passed = dict.fromkeys(("weekly", "daily"), 1)  # up to where a list's editions went, or it was taken up
    where = {ANA: "weekly", EVA: "daily"}
    for _ in range(14):
        for who in people:
            if dice.random() < (0.4 if who in where else 0.3):
                where[who] = dice.choice(names)
        spell = dice.choice([str.upper, str.lower, lambda who: who.replace("Migración", "xn--migracin-13a")])
        listed = {name: [spell(who) for who in where if where[who] == name] for name in names}
        office.lists(**{name: who for name, who in listed.items() if who})
        for who, name in where.items():
            began.setdefault(mailbox(who), passed.setdefault(name, office.entries) + 1)
        office.arrive(dice.choice([1, 2]))
        if dice.random() < 0.6:
            office.at.now += dice.choice([timedelta(hours=1), DAY, 3 * DAY])
            _plan_into(office, told, passed)
    office.days(31)
    _plan_into(office, told, passed)
    for who, first in began.items():
        assert sorted(told[who]) == list(range(first, office.entries + 1)), who


def _plan_into(office, told, passed):
    for who, numbers in office.plan().items():
        told.setdefault(who, []).extend(numbers)
    passed |= {edition.subscription: office.entries for edition in office.planned}
