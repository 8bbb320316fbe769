"""What an admin decides by hand: labels corrected, rules changed, entries withdrawn and restored."""

import re
from datetime import timedelta

import pytest

from feedsvc.errors import NotFoundError
from feedsvc.model import Feed

PANAMA = "3 September, 2017\n\nOffice opens in Panama\n\nThe office in Panama is open to all.\n"


def countries(entry):
    return [label.term for label in entry.labels.countries]


def topics(entry):
    return [label.term for label in entry.labels.topics]


@pytest.fixture
def one(at):
    """A site with one entry, about Panama."""
    at.write("bulletins/a.txt", PANAMA)
    at.ingest()
    (entry,) = at.entries()
    return entry


def reopened(at):
    at.app.store.close()
    return at.open()


# --- corrections ---


def test_a_correction_holds_from_the_next_pass_on_and_moves_the_entry_to_its_feeds(at, one):
    at.write("config/overrides.yaml", f"{one.key}:\n  countries: [IS]\n  topics: [health-covid]\n")
    reopened(at)
    at.now += timedelta(hours=1)
    report = at.ingest()
    (entry,) = at.entries()
    assert (report.updated, countries(entry), topics(entry)) == (1, ["IS"], ["health-covid"])
    assert entry.updated_at > one.updated_at
    assert b"<entry" not in at.document("/feeds/country/pa.atom").body
    assert b"<entry" in at.document("/feeds/country/is.atom").body
    assert at.ingest().updated == 0


@pytest.mark.parametrize("name", ["path", "address", "id", "key", "number"])
def test_an_entry_is_corrected_by_any_of_its_names(at, one, name):
    address = f"{at.app.parts.configuration.site.url}{one.path}/"
    names = {"path": one.path, "address": address, "id": one.id, "key": one.key, "number": str(one.seq)}
    at.write("config/overrides.yaml", f'"{names[name]}":\n  countries: [IS]\n')
    reopened(at)
    at.ingest()
    assert countries(at.entries()[0]) == ["IS"]


def test_a_correction_outlives_an_edit_and_a_relabelling(at, one):
    at.write("config/overrides.yaml", f"{one.key}:\n  countries: [IS]\n")
    reopened(at)
    at.write("bulletins/a.txt", PANAMA.replace("open to all", "open to all in Panama City"))
    at.ingest()
    assert at.app.relabel().changes == ()
    (entry,) = at.entries()
    assert (countries(entry), entry.id) == (["IS"], one.id)


def test_a_correction_taken_away_gives_the_rules_their_word_back(at, one):
    at.write("config/overrides.yaml", f"{one.key}:\n  countries: [IS]\n")
    reopened(at)
    at.ingest()
    at.write("config/overrides.yaml", "{}\n")
    reopened(at)
    assert at.ingest().updated == 1
    assert countries(at.entries()[0]) == ["PA"]


def test_an_entry_may_be_corrected_before_it_is_there(at, one):
    at.write("config/overrides.yaml", "/entries/2017/09/a-second-notice:\n  countries: [IS]\n")
    reopened(at)
    at.ingest()
    at.write("bulletins/b.txt", "4 September, 2017\n\nA second notice\n\nFrom Panama.\n")
    at.ingest()
    assert countries(at.entries()[0]) == ["IS"]


# --- changed rules ---


def change_rules(at, old, new):
    text = (at.root / "config/topics.yaml").read_text()
    assert old in text
    at.write("config/topics.yaml", text.replace(old, new, 1))
    reopened(at)


def test_changed_rules_change_nothing_until_relabel_and_then_only_what_they_decide(at, one):
    at.write("bulletins/b.txt", "4 September, 2017\n\nQuokka parade\n\nQuokkas walked by.\n")
    at.ingest()
    change_rules(
        at,
        "topics:\n",
        "topics:\n  animals:\n    name: {en: Animals, es: Animales}\n    keywords: {en: [quokka(s)]}\n",
    )
    at.now += timedelta(hours=1)
    assert at.ingest().updated == 0
    preview = at.app.preview_relabel()
    assert [(change.after.title, topics(change.after)) for change in preview.changes] == [
        ("Quokka parade", ["animals"])
    ]
    assert topics(at.entries()[0]) == []
    at.now += timedelta(hours=1)
    before = at.document(one.path)
    report = at.app.relabel()
    assert [change.after.title for change in report.changes] == ["Quokka parade"]
    assert topics(at.entries()[0]) == ["animals"]
    assert b"Quokka parade" in at.document("/feeds/topic/animals.atom").body
    assert at.document(one.path) == before
    assert at.app.relabel().changes == ()
    with at.app.store.reading() as tx:
        assert tx.feeds.get(Feed()).entries == 2


# --- withdrawing ---


def test_a_withdrawn_entry_leaves_feeds_and_its_page_is_gone(at, one):
    at.now += timedelta(hours=1)
    at.app.set_withdrawn(one.key, withdrawn=True)
    page = at.document(one.path)
    assert page.gone
    assert one.title.encode() not in page.body
    for path in ("/feeds/all.atom", "/feeds/country/pa.atom", "/feeds/country/pa", "/"):
        assert one.title.encode() not in at.document(path).body


def test_a_withdrawn_entry_does_not_come_back_with_its_source(at, one):
    at.app.set_withdrawn(one.id, withdrawn=True)
    for text in (PANAMA, PANAMA.replace("is open", "is now open"), PANAMA.replace("3 Sept", "5 Sept")):
        at.write("bulletins/a.txt", text)
        at.now += timedelta(hours=1)
        assert at.ingest().added == 0
    (entry,) = at.entries()
    assert entry.withdrawn_at
    assert at.document(entry.path).gone
    assert at.app.publish() == 0


def without_moments(body):
    return re.sub(rb"\d{4}-\d\d-\d\dT[\d:+Z]*", b"", body)


def test_a_restored_entry_is_the_same_as_before(at, one):
    page, feed = at.document(one.path), at.document("/feeds/all.atom")
    at.now += timedelta(hours=1)
    at.app.set_withdrawn(one.key, withdrawn=True)
    at.now += timedelta(hours=1)
    at.app.set_withdrawn(one.key, withdrawn=False)
    again = at.document(one.path)
    assert not again.gone
    assert without_moments(again.body) == without_moments(page.body)
    assert again.changed_at > page.changed_at
    assert one.id.encode() in at.document("/feeds/all.atom").body
    assert at.document("/feeds/all.atom").changed_at > feed.changed_at


def test_withdrawing_twice_changes_nothing_more(at, one):
    at.app.set_withdrawn(one.key, withdrawn=True)
    (first,) = at.entries()
    at.now += timedelta(hours=1)
    at.app.set_withdrawn(one.key, withdrawn=True)
    assert at.entries() == [first]


def test_withdrawing_what_is_not_there_says_so(at):
    with pytest.raises(NotFoundError, match="There is no entry 'nothing'"):
        at.app.set_withdrawn("nothing", withdrawn=True)


LINKED = "{day} September, 2017\n\nNotice {day} from Panama\nLink: https://example.org/News/Page/\n\nText {day} of Panama.\n\n"


def test_a_correction_by_a_link_is_for_all_that_have_it_however_it_is_spelt(at):
    at.write("bulletins/a.txt", LINKED.format(day=3) + LINKED.format(day=4))
    at.ingest()
    at.write("config/overrides.yaml", "http://example.org/News/Page:\n  countries: [IS]\n")
    reopened(at)
    assert at.ingest().updated == 2
    assert [countries(entry) for entry in at.entries()] == [["IS"], ["IS"]]
    assert at.app.status().astray == ()


def test_withdrawing_by_a_link_that_several_have_asks_which(at):
    at.write("bulletins/a.txt", LINKED.format(day=3) + LINKED.format(day=4))
    at.ingest()
    with pytest.raises(NotFoundError, match=r"2 entries have the link .* name one by its key"):
        at.app.set_withdrawn("https://example.org/News/Page/", withdrawn=True)
    assert not any(entry.withdrawn_at for entry in at.entries())


def test_a_correction_that_names_no_entry_is_told(at, one):
    at.write("config/overrides.yaml", "nothere:\n  countries: [IS]\n")
    reopened(at)
    assert at.app.astray() == ("config/overrides.yaml:1: there is no entry “nothere”.",)


def test_a_word_that_the_vocabulary_learns_mends_the_problem(at):
    at.write("bulletins/a.txt", "3 September, 2017\n\nA notice\nTopics: fisheries\n\nThe text.\n")
    assert "fisheries" in at.ingest().problems[0].reason
    change_rules(
        at,
        "topics:\n",
        "topics:\n  fisheries:\n    name: {en: Fisheries, es: Pesca}\n    keywords: {en: [quokka(s)]}\n",
    )
    assert at.ingest().problems == ()
    assert topics(at.entries()[0]) == ["fisheries"]


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def test_the_pictures_of_a_withdrawn_entry_are_gone_with_it_and_come_back(at):
    for day in (3, 4):
        at.write(
            f"bulletins/{day}.html",
            f"<html><body><p>{day} September 2017</p><h2>Notice {day}</h2><p>See the map of day {day}.</p>"
            f'<p><img alt="map" src="data:image/png;base64,{PIXEL}"></p></body></html>',
        )
    at.ingest()
    first, second = at.entries()
    with at.app.store.reading() as tx:
        (path,) = tx.media.changed(0)
    at.app.set_withdrawn(first.key, withdrawn=True)
    assert not at.document(path).gone
    at.app.set_withdrawn(second.key, withdrawn=True)
    assert at.document(path).gone
    at.app.set_withdrawn(first.key, withdrawn=False)
    assert not at.document(path).gone
