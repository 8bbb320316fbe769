"""What is logged holds nobody's address."""

import pytest

from feedsvc.cli.console import without_addresses


@pytest.mark.parametrize(
    ("logged", "shown"),
    [
        ('"ana.gomez@partner.example" stands here twice.', '"…@partner.example" stands here twice.'),
        (
            "RCPT TO: 550 5.1.1 <ana@partner.example>: no such user",
            "RCPT TO: 550 5.1.1 <…@partner.example>: no such user",
        ),
        ("josé+x@universidad.example", "…@universidad.example"),
        ("a@b, at 8", "a@b, at 8"),
        ("3 @ home", "3 @ home"),
    ],
)
def test_addresses_are_shortened(logged, shown):
    assert without_addresses(None, "info", {"event": "x", "reason": logged})["reason"] == shown


def test_a_message_id_is_nobodys():
    event = {"event": "delivery", "message_id": "<0a1b@example.org>", "attempt": 1}
    assert without_addresses(None, "info", dict(event)) == event
