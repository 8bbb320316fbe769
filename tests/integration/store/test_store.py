"""The store keeps what it is given, on both databases."""

import contextlib
import threading
from collections import Counter
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from makers import NOON, edition, entry

from feedsvc.digests import INSTANT
from feedsvc.errors import StoreError
from feedsvc.model import (
    MOST_DOUBTS,
    Answer,
    AnswerKind,
    DeliveryState,
    Digest,
    Held,
    Labels,
    Move,
    Outcome,
    Problem,
    Recipient,
    Selection,
    Settlement,
    Stand,
    Stated,
    Suppression,
    SuppressionReason,
    Timing,
)
from feedsvc.store import EntryKeys, Keys, KnownBulletin, Posting, Store, SubscriptionMemory, migrations

COUNTRIES, TOPICS = ("CR", "PA", "SV"), ("gender", "trafficking")


def put(store, *entries):
    with store.writing() as tx:
        tx.entries.put(EntryKeys(each, f"title {each.title}", f"text {each.text}") for each in entries)


def take_up(tx, *names):
    tx.editions.remember(dict.fromkeys(names, SubscriptionMemory(NOON, 0, 0, Timing(INSTANT, "UTC", NOON))))


class TestSchema:
    def test_migrations_lead_to_the_tables_of_the_schema(self, store):
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        from feedsvc.store.schema import metadata

        def ours(_object, name, kind, _reflected, _compared):
            return kind != "table" or not name.startswith("search")  # each database has its own

        with store.reading() as tx:
            context = MigrationContext.configure(tx.connection, opts={"include_object": ours})
            assert compare_metadata(context, metadata) == []

    def test_the_head_that_is_named_is_the_newest_script(self):
        from alembic.script import ScriptDirectory

        assert ScriptDirectory.from_config(migrations.config()).get_current_head() == migrations.HEAD

    def test_entries_of_the_first_version_are_there_after_an_upgrade(self, store_url):
        from alembic import command

        engine = sa.create_engine(store_url)
        with engine.begin() as connection:
            settings = migrations.config()
            settings.attributes["connection"] = connection
            command.upgrade(settings, "0001")
            old = sa.Table("entries", sa.MetaData(), autoload_with=connection)
            told = asdict(replace(entry(1), labels=None)) | {"path": entry(1).path, "language": "en"}
            keys = {"title_key": "t", "text_key": "x"}
            connection.execute(old.insert(), {column.name: (told | keys)[column.name] for column in old.c})
        engine.dispose()
        store = Store(store_url)
        with store.reading() as tx:
            (found,) = tx.entries.all()
        store.close()
        assert found == replace(entry(1), labels=Labels("en"))

    def test_what_everybody_was_offered_is_known_after_an_upgrade_whatever_the_spelling_of_their_address(
        self, store_url
    ):
        store = Store(store_url)
        mia, leo = Recipient("mia@migración.example"), Recipient("leo@example.org")
        put(store, entry(1), entry(2))
        with store.writing() as tx:
            take_up(tx, "panama")
            tx.editions.add(edition(), [1, 2])
            tx.outbox.keep(Digest(id="d", language="en", subject="", html="", text=""), [])
            tx.outbox.add(
                [Posting("d", who, [edition()], f"<{n}@x>") for n, who in enumerate((mia, leo))], NOON
            )
            for table in ("deliveries", "receipts"):
                tx.connection.exec_driver_sql(
                    f"UPDATE {table} SET mailbox = 'mia@migración.example' WHERE delivery = 1"
                )
            tx.suppressions.add(Suppression("mia@migración.example", SuppressionReason.BOUNCED, NOON))
            tx.connection.exec_driver_sql("UPDATE suppressions SET mailbox = 'mia@migración.example'")
            for table in ("members", "moves", "digest_entries"):
                tx.connection.exec_driver_sql(f"DROP TABLE {table}")
            tx.connection.exec_driver_sql("ALTER TABLE deliveries DROP COLUMN doubts")
            for column in ("taken_up_publication", "schedule", "timezone", "counts_from", "overdue"):
                tx.connection.exec_driver_sql(f"ALTER TABLE subscriptions DROP COLUMN {column}")
            tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0005'")
        store.close()
        with contextlib.closing(Store(store_url)) as store, store.reading() as tx:
            dns = "mia@xn--migracin-13a.example"
            assert tx.outbox.offered([dns, "leo@example.org"], [1, 2, 3]) == {
                dns: {1, 2},
                "leo@example.org": {1, 2},
            }
            assert [each.address for each in tx.suppressions.all()] == [dns]
            rows = tx.connection.exec_driver_sql("SELECT mailbox FROM receipts ORDER BY delivery")
            assert [row.mailbox for row in rows] == [dns, "leo@example.org"]

    def test_a_store_from_a_newer_version_is_refused(self, store_url):
        store = Store(store_url)
        with store.writing() as tx:
            tx.connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        store.close()
        with pytest.raises(StoreError, match="newer"):
            Store(store_url)

    def test_a_store_that_can_not_be_reached_says_so_without_its_password(self):
        with pytest.raises(StoreError) as caught:
            Store("postgresql+psycopg://user:secret@127.0.0.1:1/none")
        assert "secret" not in str(caught.value)

    def test_two_processes_may_open_an_empty_store_at_once(self, store_url):
        opened, barrier = [], threading.Barrier(4)

        def open_it():
            barrier.wait()
            opened.append(Store(store_url))

        threads = [threading.Thread(target=open_it) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(opened) == 4
        for each in opened:
            each.close()


class TestTransactions:
    def test_nothing_stays_of_a_transaction_that_fails(self, store):
        with pytest.raises(RuntimeError), store.writing() as tx:
            tx.entries.put([EntryKeys(entry(1), "t", "x")])
            raise RuntimeError
        with store.reading() as tx:
            assert tx.entries.last_seq() == 0

    def test_a_reader_sees_one_state_while_a_writer_changes_it(self, store):
        put(store, entry(1))
        with store.reading() as reader:
            assert reader.entries.last_seq() == 1
            put(store, entry(2))
            assert reader.entries.last_seq() == 1

    def test_one_at_a_time_does_a_job_that_has_a_lock(self, store_url):
        first, second = Store(store_url), Store(store_url)
        order, inside = [], threading.Event()

        def later():
            inside.wait()
            with second.writing("ingest") as tx:
                order.append(tx.entries.last_seq())

        thread = threading.Thread(target=later)
        thread.start()
        with first.writing("ingest") as tx:
            inside.set()
            tx.entries.put([EntryKeys(entry(7), "t", "x")])
        thread.join()
        assert order == [7]
        first.close()
        second.close()

    def test_naive_moments_are_refused(self, store):
        with pytest.raises(ValueError, match="naive datetime"):
            put(store, entry(1, added_at=datetime(2026, 1, 1)))  # noqa: DTZ001


class TestEntries:
    def test_an_entry_comes_back_as_it_went_in(self, store):
        given_entry = entry(
            3,
            countries=["PA", "CR"],
            topics=["gender"],
            regions=["mesoamerica"],
            link="https://example.org/x",
        )
        put(store, given_entry)
        with store.reading() as tx:
            assert tx.entries.named("e3") == [given_entry]
            assert tx.entries.named("3") == [given_entry]
            assert tx.entries.named(given_entry.id) == [given_entry]
            assert tx.entries.named("%") == tx.entries.named("") == []

    def test_an_entry_put_again_takes_the_place_of_the_old(self, store):
        put(store, entry(1, countries=["PA"]), entry(2))
        put(store, entry(1, title="Mended", countries=["CR"]), entry(3))
        with store.reading() as tx:
            assert [each.title for each in tx.entries.all()] == ["Entry 3", "Entry 2", "Mended"]
            assert [[label.term for label in each.labels.countries] for each in tx.entries.all()] == [
                [],
                [],
                ["CR"],
            ]

    def test_candidates_are_those_of_the_bulletin_and_those_with_a_key(self, store):
        put(
            store,
            entry(1),
            entry(2, bulletin="b.txt"),
            entry(3, bulletin="b.txt"),
            entry(4, bulletin="b.txt"),
        )
        with store.reading() as tx:
            found = tx.entries.candidates(
                "mesoamerica", ["a.txt"], Keys({"title Entry 3"}, {"text Body of 4."}, set(), set())
            )
        assert [each.seq for each in found] == [1, 3, 4]

    def test_what_its_bulletin_says_of_an_entry_comes_back(self, store):
        said = {"stated": Stated(("PA",), ("gender",), ("mesoamerica",)), "stated_language": "es"}
        told = entry(1, dated=False, guid="tag:x", link="https://example.org/1", **said)
        put(store, told)
        with store.reading() as tx:
            assert tx.entries.named(told.path) == [told]

    @pytest.mark.parametrize("name", ["guid", "link_key"])
    def test_candidates_are_found_by_guid_and_link_too(self, store, name):
        with store.writing() as tx:
            tx.entries.put([EntryKeys(entry(1, guid="g1"), "t", "x", "/news/1")])
            tx.entries.put([EntryKeys(entry(2, guid="g2"), "t", "x", "/news/2")])
        keys = {"title_key": set(), "text_key": set(), "guid": set(), "link_key": set()}
        wanted = {"guid": "g1", "link_key": "/news/1"}[name]
        with store.reading() as tx:
            found = tx.entries.candidates("mesoamerica", ["b.txt"], Keys(**{**keys, name: {wanted}}))
            assert [each.seq for each in found] == [1]
            assert tx.entries.link_keys("mesoamerica") == {"/news/1", "/news/2"}

    def test_withdrawn_entries_are_not_shown(self, store):
        put(store, entry(1, countries=["PA"]), entry(2, countries=["PA"], withdrawn_at=NOON))
        with store.reading() as tx:
            assert [each.seq for each in tx.entries.newest(Selection(), 9)] == [1]
            assert [each.seq for each in tx.entries.between(Selection(), 0, 9)] == [1]
            assert tx.entries.shown() == 1

    def test_between_leaves_out_what_was_published_before_a_date(self, store):
        put(store, entry(1, published=date(2017, 1, 1)), entry(2, published=date(2018, 1, 1)))
        with store.reading() as tx:
            assert [each.seq for each in tx.entries.between(Selection(), 0, 2, date(2017, 6, 1))] == [2]

    @given(
        entries=st.lists(
            st.tuples(
                st.sets(st.sampled_from(COUNTRIES)),
                st.sets(st.sampled_from(TOPICS)),
                st.sampled_from(["en", "es"]),
            ),
            max_size=8,
        ),
        countries=st.frozensets(st.sampled_from(COUNTRIES)),
        topics=st.frozensets(st.sampled_from(TOPICS)),
        languages=st.frozensets(st.sampled_from(["en", "es"])),
    )
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_the_store_selects_as_a_selection_matches(self, store, entries, countries, topics, languages):
        made = [entry(n, countries=c, topics=t, language=lang) for n, (c, t, lang) in enumerate(entries, 1)]
        selection = Selection(countries, topics, languages)
        with pytest.raises(ZeroDivisionError), store.writing() as tx:
            tx.entries.put(EntryKeys(each, "", "") for each in made)
            expected = {each.seq for each in made if selection.matches(each)}
            assert {each.seq for each in tx.entries.between(selection, 0, 99)} == expected
            raise ZeroDivisionError  # leave the store empty for the next example


class TestBulletins:
    def test_problems_stay_until_the_bulletin_is_read_without_them(self, store):
        problem = Problem("mesoamerica", "a.txt", 3, "31 February is no date", "31 February, 2017")
        with store.writing() as tx:
            tx.bulletins.remember("mesoamerica", [KnownBulletin("a.txt", "s", "d")], NOON)
            tx.bulletins.set_problems("mesoamerica", "a.txt", [problem])
        with store.writing() as tx:
            assert tx.bulletins.known("mesoamerica") == {"a.txt": KnownBulletin("a.txt", "s", "d")}
            assert tx.bulletins.problems() == [problem]
            tx.bulletins.set_problems("mesoamerica", "a.txt", [])
            assert tx.bulletins.problems() == []

    def test_an_entry_under_embargo_is_due_when_its_time_has_come(self, store):
        held = Held("mesoamerica", "a.txt", 3, "Report", NOON)
        other = replace(held, title="Another in the same line", publish_at=NOON + timedelta(days=1))
        with store.writing() as tx:
            tx.bulletins.set_held("mesoamerica", "a.txt", [held, other])
        with store.reading() as tx:
            assert tx.bulletins.held() == [held, other]
            assert tx.bulletins.due("mesoamerica", NOON - timedelta(seconds=1)) == set()
            assert tx.bulletins.due("other", NOON) == set()
            assert tx.bulletins.due("mesoamerica", NOON) == {"a.txt"}
        with store.writing() as tx:
            tx.bulletins.forget("mesoamerica", ["a.txt"])
            assert tx.bulletins.held() == []


class TestOutbox:
    digest = Digest(id="d1", language="en", subject="s", html="<p>h</p>", text="t")

    def queue(self, store, *addresses, due_at=NOON):
        with store.writing() as tx:
            take_up(tx, "panama")
            tx.editions.add(edition(due_at=due_at))
            tx.outbox.keep(self.digest, [])
            tx.outbox.add([self.posting(address, due_at) for address in addresses], due_at)

    def posting(self, address, due_at=NOON):
        return Posting("d1", Recipient(address), [edition(due_at=due_at)], f"<{address}{due_at}>")

    def claim(self, store, worker="w1", now=NOON, *, doubtful=True):
        with store.writing() as tx:
            (claimed,) = tx.outbox.claim(worker, now, doubtful=doubtful) or [None]
            return claimed

    def counts(self, store):
        with store.reading() as tx:
            return tx.outbox.counts()

    def test_a_delivery_is_claimed_by_one(self, store):
        self.queue(store, "ana@example.org")
        first = self.claim(store)
        assert first.state is DeliveryState.ATTEMPTING
        assert first.attempts == 1
        assert self.claim(store, "w2") is None

    def test_what_a_claim_costs_does_not_grow_with_what_waits(self, store):
        if not store.tells_at_once:
            pytest.skip("PostgreSQL plans by what it counted")

        def cost():
            """Count what SQLite does, in hundreds of steps."""
            steps = []
            with store.writing() as tx:
                driver = tx.connection.connection.driver_connection
                driver.set_progress_handler(lambda: steps.append(1), 100)
                assert len(tx.outbox.claim("w1", NOON, doubtful=True, most=30)) == 30
                driver.set_progress_handler(None, 0)
            return len(steps)

        self.queue(store, *(f"a{number}@example.org" for number in range(100)))
        little = cost()
        self.queue(
            store, *(f"b{number}@example.org" for number in range(2000)), due_at=NOON - timedelta(days=1)
        )
        assert cost() < 2 * little

    def test_nobody_gets_an_edition_twice_whatever_the_spelling(self, store):
        self.queue(store, "ana@example.org")
        with pytest.raises(sa.exc.IntegrityError), store.writing() as tx:
            tx.outbox.add([self.posting("Ana@Example.org")], NOON)

    def test_an_outcome_is_written_by_the_worker_that_has_it_alone(self, store):
        self.queue(store, "ana@example.org")
        claimed = self.claim(store)
        accepted = Outcome(DeliveryState.ACCEPTED, "250 ok")
        with store.writing() as tx:
            assert tx.outbox.settle("another", [Settlement(claimed, accepted, NOON)]) == 0
            assert tx.outbox.settle("w1", [Settlement(claimed, accepted, NOON)]) == 1
        assert self.counts(store) == {DeliveryState.ACCEPTED: 1}

    def test_a_deferred_delivery_waits_until_it_is_due(self, store):
        self.queue(store, "ana@example.org")
        claimed = self.claim(store)
        with store.writing() as tx:
            later = Outcome(DeliveryState.DEFERRED, "450")
            tx.outbox.settle("w1", [Settlement(claimed, later, NOON + timedelta(hours=1))])
        assert self.claim(store, now=NOON + timedelta(minutes=59)) is None
        again = self.claim(store, now=NOON + timedelta(minutes=61))
        assert (again.id, again.attempts, again.message_id) == (claimed.id, 2, claimed.message_id)

    def test_what_a_dead_worker_left_is_in_doubt_and_what_a_live_one_has_is_not(self, store):
        self.queue(store, "ana@example.org", "eva@example.org")
        self.claim(store, "dead")
        self.claim(store, "alive")
        with store.writing() as tx:
            assert tx.outbox.doubt_the_dead(lambda worker: worker == "alive", NOON) == 1
        assert self.counts(store) == {DeliveryState.IN_DOUBT: 1, DeliveryState.ATTEMPTING: 1}
        assert self.claim(store, doubtful=False) is None
        assert self.claim(store, doubtful=True).recipient.address == "ana@example.org"

    def test_a_worker_that_dies_again_and_again_does_not_write_to_the_same_few(self, store):
        self.queue(store, "ana@example.org", "eva@example.org")
        order = []
        for minute in range(4):
            now = NOON + timedelta(minutes=minute)
            order.append(self.claim(store, "dead", now).recipient.address)
            with store.writing() as tx:
                tx.outbox.doubt_the_dead(lambda _worker: False, now)
        assert order == ["ana@example.org", "eva@example.org"] * 2

    def test_many_are_claimed_and_settled_together_each_with_its_own_outcome(self, store):
        self.queue(store, *(f"p{number}@example.org" for number in range(5)))
        with store.writing() as tx:
            claimed = tx.outbox.claim("w1", NOON, doubtful=True, most=3)
            assert len({each.id for each in claimed}) == 3
            (other,) = tx.outbox.claim("w2", NOON, doubtful=True, most=1)
            outcomes = [DeliveryState.ACCEPTED, DeliveryState.FAILED, DeliveryState.DEFERRED]
            ended = [
                Settlement(each, Outcome(state, state.value), NOON + timedelta(hours=1))
                for each, state in zip(claimed, outcomes, strict=True)
            ]
            stolen = Settlement(other, Outcome(DeliveryState.FAILED, ""), NOON)
            assert tx.outbox.settle("w1", [*ended, stolen]) == 3
        assert self.counts(store) == Counter([*outcomes, DeliveryState.ATTEMPTING, DeliveryState.PENDING])

    def test_what_is_instant_goes_ahead_of_what_waits(self, store):
        self.queue(store, "ana@example.org", "eva@example.org")
        later = NOON + timedelta(hours=1)
        with store.writing() as tx:
            tx.editions.add(edition(due_at=later))
            posting = self.posting("leo@example.org", later)
            tx.outbox.add([self.posting("mia@example.org", later), posting._replace(is_instant=True)], later)
        taken = [self.claim(store, now=later).recipient.address for _ in range(4)]
        assert taken == ["leo@example.org", "ana@example.org", "eva@example.org", "mia@example.org"]

    def test_no_more_are_claimed_than_are_due_and_the_longest_due_come_first(self, store):
        self.queue(store, "late@example.org", due_at=NOON + timedelta(days=1))
        self.queue(store, "new@example.org", due_at=NOON - timedelta(hours=1))
        self.queue(store, "old@example.org", due_at=NOON - timedelta(hours=2))
        with store.writing() as tx:
            (first,) = tx.outbox.claim("w1", NOON, doubtful=True, most=1)
            assert first.recipient.address == "old@example.org"
            (second,) = tx.outbox.claim("w1", NOON, doubtful=True, most=9)
            assert second.recipient.address == "new@example.org"
            assert tx.outbox.claim("w1", NOON, doubtful=True, most=9) == []

    def test_a_suppressed_address_is_found_out_when_it_is_claimed(self, store):
        self.queue(store, "Ána@example.org")
        with store.writing() as tx:
            assert tx.suppressions.add(Suppression("ána@EXAMPLE.org", SuppressionReason.UNSUBSCRIBED, NOON))
            assert not tx.suppressions.add(Suppression("ÁNA@example.org", SuppressionReason.BOUNCED, NOON))
        claimed = self.claim(store)
        assert (claimed.state, claimed.attempts) == (DeliveryState.SUPPRESSED, 0)
        with store.writing() as tx:
            assert tx.suppressions.remove("Ána@example.org")
            assert tx.suppressions.all() == []

    def test_a_wish_takes_the_place_of_a_bounce_and_not_the_other_way_round(self, store):
        bounced = Suppression("ana@example.org", SuppressionReason.BOUNCED, NOON, "5.1.1")
        with store.writing() as tx:
            tx.suppressions.add(bounced)
            for reason in (
                SuppressionReason.UNSUBSCRIBED,
                SuppressionReason.BOUNCED,
                SuppressionReason.COMPLAINED,
            ):
                assert not tx.suppressions.add(replace(bounced, reason=reason, note=""))
            assert [(each.reason, each.note) for each in tx.suppressions.all()] == [
                (SuppressionReason.UNSUBSCRIBED, "")
            ]
            assert tx.suppressions.counts() == {SuppressionReason.UNSUBSCRIBED: 1}

    def test_a_delivery_is_found_by_all_that_names_it(self, store):
        self.queue(store, "Ana@example.org", "eva@example.org")
        with store.reading() as tx:
            (ana,) = tx.outbox.to("ANA@example.org")
            assert tx.outbox.find(ana.id) == tx.outbox.by_message_id(ana.message_id) == ana
            assert tx.outbox.find(ana.id + 99) is None
            assert tx.outbox.by_message_id("<other@example.org>") is None
            assert tx.outbox.last_attempted("ana@example.org") is None  # it was never on the wire
            assert len(tx.outbox.editions_of([ana.id])[ana.id]) == 1
        claimed = self.claim(store)
        with store.reading() as tx:
            assert tx.outbox.last_attempted(claimed.recipient.address).id == claimed.id
            assert tx.outbox.is_on_the_wire(claimed.recipient.address, lambda worker: worker == "w1")
            assert not tx.outbox.is_on_the_wire(claimed.recipient.address, lambda _worker: False)

    def test_answers_are_written_down_once_and_soft_ones_counted_by_delivery(self, store):
        self.queue(store, "ana@example.org", "eva@example.org")
        soft = Answer(kind=AnswerKind.SOFT, read_at=NOON, mailbox="ana@example.org", words="full")
        with store.writing() as tx:
            (ana,) = tx.outbox.to("ana@example.org")
            answer = replace(soft, delivery=ana.id)
            assert tx.answers.add("one", [answer, Answer(kind=AnswerKind.FOREIGN, read_at=NOON)])
            assert not tx.answers.add("one", [answer])
            assert tx.answers.add("two", [replace(answer, read_at=NOON + timedelta(days=1))])
            assert tx.answers.counts() == {AnswerKind.SOFT: 2, AnswerKind.FOREIGN: 1}
            assert tx.answers.soft_bounces("ana@example.org") == [NOON]
            assert tx.answers.of("ana@example.org")[0] == answer
            tx.answers.forgive("ana@example.org")
            assert tx.answers.soft_bounces("ana@example.org") == []

    def test_what_is_erased_leaves_a_stand_in_under_which_the_receipts_hold(self, store):
        self.queue(store, "Ana@example.org", "eva@example.org")
        with store.writing() as tx:
            (ana,) = tx.outbox.to("ana@example.org")
            before = tx.outbox.editions_of([ana.id])
            assert tx.outbox.erase("ana@example.org", "erased-x") == 1
            tx.suppressions.erase("ana@example.org", "erased-x", NOON)
        with store.reading() as tx:
            erased = tx.outbox.find(ana.id)
            assert (erased.recipient, erased.state) == (Recipient("erased-x"), DeliveryState.SUPPRESSED)
            assert tx.outbox.editions_of([ana.id]) == before
            assert tx.suppressions.erased() == {"erased-x"}
        assert self.claim(store).recipient.address == "eva@example.org"
        assert self.claim(store) is None

    def test_what_is_erased_is_in_no_file_while_others_have_the_store_open(self, tmp_path):
        url = f"sqlite:///{tmp_path}/store.sqlite3"
        with contextlib.closing(Store(url)) as store, contextlib.closing(Store(url)) as other:
            other.version()
            self.queue(store, "Ana@example.org", "eva@example.org")
            with other.reading() as tx:
                assert tx.outbox.to("ana@example.org")
            with store.writing() as tx:
                tx.outbox.erase("ana@example.org", "erased-x")
            store.leave_no_trace()
            files = b"".join(file.read_bytes() for file in tmp_path.iterdir()).lower()
            # Before it is erased an address stands there beside itself; as part of a made-up Message-ID it may stay.
            assert b"ana@example.organa@example.org" not in files
            assert b"eva@example.orgeva@example.org" in files

    def test_what_waits_for_a_person_is_counted(self, store):
        self.queue(store, "ana@example.org", "eva@example.org", "leo@example.org")
        ana, eva, leo = (self.claim(store) for _ in range(3))
        failed, lost = Outcome(DeliveryState.FAILED, "554 no"), Outcome(DeliveryState.IN_DOUBT, "lost")
        with store.writing() as tx:
            tx.outbox.settle("w1", [Settlement(ana, failed, NOON), Settlement(eva, failed, NOON)])
            tx.outbox.settle("w1", [Settlement(leo, lost, NOON, doubts=1)])
            dead = Answer(kind=AnswerKind.HARD, read_at=NOON, mailbox="ana@example.org", delivery=ana.id)
            ours = Answer(kind=AnswerKind.OURS, read_at=NOON, mailbox="eva@example.org", delivery=eva.id)
            tx.answers.add("one", [dead, ours])
        with store.reading() as tx:
            before = NOON - timedelta(seconds=1)
            assert (tx.outbox.failed_since(before), tx.outbox.failed_since(NOON)) == (1, 0)
            assert tx.answers.counts(before) == {AnswerKind.HARD: 1, AnswerKind.OURS: 1}
            assert not tx.answers.counts(NOON)
            assert (tx.outbox.doubtful_held(resend=False), tx.outbox.doubtful_held(resend=True)) == (1, 0)
        with store.writing() as tx:
            (leo,) = tx.outbox.claim("w1", NOON, doubtful=True)
            tx.outbox.settle("w1", [Settlement(leo, lost, NOON, doubts=MOST_DOUBTS)])
            assert tx.outbox.doubtful_held(resend=True) == 1

    def test_many_workers_claim_each_delivery_once(self, store):
        addresses = [f"p{n}@example.org" for n in range(40)]
        self.queue(store, *addresses)
        claimed = []

        def work(name):
            while delivery := self.claim(store, name):
                claimed.append(delivery.recipient.address)

        threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(claimed) == sorted(addresses)

    def test_what_somebody_was_offered_is_known_by_the_entries_of_their_digests(self, store):
        put(store, *map(entry, range(1, 5)))
        self.queue(store, "Ana@example.org", "eva@example.org")
        with store.writing() as tx:
            tx.outbox.keep(self.digest, [1, 2])
            tx.outbox.keep(self.digest, [2, 3])  # the same to look at, with another entry behind its link
            assert tx.outbox.offered(["ana@example.org", "nobody@example.org"], [1, 3, 4]) == {
                "ana@example.org": {1, 3}
            }
            assert tx.outbox.offered([], [1]) == tx.outbox.offered(["ana@example.org"], []) == {}


class TestForgetting:
    def test_answers_from_before_a_time_are_forgotten_and_may_be_read_again(self, store):
        answers = [
            Answer(kind=AnswerKind.SOFT, read_at=NOON + timedelta(days=n), mailbox="ana@x.example")
            for n in range(3)
        ]
        with store.writing() as tx:
            for number, answer in enumerate(answers):
                tx.answers.add(str(number), [answer])
            assert tx.answers.forget(NOON) == 0
            assert tx.answers.forget(NOON + timedelta(days=2)) == 2
            assert tx.answers.of("ana@x.example") == answers[2:]
            assert [tx.answers.add(str(number), answers[:1]) for number in range(3)] == [True, True, False]


class TestMoves:
    def test_members_and_moves_are_kept_as_they_were_written(self, store):
        gone, new = (Move(name, b"\x00" * 8, Stand(7, 3), NOON) for name in ("", "a"))
        with store.writing() as tx:
            take_up(tx, "a", "b")
            tx.moves.remember({"a": b"1" * 16, "b": b""}, [])
            tx.moves.put([gone], [])
        with store.writing() as tx:
            tx.moves.remember({"a": b"2" * 8}, ["b"])
            tx.moves.put([new], [gone])
        with store.reading() as tx:
            assert tx.moves.members() == {"a": b"2" * 8}
            assert tx.moves.all() == {new}
            assert (tx.moves.waiting("a"), tx.moves.waiting("b")) == ({new.mark: new.stand}, {})


class TestEditions:
    def test_where_a_subscription_stands_is_remembered_with_its_last_edition(self, store):
        first = SubscriptionMemory(NOON, 5, 3, Timing("0 8 * * mon", "America/Panama", NOON))
        daily = Timing("0 8 * * *", "UTC", NOON + timedelta(days=1), overdue=NOON)
        later = SubscriptionMemory(NOON, 9, 4, daily, unrecorded_seq=2)
        with store.writing() as tx:
            tx.editions.remember({"panama": first, "b": first})
            tx.editions.add(edition())
            tx.editions.remember({"panama": later})
            assert tx.editions.memories() == {"panama": replace(later, last=edition()), "b": first}
        assert (first.stand, replace(later, last=edition(publication=7)).stand) == (Stand(5, 3), Stand(10, 7))

    def test_the_memory_is_the_edition_that_was_due_last(self, store):
        with store.writing() as tx:
            take_up(tx, "panama")
            for days in (0, 7):
                tx.editions.add(edition(due_at=NOON + timedelta(days=days), to_seq=days + 1))
            last = tx.editions.memories()["panama"].last
        assert last == replace(edition(), due_at=NOON + timedelta(days=7), to_seq=8)

    def test_one_period_has_one_edition(self, store):
        with pytest.raises(sa.exc.IntegrityError), store.writing() as tx:
            take_up(tx, "panama")
            tx.editions.add(edition())
            tx.editions.add(edition())


class TestPresence:
    def test_a_worker_is_alive_until_it_ends(self, store):
        with store.presence.worker() as name:
            assert store.presence.is_alive(name)
        assert not store.presence.is_alive(name)
        assert not store.presence.is_alive("never-was")
