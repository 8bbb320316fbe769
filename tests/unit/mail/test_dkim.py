"""DKIM, as dkimpy sees it, which nobody here wrote."""

import re
from dataclasses import replace

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from unit.mail.letters import WRITTEN, message, sender

from feedsvc.mail import Signer


def pem(key, form=PrivateFormat.PKCS8):
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


RSA = pem(rsa.generate_private_key(65537, 2048))
ED25519 = pem(ed25519.Ed25519PrivateKey.generate())
SIGNER = Signer("example.org", {"main": RSA, "ed": ED25519})
DNS = {f"{name}.".encode(): record.encode() for name, record in SIGNER.records()}


def verdicts(data):
    """Say of each signature, from the top, whether it holds."""
    number = len(re.findall(rb"^DKIM-Signature:", data, re.MULTILINE))
    return [verdict(data, index) for index in range(number)]


def verdict(data, index):
    try:
        return dkim.DKIM(data).verify(index, dnsfunc=lambda name, timeout=5: DNS[name])
    except dkim.ValidationError:  # of the body's hash
        return False


MESSAGES = {
    "plain": message(),
    "long names": message("ana@example.org", subject="Migración y movilidad " * 20),
    "dots and empty lines at the end": message(text=".\n..\n\n\n\n"),
    "international": message("ana@migración.example"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_both_signatures_hold(name):
    assert verdicts(SIGNER.signed(MESSAGES[name].data, WRITTEN)) == [True, True]


def test_a_key_of_openssl_s_older_form_signs_too():
    key = rsa.generate_private_key(65537, 2048)
    signer = Signer("example.org", {"old": pem(key, PrivateFormat.TraditionalOpenSSL)})
    ((name, record),) = signer.records()
    signed = signer.signed(message().data, WRITTEN)
    assert dkim.verify(signed, dnsfunc=lambda _name, timeout=5: record.encode())
    assert name == "old._domainkey.example.org"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"To: Ana", b"To:\r\n  Ana"),
        (b"List-Unsubscribe: ", b"LIST-UNSUBSCRIBE:   "),
        (b"Precedence: bulk\r\n", b"Precedence: bulk \r\n"),
    ],
)
def test_they_outlive_headers_folded_anew(old, new):
    signed = SIGNER.signed(message().data, WRITTEN)
    assert old in signed
    assert verdicts(b"Received: from here\r\n by there\r\n" + signed.replace(old, new)) == [True, True]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Hola", b"Hula"),
        (b"List-Unsubscribe: <https://", b"List-Unsubscribe: <http://"),
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b""),
        (b"Subject:", b"Subject: Another\r\nSubject:"),
        (b"From:", b"From: eve@example.com\r\nFrom:"),
        (b"Date:", b"Reply-To: eve@example.com\r\nDate:"),
        (b"Feedback-ID: ", b"Feedback-ID: x"),
        (b"\r\nDate: Mon, 23", b"\r\nDate: Tue, 24"),
    ],
)
def test_nothing_that_matters_can_be_changed(old, new):
    signed = SIGNER.signed(message().data, WRITTEN)
    assert old in signed
    assert verdicts(signed.replace(old, new)) == [False, False]


def test_a_message_signed_again_is_the_same_to_the_byte():
    assert SIGNER.signed(message().data, WRITTEN) == SIGNER.signed(message().data, WRITTEN)


def test_no_line_is_longer_than_it_should_be():
    head = SIGNER.signed(message().data, WRITTEN).partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 100
    for line in head.split(b"\r\n"):
        assert line.strip()


def test_no_other_kind_of_key_signs():
    with pytest.raises(TypeError):
        Signer("example.org", {"main": pem(ec.generate_private_key(ec.SECP256R1()))})


def test_an_unsigned_header_list_still_seals_what_is_missing():
    assert sender().reply_to == ""
    signed = SIGNER.signed(replace(message()).data, WRITTEN)
    assert b"reply-to" in signed.partition(b"bh=")[0]
