"""What stands at a destination, a state that is read through and through, and who is alone at a job."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from makers import NOON, entry

from feedsvc.model import Feed, feeds_of
from feedsvc.store import EntryKeys, Keeping, Moved
from feedsvc.store import snapshot as snapshot_module

KEEPING = Keeping(5)


class TestExports:
    def test_each_destination_has_files_of_its_own(self, store):
        with store.writing() as tx:
            tx.exports.put("s3://a", {"index.html": '"1"', "feeds/all.atom": '"2"'})
            tx.exports.put("s3://b", {"index.html": '"3"'})
        with store.reading() as tx:
            assert tx.exports.all("s3://a") == {"index.html": '"1"', "feeds/all.atom": '"2"'}
            assert tx.exports.at("s3://a", ["index.html", "never"]) == {"index.html": '"1"'}
            assert (tx.exports.count("s3://a"), tx.exports.count("s3://c")) == (2, 0)

    def test_a_file_is_replaced_dropped_or_not_trusted_any_more(self, store):
        with store.writing() as tx:
            tx.exports.put("s3://a", {f"{n}.html": '"1"' for n in range(1200)})
            tx.exports.put("s3://b", {"index.html": '"1"'})
        with store.writing() as tx:
            tx.exports.put("s3://a", {"0.html": '"2"'})
            tx.exports.drop("s3://a", [f"{n}.html" for n in range(1, 1200)])
            assert tx.exports.all("s3://a") == {"0.html": '"2"'}
            tx.exports.distrust("s3://a")
            assert tx.exports.all("s3://a") == {"0.html": ""}
            assert tx.exports.all("s3://b") == {"index.html": '"1"'}


@pytest.fixture
def full(store):
    """A store with entries in feeds, some left, one withdrawn."""
    made = [
        entry(n, countries=["PA"] if n % 2 else ["CR", "PA"], topics=["gender"], publication=n)
        for n in range(1, 31)
    ]
    made[4] = entry(5, countries=["PA"], publication=31, withdrawn_at=NOON)
    with store.writing() as tx:
        tx.entries.put(EntryKeys(each, "", "") for each in made)
        moves = [
            Moved(each.seq, date(2017, 9, 1), each.updated_at, set(feeds_of(each)), is_new=True)
            for each in made
        ]
        tx.feeds.move(moves, 30, KEEPING)
        tx.feeds.move([Moved(5, date(2017, 9, 1), NOON, left=set(feeds_of(made[4])))], 31, KEEPING)
        tx.publications.add(datetime(2026, 1, 1, tzinfo=UTC))
    return store


def without_evidence(entry):
    if not entry:
        return None
    labels = entry.labels
    bare = {
        facet: tuple(replace(label, evidence=()) for label in getattr(labels, facet))
        for facet in ("countries", "mentions", "regions", "topics")
    }
    assert replace(labels, **bare) != labels
    return replace(entry, labels=replace(labels, **bare))


class TestSnapshot:
    @pytest.mark.parametrize("kept", [5, 15_000])
    def test_it_answers_as_any_transaction_does_but_for_evidence(self, full, monkeypatch, kept):
        monkeypatch.setattr(snapshot_module, "KEPT", kept)
        with full.reading() as tx, full.snapshot() as snapshot:
            feeds = tx.feeds.all()
            assert snapshot.feeds.all() == feeds
            for feed, memory in feeds.items():
                assert snapshot.feeds.get(feed) == memory
                assert snapshot.feeds.inside(feed) == tx.feeds.inside(feed)
                for after, to in ((0, None), (3, None), (3, 9), (0, 50)):
                    wanted = [*map(without_evidence, tx.entries.in_feed(memory.number, after, to))]
                    assert snapshot.entries.in_feed(memory.number, after, to) == wanted
                    assert snapshot.entries.in_feed(memory.number, after, to) == wanted
            paths = [path for _seq, path in tx.entries.changed_paths(-1)]
            snapshot.entries.read(paths[:20])
            for path in (*paths, "/entries/2017/09/never"):
                assert snapshot.entries.at(path) == without_evidence(tx.entries.at(path))
            assert snapshot.feeds.get(Feed("BZ")) is None

    def test_it_reads_each_entry_once(self, full):
        with full.snapshot() as snapshot:
            first = snapshot.entries.at("/entries/2017/09/entry-7")
            number = snapshot.feeds.get(Feed()).number
            assert any(each is first for each in snapshot.entries.in_feed(number, 0))

    def test_what_changed_is_told_by_publication(self, full):
        with full.reading() as tx:
            assert [seq for seq, _path in tx.entries.changed_paths(29)] == [5, 30]
            number = tx.feeds.get(Feed("PA")).number
            assert tx.feeds.changed_positions(29)[number] == {5, 30}
            assert tx.feeds.changed_positions(31) == {}


class TestAlone:
    def test_who_comes_second_waits_for_the_first(self, store):
        order = []
        inside, leave = threading.Event(), threading.Event()

        def first():
            with store.presence.alone("export"):
                inside.set()
                leave.wait(10)
                order.append("first")

        def second():
            with store.presence.alone("export"):
                order.append("second")

        threads = [threading.Thread(target=first), threading.Thread(target=second)]
        threads[0].start()
        assert inside.wait(10)
        threads[1].start()
        threads[1].join(0.3)
        assert threads[1].is_alive()
        with store.presence.alone("another job"):
            leave.set()
        for thread in threads:
            thread.join(10)
        assert order == ["first", "second"]

    def test_it_ends_with_the_block_even_when_that_fails(self, store):
        with pytest.raises(ValueError, match="x"), store.presence.alone("export"):
            raise ValueError("x")
        with store.presence.alone("export"):
            pass
