"""Header lines: folding, encoded words, addresses and domains."""

from email.header import decode_header, make_header

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedsvc.errors import MessageError
from feedsvc.mail import headers

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def unfolded(line):
    return line.decode().removesuffix("\r\n").replace("\r\n", "").partition(": ")[2]


@given(TEXT)
@example("Migración en Panamá: 5 novedades, del 28 de julio al 3 de septiembre de 2017, y más")
@example("=?utf-8?q?not_an_encoded_word?=")
@example("👩‍👩‍👧‍👦" * 30)
@example("x" * 2000)
@example("Bcc: all@example.org\r\nBcc: all@example.org")
def test_any_subject_reads_back_as_it_was_on_one_line(text):
    line = headers.header("Subject", *headers.text(text))
    assert str(make_header(decode_header(unfolded(line)))) == headers.one_line(text)


@given(TEXT)
@example("Organización Internacional para las Migraciones — Programa Mesoamérica 🌎 " * 5)
def test_no_line_is_longer_than_78_and_no_encoded_word_than_75(text):
    for name in ("Subject", "Organization"):
        line = headers.header(name, *headers.text(text))
        assert line.isascii()
        assert line.endswith(b"\r\n")
        assert all(len(part) <= 78 for part in line.split(b"\r\n"))
        words = [word for word in headers.text(text) if word.startswith("=?")]
        assert all(len(word) <= 75 for word in words)


def test_a_plain_text_is_left_as_it_is():
    assert headers.text("Five new entries") == ("Five", "new", "entries")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Migración en Panamá: novedades", "q"), ("Миграция в Панаме", "b"), ("🌎🌍🌏", "b")],
)
def test_an_encoded_word_takes_the_shorter_encoding(text, encoding):
    assert all(word.startswith(f"=?utf-8?{encoding}?") for word in headers.encoded_words(text))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", "ana@example.org"),
        ("Ana Gomez", "Ana Gomez <ana@example.org>"),
        ("Gomez, Ana", '"Gomez, Ana" <ana@example.org>'),
        ('Ana "la jefa" \\', r'"Ana \"la jefa\" \\" <ana@example.org>'),
        ("Ana Gómez", "=?utf-8?q?Ana_G=C3=B3mez?= <ana@example.org>"),
        ("Ana\r\nBcc: all@example.org", '"Ana Bcc: all@example.org" <ana@example.org>'),
    ],
)
def test_a_name_stands_before_its_address(name, expected):
    assert " ".join(headers.name_address(name, "ana@example.org")) == expected


@pytest.mark.parametrize(
    ("written", "wire"),
    [
        ("ana@example.org", "ana@example.org"),
        (" Ana.B+c@Example.ORG ", "Ana.B+c@example.org"),
        ("ana@migración.example", "ana@xn--migracin-13a.example"),
        ("ana@例え。テスト", "ana@xn--r8jz45g.xn--zckzah"),
        ("ana@fußball.example", "ana@xn--fuball-cta.example"),
        ("josé@example.org", "josé@example.org"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_an_address_goes_over_the_wire_with_its_domain_as_dns_knows_it(written, wire):
    assert headers.address(written) == wire


@pytest.mark.parametrize(
    "wrong",
    [
        "", "ana", "@example.org", "ana@", "a b@example.org", "ana@example.org\r\nBcc: x@example.org",
        "ana@exa mple.org", "ana@example.org> SIZE=1", "ana..b@example.org", ".ana@example.org", "ana@a..b",
        "ana\x00@example.org", "ana\x85@example.org", "ana\ud800@example.org", '"ana"@example.org',
        f"ana@{'a' * 64}ñ.example", "ana,eva@example.org", "ana@[127.0.0.1]",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(wrong):
    with pytest.raises(MessageError):
        headers.address(wrong)


@pytest.mark.parametrize(
    ("written", "wire"),
    [
        ("http://localhost:8000/unsubscribe/a.b", "http://localhost:8000/unsubscribe/a.b"),
        ("https://migración.example/á?b=ñ", "https://xn--migracin-13a.example/%C3%A1?b=%C3%B1"),
        ("https://migración.example:8443/x", "https://xn--migracin-13a.example:8443/x"),
    ],
)
def test_a_web_address_goes_out_in_ascii(written, wire):
    assert headers.web_address(written) == wire


@pytest.mark.parametrize(
    "wrong",
    [
        "", "mailto:a@example.org", "javascript:alert(1)", "https://a/>,<mailto:b@c", "https://a/ b",
        "https://a/\r\nBcc: x", "https://á:port/", "https://[á/",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(wrong):
    with pytest.raises(MessageError):
        headers.web_address(wrong)


@given(st.text())
def test_no_token_gets_a_line_break_into_a_header(value):
    for make in (headers.token, headers.address, headers.web_address, headers.a_labels, str):
        try:
            line = headers.header("X", make(value))
        except (MessageError, UnicodeEncodeError):
            continue
        assert line.count(b"\n") == line.count(b"\r") == 1
