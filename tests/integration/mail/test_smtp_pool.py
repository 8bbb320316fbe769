"""The pool of connections: used again, never more than allowed, thrown away when in doubt."""

import asyncio
from collections import Counter

import pytest
import uvloop
from integration.mail.relay import DROP, HANG, REPLIES, Relay
from unit.mail.letters import message

from feedsvc.mail import SmtpTransport
from feedsvc.model import AnswerKind, DeliveryState

ACCEPTED = DeliveryState.ACCEPTED


def transport(relay, **settings):
    return SmtpTransport(**{"host": "127.0.0.1", "port": relay.port, "timeout": 5.0, **settings})


def test_one_connection_carries_one_message_after_the_other_and_ends_with_quit():
    async def main():
        async with Relay() as relay:
            out = transport(relay)
            for number in range(5):
                assert (await out.send(message(number=number))).state is ACCEPTED
            await out.close()
            assert relay.connections == 1
            assert relay.commands.count("EHLO [127.0.0.1]") == 1
            assert "RSET" not in relay.commands
            assert relay.commands[-1] == "QUIT"

    uvloop.run(main())


def test_no_connection_is_opened_before_it_is_needed_and_none_beyond_the_limit():
    async def main():
        async with Relay() as relay:
            out = transport(relay, connections=3)
            assert relay.connections == 0
            outcomes = await asyncio.gather(*(out.send(message(number=number)) for number in range(30)))
            await out.close()
            assert {outcome.state for outcome in outcomes} == {ACCEPTED}
            assert relay.connections == 3
            assert len(relay.messages) == 30

    uvloop.run(main())


def test_a_connection_that_the_relay_closed_meanwhile_costs_no_message_an_attempt():
    async def main():
        async with Relay() as relay:
            out = transport(relay)
            await out.send(message())
            relay.disconnect_all()
            assert (await out.send(message(number=2))).state is ACCEPTED
            relay.faults = {"MAIL": ["421 4.4.2 idle too long"]}
            assert (await out.send(message(number=3))).state is ACCEPTED
            await out.close()
            assert relay.connections == 3

    uvloop.run(main())


def test_after_a_refused_recipient_the_connection_is_reset_and_used_again():
    async def main():
        async with Relay({"RCPT": ["550 no"]}) as relay:
            out = transport(relay)
            assert (await out.send(message())).state is DeliveryState.FAILED
            assert (await out.send(message(number=2))).state is ACCEPTED
            await out.close()
            assert relay.connections == 1
            assert relay.commands.count("RSET") == 1

    uvloop.run(main())


def test_what_is_said_of_a_refused_address_is_told_with_pipelining_and_without():
    async def main():
        for offers in ((), ("PIPELINING",)):
            refusals = ["550 5.1.1 user unknown", "554 5.7.1 relay access denied", "450 4.2.0 later"]
            async with Relay({"RCPT": refusals}, offers=offers) as relay:
                out = transport(relay)
                outcomes = [await out.send(message(number=number)) for number in range(4)]
                await out.close()
                assert [each.blame for each in outcomes] == [AnswerKind.HARD, AnswerKind.OURS, None, None]

    uvloop.run(main())


def test_a_cancelled_message_takes_its_connection_with_it_and_the_next_one_goes_through():
    async def main():
        for stage in ("connect", "EHLO", "MAIL", "RCPT", "DATA", "."):
            async with Relay({stage: [HANG]}) as relay:
                out = transport(relay, connections=1)
                sending = asyncio.create_task(out.send(message()))
                await relay.hanging.wait()
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
                assert sending.cancelled()
                assert (await out.send(message("eva@example.org", 2))).state is ACCEPTED
                await out.close()
                assert relay.connections == 2, stage

    uvloop.run(main())


def test_a_message_that_waits_for_a_connection_can_be_cancelled():
    async def main():
        async with Relay({"RCPT": [HANG]}) as relay:
            out = transport(relay, connections=1)
            first = asyncio.create_task(out.send(message()))
            await relay.hanging.wait()
            second = asyncio.create_task(out.send(message(number=2)))
            await asyncio.sleep(0)
            second.cancel()
            await asyncio.gather(second, return_exceptions=True)
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            assert (await out.send(message(number=3))).state is ACCEPTED
            await out.close()

    uvloop.run(main())


def test_while_nobody_knows_whether_the_relay_is_there_one_tries_at_a_time_and_few_in_all():
    async def main():
        async with Relay({"connect": [DROP] * 100}) as relay:
            out = transport(relay)
            outcomes = await asyncio.gather(*(out.send(message(number=number)) for number in range(10)))
            assert {(each.state, each.unreached) for each in outcomes} == {(DeliveryState.DEFERRED, True)}
            assert relay.connections == 3
            relay.faults = {"connect": [DROP, DROP]}
            outcomes = await asyncio.gather(*(out.send(message(number=number)) for number in range(10)))
            assert [each.unreached for each in outcomes].count(True) == 2, (
                "it is back, and the next came through"
            )
            await out.close()

    uvloop.run(main())


@pytest.mark.parametrize("offers", [(), ("PIPELINING",)])
def test_a_relay_that_wants_few_connections_gets_every_message_over_those(offers):
    few = {"connect": [REPLIES["connect"]] * 2 + ["421 4.7.0 too many connections"] * 999}

    async def main():
        async with Relay(few, offers=offers) as relay:
            out = transport(relay, connections=10)
            outcomes = await asyncio.gather(*(out.send(message(number=number)) for number in range(300)))
            await out.close()
            assert Counter(each.state for each in outcomes) == {ACCEPTED: 300}
            assert relay.connections == 10  # and the eight that were refused are not tried again at once

    uvloop.run(main())


def test_a_message_whose_connection_is_refused_is_unreached_when_the_others_have_gone_too():
    async def main():
        async with Relay(
            {"connect": [REPLIES["connect"]] + ["421 closing down"] * 99, "MAIL": [DROP]}
        ) as relay:
            out = transport(relay, connections=5)
            outcomes = await asyncio.gather(*(out.send(message(number=number)) for number in range(5)))
            await out.close()
            assert all(each.unreached or each.state is DeliveryState.DEFERRED for each in outcomes)
            assert relay.connections < 20

    uvloop.run(main())


def test_a_port_that_is_closed_a_login_that_is_wrong_and_silence_are_no_relay():
    async def main():
        async with Relay() as relay:
            pass
        assert (await transport(relay).send(message())).unreached
        async with Relay({"AUTH": ["535 5.7.8 wrong"]}, offers=("AUTH PLAIN",)) as relay:
            assert (await transport(relay, username="a", password="b").send(message())).unreached
        async with Relay({"connect": [HANG]}) as relay:
            assert (await transport(relay, timeout=0.1).send(message())).unreached

    uvloop.run(main())
