"""Who gets what: windows of seq that join without gap or overlap, one mailing per person."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import edition, entry, subscription

from feedsvc.digests import (
    INSTANT,
    DueEdition,
    Guard,
    is_its_own,
    mailings,
    message_id,
    newest_first,
    next_edition,
    to_record,
)
from feedsvc.model import Recipient, Timing

MONDAY = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def due(name="panama", entries=(), **fields):
    return DueEdition(edition(name), subscription(name, **fields), tuple(entries))


def plan(each, last=None, now=MONDAY, last_seq=10, counts_from=MONDAY - timedelta(days=3), taken_up_seq=4):
    return next_edition(
        each,
        timing=Timing(each.schedule, each.timezone.key, counts_from),
        taken_up_seq=taken_up_seq,
        last=last,
        last_seq=last_seq,
        publication=3,
        now=now,
        instant_every=HOUR,
    )


class TestNextEdition:
    def test_the_first_one_starts_where_the_subscription_was_taken_up(self):
        first = plan(subscription())
        assert (first.due_at, first.from_seq, first.to_seq, first.since) == (MONDAY, 4, 10, None)

    def test_the_first_one_may_reach_back_to_a_date(self):
        assert plan(subscription(since=date(2026, 1, 1))).since == date(2026, 1, 1)

    def test_no_later_one_reaches_back(self):
        later = plan(subscription(since=date(2026, 1, 1)), last=edition(due_at=MONDAY - timedelta(days=7)))
        assert later.since is None

    def test_none_is_due_before_its_time_comes(self):
        assert plan(subscription(), now=MONDAY - timedelta(seconds=1)) is None

    def test_what_was_due_before_the_subscription_was_there_is_not_due(self):
        assert plan(subscription(), counts_from=MONDAY, now=MONDAY + timedelta(days=6)) is None

    def test_a_change_from_weekly_to_daily_goes_on_where_the_last_one_ended(self):
        last = edition(due_at=MONDAY, to_seq=7)
        daily = plan(subscription(schedule="0 8 * * *"), last=last, now=MONDAY + timedelta(days=1))
        assert (daily.from_seq, daily.to_seq, daily.due_at) == (7, 10, MONDAY + timedelta(days=1))

    def test_an_instant_one_waits_for_its_interval(self):
        instant = subscription(schedule=INSTANT)
        last = edition(due_at=MONDAY)
        assert plan(instant, last=last, now=MONDAY + HOUR - timedelta(seconds=1)) is None
        assert plan(instant, last=last, now=MONDAY + HOUR) is not None
        assert plan(instant, now=MONDAY - timedelta(days=2)) is not None

    @given(
        st.lists(
            st.tuples(
                st.integers(1, 60 * 24 * 9),
                st.integers(0, 5),
                st.sampled_from(["0 8 * * mon", "0 8 * * *", "*/7 * * * *"]),
            )
        )
    )
    def test_windows_join_without_gap_or_overlap_however_often_one_looks(self, steps):
        now, seq, last = MONDAY, 4, None
        windows = []
        for minutes, arrivals, schedule in steps:
            now += timedelta(minutes=minutes)
            seq += arrivals
            made = plan(subscription(schedule=schedule), last=last, now=now, last_seq=seq)
            if made:
                windows.append((made.from_seq, made.to_seq))
                assert last is None or made.due_at > last.due_at
                last = made
        ends = [4, *(end for _, end in windows)]
        assert [start for start, _ in windows] == ends[:-1]


def gets(mailed):
    return {each.recipient: [due.edition.subscription for due in each.editions] for each in mailed}


class TestMailings:
    def test_editions_due_together_are_one_mail_to_one_person(self):
        first = due("a", [entry(1)], recipients=(Recipient("Ana@Example.org"),))
        second = due(
            "b",
            [entry(2)],
            recipients=(Recipient("ana@example.org", "Ana", "es"), Recipient("eva@example.org")),
        )
        ana, eva = mailings([first, second])
        assert ana.editions == (first, second)
        assert (ana.recipient.name, ana.language) == ("Ana", "es")
        assert eva.editions == (second,)

    def test_an_edition_without_entries_gives_no_mail_but_a_record(self):
        empty = due("a")
        assert list(mailings([empty])) == []
        assert to_record(empty)
        assert not to_record(due("a", schedule=INSTANT))

    def test_an_instant_one_leaves_a_record_when_something_is_in_it_for_who_was_moved_there(self):
        empty = due("a", schedule=INSTANT)
        assert to_record(replace(empty, moved={"eva@example.org": replace(empty, entries=(entry(1),))}))
        assert not to_record(replace(empty, moved={"eva@example.org": empty}))

    def test_a_person_listed_twice_gets_one(self):
        twice = due("a", [entry(1)], recipients=(Recipient("ana@example.org"), Recipient("ANA@example.org")))
        (ana,) = mailings([twice])
        assert ana.editions == (twice,)

    def test_who_was_moved_gets_their_own_and_no_mail_if_nothing_is_left_of_it(self):
        both = (Recipient("Ana@example.org"), Recipient("eva@example.org"), Recipient("leo@example.org"))
        whole = due("a", [entry(9)], recipients=both)
        more, nothing = replace(whole, entries=(entry(9), entry(3))), replace(whole, entries=())
        moved = replace(whole, moved={"ana@example.org": more, "eva@example.org": nothing})
        ana, leo = mailings([moved])
        assert ana.editions == (more,)
        assert leo.editions == (moved,)
        empty = replace(moved, entries=())
        assert [each.editions for each in mailings([empty])] == [(more,)]

    @given(
        lists=st.lists(st.lists(st.integers(0, 30), max_size=20), min_size=1, max_size=4),
        at_once=st.integers(1, 50),
    )
    def test_of_very_many_everyone_still_gets_one_whatever_their_share(self, lists, at_once):
        editions = [
            due(
                str(name),
                [entry(1)],
                recipients=tuple(Recipient(f"{'P' if n % 2 else 'p'}{n}@example.org") for n in numbers),
            )
            for name, numbers in enumerate(lists)
        ]
        together, in_shares = list(mailings(editions)), list(mailings(editions, at_once))
        assert gets(together) == gets(in_shares)
        assert len(in_shares) == len({n for numbers in lists for n in numbers})

    def test_the_message_id_is_the_same_for_the_same_editions_to_the_same_person(self):
        def of(address, *editions):
            (mailing,) = mailings(
                [due(name, [entry(1)], recipients=(Recipient(address),)) for name in editions]
            )
            return message_id(mailing, "example.org", "a secret of many characters")

        assert of("ana@example.org", "a", "b") == of("ANA@example.org", "a", "b")
        assert len({of("ana@example.org", "a"), of("eva@example.org", "a"), of("ana@example.org", "b")}) == 3
        assert of("ana@example.org", "a").endswith("@example.org>")


@pytest.mark.parametrize(
    ("entries", "earlier", "objects"),
    [
        (100, [], False),
        (101, [], True),
        (50, [2, 2, 2], False),  # too few to say what is usual
        (50, [2, 2, 2, 2], True),
        (20, [2, 2, 2, 2], False),
        (20, [1, 1, 1, 1], False),  # few enough for anyone
        (21, [1, 1, 1, 1], True),
        (60, [40, 1, 6, 6, 6], False),
        (61, [40, 1, 6, 6, 6], True),  # six are usual, one way out doesn't count
    ],
)
def test_a_guard_objects_to_more_than_a_limit_and_to_many_times_the_usual(entries, earlier, objects):
    made = due("a", map(entry, range(1, entries + 1)))
    assert bool(Guard(most=100, times=10).objection(made, earlier)) is objects
    assert not Guard(most=0, times=0).objection(made, earlier)


def test_a_guard_objects_to_too_many_for_one_who_was_moved_and_says_so():
    made = due("a", [entry(9)])
    moved = replace(
        made, moved={"eva@example.org": replace(made, entries=tuple(map(entry, range(9, 1, -1))))}
    )
    said = Guard(most=5, times=0).objection(moved, [])
    assert said == "8 entries are in it for who was moved there, and more than 5 don't go out unasked."
    assert not Guard(most=8, times=0).objection(moved, [])


def test_what_is_usual_for_a_list_says_nothing_of_who_catches_up_there():
    made = due("a", [entry(99)])
    moved = replace(made, moved={"eva@example.org": replace(made, entries=tuple(map(entry, range(1, 60))))})
    assert not Guard(most=100, times=10).objection(moved, [1, 1, 1, 1])
    many = replace(moved, entries=tuple(map(entry, range(70, 100))))
    assert (
        Guard(most=100, times=10).objection(many, [1, 1, 1, 1]) == "30 entries are in it, where 1 are usual."
    )


@pytest.mark.parametrize(
    ("seq", "published", "since", "own"),
    [
        (5, date(2017, 1, 1), None, True),
        (4, date(2017, 1, 1), None, False),
        (4, date(2017, 1, 1), date(2017, 1, 1), True),
        (4, date(2016, 12, 31), date(2017, 1, 1), False),
    ],
)
def test_an_entry_older_than_the_subscription_is_its_own_as_far_as_it_reaches_back(
    seq, published, since, own
):
    assert is_its_own(entry(seq, published=published), 4, since) is own


def test_an_edition_says_why_an_entry_is_in_it():
    made = DueEdition(edition(from_seq=4), subscription(), (entry(5), entry(4)))
    assert [made.why(each) for each in made.entries] == ["new", "labels were corrected"]
    first = DueEdition(edition(from_seq=4, since=date(2017, 1, 1)), subscription(), (entry(4),))
    assert first.why(entry(4)).startswith("published since")


def test_entries_are_joined_the_last_to_arrive_first():
    assert [each.seq for each in newest_first([entry(9), entry(3)], [entry(5)])] == [9, 5, 3]
