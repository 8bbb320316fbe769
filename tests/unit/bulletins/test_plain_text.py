"""Every line of a plain-text bulletin ends in a draft or in a problem."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from makers import manner

from feedsvc.bulletins.formats.plain_text import read_drafts, read_plain_text, split_lines
from feedsvc.model import Draft, Problem, Reading, Source, Stated


def reading(text):
    return read_plain_text(text, manner(source=Source(name="office"), bulletin="a.txt"))


def only_draft(text):
    found = reading(text)
    assert found.problems == ()
    (draft,) = found.drafts
    return draft


def only_problem(text):
    found = reading(text)
    assert found.drafts == ()
    (problem,) = found.problems
    return problem


class TestDrafts:
    def test_an_entry_is_a_date_a_title_and_paragraphs(self):
        draft = only_draft("\n3 September, 2017\n\nA title\n\nFirst.\n\nSecond.\n\n\n")
        assert (draft.date, draft.title, draft.paragraphs) == (
            date(2017, 9, 3),
            "A title",
            ("First.", "Second."),
        )
        assert (draft.line, draft.last_line) == (2, 8)

    def test_the_next_date_ends_an_entry(self):
        found = reading("3 September, 2017\nOne\nBody.\n22 de agosto de 2017\nDos\nTexto.")
        assert [(draft.title, draft.paragraphs, draft.line) for draft in found.drafts] == [
            ("One", ("Body.",), 1),
            ("Dos", ("Texto.",), 4),
        ]

    @pytest.mark.parametrize(
        "blank", ["", " ", "\t", "\u00a0", "\u200b", "\ufeff", "\u2003\u00a0", "\u200e", "-----", "* * *"]
    )
    def test_a_blank_line_may_hold_what_can_not_be_seen(self, blank):
        draft = only_draft(f"3 September, 2017\n{blank}\nA title\n{blank}\n{blank}\nBody.\n{blank}\nMore.")
        assert draft.paragraphs == ("Body.", "More.")

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028"])
    def test_lines_end_as_any_machine_ends_them(self, end):
        draft = only_draft(end.join(["3 September, 2017", "", "A title", "", "Body."]))
        assert (draft.title, draft.paragraphs, draft.last_line) == ("A title", ("Body.",), 5)

    def test_a_title_alone_is_an_entry_without_paragraphs(self):
        assert only_draft("3 September, 2017\n\nA title").paragraphs == ()

    def test_a_body_may_follow_its_title_without_a_blank_line(self):
        draft = only_draft("3 September, 2017\nA title\nbody\n\nmore")
        assert (draft.title, draft.paragraphs) == ("A title", ("body", "more"))

    def test_a_long_title_goes_on_in_lower_case(self):
        draft = only_draft(
            "3 September, 2017\nPanama and Costa Rica walk together against the\ntrafficking of persons\nThe walk took place."
        )
        assert draft.title == "Panama and Costa Rica walk together against the trafficking of persons"
        assert draft.paragraphs == ("The walk took place.",)

    def test_wrapped_lines_are_one_paragraph(self):
        draft = only_draft("3 September, 2017\n\nA title\n\nOne line\n  and the next\nand the last.\n\nMore.")
        assert draft.paragraphs == ("One line and the next and the last.", "More.")

    def test_a_line_longer_than_anyone_wraps_is_a_paragraph(self):
        long = "word " * 40 + "end."
        assert only_draft(f"3 September, 2017\n\nA title\n\n{long}\n{long}\nshort").paragraphs == (
            long,
            long,
            "short",
        )

    def test_items_of_a_list_stay_apart(self):
        draft = only_draft(
            "3 September, 2017\n\nA title\n\nThe aims:\n1. One thing\n   in detail\n2. Another\n• A third"
        )
        assert draft.paragraphs == ("The aims:", "1. One thing in detail", "2. Another", "• A third")

    @pytest.mark.parametrize(
        "body",
        [
            "On November 29, 2017, Panama will assume the Presidency.",
            "The Conference will begin on\nNovember 29, 2017\nin the city of Panama.",
            "The Conference will begin on\nNovember 29, 2017.",
        ],
    )
    def test_a_date_in_a_sentence_begins_no_entry(self, body):
        assert only_draft(f"3 September, 2017\n\nA title\n\n{body}").paragraphs == (body.replace("\n", " "),)

    def test_a_day_without_year_may_be_a_title(self):
        assert only_draft("1 March, 2017\n\n8 de marzo\n\nBody.").title == "8 de marzo"

    def test_text_is_clean(self):
        draft = only_draft("3 September, 2017\n\nCafe\u0301\x07 \u202eau\u00a0lait\n\nB\x00o\ufffed\udfffy.")
        assert (draft.title, draft.paragraphs) == ("Café au lait", ("Body.",))

    def test_an_empty_bulletin_has_nothing(self):
        assert reading(" \n\n\u00a0\n") == reading("") == Reading()


class TestDateLines:
    def test_a_time_or_who_published_it_may_stand_beside_the_date(self):
        found = reading(
            "Posted on: 3 September, 2017\nOne\n\n2 September 2017 10:30 AM\nTwo\n\n1 September 2017\nThree"
        )
        assert [(draft.date.day, draft.title) for draft in found.drafts] == [
            (3, "One"),
            (2, "Two"),
            (1, "Three"),
        ]

    def test_all_dates_may_follow_a_place(self):
        found = reading(
            "San José, 3 de septiembre de 2017.-\nUno\n\nTexto.\n\nPanamá, 2 de septiembre de 2017\nDos"
        )
        assert [(draft.date.day, draft.title) for draft in found.drafts] == [(3, "Uno"), (2, "Dos")]

    @pytest.mark.parametrize("line", ["Fecha: 29 de noviembre de 2017", "Panama City, 29 November 2017"])
    def test_where_dates_stand_alone_another_is_text(self, line):
        draft = only_draft(f"3 September, 2017\n\nA title\n\n{line}\n\nMore.")
        assert draft.paragraphs == (line, "More.")

    def test_a_place_and_date_above_the_first_date_that_stands_alone_head_a_letter(self):
        found = reading(
            "San José, 3 de septiembre de 2017\n\nEstimados colegas\n\n2 de septiembre de 2017\nUno\n\n"
            "San José, 1 de septiembre de 2017\n\nTexto."
        )
        (draft,) = found.drafts
        assert (draft.title, draft.paragraphs) == ("Uno", ("San José, 1 de septiembre de 2017", "Texto."))
        (problem,) = found.problems
        assert "before the first date" in problem.reason
        assert problem.text.startswith("San José, 3 de")

    def test_a_date_that_may_be_another_is_noted(self):
        assert only_draft("09/03/2017\nA title").notes == (
            "“09/03/2017” was read as 9 March 2017, because this source writes the day first.",
        )
        assert only_draft("15/03/2017\nA title").notes == only_draft("9 March 2017\nA title").notes == ()


class TestFields:
    def test_fields_under_the_title_are_no_text(self):
        draft = only_draft(
            "3 September, 2017\n\nA title\nCountries: PA, CR\n\nTemas: Género\nLink: https://example.org/a\n"
            "Language: es\nPublish: 2026-12-01 08:00\n\nBody.\nCountries: BZ"
        )
        assert draft.paragraphs == ("Body. Countries: BZ",)
        assert draft.stated == Stated(countries=("PA", "CR"), topics=("gender",))
        assert (draft.link, draft.language) == ("https://example.org/a", "es")
        assert draft.publish_at == datetime(2026, 12, 1, 14, tzinfo=UTC)
        assert (draft.title, draft.last_line) == ("A title", 12)

    def test_fields_may_stand_above_the_title_too(self):
        draft = only_draft(
            "3 September, 2017\n\nPublish: 2026-12-01 08:00\nCountries: PA\n\nA title\nTopics: gender\n\nBody."
        )
        assert (draft.title, draft.paragraphs) == ("A title", ("Body.",))
        assert draft.stated == Stated(countries=("PA",), topics=("gender",))
        assert draft.publish_at == datetime(2026, 12, 1, 14, tzinfo=UTC)

    def test_an_embargo_counts_wherever_it_stands_and_is_no_text(self):
        draft = only_draft(
            "3 September, 2017\n\nA title\nBy Ana Gómez\nCountries: PA\n\nBody.\nEmbargado hasta el 1/12/2026"
        )
        assert (draft.paragraphs, draft.stated.countries) == (("By Ana Gómez", "Body."), ("PA",))
        assert draft.publish_at == datetime(2026, 12, 1, 6, tzinfo=UTC)

    def test_an_embargo_above_the_first_date_holds_back_the_whole_bulletin(self):
        found = reading("EMBARGOED UNTIL 1 December 2026\n\n3 September, 2017\nOne\n\n2 September, 2017\nTwo")
        assert {draft.publish_at for draft in found.drafts} == {datetime(2026, 12, 1, 6, tzinfo=UTC)}
        assert len(found.problems) == 1

    def test_a_title_that_is_like_a_field_stays_the_title_where_there_is_no_other(self):
        assert only_draft("3 September, 2017\n\nTema: género").title == "Tema: género"

    def test_a_field_in_lower_case_is_no_rest_of_a_long_title(self):
        title = "Panama and Costa Rica walk together against the trade"
        draft = only_draft(f"3 September, 2017\n{title}\npaíses: Panamá")
        assert (draft.title, draft.stated.countries) == (title, ("PA",))

    def test_a_title_may_go_on_with_what_looks_like_a_field(self):
        title = "Panama and Costa Rica look together for the missing"
        assert (
            only_draft(f"3 September, 2017\n{title}\nlink: a study of trade").title
            == f"{title} link: a study of trade"
        )

    def test_a_sentence_that_begins_like_a_field_is_text(self):
        draft = only_draft("3 September, 2017\nA title\n\nCountries: a new report says they must act")
        assert draft.paragraphs == ("Countries: a new report says they must act",)
        assert not draft.stated

    def test_a_value_that_is_none_is_a_problem_and_the_entry_is_read(self):
        found = reading("3 September, 2017\nA title\nCountries: PA, Blize\nBody.")
        (draft,) = found.drafts
        assert (draft.stated.countries, draft.paragraphs) == (("PA",), ("Body.",))
        (problem,) = found.problems
        assert (problem.line, problem.text) == (3, "Countries: PA, Blize")
        assert "Did you mean Belize (BZ)?" in problem.reason

    def test_the_source_says_the_language_where_the_entry_does_not(self):
        text = "3 September, 2017\nOne\n\n2 September, 2017\nTwo\nIdioma: inglés"
        drafts = read_plain_text(text, manner(language="es")).drafts
        assert [draft.language for draft in drafts] == ["es", "en"]


class TestProblems:
    def test_text_before_the_first_date(self):
        found = reading("Dear all,\n\nplease read.\n\n3 September, 2017\nA title")
        assert [draft.title for draft in found.drafts] == ["A title"]
        (problem,) = found.problems
        assert (problem.line, problem.text) == (1, "Dear all,\n\nplease read.")
        assert "before the first date" in problem.reason

    def test_a_date_without_title(self):
        found = reading("3 September, 2017\n\n\n4 September, 2017\nA title\nBody")
        assert [draft.line for draft in found.drafts] == [4]
        (problem,) = found.problems
        assert (problem.source, problem.bulletin, problem.line) == ("office", "a.txt", 1)
        assert "no title" in problem.reason

    @pytest.mark.parametrize(
        ("line", "meant"),
        [
            ("31 February, 2017", "no day 31"),
            ("3 Septembre, 2017", "septiembre"),
            ("13/13/2017", "no month 13"),
        ],
    )
    def test_a_date_that_is_none_never_hides_its_entry_in_the_one_before(self, line, meant):
        found = reading(
            f"4 September, 2017\nOne\nBody.\n\n{line}\n\nTwo\n\nText.\n\n2 September, 2017\nThree"
        )
        assert [(draft.title, draft.paragraphs) for draft in found.drafts] == [
            ("One", ("Body.",)),
            ("Three", ()),
        ]
        (problem,) = found.problems
        assert (problem.line, problem.text) == (5, f"{line}\n\nTwo\n\nText.")
        assert meant in problem.reason
        assert "Mend the line" in problem.reason

    def test_a_date_without_its_year_is_no_paragraph(self):
        found = reading("4 September, 2017\nOne\n\n3 September\n\nTwo")
        assert found.problems[0].line == 4
        assert "year is missing" in found.problems[0].reason


LINES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "\u00a0", "3 September, 2017", "8 de marzo de 2019", "31 February, 2017", "3 Septembre 2017", "8 de marzo",
         "A title", "body in lower case", "The end.", "November 29, 2017.", "- item", "-----", "word " * 30]
    ),
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(LINES).map("\n".join), st.lists(LINES).map("\r\n".join)))
@example("3 September, 2017\x0b\nx\x0c")
@example("x\n3 September, 2017")
def test_every_line_ends_in_exactly_one_draft_or_problem_or_is_blank(text):
    found = reading(text)
    taken = [number for draft in found.drafts for number in range(draft.line, draft.last_line + 1)]
    for problem in found.problems:
        taken += range(problem.line, problem.line + len(split_lines(problem.text)))
    assert len(taken) == len(set(taken))
    written = {line.number for line in split_lines(text) if line.text}
    assert written <= set(taken)
    assert {line.number for line in split_lines(text) if any(map(str.isalnum, line.raw))} <= written | {0}


@given(st.lists(LINES).map("\n".join))
def test_every_word_of_an_entry_is_in_its_title_or_paragraphs(text):
    lines = split_lines(text)
    for draft in reading(text).drafts:
        _date, *written = [line.text for line in lines[draft.line - 1 : draft.last_line] if line.text]
        assert " ".join((draft.title, *draft.paragraphs)) == " ".join(written)


@given(st.lists(LINES), st.sampled_from(["\n", "\r", "\r\n", "\u2028"]), st.integers(1, 7))
@example(["3 September, 2017", "A title", ""], "\r\n", 1)
def test_a_text_may_come_in_chunks_cut_anywhere(lines, end, size):
    text = end.join(lines)
    chunks = (text[start : start + size] for start in range(0, len(text), size))
    whole = read_plain_text(text, manner())
    pieces = list(read_drafts(chunks, manner()))
    assert tuple(piece for piece in pieces if isinstance(piece, Draft)) == whole.drafts
    assert tuple(piece for piece in pieces if isinstance(piece, Problem)) == whole.problems


def test_an_entry_is_given_before_the_next_but_one_is_asked_for():
    asked = []

    def chunks():
        for number in range(10):
            asked.append(number)
            yield f"3 September, 2017\n\nTitle {number}\n\nBody.\n\n"

    drafts = read_drafts(chunks(), manner())
    assert next(drafts).title == "Title 0"
    assert len(asked) <= 3


def test_a_date_far_ahead_is_a_slip_of_the_pen_and_a_near_one_is_not():
    far = reading("10 November, 2099\n\nA title\n\nA text.\n\n10 November, 2027\n\nNext year\n\nA text.\n")
    (problem,) = far.problems
    assert "2099-11-10 is more than a year ahead" in problem.reason
    assert "A title" in problem.text
    assert [draft.title for draft in far.drafts] == ["Next year"]
