import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.config.addresses import Mailbox, folded, is_one_line, mailbox
from feedsvc.config.mistakes import InvalidError


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ana@example.org", Mailbox("ana@example.org")),
        ("  ana@example.org ", Mailbox("ana@example.org")),
        ("Ana.Maria+news@Example.ORG", Mailbox("Ana.Maria+news@example.org")),
        ("Oficina en Panamá <panama@example.org>", Mailbox("panama@example.org", "Oficina en Panamá")),
        ('"Gómez, Ana" <ana@example.org>', Mailbox("ana@example.org", "Gómez, Ana")),
        ('"Ana \\"la jefa\\"" <ana@example.org>', Mailbox("ana@example.org", 'Ana "la jefa"')),
        ("<ana@example.org>", Mailbox("ana@example.org")),
        ("ana@migración.example", Mailbox("ana@migración.example")),
        ("josé@example.org", Mailbox("josé@example.org")),
        ("jose\u0301@example.org", Mailbox("josé@example.org")),
    ],
)
def test_an_address_is_read_with_or_without_a_name(written, read):
    assert mailbox(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@@example.org",
        "ana@example",
        "ana@example..org",
        "ana@.example.org",
        "ana@-example.org",
        "ana@example.org.",
        "ana@192.168.0.1",
        "ana@[192.168.0.1]",
        ".ana@example.org",
        "ana.@example.org",
        "ana..b@example.org",
        "ana gomez@example.org",
        "ana@exam ple.org",
        "ana@example.org, luis@example.org",
        "ana@example.org; luis@example.org",
        "mailto:ana@example.org",
        '"ana b"@example.org',
        "Ana <ana@example.org",
        "Ana ana@example.org>",
        "Ana <ana@example.org> Luis",
        "ana@example.org\r\nBcc: luis@example.org",
        "Ana\nBcc: luis@example.org <ana@example.org>",
        "Ana\u2028Gómez <ana@example.org>",
        "ana\x00@example.org",
        "ana\u00a0b@example.org",
        "a" * 65 + "@example.org",
        "ana@" + "a" * 64 + ".org",
        "ana@" + "a.example." * 26 + "org",
        "\ud800@example.org",
        7,
        None,
        {"Ana": "ana@example.org"},
    ],
)
def test_what_is_no_address_is_refused(written):
    with pytest.raises(InvalidError) as caught:
        mailbox(written)
    assert is_one_line(caught.value.what)


def test_all_spellings_of_one_address_fold_to_the_same():
    spellings = {"Ana@Example.org", "ana@example.org", "ANA@EXAMPLE.ORG"}
    assert {folded(spelling) for spelling in spellings} == {"ana@example.org"}
    assert folded("ana@MIGRACIÓN.example") == folded("ana@xn--migracin-13a.example")


@given(st.text() | st.from_regex(r"[^@]*@[^@]*\.\w+"))
def test_any_text_is_an_address_of_one_line_or_is_refused(written):
    try:
        read = mailbox(written)
    except InvalidError:
        return
    assert is_one_line(read.name)
    assert is_one_line(read.address)
    assert read.address.count("@") == 1
    assert mailbox(read.address).address == read.address
    assert folded(read.address)
