"""Every stage of a delivery times every fault, against a relay that has them: the state that follows."""

from dataclasses import replace

import pytest
import uvloop
from integration.mail.relay import DROP, GARBAGE, HANG, Relay
from unit.mail.letters import message

from feedsvc.mail import SmtpTransport
from feedsvc.model import DeliveryState

ACCEPTED, DEFERRED = DeliveryState.ACCEPTED, DeliveryState.DEFERRED
FAILED, IN_DOUBT = DeliveryState.FAILED, DeliveryState.IN_DOUBT

FAULTS = {
    "4xx": "451 4.3.0 later",
    "5xx": "550 5.1.1 no",
    "503": "503 5.5.1 out of order",
    "421": "421 4.3.2 closing",
    "drop": DROP,
    "hang": HANG,
    "garbage": GARBAGE,
}
BEFORE_THE_DOT = dict.fromkeys(FAULTS, DEFERRED) | {"5xx": FAILED}
EXPECTED = {
    "connect": dict.fromkeys(FAULTS, DEFERRED),
    "EHLO": dict.fromkeys(FAULTS, DEFERRED),
    "AUTH": dict.fromkeys(FAULTS, DEFERRED),
    "STARTTLS": dict.fromkeys(FAULTS, DEFERRED),
    "MAIL": dict.fromkeys(FAULTS, DEFERRED),
    "RCPT": BEFORE_THE_DOT,
    "DATA": BEFORE_THE_DOT,
    ".": BEFORE_THE_DOT | dict.fromkeys(("drop", "hang", "garbage"), IN_DOUBT),
    "QUIT": dict.fromkeys(FAULTS, ACCEPTED),
}
CASES = [(stage, fault, state) for stage, row in EXPECTED.items() for fault, state in row.items()]

OFFERS = {"AUTH": ("AUTH PLAIN",), "STARTTLS": ("STARTTLS",)}
PIPELINING = [(), ("PIPELINING",)]
LOGIN = {"username": "feedsvc", "password": "correct horse"}


SETTINGS = {"AUTH": LOGIN, "STARTTLS": {"tls": "starttls"}}
# Patient, but where a hang is to be noticed: then all that comes before it may take as long as it likes.
HURRIED, PATIENT = 0.2, 20.0


def transport(relay, **settings):
    return SmtpTransport(
        **{"host": "127.0.0.1", "port": relay.port, "timeout": PATIENT, "dot_timeout": PATIENT, **settings}
    )


def timeouts(stage, fault):
    if fault != "hang" or stage == "QUIT":
        return {}
    return {"dot_timeout" if stage == "." else "timeout": HURRIED}


async def send(relay, *messages, **settings):
    """Send one message after the other over one transport, and give the outcomes."""
    out = transport(relay, **settings)
    try:
        return [await out.send(each) for each in messages]
    finally:
        await out.close()


@pytest.mark.parametrize("pipelining", PIPELINING)
@pytest.mark.parametrize(("stage", "fault", "state"), CASES)
def test_a_fault_at_a_stage_gives_a_state_and_harms_nobody_else(stage, fault, state, pipelining):
    async def main():
        settings = SETTINGS.get(stage, {})
        async with Relay({stage: [FAULTS[fault]]}, (*pipelining, *OFFERS.get(stage, ()))) as relay:
            (outcome,) = await send(relay, message(), **settings, **timeouts(stage, fault))
            assert outcome.state is state
            assert outcome.reply
            relay.faults = {}
            plain = {} if stage == "STARTTLS" else settings
            (innocent,) = await send(relay, message("eva@example.org", 2), **plain)
            assert innocent.state is ACCEPTED

    uvloop.run(main())


@pytest.mark.parametrize("pipelining", PIPELINING)
@pytest.mark.parametrize("stage", ["connect", "EHLO", "MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize("fault", FAULTS)
def test_the_next_message_of_the_same_transport_goes_through(stage, fault, pipelining):
    async def main():
        async with Relay({stage: [FAULTS[fault]]}, pipelining) as relay:
            out = transport(relay, **timeouts(stage, fault))
            await out.send(message())
            # A connection that stays is as hurried as it was; one that was thrown away has a patient successor.
            out.timeout = out.dot_timeout = PATIENT
            relay.faults = {}
            assert (await out.send(message("eva@example.org", 2))).state is ACCEPTED
            await out.close()
            assert b"eva@example.org" in relay.messages[-1]

    uvloop.run(main())


@pytest.mark.parametrize("pipelining", PIPELINING)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_reset_that_fails_after_a_refusal_costs_the_next_message_no_attempt(fault, pipelining):
    async def main():
        refusal = {
            "RCPT": ["550 no"],
            "DATA": ["503 no recipients"] * len(pipelining),
            "RSET": [FAULTS[fault]],
        }
        async with Relay(refusal, pipelining) as relay:
            out = transport(relay, timeout=1.0 if fault == "hang" else PATIENT)
            assert (await out.send(message())).state is FAILED
            out.timeout = PATIENT
            assert (await out.send(message("eva@example.org", 2))).state is ACCEPTED
            await out.close()

    uvloop.run(main())


def test_a_refusal_keeps_its_words():
    async def main():
        async with Relay({"RCPT": ["550 5.1.1 No such user here"], "RSET": [HANG]}) as relay:
            (outcome,) = await send(relay, message())
            assert outcome.reply == "RCPT TO: 550 5.1.1 No such user here"

    uvloop.run(main())


@pytest.mark.parametrize("fault", [HANG, DROP])
def test_a_relay_that_stops_reading_leaves_no_doubt(fault):
    big = message(html="<p>" + "á" * 4_000_000)

    async def main():
        async with Relay({"content": [fault]}) as relay:
            (outcome,) = await send(relay, big, timeout=2.0)
            assert outcome.state is DEFERRED
            assert outcome.reply.startswith("sending the message")

    uvloop.run(main())


def test_nobody_listening_is_a_reason_to_wait():
    async def main():
        async with Relay() as relay:
            gone = transport(relay)
        outcome = await gone.send(message())
        assert outcome.state is DEFERRED

    uvloop.run(main())


@pytest.mark.parametrize("offers", [(), ("STARTTLS",)])
def test_without_tls_nothing_is_sent_where_tls_is_wanted(offers):
    async def main():
        async with Relay(offers=offers) as relay:
            (outcome,) = await send(relay, message(), tls="starttls", **LOGIN)
            assert outcome.state is DEFERRED
            assert not any(command.startswith(("MAIL", "AUTH")) for command in relay.commands)

    uvloop.run(main())


def test_a_log_in_that_is_wanted_and_not_offered_defers():
    async def main():
        async with Relay() as relay:
            (outcome,) = await send(relay, message(), **LOGIN)
            assert outcome.state is DEFERRED
            assert "correct horse" not in outcome.reply

    uvloop.run(main())


def test_the_password_is_shown_nowhere():
    out = SmtpTransport(host="127.0.0.1", port=25, **LOGIN)
    assert "correct horse" not in repr(out)


@pytest.mark.parametrize(
    ("offers", "state", "commands"),
    [
        ((), FAILED, []),
        (
            ("8BITMIME", "SMTPUTF8"),
            ACCEPTED,
            ["MAIL FROM:<bulletin@example.org> BODY=8BITMIME SMTPUTF8", "RCPT TO:<josé@example.org>"],
        ),
    ],
)
def test_an_address_beyond_ascii_needs_a_relay_that_takes_it(offers, state, commands):
    async def main():
        async with Relay(offers=offers) as relay:
            out = transport(relay)
            outcome = await out.send(message("josé@example.org"))
            assert outcome.state is state
            assert [each for each in relay.commands if each[:4] in ("MAIL", "RCPT")] == commands
            # An idle connection that the relay closed offers nothing: no reason to fail anyone.
            relay.disconnect_all()
            assert (await out.send(message("josé@example.org", 2))).state is state
            await out.close()

    uvloop.run(main())


@pytest.mark.parametrize(
    "ours",
    [
        replace(message(), sender="josé@example.org"),
        replace(message(), data=message().data.replace(b"Hola", "¡Hola!".encode())),
    ],
)
def test_what_is_beyond_ascii_on_our_side_is_never_blamed_on_the_recipient(ours):
    async def main():
        async with Relay(offers=()) as relay:
            (outcome,) = await send(relay, ours)
            assert outcome.state is DEFERRED
            assert not any(command.startswith("MAIL") for command in relay.commands)

    uvloop.run(main())


def test_an_ascii_message_asks_for_no_extension():
    async def main():
        async with Relay(offers=("8BITMIME", "SMTPUTF8")) as relay:
            await send(relay, message("ana@migración.example"))
            assert "MAIL FROM:<bulletin@example.org>" in relay.commands
            assert "RCPT TO:<ana@xn--migracin-13a.example>" in relay.commands

    uvloop.run(main())
