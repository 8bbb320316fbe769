"""Templates: where they are found, how they speak, and what is said of a broken one."""

import re
from datetime import date
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from looks import SITE, TEMPLATES, VOCABULARY
from markupsafe import Markup

from feedsvc import templating
from feedsvc.errors import TemplateError
from feedsvc.model import Category, Feed, Scheme
from feedsvc.templating import Templates, Words, alphabetical

LOCALES = Path(templating.__file__).parent / "locale"


@pytest.fixture
def folders(tmp_path):
    """The template folders of a site of its own, and of the default one."""
    own, default = tmp_path / "site" / "templates", tmp_path / "default" / "templates"
    for folder in (own, default):
        (folder / "web").mkdir(parents=True)
    return own, default


def templates(folders):
    return Templates(folders, SITE, VOCABULARY)


def test_a_template_of_the_site_takes_the_place_of_that_one_only(folders):
    own, default = folders
    (default / "web" / "a.html").write_text("default a")
    (default / "web" / "b.html").write_text("default b")
    (own / "web" / "a.html").write_text("own a")
    found = templates(folders)
    assert [found.render(name, "en") for name in ("web/a.html", "web/b.html")] == ["own a", "default b"]


def test_a_site_needs_no_templates_folder(folders, tmp_path):
    (folders[1] / "web" / "a.html").write_text("default a")
    assert templates((tmp_path / "none" / "templates", folders[1])).render("web/a.html", "en") == "default a"


def test_html_is_escaped_and_plain_text_is_not(folders):
    for name in ("a.html", "a.txt"):
        (folders[0] / "web" / name).write_text("{{ word }}")
    found = templates(folders)
    assert found.render("web/a.html", "en", word="<b>") == "&lt;b&gt;"
    assert found.render("web/a.txt", "en", word="<b>") == "<b>"


def test_files_of_the_site_that_are_used_nowhere_are_told_with_what_was_meant(folders):
    own, default = folders
    for name in ("base.html", "home.html", "style.css"):
        (default / "web" / name).write_text("default")
    (own / "web" / "home.html").write_text(
        "{% include 'web/_ours.html' %}{% include ['web/a.html', site.title] %}"
    )
    (own / "web" / "_ours.html").write_text("{% extends 'web/frame.html' %}")
    (own / "web" / "frame.html").write_text("ours")
    (own / "web" / "notes.md").write_text("Notes.")
    (own / "webs").mkdir()
    (own / "webs" / "base.html").write_text("ours")
    (own / "web" / "zzz.html").write_text("ours")
    new, misnamed = templates(folders).idle()
    assert new == "templates/web/zzz.html is used nowhere: feedsvc has no template of that name."
    assert misnamed.startswith("templates/webs/base.html is used nowhere: ")
    assert misnamed.endswith("Did you mean templates/web/base.html?")
    assert not list(templates((default, default)).idle())
    assert not list(templates((own.parent / "none", default)).idle())


def test_a_file_published_as_it_stands_is_no_template(folders):
    (folders[0] / "web" / "style.css").write_text("@media print{#a{color:red}}")
    assert templates(folders).source("web/style.css") == "@media print{#a{color:red}}"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("one\n{% if %}", 2, "Expected an expression"),
        ("one\n\n{{ nobody }}", 3, "'nobody' is undefined."),
        ("{{ 'x'|shout }}", 1, "No filter named 'shout'."),
        ("one\n{{ 1 / 0 }}", 2, "division by zero."),
        ("one\n{% include 'web/none.html' %}", 2, "there is no template templates/web/none.html."),
        ("{% for x in [] %}", 1, "Unexpected end of template"),
    ],
)
def test_a_broken_template_is_named_with_its_line(folders, text, line, says):
    (folders[0] / "web" / "a.html").write_text(text)
    with pytest.raises(TemplateError) as caught:
        templates(folders).render("web/a.html", "en")
    assert str(caught.value).startswith(f"templates/web/a.html:{line}: ")
    assert says in str(caught.value)
    assert "Mend it" in str(caught.value)


def test_the_innermost_broken_template_is_named(folders):
    own, default = folders
    (default / "web" / "page.html").write_text("{% extends 'web/base.html' %}")
    (own / "web" / "base.html").write_text("a\nb\n{{ nobody }}")
    with pytest.raises(TemplateError, match=r"^templates/web/base\.html:3: "):
        templates(folders).render("web/page.html", "en")


def test_a_broken_template_that_is_not_the_sites_own_is_named_in_full(folders):
    broken = folders[1] / "web" / "a.html"
    broken.write_text("{{ nobody }}")
    with pytest.raises(TemplateError, match=re.escape(f"{broken}:1: ")):
        templates(folders).render("web/a.html", "en")


@pytest.mark.parametrize("take", [Templates.source, lambda found, name: found.render(name, "en")])
def test_what_can_not_be_read_at_all_is_named(folders, take):
    (folders[0] / "web" / "a.html").write_bytes("año".encode("latin-1"))
    with pytest.raises(TemplateError, match=r"^templates/web/a\.html: this is not UTF-8 text\."):
        take(templates(folders), "web/a.html")
    with pytest.raises(TemplateError, match=r"^templates/web/b\.html: there is no template"):
        take(templates(folders), "web/b.html")


def test_check_finds_what_no_page_has_asked_for_yet(folders):
    (folders[0] / "web" / "a.html").write_text("right")
    templates(folders).check()
    (folders[0] / "web" / "b.html").write_text("\n{% wrong %}")
    with pytest.raises(TemplateError, match=r"^templates/web/b\.html:2: "):
        templates(folders).check()


def test_feedsvcs_own_templates_are_right():
    templates([TEMPLATES]).check()


# --- languages ---


def messages():
    """Every message in the templates, as gettext knows it."""
    methods, options = [("**.html", "jinja2"), ("**.txt", "jinja2")], {"**": {"trimmed": "true"}}
    # Babel leaves out folders like _base/ by itself.
    found = extract_from_dir(TEMPLATES, methods, options, directory_filter=lambda _folder: True)
    return {message for _, _, message, _, _ in found}


@pytest.mark.parametrize("language", [path.stem for path in sorted(LOCALES.glob("*.po"))])
def test_every_word_is_translated(language):
    with (LOCALES / f"{language}.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    wanted = {message if isinstance(message, str) else message[0] for message in messages()}
    missing = {each for each in wanted if each not in catalog or not all(_forms(catalog[each].string))}
    assert not missing, f"add them to feedsvc/locale/{language}.po"
    unused = {message.id if isinstance(message.id, str) else message.id[0] for message in catalog} - wanted
    assert unused == {""}, f"take them out of feedsvc/locale/{language}.po"


@pytest.mark.parametrize("language", [path.stem for path in sorted(LOCALES.glob("*.po"))])
def test_a_translation_fills_in_what_the_words_do(language):
    with (LOCALES / f"{language}.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    for message in catalog:
        for words, translated in zip(_forms(message.id), _forms(message.string), strict=True):
            if message.id:
                assert _slots(words) == _slots(translated), words


def _forms(words):
    return [words] if isinstance(words, str) else list(words)


def _slots(words):
    return set(re.findall(r"%\(\w+\)s", words))


def test_a_template_speaks_the_language_it_is_asked_for(folders):
    (folders[0] / "web" / "a.html").write_text(
        "{{ language }} {{ _('Home') }} {% trans num=n, n=n|number %}{{ n }} entry{% pluralize num %}"
        "{{ n }} entries{% endtrans %}"
    )
    found = templates(folders)
    assert found.render("web/a.html", "en", n=1) == "en Home 1 entry"
    assert found.render("web/a.html", "es", n=1) == "es Inicio 1 entrada"
    assert found.render("web/a.html", "es", n=12345) == "es Inicio 12.345 entradas"
    assert found.render("web/a.html", "de", n=2) == "de Home 2 entries"


def test_words_filled_in_are_escaped_in_html(folders):
    (folders[0] / "web" / "a.html").write_text("{{ _('%(format)s feed: %(title)s', format=f, title=f) }}")
    assert templates(folders).render("web/a.html", "es", f="<b>") == "Canal &lt;b&gt;: &lt;b&gt;"


DAY, EARLIER = date(2017, 9, 3), date(2017, 7, 28)


@pytest.mark.parametrize(
    ("language", "filter_name", "value", "written"),
    [
        ("en", "long_date", DAY, "3 September 2017"),
        ("es", "long_date", DAY, "3 de septiembre de 2017"),
        ("en", "short_date", DAY, "3 Sept 2017"),
        ("es", "short_date", DAY, "3 sept 2017"),
        ("en", "period", [DAY, EARLIER], "28 Jul – 3 Sept 2017"),
        ("es", "period", [DAY, EARLIER], "28 de julio – 3 de septiembre de 2017"),
        ("es", "period", [DAY], "3 de septiembre de 2017"),
        ("en", "number", 12345, "12,345"),
        ("es", "number", 12345, "12.345"),
        ("es", "label", Category(Scheme.COUNTRY, "PA"), "Panamá"),
        ("es", "feed_title", Feed("PA", "gender"), "Panamá: Género"),
        ("en", "feed_title", Feed(), ""),
        ("en", "landing", Category(Scheme.COUNTRY, "PA"), Feed("PA")),
        ("en", "landing", Category(Scheme.TOPIC, "gender"), Feed(topic="gender")),
        ("en", "landing", Category(Scheme.REGION, "mesoamerica"), None),
        ("es", "language_name", "en", "inglés"),
        ("en", "absolute", "/feeds/all", "https://bulletin.example.org/feeds/all"),
        ("en", "href", "/feeds/all", "/feeds/all"),
        ("en", "local", "/feeds/all", "/feeds/all"),
        ("es", "local", "/feeds/all", "/es/feeds/all"),
        ("en", "month", DAY, "September 2017"),
        ("es", "month", DAY, "septiembre de 2017"),
        ("es", "month_name", DAY, "sept"),
        ("en", "months", [DAY, EARLIER], "July – September 2017"),
        ("en", "own_name", "es", "Español"),
        ("en", "known", Category(Scheme.TOPIC, "gender"), True),
        ("en", "known", Category(Scheme.TOPIC, "given-up"), False),
        ("en", "known", Category(Scheme.COUNTRY, "FR"), True),
        ("en", "brief", "\u202etxet\u2066 a", "txet a"),
        ("en", "brief", "é" * 400, "é" * 299 + "…"),
    ],
)
def test_the_filters(language, filter_name, value, written):
    found = Words(SITE, VOCABULARY, language).filters()[filter_name](value)
    assert (re.sub(r"\s", " ", found) if isinstance(found, str) else found) == written


def test_a_link_knows_where_the_site_is_mounted(tmp_path):
    mounted = type(SITE)(
        root=tmp_path,
        title="",
        url="https://example.org/news",
        id_authority="example.org,2017",
        languages=("en",),
        timezone=SITE.timezone,
    )
    assert Words(mounted, VOCABULARY, "en").href("/style.css") == "/news/style.css"


def test_a_link_to_a_mail_says_what_was_meant_whatever_is_in_it():
    mailto = Words(SITE, VOCABULARY, "en").mailto
    subject = Markup("A &amp; B? %")
    assert (
        mailto("office@example.org", subject, "two\nlines")
        == "mailto:office@example.org?subject=A%20%26%20B%3F%20%25&body=two%0Alines"
    )


def test_a_piece_is_rendered_once_for_equal_values(folders):
    web = folders[0] / "web"
    (web / "piece.html").write_text("<i>{{ word }}{{ language }}</i>")
    (web / "a.html").write_text("{{ 'web/piece.html'|once(word=word) }}")
    found = templates(folders)
    assert found.render("web/a.html", "en", word="<b>") == "<i>&lt;b&gt;en</i>"
    (web / "piece.html").write_text("changed")
    assert found.render("web/a.html", "en", word="<b>") == "<i>&lt;b&gt;en</i>"
    assert found.render("web/a.html", "es", word="<b>") == "changed"


def test_a_broken_piece_is_named_with_its_line(folders):
    web = folders[0] / "web"
    (web / "piece.html").write_text("one\n{{ nobody }}")
    (web / "a.html").write_text("{{ 'web/piece.html'|once }}")
    with pytest.raises(TemplateError, match=r"^templates/web/piece\.html:2: "):
        templates(folders).render("web/a.html", "en")


def test_text_is_wrapped_between_words_only():
    wrapped = Words(SITE, VOCABULARY, "en").wrapped
    lines = wrapped("word-word " * 40).split("\n")
    assert max(map(len, lines)) <= 72
    assert {word for line in lines for word in line.split()} == {"word-word"}
    link = "https://example.org/" + "x" * 100
    assert wrapped(f"see {link} there").split("\n") == ["see", link, "there"]


def test_names_are_sorted_by_their_letters():
    names = ["Zambia", "Åland", "albania", "El Salvador", "Índico", "Islandia"]
    assert sorted(names, key=alphabetical) == [
        "Åland",
        "albania",
        "El Salvador",
        "Índico",
        "Islandia",
        "Zambia",
    ]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('<p><img src="/media/a.png" alt="map"></p>', '<p><img src="/media/a.png" alt="map"></p>'),
        (
            '<img alt="a &quot;map&quot; <b>" src="https://example.org/a?b=1&amp;c">',
            '<a class="picture" rel="external noopener" href="https://example.org/a?b=1&amp;c">a &#34;map&#34; &lt;b&gt;</a>',
        ),
        (
            '<img src="http://example.org/a">',
            '<a class="picture" rel="external noopener" href="http://example.org/a">Imagen</a>',
        ),
        (
            '<a title="<img src=https://example.org/>">x</a>',
            '<a title="<img src=https://example.org/>">x</a>',
        ),
        ("<img>", "<img>"),
    ],
)
def test_pictures_of_other_sites_are_links(body, shown):
    assert Words(SITE, VOCABULARY, "es").filters()["pictured"](body, "Imagen") == shown
