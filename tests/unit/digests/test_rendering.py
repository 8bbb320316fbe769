"""What a digest says and how it looks to a mail program."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from looks import ENTRIES, HOSTILE, SITE, TEMPLATES, VOCABULARY
from lxml import html
from makers import entry, subscription

from feedsvc.digests.rendering import MAX_HTML_BYTES, DigestRenderer, layout_of, one_line, tidy
from feedsvc.errors import TemplateError
from feedsvc.model import LAYOUTS, SINGLE, DigestSection, Placeholder, Selection

DUE = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
ADDRESS = "Example Organisation, 12 Calle Central, San José"
RENDERER = DigestRenderer(SITE, VOCABULARY, [TEMPLATES], postal_address=ADDRESS)
PANAMA = subscription(
    "panama",
    title={"en": "Migration in Panama", "es": "Migración en Panamá"},
    selection=Selection(countries=frozenset({"PA"})),
)
REGION = subscription("region", title={"en": "The region", "es": "La región"})
WALK, SPANISH, NOWHERE, *_ = ENTRIES


def render(*sections, language="en", named=True):
    return RENDERER.render(
        [DigestSection(each, entries) for each, entries in sections], language, named=named, due_at=DUE
    )


def tree(digest):
    return html.document_fromstring(digest.html)


def words(digest):
    return " ".join(tree(digest).body.text_content().split())


DIGEST = render((PANAMA, ENTRIES[:2]))


# --- the subject ---


@pytest.mark.parametrize(
    ("entries", "language", "subject"),
    [
        (ENTRIES[:2], "en", "Migration in Panama: 2 new entries, 22 Aug – 3 Sept 2017"),
        (
            ENTRIES[:2],
            "es",
            "Migración en Panamá: 2 novedades, 22 de agosto – 3 de septiembre de 2017",
        ),
        (ENTRIES[:1], "en", "Migration in Panama: Panama and Costa Rica walk together"),
    ],
)
def test_the_subject_says_what_is_inside(entries, language, subject):
    assert render((PANAMA, entries), language=language).subject == subject


def test_a_merged_digest_goes_under_the_sites_title():
    digest = render((PANAMA, ENTRIES[:1]), (REGION, ENTRIES[:3]))
    assert digest.subject.startswith("Migration in Mesoamerica: 3 new entries, ")


def test_a_site_is_called_in_a_mail_as_in_its_language():
    site = replace(SITE, titles=(("en", SITE.title), ("es", "Migración en Mesoamérica")))
    by = DigestRenderer(site, VOCABULARY, [TEMPLATES])
    sections = [DigestSection(PANAMA, ENTRIES[:1]), DigestSection(REGION, ENTRIES[:3])]
    digest = by.render(sections, "es", named=False, due_at=DUE)
    assert digest.subject.startswith("Migración en Mesoamérica: 3 novedades, ")
    assert tree(digest).xpath("//h1/text()") == ["Migración en Mesoamérica"]
    assert SITE.title not in digest.html + digest.text
    alone = by.render(sections[:1], "es", named=False, due_at=DUE)
    assert SITE.title not in alone.html + alone.text
    assert by.render(sections, "en", named=False, due_at=DUE).subject.startswith(SITE.title)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (" a \n b\t c\n", "a b c"),
        ("a\r\nBcc: b", "a Bcc: b"),
        ("a\x00\x1b\x85\u2028b", "a b"),
        ("w" * 200, "w" * 159 + "…"),
        ("w" * 160, "w" * 160),
    ],
)
def test_a_subject_is_one_line_of_bearable_length(text, line):
    assert one_line(text) == line


# --- the content ---


def test_both_parts_say_everything_of_an_entry():
    digest = render((PANAMA, [WALK]))
    for part in (words(digest), " ".join(digest.text.split())):
        for said in (WALK.title, "3 September 2017", "Panama", "Trafficking in", WALK.summary.strip()):
            assert said in part.replace("\xa0", " ")
    address = SITE.url + WALK.path
    assert address in tree(digest).xpath("//h2/a/@href")
    assert address in digest.text.split("\n")


def test_the_recipients_own_values_are_left_open():
    for part in (DIGEST.html, DIGEST.text):
        assert f"Hello {Placeholder.NAME}, here" in part
        assert part.count(Placeholder.UNSUBSCRIBE_URL) == 2
    assert Placeholder.NAME not in DIGEST.subject
    nameless = render((PANAMA, ENTRIES[:2]), named=False)
    assert Placeholder.NAME not in nameless.html + nameless.text
    assert "Hello, here is what is new." in nameless.text


def test_unsubscribing_stands_near_the_top_and_at_the_end():
    places = [match.start() / len(DIGEST.text) for match in re.finditer("unsubscribe-url", DIGEST.text)]
    assert places[0] < 0.2
    assert places[1] > 0.8
    links = tree(DIGEST).xpath("//a/@href")
    assert links[:2] == [Placeholder.VIEW_URL, Placeholder.UNSUBSCRIBE_URL]
    assert links[-1] == Placeholder.UNSUBSCRIBE_URL


def test_it_says_why_it_comes_and_from_whom():
    for part in (words(DIGEST), " ".join(DIGEST.text.split())):
        assert "your address is on the list of: Migration in Panama." in part
        assert ADDRESS in part
        assert "23 November 2026" in part
    assert f"{SITE.url}/feeds/country/pa" in DIGEST.text.split("\n")


def test_without_a_postal_address_none_is_shown():
    bare = DigestRenderer(SITE, VOCABULARY, [TEMPLATES])
    digest = bare.render([DigestSection(PANAMA, ENTRIES[:1])], "en", named=False, due_at=DUE)
    assert "Example" not in digest.html + digest.text


def test_the_day_is_the_subscriptions_own():
    late = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # still the 22nd in Panama
    digest = RENDERER.render([DigestSection(PANAMA, ENTRIES[:1])], "en", named=False, due_at=late)
    assert "22 November 2026" in digest.text


def test_an_entry_in_another_language_is_marked():
    root = tree(render((PANAMA, [WALK, SPANISH]), language="es"))
    assert root.get("lang") == "es"
    assert [title.get("lang") for title in root.xpath("//h2")] == ["en", None]
    assert "inglés" in root.text_content()


def test_a_spanish_digest_has_no_english_in_it():
    spanish = words(render((REGION, [SPANISH]), language="es"))
    for word in ("Read", "Hello", "Unsubscribe", "entries", "more", "You", "September", "site"):
        assert word not in spanish.replace(SITE.title, "")


# --- where it leads on to ---


def wanting(*countries, topics=(), languages=()):
    selection = Selection(*map(frozenset, (countries, topics, languages)))
    return subscription("some", title={"en": "Some", "es": "Algunas"}, selection=selection)


@pytest.mark.parametrize(
    ("wanted", "language", "said", "path"),
    [
        (wanting("PA"), "en", "More of “Some” on the site", "/feeds/country/pa"),
        (wanting(), "en", "More of “Some” on the site", "/feeds/all"),
        (wanting("PA", "CR"), "en", "All entries", "/feeds/all"),
        (
            wanting("PA", "CR", topics=["trafficking"]),
            "en",
            "All entries: Trafficking in persons",
            "/feeds/topic/trafficking",
        ),
        (wanting("PA", topics=["trafficking", "gender"]), "en", "All entries: Panama", "/feeds/country/pa"),
        (wanting(languages=["es"]), "en", "More of “Some” on the site", "/feeds/all/lang/es"),
        (wanting("PA", "CR", languages=["es"]), "en", "All entries in Spanish", "/feeds/all/lang/es"),
    ],
)
def test_a_link_onward_promises_what_its_page_is(wanted, language, said, path):
    digest = render((wanted, [WALK]), language=language)
    (button,) = tree(digest).find_class("press")
    assert (button.text_content().strip(), button.get("href")) == (said, SITE.url + path)
    assert f"{said}:\n{SITE.url}{path}\n" in digest.text


def test_the_rest_of_a_digest_is_looked_for_where_it_is():
    digest = render((wanting("PA", "CR", topics=["trafficking"]), LONG))
    (more,) = tree(digest).find_class("more")
    assert "more online, in “Trafficking in persons”" in more.text_content()
    assert more.xpath("a/@href") == [f"{SITE.url}/feeds/topic/trafficking"]


def test_it_leads_to_each_page_once_and_to_one_instead_of_many():
    def buttons(*wanted):
        digest = render(*((each, [entry(seq)]) for seq, each in enumerate(wanted)))
        return [(each.text_content().strip(), each.get("href")) for each in tree(digest).find_class("press")]

    more = "More of “Some” on the site"
    assert buttons(wanting("PA"), wanting("PA", topics=["trafficking", "gender"]), wanting("CR")) == [
        (more, f"{SITE.url}/feeds/country/pa"),
        (more, f"{SITE.url}/feeds/country/cr"),
    ]
    many = [wanting(country) for country in ("AX", "BZ", "CR", "HT", "PA")]
    assert len(buttons(*many[1:])) == 4
    assert buttons(*many) == [("All entries", f"{SITE.url}/feeds/all")]


# --- groups ---


def test_an_entry_of_two_subscriptions_stands_there_once():
    digest = render((PANAMA, ENTRIES[:2]), (REGION, ENTRIES[:3]))
    for each in ENTRIES[:3]:
        assert digest.text.split("\n").count(SITE.url + each.path) == 1


def test_groups_have_headings_with_counts_and_links_that_jump_there():
    assert not tree(DIGEST).find_class("heading")
    root = tree(render((PANAMA, ENTRIES[:2]), (REGION, ENTRIES[:5])))
    headings = [" ".join(each.text_content().split()) for each in root.xpath("//h2")]
    assert headings == ["Migration in Panama (2)", "The region (3)"]
    (jump,) = root.find_class("jump")
    assert [" ".join(each.text_content().split()) for each in jump.xpath("a")] == headings
    for each in jump.xpath("a/@href"):
        (place,) = root.xpath(f"//a[@id='{each[1:]}' and @name='{each[1:]}']")
        assert place.getparent().tag == "h2"


# --- what mail programs bear ---


def test_styles_are_in_the_elements_and_dark_mode_in_the_head():
    root = tree(DIGEST)
    style, outlooks = root.xpath("//style/text()")
    assert "prefers-color-scheme: dark" in style
    assert "max-width: 480px" in style
    assert "[data-ogsc] .link" in outlooks
    for tag in ("h1", "h2", "td[contains(@class, 'sheet')]", "span[contains(@class, 'chip')]"):
        assert root.xpath(f"//{tag}/@style"), tag
    assert not root.xpath("//link | //script | //img | //form")


def test_only_tables_for_looks_and_none_that_is_read_out_as_one():
    assert set(tree(DIGEST).xpath("//table/@role")) == {"presentation"}
    assert "<!--[if mso]>" in DIGEST.html


def test_what_an_inbox_shows_beside_the_subject_is_news():
    (preview,) = tree(render((PANAMA, ENTRIES[:2]))).find_class("preview")
    assert preview.text_content().strip().startswith(WALK.title)


LONG = [
    entry(
        number,
        title=f"{number}: a title of some length, as they come & go",
        summary="A summary <as> long as they come. " * 9,
        countries=["CR", "PA"],
        topics=["gender", "trafficking"],
    )
    for number in range(120, 0, -1)
]


def test_a_long_digest_is_cut_and_says_how_many_more_there_are():
    digest = render((PANAMA, LONG))
    shown = len(tree(digest).xpath("//h2"))
    assert 20 <= shown < 120
    assert digest.text.count("/entries/") == shown
    assert len(digest.html.encode()) <= MAX_HTML_BYTES
    for part in (words(digest), digest.text):
        assert f"and {120 - shown} more online" in part
    assert "120 new entries" in digest.subject
    assert "more online" not in DIGEST.html + DIGEST.text


def of_country(country, number, start=0):
    return [entry(start + each, countries=[country], summary="As they come. " * 20) for each in range(number)]


@pytest.mark.parametrize("layout", ["digest", "compact"])
def test_no_group_of_a_long_digest_goes_under(layout):
    panama = replace(PANAMA, layout=layout)
    belize = replace(
        subscription("belize", title={"en": "Belize"}, layout=layout),
        selection=Selection(countries=frozenset({"BZ"})),
    )
    digest = render((panama, of_country("PA", 145)), (belize, of_country("BZ", 8, 200)))
    root = tree(digest)
    headings = [" ".join(each.text_content().split()) for each in root.find_class("heading")]
    assert headings == ["Migration in Panama (145)", "Belize (8)"]
    assert [" ".join(each.text_content().split()) for each in root.xpath("//*[@class='jump']/a")] == headings
    shown = len(root.xpath("//h3"))
    for seq in range(200, 208):
        assert f"/entries/2017/09/entry-{seq}\n" in digest.text
    (more,) = root.xpath("//*[@class='more']/a")
    assert more.text_content() == f"and {153 - shown} more online, in “Panama”"
    assert more.get("href") == f"{SITE.url}/feeds/country/pa"
    assert f"and {153 - shown} more online, in “Panama”:\n{SITE.url}/feeds/country/pa\n" in digest.text


def test_each_country_of_a_long_digest_is_there_with_its_newest():
    entries = [
        each
        for at, country in enumerate(["BZ", "CR", "PA", "HT"])
        for each in of_country(country, 30, 100 * at)
    ]
    digest = render((REGION, entries))
    assert [" ".join(each.text_content().split()) for each in tree(digest).find_class("heading")] == [
        "Belize (30)",
        "Costa Rica (30)",
        "Haiti (30)",
        "Panama (30)",
    ]
    for at, country in enumerate(["bz", "cr", "pa", "ht"]):
        assert f"”:\n{SITE.url}/feeds/country/{country}\n" in digest.text
        assert f"/entry-{100 * at + 29}\n" in digest.text
        assert f"/entry-{100 * at}\n" not in digest.text


@settings(deadline=None, max_examples=40)
@given(
    layout=st.sampled_from(LAYOUTS),
    sizes=st.lists(st.integers(1, 60), min_size=1, max_size=30),
    words=st.sampled_from(["x", "&" * 900, "A title as they come", HOSTILE * 20]),
)
def test_any_digest_keeps_to_its_size_and_tells_of_all_it_holds(layout, sizes, words):
    sections = [
        (
            subscription(f"s{at}", title={"en": f"{at} {words}"}, layout=layout),
            [entry(100 * at + each, title=words, summary=words) for each in range(size)],
        )
        for at, size in enumerate(sizes)
    ]
    digest = render(*sections)
    assert len(digest.html.encode()) <= MAX_HTML_BYTES
    root = tree(digest)
    shown = len(root.xpath("//*[contains(concat(' ', @class, ' '), ' title ')]"))
    more = [
        int(re.sub(r"\D", "", each) or 1)
        for each in root.xpath("//*[@class='more']/a/text()")
        if "online" in each
    ]
    if layout_of([DigestSection(each, entries) for each, entries in sections], sum(sizes)) != SINGLE:
        assert shown + sum(more) == sum(sizes)


def test_entries_of_any_size_fit():
    huge = [entry(n, title="<&" * 50_000, summary="'\"" * 50_000, topics=["gender"]) for n in range(1, 60)]
    digest = render((REGION, huge))
    assert len(digest.html.encode()) <= MAX_HTML_BYTES
    assert len(digest.subject) <= 160


def test_text_is_wrapped_and_links_stand_alone():
    digest = render((PANAMA, [WALK, SPANISH, NOWHERE]), (REGION, LONG[:3]), language="es")
    for line in digest.text.split("\n"):
        if "https://" in line or Placeholder.UNSUBSCRIBE_URL in line:
            assert len(line.split()) == 1
        else:
            assert len(line) <= 72, line
    assert "<" not in digest.text.replace("<as>", "")
    assert "\n\n\n\n" not in digest.text


def test_tidy_text_has_no_white_space_at_ends():
    assert tidy("\n\na  \n\n\n\n\n\nb\n\n") == "a\n\n\nb\n"


# --- always the same, and of anything ---


def test_it_is_the_same_in_another_process():
    program = (
        "import sys; sys.path[:0] = ['tests', 'tests/unit/digests']\n"
        "import test_rendering as t; print(t.render((t.REGION, t.ENTRIES)).id)"
    )
    again = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=TEMPLATES.parent,
        timeout=60,
    )
    assert again.stdout.strip() == render((REGION, ENTRIES)).id


def test_the_id_is_the_contents():
    assert render((PANAMA, ENTRIES[:2])) == DIGEST
    others = [
        render((PANAMA, ENTRIES[:2]), language="es"),
        render((PANAMA, ENTRIES[:2]), named=False),
        render((PANAMA, ENTRIES[:1])),
    ]
    assert len({DIGEST.id, *(each.id for each in others)}) == 4


ANYTHING = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1) | st.sampled_from(
    [HOSTILE, "--><svg onload=alert(1)>", "<![endif]-->", "</td></tr></table>", "&lt;script&gt;"]
)


@given(title=ANYTHING, summary=ANYTHING)
def test_no_title_and_no_summary_breaks_a_digest(title, summary):
    hostile = render((PANAMA, [entry(title=title, summary=summary, countries=["PA"])]))
    plain = render((PANAMA, [entry(title="x", summary="y", countries=["PA"])]))
    assert [each.tag for each in tree(hostile).iter()] == [each.tag for each in tree(plain).iter()]
    assert len(hostile.subject.splitlines()) == 1


def test_a_broken_template_is_named_and_nothing_is_made(tmp_path):
    own = tmp_path / "templates"
    (own / "email" / "digest").mkdir(parents=True)
    (own / "email" / "digest" / "body.txt").write_text("{{ title }}\n{{ titel }}\n")
    renderer = DigestRenderer(SITE, VOCABULARY, [own, TEMPLATES])
    with pytest.raises(TemplateError, match=r"^templates/email/digest/body\.txt:2: 'titel' is undefined\."):
        renderer.render([DigestSection(PANAMA, ENTRIES)], "en", named=True, due_at=DUE)


def test_dates_of_one_day_are_one_date():
    day = date(2017, 9, 3)
    assert "3 Sept 2017" in render((PANAMA, [entry(1, published=day), entry(2, published=day)])).subject
