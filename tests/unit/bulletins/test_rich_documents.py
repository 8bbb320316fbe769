"""Documents with headings, bold titles and lists: every block ends in one draft or one problem."""

import base64
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import manner

from feedsvc.bulletins.formats.rich_documents import read_rich_text
from feedsvc.bulletins.inline_labels import HELD_BACK
from feedsvc.model import Stated

SEPTEMBER = date(2017, 9, 3)
AUGUST = date(2017, 8, 22)


def entries(html, **fields):
    found = read_rich_text(html, manner(**fields))
    assert found.problems == ()
    return [(draft.date, draft.title, draft.paragraphs) for draft in found.drafts]


def only_draft(html, **outside):
    found = read_rich_text(html, manner(), **outside)
    assert found.problems == ()
    (draft,) = found.drafts
    return draft


def only_problem(html, **outside):
    found = read_rich_text(html, manner(), **outside)
    assert found.drafts == ()
    (problem,) = found.problems
    return problem


class TestDatesAboveTitles:
    @pytest.mark.parametrize("title", ["<h2>{}</h2>", "<p><b>{}</b></p>", "<p>{}</p>", "<h4><i>{}</i></h4>"])
    @pytest.mark.parametrize(
        "day", ["<p>{}</p>", "<h1>{}</h1>", "<p><b>{}</b></p>", "<div><div>{}</div></div>"]
    )
    def test_each_begins_an_entry(self, day, title):
        html = "\n".join(
            [day.format("3 September, 2017"), title.format("One"), "<p>Text a.</p><p>Text b.</p>",
             day.format("22 de agosto de 2017"), title.format("Two"), "<ul><li>Text c.</li></ul>"]
        )  # fmt: skip
        assert entries(html) == [(SEPTEMBER, "One", ("Text a.", "Text b.")), (AUGUST, "Two", ("- Text c.",))]

    def test_lines_of_one_paragraph_are_as_good(self):
        assert entries(
            "<p>3 September, 2017<br><b>One</b><br>Text a.<br><br>Text b.</p><p>22 August, 2017<br>Two<br>Text c.</p>"
        ) == [(SEPTEMBER, "One", ("Text a.", "Text b.")), (AUGUST, "Two", ("Text c.",))]

    def test_bold_lines_in_a_text_are_its_own(self):
        assert entries(
            "<p>3 September, 2017<p><b>One</b><p>Text a.<p><b>Aims</b><p>Text b.<p>22 August, 2017<p><b>Two</b><p>Text c."
        ) == [(SEPTEMBER, "One", ("Text a.", "Aims", "Text b.")), (AUGUST, "Two", ("Text c.",))]

    def test_the_name_of_the_bulletin_and_of_its_parts_are_notes(self):
        found = read_rich_text(
            "<h1>Bulletin</h1><h2>Panama</h2><p>3 September, 2017</p><h3>One</h3><p>a</p>"
            "<h2>Belize</h2><p>22 August, 2017</p><h3>Two</h3><p>b</p>",
            manner(),
        )
        assert [(draft.title, draft.paragraphs, len(draft.notes)) for draft in found.drafts] == [
            ("One", ("a",), 2),
            ("Two", ("b",), 1),
        ]
        assert found.drafts[1].notes == (
            "“Belize” above it was taken for the name of the bulletin or of a part of it.",
        )
        assert found.problems == ()

    @pytest.mark.parametrize(
        "name", ["<p><b>BULLETIN</b></p><p>No. 5 | September 2017</p>", "<h3>Bulletin</h3>", "<p>News</p>"]
    )
    def test_the_name_need_be_no_heading(self, name):
        html = f"{name}<p>3 September, 2017<p><b>One</b><p>a<p>22 August, 2017<p><b>Two</b><p>b"
        assert entries(html) == [(SEPTEMBER, "One", ("a",)), (AUGUST, "Two", ("b",))]

    def test_under_one_date_there_may_be_several_titles(self):
        html = "<h1>Bulletin</h1><p>3 September, 2017</p><h2>One</h2><p>a</p><h3>Aims</h3><p>b</p><h2>Two</h2><p>c</p>"
        assert entries(html) == [(SEPTEMBER, "One", ("a", "Aims", "b")), (SEPTEMBER, "Two", ("c",))]
        assert entries("<p>3 September, 2017<p><b>One</b><p>a<p><b>Two</b><p>b") == [
            (SEPTEMBER, "One", ("a",)),
            (SEPTEMBER, "Two", ("b",)),
        ]

    def test_titles_may_stand_in_groups_under_one_date(self):
        html = "<h1>B</h1><p>3 September, 2017</p><h2>Panama</h2><h3>One</h3><p>a</p><h3>Two</h3><p>b</p><h2>Belize</h2><h3>Three</h3><p>c</p>"
        assert entries(html) == [
            (SEPTEMBER, "One", ("a",)),
            (SEPTEMBER, "Two", ("b",)),
            (SEPTEMBER, "Three", ("c",)),
        ]

    def test_a_more_important_title_may_come_later(self):
        html = "<h1>B</h1><p>3 September, 2017</p><h2>One</h2><h2>Two</h2><p>Countries: PA</p><h1>Three</h1><p>c</p>"
        assert entries(html) == [(SEPTEMBER, "One", ()), (SEPTEMBER, "Two", ()), (SEPTEMBER, "Three", ("c",))]

    def test_titles_alone_are_entries(self):
        html = "<p>3 September, 2017</p><h2>One</h2><p>22 August, 2017</p><h2>Two</h2><h2>Three</h2>"
        assert entries(html) == [(SEPTEMBER, "One", ()), (AUGUST, "Two", ()), (AUGUST, "Three", ())]

    def test_a_picture_before_the_title_stays(self):
        draft = only_draft(
            "<p>3 September, 2017<p><img src=https://a.org/b.png alt='Map'><h2>One</h2><p>Text."
        )
        assert (draft.title, draft.paragraphs) == ("One", ("[Map]", "Text."))
        assert draft.html.startswith('<p><img src="https://a.org/b.png" alt="Map">')

    @pytest.mark.parametrize(
        ("html", "reason", "text"),
        [
            ("<h1>News</h1><p>Dear all.</p><p>3 September, 2017</p><h2>One</h2>", "before the first date", "News\nDear all."),
            ("<p>3 September, 2017<p>One<p>a<p>4 September, 2017", "no title under this date", "4 September, 2017"),
            ("<p>3 September, 2017<p>One<p>a<p>31 February, 2017<p>Two<p>b", "no day 31. Mend", "31 February, 2017\nTwo\nb"),
            ("<p>3 September, 2017<p>One<p>a<p>4 September, 2099<p>Two", "more than a year ahead", "4 September, 2099\nTwo"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_a_problem_and_the_rest_is_read(self, html, reason, text):
        found = read_rich_text(html, manner())
        assert [draft.title for draft in found.drafts] == ["One"]
        (problem,) = found.problems
        assert reason in problem.reason
        assert problem.text == text

    def test_dates_in_a_calendar_begin_none(self):
        html = "<p>3 September, 2017<h2>One</h2><p>To come:<ul><li>8 March<li>9 March 2018<li>Fair</ul>"
        assert entries(html) == [(SEPTEMBER, "One", ("To come:", "- 8 March", "- 9 March 2018", "- Fair"))]

    def test_a_date_in_a_sentence_or_table_begins_no_entry(self):
        html = "<p>3 September, 2017<h2>One</h2><p>On 4 September, 2017, it ends.<table><tr><td>5 September, 2017<td>x</table>"
        assert len(entries(html)) == 1


class TestDatesUnderTitles:
    @pytest.mark.parametrize("title", ["<h2>{}</h2>", "<p><b>{}</b></p>"])
    @pytest.mark.parametrize(
        "day",
        [
            "<p>{}</p>",
            "<ul><li>date published: {}</li></ul>",
            "<p>Publicado: {}</p>",
            "<p>{} | San José</p>",
            "<p>By Ana Pérez</p><p>Panama City, {}</p>",
            "<ul><li><a href=https://a.org/1>https://a.org/1</a><li>RSS feed: https://a.org/rss<li>{}</ul>",
        ],
    )
    def test_each_title_begins_an_entry(self, title, day):
        html = "\n".join(
            [title.format("One"), day.format("3 September, 2017"), "<p>Text a.</p>",
             title.format("Two"), day.format("22 August, 2017"), "<p>Text b.</p><p>Text c.</p>"]
        )  # fmt: skip
        found = [
            (day, title, [text for text in texts if "Ana" not in text]) for day, title, texts in entries(html)
        ]
        assert found == [(SEPTEMBER, "One", ["Text a."]), (AUGUST, "Two", ["Text b.", "Text c."])]

    def test_less_important_headings_belong_to_the_text(self):
        assert entries("<h2>One</h2><p>3 September, 2017</p><p>a</p><h3>Aims</h3><p>b</p>") == [
            (SEPTEMBER, "One", ("a", "Aims", "b"))
        ]
        assert entries("<p><b>One</b><p>3 September, 2017<p>a<p><b>Aims</b><p>b") == [
            (SEPTEMBER, "One", ("a", "Aims", "b"))
        ]

    def test_an_entry_among_dated_ones_may_have_no_date(self):
        assert entries("<h2>One</h2><p>3 September, 2017</p><p>a</p><h2>Two</h2><p>b</p>") == [
            (SEPTEMBER, "One", ("a",)),
            (None, "Two", ("b",)),
        ]

    def test_a_more_important_heading_ends_an_entry(self):
        found = read_rich_text(
            "<h2>One</h2><p>3 September, 2017</p><p>a</p><h1>Panama</h1><h2>Two</h2><p>22 August, 2017</p>"
            "<h1>Contact</h1><p>Write to us.</p>",
            manner(),
        )
        assert [(draft.title, draft.paragraphs) for draft in found.drafts] == [("One", ("a",)), ("Two", ())]
        assert "“Panama”" in found.drafts[1].notes[0]
        (problem,) = found.problems
        assert (problem.text, "no date under this title" in problem.reason) == ("Contact\nWrite to us.", True)

    def test_the_date_may_stand_in_the_line_the_text_begins_with(self):
        assert entries("<h2>One</h2><p>SAN JOSÉ, 3 de septiembre de 2017.- El taller comenzó.</p>") == [
            (SEPTEMBER, "One", ("SAN JOSÉ, 3 de septiembre de 2017.- El taller comenzó.",))
        ]

    def test_it_may_stand_in_the_title_or_after_a_word_for_it(self):
        assert entries("<h2>3 September 2017: One</h2><p>a</p>") == [
            (SEPTEMBER, "3 September 2017: One", ("a",))
        ]
        assert entries("<h2>One</h2><p>Published: 3 September 2017 by Ana</p><p>a.</p>")[0][0] == SEPTEMBER

    def test_a_date_later_in_the_text_is_none(self):
        assert (
            entries("<h2>One</h2><p>The workshop of 3 September, 2017 in San José was the first.</p>")[0][0]
            is None
        )

    def test_a_date_that_is_none_is_a_problem_with_its_whole_entry(self):
        problem = only_problem("<h2>One</h2><p>3 Septembre, 2017</p><p>a</p>")
        assert "septiembre" in problem.reason
        assert problem.text == "One\n3 Septembre, 2017\na"


class TestOneDateOrNone:
    def test_the_name_of_the_bulletin_may_have_the_date_of_all(self):
        html = "<h1>Bulletin, 3 September 2017</h1><h2>One</h2><p>a</p><h2>Two</h2><p>b</p>"
        assert entries(html) == [(SEPTEMBER, "One", ("a",)), (SEPTEMBER, "Two", ("b",))]

    def test_without_any_date_entries_have_none(self):
        assert entries("<h1>Bulletin</h1><h2>One</h2><p>a</p><h2>Two</h2><p>b</p>") == [
            (None, "One", ("a",)),
            (None, "Two", ("b",)),
        ]

    def test_one_title_is_one_entry(self):
        assert entries("<h1>One</h1><p>a</p><h2>Aims</h2><p>b</p>") == [(None, "One", ("a", "Aims", "b"))]
        assert entries("<p><b>One</b></p><p>a</p><p><b>Aims</b></p><p>b</p>") == [
            (None, "One", ("a", "Aims", "b"))
        ]

    @pytest.mark.parametrize(
        ("html", "reason"),
        [
            ("<p>One</p><p>Two</p>", "neither a date nor a title"),
            ("<h1>One</h1>", "no text under this title"),
            ("<p><img src=https://a.org/b.png></p>", "only pictures"),
        ],
    )
    def test_what_is_no_entry_is_a_problem(self, html, reason):
        assert reason in only_problem(html).reason

    def test_text_before_the_first_title_is_a_problem(self):
        found = read_rich_text("<p>Dear all,</p><h1>One</h1><p>a</p>", manner())
        assert [draft.title for draft in found.drafts] == ["One"]
        assert [problem.text for problem in found.problems] == ["Dear all,"]

    def test_nothing_is_nothing(self):
        assert read_rich_text(" <!-- x --> ", manner()) == read_rich_text("", manner())
        assert read_rich_text("", manner()).drafts == ()


class TestTitleFromOutside:
    def test_it_is_one_entry(self):
        draft = only_draft("<h2>a</h2><p>b</p><h2>c</h2>", title="Subject", day=SEPTEMBER)
        assert (draft.date, draft.title, draft.paragraphs) == (SEPTEMBER, "Subject", ("a", "b", "c"))

    def test_it_is_not_said_twice(self):
        assert only_draft("<h1>SUBJECT</h1><p>a</p>", title="Subject").paragraphs == ("a",)

    def test_its_day_goes_before_that_of_the_text(self):
        draft = only_draft("<p>22 August, 2017</p><p>a</p>", title="Subject", day=SEPTEMBER)
        assert (draft.date, draft.paragraphs) == (SEPTEMBER, ("22 August, 2017", "a"))
        assert only_draft("<p>22 August, 2017</p><p>a</p>", title="Subject").date == AUGUST

    def test_a_series_of_dated_entries_goes_before_it_unless_it_is_front_matter(self):
        html = "<p>3 September, 2017<h2>One</h2><p>a<p>22 August, 2017<h2>Two</h2><p>b"
        found = read_rich_text(html, manner(), title="Subject", day=SEPTEMBER)
        assert [draft.title for draft in found.drafts] == ["One", "Two"]
        assert only_draft(html, title="Subject", fields={"title": "Subject"}).title == "Subject"

    def test_without_a_text_it_is_a_title_alone(self):
        assert only_draft("", title="Subject", day=SEPTEMBER).paragraphs == ()

    def test_its_day_is_that_of_entries_without_one(self):
        found = read_rich_text("<h2>One</h2><p>a</p><h2>Two</h2><p>b</p>", manner(), day=SEPTEMBER)
        assert [draft.date for draft in found.drafts] == [SEPTEMBER, SEPTEMBER]

    def test_its_fields_hold_for_all(self):
        found = read_rich_text(
            "<h2>One</h2><p>Topics: gender</p><p>a</p><h2>Two</h2><p>b</p>",
            manner(),
            fields={
                "countries": ["PA"],
                "language": "es",
                "publish": datetime(2026, 12, 1, 8, tzinfo=UTC),
                "topics": "x",
            },
        )
        assert [(draft.stated, draft.language) for draft in found.drafts] == [
            (Stated(countries=("PA",), topics=("gender",)), "es"),
            (Stated(countries=("PA",)), "es"),
        ]
        assert {draft.publish_at for draft in found.drafts} == {datetime(2026, 12, 1, 8, tzinfo=UTC)}
        (problem,) = found.problems  # once for all entries
        assert "“x” is no topic" in problem.reason


class TestWhatStandsUnderATitle:
    def test_fields_go_into_the_draft_and_out_of_the_text(self):
        draft = only_draft(
            "<h2>One</h2><ul><li>Países: Panamá y Costa Rica<li>3 September, 2017<li>Link: https://a.org/1</ul>"
            "<p>Topics: gender</p><p>Text.</p><p>Topics: gender</p>"
        )
        assert draft.stated == Stated(countries=("PA", "CR"), topics=("gender",))
        assert (draft.date, draft.link) == (SEPTEMBER, "https://a.org/1")
        assert draft.paragraphs == ("Text.", "Topics: gender")

    def test_they_may_stand_under_a_date_and_title(self):
        draft = only_draft("<p>3 September, 2017<br>One<br>Countries: PA<br>Text.</p>")
        assert (draft.stated, draft.paragraphs) == (Stated(countries=("PA",)), ("Text.",))

    def test_a_field_that_is_wrong_is_a_problem_beside_the_draft(self):
        found = read_rich_text("<h2>One</h2>\n<p>Countries: Panma, CR</p><p>a</p>", manner())
        assert found.drafts[0].stated == Stated(countries=("CR",))
        assert [(problem.line, "Did you mean Panama" in problem.reason) for problem in found.problems] == [
            (2, True)
        ]

    @pytest.mark.parametrize(
        "html",
        [
            "<h2><a href=https://a.org/1>One</a></h2><p>Text.</p>",
            "<h2>One</h2><p><a href=https://a.org/1>https://a.org/1</a></p><p>Text.</p>",
            "<h2>One</h2><p><a href=https://a.org/1>Permalink</a></p><p>Text.</p>",
            "<h2>One</h2><p>Text.</p><p><a href=https://a.org/1>Leer más »</a></p><hr>",
        ],
    )
    def test_the_link_to_the_original_is_no_text(self, html):
        draft = only_draft(html)
        assert (draft.link, draft.paragraphs, draft.html) == ("https://a.org/1", ("Text.",), "")

    @pytest.mark.parametrize(
        "html", ["<a href=https://a.org/1>The report</a>", "See <a href=https://a.org/1>https://a.org/1</a>",
                 "<a href=mailto:a@a.org>Read more</a>"]
    )  # fmt: skip
    def test_any_other_link_is(self, html):
        draft = only_draft(f"<h2>One</h2><p>{html}</p><p>Text.</p>")
        assert draft.link is None
        assert len(draft.paragraphs) == 2

    def test_a_date_that_may_be_read_in_two_ways_has_a_note(self):
        draft = only_draft("<h2>One</h2><p>09/03/2020</p><p>Text.</p>")
        assert draft.date == date(2020, 3, 9)
        assert "because this source writes the day first" in draft.notes[0]

    def test_copies_of_the_date_for_phones_go(self):
        assert only_draft(
            "<h2>One</h2><p>3 September, 2017</p><p>September 3, 2017</p><p>a</p>"
        ).paragraphs == ("a",)


class TestLinesThatAreNoTitlesAndNoDatesOfEntries:
    def test_a_date_within_a_text_begins_no_entry(self):
        html = (
            "<h1>One</h1><p>3 September 2017</p><p>Text a.</p><p>Deadline for answers:</p><p>8 March 2018</p>"
            "<p>Text b.</p>"
        )
        texts = ("Text a.", "Deadline for answers:", "8 March 2018", "Text b.")
        assert entries(html) == [(SEPTEMBER, "One", texts)]
        assert entries(f"{html}<h1>Two</h1><p>22 August 2017</p><p>Text c.</p>") == [
            (SEPTEMBER, "One", texts),
            (AUGUST, "Two", ("Text c.",)),
        ]

    def test_an_embargo_is_no_date_of_an_entry(self):
        draft = only_draft("<h1>One</h1><p>3 September 2017</p><p>Publish: 1 December 2026</p><p>Text.</p>")
        assert (draft.date, draft.title, draft.paragraphs) == (SEPTEMBER, "One", ("Text.",))
        assert draft.publish_at == datetime(2026, 12, 1, 6, 0, tzinfo=UTC)

    @pytest.mark.parametrize("kind", ["BOLETÍN No. 4", "Newsletter", "Boletín informativo N° 12-2017"])
    def test_bold_titles_under_the_kind_and_date_of_a_bulletin_are_entries(self, kind):
        html = f"<p><b>{kind}</b><p>3 de septiembre de 2017<p><b>One</b><p>Text a.<p><b>Two</b><p>Text b."
        assert entries(html) == [(SEPTEMBER, "One", ("Text a.",)), (SEPTEMBER, "Two", ("Text b.",))]

    @pytest.mark.parametrize("kind", ["COMUNICADO DE PRENSA", "Press release No. 7", "FOR IMMEDIATE RELEASE"])
    def test_the_kind_of_a_text_over_its_title_is_noted(self, kind):
        draft = only_draft(f"<p><b>{kind}</b><p><b>One</b><p>Panamá, 3 de septiembre de 2017 – Text.")
        assert (draft.date, draft.title) == (SEPTEMBER, "One")
        assert kind in draft.notes[0]

    def test_the_kind_of_a_text_is_its_title_where_there_is_no_other(self):
        assert entries("<h2>Press release</h2><p>3 September 2017</p><p>Text.</p>") == [
            (SEPTEMBER, "Press release", ("Text.",))
        ]


def test_rich_text_stays_rich_and_plain_text_plain():
    draft = only_draft(
        "<h2>One</h2><p>3 September, 2017</p><p>A <b>bold</b> <a href=/b>link</a>.</p><ol><li>a<li>b</ol>"
        "<table><tr><th>c<th>d</table><p><img src=https://a.org/e.png alt=E></p>"
    )
    assert draft.html == (
        "<p>A <strong>bold</strong> link.</p>\n<ol><li>a</li><li>b</li></ol>\n"
        "<table><tbody><tr><th>c</th><th>d</th></tr></tbody></table>\n"
        '<p><img src="https://a.org/e.png" alt="E"></p>'
    )
    assert draft.paragraphs == ("A bold link.", "1. a", "2. b", "c | d", "[E]")
    assert only_draft("<h2>One</h2><p>a &amp; b<p>c").html == ""


def test_addresses_begin_where_the_document_was_got():
    found = read_rich_text("<h2>One</h2><p><a href=b>c</a> d</p>", manner(address="https://a.org/n/"))
    assert found.drafts[0].html == '<p><a href="https://a.org/n/b">c</a> d</p>'


def test_pictures_written_into_a_document_become_media():
    data = b"\x89PNG\r\n\x1a\n" + bytes(9)
    written = base64.encodebytes(data).decode()
    html = f"<h2>One</h2><p><img src='data:image/png;base64,{written}' alt=Map></p><h2>Two</h2><p>a</p>"
    one, two = read_rich_text(html, manner()).drafts
    assert [medium.data for medium in one.media] == [data]
    assert one.html == f'<p><img src="{one.media[0].path}" alt="Map"></p>'
    assert two.media == ()
    (from_web, _) = read_rich_text(html, manner(address="https://a.org")).drafts
    assert (from_web.media, from_web.paragraphs) == ((), ("Map",))
    broken = only_draft("<h2>One</h2><img alt=Map src='data:image/png;base64,A'>")
    assert broken.paragraphs == ("Map",)


def test_a_list_that_is_cut_between_entries_goes_on_counting():
    found = read_rich_text(
        "<ol><li>3 September, 2017<li>One<li>a<li>22 August, 2017<li>Two<li>b</ol>", manner()
    )
    assert [draft.html for draft in found.drafts] == [
        '<ol start="3"><li>a</li></ol>',
        '<ol start="6"><li>b</li></ol>',
    ]


def test_drafts_know_their_lines():
    found = read_rich_text(
        "<h1>Bulletin</h1>\n\n<h2>One</h2>\n<p>3 September, 2017</p>\n<p>a\nb</p>\n\n<h2>Two</h2>\n<p>4 September, 2017</p>",
        manner(),
    )
    assert [(draft.line, draft.last_line) for draft in found.drafts] == [(3, 6), (8, 9)]


WORD = st.integers(100, 10**6).map("w{}".format)
PARTS = st.one_of(
    st.sampled_from(["<p>3 September, 2017</p>", "<h2>22 August, 2017</h2>", "<p>Published: 1 May 2017</p>", "<hr>",
                     "<p>31 February, 2017</p>", "<p>8 de marzo</p>", "<p><b>4 May 2017</b></p>", "<p>&nbsp;</p>",
                     "<p>Countries: PA</p>", "<p><a href=https://a.org>Read more</a></p>", "<ul>", "</ul>", "<blockquote>",
                     "<p>5 May 2017<br data-soft>", "<table><tr><td>"]),
    st.tuples(st.sampled_from(["<h1>{}</h1>", "<h2>{}</h2>", "<h3>{}</h3>", "<p><b>{}</b></p>", "<p>{}</p>", "<li>{}</li>",
                               "{}<br>", "<p>{}.</p>", "<p><b>{}</b><br>", "<td>{}</td>", "<p>San José, 3 May 2017.- {}</p>",
                               "<pre>{}\n</pre>", "{}<br data-soft>"]), WORD).map(lambda pair: pair[0].format(pair[1])),
)  # fmt: skip


@given(st.lists(PARTS, max_size=30).map("\n".join), st.sampled_from([{}, {"title": "T"}, {"day": AUGUST}]))
def test_every_word_ends_in_exactly_one_draft_or_problem_or_names_a_part(html, outside):
    found = read_rich_text(html, manner(), **outside)
    taken = [
        *(
            word
            for draft in found.drafts
            for text in (draft.title, *draft.paragraphs)
            for word in re.findall(r"w\d+", text)
        ),
        *(
            word
            for draft in found.drafts
            for note in draft.notes
            if note.endswith("of a part of it.")
            for word in re.findall(r"w\d+", note)
        ),
        *(word for problem in found.problems for word in re.findall(r"w\d+", problem.text)),
    ]
    assert sorted(taken) == sorted(re.findall(r"w\d+", html))
    assert all(1 <= draft.line <= draft.last_line <= html.count("\n") + 1 for draft in found.drafts)


@pytest.mark.parametrize(
    "html",
    [
        "<h1>Panama meets</h1><p>3 September 2017</p><p>By Ana Gómez</p><p>Countries: PA</p><p>Publish: 1 December 2026</p><p>Text of it.</p>",
        "<h1>Panama meets</h1><p>3 September 2017</p><p>Text of it.</p><p>Publish: 1 December 2026</p>",
        "<p>EMBARGOED UNTIL 1 DECEMBER 2026</p><h1>Panama meets</h1><p>3 September 2017</p><p>Text of it.</p>",
    ],
)
def test_an_embargo_holds_wherever_it_stands_in_a_document_and_is_not_shown(html):
    found = read_rich_text(f"<html><body>{html}</body></html>", manner())
    held = [draft for draft in found.drafts if draft.publish_at is None]
    assert held == []
    assert not any("ublish" in draft.text or "EMBARGO" in draft.text for draft in found.drafts)
    assert found.drafts or found.problems


@pytest.mark.parametrize("fields", [{"draft": True}, {"published": False}])
def test_front_matter_that_says_it_is_not_ready_holds_back(fields):
    found = read_rich_text(
        "<p>Text of it.</p>", manner(), title="Panama meets", day=date(2017, 9, 3), fields=fields
    )
    assert [draft.publish_at for draft in found.drafts] == [HELD_BACK]
    assert "holds this back" in found.problems[0].reason
