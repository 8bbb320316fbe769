"""One person is one mailbox, however the address is spelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.config.addresses import address
from feedsvc.config.mistakes import InvalidError
from feedsvc.model import mailbox


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana@Example.org", "ana@example.org"),
        (" ana@example.org ", "ana@example.org"),
        ("ana@Migración.example", "ana@xn--migracin-13a.example"),
        ("ana@MIGRACIÓN。example", "ana@xn--migracin-13a.example"),
        ("José@migración.example", "josé@XN--migracin-13a.example"),
    ],
)
def test_spellings_of_one_address_are_one_mailbox(one, other):
    assert mailbox(one) == mailbox(other)


def test_what_only_looks_alike_is_another_mailbox():
    assert mailbox("ana@fußball.example") != mailbox("ana@fussball.example")
    assert mailbox("ana@migración.example") != mailbox("ana@migracion.example")


@given(st.text() | st.from_regex(r"[^@]*@[^@]*\.\w+"))
def test_any_text_has_a_mailbox_and_that_of_an_address_is_one_too(written):
    assert mailbox(mailbox(written)) == mailbox(written)
    try:
        right = address(written)
    except InvalidError:
        return
    assert mailbox(right).rpartition("@")[2].isascii()
