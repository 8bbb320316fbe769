"""Tokens of links in mail and of envelope senders: ours open, others' don't."""

import contextlib
import hashlib
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from feedsvc.errors import TokenError
from feedsvc.mail import (
    address_of,
    bounce_token,
    claimed_delivery,
    digest_of,
    digest_token,
    is_genuine,
    is_stand_in,
    stand_in,
    unsubscribe_token,
)
from feedsvc.mail.tokens import BOUNCE_TOKEN_LENGTH
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


NUMBERS = st.integers(0, 2**40 - 1)


@given(NUMBERS, st.text(st.characters(exclude_categories=["Cs"])), st.booleans())
def test_a_bounce_token_names_its_delivery_in_capitals_too(number, message_id, shouted):
    token = bounce_token(SECRET, number, message_id)
    assert re.fullmatch(r"[a-z2-7]{24}", token)
    assert len(token) == BOUNCE_TOKEN_LENGTH
    token = token.upper() if shouted else token
    assert claimed_delivery(token) == number
    assert is_genuine(token, SECRET, number, message_id)


@given(NUMBERS, st.integers(0, 23), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_an_altered_bounce_token_is_not_genuine(number, place, letter):
    token = bounce_token(SECRET, number, "<a@example.org>")
    altered = token[:place] + letter + token[place + 1 :]
    assume(altered != token)
    assert not is_genuine(altered, SECRET, claimed_delivery(altered), "<a@example.org>")


def test_a_bounce_token_holds_for_one_message_under_one_secret():
    token = bounce_token(SECRET, 7, "<a@example.org>")
    assert not is_genuine(token, SECRET, 7, "<b@example.org>")
    assert not is_genuine(token, "another secret of many characters", 7, "<a@example.org>")


@pytest.mark.parametrize("token", ["", "abc", "0" * 24, "a" * 23, "a" * 32, "ñ" * 24, "=" * 24])
def test_what_is_no_bounce_token_names_nothing(token):
    with pytest.raises(TokenError):
        claimed_delivery(token)


def test_a_stand_in_is_the_same_for_all_spellings_and_hides_the_address():
    hidden = stand_in(SECRET, "Ana@Example.org")
    assert hidden == stand_in(SECRET, " ana@example.org")
    assert hidden != stand_in("another secret of many characters", "ana@example.org")
    assert "ana" not in hidden
    assert is_stand_in(hidden)
    assert not is_stand_in("erased-ana@example.org")


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
