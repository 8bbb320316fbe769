"""The lint: one planted fault each, and the message it is planted in passes without it."""

from dataclasses import replace

import pytest
from unit.mail.letters import message

from feedsvc.errors import MessageError
from feedsvc.mail import lint
from feedsvc.model import Placeholder

GOOD = message()


def swapped(old, new):
    assert old in GOOD.data
    return replace(GOOD, data=GOOD.data.replace(old, new))


def test_a_composed_message_passes():
    lint(GOOD)


@pytest.mark.parametrize(
    ("faulty", "says"),
    [
        (swapped(b"Precedence: bulk", b"Precedence: " + b"x" * 990), "1002 bytes long"),
        (swapped(b"Precedence: bulk", b"Precedence: b\xfclk"), "beyond ASCII"),
        (swapped(b"Precedence: bulk", b"Precedence: \nbulk"), "CRLF"),
        (swapped(b"Precedence: bulk", b"Precedence: \rbulk"), "CRLF"),
        (swapped(b"Precedence: bulk", b"To: eva@example.org"), "2 headers called to"),
        (swapped(b"Precedence: bulk", b"X: =?utf-8?q?" + b"x" * 64 + b"?="), "more than 75"),
        (swapped(b"<https:", b"=?utf-8?q?<https:?="), "List-Unsubscribe holds an encoded word"),
        (swapped(b"Date:", b"X-Date:"), "no Date"),
        (swapped(b"Message-ID: <1@example.org>", b"Message-ID: "), "no Message-ID"),
        (swapped(b"text/plain", b"text/enriched"), "no text part"),
        (swapped(b"charset=utf-8", b"charset=klingon"), "character set"),
        (swapped(b"Hola", b"H=F3la"), "character set"),
        (swapped(b"Hola", b"H\0la"), "NUL"),
        (swapped(b"Hola", Placeholder.NAME.encode()), "placeholder"),
        (replace(GOOD, data=GOOD.data.removesuffix(b"\r\n")), "CRLF"),
        (replace(GOOD, recipient="ana"), "not a mail address"),
        (replace(GOOD, recipient="ana@migración.example"), "DNS"),
        (message(html="<p>" + "á" * 60_000), "HTML is 120,003 bytes long"),
        (message(text=" \n"), "no text part"),
        (message(subject=" "), "no Subject"),
        (message(language=Placeholder.NAME), "Content-Language holds a placeholder"),
    ],
)  # fmt: skip
def test_a_fault_is_named(faulty, says):
    with pytest.raises(MessageError, match=says):
        lint(faulty)


def test_every_fault_is_named_at_once():
    with pytest.raises(MessageError, match=r"(?s)no Subject.*no text part"):
        lint(message(subject="", text=""))


def test_the_text_part_must_come_first():
    turned = GOOD.data.replace(b"text/plain", b"text/x").replace(b"text/html", b"text/plain")
    with pytest.raises(MessageError, match="come first"):
        lint(replace(GOOD, data=turned.replace(b"text/x", b"text/html")))
