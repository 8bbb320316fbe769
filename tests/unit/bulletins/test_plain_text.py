"""Every line of a plain-text bulletin ends in a draft or in a problem."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from makers import manner

from feedsvc.bulletins import read
from feedsvc.bulletins.plain_text import split_lines
from feedsvc.model import Source


def reading(text):
    return read(
        text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text,
        manner(source=Source(name="office"), bulletin="a.txt"),
    )


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
        draft = only_draft(
            "3 September, 2017\n\nCafe\u0301\x07 \u202eau\u00a0lait\n\nB\x00o\ufffed\udfffy.".replace(
                "\udfff", ""
            )
        )
        assert (draft.title, draft.paragraphs) == ("Café au lait", ("Body.",))

    def test_an_empty_bulletin_has_nothing(self):
        assert reading(" \n\n\u00a0\n") == reading(b"")
        assert reading(b"").drafts == reading(b"").problems == ()


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
    if any(problem.line == 0 for problem in found.problems):
        return  # the file as a whole
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


@given(st.binary())
def test_any_bytes_are_answered(data):
    reading(data)


def test_a_date_far_ahead_is_a_slip_of_the_pen_and_a_near_one_is_not():
    far = reading("10 November, 2099\n\nA title\n\nA text.\n\n10 November, 2027\n\nNext year\n\nA text.\n")
    (problem,) = far.problems
    assert "2099-11-10 is more than a year ahead" in problem.reason
    assert "A title" in problem.text
    assert [draft.title for draft in far.drafts] == ["Next year"]
