"""What replies say: a table of stages and codes."""

import pytest

from feedsvc.mail.replies import Stage, broken, is_in_step, replied
from feedsvc.model import AnswerKind, DeliveryState

ACCEPTED, DEFERRED = DeliveryState.ACCEPTED, DeliveryState.DEFERRED
FAILED, IN_DOUBT = DeliveryState.FAILED, DeliveryState.IN_DOUBT
ENVELOPE = (Stage.MAIL, Stage.RCPT, Stage.DATA)


@pytest.mark.parametrize(
    ("stages", "codes", "state"),
    [
        ([Stage.DOT], (250, 251), ACCEPTED),
        ([*ENVELOPE, Stage.DOT], (421, 450, 451, 452, 454), DEFERRED),
        ([Stage.RCPT, Stage.DATA, Stage.DOT], (521, 550, 551, 552, 553, 554, 556), FAILED),
        ([Stage.MAIL], (521, 550, 551, 552, 553, 554, 556), DEFERRED),
        ([*ENVELOPE, Stage.DOT], (500, 502, 503, 504, 530, 534, 535, 538, 555), DEFERRED),
        ([Stage.RCPT], (501,), FAILED),
        ([Stage.MAIL, Stage.DATA, Stage.DOT], (501,), DEFERRED),
        ([Stage.CONNECT, Stage.RSET], (421, 450, 503, 535, 550, 554), DEFERRED),
        ([*ENVELOPE, Stage.RSET], (-1, 99, 199, 220, 354, 600, 999), DEFERRED),
        ([Stage.DOT], (-1, 99, 199, 354, 600, 999), IN_DOUBT),
    ],
)
def test_a_reply_gives_a_state(stages, codes, state):
    for stage in stages:
        for code in codes:
            assert replied(stage, code, "words").state is state, (stage, code)


HARD, SOFT, OURS = AnswerKind.HARD, AnswerKind.SOFT, AnswerKind.OURS


@pytest.mark.parametrize(
    ("stage", "code", "text", "blamed"),
    [
        (Stage.RCPT, 550, "5.1.1 <ana@example.org>: Recipient address rejected: User unknown", HARD),
        (Stage.RCPT, 550, "5.1.1 no", HARD),
        (Stage.RCPT, 550, "5.1.2 host not found", HARD),
        (Stage.RCPT, 550, "5.1.10 RESOLVER.ADR.RecipientNotFound", HARD),
        (Stage.RCPT, 550, "5.2.1 mailbox closed", HARD),
        (Stage.RCPT, 550, "no such user here", HARD),  # hosts without enhanced codes
        (Stage.RCPT, 552, "5.2.2 over quota", SOFT),
        (Stage.RCPT, 550, "no", SOFT),
        (Stage.RCPT, 550, "5.7.1 Client host blocked by a list", OURS),
        (Stage.RCPT, 550, "5.7.1 Relaying denied", OURS),
        (Stage.RCPT, 554, "5.7.1 <ana@example.org>: Relay access denied", OURS),
        (Stage.RCPT, 550, "5.1.1 rejected as spam", OURS),
        (Stage.RCPT, 550, "5.1.8 sender address rejected: domain not found", OURS),
        (Stage.RCPT, 552, "5.3.4 message too large", OURS),
        (Stage.RCPT, 503, "5.5.1 no such user", None),  # out of order, whatever it says
        (Stage.RCPT, 530, "5.7.0 log in first", None),
        (Stage.RCPT, 555, "5.5.4 unknown parameter", None),
        (Stage.RCPT, 450, "4.1.2 <ana@gamil.example>: Recipient address rejected: Domain not found", SOFT),
        (Stage.RCPT, 452, "4.2.2 mailbox full", SOFT),
        (Stage.RCPT, 450, "4.2.1 receiving mail at a rate that prevents more", None),
        (Stage.RCPT, 450, "4.1.8 <bounces@example.org>: Sender address rejected: Domain not found", None),
        (Stage.RCPT, 451, "4.3.0 temporary lookup failure", None),  # of the relay's own, for everybody
        (Stage.RCPT, 450, "4.7.1 greylisted", None),
        (Stage.RCPT, 450, "try later", None),
        (Stage.DATA, 452, "4.2.2 mailbox full", None),
        (Stage.RCPT, 421, "4.1.2 closing", None),
        (Stage.RCPT, 421, "5.1.1 closing", None),
        (Stage.MAIL, 550, "5.1.1 user unknown", None),
        (Stage.DATA, 550, "5.1.1 user unknown", None),
        (Stage.DOT, 550, "5.1.1 user unknown", None),
        (Stage.CONNECT, 554, "5.1.1 user unknown", None),
    ],
)
def test_only_a_refusal_of_the_recipient_says_something_of_the_address(stage, code, text, blamed):
    assert replied(stage, code, text).blame is blamed


@pytest.mark.parametrize(
    ("code", "text", "patience"),
    [
        (450, "4.7.1 greylisted", True),
        (451, "4.3.2 system not accepting messages", True),
        (451, "4.4.1 no answer from host", True),
        (450, "try later", True),
        (450, "4.0.0 try later", True),
        (450, "4.2.0 greylisted", True),
        (450, "4.1.8 sender address rejected: domain not found", True),
        (452, "4.2.2 mailbox full", False),
        (450, "4.2.1 mailbox busy", False),
        (450, "4.1.1 unverified address", False),
        (421, "4.7.0 closing", False),
        (550, "5.7.1 blocked", False),
    ],
)
def test_only_what_is_about_more_than_a_mailbox_asks_for_patience_with_its_domain(code, text, patience):
    for stage in (Stage.RCPT, Stage.DATA, Stage.DOT):
        assert replied(stage, code, text).patience is patience
    assert not replied(Stage.MAIL, code, text).patience


@pytest.mark.parametrize("stage", Stage)
def test_silence_leaves_doubt_only_after_the_final_dot(stage):
    expected = IN_DOUBT if stage is Stage.DOT else DEFERRED
    assert broken(stage, TimeoutError()).state is expected


@pytest.mark.parametrize(("code", "in_step"), [(250, True), (450, True), (550, True), (421, False), (503, False), (-1, False), (354, False)])  # fmt: skip
def test_after_some_replies_the_connection_is_not_to_be_trusted(code, in_step):
    assert is_in_step(code) is in_step


def test_a_reply_is_kept_on_one_line_without_what_no_database_takes():
    reply = replied(Stage.RCPT, 550, "no\nsuch\0user \udcff\x1b[31m" + "x" * 1000).reply
    assert reply.startswith("RCPT TO: 550 no such user [31mx")
    assert reply.isprintable()
    assert len(reply) == 500
