"""An entry is one entry for ever."""

import sys
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.bulletins.identity import KnownEntry, identify
from feedsvc.bulletins.keys import link_key, mint_key, text_key, title_key
from feedsvc.model import Draft

DAY = date(2017, 9, 3)
FILE = "2017.txt"
WALK = "For the fifth year, the Binational Walk against trafficking took place between Costa Rica and Panama."
CHAIR = "On November 29, Panama will assume the Presidency of the Regional Conference on Migration."
COURSE = "The second course will allow officers of 12 institutions to acquire the necessary knowledge."


WEEK = timedelta(7)


def draft(title, text="", day=DAY, line=1, **fields):
    return Draft(day, title, tuple(text.split("\n\n")) if text else (), line, line, **fields)


def entry(id_, draft, bulletin=FILE, **fields):
    return KnownEntry(
        **{
            "id": id_,
            "date": draft.date,
            "title": draft.title,
            "text": draft.text,
            "bulletin": bulletin,
            "link": draft.link,
            "guid": draft.guid,
            "line": draft.line,
            **fields,
        }
    )


def known(drafts, bulletin=FILE, **fields):
    """The store after a first reading: ids a, b, c… in the order of the drafts."""
    return [entry(chr(97 + number), each, bulletin, **fields) for number, each in enumerate(drafts)]


def standing(*drafts):
    """The drafts as they stand in a bulletin: each four lines below the one before."""
    return [replace(each, line=4 * number + 1) for number, each in enumerate(drafts)]


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
    assert ids(drafts, entries) == [each.id for each in entries]


# --- what is decided when two of the six signs are kept and four are new ---

SIGNS = ("title", "text", "date", "place", "file", "host")
STANDING = standing(
    draft("Panama and Costa Rica walk together", WALK),
    draft("Guatemala organizes a course on migration", COURSE, DAY - WEEK),
    draft("Panama prepares to assume the Chair", CHAIR, DAY - 2 * WEEK),
    draft("Honduras opens a shelter", "Families find a bed and a meal there.", DAY - 3 * WEEK),
)
HOST, NEW_HOST = "https://old.example.org/", "https://new.example.org/"
NEW_DAYS = {"a later day": DAY + WEEK, "an earlier day": DAY - 4 * WEEK, "a day between": DAY - timedelta(3)}


def kept(signs, day, *, number=1, before=STANDING):
    """What stands there now, and where, when one entry keeps but these signs."""
    fields = {
        "title": {"title": "Nobody expects something wholly different here"},
        "text": {
            "paragraphs": ("Officials said on Friday that schools will reopen as soon as repairs end.",)
        },
        "date": {"date": day},
    }
    changed = [fields[sign] for sign in fields.keys() - set(signs)]
    edited = replace(before[number], **{name: value for each in changed for name, value in each.items()})
    others = [each for each in before if each is not before[number]]
    others.insert(number if "place" in signs else len(others) if number == 0 else 0, edited)
    host = HOST if "host" in signs else NEW_HOST
    drafts = [replace(each, link=host) for each in standing(*others)]
    return (
        drafts,
        drafts.index(next(d for d in drafts if d.title == edited.title)),
        FILE if "file" in signs else "new.txt",
    )


def identified(signs, day, number=1, before=STANDING):
    drafts, place, bulletin = kept(signs, day, number=number, before=before)
    old = known([replace(each, link=HOST) for each in before])
    found = ids(drafts, old, bulletin)
    others = [each.id for each in old if each.id != old[number].id]
    assert [each for place_now, each in enumerate(found) if place_now != place] == others
    return found[place] == old[number].id


@pytest.mark.parametrize("day", NEW_DAYS.values(), ids=NEW_DAYS.keys())
@pytest.mark.parametrize("signs", [*combinations(SIGNS, 2)], ids=" and ".join)
def test_two_signs_that_are_kept_tell_an_entry_when_title_or_text_is_one_of_them(signs, day):
    assert identified(signs, day) == bool({"title", "text"} & set(signs))


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("size", [3, 4, 5])
def test_more_signs_than_two_tell_it_all_the_better(size, number):
    for signs in combinations(SIGNS, size):
        for day in NEW_DAYS.values():
            assert identified(signs, day, number) == bool({"title", "text"} & set(signs)), (signs, day)


@pytest.mark.parametrize("number", [0, 3], ids=["the newest", "the oldest"])
@pytest.mark.parametrize("other", ["place", "file", "host"])
@pytest.mark.parametrize("sign", ["title", "text"])
def test_an_entry_at_either_end_of_its_bulletin(sign, other, number):
    """Only the oldest that comes back as the newest may have made way for another one."""
    assert identified((sign, other), NEW_DAYS["an earlier day"], number)
    assert identified((sign, other), NEW_DAYS["a later day"], number) == (number == 0 or other == "place")


@pytest.mark.parametrize("other", ["place", "file", "host"])
@pytest.mark.parametrize("sign", ["title", "text"])
def test_an_entry_that_has_its_bulletin_to_itself(sign, other):
    """Nothing around it says whether it was edited or replaced; a later date speaks for the second."""
    alone = STANDING[:1]
    assert identified((sign, other), NEW_DAYS["an earlier day"], 0, alone)
    assert not identified((sign, other), NEW_DAYS["a later day"], 0, alone)
    assert identified((sign, "date"), DAY, 0, alone)
    assert identified(("title", "text"), NEW_DAYS["a later day"], 0, alone)


SERIES = "Weekly bulletin"
LONG_SERIES = "Weekly report on mixed migration in Darién"
LAST_WEEK = "Nobody crossed the river while it carried high water."
THIS_WEEK = "Many families arrived by boat after three quiet days."


class TestATitleThatComesAgain:
    """Of title and file name alone no one can tell an edited entry from the next one of a series."""

    @pytest.mark.parametrize("title", [SERIES, LONG_SERIES])
    def test_in_a_file_that_is_overwritten_it_is_a_new_entry(self, title):
        before, after = draft(title, LAST_WEEK), draft(title, THIS_WEEK, DAY + WEEK)
        assert ids([after], known([before])) == [None]
        assert ids([after], known([before]), "week-37.txt") == [None]

    @pytest.mark.parametrize("title", [SERIES, LONG_SERIES])
    def test_in_a_file_that_grows_the_old_one_stays_what_it_is(self, title):
        before, after = draft(title, LAST_WEEK), draft(title, THIS_WEEK, DAY + WEEK)
        assert ids(standing(after, before), known(standing(before))) == [None, "a"]

    def test_in_a_list_that_scrolls_it_is_a_new_entry(self):
        old = draft(LONG_SERIES, LAST_WEEK, DAY - 4 * WEEK)
        after = standing(draft(LONG_SERIES, THIS_WEEK, DAY + WEEK), *STANDING[:3])
        assert ids(after, known(standing(*STANDING[:3], old))) == [None, "a", "b", "c"]

    @pytest.mark.parametrize("title", [SERIES, LONG_SERIES])
    def test_in_a_list_from_which_the_last_one_is_long_gone_it_is_a_new_entry(self, title):
        gone = replace(draft(title, LAST_WEEK, DAY - 4 * WEEK), line=99)
        after = standing(draft(title, THIS_WEEK, DAY), *STANDING[:3])
        assert ids(after, known([*STANDING[:3], gone])) == [None, "a", "b", "c"]

    def test_in_a_whole_bulletin_of_series_all_are_new(self):
        before = standing(draft(LONG_SERIES, WALK), draft("Courses for officers this week", COURSE))
        after = standing(
            draft(LONG_SERIES, THIS_WEEK, DAY + WEEK),
            draft("Courses for officers this week", LAST_WEEK, DAY + WEEK),
        )
        assert ids(after, known(before)) == [None, None]

    def test_one_that_came_twice_before_is_a_series(self):
        series = [draft(LONG_SERIES, WALK, DAY - 4 * WEEK), draft(LONG_SERIES, CHAIR, DAY - 5 * WEEK)]
        after = standing(*STANDING, draft(LONG_SERIES, THIS_WEEK, DAY - 3 * WEEK))
        assert ids(after, known(standing(*STANDING, *series))) == ["a", "b", "c", "d", None]

    def test_a_mended_text_keeps_its_entry_even_with_a_later_date(self):
        before = draft(SERIES, WALK)
        after = draft(SERIES, WALK.replace("trafficking", "trafficing"), DAY + WEEK)
        assert ids([after], known([before])) == ["a"]

    def test_a_date_put_right_keeps_its_entry_with_a_new_text(self):
        before = standing(*STANDING, draft(SERIES, LAST_WEEK, DAY - 4 * WEEK))
        after = standing(*STANDING, draft(SERIES, THIS_WEEK, DAY - 3 * WEEK))
        assert ids(after, known(before)) == ["a", "b", "c", "d", "e"]


class TestThePlaceInTheBulletin:
    """Date and place are kept, title and text are both rewritten."""

    REWRITTEN_TITLE = "Guatemala starts a second course on labour migration"
    REWRITTEN_TEXT = "The new course will allow officers of 20 institutions to get what knowledge they lack."

    def after(self, title, text, number=1):
        return [
            replace(each, title=title, paragraphs=(text,)) if place == number else each
            for place, each in enumerate(STANDING)
        ]

    @pytest.mark.parametrize("bulletin", [FILE, "renamed.txt"])
    @pytest.mark.parametrize(
        ("title", "text", "expected"),
        [
            pytest.param(REWRITTEN_TITLE, REWRITTEN_TEXT, "b", id="half of both is left"),
            pytest.param("Officers learn", REWRITTEN_TEXT, "b", id="half of the text is left"),
            pytest.param(REWRITTEN_TITLE, "Nothing of it.", "b", id="half of the title is left"),
            pytest.param("Officers learn", "Nothing of it.", None, id="nothing is left: another notice"),
        ],
    )
    def test_it_is_the_same_if_about_half_of_title_or_text_is_left(self, title, text, expected, bulletin):
        after = self.after(title, text)
        assert ids(after, known(STANDING), bulletin) == ["a", expected, "c", "d"]

    def test_a_number_that_went_up_makes_another_one(self):
        before = [replace(STANDING[0], title="Bulletin on migration policy 12"), *STANDING[1:]]
        after = [
            replace(STANDING[0], title="Bulletin on migration policy 13", paragraphs=("New.",)),
            *STANDING[1:],
        ]
        assert ids(after, known(before)) == [None, "b", "c", "d"]

    def test_it_is_new_where_the_place_can_not_be_told(self):
        rewritten = replace(STANDING[1], title=self.REWRITTEN_TITLE, paragraphs=(self.REWRITTEN_TEXT,))
        beside = replace(STANDING[1], title="Officers learn", paragraphs=("Nothing of it.",))
        after = standing(STANDING[0], beside, rewritten, *STANDING[2:])
        assert ids(after, known(STANDING)) == ["a", None, None, "c", "d"]
        moved = standing(rewritten, STANDING[0], *STANDING[2:])
        assert ids(moved, known(STANDING)) == [None, "a", "c", "d"]

    def test_one_of_two_with_the_same_title_keeps_its_place(self):
        one, other = standing(draft("Press release", WALK), draft("Press release", CHAIR))
        rewritten = replace(one, paragraphs=(COURSE,))
        assert ids([rewritten, other], known([one, other])) == ["a", "b"]

    def test_a_new_one_of_two_with_the_same_title_takes_nobodys_place(self):
        one, other = draft("Press release", WALK), draft("Press release", CHAIR)
        after = standing(draft("Press release", COURSE), other)
        assert ids(after, known(standing(other, one))) == [None, "a"]

    def test_title_text_and_date_mended_at_once(self):
        mended = replace(
            STANDING[1],
            title="Guatemala organises a course on migration",
            paragraphs=(COURSE.replace("allow", "alow"),),
            date=DAY - timedelta(8),
        )
        assert ids([STANDING[0], mended, *STANDING[2:]], known(STANDING)) == ["a", "b", "c", "d"]


class TestFiles:
    def test_a_bulletin_is_split_in_two(self):
        entries = known(STANDING, "year.txt")
        assert ids(standing(*STANDING[:2]), entries, "part-1.txt") == ["a", "b"]
        assert ids(standing(*STANDING[2:]), entries, "part-2.txt") == ["c", "d"]

    def test_a_part_moves_to_another_file_while_the_first_still_shows_it(self):
        entries = known(STANDING, "year.txt", elsewhere=True)
        assert ids(standing(*STANDING[2:]), entries, "part-2.txt") == ["c", "d"]

    def test_two_bulletins_become_one(self):
        one, other = known(STANDING[:2], "part-1.txt"), known(STANDING, "part-2.txt")[2:]
        edited = replace(
            STANDING[3],
            title="Honduras opened a shelter",
            paragraphs=("Families find a bed and meal there.",),
        )
        after = standing(STANDING[2], edited, *STANDING[:2])
        assert ids(after, [*one, *other], "year.txt") == ["c", "d", "a", "b"]

    def test_a_listing_scrolls(self):
        entries = known(STANDING, "https://old.example.org/news")
        after = standing(NEW, draft("Course for journalists", "They learn to report."), *STANDING[:2])
        assert ids(after, entries, "https://new.example.org/news") == [None, None, "a", "b"]

    def test_the_order_is_turned_round_and_a_title_mended(self):
        mended = replace(STANDING[1], title="Guatemala organises a course on migration")
        after = standing(*[STANDING[0], mended, *STANDING[2:]][::-1])
        assert ids(after, known(STANDING)) == ["d", "c", "b", "a"]

    def test_a_renamed_file_with_title_and_text_mended(self):
        mended = replace(
            STANDING[2],
            title="Panama prepare to asume the Chair",
            paragraphs=(CHAIR.replace("assume", "take over"),),
        )
        after = [*STANDING[:2], mended, STANDING[3]]
        assert ids(after, known(STANDING), "renamed.txt") == ["a", "b", "c", "d"]
        assert ids([mended], known(STANDING), "another.txt") == ["c"]


PAGE = "https://www.example.org/news/walk?id=3"
MOVED_PAGE = "http://new.example.net/news/walk/?utm_source=mail&id=3"


class TestGuidAndLink:
    """The source's own name for an entry, and the page it stands on."""

    BEFORE = draft("Panama and Costa Rica walk together", WALK, guid="walk-3")
    EDITED = draft("Officers learn", COURSE, DAY + WEEK, guid="walk-3")

    def test_a_guid_tells_an_entry_whatever_was_edited(self):
        assert ids([NEW, self.EDITED], known([self.BEFORE])) == [None, "a"]

    def test_a_guid_that_all_have_tells_nothing(self):
        other = replace(NEW, guid="walk-3")
        assert ids([self.EDITED, other], known([self.BEFORE])) == [None, None]
        assert ids([self.EDITED], known([self.BEFORE, replace(NEW, guid="walk-3")])) == [None]

    def test_a_guid_of_another_bulletin_needs_one_more_sign(self):
        elsewhere = known([self.BEFORE], "other source", elsewhere=True)
        gone = known([self.BEFORE], "old address")
        half = replace(self.EDITED, title="Panama and Costa Rica run together")
        assert ids([self.EDITED], elsewhere) == ids([self.EDITED], gone) == [None]
        assert ids([half], elsewhere) == ids([half], gone) == ["a"]
        same_day = replace(self.EDITED, date=DAY)
        assert ids([same_day], elsewhere) == [None]
        assert ids([same_day], gone) == ["a"]

    def test_a_guid_that_goes_by_the_place_tells_nothing(self):
        before = [replace(each, guid=str(number)) for number, each in enumerate(BEFORE)]
        mended = replace(BEFORE[0], title="Panama walks")
        after = [replace(each, guid=str(number)) for number, each in enumerate([NEW, mended, *BEFORE[1:]])]
        assert ids(after, known(before)) == [None, "a", "b", "c"]

    def test_another_guid_makes_another_entry_where_one_sign_is_left(self):
        again = replace(self.BEFORE, guid="walk-4", date=DAY + WEEK, paragraphs=(WALK + " Again.",))
        assert ids([again], known([self.BEFORE])) == [None]
        assert ids([replace(again, guid="")], known([self.BEFORE])) == ["a"]

    def test_another_guid_makes_no_other_entry_where_two_are(self):
        assert ids(
            [replace(self.BEFORE, guid="new-system-3", paragraphs=(COURSE,))], known([self.BEFORE])
        ) == ["a"]

    def test_a_guid_that_is_an_address_outlives_its_host(self):
        before, after = replace(self.BEFORE, guid=PAGE), replace(self.EDITED, guid=MOVED_PAGE)
        assert ids([after], known([before])) == ["a"]

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            pytest.param({"title": "Officers learn", "paragraphs": (COURSE,)}, "a", id="the date is kept"),
            pytest.param(
                {"title": "Panama and Costa Rica run together", "paragraphs": (COURSE,), "date": DAY - WEEK},
                "a",
                id="half of the title is left",
            ),
            pytest.param({"title": "Officers learn", "date": DAY + WEEK}, "a", id="the text is kept"),
            pytest.param(
                {"title": "Officers learn", "paragraphs": (COURSE,), "date": DAY - WEEK},
                None,
                id="nothing is left",
            ),
        ],
    )
    def test_a_link_tells_an_entry_with_one_more_sign(self, fields, expected):
        before = replace(self.BEFORE, guid="", link=PAGE)
        after = standing(replace(before, link=MOVED_PAGE, **fields), NEW)
        assert ids(after, known(standing(before, NEW))) == [expected, "b"]

    def test_a_page_that_two_entries_cite_makes_them_not_one(self):
        one = draft("Panama and Costa Rica walk together", WALK, link=PAGE)
        other = draft("Officers learn", COURSE, DAY + WEEK, link=PAGE)
        assert ids([other], known([one])) == [None]
        assert ids([other, one], known([one])) == [None, "a"]
        assert ids([other, replace(one, title="Panama walks")], known([one])) == [None, "a"]

    def test_the_page_of_the_latest_report_shows_another_one_every_week(self):
        one = draft(SERIES, LAST_WEEK, link="https://example.org/bulletin/latest")
        assert ids([replace(one, date=DAY + WEEK, paragraphs=(THIS_WEEK,))], known([one])) == [None]

    def test_the_front_page_that_all_link_to_tells_nothing(self):
        before = [replace(each, link="https://example.org/") for each in BEFORE]
        other = draft("Officers learn", "They do.", DAY + WEEK, link="https://example.org/")
        assert ids([other], known(before[:1])) == [None]

    def test_entries_that_are_hardly_more_than_a_link_differ_by_it(self):
        one, other = (draft("Press release", "Read more", link=f"https://example.org/{n}") for n in (1, 2))
        assert ids([one, other], []) == [None, None]
        assert ids([other, one], known([one, other])) == ["b", "a"]
        assert ids([replace(other, date=DAY + WEEK)], known([one])) == [None]
        assert ids([other], known([one], "office-1.txt", elsewhere=True), "office-2.txt") == [None]

    def test_many_of_them_on_one_day_keep_their_ids_in_any_order(self):
        many = [draft("Press release", link=f"https://example.org/{n}", line=n) for n in range(20)]
        turned = standing(*many[::-1])
        assert ids(turned, known(many)) == [each.id for each in known(many)][::-1]


MORE = "Read more"
WALKS, LEARN = "Panama walks", "Officers learn"
LATER, EARLIER = DAY + WEEK, DAY - WEEK
PAGES = [f"https://example.org/{number}" for number in range(3)]
HALF_A_COURSE = "The new course will allow officers of 20 institutions to get what knowledge they lack."


class TestWhereEachRuleEnds:
    """One pair of cases on either side of each condition: what was known, what is found, which entry it is."""

    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            pytest.param(
                [draft(WALKS, MORE), draft("Honduras", MORE)],
                [draft("Honduras", MORE), draft(LEARN, MORE)],
                "b-",
                id="a text of two words under several titles of a day tells nothing",
            ),
            pytest.param(
                [draft(WALKS, MORE), draft("Honduras", MORE)],
                [draft(LEARN, MORE), draft("Honduras", MORE)],
                "ab",
                id="unless the place does",
            ),
            pytest.param(
                [draft(WALKS, MORE, link=PAGES[0]), draft("Honduras", MORE, link=PAGES[2])],
                [draft(LEARN, MORE, link=PAGES[1]), draft("Honduras", MORE, link=PAGES[2])],
                "-b",
                id="and the page it leads to is no other",
            ),
            pytest.param(
                [draft(WALKS, MORE), draft("Honduras", MORE)],
                [draft("Panama walk", MORE), draft("Honduras", MORE)],
                "ab",
                id="or the title is mended",
            ),
            pytest.param([draft(WALKS, MORE)], [draft(LEARN, MORE, EARLIER)], "-", id="nor on another day"),
            pytest.param(
                [draft(WALKS, WALK)], [draft(LEARN, WALK, EARLIER)], "a", id="but a longer one does"
            ),
            pytest.param(
                [draft(WALKS, WALK), draft("Walk", WALK, DAY - 2 * WEEK)],
                [draft(LEARN, WALK, EARLIER)],
                "-",
                id="unless two have it",
            ),
            pytest.param(
                [draft("No. 12", WALK)], [draft("No. 13", WALK, EARLIER)], "-", id="or a number changed"
            ),
            pytest.param(
                [draft(WALKS, WALK)],
                [draft("Panama walk", WALK, LATER)],
                "a",
                id="a text under a mended title",
            ),
            pytest.param(
                [draft(WALKS, MORE)],
                [draft("Panama walk", MORE, LATER)],
                "-",
                id="a short one may be a series",
            ),
            pytest.param(
                [draft(WALKS, MORE)], [draft("Panama walk", MORE, EARLIER)], "a", id="that doesn't go back"
            ),
            pytest.param(
                [draft(WALKS)], [draft(WALKS, "", EARLIER)], "a", id="a title alone with its date put right"
            ),
            pytest.param([draft(WALKS)], [draft(WALKS, "", LATER)], "-", id="a title alone that comes again"),
            pytest.param(
                [draft(WALKS, link=PAGES[0])],
                [draft(WALKS, "", EARLIER, link=PAGES[1])],
                "-",
                id="a title alone that leads to another page",
            ),
            pytest.param(
                [draft(WALKS, WALK, link=PAGES[0])],
                [draft(WALKS, COURSE, EARLIER, link=PAGES[1])],
                "-",
                id="a short title over another text that leads to another page",
            ),
            pytest.param(
                [draft(WALKS, COURSE, DAY), draft(LEARN, WALK, EARLIER)],
                [draft(WALKS, HALF_A_COURSE, LATER), draft(LEARN, WALK, EARLIER)],
                "ab",
                id="a short title over half of its text",
            ),
            pytest.param(
                [draft(WALKS, COURSE, DAY), draft(LEARN, WALK, EARLIER)],
                [draft(LEARN, WALK, EARLIER), draft(WALKS, CHAIR, LATER)],
                "b-",
                id="a short title over a newer text",
            ),
            pytest.param(
                [draft(WALKS, WALK), draft(WALKS, WALK, LATER)],
                [draft(WALKS, WALK, LATER + timedelta(1))],
                "b",
                id="of two that say the same, the one whose date is nearer",
            ),
            pytest.param(
                [draft("Press release", MORE, guid="1"), draft("Press release", MORE, guid="2")],
                [draft("Press release", MORE, guid="2"), draft("Press release", MORE, guid="1")],
                "ba",
                id="of two that say the same, the one whose guid is equal",
            ),
            pytest.param(
                [draft(WALKS, WALK, guid="1"), draft(LEARN, COURSE, guid="2")],
                [draft(WALKS, WALK, guid="8"), draft(LEARN, COURSE + " Soon.", LATER, guid="9")],
                "ab",
                id="guids that are new each time",
            ),
            pytest.param(
                [draft(WALKS, WALK, link=PAGES[0])],
                [draft(LEARN, COURSE, link=PAGES[0]), draft("Honduras", CHAIR, link=PAGES[0])],
                "--",
                id="a page that two of one day cite",
            ),
            pytest.param(
                [draft("Bulletin on migration 12", WALK, link=PAGES[0])],
                [draft("Bulletin on migration 13", COURSE, link=PAGES[0])],
                "-",
                id="a page that goes on to the next number",
            ),
            pytest.param(
                [draft("Walk in Panama", WALK)],
                [draft("Workshop in Panama", COURSE)],
                "-",
                id="two short titles that share most of their words",
            ),
            pytest.param(
                [draft(WALKS, WALK, None)], [draft(LEARN, WALK, None)], "a", id="a text without a date"
            ),
            pytest.param(
                [draft(WALKS, MORE, None)], [draft(LEARN, MORE, None)], "-", id="a short one without a date"
            ),
        ],
    )
    def test_in_one_bulletin(self, before, after, expected):
        assert "".join(each or "-" for each in ids(standing(*after), known(standing(*before)))) == expected

    @pytest.mark.parametrize(
        ("fields", "gone", "elsewhere"),
        [
            pytest.param({}, "a", "a", id="a copy"),
            pytest.param({"title": "Panama and Costa Rica walked together"}, "a", "a", id="a title mended"),
            pytest.param({"paragraphs": (WALK + " Again.",)}, "a", "a", id="a text mended"),
            pytest.param({"title": LEARN}, "a", None, id="another title"),
            pytest.param({"paragraphs": (COURSE,)}, "a", None, id="another text"),
            pytest.param({"date": LATER}, "a", None, id="another date"),
            pytest.param(
                {"paragraphs": (COURSE,), "link": PAGES[0]}, "a", "a", id="another text about one page"
            ),
            pytest.param(
                {"paragraphs": (COURSE,), "link": PAGES[0], "date": EARLIER}, "a", None, id="and another date"
            ),
            pytest.param(
                {"title": LEARN, "paragraphs": (COURSE,), "link": PAGES[0]}, "a", None, id="and another title"
            ),
            pytest.param(
                {"title": "Panama and Costa Rica run together", "paragraphs": (COURSE,)},
                None,
                None,
                id="half a title",
            ),
        ],
    )
    def test_in_another_bulletin(self, fields, gone, elsewhere):
        before = draft("Panama and Costa Rica walk together", WALK, link=PAGES[0])
        after = [replace(before, **{"link": None, **fields})]
        assert ids(after, known([before], "old.txt")) == [gone]
        assert ids(after, known([before], "old.txt", elsewhere=True)) == [elsewhere]

    def test_a_short_title_tells_nothing_of_a_bulletin_that_is_gone(self):
        before, after = draft(WALKS, WALK), draft(WALKS, COURSE, EARLIER)
        assert ids([after], known([before])) == ["a"]
        assert ids([after], known([before], "old.txt")) == [None]

    def test_of_equal_entries_the_one_seen_here_is_meant(self):
        one = draft(WALKS, WALK)
        for far in ({}, {"elsewhere": True}):
            assert ids([one], [entry("far", one, "other.txt", **far), entry("here", one, line=9)]) == ["here"]


class TestUndatedEntries:
    BARE = draft("How to reach the office in Panama", COURSE, None)

    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            pytest.param(BARE, BARE, "a", id="nothing edited"),
            pytest.param(BARE, replace(BARE, date=DAY), "a", id="it gets a date"),
            pytest.param(replace(BARE, date=DAY), BARE, "a", id="it loses its date"),
            pytest.param(BARE, replace(BARE, title="Where we are"), "a", id="a new title"),
            pytest.param(BARE, replace(BARE, paragraphs=(THIS_WEEK,)), "a", id="a new text"),
            pytest.param(
                BARE, replace(BARE, paragraphs=(THIS_WEEK,), date=DAY), "a", id="a new text and a date"
            ),
            pytest.param(
                BARE, draft("Officers learn", THIS_WEEK, None), None, id="another one without a date"
            ),
            pytest.param(BARE, draft("", "", None), None, id="nothing at all"),
        ],
    )
    def test_without_a_date_title_or_text_tell(self, before, after, expected):
        assert ids(standing(STANDING[0], after), known(standing(STANDING[0], before))) == [
            "a",
            expected and "b",
        ]

    def test_a_page_that_is_overwritten_holds_new_ones(self):
        before, after = draft(SERIES, LAST_WEEK, None), draft(SERIES, THIS_WEEK, None)
        assert ids([after], known([before])) == [None]

    def test_many_without_title_on_one_day_are_told_by_their_texts(self):
        texts = [draft("", text) for text in (WALK, CHAIR)]
        assert ids([draft("", COURSE), *texts[::-1]], known(texts)) == [None, "b", "a"]


WORDS = (
    "river",
    "shelter",
    "boat",
    "school",
    "border",
    "letter",
    "garden",
    "window",
    "market",
    "bridge",
    "winter",
)


@st.composite
def bulletins(draw):
    """Entries with titles and texts that have no word in common."""
    days = draw(st.lists(st.one_of(st.none(), st.dates(DAY, DAY + 2 * WEEK)), max_size=8))
    return [
        draft(
            " ".join(f"{word}{'t' * number}" for word in WORDS[:5]),
            " ".join(f"{word}{'x' * number}" for word in WORDS[3:]),
            day,
            4 * number + 1,
        )
        for number, day in enumerate(days)
    ]


EDITS = st.sampled_from(
    [
        {},
        {"title": "Officers learn {}"},
        {"paragraphs": ("They {} do.",)},
        {"date": DAY - WEEK},
        {"date": DAY + 9 * WEEK},
        {"date": None},
    ]
)


@given(bulletins(), st.data())
def test_two_of_title_text_and_date_keep_the_id_in_any_order_under_any_name(before, data):
    after = []
    for number, each in enumerate(before):
        edit = data.draw(EDITS if each.date else EDITS.filter(lambda edit: "paragraphs" not in edit))
        fields = {
            name: value.format("z" * number) if isinstance(value, str) else value
            for name, value in edit.items()
        }
        after.append(replace(each, **fields))
    order = data.draw(st.permutations(range(len(before))))
    old = known(before)
    found = ids(standing(*(after[n] for n in order)), old, data.draw(st.sampled_from([FILE, "renamed.txt"])))
    assert found == [old[n].id for n in order]


SIGNED = st.lists(
    st.builds(
        draft,
        TITLES,
        TEXTS,
        st.one_of(st.none(), st.dates(DAY, DAY + timedelta(2))),
        link=st.sampled_from([None, PAGE, "https://example.org/2"]),
        guid=st.sampled_from(["", "1", "2"]),
    ),
    max_size=6,
)


@given(SIGNED, SIGNED, st.booleans(), st.data())
def test_the_order_in_which_drafts_are_given_changes_nothing(before, after, elsewhere, data):
    old, now = known(standing(*before), elsewhere=elsewhere), standing(*after)
    given_so = data.draw(st.permutations(now))
    found = {match.draft.line: match.entry_id for match in identify(now, old, FILE)}
    assert {match.draft.line: match.entry_id for match in identify(given_so, old, FILE)} == found
    known_so = data.draw(st.permutations(old))
    assert {match.draft.line: match.entry_id for match in identify(now, known_so, FILE)} == found


@given(SIGNED, SIGNED)
def test_no_two_drafts_are_one_entry_by_whatever_sign(before, after):
    found = [each for each in ids(standing(*after), known(standing(*before))) if each]
    assert len(found) == len(set(found))


@given(bulletins(), bulletins())
def test_drafts_that_have_nothing_in_common_with_what_is_known_are_new(before, after):
    others = [
        replace(each, title=each.title.translate(LEFT), paragraphs=(each.text.translate(LEFT),))
        for each in after
    ]
    assert set(ids(others, known(before))) <= {None}


LEFT = str.maketrans("abcdefghijklmnopqrstuvwxyz", "qqqqqqqqqqqqkkkkkkkkkkkkkk")


@pytest.mark.parametrize("days", [20, 10**9], ids=["on many days", "on one day"])
@pytest.mark.parametrize("title", ["Walk {}", "Walk in Panama again"], ids=["many titles", "one title"])
def test_the_cost_grows_with_the_number_of_drafts(title, days):
    def calls(number):
        drafts = [draft(title.format(n), f"{n} {WALK}", DAY + timedelta(n // days), n) for n in range(number)]
        mended = [
            replace(d, title=d.title.replace("Walk", "Walks"), paragraphs=(d.text + " More.",))
            for d in drafts
        ]
        entries = [entry(str(n), d) for n, d in enumerate(drafts)]
        made = Counter()
        sys.setprofile(lambda _frame, event, _argument: made.update([event]))
        try:
            found = ids(mended, entries)
        finally:
            sys.setprofile(None)
        assert found == [each.id for each in entries]
        return made["call"] + made["c_call"]

    assert calls(1600) < 6 * calls(400)  # four times as many drafts: not sixteen times the work


class TestKeys:
    @pytest.mark.parametrize("key", [title_key, text_key])
    def test_keys_are_equal_for_equal_words(self, key):
        assert key("Migración en Panamá") == key("MIGRACION  en «Panama».") != key("Migración en Perú")
        assert key("") == key("  ") == ""
        assert key("🎉") not in ("", key("🚨"))

    @pytest.mark.parametrize(
        "same",
        [
            "http://example.org/News/Walk",
            "https://www.example.net:8443/news/walk/",
            "https://example.org//news/walk/index.html#top",
            "https://example.org/news/walk?utm_source=mail&utm_medium=x&fbclid=1",
            "https://example.org/news/wal%6B",
            " /news/walk ",
        ],
    )
    def test_links_to_one_page_have_one_key(self, same):
        assert link_key(same) == link_key("https://example.org/news/walk") != ""

    @pytest.mark.parametrize(
        "other",
        [
            "https://example.org/news/walks",
            "https://example.org/news/walk?page=2",
            "https://example.org/news",
            "https://example.org/?p=walk",
            "https://example.org/news/walk#/2",
        ],
    )
    def test_links_to_two_pages_have_two(self, other):
        assert link_key(other) not in ("", link_key("https://example.org/news/walk"))

    def test_the_order_of_a_query_does_not_matter(self):
        assert link_key("https://a.example/?b=2&a=1") == link_key("https://b.example/index.php?A=1&b=2")

    @pytest.mark.parametrize(
        "link",
        [
            "",
            "https://example.org",
            "https://example.org/",
            "https://example.org/index.html?utm_source=x",
            "//[",
            "/",
            "mailto:ana@example.org",
            "javascript:void(0)",
            "tag:example.org,2017:3",
            "https://[half/page",
        ],
    )
    def test_what_is_no_page_of_its_own_has_no_key(self, link):
        assert link_key(link) == ""

    @given(st.text())
    def test_any_link_has_a_short_key(self, link):
        assert len(link_key(link)) in (0, 16)

    @pytest.mark.parametrize(
        ("day", "taken", "key"),
        [
            (DAY, set(), "g636r2ztnoak"),
            (DAY, {"g636r2ztnoak"}, "tqrd2feprjdq"),
            (None, set(), "cqdtdsdtkilj"),
        ],
    )
    def test_keys_that_were_minted_once_are_minted_again(self, day, taken, key):
        assert mint_key(draft("Panama walks", WALK, day), taken.__contains__) == key

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
