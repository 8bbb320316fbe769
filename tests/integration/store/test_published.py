"""What is published: moments that rise, feeds that keep the order in which entries came, pictures, words."""

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from makers import NOON, entry

from feedsvc.model import Feed, Medium, SearchQuery, Selection, feeds_of
from feedsvc.store import EntryKeys, Keeping, Moved, Store

MONTH = date(2017, 9, 1)
KEEPING = Keeping(50)
PANAMA, GENDER = Feed("PA"), Feed(topic="gender")


def put(tx, *entries):
    tx.entries.put(EntryKeys(each, "", "") for each in entries)


def moved(seq, joined=(), left=(), stayed=(), **fields):
    moment = NOON + timedelta(seconds=seq)
    return Moved(seq, MONTH, moment, set(joined), set(left), set(stayed), **fields)


class TestPublications:
    def test_moments_rise_by_a_second_at_least_even_when_the_clock_stands_still_or_goes_back(self, store):
        with store.writing() as tx:
            assert tx.publications.last() is None
            moments = [NOON.replace(microsecond=900_000), NOON, NOON - timedelta(hours=1)]
            added = [tx.publications.add(now) for now in moments]
        assert [each.number for each in added] == [1, 2, 3]
        assert [each.at for each in added] == [NOON + timedelta(seconds=n) for n in range(3)]
        with store.reading() as tx:
            assert tx.publications.last() == added[-1]
            assert tx.publications.next_number() == 4
            assert tx.publications.at(2) == added[1].at
            assert tx.publications.at(2).tzinfo is UTC
            assert tx.publications.at(9) is None

    def test_the_version_changes_with_what_is_published_by_anyone(self, store, store_url):
        other = Store(store_url)
        before = store.version()
        assert store.version() == before
        with other.writing() as tx:
            tx.publications.add(NOON)
        assert store.version() != before
        other.close()


class TestFeeds:
    def test_entries_stand_in_the_order_in_which_they_came_into_a_feed(self, store):
        with store.writing() as tx:
            put(tx, entry(1), entry(2), entry(3))
            tx.feeds.move([moved(2, [PANAMA], is_new=True), moved(3, [PANAMA], is_new=True)], 1, KEEPING)
            tx.feeds.move([moved(1, [PANAMA])], 2, KEEPING)  # its labels were corrected
        with store.reading() as tx:
            memory = tx.feeds.get(PANAMA)
            assert [each.seq for each in tx.entries.in_feed(memory.number, 0)] == [1, 3, 2]
            assert [each.seq for each in tx.entries.in_feed(memory.number, 0, 2)] == [3, 2]
            assert [each.seq for each in tx.entries.in_feed(memory.number, 2)] == [1]
            assert (memory.entries, memory.positions, memory.created, memory.publication) == (3, 3, 1, 2)
            assert memory.updated_at == NOON + timedelta(seconds=3)

    def test_what_comes_back_has_its_place_and_a_withdrawn_one_is_told_of(self, store):
        with store.writing() as tx:
            put(tx, entry(1), entry(2))
            tx.feeds.move([moved(n, [PANAMA], is_new=True) for n in (1, 2)], 1, KEEPING)
            put(tx, entry(1, withdrawn_at=NOON, publication=2))
            tx.feeds.move([moved(1, left=[PANAMA])], 2, KEEPING)
            memory = tx.feeds.get(PANAMA)
            assert [each.seq for each in tx.entries.in_feed(memory.number, 0)] == [2]
            assert [each.seq for each in tx.entries.withdrawn_from_feed(memory.number, 9)] == [1]
            assert tx.entries.changed_in_feed(memory.number, 0, 1) == 2
            put(tx, entry(1, publication=3))
            tx.feeds.move([moved(1, [PANAMA])], 3, KEEPING)
            memory = tx.feeds.get(PANAMA)
            assert [each.seq for each in tx.entries.in_feed(memory.number, 0)] == [2, 1]
            assert tx.entries.withdrawn_from_feed(memory.number, 9) == []
            assert (memory.entries, memory.positions) == (2, 2)

    def test_months_are_counted(self, store):
        with store.writing() as tx:
            put(tx, entry(1), entry(2))
            tx.feeds.move([moved(n, [PANAMA, Feed()], is_new=True) for n in (1, 2)], 1, KEEPING)
            tx.feeds.move([moved(1, left=[PANAMA])], 2, KEEPING)
        with store.reading() as tx:
            assert tx.feeds.months(tx.feeds.get(PANAMA)) == {MONTH: 1}
            assert tx.feeds.months(tx.feeds.get(Feed())) == {MONTH: 2}
            assert tx.feeds.activity() == {"PA": {MONTH: 1}}

    def test_a_topic_that_is_renamed_keeps_its_feeds_and_their_ids(self, store):
        with store.writing() as tx:
            put(tx, entry(1, topics=["gender"]), entry(2, topics=["gender", "women"]))
            tx.feeds.move([moved(n, [GENDER], is_new=True) for n in (1, 2)], 1, KEEPING)
            assert tx.entries.rename_topic("gender", "women") == 2
            tx.feeds.rename_topic("gender", "women", 2)
            tx.feeds.ensure([GENDER], 3)
        with store.reading() as tx:
            renamed = tx.feeds.get(Feed(topic="women"))
            assert (renamed.name, renamed.entries, renamed.publication) == ("topic/gender", 2, 2)
            assert tx.feeds.get(GENDER).name == "topic/gender~2"
            assert [[label.term for label in each.labels.topics] for each in tx.entries.all()] == [
                ["women"]
            ] * 2

    def test_feeds_inside_a_feed(self, store):
        feeds = [
            Feed(country, topic, language)
            for country in ("", "PA", "CR")
            for topic in ("", "gender")
            for language in ("", "es")
        ]
        with store.writing() as tx:
            tx.feeds.ensure(feeds, 1)
            assert set(tx.feeds.inside(PANAMA)) == {PANAMA, Feed("PA", "gender")}
            assert set(tx.feeds.inside(Feed("PA", language="es"))) == {
                Feed("PA", language="es"),
                Feed("PA", "gender", "es"),
            }
            assert set(tx.feeds.inside(Feed())) == {Feed(), PANAMA, Feed("CR"), GENDER}
            assert tx.feeds.changed(1) == {}
            tx.feeds.touch([PANAMA], 2)
            assert set(tx.feeds.changed(1)) == {PANAMA}

    @given(
        steps=st.lists(
            st.tuples(
                st.integers(1, 5),
                st.sets(st.sampled_from(["PA", "CR"])),
                st.sets(st.sampled_from(["gender"])),
            ),
            max_size=12,
        )
    )
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_moves_and_counting_anew_come_to_the_same(self, store, steps):
        labelled, expected = {}, {}
        with pytest.raises(ZeroDivisionError), store.writing() as tx:
            for number, (seq, countries, topics) in enumerate(steps, 1):
                new = entry(
                    seq, countries=countries, topics=topics, updated_at=NOON + timedelta(seconds=number)
                )
                before = set(feeds_of(labelled[seq])) if seq in labelled else set()
                after = set(feeds_of(new))
                put(tx, new)
                month = new.published.replace(day=1)
                tx.feeds.move(
                    [
                        Moved(seq, month, new.updated_at, after - before, before - after, after & before,
                              is_new=seq not in labelled)
                    ],
                    number,
                    KEEPING,
                )  # fmt: skip
                labelled[seq] = new
            for each in labelled.values():
                expected.setdefault(each.seq, set(feeds_of(each)))
            assert tx.feeds.members() == expected
            counted = {feed: memory.entries for feed, memory in tx.feeds.all().items()}
            months = {feed: tx.feeds.months(memory) for feed, memory in tx.feeds.all().items()}
            assert tx.feeds.recount(99) == 0
            tx.connection.execute(sa.text("UPDATE feeds SET entries = entries + 1"))
            tx.connection.execute(sa.text("DELETE FROM feed_months"))
            assert tx.feeds.recount(99) == len(counted)
            assert {feed: memory.entries for feed, memory in tx.feeds.all().items()} == counted
            assert {feed: tx.feeds.months(memory) for feed, memory in tx.feeds.all().items()} == months
            for feed, number in counted.items():
                assert number == sum(feed.selection.matches(each) for each in labelled.values())
            raise ZeroDivisionError  # leave the store empty for the next example


class TestArchives:
    def fill(self, store, number, *, keeping, publication):
        with store.writing() as tx:
            first = tx.entries.last_seq() + 1
            fresh = [entry(n, publication=publication) for n in range(first, first + number)]
            put(tx, *fresh)
            tx.feeds.move([moved(each.seq, [PANAMA], is_new=True) for each in fresh], publication, keeping)
            return tx.feeds.get(PANAMA)

    def change(self, store, publication, *moves, **fields):
        with store.writing() as tx:
            for each in moves:
                put(tx, entry(each.seq, publication=publication, **fields))
            tx.feeds.move(moves, publication, Keeping(10, publication))
            return tx.feeds.get(PANAMA)

    def positions(self, store, after, to=None):
        with store.reading() as tx:
            return [each.seq for each in tx.entries.in_feed(tx.feeds.get(PANAMA).number, after, to)]

    def test_a_feed_that_comes_with_many_entries_has_them_in_archives_at_once(self, store):
        assert self.fill(store, 130, keeping=Keeping(20), publication=1).archives == 2

    def test_what_came_of_late_is_in_no_archive(self, store):
        self.fill(store, 30, keeping=Keeping(20), publication=1)
        assert self.fill(store, 100, keeping=Keeping(20, 0), publication=2).archives == 0
        assert self.fill(store, 1, keeping=Keeping(20, 1), publication=3).archives == 0
        assert self.fill(store, 1, keeping=Keeping(20, 2), publication=4).archives == 2

    def test_but_no_document_grows_without_end(self, store):
        self.fill(store, 1, keeping=Keeping(20), publication=1)
        assert self.fill(store, 1000, keeping=Keeping(20), publication=2).archives == 10

    def test_an_archive_that_is_full_stays(self, store):
        self.fill(store, 130, keeping=Keeping(20), publication=1)
        assert self.fill(store, 1, keeping=Keeping(1000), publication=2).archives == 2

    def test_what_is_edited_in_an_archive_comes_to_the_end(self, store):
        self.fill(store, 130, keeping=Keeping(10), publication=1)
        memory = self.change(store, 2, moved(3, stayed=[PANAMA]), moved(120, stayed=[PANAMA]))
        assert (memory.positions, memory.rearranged) == (131, 2)
        assert self.positions(store, 100)[:2] == [3, 130]
        assert 3 not in self.positions(store, 0, 50)
        assert self.positions(store, 0, 131).count(3) == 1
        assert 120 in self.positions(store, 119, 120)

    def test_what_is_restored_from_an_archive_comes_to_the_end(self, store):
        self.fill(store, 130, keeping=Keeping(10), publication=1)
        memory = self.change(store, 2, moved(3, left=[PANAMA]), withdrawn_at=NOON)
        assert (memory.positions, memory.rearranged, len(self.positions(store, 0, 50))) == (130, 0, 49)
        self.change(store, 3, moved(3, joined=[PANAMA]))
        assert self.positions(store, 100)[0] == 3


class TestMedia:
    def test_a_picture_is_kept_once_and_may_be_gone_and_back(self, store):
        picture = Medium("ab.png", "image/png", b"png")
        with store.writing() as tx:
            tx.media.add([picture, picture], 1)
            assert tx.media.get("/media/ab.png").publication == 1
            tx.media.set_gone(["/media/ab.png"], 2, gone=True)
            assert tx.media.get("/media/ab.png").gone
            tx.media.add([picture], 3)
            kept = tx.media.get("/media/ab.png")
            assert (kept.gone, kept.publication, kept.data) == (False, 3, b"png")
            assert tx.media.changed(2) == ["/media/ab.png"]
            assert tx.media.changed(3) == []
            assert tx.media.get("/media/no.png") is None


class TestSearch:
    def found(self, store, **asked):
        with store.reading() as tx:
            entries, total = tx.search.find(SearchQuery(**asked), 10)
        assert total == len(entries)
        return [each.seq for each in entries]

    def publish(self, store, *entries):
        with store.writing() as tx:
            number = tx.publications.add(NOON).number
            put(tx, *(replace(each, publication=number) for each in entries))
        with store.writing() as tx:
            assert tx.search.is_behind()
            tx.search.catch_up()
            assert not tx.search.is_behind()

    def test_words_are_found_with_and_without_accents_and_endings(self, store):
        self.publish(
            store,
            entry(1, title="La migración en Panamá", text="Las niñas migrantes."),
            entry(2, title="Migration in Panama", text="Girls' rights"),
        )
        assert self.found(store, words="PANAMA") == [2, 1]
        assert self.found(store, words="migrante ninas") == [1]
        assert self.found(store, words="niña migrantes") == [1]
        assert self.found(store, words="girl") == [2]
        assert self.found(store, words="gir' OR \"x") == []
        assert self.found(store, words="…!") == []
        assert self.found(store, words="NEAR(a b) * : & | ( '") == []

    def test_by_selection_and_days_without_words(self, store):
        self.publish(
            store,
            entry(1, countries=["PA"], published=date(2017, 1, 1)),
            entry(2, countries=["PA"], language="es", published=date(2018, 1, 1)),
            entry(3, published=date(2019, 1, 1)),
        )
        assert self.found(store) == [3, 2, 1]
        assert self.found(store, selection=Selection(countries=frozenset({"PA"}))) == [2, 1]
        assert self.found(store, selection=Selection(languages=frozenset({"es"}))) == [2]
        assert self.found(store, since=date(2018, 1, 1)) == [3, 2]
        assert self.found(store, until=date(2018, 1, 1)) == [2, 1]

    def test_edits_and_withdrawals_are_followed(self, store):
        self.publish(store, entry(1, text="walrus"), entry(2, text="walrus"))
        self.publish(store, entry(1, text="penguin"), entry(2, text="walrus", withdrawn_at=NOON))
        assert self.found(store, words="walrus") == []
        assert self.found(store, words="penguin") == [1]

    def test_pages(self, store):
        self.publish(store, *(entry(n) for n in range(1, 26)))
        with store.reading() as tx:
            pages = [tx.search.find(SearchQuery(page=page), 10) for page in (1, 3, 4)]
        assert [([each.seq for each in found], total) for found, total in pages] == [
            (list(range(25, 15, -1)), 25),
            (list(range(5, 0, -1)), 25),
            ([], 25),
        ]

    def test_a_text_of_a_megabyte_and_strange_signs(self, store):
        self.publish(store, entry(1, title="x" * 1_000_000, text="word " * 300_000 + "𝓪 \u202e ‰"))
        assert self.found(store, words="word") == [1]
