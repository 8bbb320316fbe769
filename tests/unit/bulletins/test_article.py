"""An entry on its own page: its title, date, text, link and labels, and nothing of the page around it."""

from datetime import date

import pytest
from makers import manner

from feedsvc.bulletins.listings.article import read_article
from feedsvc.model import Selectors, Source

FIRST = "Ciudad de Panamá.- El ministerio recibió hoy a trescientas personas en la frontera con Colombia."
SECOND = "Los equipos entregaron alimentos y agua a las familias en su llegada a la estación de la selva."
TITLE = "Panamá recibe a 300 personas"
MENU = (
    "<header><nav><ul><li><a href=/>Inicio</a><li><a href=/n>Noticias del ministerio</a></ul></nav></header>"
)
FOOTER = (
    "<footer><p>Ministerio de Seguridad, Calle 5. Actualizado el 9 de mayo de 2024. Derechos.</p></footer>"
)
BODY = f"<p>{FIRST}</p><p>{SECOND}</p>"
HEAD = f"<title>{TITLE} | Ministerio de Seguridad Pública</title>"


def read(
    body=f"<h1>{TITLE}</h1><div>{BODY}</div>", head=HEAD, address="https://example.org/n/1?x=1", **selectors
):
    html = f"<html lang='fr'><head>{head}</head><body>{MENU}{body}{FOOTER}</body></html>"
    source = Source(name="office", selectors=Selectors(**selectors))
    return read_article(html, manner(address=address, source=source))


class TestTitle:
    @pytest.mark.parametrize(
        ("head", "heading"),
        [
            (HEAD, f"<h1>{TITLE}</h1>"),
            (HEAD, f"<h1>Ministerio</h1><h2>{TITLE}</h2>"),
            (HEAD, f"<h1><a href='/'>El sitio</a></h1><h1>{TITLE}</h1>"),
            (HEAD, ""),
            (f'<meta property="og:title" content="{TITLE}"><title>El ministerio y sus páginas de noticias</title>', ""),
            ("", "<h1>Panamá\u200b recibe<br> a 300   personas</h1>"),
        ],
    )  # fmt: skip
    def test_it_is_the_heading_that_the_page_agrees_with(self, head, heading):
        assert read(f"{heading}<div>{BODY}</div>", head).title == TITLE

    def test_it_is_not_repeated_in_the_text(self):
        assert read(f"<article><h1>{TITLE}</h1>{BODY}</article>").paragraphs == (FIRST, SECOND)


class TestDate:
    @pytest.mark.parametrize(
        ("head", "shown"),
        [
            ('<meta property="article:published_time" content="2024-05-03T10:00:00-06:00">', ""),
            ('<meta property="article:published_time" content="2024-05-04T02:00:00+00:00">', ""),
            ('<meta name="DC.date.issued" content="2024-05-03">', ""),
            ('<script type="application/ld+json">{"@graph": [{"@type": "WebPage"}, {"datePublished": "2024-05-03"}]}</script>', ""),
            ('<script type="application/ld+json">{broken</script>', "<p>3 de mayo de 2024</p>"),
            ("", '<time datetime="2024-05-03T10:00:00-06:00">hace 2 días</time>'),
            ("", "<div class='meta'>Por la Oficina de Prensa | 3 de mayo de 2024</div>"),
            ("", "<span>Actualizado: 8 de mayo de 2024</span><span class='fecha'>3 de mayo de 2024</span>"),
        ],
    )  # fmt: skip
    def test_it_is_the_day_of_publication(self, head, shown):
        draft = read(f"<h1>{TITLE}</h1>{shown}<div>{BODY}</div>", HEAD + head)
        assert draft.date == date(2024, 5, 3)
        assert draft.paragraphs == (FIRST, SECOND)

    def test_it_may_stand_above_the_title(self):
        assert read(f"<p>3 de mayo de 2024</p><h1>{TITLE}</h1><div>{BODY}</div>").date == date(2024, 5, 3)

    def test_it_may_stand_before_the_text(self):
        text = BODY.replace("Panamá.-", "Panamá, 3 de mayo de 2024.-")
        assert read(f"<h1>{TITLE}</h1><div>{text}</div>").date == date(2024, 5, 3)

    def test_there_may_be_none(self):
        assert read().date is None

    def test_json_as_deep_as_nobody_writes_it_is_ignored(self):
        deep = f'<script type="application/ld+json">{"[" * 100_000}</script>'
        assert read(head=HEAD + deep).date is None


class TestText:
    def test_menus_buttons_and_others_like_it_are_left_out(self):
        around = "<div class='share'><a href=/f>Compartir en Facebook</a></div>"
        related = f"<div class='related'><h3>Otras noticias</h3><p>{'Un texto ajeno de otra noticia. ' * 3}</p></div>"
        draft = read(f"<main><h1>{TITLE}</h1>{around}<div>{BODY}{around}</div>{related}</main>")
        assert draft.paragraphs == (FIRST, SECOND)

    def test_what_leads_to_it_and_its_date_are_left_out(self):
        path = "<ul><li><a href='/'>Inicio</a></li><li><a href='/n'>Noticias</a></li></ul>"
        day = "<div><time>3 de mayo de 2024</time><time class='updated'>4 de mayo de 2024</time></div>"
        draft = read(f"<article>{path}<h1>{TITLE}</h1>{day}{BODY}</article>")
        assert (draft.date, draft.paragraphs) == (date(2024, 5, 3), (FIRST, SECOND))

    def test_what_a_page_puts_around_each_text_is_left_out(self):
        above = "<div>Publicado: 3 de mayo de 2024 | Actualizado: 8 de mayo de 2024</div><p>Por Ana Gómez</p>"
        below = (
            "<p>3 de mayo de 2024</p><div>Etiquetas: <a href='/t'>trata</a></div><div><h3>Comparte esto:</h3>"
            "<ul><li><a href='https://facebook.com/sharer.php'>Facebook</a></li>"
            "<li><a href='https://twitter.com/intent/tweet'>Twitter</a></li></ul></div>"
        )
        draft = read(f"<article><h1>{TITLE}</h1>{above}{BODY}{below}</article>")
        assert (draft.date, draft.paragraphs) == (date(2024, 5, 3), (FIRST, SECOND))
        assert "Comparte" not in draft.html

    def test_without_any_hint_it_is_where_most_text_stands(self):
        side = "<div><p>Suscríbase a nuestro boletín semanal de noticias.</p></div>"
        draft = read(f"<div>{side}<div><h2>{TITLE}</h2></div><div><div>{BODY * 3}</div></div>{side}</div>")
        assert draft.paragraphs == (FIRST, SECOND) * 3

    def test_links_lists_and_pictures_with_their_texts_stay(self):
        rich = f'{BODY}<ul><li><a href="/a">El informe</a></li></ul><img src="/p.jpg" alt="La frontera">'
        draft = read(f"<h1>{TITLE}</h1><div>{rich}</div>")
        assert '<a href="https://example.org/a">El informe</a>' in draft.html
        assert '<img src="https://example.org/p.jpg" alt="La frontera">' in draft.html

    def test_the_selector_wins(self):
        draft = read(f"<h1>{TITLE}</h1><div>{BODY}</div><div class='x'><p>Solo esto.</p></div>", article=".x")
        assert draft.paragraphs == ("Solo esto.",)

    @pytest.mark.parametrize("html", ["", "<p></p>", f"<h1>{TITLE}</h1>", "<nav><a href=/>Inicio</a></nav>"])
    def test_a_page_without_a_text_is_no_entry(self, html):
        assert read_article(html, manner()) is None


class TestLink:
    def test_it_is_the_address_that_the_page_gives_as_its_own(self):
        assert read(head=f'{HEAD}<link rel="canonical" href="/n/1">').link == "https://example.org/n/1"

    def test_else_the_address_it_was_read_from(self):
        assert read().link == "https://example.org/n/1?x=1"
        assert read(address="").link is None


def test_the_editors_own_line_states_the_countries_and_is_no_text():
    line = "<p class='paises'>Países: Panamá, Costa Rica</p>"
    draft = read(f"<h1>{TITLE}</h1><div>{BODY}{line}</div>", labels=".paises")
    assert draft.stated.countries == ("PA", "CR")
    assert draft.paragraphs == (FIRST, SECOND)


def test_a_picture_or_an_empty_line_of_labels_states_nothing():
    assert not read(labels=".paises").stated
