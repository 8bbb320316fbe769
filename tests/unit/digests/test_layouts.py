"""The three layouts, what a site may change of them, and who sees what of a mail."""

import re
from dataclasses import replace
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from looks import ENTRIES, HOSTILE, SITE, TEMPLATES, VOCABULARY
from makers import entry, subscription
from unit.digests.test_pictures import PNG
from unit.digests.test_rendering import DUE, LONG, PANAMA, REGION, tree, words

from feedsvc.digests import INSTANT, DigestRenderer, in_browser
from feedsvc.digests.opening import ENOUGH, opening_of
from feedsvc.digests.rendering import MAX_HTML_BYTES, layout_of
from feedsvc.errors import TemplateError
from feedsvc.looks import LIGHT, Look, Phrases
from feedsvc.model import LAYOUTS, DigestSection, Picture, Placeholder

WALK = replace(ENTRIES[0], text="First paragraph.\n\nSecond paragraph.")
BRIDGE = replace(WALK, body='<p><img src="/media/a.png" alt="The bridge">Text.</p>')
ALERTS = subscription("alerts", title={"en": "Alerts", "es": "Alertas"}, schedule=INSTANT)


RENDERER = DigestRenderer(SITE, VOCABULARY, [TEMPLATES], "12 Calle Central")


def another(look=None, site=SITE, templates=(TEMPLATES,)):
    return DigestRenderer(site, VOCABULARY, templates, "12 Calle Central", look)


def render(*sections, language="en", named=True, by=RENDERER):
    return by.render(
        [DigestSection(each, entries) for each, entries in sections],
        language,
        named=named,
        due_at=DUE,
        data_at={"/media/a.png": PNG}.get,
    )


def laid_out(layout):
    return replace(REGION, layout=layout)


# --- which one ---


@pytest.mark.parametrize(
    ("layouts", "schedule", "total", "chosen"),
    [
        ([""], "0 8 * * mon", 3, "digest"),
        (["compact"], "0 8 * * mon", 3, "compact"),
        (["single"], "0 8 * * mon", 1, "single"),
        (["single"], "0 8 * * mon", 2, "digest"),
        ([""], INSTANT, 1, "single"),
        ([""], INSTANT, 2, "digest"),
        (["compact"], INSTANT, 1, "compact"),
        (["digest"], INSTANT, 1, "digest"),
        (["compact", "compact"], "0 8 * * mon", 5, "compact"),
        (["compact", ""], "0 8 * * mon", 5, "digest"),
        (["compact", "single"], "0 8 * * mon", 1, "digest"),
    ],
)
def test_the_layout_is_what_is_said_and_the_fullest_of_several(layouts, schedule, total, chosen):
    sections = [
        DigestSection(subscription(str(number), layout=layout, schedule=schedule))
        for number, layout in enumerate(layouts)
    ]
    assert layout_of(sections, total) == chosen


# --- what they show ---


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_layout_has_what_a_mail_must_have(layout, language):
    digest = render((laid_out(layout), [WALK]), language=language)
    for part in (digest.html, digest.text):
        assert part.count(Placeholder.UNSUBSCRIBE_URL) == 2
        assert part.count(Placeholder.VIEW_URL) == 1
        assert Placeholder.NAME in part
        assert "12 Calle Central" in part
        assert SITE.url + WALK.path in part
        assert WALK.title in part
    assert WALK.title in digest.subject
    assert tree(digest).get("lang") == language


def test_compact_has_titles_and_no_more():
    digest = render((laid_out("compact"), ENTRIES))
    for part in (words(digest), digest.text):
        assert WALK.title in " ".join(part.split())
        assert "A walk along the border" not in part
    assert len(render((laid_out("compact"), LONG)).html.encode()) <= MAX_HTML_BYTES


def test_single_has_the_paragraphs_of_its_entry_under_its_title():
    digest = render((ALERTS, [BRIDGE]))
    root = tree(digest)
    assert root.xpath("//h1/text()") == [WALK.title]
    for part in (words(digest), digest.text):
        assert "First paragraph." in part
        assert "Second paragraph." in part
    assert digest.subject == f"{WALK.title} · Alerts"
    (image,) = root.xpath("//img")
    assert (image.get("width"), image.get("height"), image.get("alt")) == ("544", "363", "The bridge")


def test_a_digest_shows_an_entrys_picture_in_a_size_that_is_fixed():
    unsaid = replace(BRIDGE, id="other", body=BRIDGE.body.replace("The bridge", ""))
    first, second = tree(render((REGION, [BRIDGE, unsaid]))).xpath("//img")
    assert first.get("src") == f"{SITE.url}/media/a.png"
    assert (first.get("width"), first.get("height"), first.get("alt")) == ("152", "101", "The bridge")
    assert second.get("alt") == f"Picture: {WALK.title}"


def test_nothing_more_is_promised_of_an_entry_that_is_a_title():
    bare = ENTRIES[-1]
    html = render((REGION, [bare, WALK])).html
    assert html.count(">Read more</a>") == 1
    assert SITE.url + bare.path in html
    assert ">Read more</a>" in render((REGION, [replace(bare, link="https://a.example.org/")])).html


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("language", "number", "named", "said"),
    [
        ("en", 1, False, "Hello, here is a new entry."),
        ("en", 1, True, f"Hello {Placeholder.NAME}, here is a new entry."),
        ("en", 2, False, "Hello, here is what is new."),
        ("es", 1, False, "Hola: esta es la novedad."),
        ("es", 1, True, f"Hola, {Placeholder.NAME}: esta es la novedad."),
        ("es", 2, True, f"Hola, {Placeholder.NAME}: estas son las novedades."),
    ],
)
def test_a_greeting_is_of_one_entry_or_of_several(layout, language, number, named, said):
    digest = render((laid_out(layout), ENTRIES[:number]), language=language, named=named)
    assert said in words(digest)
    assert said in " ".join(digest.text.split())


def test_a_preheader_has_titles_of_all_groups():
    root = tree(render((PANAMA, ENTRIES[:1]), (REGION, ENTRIES[:3])))
    (preview,) = root.find_class("preview")
    assert preview.text_content().split(" · ")[0].strip() == WALK.title
    assert ENTRIES[2].title in preview.text_content()


@pytest.mark.parametrize(
    ("text", "paragraphs", "cut"),
    [
        ("", (), False),
        ("One.\n\n\n\nTwo.", ("One.", "Two."), False),
        ("a" * 1000 + "\n\n" + "b" * 1000, ("a" * 1000,), True),
        ("a" * 5000, ("a" * (ENOUGH - 1) + "…",), True),
        ("[The bridge]\n\nOne.", ("One.",), False),
        ("[Sic]\n\nOne.", ("[Sic]", "One."), False),
    ],
)
def test_an_opening_is_of_whole_paragraphs(text, paragraphs, cut):
    assert opening_of(entry(text=text, body=BRIDGE.body)) == (paragraphs, cut)


def test_what_a_picture_shows_is_said_once():
    digest = render((ALERTS, [replace(BRIDGE, text="[The bridge]\n\nOne.", summary="One.")]))
    assert digest.html.count("The bridge") == 1
    assert "The bridge" not in digest.text


ANYTHING = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1) | st.sampled_from(
    [HOSTILE, "--><svg onload=alert(1)>", "<!--/recipient-->", "</td></tr></table>", "{name} {titles}"]
)


@settings(deadline=None)
@given(layout=st.sampled_from(LAYOUTS), title=ANYTHING, text=ANYTHING, alternative=ANYTHING)
def test_no_words_break_any_layout(layout, title, text, alternative):
    def made(title, text, alternative):
        body = f'<img src="/media/a.png" alt="{escape(alternative)}">'
        return tree(render((laid_out(layout), [entry(title=title, text=text, summary=text, body=body)])))

    hostile, plain = made(title, text or "x", alternative), made("x", "y", "z")
    assert {each.tag for each in hostile.iter()} <= {each.tag for each in plain.iter()}
    assert not hostile.xpath("//@onload | //@onerror")


@pytest.mark.parametrize(("language", "prefix"), [("en", ""), ("es", "/es")])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("number", [1, 150])
def test_pages_are_linked_in_the_language_of_the_mail(layout, number, language, prefix):
    entries = [entry(each, countries=["PA", "CR", "BZ"][each % 3 :][:1]) for each in range(number)]
    digest = render((laid_out(layout), entries), language=language)
    links = {each.partition("#")[0].removeprefix(SITE.url) for each in tree(digest).xpath("//a/@href")}
    links |= {line.removeprefix(SITE.url) for line in digest.text.split("\n") if line.startswith(SITE.url)}
    pages = {each for each in links if each.startswith("/") and not each.startswith("/entries/")}
    assert f"{prefix}/feeds/all" in pages
    assert all(each.startswith(f"{prefix}/feeds/") or each == f"{prefix}/" for each in pages)
    assert (f"{prefix}/feeds/country/pa" in pages) == (number > 1)


# --- a site's own ---


def test_colours_of_a_site_are_everywhere_and_feedsvcs_nowhere():
    look = Look(light=replace(LIGHT, accent="#7a1f5c", band="#3d0f2e"))
    html = render((REGION, ENTRIES), by=another(look)).html
    assert "#7a1f5c" in html
    assert LIGHT.accent not in html
    assert LIGHT.band not in html


def test_words_of_a_site_take_the_place_of_feedsvcs():
    phrases = Phrases(
        greeting="Dear colleague,",
        greeting_by_name="Dear {name},",
        intro="All that our offices wrote.",
        read_more="The whole story",
        why="You asked for {titles} <once>.",
        closing="The regional team",
    )
    by = another(Look(phrases={"en": phrases}))
    for named, greeting in ((True, f"Dear {Placeholder.NAME},"), (False, "Dear colleague,")):
        digest = render((REGION, ENTRIES[:2]), by=by, named=named)
        for part in (words(digest), digest.text):
            for said in (greeting, phrases.intro, "You asked for The region <once>.", phrases.closing):
                assert said in part
            assert "Hello" not in part
        assert "The whole story" in digest.html
    assert "Hola" in render((REGION, ENTRIES[:2]), by=by, language="es").text


@pytest.mark.parametrize(
    ("media_type", "data", "shown"),
    [("image/png", PNG, True), ("image/svg+xml", b"<svg/>", False), ("image/png", b"broken", False)],
)
def test_a_logo_is_shown_where_mail_programs_can(media_type, data, shown):
    site = replace(SITE, logo=Picture("logo.png", media_type, data))
    images = tree(render((REGION, ENTRIES[:1]), by=another(site=site))).xpath("//img")
    assert [(each.get("src"), each.get("height"), each.get("alt")) for each in images] == (
        [(f"{SITE.url}/logo.png", "48", SITE.title)] if shown else []
    )


@pytest.mark.parametrize("name", ["body.html", "body.txt"])
def test_a_template_without_a_way_to_unsubscribe_is_refused(tmp_path, name):
    own = tmp_path / "templates" / "email" / "compact"
    own.mkdir(parents=True)
    (own / name).write_text("<p>{{ title }}</p>")
    with pytest.raises(
        TemplateError, match=rf"templates/email/compact/{name}: it has no link to unsubscribe"
    ):
        render((laid_out("compact"), ENTRIES), by=another(templates=(tmp_path / "templates", TEMPLATES)))


@pytest.mark.parametrize("name", ["base.html", "base.txt"])
def test_the_frame_of_the_site_is_to_blame_if_it_has_no_way_to_unsubscribe(tmp_path, name):
    own = tmp_path / "templates" / "email" / "_base"
    own.mkdir(parents=True)
    shipped = (TEMPLATES / "email" / "_base" / name).read_text()
    # Its opening comment still names what a frame knows.
    (own / name).write_text(re.sub(r"{{ unsubscribe_url }}", "", shipped))
    with pytest.raises(TemplateError, match=rf"^templates/email/_base/{name}: it has no link to unsubscribe"):
        render((laid_out("compact"), ENTRIES), by=another(templates=(tmp_path / "templates", TEMPLATES)))


@pytest.mark.parametrize(
    ("layout", "text", "said"),
    [
        ("digest", "", "it gives an empty subject"),
        (
            "compact",
            "{# nothing #}\n{% if total > 99 %}{{ title }}{% endif %}\n",
            "it gives an empty subject",
        ),
        ("single", "{{ title }} for {{ name }}", "it puts what is for one recipient alone into the subject"),
    ],
)
def test_a_subject_that_no_mail_can_have_is_refused(tmp_path, layout, text, said):
    own = tmp_path / "templates" / "email" / layout
    own.mkdir(parents=True)
    (own / "subject.txt").write_text(text)
    by = another(templates=(tmp_path / "templates", TEMPLATES))
    with pytest.raises(TemplateError, match=rf"^templates/email/{layout}/subject.txt: {said}"):
        render((laid_out(layout), ENTRIES[:1]), by=by)


def test_a_trial_without_a_subject_is_refused(tmp_path):
    own = tmp_path / "templates" / "email" / "_base"
    own.mkdir(parents=True)
    (own / "trial.txt").write_text("{# nothing #}")
    by = another(templates=(tmp_path / "templates", TEMPLATES))
    with pytest.raises(TemplateError, match=r"^templates/email/_base/trial.txt: it gives an empty subject"):
        by.as_trial(render((REGION, [WALK])))


# --- in the browser, and as a trial ---


@pytest.mark.parametrize("layout", LAYOUTS)
def test_in_the_browser_nothing_is_for_one_recipient(layout):
    digest = render((laid_out(layout), [WALK]))
    page = in_browser(digest)
    assert "feedsvc-placeholder" not in page
    assert "recipient" not in page
    for said in ("Hello", "Unsubscribe", "You get this mail"):
        assert said in digest.html
        assert said not in page
    assert WALK.title in page
    assert '<meta name="robots" content="noindex">' in page


def test_a_templates_own_placeholder_is_no_recipients_in_the_browser():
    digest = replace(render((REGION, [WALK])), html=f"<html><head></head><p>Hi {Placeholder.NAME}!</p>")
    assert "Hi !" in in_browser(digest)


def test_a_trial_says_so_in_its_subject_alone():
    renderer = DigestRenderer(SITE, VOCABULARY, [TEMPLATES])
    for language, word in (("en", "Test"), ("es", "Prueba")):
        digest = render((REGION, [WALK]), language=language)
        trial = renderer.as_trial(digest)
        assert trial == replace(digest, subject=f"[{word}] {digest.subject}")


def test_no_layout_uses_what_classic_outlook_does_not_know():
    for layout in LAYOUTS:
        html = render((laid_out(layout), [BRIDGE])).html
        styles = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
        assert not re.search(r"display:\s*(?:grid|flex|inline-block)|position:|<v:|float:", styles)
        # It leaves out the padding of all but cells.
        for tag in ("p", "h1", "h2", "h3", "div", "table"):
            for style in tree(render((laid_out(layout), [BRIDGE]))).xpath(f"//{tag}/@style"):
                assert not re.search(r"padding[^:;]*:\s*[1-9]", style), (tag, style)
