"""Markdown: front matter for one entry, headings or date lines for several."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from makers import manner

from feedsvc.bulletins.formats.markdown import MARKS, looks_like_markdown, read_markdown
from feedsvc.errors import BulletinError
from feedsvc.model import Stated

SEPTEMBER = date(2017, 9, 3)


def only_draft(text):
    found = read_markdown(text, manner())
    assert found.problems == ()
    (draft,) = found.drafts
    return draft


def only_problem(text):
    found = read_markdown(text, manner())
    assert found.drafts == ()
    (problem,) = found.problems
    return problem


class TestFrontMatter:
    def test_it_says_what_the_entry_is_about(self):
        draft = only_draft(
            "---\ntitle: Panama prepares\ndate: 2017-09-03\ncountries: [PA, Costa Rica]\ntopics:\n  - gender\n"
            "language: es\nlink: https://a.org/1\npublish: 2026-12-01 08:00\nauthor: Ana\n---\n\nThe *text*.\n\nMore.\n"
        )
        assert (draft.title, draft.date, draft.language, draft.link) == (
            "Panama prepares", SEPTEMBER, "es", "https://a.org/1",
        )  # fmt: skip
        assert draft.stated == Stated(countries=("PA", "CR"), topics=("gender",))
        assert draft.publish_at == datetime(2026, 12, 1, 14, tzinfo=UTC)
        assert draft.html == "<p>The <em>text</em>.</p>\n<p>More.</p>"
        assert (draft.line, draft.last_line) == (13, 15)

    def test_it_may_be_in_spanish(self):
        draft = only_draft("---\nTítulo: Uno: dos\nfecha: 3 de septiembre de 2017\npaíses: Panamá\n---\nTexto.".replace("Uno: dos", "'Uno: dos'"))  # fmt: skip
        assert (draft.title, draft.date, draft.stated) == ("Uno: dos", SEPTEMBER, Stated(countries=("PA",)))

    @pytest.mark.parametrize(
        "written",
        [
            "2017-09-03T23:30:00-06:00",
            "2017-09-03 23:30:00 +02:00",
            "3/9/2017",
            "'2017-09-03'",
            "3 September 2017",
        ],
    )
    def test_the_day_is_the_one_that_is_written(self, written):
        assert only_draft(f"---\ntitle: x\ndate: {written}\n---\na").date == SEPTEMBER

    def test_without_a_title_the_text_has_it(self):
        draft = only_draft("---\ndate: 2017-09-03\ncountries: PA\n---\n# Title\n\nText.")
        assert (draft.title, draft.date, draft.stated.countries) == ("Title", SEPTEMBER, ("PA",))

    def test_headings_and_dates_in_the_text_of_one_entry_are_text(self):
        draft = only_draft(
            "---\ntitle: x\n---\n## a\n\n3 September 2017\n\nb\n\n## c\n\n4 September 2017\n\nd\n"
        )
        assert draft.paragraphs[0] == "a"
        assert draft.paragraphs[-1] == "d"

    @pytest.mark.parametrize(
        ("front", "reason"),
        [
            ("title: a: b", "line 2"),
            ("title: 'a", "Put a text with a colon in quotation marks"),
            ("title: a\ndate: 2017-02-31", "can't be read"),
            ("title: a\ndate: 31 February 2017", "no day 31"),
            ("title: a\ndate: soon", "“soon” in the front matter is no date"),
            ("title: a\ndate: 2099-01-01", "more than a year ahead"),
            ("a: &x [y, y]\nb: [*x, *x]", "aliases"),
            ("a: [[[[[[x]]]]]]", "lists within lists"),
            ("a: " + "[" * 5_000, "lists within lists"),
            ("title: !!python/object/apply:os.system [ls]", "can't be read"),
            ("title: a\n? [b]\n: c", "can't be read"),
        ],
    )
    def test_what_can_not_be_read_holds_back_the_whole_file(self, front, reason):
        problem = only_problem(f"---\n{front}\n---\nText.")
        assert reason in problem.reason
        assert problem.text.endswith("Text.")

    def test_a_field_that_is_wrong_is_a_problem_beside_the_entry(self):
        found = read_markdown("---\ntitle: x\ncountries: [Panma]\n---\nText.", manner())
        assert [draft.title for draft in found.drafts] == ["x"]
        assert "Did you mean Panama" in found.problems[0].reason

    def test_a_rule_above_a_text_is_none(self):
        assert only_draft("---\n\n# Title\n\nText.\n\n---\n\nMore.").paragraphs == ("Text.", "More.")


class TestSeveralEntries:
    def test_headings_with_dates_under_them(self):
        found = read_markdown(
            "# Bulletin\n\n## One\n - <https://a.org/1>\n - Published: 2017-09-03 10:00:00+00:00\n\nText a\ngoes on.\n\n"
            "## Two\n\n22 August, 2017\n\n1. b\n2. c\n",
            manner(),
        )
        assert [(draft.date, draft.title, draft.paragraphs, draft.link) for draft in found.drafts] == [
            (SEPTEMBER, "One", ("Text a goes on.",), "https://a.org/1"),
            (date(2017, 8, 22), "Two", ("1. b", "2. c"), None),
        ]
        assert [(draft.line, draft.last_line) for draft in found.drafts] == [(3, 8), (10, 15)]

    def test_date_lines_as_in_plain_text(self):
        found = read_markdown(
            "3 September, 2017\nPanama and Costa Rica walk together against the\ntrafficking of **persons**\n\nText\nin lines.\n\n"
            "22 August, 2017\nTwo\nCountries: PA\n\n- b\n- c\n",
            manner(),
        )
        assert [(draft.date, draft.title, draft.paragraphs) for draft in found.drafts] == [
            (
                SEPTEMBER,
                "Panama and Costa Rica walk together against the trafficking of persons",
                ("Text in lines.",),
            ),
            (date(2017, 8, 22), "Two", ("- b", "- c")),
        ]
        assert found.drafts[1].stated.countries == ("PA",)
        assert [(draft.line, draft.last_line) for draft in found.drafts] == [(1, 6), (8, 13)]

    def test_a_date_in_a_wrapped_sentence_begins_no_entry(self):
        draft = only_draft("3 September, 2017\nOne\n\nThe meeting is on\nNovember 29, 2017\nin Panama.")
        assert draft.paragraphs == ("The meeting is on November 29, 2017 in Panama.",)


def test_markdown_becomes_clean_html():
    draft = only_draft(
        "# T\n\nA [link](https://a.org/x) and https://b.org/y.  \nNew line\n\n![Map](https://a.org/m.png)\n\n"
        "| a | b |\n|---|---|\n| c | d |\n\n> quoted\n\n```\ncode <b>\n```\n\n<script>x</script>\n\n"
        "<div onclick=x>in <u>HTML</u></div>\n\n[bad](javascript:alert(1))\n"
    )
    assert draft.html == (
        '<p>A <a href="https://a.org/x">link</a> and <a href="https://b.org/y">https://b.org/y</a>.<br>New line</p>\n'
        '<p><img src="https://a.org/m.png" alt="Map"></p>\n'
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c</td><td>d</td></tr></tbody></table>\n"
        "<blockquote><p>quoted</p></blockquote>\n<pre><code>code &lt;b&gt;</code></pre>\n<p>in HTML</p>\n"
        "<p>[bad](javascript:alert(1))</p>"
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_machine_ends_them(end):
    text = "---\ntitle: x\n---\n\nText\n\n- a\n- b\n".replace("\n", end)
    assert looks_like_markdown(text)
    assert (only_draft(text).line, only_draft(text).last_line) == (5, 8)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# T\n\na\n\n```\nb\nc\n```\n", 8),
        ("# T\n\na\n\n<div>\nb\n</div>", 5),
        ("# T\n\n| a | b |\n|---|---|\n| c | d |\n| e | f |\n", 6),
        ("# T\n\n- a\n  b\n\n  c\n", 6),
    ],
)
def test_entries_know_their_last_line(text, line):
    assert only_draft(text).last_line == line


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: x\n---\nText",
        "\ufeff---\ntitle: x\n...\n",
        "# Title\n\nText",
        "Intro\n\n## Title\nText",
        "See [the report](https://a.org/r).",
        "![Map](/m.png)",
        "| a | b |\n|---|:-:|\n| c | d |",
        "**One**\n\ntext\n\n**Two**\n\ntext",
        "[1]: https://a.org\n",
    ],
)
def test_what_only_markdown_has_looks_like_it(text):
    assert looks_like_markdown(text)


@pytest.mark.parametrize(
    "text",
    [
        "3 September, 2017\n\nTitle\n\n- one\n- two\n* three\n1. four",
        "#Panama #CostaRica\n\nText #tag",
        "Text\n# one\n# two\n",
        "\n# one\n# two\n",
        "Title\n=====\n\nText\n-----\nMore\n\n---\n",
        "---\n\n3 September, 2017\n\n---\n",
        "-----\nTitle\n-----",
        "[Photo: IOM] (c) 2017, see https://a.org [1]",
        "* * *\n*emphasis* and _more_ and ** 5 stars **, 2**3**4",
        "a | b | c\n----------",
        "Dear all:\n---\nx",
        "",
    ],
)
def test_what_plain_text_has_too_does_not(text):
    assert not looks_like_markdown(text)


@given(st.text(st.sampled_from("#*_-[]()!<>`|:&\\ \n\ta1./\u00e9\u0301\x00\ud800~"), max_size=80))
@example("---\n\x00: a\n---\n")
def test_any_text_is_answered(text):
    looks_like_markdown(text)
    read_markdown(text, manner())


def test_what_only_a_machine_writes_is_refused():
    with pytest.raises(BulletinError, match="50,000 lines and marks"):
        read_markdown("*" * (MARKS + 1), manner())
