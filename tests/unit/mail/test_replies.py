"""What replies say: a table of stages and codes."""

import pytest

from feedsvc.mail.replies import Stage, broken, is_in_step, replied
from feedsvc.model import DeliveryState

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
