import re
import shutil
import subprocess
from inspect import isclass
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paths import REPOSITORY
from pydantic import BaseModel

from feedsvc.config import Settings
from feedsvc.config.layers import read_settings


def only(mistakes):
    (mistake,) = mistakes
    return mistake


def keys(model):
    """Name all keys of a model of settings, and of the models in it."""
    for name, field in model.model_fields.items():
        models = [
            part
            for part in (field.annotation, *get_args(field.annotation))
            if isclass(part) and issubclass(part, BaseModel)
        ]
        if models:
            yield from keys(models[0])
        else:
            yield field.alias or name


def test_a_short_file_is_filled_up_with_defaults(site):
    settings, mistakes = site.settings()
    assert mistakes == []
    assert settings.site.timezone == ZoneInfo("America/Costa_Rica")
    assert settings.mail.from_.address == "bulletin@example.org"
    assert settings.mail.transport == "maildir"
    assert settings.digests.schedules["weekly"] == "0 8 * * mon"
    assert settings.feeds.size == 50


def test_the_file_that_ships_is_right_and_says_what_holds_anyway(shared_site):
    shipped, mistakes = shared_site.settings((REPOSITORY / "config/feedsvc.toml").read_text())
    assert mistakes == []
    short, _ = shared_site.settings()
    for section in ("feeds", "digests", "schedule", "store", "web"):
        assert getattr(shipped, section) == getattr(short, section)
    assert shipped.mail.smtp == short.mail.smtp


def test_every_setting_is_named_in_the_file_that_ships():
    text = (REPOSITORY / "config/feedsvc.toml").read_text()
    secrets = {"password", "secret", "key", "ed25519_key"}
    assert [
        key for key in keys(Settings) if key not in secrets and not re.search(rf"\b{key}(?: =|\])", text)
    ] == []


def test_the_environment_wins_over_the_file(site):
    settings, mistakes = site.settings(
        FEEDSVC_SITE__TITLE="Another",
        FEEDSVC_SITE__LANGUAGES="es,en",
        FEEDSVC_MAIL__FROM="Ana <ana@example.org>",
        FEEDSVC_MAIL__SMTP__PORT="587",
        FEEDSVC_DIGESTS__SCHEDULES__FRIDAYS="0 15 * * fri",
    )
    assert mistakes == []
    assert settings.site.title == "Another"
    assert settings.site.languages == ("es", "en")
    assert settings.mail.from_.name == "Ana"
    assert settings.mail.smtp.port == 587
    assert set(settings.digests.schedules) == {"weekly", "daily", "monthly", "fridays"}


@pytest.mark.parametrize(
    ("given", "store"),
    [
        ("sqlite:///var/a.sqlite3", "sqlite:///{root}/var/a.sqlite3"),
        ("sqlite:////srv/a.sqlite3", "sqlite:////srv/a.sqlite3"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("postgres://u:p@h:1/d", "postgresql+psycopg://u:p@h:1/d"),
        ("postgresql://h/d?sslmode=require", "postgresql+psycopg://h/d?sslmode=require"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
    ],
)
def test_the_address_of_the_store_is_brought_to_one_form(site, given, store):
    settings, _ = site.settings(DATABASE_URL=given)
    assert settings.store.url.get_secret_value() == store.format(root=site.root.resolve())


def test_without_an_address_the_store_is_a_file_of_the_site(site):
    settings, _ = site.settings()
    assert settings.store.url.get_secret_value() == f"sqlite:///{site.root.resolve()}/var/feedsvc.sqlite3"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (f'bounces = "{"b" * 40}@example.org"', "is longer than 39 characters"),
        ('bounces = "bounces"', "is not a mail address"),
        ('imap = {host = "imap.example.org"}', "has a host without a username and a password"),
        ('imap = {password = "hunter2"}', "is a secret, and this file is no place for one"),
        ('imap = {kept = "INBOX"}', "has one folder for two purposes"),
        ("soft_bounces = 0", ""),
    ],
)
def test_what_is_wrong_about_the_bounce_mailbox_is_said(site, lines, said):
    _, mistakes = site.settings(f"{site.short}{lines}\n")
    assert len(mistakes) == 1
    assert said in str(mistakes[0])


def test_the_bounce_mailbox_may_have_its_password_in_a_file(site):
    (site.root / "password").write_text("hunter2\n")
    settings, mistakes = site.settings(
        f'{site.short}bounces = "bounces@example.org"\n'
        '[mail.imap]\nhost = "imap.example.org"\nusername = "bounces"\npassword_file = "password"\n'
    )
    assert mistakes == []
    assert settings.mail.imap.password.get_secret_value() == "hunter2"


def test_no_secret_shows_when_settings_are_printed(site):
    secrets = {
        "FEEDSVC_MAIL__SMTP__USERNAME": "bulletin",
        "FEEDSVC_MAIL__SMTP__PASSWORD": "smtp-hunter2",
        "FEEDSVC_MAIL__IMAP__PASSWORD": "imap-hunter2",
        "FEEDSVC_WEB__SECRET": "web-hunter2-web-hunter2",
        "DATABASE_URL": "postgresql://u:store-hunter2@h/d",
    }
    settings, mistakes = site.settings(**secrets)
    assert mistakes == []
    for printed in (repr(settings), str(settings), settings.model_dump_json(), str(settings.model_dump())):
        assert "hunter2" not in printed
    assert settings.mail.smtp.password.get_secret_value() == "smtp-hunter2"


def test_no_secret_shows_in_a_mistake_about_it(site):
    _, mistakes = site.settings(DATABASE_URL="mysql://u:hunter2@h/d", FEEDSVC_WEB__SECRET="hunter2")
    assert {mistake.key for mistake in mistakes} == {"DATABASE_URL", "FEEDSVC_WEB__SECRET"}
    assert "hunter2" not in str(mistakes)


def test_a_secret_may_stand_in_a_file_of_its_own(site):
    (site.root / "password").write_text("hunter2\n")
    text = site.short + '[mail.smtp]\nusername = "me"\npassword_file = "password"\n'
    settings, mistakes = site.settings(text)
    assert mistakes == []
    assert settings.mail.smtp.password.get_secret_value() == "hunter2"


DKIM = '[mail.dkim]\ndomain = "example.org"\nselector = "main"\nkey_file = "dkim.pem"\n'
RSA = ["genrsa", "2048"]
ED25519 = ["genpkey", "-algorithm", "ed25519"]


def openssl(*arguments):
    program = shutil.which("openssl")
    if not program:
        pytest.skip("openssl is not installed")
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


def test_mail_is_signed_with_the_keys_that_the_guide_says_how_to_make(site):
    (site.root / "dkim.pem").write_text(openssl(*RSA))
    (site.root / "ed.pem").write_text(openssl(*ED25519))
    more = 'ed25519_selector = "ed"\ned25519_key_file = "ed.pem"\n'
    settings, mistakes = site.settings(site.short + DKIM + more)
    assert mistakes == []
    assert list(settings.mail.dkim.private_keys) == ["main", "ed"]
    assert "PRIVATE" not in repr(settings)


@pytest.mark.parametrize(
    ("key", "what", "remedy"),
    [
        (["genrsa", "1024"], "1024 bits", "openssl genrsa"),
        (ED25519, "not an RSA key", "openssl genrsa"),
        (["genrsa", "-aes128", "-passout", "pass:x", "2048"], "not a private key", "openssl genrsa"),
        (["rand", "-hex", "20"], "not a private key", "openssl genrsa"),
    ],
)
def test_a_key_that_no_mail_server_would_take_is_a_mistake(site, key, what, remedy):
    text = openssl(*key)
    (site.root / "dkim.pem").write_text(text)
    _, mistakes = site.settings(site.short + DKIM)
    mistake = only(mistakes)
    assert (mistake.file, mistake.key) == ("config/feedsvc.toml", "mail.dkim.key")
    assert what in mistake.what
    assert remedy in mistake.remedy
    assert text[:60].strip() not in str(mistake)


def test_a_missing_key_is_one_mistake(site):
    _, mistakes = site.settings(site.short + DKIM)
    mistake = only(mistakes)
    assert (mistake.key, mistake.what) == ("mail.dkim.key_file", "dkim.pem: there is no such file.")


@pytest.mark.parametrize(
    ("addition", "what"),
    [
        ('[mail.dkim]\ndomain = "example.org"', "needs a domain, a selector and a key"),
        (DKIM + 'ed25519_selector = "ed"', "half of a second signature"),
        (DKIM.replace("example.org", "example.com"), "signed for"),
        (DKIM.replace("example.org", "ample.org"), "signed for"),
        (DKIM.replace("example.org", "exa mple.org"), "not a name of DNS"),
    ],
)
def test_a_signature_that_would_count_for_nothing_is_a_mistake(site, addition, what):
    (site.root / "dkim.pem").write_text(openssl(*RSA))
    _, mistakes = site.settings(site.short + addition)
    assert any(what in mistake.what for mistake in mistakes), mistakes


def test_a_missing_file_with_a_secret_is_one_mistake(site):
    text = site.short + '[mail.smtp]\nusername = "me"\npassword_file = "password"\n'
    _, mistakes = site.settings(text)
    mistake = only(mistakes)
    assert (mistake.line, mistake.key) == (13, "mail.smtp.password_file")
    assert mistake.what == "password: there is no such file."


@pytest.mark.parametrize(
    ("addition", "key", "remedy"),
    [
        (
            '[mail.smtp]\npassword = "hunter2"\nusername = "me"',
            "mail.smtp.password",
            "FEEDSVC_MAIL__SMTP__PASSWORD",
        ),
        ('[web]\nsecret = "hunter2-hunter2-hunter2"', "web.secret", "FEEDSVC_WEB__SECRET"),
        ('[store]\nurl = "postgresql://u:hunter2@h/d"', "store.url", "DATABASE_URL"),
    ],
)
def test_a_secret_in_the_file_is_a_mistake(site, addition, key, remedy):
    _, mistakes = site.settings(site.short + addition)
    mistake = only(mistakes)
    assert (mistake.file, mistake.line, mistake.key) == ("config/feedsvc.toml", 12, key)
    assert remedy in mistake.remedy
    assert "hunter2" not in str(mistake)


@pytest.mark.parametrize(
    ("addition", "line", "key", "said"),
    [
        ("[web]\nport = 99999", 12, "web.port", "must be at most 65535."),
        ('[web]\nport = "http"', 12, "web.port", "must be a whole number."),
        ("[web]\nprot = 80", 12, "web.prot", 'is not a key that belongs here. Did you mean "port"?'),
        ("[wbe]\nport = 80", 11, "wbe", 'is not a key that belongs here. Did you mean "web"?'),
        ("web = 3", 11, "mail.web", "is not a key that belongs here."),
        ('[feeds]\nsize = 50\ncontent = "ful"', 13, "feeds.content", 'can\'t be "ful". Did you mean "full"?'),
        ("[feeds]\nsize = 0", 12, "feeds.size", "must be at least 1."),
        (
            '[digests.schedules]\nfridays = "0 15 * * fre"',
            12,
            "digests.schedules.fridays",
            "is not a cron line.",
        ),
        (
            '[digests.schedules]\ninstant = "0 15 * * *"',
            12,
            "digests.schedules.instant",
            "Choose another name.",
        ),
        (
            "[digests]\nschedules.fridays = 15",
            12,
            "digests.schedules.fridays",
            "must be a text. Put it in quotes.",
        ),
        ('[mail.smtp]\ntls = "ssl"', 12, "mail.smtp.tls", "Write one of: none, starttls, tls."),
        ('[mail.smtp]\n"host" = ""', 12, "mail.smtp.host", "must not be empty."),
        ('[mail.smtp]\nlocal_hostname = "server"', 12, "mail.smtp.local_hostname", "not what EHLO may say"),
        (
            '[mail.smtp]\nlocal_hostname = "192.0.2.7"',
            12,
            "mail.smtp.local_hostname",
            "not what EHLO may say",
        ),
        ('[mail.smtp]\nlocal_hostname = "[300.1.1.1]"', 12, "mail.smtp.local_hostname", "[192.0.2.7]"),
        ('[mail.smtp]\nusername = "me"', 11, "mail.smtp", "FEEDSVC_MAIL__SMTP__PASSWORD"),
        ('[[sources]]\nname = "mesoamerica"\npath = "more"', 6, "sources", "stands here twice."),
        ('[[sources]]\nname = "More"\npath = "more"', 12, "More: name", "small letters"),
        ('[[sources]]\nname = "more"', 11, "more", "must have a path or a url, and not both."),
        (
            '[[sources]]\nname = "more"\nurl = "ftp://a/b"',
            13,
            "more: url",
            "is not the address of a page.",
        ),
        (
            '[[sources]]\nname = "more"\nurl = "https://example.org"\ncountries = ["Panama"]',
            14,
            "more: countries, the 1st",
            "Write its two letters",
        ),
        (
            '[[sources]]\nname = "more"\nurl = "https://example.org"\nselectors.entry = "li["',
            14,
            "more: selectors.entry",
            "is not a CSS selector",
        ),
        ('[[sources]]\nname = "more"\npath = "."', 13, "more: path", "is no folder for bulletins"),
        ('[[sources]]\nname = "more"\npath = "./config"', 13, "more: path", "is no folder for bulletins"),
        ('[[sources]]\nname = "more"\npath = "bulletins/more"', 6, "sources", "inside the folder of"),
        (
            '[[sources]]\nname = "more"\npath = "m"\nday_frist = true',
            14,
            "more: day_frist",
            'Did you mean "day_first"?',
        ),
        ('[store]\nurl = "mysql://h/d"', 12, "store.url", "is not the address of a store."),
        ('[web]\nsecret_file = "a\\u0000b"', 12, "web.secret_file", "has a name that no file can have."),
        ("[web", 11, "", "can't be read: "),
        ("[web]\nport = ", 12, "", "can't be read: "),
        ("[web]\nhost = yes", 12, "", "can't be read: "),
        ("[web]\nport = 1\nport = 2", 13, "", "gives again what stands above. Keep one."),
        ("[feeds]\n[feeds]", 12, "", "gives again what stands above. Keep one."),
        ("[mail.dkim]\nkey_file = 3", 12, "mail.dkim.key_file", "must be a text. Put it in quotes."),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(site, addition, line, key, said):
    _, mistakes = site.settings(site.short + addition)
    mistake = only(mistakes)
    assert (mistake.file, mistake.line, mistake.key) == ("config/feedsvc.toml", line, key)
    assert said in f"{mistake.what} {mistake.remedy}"


@pytest.mark.parametrize(
    ("right", "wrong", "line", "key", "said"),
    [
        ('title = "Migration in Mesoamerica"', "", 1, "site.title", "is missing. Add it."),
        ("Migration in Mesoamerica", "", 2, "site.title", "must not be empty."),
        ('"Migration in Mesoamerica"', "3", 2, "site.title", 'Write title = "…", or title = {en = "…", es'),
        ('"Migration in Mesoamerica"', '{en = "x", es = ""}', 2, "site.title", "must not be empty."),
        (
            '"Migration in Mesoamerica"',
            '{en = "x"}',
            1,
            "site",
            "has a title in en, and the site's languages",
        ),
        (
            '"Migration in Mesoamerica"',
            '{en = "x", es = "y", fr = "z"}',
            1,
            "site",
            "has a title in en, es, fr",
        ),
        (
            '["en", "es"]',
            '["en", "es"]\ndescription = 3',
            5,
            "site.description",
            "a text, or one for each language.",
        ),
        ('["en", "es"]', '["en", "es"]\ndescription = {en = "x"}', 1, "site", "has a description in en, and"),
        ("example.org,2017", "example.org", 3, "site.id_authority", "RFC 4151"),
        ("example.org,2017", "example.org,2017-13", 3, "site.id_authority", "a date that never was"),
        ('["en", "es"]', '["en", "english"]', 4, "site.languages, the 2nd", '"english" is not a language.'),
        ('["en", "es"]', '["en", "en"]', 4, "site.languages", "stands here twice."),
        ('["en", "es"]', "[]", 4, "site.languages", "must not be empty."),
        ("America/Costa_Rica", "Costa Rica", 5, "site.timezone", 'Did you mean "America/Costa_Rica"?'),
        ("[site]", '[site]\nurl = "example.org"', 2, "site.url", '"example.org" is not a web address.'),
        ("bulletin@example.org", "bulletin at example.org", 10, "mail.from", "it has no @."),
        ('"bulletins"', '"config"', 8, "mesoamerica: path", "is no folder for bulletins"),
        ("[mail]", "[post]", 9, "post", "is not a key that belongs here."),
    ],
)
def test_a_wrong_value_is_told_with_its_line_and_key(site, right, wrong, line, key, said):
    _, mistakes = site.settings(site.short.replace(right, wrong))
    mistake = next(mistake for mistake in mistakes if mistake.key == key)
    assert (mistake.file, mistake.line) == ("config/feedsvc.toml", line)
    assert said in f"{mistake.what} {mistake.remedy}"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("PORT", "http", "must be a whole number."),
        ("FEEDSVC_SITE__LANGUAGES", "en,xx", '"xx" is not a language.'),
        ("FEEDSVC_SITE__TITEL", "Another", 'Did you mean "title"?'),
        ("FEEDSVC_SIET__TITLE", "Another", 'Did you mean "site"?'),
        ("FEEDSVC_MAIL__SMTP", "localhost", "must be a group of keys with values."),
        ("FEEDSVC_SOURCES__0__PATH", "bulletins", "must be a list."),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(site, variable, value, said):
    _, mistakes = site.settings(**{variable: value})
    mistake = only(mistakes)
    assert (mistake.file, mistake.line, mistake.key) == ("environment", 0, variable)
    assert said in f"{mistake.what} {mistake.remedy}"


def test_a_folder_that_is_no_site_is_told_with_the_way_to_one(site):
    (site.root / "config/feedsvc.toml").unlink()
    settings, mistakes = read_settings(site.root, {})
    assert settings is None
    assert str(only(mistakes)) == (
        "config/feedsvc.toml: there is no such file. Make a new site with `feedsvc init`, or choose one with --site."
    )


def test_a_file_saved_by_windows_is_read(site):
    settings, mistakes = site.settings("\ufeff" + site.short.replace("\n", "\r\n"))
    assert (settings.feeds.size, mistakes) == (50, [])


@given(st.text())
def test_any_text_is_settings_or_has_mistakes(shared_site, text):
    settings, mistakes = shared_site.settings(text)
    assert mistakes or settings


def test_a_source_may_say_all_that_the_shipped_file_shows(site):
    text = site.short.replace(
        'path = "bulletins"\n',
        'path = "bulletins"\nlanguage = "es"\ncountries = ["pa"]\nlargest_mb = 5\n'
        '[[sources]]\nname = "ministry"\nurl = "https://example.org/news/"\nevery = 60\npages = 3\nfollow = true\n'
        'private = true\nselectors.entry = "article"\nselectors.next = "a.next"\n',
    )
    settings, mistakes = site.settings(text)
    assert mistakes == []
    folder, page = settings.sources
    assert (folder.language, folder.countries, folder.largest_mb) == ("es", ("PA",), 5)
    assert (page.url, page.every, page.pages, page.follow) == ("https://example.org/news/", 60, 3, True)
    assert page.selectors.entry == "article"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://hub.example.org/",
        "http://localhost:8080/hub/",
        "http://10.0.0.7:9000?of=ours",
        "http://[::1]:9/",
        "  https://hub.example.org/a%20b  ",
    ],
)
def test_a_hub_keeps_its_address_to_the_letter(site, address):
    settings, mistakes = site.settings(FEEDSVC_FEEDS__HUB=address)
    assert mistakes == []
    assert settings.feeds.hub == address.strip()


@pytest.mark.parametrize(
    "address",
    [
        "hub.example.org",
        "ftp://hub.example.org/",
        "https://",
        "https://me:secret@hub.example.org/",
        "https://hub.example.org/ x",
        "https://hub.example.org/\\r\\nEvil: 1",
        'https://hub.example.org/>; rel=\\"self',
        "https://hub.example.org/#top",
        "https://höb.example.org/",
    ],
)
def test_what_is_no_address_of_a_hub(site, address):
    mistake = only(site.settings(f'{site.short}[feeds]\nhub = "{address}"')[1])
    assert (mistake.line, mistake.key) == (12, "feeds.hub")
    assert "https://hub.example.org/" in mistake.remedy


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Mail.Example.org", "mail.example.org"),
        ("correo.migración.example", "correo.xn--migracin-13a.example"),
        ("[192.0.2.7]", "[192.0.2.7]"),
        ("[IPv6:2001:db8::7]", "[IPv6:2001:db8::7]"),
        ("", ""),
    ],
)
def test_ehlo_says_a_domain_or_an_address_literal(site, written, said):
    settings, mistakes = read_settings(site.root, {"FEEDSVC_MAIL__SMTP__LOCAL_HOSTNAME": written})
    assert mistakes == []
    assert settings.mail.smtp.local_hostname == said
