"""An entry is one entry for ever."""

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.bulletins import KnownEntry, identify, mint_key, text_key, title_key
from feedsvc.model import Draft

DAY = date(2017, 9, 3)
FILE = "2017.txt"
WALK = "For the fifth year, the Binational Walk against trafficking took place between Costa Rica and Panama."
CHAIR = "On November 29, Panama will assume the Presidency of the Regional Conference on Migration."
COURSE = "The second course will allow officers of 12 institutions to acquire the necessary knowledge."


WEEK = timedelta(7)


def draft(title, text="", day=DAY, line=1):
    return Draft(day, title, tuple(text.split("\n\n")) if text else (), line, line)


def known(drafts, bulletin=FILE, **fields):
    """The store after a first reading: ids a, b, c… in the order of the drafts."""
    return [
        KnownEntry(id=chr(97 + number), date=d.date, title=d.title, text=d.text, bulletin=bulletin, **fields)
        for number, d in enumerate(drafts)
    ]


def ids(drafts, entries, bulletin=FILE):
    return [match.entry_id for match in identify(drafts, entries, bulletin)]


BEFORE = [
    draft("Panama and Costa Rica walk together", WALK),
    draft("Panama prepares to assume the Chair", CHAIR),
    draft("Guatemala organizes a course on migration", COURSE, date(2017, 8, 22)),
]
NEW = draft("Documentary shows the risks of migration", "The Fable of the Lion was directed by Miguel Gómez.")


def edited(number, **fields):
    return [replace(each, **fields) if place == number else each for place, each in enumerate(BEFORE)]


def body(text):
    return {"paragraphs": (text,)}


MENDED = body(CHAIR.replace("assume", "take over"))


def matched(after, now_in):
    return "".join(each or "-" for each in ids(after, known(BEFORE), now_in))


@pytest.mark.parametrize("now_in", [FILE, "renamed.txt"])
@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param(BEFORE, "abc", id="re-saved"),
        pytest.param(BEFORE[::-1], "cba", id="re-ordered"),
        pytest.param([NEW, *BEFORE], "-abc", id="a newer one above"),
        pytest.param([*BEFORE, NEW], "abc-", id="an older one below"),
        pytest.param(BEFORE[1:], "bc", id="one taken away"),
        pytest.param(edited(0, title="Panamá and Costa Rica walk TOGETHER!"), "abc", id="case and accents"),
        pytest.param(edited(0, title="Panama and Costa Rica walked together"), "abc", id="a typo in a title"),
        pytest.param(edited(0, title="A wholly different title"), "abc", id="a new title"),
        pytest.param(edited(1, **body("Not one word of this stood there.")), "abc", id="a new body"),
        pytest.param(edited(2, date=date(2017, 8, 23)), "abc", id="a new date"),
        pytest.param([NEW, *edited(0, title="Panama walks")], "-abc", id="a newer one and a new title"),
        pytest.param([NEW, *edited(1, **body("New."))[::-1]], "-cba", id="a newer one, new body, new order"),
        pytest.param([NEW], "-", id="begun anew"),
        pytest.param([], "", id="emptied"),
    ],
)
def test_an_entry_keeps_its_id_when_one_thing_about_it_is_edited(after, expected, now_in):
    assert matched(after, now_in) == expected


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"title": "Panama prepare to asume the Chair", **MENDED}, id="title and body"),
        pytest.param({"title": "Panama prepare to asume the Chair", "date": DAY + WEEK}, id="title and date"),
        pytest.param({"date": DAY + WEEK, **MENDED}, id="body and date"),
    ],
)
def test_an_entry_keeps_its_id_in_its_bulletin_when_two_things_about_it_are_mended(fields):
    assert matched([NEW, *edited(1, **fields)], FILE) == "-abc"


class TestWhatStaysApart:
    def test_two_near_identical_titles_on_one_day_are_two_entries(self):
        one, other = draft("Workshop in Panama", WALK), draft("Workshops in Panama", CHAIR)
        assert ids([other, one], known([one])) == [None, "a"]
        assert ids([one, other], known([one, other])) == ["a", "b"]

    def test_a_mended_one_takes_the_id_of_the_one_it_is_most_like(self):
        one, other = draft("Workshop in Panama", WALK), draft("Workshop in Panamá", CHAIR)
        mended = [
            replace(other, paragraphs=(CHAIR + " Soon.",)),
            replace(one, paragraphs=(WALK + " Again.",)),
        ]
        assert ids(mended, known([one, other])) == ["b", "a"]

    def test_another_number_makes_another_bulletin(self):
        one = draft("Bulletin 12: arrivals", "This week 120 people arrived in Panama by boat.")
        other = draft("Bulletin 13: arrivals", "This week 140 people arrived in Panama by boat.", DAY + WEEK)
        same_title = replace(one, date=other.date, paragraphs=other.paragraphs)
        assert ids([other], known([one])) == [None]
        assert ids([same_title], known([one])) == [None]

    def test_titles_alone_on_one_day(self):
        one, other = draft("Office closed"), draft("Walk on Sunday")
        assert ids([other], known([one])) == [None]
        assert ids([replace(one, title="Ofice closed")], known([one])) == ["a"]

    def test_a_notice_that_comes_again_in_another_bulletin_is_new_while_the_first_stands(self):
        first, again = draft("Register now", WALK), draft("Register now", WALK, DAY + WEEK)
        assert ids([again], known([first], "week-1.txt", elsewhere=True), "week-2.txt") == [None]

    def test_equal_title_and_day_in_another_bulletin_is_new_while_the_first_stands(self):
        first, other = draft("Press release", WALK), draft("Press release", CHAIR)
        assert ids([other], known([first], "office-1.txt", elsewhere=True), "office-2.txt") == [None]

    def test_a_copy_in_another_bulletin_is_no_second_entry(self):
        assert ids(BEFORE, known(BEFORE, "week-1.txt", elsewhere=True), "year.txt") == ["a", "b", "c"]


def test_an_entry_that_stands_twice_in_a_bulletin_is_one():
    twice = [BEFORE[0], replace(BEFORE[0], line=9)]
    (match,) = identify(twice, [], FILE)
    assert match.draft.line == 1
    assert ids(twice, known(BEFORE[:1])) == ["a"]


TITLES = st.sampled_from(["Walk", "Walks", "Walk 2", "Chair", "!!", "Ñandú"])
TEXTS = st.sampled_from(["", WALK, WALK + " Again.", CHAIR, "Read more."])
DRAFTS = st.lists(st.builds(draft, TITLES, TEXTS, st.dates(DAY, DAY + timedelta(2))), max_size=6)


@given(DRAFTS, DRAFTS)
def test_no_two_drafts_are_one_entry(before, after):
    distinct = [match.draft for match in identify(before, [], FILE)]
    found = [each for each in ids(after, known(distinct)) if each]
    assert len(found) == len(set(found))


@given(DRAFTS)
def test_reading_again_changes_nothing(drafts):
    distinct = [match.draft for match in identify(drafts, [], FILE)]
    entries = known(distinct)
    assert ids(drafts, entries) == [entry.id for entry in entries]


def test_the_cost_grows_with_the_number_of_drafts():
    def seconds(number):
        drafts = [draft(f"Title {n}", f"{WALK} {n}", DAY + timedelta(n // 20)) for n in range(number)]
        mended = [
            replace(d, title=d.title.replace("Title", "Titel"), paragraphs=(d.text + " More.",))
            for d in drafts
        ]
        entries = [
            KnownEntry(id=str(n), date=d.date, title=d.title, text=d.text, bulletin=FILE)
            for n, d in enumerate(drafts)
        ]
        start = time.process_time()
        assert ids(mended, entries) == [entry.id for entry in entries]
        return time.process_time() - start

    assert seconds(4000) < 10 * seconds(1000)


class TestKeys:
    @pytest.mark.parametrize("key", [title_key, text_key])
    def test_keys_are_equal_for_equal_words(self, key):
        assert key("Migración en Panamá") == key("MIGRACION  en «Panama».") != key("Migración en Perú")
        assert key("") == key("  ") == ""
        assert key("🎉") not in ("", key("🚨"))

    def test_a_minted_key_is_short_and_always_the_same(self):
        minted = mint_key(BEFORE[0], lambda _key: False)
        assert len(minted) == 12
        assert minted.isalnum()
        assert minted.islower()
        assert minted == mint_key(replace(BEFORE[0], line=99, paragraphs=("Edited.",)), lambda _key: False)

    def test_a_taken_key_is_not_given_again(self):
        taken = set()
        for _ in range(5):
            taken.add(mint_key(BEFORE[0], taken.__contains__))
        assert len(taken) == 5

    def test_two_texts_under_one_title_get_keys_of_their_own_in_any_number(self):
        first = mint_key(draft("Press release", WALK), lambda _key: False)
        second, third = (
            mint_key(draft("Press release", text), {first}.__contains__) for text in (CHAIR, COURSE)
        )
        assert len({first, second, third}) == 3
