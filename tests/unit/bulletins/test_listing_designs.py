"""Pages that list news, of many designs: each gives exactly its entries, with their dates, and nothing beside them."""

import pytest
from makers import manner

from feedsvc.bulletins.listings.listing import read_listing

MENU = """<header class="site-header"><p>miércoles, 1 de mayo de 2024</p>
<nav><ul><li><a href="/">Inicio</a></li><li><a href="/noticias">Noticias de la institución</a></li>
<li><a href="/quienes">Quiénes somos y qué hacemos</a></li></ul></nav></header>"""
FOOTER = """<footer><h3>Contacto con la oficina</h3><p>Calle 5, San José. Actualizado el 2 de mayo de 2024.</p>
<a href="/legal">Aviso legal y condiciones</a></footer><script>var x = 1;</script>"""
WORKSHOP, FAIR, ROAD = (
    "Taller sobre trata de personas en Panamá",
    "Feria de la salud para familias migrantes",
    "Nueva ruta de atención en la frontera sur",
)
LEAD = "Más de cien personas participaron en la actividad, que organizó la oficina con apoyo local."
THREE = [(WORKSHOP, "2024-04-30"), (FAIR, "2024-04-29"), (ROAD, "2024-04-15")]
DATES = ("30 de abril de 2024", "29 de abril de 2024", "15 de abril de 2024")
ISO = ("2024-04-30", "2024-04-29", "2024-04-15")
TITLES = (WORKSHOP, FAIR, ROAD)


def entries(template, dates=DATES):
    """Write a template once for each entry: {t} is its title, {d} its date, {n} its number, {lead} its text."""
    return "".join(
        template.replace("{t}", title).replace("{d}", day).replace("{n}", str(number)).replace("{lead}", LEAD)
        for number, (title, day) in enumerate(zip(TITLES, dates, strict=True), 1)
    )


def page(content, *, aside=""):
    return f"<html lang='fr'><head><title>Noticias</title></head><body>{MENU}{content}{aside}{FOOTER}</body></html>"


def read(html, **fields):
    found = read_listing(html, manner(**fields))
    return [] if found is None else list(found.drafts)


def titles_and_dates(html, **fields):
    return [(draft.title, str(draft.date) if draft.date else None) for draft in read(html, **fields)]


DESIGNS = {
    "cards with headings, a date under the title": entries(
        '<div class="card"><h3><a href="/n/{n}">{t}</a></h3><span class="fecha">{d}</span><p>{lead}</p></div>'
    ),
    "WordPress posts with classes of their own": "<main>"
    + entries(
        '<article id="post-{n}" class="post-{n} post tag-{n}"><header class="entry-header"><h2 class="entry-title">'
        '<a href="/{n}" rel="bookmark">{t}</a></h2><div class="entry-meta"><time datetime="{d}">{d}</time> by '
        '<a href="/author/p">Prensa</a></div></header><div class="entry-summary"><p>{lead} '
        '<a class="more" href="/{n}">Leer más</a></p></div><footer><a href="/c">Boletines</a></footer></article>',
        ISO,
    )
    + "</main>",
    "Drupal view rows, the date before the title": entries(
        '<div class="views-row views-row-{n}"><div class="views-field"><span class="date-display-single">{d}</span></div>'
        '<div class="views-field"><span class="field-content"><a href="/node/{n}">{t}</a></span></div>'
        '<div class="views-field"><p>{lead}</p></div></div>'
    ),
    "Joomla blog in rows of a grid": '<div class="items-row row-0"><div class="item column-1">'
    + entries(
        '<h2 itemprop="name"><a href="/c/{n}">{t}</a></h2><dl><dt>Detalles</dt><dd>Publicado: {d}</dd><dd>Visto: 23</dd></dl>'
        '<p>{lead}</p><p class="readmore"><a href="/c/{n}">Leer más...</a></p>@'
    )
    .replace("@<h2", '</div></div><div class="items-row row-1"><div class="item column-1"><h2')
    .replace("@", "</div></div>"),
    "a table of dates and links": "<table><tr><th>Fecha</th><th>Título</th></tr>"
    + entries(
        "<tr><td>{d}</td><td><a href='n{n}.htm'>{t}</a></td></tr>", ("30/04/2024", "29/04/2024", "15/04/2024")
    )
    + "</table>",
    "a list of links with the date in front": "<ul class='noticias'>"
    + entries('<li>{d} - <a href="/n/{n}">{t}</a></li>')
    + "</ul>",
    "a list of links with the date behind": "<ul>"
    + entries('<li><a href="/n/{n}">{t}</a> ({d})</li>')
    + "</ul>",
    "lines that only breaks keep apart": "<p>"
    + entries('<b>{d}</b> <a href="n{n}.html">{t}</a><br>')
    + "</p>",
    "headings in one flow, the date after": '<div id="content">'
    + entries("<h3><a href='/{n}'>{t}</a></h3><p class='meta'>{d} | Prensa</p><p>{lead}</p><p>{lead}</p>")
    + "</div>",
    "headings in one flow, the date before": '<div id="content">'
    + entries("<p class='when'>{d}</p><h3><a href='/{n}'>{t}</a></h3><p>{lead}</p>")
    + "</div>",
    "a definition list": "<dl>" + entries("<dt>{d}</dt><dd><a href='/{n}'>{t}</a><br>{lead}</dd>") + "</dl>",
    "a card that is one link": entries(
        '<a class="card" href="/n/{n}"><img src="/i{n}.jpg" alt=""><div><small>{d}</small><h4>{t}</h4><p>{lead}</p></div></a>'
    ),
    "titles that are no headings": entries(
        '<div class="item"><a href="/n/{n}"><div class="news_title">{t}</div></a><div>{d}</div></div>'
    ),
    "the date only in the dateline": entries(
        '<div class="noticia"><h2><a href="/n/{n}">{t}</a></h2><p>SAN JOSÉ, {d}.- {lead}</p></div>'
    ),
    "the leaf of a calendar": entries(
        '<div class="evento"><div class="cal">{d}</div><h3><a href="/n/{n}">{t}</a></h3><p>{lead}</p></div>',
        tuple(f"<div>{day}</div><div>Abr</div><div>2024</div>" for day in (30, 29, 15)),
    ),
    "published and updated, for the phone and the desk": entries(
        '<div class="post"><h3 class="title"><a href="/n/{n}">{t}</a></h3><span class="desk">Actualizado: 1 de mayo de 2024</span>'
        '<span class="posted-on"><span class="screen-reader-text">Publicado el</span><time>{d}</time></span>'
        '<div class="phone"><time>{d}</time></div><p>{lead}</p></div>'
    ),
    "months and days in English": entries(
        '<section><p class="kicker">Press release</p><h3><a href="/n/{n}">{t}</a></h3><p>{d}</p><p>{lead}</p></section>',
        ("April 30, 2024", "Monday, April 29, 2024", "15 April2024"),
    ),
    "schema.org, the date for programs alone": entries(
        '<div itemscope><h3 itemprop="headline"><a href="/n/{n}">{t}</a></h3><time datetime="{d}T09:00:00-06:00">'
        "hace 2 días</time><p>{lead}</p></div>",
        ISO,
    ),
    "the date within the title's link": "<ul>" + entries("<li><a href='/{n}'>{d}: {t}</a></li>") + "</ul>",
    "one entry set off before the others": '<div class="lista"><div class="destacado"><h2><a href="/n/1">'
    + WORKSHOP
    + '</a></h2><span>30 de abril de 2024</span></div><div class="resto">'
    + entries('<div><h4><a href="/n/{n}">{t}</a></h4><span>{d}</span></div>').split("</div>", 1)[1]
    + "</div></div>",
    "days with their entries below": "<h2>30 de abril de 2024</h2><ul><li><a href='/1'>"
    f"{WORKSHOP}</a></li></ul><h2>29 de abril de 2024</h2><ul><li><a href='/2'>{FAIR}</a></li></ul>"
    f"<h2>15 de abril de 2024</h2><ul><li><a href='/3'>{ROAD}</a></li></ul>",
}


@pytest.mark.parametrize("design", DESIGNS)
def test_a_page_gives_exactly_its_entries(design):
    assert titles_and_dates(page(DESIGNS[design])) == THREE


CARDS = DESIGNS["cards with headings, a date under the title"]


@pytest.mark.parametrize(
    "beside",
    [
        pytest.param(
            "<aside><h3>Lo más leído</h3>"
            + entries('<div><h3><a href="/o/{n}">Otra: {t}</a></h3><span>{d}</span></div>')
            + "</aside>",
            id="a sidebar with other entries",
        ),
        pytest.param(
            '<div class="sidebar-right">'
            + entries('<div><h3><a href="/o/{n}">Otra: {t}</a></h3><span>{d}</span></div>')
            + "</div>",
            id="a sidebar by its class",
        ),
        pytest.param(
            "<ul>" + entries('<li><a href="/n/{n}">{t}</a></li>') + "</ul>", id="a list of the same titles"
        ),
        pytest.param(
            '<div class="movil">'
            + entries('<div class="m"><h3><a href="/n/{n}">{t}</a></h3><span>{d}</span></div>')
            + "</div>",
            id="a copy for phones",
        ),
        pytest.param(
            "<div><h4>Archivo</h4><ul>"
            + "".join(f'<li><a href="/a/{month}">Mes {month} de 2023 (14)</a></li>' for month in range(1, 13))
            + "</ul></div>",
            id="an archive by months",
        ),
        pytest.param(
            '<div style="display: none">'
            + entries('<div><h3><a href="/h/{n}">Oculta: {t}</a></h3><span>{d}</span></div>')
            + "</div>",
            id="hidden entries",
        ),
        pytest.param(
            '<div class="comments">'
            + entries("<div><h3><a href='/u/{n}'>Comentario: {t}</a></h3><span>{d}</span></div>")
            + "</div>",
            id="comments",
        ),
    ],
)
def test_what_stands_beside_the_list_or_repeats_it_is_not_taken(beside):
    content = f'<div class="lista">{CARDS}</div>'
    assert titles_and_dates(page(content, aside=beside)) == THREE
    assert titles_and_dates(page(beside + content)) == THREE


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("<h1>Noticias</h1><p>No hay noticias recientes. Vuelva pronto.</p>", id="an empty list"),
        pytest.param("", id="menu and footer alone"),
        pytest.param(
            "<h2>Done</h2>"
            + "".join(f'<div class="tier"><h3>$ {sum_}</h3><p>{LEAD}</p></div>' for sum_ in (10, 20, 50)),
            id="sums to give",
        ),
        pytest.param(
            "<ul>" + "".join(f"<li><a href='/{it}'>{it}</a></li>" for it in TITLES) + "</ul>",
            id="a list of links",
        ),
        pytest.param(
            f"<h1>{WORKSHOP}</h1><p>30 de abril de 2024</p>"
            + f"<p>{LEAD * 4}</p>" * 8
            + f'<div class="otras">{CARDS}</div>',
            id="an article with others below",
        ),
        pytest.param(
            '<meta property="og:type" content="article"><h1>Informe</h1><p>30 de abril de 2024</p>'
            + entries("<h2>{t}</h2><p>{lead}</p>"),
            id="an article in parts",
        ),
    ],
)
def test_a_page_without_entries_gives_none(content):
    assert read(page(content)) == []


@pytest.mark.parametrize(
    "day",
    [
        ("<h2>{d}</h2><ul>{items}</ul>", "<li><a href='/{t}'>{t}</a></li>"),
        ("<div class='day'><h3>{d}</h3>{items}</div>", "<div class='i'><h4><a href='/{t}'>{t}</a></h4><p>Corto.</p></div>"),
    ],
)  # fmt: skip
def test_a_day_may_have_one_entry_below_it_and_another_two(day):
    group, item = day
    items = [item.replace("{t}", title) for title in TITLES]
    groups = ((DATES[0], items[0] + items[1]), (DATES[2], items[2]))
    html = "".join(group.format(d=date, items=below) for date, below in groups)
    assert titles_and_dates(page(f"<main>{html}</main>")) == [THREE[0], (FAIR, "2024-04-30"), THREE[2]]


def test_an_undated_list_of_entries_is_read_without_dates():
    html = page(entries('<div class="card"><h3><a href="/n/{n}">{t}</a></h3><p>{lead}</p></div>'))
    assert titles_and_dates(html) == [(title, None) for title in TITLES]


def test_an_entry_without_a_date_is_kept_among_those_with_one():
    html = page(CARDS.replace(DATES[1], ""))
    assert titles_and_dates(html) == [THREE[0], (FAIR, None), THREE[2]]


def test_one_date_above_the_entries_is_the_date_of_all():
    sections = entries(
        "<h3>{t}</h3><p>{lead}</p><p>El 3 de marzo de 2023 hubo otra reunión en la sede central.</p>"
    )
    html = page(f"<div><h1>Boletín semanal</h1><p>30 de abril de 2024 | Página 18</p>{sections}</div>")
    assert titles_and_dates(html) == [(title, "2024-04-30") for title in TITLES]


def test_a_page_of_old_that_leaves_its_elements_open_is_read_by_its_bold_titles():
    toc = "".join(f'<a href="#{number}">{title}</a><br>' for number, title in enumerate(TITLES))
    stories = entries(
        '<a name="{n}"></a><font size="4"><b>{t}</b></font><br><font size="2"><b>By Ana</b></font><p>'
        '<font size="3">{lead}<p>{lead}<p><font size="2"><a href="#top">Back to the top</a></font><br><p>'
    )
    html = (
        f'<html><body leftmargin="0"><table><tr><td width="9"></td><td><font size="5"><b>News</b></font><p>'
        f'<font size="2">April 30, 2024 | Page 4</font><p><font size="3"><b>BELOW:</b><br>{toc}<p>{stories}</table>'
    )
    assert titles_and_dates(html) == [(title, "2024-04-30") for title in TITLES]


def test_a_date_above_some_entries_of_one_flow_is_theirs_up_to_the_next():
    first, second, third = (f"<h3><a href='/{title}'>{title}</a></h3><p>{LEAD}</p>" for title in TITLES)
    html = page(f"<div><h2>30 de abril de 2024</h2>{first}{second}<h2>15 de abril de 2024</h2>{third}</div>")
    assert titles_and_dates(html) == [(WORKSHOP, "2024-04-30"), (FAIR, "2024-04-30"), THREE[2]]


def test_a_date_in_the_midst_of_a_text_is_not_the_date_of_the_entry():
    html = page(
        CARDS.replace(DATES[0], "").replace(LEAD, "La reunión será el 7 de junio de 2024 en la sede.", 1)
    )
    assert titles_and_dates(html)[0] == (WORKSHOP, None)


def test_two_entries_of_one_title_that_lead_to_two_pages_are_two():
    html = page(CARDS.replace(FAIR, WORKSHOP).replace(DATES[1], DATES[0]))
    assert len(read(html)) == 3


class TestParts:
    def test_links_begin_at_the_address_of_the_page(self):
        (first, *_) = read(page(CARDS), address="https://www.example.org/es/noticias")
        assert first.link == "https://www.example.org/n/1"

    def test_links_begin_at_the_base_that_the_page_says(self):
        html = page(DESIGNS["lines that only breaks keep apart"]).replace("<head>", '<head><base href="/b/">')
        assert (
            read(html, address="https://www.example.org/es/")[0].link == "https://www.example.org/b/n1.html"
        )

    def test_without_an_address_links_stay_as_they_are_written(self):
        assert read(page(CARDS))[0].link == "/n/1"

    @pytest.mark.parametrize("href", ["javascript:open(1)", "#", "mailto:a@example.org", "data:text/html,x"])
    def test_what_leads_to_no_page_is_no_link(self, href):
        assert read(page(CARDS.replace("/n/1", href)), address="https://example.org/")[0].link is None

    def test_the_lead_has_neither_date_nor_author_nor_read_more(self):
        html = page(DESIGNS["WordPress posts with classes of their own"])
        assert {draft.paragraphs for draft in read(html)} == {(LEAD,)}

    @pytest.mark.parametrize(
        "furniture",
        [
            "<div>Escrito por Super User</div>",
            "<div>Por María de los Ángeles Gómez</div>",
            "<div>{d}</div>",
            "<div>Etiquetas: trata, migración, frontera sur y albergues</div>",
            "<div>Categoría: <a href='/c'>Noticias de la oficina</a></div>",
            "<ul><li><a href='https://www.facebook.com/sharer/sharer.php?u=x'>Llévalo a tu muro de Facebook ahora mismo</a></li></ul>",
            "<p>Comparte esto:</p>",
        ],
    )
    def test_what_a_page_puts_around_each_text_is_no_text(self, furniture):
        card = '<div class="card"><h3><a href="/n/{n}">{t}</a></h3><i>{d}</i>@<p>{lead}</p>@</div>'
        html = page(entries(card.replace("@", furniture)))
        assert [draft.paragraphs for draft in read(html)] == [(LEAD,)] * 3

    @pytest.mark.parametrize("lead", [LEAD, f"<b>Hoy.</b> {LEAD}"])
    def test_what_joins_a_text_to_its_title_is_no_text(self, lead):
        html = page(entries('<li>{d}: <a href="/n/{n}">{t}</a>. @</li>'.replace("@", lead)))
        plain = lead.replace("<b>", "").replace("</b>", "")
        assert [draft.paragraphs for draft in read(html)] == [(plain,)] * 3

    def test_a_text_that_only_begins_like_furniture_stays(self):
        text = "Por la frontera sur pasaron este mes más de cien personas."
        html = page(CARDS.replace(LEAD, text))
        assert [draft.paragraphs for draft in read(html)] == [(text,)] * 3

    def test_a_text_with_links_and_lists_is_html_too(self):
        rich = CARDS.replace(
            LEAD,
            'Vea <a href="/x">el informe</a> de la oficina.</p><ul><li>Uno de los puntos.</li></ul><p>Fin.',
        )
        first = read(page(rich), address="https://example.org/n")[0]
        assert '<a href="https://example.org/x">el informe</a>' in first.html
        assert "<li>Uno de los puntos.</li>" in first.html
        assert first.paragraphs == ("Vea el informe de la oficina.", "- Uno de los puntos.", "Fin.")

    def test_titles_are_one_clean_line(self):
        html = page(CARDS.replace(WORKSHOP, "Taller  sobre\n trata\u200b de <br>personas en Panamá"))
        assert read(html)[0].title == WORKSHOP

    def test_a_date_that_could_be_read_in_two_ways_has_a_note(self):
        html = page(DESIGNS["a table of dates and links"].replace("15/04/2024", "05/04/2024"))
        assert ["was read as" in "".join(draft.notes) for draft in read(html)] == [False, False, True]

    def test_lines_are_those_of_the_html(self):
        first, second, _ = read(page(CARDS.replace("<div", "\n\n<div")))
        assert (first.line, second.line) == (5, 7)
