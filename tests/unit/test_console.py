"""What is logged holds nobody's address."""

import io
import logging
import re
import sys

import pytest
import structlog

from feedsvc.cli.console import configure_log, without_addresses
from feedsvc.errors import MessageError


@pytest.mark.parametrize(
    ("logged", "shown"),
    [
        ('"ana.gomez@partner.example" stands here twice.', '"…@partner.example" stands here twice.'),
        (
            "RCPT TO: 550 5.1.1 <ana@partner.example>: no such user",
            "RCPT TO: 550 5.1.1 <…@partner.example>: no such user",
        ),
        ("josé+x@universidad.example", "…@universidad.example"),
        ("'ana@partner' is not a mail address.", "'…@partner' is not a mail address."),
        ("d'ana@partner.example and 'eva@partner.example'", "…@partner.example and '…@partner.example'"),
        (["ana@partner.example", 3], ["…@partner.example", 3]),
        ({"to": ("ana@partner.example",)}, {"to": ["…@partner.example"]}),
        (
            MessageError("The message to ana@partner.example can't be sent."),
            "The message to …@partner.example can't be sent.",
        ),
        ("3 @ home", "3 @ home"),
    ],
)
def test_addresses_are_shortened(logged, shown):
    assert without_addresses(None, "info", {"event": "x", "reason": logged})["reason"] == shown


def test_a_message_id_is_nobodys():
    event = {"event": "delivery", "message_id": "<0a1b@example.org>", "attempt": 1}
    assert without_addresses(None, "info", dict(event)) == event


@pytest.fixture(params=[True, False], ids=["terminal", "file"])
def logged(request, monkeypatch):
    """What the service logs, on a terminal and elsewhere."""
    stream = io.StringIO()
    stream.isatty = lambda: request.param
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    handlers, root.handlers = root.handlers, []
    configure_log(logging.INFO)
    yield stream
    root.handlers = handlers
    structlog.reset_defaults()


def test_neither_a_failure_nor_what_others_log_holds_an_address(logged):
    def fail():
        whom = "ana@partner.example"
        raise ValueError(f"no way to {whom}")

    for log in (structlog.get_logger("x"), logging.getLogger("apscheduler")):
        try:
            fail()
        except ValueError:
            log.exception("failed for eva@partner.example")
    logging.getLogger("uvicorn").warning("%s is away", "leo@partner.example")
    shown = logged.getvalue()
    assert shown.count("no way to …@partner.example") == 2
    assert shown.count("…@partner.example") == 5
    assert not re.search(r"(?:ana|eva|leo)@", shown)
