"""Who was moved between lists: everybody goes on where they were last served, and new ones start anew."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import subscription

from feedsvc.digests.moving import Lists, Roster, marked, marker
from feedsvc.model import Recipient, Stand

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MARK = marker("a secret of many characters")


def lists(**people):
    return {
        name: marked([Recipient(f"{each}@example.org") for each in who.split()], MARK)
        for name, who in people.items()
    }


class Register:
    """A roster over time: the lists of now, how far each subscription got, and when."""

    def __init__(self):
        self.roster, self.stands, self.now = Roster(), {}, NOW

    def look(self, after=HOUR, **people):
        self.now += after
        self.lists = lists(**people)
        self.stands = dict.fromkeys(people, Stand(0, 0)) | self.stands
        self.roster = self.roster.noticed(self.lists, self.stands, self.now)
        return self

    def send(self, seq, *names):
        self.roster = self.roster.served(self.lists, names)
        self.stands |= {name: Stand(seq, seq) for name in names}
        return self

    def moved(self, name):
        known = {MARK(f"{who}@example.org"): who for who in ("ana", "eva", "luis", "nora", "leo")}
        return {known[mark]: stand.seq for mark, stand in self.roster.waiting().get(name, {}).items()}


@pytest.fixture
def register():
    """Ana and Eva are served weekly, up to 10, Luis daily, up to 30."""
    started = Register().look(weekly="ana eva", daily="luis").send(10, "weekly", "daily").send(30, "daily")
    assert started.roster.moves == frozenset()
    return started


def test_who_is_moved_stands_where_the_old_one_last_served_them(register):
    register.look(weekly="eva luis", daily="ana")
    assert register.moved("daily") == {"ana": 10}
    assert register.moved("weekly") == {"luis": 30}
    register.send(40, "daily").look(weekly="eva luis", daily="ana").send(50, "weekly")
    assert register.roster.moves == frozenset()


def test_who_is_new_was_moved_from_nowhere(register):
    register.look(weekly="ana eva", daily="luis nora")
    assert register.roster.moves == frozenset()


def test_who_is_on_both_lists_is_not_moved_until_they_leave_one(register):
    register.look(weekly="ana eva", daily="luis ana").send(40, "daily")
    assert register.roster.moves == frozenset()
    register.look(weekly="eva", daily="luis ana")
    assert register.moved("daily") == {"ana": 10}


def test_who_is_moved_back_goes_on_there_from_where_they_were_served_meanwhile(register):
    register.look(weekly="eva", daily="luis ana").send(40, "daily")
    register.look(weekly="ana eva", daily="luis")
    assert register.moved("weekly") == {"ana": 40}


def test_who_is_moved_on_before_they_were_served_keeps_where_they_stand(register):
    for name in ("a", "b", "weekly"):
        there = {"weekly": "eva", "daily": "luis"} | {name: "eva ana" if name == "weekly" else "ana"}
        register.look(after=3 * DAY, **there).send(50, "daily")
    assert register.moved("weekly") == {"ana": 10}
    assert register.moved("a") == register.moved("b") == {}


def test_a_move_may_take_two_edits_in_either_order(register):
    register.look(weekly="eva", daily="luis").send(35, "daily")
    register.look(after=DAY, weekly="eva", daily="luis ana")
    assert register.moved("daily") == {"ana": 10}
    register.send(40, "daily").look(weekly="eva", daily="luis ana", other="luis")
    register.look(weekly="eva", daily="ana", other="luis")
    assert register.moved("other") == {"luis": 40}


def test_who_was_on_no_list_for_more_than_a_day_is_new_when_they_come_again(register):
    register.look(weekly="eva", daily="luis")
    register.look(after=DAY + HOUR, weekly="eva", daily="luis ana")
    assert register.roster.moves == frozenset()


def test_a_subscription_under_another_name_goes_on_for_all_where_it_was(register):
    register.look(fortnightly="ana eva", daily="luis")
    assert register.moved("fortnightly") == {"ana": 10, "eva": 10}


@pytest.mark.parametrize(
    ("people", "found"),
    [
        ({"fortnightly": "eva ana", "daily": "luis"}, {"weekly": "fortnightly"}),
        ({"fortnightly": "eva ana nora", "daily": "luis"}, {"weekly": "fortnightly"}),
        ({"fortnightly": "eva", "daily": "luis ana"}, {}),  # it was cut in two
        ({"a": "eva ana", "b": "eva ana", "daily": "luis"}, {}),  # who could say
        ({"daily": "luis ana eva"}, {}),  # that one was there
        ({"weekly": "", "fortnightly": "ana eva", "daily": "luis"}, {}),  # and so is the old one
    ],
)
def test_another_name_is_known_by_all_being_there(register, people, found):
    assert register.roster.renamed(lists(**people), ["weekly", "never-seen"]) == found


def test_who_left_two_lists_stands_where_the_earlier_one_served_them(register):
    register.look(weekly="ana eva luis", daily="luis").send(35, "weekly").send(45, "daily")
    register.look(weekly="ana eva", daily="", other="luis")
    assert register.moved("other") == {"luis": 35}


def test_another_spelling_is_no_move(register):
    before = register.roster
    spelled = [Recipient("EVA@Example.ORG"), Recipient("Ana@example.org")]
    register.lists["weekly"] = marked(spelled, MARK)
    assert before.noticed(register.lists, register.stands, NOW) == before


def test_who_leaves_before_their_first_edition_stands_where_the_list_did(register):
    register.look(weekly="ana eva nora", daily="luis")
    register.look(weekly="ana eva", daily="luis nora")
    assert register.moved("daily") == {"nora": 10}
    register.stands["new"] = Stand(33, 33)
    register.look(weekly="ana eva", daily="luis nora", new="leo").look(
        weekly="ana eva", daily="luis nora leo"
    )
    assert register.moved("daily") == {"nora": 10, "leo": 33}


def test_what_was_sent_before_lists_were_remembered_went_to_those_on_the_list():
    register = Register()
    register.stands["weekly"] = Stand(10, 10)
    register.look(weekly="ana").look(weekly="", daily="ana")
    assert register.moved("daily") == {"ana": 10}


def test_marks_tell_nobody_without_the_secret_whose_they_are():
    assert MARK("ana@example.org") == MARK("ANA@example.org")
    assert MARK("ana@example.org") != marker("another secret")("ana@example.org")


PEOPLE, NAMES = range(4), "abc"
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(NAMES)),  # someone is put on this list alone
        st.sets(st.sampled_from(NAMES)),  # these editions fall due
        st.none(),  # the lists are seen, and nothing is due
    ),
    max_size=40,
)


@given(STEPS)
def test_whoever_is_on_one_list_at_a_time_goes_on_exactly_where_they_were_served_last_or_began(steps):
    on, stood, roster = {}, {}, Roster()
    stands = dict(zip(NAMES, (Stand(0, 0), Stand(-1, -1), Stand(-2, -2)), strict=True))
    for number, step in enumerate(steps):
        if isinstance(step, tuple):
            on[step[0]] = step[1]
            continue
        listed = {
            name: marked([Recipient(f"{who}@example.org") for who in on if on[who] == name], MARK)
            for name in NAMES
        }
        roster = roster.noticed(listed, stands, NOW)
        waiting = roster.waiting()
        for who, name in on.items():
            begun = who in stood
            expected = stood.setdefault(who, stands[name])
            mark = MARK(f"{who}@example.org")
            assert waiting.get(name, {}).get(mark, stands[name]) == expected
            assert begun or mark not in waiting.get(name, {})
        for name in step or ():
            stands[name] = Stand(number, number)
            stood |= {who: stands[name] for who in on if on[who] == name}
        roster = roster.served(listed, step or ())
    assert all(len(marks) % 8 == 0 for marks in roster.members.values())


def test_the_signature_of_lists_is_another_one_when_someone_is_on_another_list():
    def signature(**people):
        rows = [
            subscription(name, recipients=tuple(Recipient(f"{each}@example.org") for each in who.split()))
            for name, who in people.items()
        ]
        return Lists(rows, "a secret of many characters").signature

    assert signature(a="ana eva", b="") == signature(b="", a="EVA ana")
    assert (
        len({signature(a="ana", b=""), signature(a="", b="ana"), signature(a="ana"), signature(b="ana")}) == 4
    )
