"""Where a source says by selectors where entries are, they are read there; what it leaves open is found."""

from datetime import date

from makers import manner

from feedsvc.bulletins.listings.listing import read_listing
from feedsvc.model import Selectors, Source

PAGE = """<html><body><nav><a href="/">Home</a></nav>
<div class="x"><b class="t">First title of all</b><i class="d">3 May 2024</i><p class="s">The text.</p>
<p class="more">Beside.</p><p class="c">Countries: Panama, Costa Rica</p><a class="l" href="/one">→</a></div>
<div class="x"><b class="t">Second title of all</b><p class="s">More text.</p><a class="l" href="/two">→</a></div>
<div class="y"><h3><a href="/no">Not an entry at all</a></h3><time>4 May 2024</time></div>
<footer>Foot</footer></body></html>"""


def read(html=PAGE, **selectors):
    source = Source(name="office", selectors=Selectors(**selectors))
    return read_listing(html, manner(source=source, address="https://example.org/news"))


def test_entries_are_those_that_the_selector_finds():
    found = read(entry=".x", title=".t", date=".d", link=".l")
    assert [(it.title, it.date, it.link) for it in found.drafts] == [
        ("First title of all", date(2024, 5, 3), "https://example.org/one"),
        ("Second title of all", None, "https://example.org/two"),
    ]
    assert found.problems == ()


def test_what_has_no_selector_is_found_by_structure():
    found = read(entry=".y")
    assert [(it.title, it.date, it.link) for it in found.drafts] == [
        ("Not an entry at all", date(2024, 5, 4), "https://example.org/no")
    ]


def test_the_text_is_just_what_its_selector_finds():
    assert [it.paragraphs for it in read(entry=".x", title=".t", text=".s").drafts] == [
        ("The text.",),
        ("More text.",),
    ]


def test_the_editors_own_line_states_the_countries_and_is_no_text():
    first, second = read(entry=".x", title=".t", labels=".c").drafts
    assert first.stated.countries == ("PA", "CR")
    assert not second.stated
    assert not any("Countries" in text for text in first.paragraphs)


def test_a_selector_that_finds_nothing_is_a_problem_that_names_it():
    (problem,) = read(entry=".x", title=".t", date=".gone").problems
    assert "`date`" in problem.reason
    assert "“.gone”" in problem.reason


def test_a_page_where_no_entry_is_found_has_a_problem_and_no_entries():
    found = read(entry=".gone")
    assert found.drafts == ()
    assert "`entry`" in found.problems[0].reason


def test_an_entry_without_a_title_is_a_problem_with_its_text():
    (problem,) = read(PAGE.replace("First title of all", ""), entry=".x", title=".t").problems
    assert problem.line == 2
    assert "3 May 2024" in problem.text


def test_an_entry_that_is_on_the_page_twice_is_read_once():
    assert len(read(PAGE + PAGE, entry=".x", title=".t", link=".l").drafts) == 2


def test_entries_may_stand_where_structure_looks_for_none():
    html = PAGE.replace('<div class="y"', '<aside class="y"')
    (draft,) = read(html, entry=".y").drafts
    assert (draft.title, draft.date) == ("Not an entry at all", date(2024, 5, 4))
