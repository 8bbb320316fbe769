"""What a hub is yet to be told of: written with the publication, claimed by one, gone when told."""

from dataclasses import replace
from datetime import timedelta

from makers import NOON

ATOM, RSS = "/feeds/all.atom", "/feeds/all.rss"
SOON = NOON + timedelta(minutes=1)


def add(store, paths, now=NOON):
    with store.writing() as tx:
        publication = tx.publications.add(now)
        tx.announcements.add(paths, publication.number, now)
        return publication


def claim(store, now=NOON, until=SOON, limit=None):
    with store.writing() as tx:
        return tx.announcements.claim(now, until, limit)


def test_what_is_claimed_is_nobody_elses_until_a_while_has_passed(store):
    publication = add(store, [RSS, ATOM])
    first = claim(store, limit=1)
    assert [(each.path, each.publication, each.attempts) for each in first] == [(ATOM, 1, 0)]
    assert first[0].published_at == publication.at
    assert [each.path for each in claim(store)] == [RSS]
    assert claim(store) == []
    with store.reading() as tx:
        assert not tx.announcements.is_due(NOON)
        assert tx.announcements.is_due(SOON)
        assert tx.announcements.pending() == 2
    assert [each.path for each in claim(store, SOON, SOON + timedelta(minutes=1))] == [ATOM, RSS]


def test_what_changed_anew_while_it_was_told_stays(store):
    add(store, [ATOM, RSS])
    claimed = claim(store)
    add(store, [ATOM])
    with store.writing() as tx:
        tx.announcements.drop(claimed)
    (again,) = claim(store)
    assert (again.path, again.publication, again.attempts) == (ATOM, 2, 0)


def test_what_failed_is_due_later_unless_it_changed_anew(store):
    add(store, [ATOM, RSS])
    claimed = [replace(each, attempts=each.attempts + 1) for each in claim(store)]
    add(store, [ATOM])
    with store.writing() as tx:
        tx.announcements.put_off((each, SOON) for each in claimed)
    assert [(each.path, each.attempts) for each in claim(store, until=SOON + timedelta(hours=1))] == [
        (ATOM, 0)
    ]
    assert [(each.path, each.attempts) for each in claim(store, SOON)] == [(RSS, 1)]


def test_without_a_hub_nothing_waits(store):
    add(store, [ATOM, RSS])
    with store.writing() as tx:
        tx.announcements.clear()
        assert tx.announcements.pending() == 0
        tx.announcements.add([], 1, NOON)
        tx.announcements.drop([])
        tx.announcements.put_off([])
