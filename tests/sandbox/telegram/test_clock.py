import asyncio

import pytest

from bot.sandbox.clock import Clock


async def test_a_sleeper_wakes_when_the_clock_is_moved_past() -> None:
    clock = Clock()
    began = clock.now()
    async with asyncio.TaskGroup() as group:
        group.create_task(clock.sleep(3600))
        await asyncio.sleep(0)
        clock.advance(1800)
        assert clock.has_sleepers
        clock.advance(1800)

    assert (clock.now() - began).total_seconds() >= 3600
    assert not clock.has_sleepers


async def test_what_is_done_in_time_is_not_cut_off() -> None:
    clock = Clock()
    async with clock.timeout(1):
        clock.advance(0.5)

    clock.advance(10)


async def test_what_is_not_done_in_time_is_cut_off_where_the_clock_says() -> None:
    clock = Clock()

    with pytest.raises(TimeoutError):
        await do_nothing(clock)


def test_a_clock_never_goes_back() -> None:
    with pytest.raises(ValueError, match="forward only"):
        Clock().advance(-1)


async def do_nothing(clock: Clock) -> None:
    async with clock.timeout(3600):
        clock.advance(3601)
        await asyncio.Event().wait()
