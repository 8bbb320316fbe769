"""Envelopes that go out in one piece, where the relay takes that, whatever the manner of its replies."""

import asyncio
import contextlib
from collections import Counter
from dataclasses import replace

import pytest
import uvloop
from integration.mail.relay import DROP, HANG, Relay
from unit.mail.letters import message

from feedsvc.mail import SmtpTransport
from feedsvc.model import DeliveryState

ACCEPTED, DEFERRED = DeliveryState.ACCEPTED, DeliveryState.DEFERRED
FAILED, IN_DOUBT = DeliveryState.FAILED, DeliveryState.IN_DOUBT
CLOSING = "421 4.3.2 closing"


def transport(relay, **settings):
    return SmtpTransport(
        **{"host": "127.0.0.1", "port": relay.port, "timeout": 20.0, "dot_timeout": 20.0, **settings}
    )


async def send(relay, *messages, **settings):
    out = transport(relay, **settings)
    try:
        return [(await out.send(each)).state for each in messages]
    finally:
        await out.close()


@pytest.mark.parametrize("manner", ["prompt", "late", "in pieces"])
@pytest.mark.parametrize("offers", [(), ("PIPELINING",), ("SIZE 1000000", "pipelining", "8BITMIME")])
def test_messages_go_through_one_after_the_other_over_one_connection(offers, manner):
    async def main():
        async with Relay(offers=offers, manner=manner) as relay:
            outcomes = await send(relay, *(message(number=number) for number in range(5)))
            assert outcomes == [ACCEPTED] * 5
            assert (len(relay.messages), relay.connections) == (5, 1)

    uvloop.run(main())


class Eavesdropper:
    """A relay that answers an envelope only when it has seen all of it, and notes what came at once."""

    def __init__(self):
        self.pieces = []

    async def serve(self, reader, writer):
        writer.write(b"220 relay.example\r\n")
        await reader.readline()
        writer.write(b"250-relay.example\r\n250 PIPELINING\r\n")
        while not (piece := await reader.read(1000)).startswith(b"QUIT"):
            self.pieces.append(piece)
            writer.write(b"250 ok\r\n250 ok\r\n354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"250 kept\r\n")
        writer.write(b"221 bye\r\n")
        writer.close()


def test_an_envelope_goes_out_in_one_piece():
    async def main():
        relay = Eavesdropper()
        server = await asyncio.start_server(relay.serve, "127.0.0.1", 0, limit=2**20)
        relay.port = server.sockets[0].getsockname()[1]
        assert await send(relay, message(), message("eva@example.org", 2)) == [ACCEPTED] * 2
        assert relay.pieces[1] == (
            b"MAIL FROM:<bulletin@example.org>\r\nRCPT TO:<eva@example.org>\r\nDATA\r\n"
        )
        server.close()
        await server.wait_closed()

    uvloop.run(main())


@pytest.mark.parametrize(
    ("offers", "mail", "rcpt"),
    [
        (("DSN",), " ENVID=a+3D1+2Bb", " ORCPT=rfc822;eva+2Bnews@example.org"),
        ((), "", ""),
    ],
)
def test_a_relay_that_sends_bounces_by_the_book_is_told_what_to_call_the_message(offers, mail, rcpt):
    """RFC 3461, sections 4.2 and 4.4."""

    async def main():
        async with Relay(offers=offers) as relay:
            named = replace(message("eva+news@example.org"), envelope_id="a=1+b")
            assert await send(relay, named, replace(named, envelope_id="")) == [ACCEPTED] * 2
            assert relay.commands[1:3] == [
                f"MAIL FROM:<bulletin@example.org>{mail}", f"RCPT TO:<eva+news@example.org>{rcpt}",
            ]  # fmt: skip
            assert relay.commands[4] == "MAIL FROM:<bulletin@example.org>"

    uvloop.run(main())


@pytest.mark.parametrize("pipelining", [(), ("PIPELINING",)])
@pytest.mark.parametrize("when", ["MAIL", "RCPT", "DATA", "."])
def test_a_relay_that_closes_at_any_point_is_asked_again_by_nobody_who_was_not_heard(when, pipelining):
    """A 421 to MAIL of a connection used before is no answer to this message; any later one is."""

    async def main():
        async with Relay(offers=pipelining) as relay:
            out = transport(relay)
            assert (await out.send(message())).state is ACCEPTED
            relay.faults = {when: [CLOSING]}
            outcome = await out.send(message("eva@example.org", 2))
            assert outcome.state is (ACCEPTED if when == "MAIL" else DEFERRED)
            assert (await out.send(message("luz@example.org", 3))).state is ACCEPTED
            assert relay.connections == 2
            await out.close()

    uvloop.run(main())


@pytest.mark.parametrize("after", [HANG, DROP, "421 closing", "\x00 what?", "250 of course"])
def test_a_refusal_stands_whatever_comes_of_the_commands_behind_it(after):
    async def main():
        async with Relay({"RCPT": ["550 5.1.1 nobody"], "DATA": [after]}, ("PIPELINING",)) as relay:
            out = transport(relay, timeout=0.3 if after == HANG else 20.0)
            outcome = await out.send(message())
            assert (outcome.state, outcome.reply) == (FAILED, "RCPT TO: 550 5.1.1 nobody")
            out.timeout = 20.0
            assert (await out.send(message("eva@example.org", 2))).state is ACCEPTED
            await out.close()

    uvloop.run(main())


@pytest.mark.parametrize("verb", ["MAIL", "RCPT"])
def test_a_relay_that_wants_a_message_for_nobody_gets_an_empty_one(verb):
    """RFC 2920, section 3.1: DATA may be taken although the recipient was refused."""

    async def main():
        async with Relay({verb: ["550 5.7.1 no"], ".": ["554 no recipients"]}, ("PIPELINING",)) as relay:
            states = await send(relay, message(), message("eva@example.org", 2))
            assert states == [DEFERRED if verb == "MAIL" else FAILED, ACCEPTED]
            assert relay.messages[0] == b".\r\n"
            assert b"eva@example.org" in relay.messages[1]
            assert relay.connections == 1

    uvloop.run(main())


def test_a_reply_that_nobody_asked_for_is_never_taken_for_an_acceptance():
    async def main():
        async with Relay({"DATA": ["354 go on\r\n250 2.0.0 queued"]}, ("PIPELINING",)) as relay:
            assert await send(relay, message()) == [DEFERRED]

    uvloop.run(main())


@pytest.mark.parametrize("pipelining", [(), ("PIPELINING",)])
def test_one_that_is_refused_takes_none_of_the_others_with_it(pipelining):
    async def main():
        async with Relay(offers=pipelining) as relay:
            relay.faults = {"RCPT": ["550 no", "250 ok"] * 50}
            out = transport(relay, connections=4)
            people = [message(f"person{number}@example.org", number) for number in range(100)]
            outcomes = await asyncio.gather(*(out.send(each) for each in people))
            await out.close()
            states = Counter(outcome.state for outcome in outcomes)
            assert states == {FAILED: 50, ACCEPTED: 50}
            taken = [
                person.recipient
                for person, outcome in zip(people, outcomes, strict=True)
                if outcome.state is ACCEPTED
            ]
            assert all(
                any(f"<{each}>".encode() in got or each.encode() in got for got in relay.messages)
                for each in taken
            )
            assert len([got for got in relay.messages if len(got) > 3]) == 50

    uvloop.run(main())


class Thinking:
    """A relay that thinks about its first message until all of the next envelope is there, and `go_on` is set.

    Then it says `verdict`. It offers PIPELINING, and keeps what it was `told` meanwhile.
    """

    def __init__(self, verdict):
        self.verdict = verdict
        self.told, self.taken, self.connections = [], [], 0
        self.go_on = asyncio.Event()
        self._talks = []

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.go_on.set()
        self._server.close()
        await asyncio.gather(*self._talks)
        await self._server.wait_closed()

    async def _serve(self, reader, writer):
        self.connections += 1
        self._talks.append(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            writer.write(b"220 relay.example\r\n")
            await reader.readline()
            writer.write(b"250-relay.example\r\n250 PIPELINING\r\n")
            while (line := await reader.readline()) not in (b"", b"QUIT\r\n"):
                writer.write(b"354 go on\r\n" if line == b"DATA\r\n" else b"250 ok\r\n")
                if line == b"DATA\r\n":
                    await self._content(reader, writer)
            await writer.drain()
        writer.close()

    async def _content(self, reader, writer):
        content = await reader.readuntil(b"\r\n.\r\n")
        if self.told:
            self.taken.append(content)
            writer.write(b"250 kept\r\n")
            return
        self.told = [await reader.readline() for _ in range(3)]
        await self.go_on.wait()
        if self.verdict == DROP:
            raise ConnectionResetError
        writer.write(self.verdict.encode() + b"\r\n")
        self.taken.append(content)
        writer.write(b"250 ok\r\n250 ok\r\n354 go on\r\n")
        await self._content(reader, writer)


def two_over_one_connection(verdict, *, at_once=True, **settings):
    """Send two messages, and give the relay and what became of them; the first is judged `at_once` or after the second."""

    async def main():
        async with Thinking(verdict) as relay:
            out = transport(relay, connections=1, **settings)
            sending = [
                asyncio.create_task(out.send(each)) for each in (message(), message("eva@example.org", 2))
            ]
            if not at_once:
                await sending[1]
            relay.go_on.set()
            outcomes = [(await each).state for each in sending]
            await out.close()
            return relay, outcomes

    return uvloop.run(main())


def test_the_next_envelope_goes_out_behind_the_final_dot():
    """RFC 2920, section 3.1: the commands of the next message may follow the content of this one."""
    relay, outcomes = two_over_one_connection("250 kept")
    assert outcomes == [ACCEPTED, ACCEPTED]
    envelope = [b"MAIL FROM:<bulletin@example.org>\r\n", b"RCPT TO:<eva@example.org>\r\n", b"DATA\r\n"]
    assert relay.told == envelope
    assert relay.connections == 1
    assert [b"eva@example.org" in each for each in relay.taken] == [False, True]


@pytest.mark.parametrize(("verdict", "state"), [("451 4.3.0 later", DEFERRED), ("554 5.6.0 no", FAILED)])
def test_a_refusal_of_a_message_is_none_of_the_one_behind_it(verdict, state):
    relay, outcomes = two_over_one_connection(verdict)
    assert outcomes == [state, ACCEPTED]
    assert relay.connections == 1


@pytest.mark.parametrize(
    ("verdict", "state"), [(DROP, IN_DOUBT), (CLOSING, DEFERRED), ("\x00 what?", IN_DOUBT)]
)
def test_what_ends_a_connection_at_the_dot_costs_the_message_behind_it_nothing(verdict, state):
    relay, outcomes = two_over_one_connection(verdict)
    assert outcomes == [state, ACCEPTED]
    assert relay.connections == 2
    assert sum(b"eva@example.org" in each for each in relay.taken) == 1


def test_a_message_is_not_kept_waiting_by_a_relay_that_thinks_long_about_the_one_before():
    relay, outcomes = two_over_one_connection("250 kept", at_once=False, timeout=0.5)
    assert outcomes == [ACCEPTED, ACCEPTED]
    assert relay.connections == 2
