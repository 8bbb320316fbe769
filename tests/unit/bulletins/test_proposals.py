"""Selectors proposed for a page give what its structure gives."""

import tomllib
from dataclasses import replace

import pytest
from makers import manner

from feedsvc.bulletins.listings.listing import read_listing
from feedsvc.bulletins.listings.proposals import as_toml, propose
from feedsvc.model import Selectors

LEAD = "More than a hundred people took part in it, and the office gave them its help."


def page(entry):
    """Write a page with an entry for each of three days; {n} is the day in it."""
    entries = "".join(entry.replace("{n}", str(number)).replace("{lead}", LEAD) for number in (3, 4, 5))
    return (
        f"<body><header><nav><ul><li><a href='/'>Home</a></ul></nav></header><div class='list'>{entries}</div>"
        "<footer><div><h3><a href='/about'>About the office</a></h3></div></footer></body>"
    )


CARDS = page(
    '<div class="card"><h3><a href="/{n}">The workshop number {n}</a></h3><i class="day">{n} May 2024</i><p>{lead}</p></div>'
)


@pytest.mark.parametrize(
    ("html", "selectors"),
    [
        (CARDS, (".card", "h3", ".day")),
        (CARDS.replace('"card"', '"col-sm-6 x9f32a77 card"'), (".card", "h3", ".day")),
        (CARDS.replace("<i class", "<time class").replace("</i>", "</time>"), (".card", "h3", "time")),
        (CARDS.replace('<div class="card"', "<article").replace("</p></div>", "</p></article>"), ("article", "h3", ".day")),
        (page("<li>{n} May 2024 - <a href='/{n}'>The workshop number {n}</a></li>"), (".list li", "a", "")),
        (page("<div class='new'><h2><a href='/{n}'>Workshop number {n}</a></h2><p>PARIS, {n} May 2024.- {lead}</p></div>"),
         (".new", "h2", "")),
    ],
)  # fmt: skip
def test_they_are_short_go_by_names_and_give_the_same_entries(html, selectors):
    way = manner()
    found = propose(html, way)
    assert (found.entry, found.title, found.date) == selectors
    by_selectors = read_listing(html, replace(way, source=replace(way.source, selectors=found)))
    assert [(it.title, it.date, it.link) for it in by_selectors.drafts] == [
        (it.title, it.date, it.link) for it in read_listing(html, way).drafts
    ]
    assert by_selectors.problems == ()


@pytest.mark.parametrize("html", ["", "<p>Text</p>", page("")])
def test_a_page_without_entries_has_none(html):
    assert propose(html, manner()) is None


def test_entries_that_no_element_holds_have_none():
    html = page("<h3><a href='/{n}'>The workshop number {n}</a></h3><p>{n} May 2024</p><p>{lead}</p>")
    assert len(read_listing(html, manner()).drafts) == 3
    assert propose(html, manner()) is None


def test_the_table_can_be_read_as_toml():
    selectors = Selectors(entry=".a > b", title='[title="x\\y"]', next="a.más")
    assert tomllib.loads(as_toml(selectors)) == {
        "sources": {"selectors": {"entry": ".a > b", "title": '[title="x\\y"]', "next": "a.más"}}
    }
