"""How fast mail may go: turns, minutes, and rests."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from feedsvc.mail import Domains, Relay, Throttle
from feedsvc.mail.pace import (
    FIRST_REST,
    FIRST_REST_OF_RELAY,
    IN_A_ROW,
    LONGEST_REST,
    LONGEST_REST_OF_RELAY,
    REFUSED_IN_A_ROW,
    UNREACHED_IN_A_ROW,
    Refusals,
)
from feedsvc.mail.replies import Stage, replied
from feedsvc.model import AnswerKind, DeliveryState, Ended, Outcome

NOON = datetime(2026, 11, 23, 12, 0, 20, tzinfo=UTC)
ACCEPTED = Outcome(DeliveryState.ACCEPTED, "250 ok")
LATER = replied(Stage.RCPT, 450, "4.2.0 greylisted")


def test_turns_are_evenly_apart():
    async def main():
        throttle, start = Throttle(per_minute=1200), asyncio.get_running_loop().time()
        await asyncio.gather(*(throttle.turn() for _ in range(5)))
        assert 0.19 <= asyncio.get_running_loop().time() - start < 2

    asyncio.run(main())


def test_without_a_rate_nobody_waits():
    assert not Throttle(0).is_set
    assert [Domains(0).wait("example.org", NOON) for _ in range(1000)] == [None] * 1000


def test_a_domain_waits_for_the_next_minute_and_no_other_waits_with_it():
    domains = Domains(2)
    minute = NOON.replace(second=0)
    waits = [domains.wait("a.example", NOON + timedelta(seconds=each)) for each in range(4)]
    assert waits == [None, None, minute + timedelta(minutes=1), minute + timedelta(minutes=1)]
    assert domains.wait("b.example", NOON) is None
    assert domains.wait("a.example", minute + timedelta(minutes=1)) is None


def test_a_domain_that_asks_for_patience_again_and_again_rests_ever_longer():
    domains = Domains(0)
    rests = [domains.heard("a.example", LATER, NOON) for _ in range(6 * IN_A_ROW)]
    assert [rest - NOON for rest in rests if rest] == [
        FIRST_REST, 2 * FIRST_REST, 4 * FIRST_REST, 8 * FIRST_REST, LONGEST_REST, LONGEST_REST,
    ]  # fmt: skip
    assert [rest for rest in rests[: IN_A_ROW - 1] if rest] == []


def test_one_that_is_accepted_ends_all_impatience():
    domains = Domains(0)
    for _ in range(IN_A_ROW):
        assert [domains.heard("a.example", LATER, NOON) for _ in range(IN_A_ROW - 1)] == [None] * (
            IN_A_ROW - 1
        )
        assert domains.heard("a.example", ACCEPTED, NOON) is None


@pytest.mark.parametrize(
    ("stage", "code", "patience"),
    [
        (Stage.RCPT, 450, True),
        (Stage.DOT, 452, True),
        (Stage.DATA, 451, True),
        (Stage.RCPT, 421, False),
        (Stage.MAIL, 451, False),
        (Stage.CONNECT, 454, False),
        (Stage.RCPT, 550, False),
        (Stage.DOT, 250, False),
    ],
)
def test_only_what_may_be_about_the_domain_is_held_against_it(stage, code, patience):
    assert replied(stage, code, "").patience is patience


UNREACHED = Outcome(DeliveryState.DEFERRED, "connecting: refused", unreached=True)


def rests(relay, outcomes, now=NOON):
    return [until and until - now for outcome in outcomes for until in [relay.heard(outcome, now)]]


def test_a_relay_that_is_not_reached_several_times_in_a_row_rests():
    relay = Relay()
    assert rests(relay, [UNREACHED, UNREACHED, LATER] * 3) == [None] * 9
    assert rests(relay, [UNREACHED] * UNREACHED_IN_A_ROW) == [None, None, FIRST_REST_OF_RELAY]
    assert relay.is_resting(NOON + FIRST_REST_OF_RELAY - timedelta(seconds=1))
    assert not relay.is_resting(NOON + FIRST_REST_OF_RELAY)


def test_who_still_was_on_the_way_to_a_relay_that_rests_makes_it_rest_no_longer():
    relay = Relay()
    rests(relay, [UNREACHED] * UNREACHED_IN_A_ROW)
    assert rests(relay, [UNREACHED] * 10) == [None] * 10


def test_a_relay_rests_longer_each_time_up_to_a_limit_and_not_at_all_once_it_is_there():
    relay, now, found = Relay(), NOON, []
    for _ in range(8):
        found += filter(None, rests(relay, [UNREACHED] * UNREACHED_IN_A_ROW, now))
        now += LONGEST_REST_OF_RELAY
    assert found[:3] == [FIRST_REST_OF_RELAY * times for times in (1, 2, 4)]
    assert found[-1] == LONGEST_REST_OF_RELAY
    relay.heard(UNREACHED, now)
    relay.heard(ACCEPTED, now)
    assert not relay.is_resting(now)
    assert rests(relay, [UNREACHED] * UNREACHED_IN_A_ROW, now)[-1] == FIRST_REST_OF_RELAY


NO = Outcome(DeliveryState.FAILED, "RCPT TO: 550 5.1.1 no such user", blame=AnswerKind.HARD)


def weighed(refusals, outcomes):
    """Tell what is known of attempts, by number, when their outcomes came together."""
    ended = [Ended(number, outcome) for number, outcome in enumerate(outcomes)]
    return [(each.delivery, each.outcome.state, each.outcome.blame) for each in refusals.weigh(ended)]


def test_a_refusal_stands_once_somebody_else_is_accepted():
    refusals = Refusals()
    assert weighed(refusals, [NO, LATER, NO]) == [(1, DeliveryState.DEFERRED, None)]
    assert weighed(refusals, [ACCEPTED]) == [
        (0, DeliveryState.ACCEPTED, None),
        (0, DeliveryState.FAILED, AnswerKind.HARD),
        (2, DeliveryState.FAILED, AnswerKind.HARD),
    ]
    assert refusals.kept() == []


def test_a_few_refusals_stand_when_nothing_more_is_sent():
    refusals = Refusals()
    assert weighed(refusals, [NO] * (REFUSED_IN_A_ROW - 1)) == []
    assert {each.outcome for each in refusals.kept()} == {NO}
    assert refusals.kept() == []


def test_from_so_many_in_a_row_all_are_put_off_and_blamed_on_nobody_until_one_is_accepted():
    refusals = Refusals()
    put_off = (DeliveryState.DEFERRED, None)
    refused = weighed(refusals, [NO] * REFUSED_IN_A_ROW)
    assert [each[1:] for each in refused] == [put_off] * REFUSED_IN_A_ROW
    assert [each[1:] for each in weighed(refusals, [NO])] == [put_off]
    assert weighed(refusals, [NO, ACCEPTED])[1][1] is DeliveryState.FAILED
    assert weighed(refusals, [NO]) == []


def test_one_accepted_among_many_refused_shows_that_the_relay_does_not_refuse_everybody():
    states = [state for _, state, _ in weighed(Refusals(), [NO] * 40 + [ACCEPTED] + [NO] * 4)]
    assert states == [DeliveryState.ACCEPTED, *[DeliveryState.FAILED] * 40]


def test_a_row_is_one_over_several_passes():
    refusals = Refusals()
    for _ in range(REFUSED_IN_A_ROW - 1):
        assert weighed(refusals, [NO]) == []
        refusals.kept()
    assert [state for _, state, _ in weighed(refusals, [NO])] == [DeliveryState.DEFERRED]


def test_a_relay_that_refuses_everybody_rests_at_once():
    refused = Outcome(DeliveryState.DEFERRED, "550", refuses_all=True)
    assert rests(Relay(), [refused] * 5) == [FIRST_REST_OF_RELAY, *[None] * 4]
