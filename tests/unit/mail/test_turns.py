"""Turns at a connection: in order, passed on whatever becomes of who waits for one."""

import asyncio

import pytest
import uvloop

from feedsvc.mail.conversation import _Turns


async def take(turns, name, taken, within=None):
    await turns.mine(within)
    taken.append(name)


def test_turns_come_in_the_order_they_were_asked_for():
    async def main():
        turns, taken = _Turns(), []
        await take(turns, "a", taken)
        waiting = [asyncio.create_task(take(turns, name, taken)) for name in "bc"]
        await asyncio.sleep(0)
        assert taken == ["a"]
        for _ in waiting:
            turns.over()
            await asyncio.sleep(0)
        turns.over()
        assert taken == ["a", "b", "c"]
        assert not turns.are_taken

    uvloop.run(main())


def test_who_waits_too_long_is_passed_over():
    async def main():
        turns, taken = _Turns(), []
        await turns.mine(None)
        late = asyncio.create_task(take(turns, "late", taken, 0.01))
        patient = asyncio.create_task(take(turns, "patient", taken))
        with pytest.raises(TimeoutError):
            await late
        turns.over()
        await patient
        assert taken == ["patient"]

    uvloop.run(main())


@pytest.mark.parametrize("is_given", [False, True])
def test_who_is_cancelled_passes_the_turn_on_even_when_it_has_just_come(is_given):
    async def main():
        turns, taken = _Turns(), []
        await turns.mine(None)
        gone = asyncio.create_task(take(turns, "gone", taken))
        next_one = asyncio.create_task(take(turns, "next", taken))
        await asyncio.sleep(0)
        if is_given:
            turns.over()
        gone.cancel()
        if not is_given:
            await asyncio.wait([gone])
            turns.over()
        await next_one
        assert taken == ["next"]

    uvloop.run(main())
