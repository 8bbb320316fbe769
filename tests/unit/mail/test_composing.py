"""Messages: parsed back by the standard library, they say what the digest and the recipient gave."""

import email
import html
import quopri
import re
from email import policy
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from unit.mail.letters import URL, WRITTEN, compose, delivery, digest, message, sender

from feedsvc.errors import MessageError
from feedsvc.mail import Composer, lint
from feedsvc.mail.composing import _quoted
from feedsvc.model import Placeholder

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]))


def parsed(composed):
    return email.message_from_bytes(composed.data, policy=policy.default)


def parts(composed):
    return [lines_of(part.get_payload(decode=True).decode()) for part in parsed(composed).iter_parts()]


def lines_of(text):
    return text.replace("\r\n", "\n").replace("\r", "\n")


def test_the_headers_are_those_of_a_good_bulk_sender():
    everything = sender(
        reply_to="office@example.org",
        organisation="Organización de Ejemplo",
        list_id="digest.example.org",
        unsubscribe_mailto="leave@example.org",
        archive_url="https://bulletin.example.org",
    )
    composed = compose(digest(), delivery(name="Ana Gómez"), everything, URL)
    assert dict(parsed(composed)) == {
        "From": "Migration bulletin <bulletin@example.org>",
        "Reply-To": "office@example.org",
        "Organization": "Organización de Ejemplo",
        "Subject": "Migración en Panamá: 5 novedades",
        "Content-Language": "es",
        "List-Id": "<digest.example.org>",
        "List-Archive": "<https://bulletin.example.org>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
        "Feedback-ID": "0123456789abcdef:es:digest:feedsvc",
        "MIME-Version": "1.0",
        "Content-Type": parsed(composed)["Content-Type"],
        "To": "Ana Gómez <ana@example.org>",
        "Date": "Mon, 23 Nov 2026 14:00:00 +0000",
        "Message-ID": "<0a1b2c3d@example.org>",
        "List-Unsubscribe": f"<{URL}>, <mailto:leave@example.org?subject=unsubscribe>",
    }
    assert parsedate_to_datetime(parsed(composed)["Date"]) == WRITTEN
    assert (composed.sender, composed.recipient) == ("bulletin@example.org", "ana@example.org")
    lint(composed)


def test_what_the_sender_leaves_out_has_no_header():
    headers = parsed(message()).keys()
    assert not {"Reply-To", "Organization", "List-Archive"} & set(headers)
    assert parsed(message())["List-Id"] == "<bulletin.example.org>"


def test_the_text_part_comes_first_and_both_are_quoted_printable_utf_8():
    found = [
        (part.get_content_type(), part.get_content_charset(), part["Content-Transfer-Encoding"])
        for part in parsed(message()).iter_parts()
    ]
    assert found == [
        ("text/plain", "utf-8", "quoted-printable"),
        ("text/html", "utf-8", "quoted-printable"),
    ]


def test_a_recipients_own_words_fill_the_gaps_escaped_in_html_alone():
    composed = compose(digest(), delivery(name='<b>"Ana" & Co.'), sender(), f"{URL}?a=1&b=2")
    text, html_part = parts(composed)
    assert text == f'Hola, <b>"Ana" & Co.:\n\nDarse de baja:\n{URL}?a=1&b=2\n'
    assert html_part == (
        f'<p>Hola, &lt;b&gt;&quot;Ana&quot; &amp; Co.:</p><a href="{URL}?a=1&amp;b=2">Baja</a>'
    )


def test_the_same_input_gives_the_same_bytes_whoever_went_before():
    composer = Composer(digest(), sender())
    first = composer.message(delivery(), URL)
    composer.message(delivery("eva@example.org", "Eva"), URL + "x")
    assert composer.message(delivery(), URL) == first == compose(digest(), delivery(), sender(), URL)


@given(TEXT, TEXT, NAMES, st.text("abcXYZ019-_.~=&", max_size=2000))
@example("=\r\n.\r\nFrom me \t\r\n" * 3, "á" * 200, "Ñandú 👩‍👩‍👧‍👦" * 9, "=" * 500)
@example("a" * 75, "a" * 76, "a" * 77, "a" * 76)
@example(" " * 100, "\t", "x", "")
def test_any_content_reads_back_as_it_was_and_passes_the_lint(before, after, name, tail):
    url = f"https://bulletin.example.org/unsubscribe/{tail}"
    content = f"{before}{Placeholder.NAME}{after}{Placeholder.UNSUBSCRIBE_URL}{before}"
    composed = compose(digest(text=f"Hola\n{content}", html=content), delivery(name=name), sender(), url)
    text, html_part = parts(composed)
    assert text == lines_of(f"Hola\n{before}{name}{after}{url}{before}")
    assert html_part == lines_of(f"{before}{html.escape(name)}{after}{html.escape(url)}{before}")
    body = composed.data.partition(b"\r\n\r\n")[2]
    assert all(len(line) <= 76 for line in body.split(b"\r\n"))
    if len(url) < 800:
        lint(composed)


def test_a_link_with_a_token_stands_on_lines_of_its_own():
    long_url = f"https://bulletin.example.org/unsubscribe/{'t' * 200}"
    composed = compose(
        digest(text=f"Baja: {Placeholder.UNSUBSCRIBE_URL} aquí"), delivery(), sender(), long_url
    )
    lines = composed.data.split(b"\r\n")
    start = lines.index(b"Baja: =") + 1
    joined = b"".join(line.removesuffix(b"=") for line in lines[start : start + 4])
    assert joined.startswith(long_url.encode())
    assert parsed(composed)["List-Unsubscribe"] == f"<{long_url}>"


@given(NAMES, TEXT)
@example("Ana\r\nBcc: all@example.org", "Hi\r\nBcc: all@example.org\r\n\r\n<script>")
def test_no_name_and_no_subject_adds_a_header(name, subject):
    composed = compose(digest(subject=subject), delivery(name=name), sender(name=name), URL)
    names = [line.partition(b":")[0] for line in composed.data.partition(b"\r\n\r\n")[0].split(b"\r\n")]
    own = [name for name in names if not name.startswith((b" ", b"\t"))]
    plain = compose(digest(), delivery(), sender(), URL)
    expected = re.findall(rb"(?m)^([A-Za-z-]+):", plain.data.partition(b"\r\n\r\n")[0])
    assert own == expected


@pytest.mark.parametrize(
    "change",
    [
        {"recipient_address": "ana"},
        {"recipient_address": "ana@example.org\r\nRCPT TO:<eva@example.org>"},
        {"message_id": "<a b@example.org>"},
        {"message_id": "<a@example.org>\r\nBcc: x@example.org"},
    ],
)
def test_a_delivery_that_cant_stand_in_headers_is_refused(change):
    change = dict(change)
    address = change.pop("recipient_address", "ana@example.org")
    with pytest.raises(MessageError):
        compose(digest(), delivery(address, **change), sender(), URL)


def test_a_placeholder_in_the_subject_is_refused():
    with pytest.raises(MessageError, match="subject"):
        message(subject=f"Hi {Placeholder.NAME}")


def test_an_address_beyond_ascii_keeps_its_letters_and_an_international_domain_becomes_ascii():
    composed = compose(digest(), delivery("josé@migración.example", "José"), sender(), URL)
    assert composed.recipient == "josé@xn--migracin-13a.example"
    assert "?= <josé@xn--migracin-13a.example>\r\n".encode() in composed.data
    lint(composed)


@given(st.text(". \nx", max_size=300))
def test_no_line_of_a_part_begins_with_a_dot_and_what_is_read_is_what_was_written(content):
    encoded = _quoted(content)
    assert not encoded.startswith(b".")
    assert b"\n." not in encoded
    assert max(map(len, encoded.split(b"\r\n"))) <= 76
    assert quopri.decodestring(encoded.replace(b"\r\n", b"\n")).decode() == content


def test_one_click_is_promised_over_https_alone():
    def named(url):
        return "List-Unsubscribe-Post" in parsed(compose(digest(), delivery(), sender(), url))

    assert named("https://bulletin.example.org/unsubscribe/x")
    assert not named("http://bulletin.example.org/unsubscribe/x")
