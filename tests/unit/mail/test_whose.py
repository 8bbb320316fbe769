"""A message is whose address it has, whole and in any encoding; an address inside a longer one is another's."""

import pytest

from feedsvc.mail import is_about, is_to, names

ANA, JOSE, ELODIE = "ana@example.org", "josé@xn--migracin-13a.example", "élodie@example.org"


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.org",
        "ANA@Example.ORG.",
        "<ana@example.org>: no such user",
        "rfc822;ana@example.org",
        "mailto:ana@example.org?subject=x",
        "'ana@example.org'",
        "to=<ana@example.org>, ana@example.org",
        '"ana"@example.org',
        "(ana@example.org)",
    ],
)
def test_an_address_is_found_whatever_stands_around_it(text):
    assert names(f"Subject: x\n\n{text}\n".encode(), ANA)


@pytest.mark.parametrize(
    "text",
    [
        "mariana@example.org",
        "juli.ana@example.org",
        "x-ana@example.org",
        "x_ana@example.org",
        "x+ana@example.org",
        "d'ana@example.org",
        "ñana@example.org",
        "ana@example.org.mx",
        "ana@example.orgs",
        "ana@example.org-x.example",
        "ana+x@example.org",
        "ana@sub.example.org",
    ],
)
def test_a_part_of_another_address_is_none(text):
    assert not names(f"Subject: x\nX-Failed: {text}\n\n{text}\n".encode(), ANA)


@pytest.mark.parametrize(
    ("letter", "whose"),
    [
        (b"To: jos\xc3\xa9@migraci\xc3\xb3n.example\n\nhi\n", JOSE),
        (b"To: =?utf-8?q?jos=C3=A9=40migraci=C3=B3n=2Eexample?=\n\nhi\n", JOSE),
        (
            b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\njos=C3=\n=A9@MIGRACI=C3=93N.example\n",
            JOSE,
        ),
        (
            b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\n\xc9LODIE@example.org\n",
            ELODIE,
        ),
        (b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nYW5hQGV4YW1wbGUub3Jn\n", ANA),
        (b"Content-Type: text/html\n\n<p>ana&#64;example.org</p>\n", ANA),
        (b"Content-Type: message/rfc822\n\nTo: ana@example.org\nSubject: x\n\nhi\n", ANA),
    ],
)
def test_an_address_is_found_in_any_encoding(letter, whose):
    assert names(letter, whose)


def test_a_message_is_to_whom_its_header_says_and_to_none_that_it_tells_of():
    message = b"From: eva@example.org\nTo: Ana <ana@example.org>\n\nWrite to leo@example.org.\n"
    assert is_to(message, ANA)
    assert not is_to(message, "leo@example.org")
    assert not is_to(message, "eva@example.org")


def test_a_letter_is_about_whom_it_is_from():
    letter = (
        b"From: Ana <ana@example.org>\nTo: bounces@example.org\nCc: eva@example.org\n\nLeo: leo@example.org\n"
    )
    assert is_about(letter, ANA)
    assert not is_about(letter, "eva@example.org")
    assert not is_about(letter, "leo@example.org")
    assert names(letter, "leo@example.org")


def test_a_report_is_about_whom_it_names_but_not_about_whom_the_returned_mail_tells_of():
    letter = (
        b"From: postmaster@relay.example\nContent-Type: multipart/report; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\nNo.\n"
        b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; ana@example.org\n\n"
        b"--b\nContent-Type: message/rfc822\n\nTo: ANA <ana.perez@example.org>\nSubject: x\n\nWrite to leo@example.org.\n--b--\n"
    )
    assert is_about(letter, ANA)
    assert is_about(letter, "ana.perez@example.org")
    assert not is_about(letter, "leo@example.org")


def test_messages_in_messages_without_end_are_looked_through_as_they_stand():
    letter = b"From: x@example.org\n" + b"Content-Type: message/rfc822\n\n" * 3000 + b"ana@example.org\n"
    assert names(letter, ANA)
    assert not is_about(letter, ANA)
