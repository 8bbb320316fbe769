"""Tokens of links in mail: ours open, others' don't."""

import contextlib
import hashlib
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from feedsvc.errors import TokenError
from feedsvc.mail import address_of, digest_of, digest_token, unsubscribe_token
from feedsvc.model import mailbox

SECRET = "a secret of thirty-two characters"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_token_gives_back_the_mailbox_it_was_made_for(address):
    token = unsubscribe_token(SECRET, address)
    assert re.fullmatch(r"[\w.-]+", token, re.ASCII)
    assert address_of(SECRET, token) == mailbox(address)


def test_all_spellings_of_an_address_have_one_token():
    assert unsubscribe_token(SECRET, " Ana@Example.org") == unsubscribe_token(SECRET, "ana@example.org")


@given(st.text())
def test_no_made_up_token_opens(token):
    with pytest.raises(TokenError):
        address_of(SECRET, token)


def test_a_token_signed_with_another_secret_doesnt_open():
    with pytest.raises(TokenError, match="not made by this site"):
        address_of(SECRET, unsubscribe_token("another secret of many characters", "ana@example.org"))


@given(st.data())
def test_an_altered_token_never_gives_another_address(data):
    token = unsubscribe_token(SECRET, "ana@example.org")
    at = data.draw(st.integers(0, len(token) - 1))
    char = data.draw(st.characters(codec="ascii"))
    assume(char != token[at])
    with contextlib.suppress(TokenError):
        assert address_of(SECRET, token[:at] + char + token[at + 1 :]) == "ana@example.org"


def test_the_payload_of_one_token_with_the_signature_of_another_doesnt_open():
    ana = unsubscribe_token(SECRET, "ana@example.org")
    eva = unsubscribe_token(SECRET, "eva@example.org")
    with pytest.raises(TokenError):
        address_of(SECRET, f"{ana.rpartition('.')[0]}.{eva.rpartition('.')[2]}")


def test_no_token_begins_with_a_dot_which_filters_of_spam_take_for_a_hidden_file():
    for token in (digest_token(SECRET, "a" * 64), unsubscribe_token(SECRET, "a" * 64 + "@example.org")):
        assert token[0] != "."


def test_a_token_that_was_compressed_once_still_opens():
    options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    earlier = URLSafeSerializer(SECRET, salt="unsubscribe", signer_kwargs=options)
    address = "a" * 64 + "@example.org"
    token = earlier.dumps(address)
    assert token[0] == "."
    assert address_of(SECRET, token) == address


def test_a_token_opens_nothing_but_what_it_is_for():
    assert digest_of(SECRET, digest_token(SECRET, "abc")) == "abc"
    with pytest.raises(TokenError):
        digest_of(SECRET, unsubscribe_token(SECRET, "abc"))
    with pytest.raises(TokenError):
        address_of(SECRET, digest_token(SECRET, "ana@example.org"))
