"""What an office says of an entry in lines of a page is heeded and not shown; so is an embargo, wherever it stands."""

from datetime import UTC, date, datetime

import pytest
from makers import manner

from feedsvc.bulletins import read
from feedsvc.bulletins.inline_labels import HELD_BACK
from feedsvc.bulletins.listings.article import read_article
from feedsvc.model import Selectors, Source

TITLES = (
    "Taller sobre trata de personas",
    "Feria de la salud para familias",
    "Nueva ruta de atención en la frontera",
)
MENU = "<header><nav><ul><li><a href='/'>Inicio</a></li></ul></nav></header>"
LEAD = "Más de cien personas participaron en la actividad que organizó la oficina."
DECEMBER = datetime(2026, 12, 1, 6, tzinfo=UTC)  # midnight in Costa Rica
ADDRESS = "https://office.example.org/n"


def listing(fields, above="", **ways):
    entries = "".join(
        f"<article><h2><a href='/n/{number}'>{title}</a></h2><p>{number} September 2026</p>{fields}<p>{LEAD}</p></article>"
        for number, title in enumerate(TITLES, 1)
    )
    return read(f"<body>{MENU}<main>{above}{entries}</main></body>".encode(), manner(**ways))


def article(fields, body="", **ways):
    text = f"<p>{LEAD}</p>" * 4
    html = f"<body>{MENU}<main><h1>{TITLES[0]}</h1><p>3 September 2026</p>{body}<div>{fields}{text}</div></main></body>"
    return read(html.encode(), manner(**ways))


@pytest.mark.parametrize("page", [listing, article])
@pytest.mark.parametrize(
    "fields",
    [
        "<p>Countries: PA</p><p>Publish: 1 December 2026</p>",
        "<p>Países: Panamá<br>Publicar: 1 de diciembre de 2026</p>",
        "<div>By Ana Gómez</div><div><b>Countries:</b> Panama</div><div>Publish: <time>1 December 2026</time></div>",
    ],
)
def test_fields_are_heeded_and_not_shown(page, fields):
    found = page(fields)
    assert found.problems == ()
    for draft in found.drafts:
        assert draft.stated.countries == ("PA",)
        assert draft.publish_at == DECEMBER
        assert set(draft.paragraphs) - {"By Ana Gómez"} == {LEAD}
        assert draft.date.month == 9


@pytest.mark.parametrize("page", [listing, article])
def test_an_embargo_is_no_date(page):
    found = page("<p>Publish: 1 December 2026</p>").drafts
    assert {draft.date.month for draft in found} == {9}


def test_an_embargo_above_a_list_holds_back_all_of_it():
    found = listing("", above="<h1>Noticias</h1><p>Embargo: 1 December 2026</p>")
    assert [draft.publish_at for draft in found.drafts] == [DECEMBER] * 3
    assert [draft.date for draft in found.drafts] == [date(2026, 9, day) for day in (1, 2, 3)]


@pytest.mark.parametrize("address", ["", ADDRESS])
@pytest.mark.parametrize("page", [listing, article])
def test_an_embargo_that_can_not_be_read_holds_back_and_is_a_problem(page, address):
    found = page("<p>Publish: 31 February 2026</p>", address=address)
    assert {draft.publish_at for draft in found.drafts} == {HELD_BACK}
    assert len(found.problems) == len(found.drafts)


@pytest.mark.parametrize("page", [listing, article])
def test_an_unknown_term_is_a_problem_in_a_file_and_none_on_a_page_of_the_web(page):
    line = "<p>Topics: gender, basquetbol</p>"
    found = page(line)
    assert len(found.problems) == len(found.drafts)
    found = page(line, address=ADDRESS)
    assert found.problems == ()
    assert {draft.stated.topics for draft in found.drafts} == {("gender",)}


def test_fields_between_the_title_and_the_text_of_an_article_count():
    (draft,) = article("", body="<p>Countries: PA</p>").drafts
    assert draft.stated.countries == ("PA",)


def test_what_is_wrong_with_the_fields_of_an_own_page_stands_in_its_notes():
    html = f"<h1>{TITLES[0]}</h1><p>Publish: never 2026</p><p>{LEAD}</p>"
    draft = read_article(html, manner())
    assert draft.publish_at == HELD_BACK
    assert any("held back" in note for note in draft.notes)


@pytest.mark.parametrize(
    ("lines", "url", "problems"),
    [
        (f"<p>{LEAD}</p>" * 10, "", 1),
        (f"<p>{LEAD}</p>" * 10, "https://office.example.org/n", 0),
        (f"<ul><li>{LEAD}..</li></ul>" * 10, "", 0),
        (f"<p>{LEAD}</p>" * 3, "", 0),
    ],
)
def test_a_file_with_the_text_of_an_entry_and_no_date_is_a_problem(lines, url, problems):
    html = f"<body>{MENU}<main><h1>{TITLES[0]}</h1><div>{lines}</div></main></body>"
    found = read(html.encode(), manner(source=Source(name="office", url=url)))
    assert (found.drafts, len(found.problems)) == ((), problems)
    assert all("no date was found" in problem.reason for problem in found.problems)


def test_fields_are_read_where_selectors_say_what_the_text_is():
    source = Source(name="office", selectors=Selectors(entry="article", text="p:last-child"))
    found = listing("<p>Publish: 1 December 2026</p>", source=source)
    assert [draft.publish_at for draft in found.drafts] == [DECEMBER] * 3
    assert {draft.paragraphs for draft in found.drafts} == {(LEAD,)}
