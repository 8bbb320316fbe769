"""Pages of any kind, and those made to be slow: always an answer, and soon."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import manner

from feedsvc.bulletins.listings.article import read_article
from feedsvc.bulletins.listings.listing import is_page, next_page, read_listing
from feedsvc.bulletins.listings.proposals import propose
from feedsvc.errors import BulletinError
from feedsvc.model import Selectors

MANNER = manner(address="https://example.org/")
# What a page may take on a machine that is busy with other things, too; what grows with the square takes minutes.
SECONDS = 12
SMALL = [
    "<h3>",
    "</h3>",
    "<a href=/x>",
    "</a>",
    "<li>",
    "<ul>",
    "</ul>",
    "<p>",
    "<br>",
    "<td>",
    "<table>",
    "</table>",
]
PIECES = [
    *SMALL, "<div class=title>", "</div>", "<time datetime=2024-05-03>", "</time>", "<nav>", "</nav>", "<b>", "</b>",
    "<main>", "3 May 2024", "El taller de la oficina", "\u200b", "\0", "&#55296;", "<!-- x -->", "<base href=':'>",
    '<meta property="og:title" content="x">', '<script type="application/ld+json">{"datePublished": []}</script>',
    "<a href='http://['>", "<h1 hidden>",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_every_page_gives_an_answer(html):
    reading = read_listing(html, MANNER)
    assert reading is None or reading.drafts
    for draft in reading.drafts if reading else ():
        assert draft.title.strip()
        assert 1 <= draft.line <= draft.last_line
    read_article(html, MANNER)
    propose(html, MANNER)
    next_page(html, "https://example.org/", Selectors())
    assert is_page(html) in {True, False}


@given(st.text(max_size=300))
def test_every_text_gives_an_answer(text):
    read_listing(text, MANNER)
    read_article(text, MANNER)


def card(number):
    return f'<div><h3><a href="/{number}">Title number {number}</a></h3><i>3 May 2024</i><p>A short text.</p></div>'


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("".join(map(card, range(10_000))), id="ten thousand entries"),
        pytest.param("<p>" + "3 May 2024 " * 400_000, id="four megabytes of dates"),
        pytest.param("<p>" + "de la 2024 " * 400_000, id="four megabytes of years"),
        pytest.param("<div>" * 1_500 + "".join(map(card, range(2_000))), id="a deep page"),
        pytest.param("".join(f"<a href=/{number}>{number}</a> " for number in range(40_000)), id="links"),
        pytest.param(
            "".join(f'<h3 class="title{"x" * (n % 300)}">T {n}</h3>' for n in range(20_000)), id="kinds"
        ),
    ],
)
def test_no_page_takes_long(html):
    started = time.process_time()
    html = f"<main>{html}</main>"
    read_listing(html, MANNER)
    read_article(html, MANNER)
    next_page(html, "https://example.org/", Selectors())
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<div>" * 100_000, id="a hundred thousand elements in each other"),
        pytest.param("<b></b>" * 200_000, id="four hundred thousand tags"),
    ],
)
def test_what_no_person_wrote_is_refused_with_a_sentence(html):
    with pytest.raises(BulletinError, match="so it was not read"):
        read_listing(html, MANNER)
