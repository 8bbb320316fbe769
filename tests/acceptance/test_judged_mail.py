"""Digests of every layout in both languages, judged by programs that no one here wrote."""

import base64
import re
import shutil
import struct
import zlib

import pytest
from judges import mail, spam
from sites import SiteFolder, read_mail

from feedsvc.config import init_site

CHROMIUM = shutil.which("chromium")
AXE = mail.PACKAGES / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SUBSCRIPTIONS = "subscriptions:\n" + "".join(
    f"""\
  - id: {layout}-{language}
    title: {{en: Migration in Mesoamerica, es: Migración en Mesoamérica}}
    language: {language}
    layout: {layout}
    {"languages: [es]" if layout == "single" else ""}
    recipients: [Ana Lucía <ana@example.net>]
"""
    for layout in ("digest", "compact", "single")
    for language in ("en", "es")
)
DIGESTS = re.findall(r"id: (\S+)", SUBSCRIPTIONS)


def picture(width=300, height=200):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((120, 160, 150)) * width for _ in range(height))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


PHOTO = f"""<!doctype html><meta charset="utf-8"><p>5 de septiembre de 2017</p>
<h2>Honduras abre un albergue para personas migrantes</h2>
<p><img src="data:image/png;base64,{base64.b64encode(picture()).decode()}" alt="El albergue, visto desde la calle">
El albergue recibe desde hoy a familias que regresan a Honduras, y a quienes siguen su camino.</p>
"""


@pytest.fixture(scope="module")
def letters(tmp_path_factory):
    """The message of each digest, as it would go out now."""
    root = tmp_path_factory.mktemp("judged") / "site"
    init_site(root)
    address = "Example Organisation, 12 Calle Central, San José, Costa Rica"
    environment = {
        "FEEDSVC_SITE__URL": "https://bulletin.example.org",
        "FEEDSVC_MAIL__POSTAL_ADDRESS": address,
    }
    site = SiteFolder(root, environment)
    site.subscribe(SUBSCRIPTIONS)
    (root / "bulletins" / "photo.html").write_text(PHOTO)
    site.run("ingest")
    # What is read as text has lost its CRs.
    return {name: site.run("digests", "preview", name).replace("\n", "\r\n").encode() for name in DIGESTS}


@pytest.fixture(scope="module")
def mails(letters):
    """The HTML of each digest."""
    return {name: read_mail(data).get_body(("html",)).get_content() for name, data in letters.items()}


def test_a_picture_comes_from_a_bulletin_into_the_mail(mails):
    for name in ("digest-en", "digest-es", "single-es"):
        found = re.findall(r'<img src="https://bulletin\.example\.org/media/\w+\.png"[^>]*>', mails[name])
        assert len(found) == 1, name
        assert "El albergue, visto desde la calle" in found[0]


# --- markup, and what mail programs know ---


@pytest.fixture(scope="module")
def judged(mails, tmp_path_factory):
    return mail.judge(tmp_path_factory.mktemp("html"), mails)


@mail.needed
def test_markup_is_right(judged):
    assert {name: each["markup"] for name, each in judged.items() if each["markup"]} == {}


@mail.needed
def test_nothing_is_used_that_a_mail_program_does_not_know_but_what_was_reviewed(judged):
    used = {feature for each in judged.values() for feature in each["unsupported"]}
    assert used - set(mail.REVIEWED) == set()
    assert set(mail.REVIEWED) - used == set(), "take them out of tests/judges/mail_support.json"


@mail.needed
def test_these_judges_see_what_is_wrong(mails, tmp_path):
    html = mails["digest-en"]
    planted = {
        "unclosed": html.replace("</h1>", ""),
        "unnamed": re.sub(r'alt="[^"]*"', "", html),
        "flexible": html.replace("<td ", '<td style="display:flex" ', 1),
    }
    found = mail.judge(tmp_path, planted)
    assert any("close-order" in each for each in found["unclosed"]["markup"])
    assert any("wcag/h37" in each for each in found["unnamed"]["markup"])
    assert "outlook.windows" in found["flexible"]["unsupported"]["display:flex"]


# --- accessibility ---


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM or not AXE.is_file(), reason="Chromium or axe-core is not installed")
def test_axe_finds_nothing_in_light_and_dark_wide_and_narrow(mails):
    from playwright.sync_api import sync_playwright

    found = {}
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.route("**/*.png", lambda route: route.fulfill(body=picture(), content_type="image/png"))
        for name, html in mails.items():
            page.set_content(html)
            page.evaluate(AXE.read_text())
            for scheme in ("light", "dark"):
                for width in (360, 640):
                    page.emulate_media(color_scheme=scheme)
                    page.set_viewport_size({"width": width, "height": 800})
                    said = page.evaluate(f"axe.run({{runOnly: {RULES}, resultTypes: ['violations']}})")[
                        "violations"
                    ]
                    found[name, scheme, width] = [(each["id"], each["nodes"][0]["html"]) for each in said]
                    assert page.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
    assert {where: said for where, said in found.items() if said} == {}


# --- filters of spam ---


@spam.spamassassin_needed
def test_spamassassin_takes_none_for_spam(letters):
    for name, data in letters.items():
        rules = spam.by_spamassassin(data)
        assert sum(rules.values()) < 2, (name, rules)
        assert "MPART_ALT_DIFF" not in rules


@spam.rspamd_needed
def test_rspamd_takes_none_for_spam(letters, tmp_path):
    with spam.rspamd(tmp_path) as asked:
        for name, data in letters.items():
            rules = asked(data)
            assert sum(rules.values()) < 2, (name, rules)
            assert not {"MPART_ALT_DIFF", "R_PARTS_DIFFER"} & rules.keys(), (name, rules)


GTUBE = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"


@spam.spamassassin_needed
def test_spamassassin_knows_spam(letters):
    message = b"Subject: x\r\nFrom: a@example.org\r\nTo: b@example.org\r\n\r\n" + GTUBE + b"\r\n"
    assert sum(spam.by_spamassassin(message).values()) > 100


@spam.rspamd_needed
def test_rspamd_knows_a_message_that_no_mail_server_wrote(letters, tmp_path):
    lines = letters["digest-en"].split(b"\r\n")
    nameless = b"\r\n".join(line for line in lines if not line.startswith((b"Date:", b"Message-ID:")))
    with spam.rspamd(tmp_path) as asked:
        assert sum(asked(nameless).values()) > 2
