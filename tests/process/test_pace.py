import asyncio

from bot.pace import Bucket, Pace
from services.clock import SystemClock


def test_a_chat_takes_a_burst_then_one_a_second() -> None:
    bucket = Bucket(every_seconds=1, burst=3)
    gone_at = []
    now = 100.0

    for _ in range(6):
        now += bucket.wait_seconds(now)
        bucket.take(now)
        gone_at.append(now)

    assert gone_at == [100, 100, 100, 101, 102, 103]


def test_a_rest_earns_the_burst_again() -> None:
    bucket = Bucket(every_seconds=1, burst=2)
    for _ in range(2):
        bucket.take(100)

    assert bucket.wait_seconds(100) == 1
    assert bucket.wait_seconds(102) == 0
    bucket.take(102)
    assert bucket.wait_seconds(102) == 0


def test_a_code_waits_for_silence_but_for_no_turn() -> None:
    bucket = Bucket(every_seconds=1, burst=1)
    for _ in range(5):
        bucket.take(100)

    assert bucket.wait_seconds(100, is_urgent=True) == 0
    bucket.hold(130)
    assert bucket.wait_seconds(100, is_urgent=True) == 30


async def test_the_urgent_pass_the_others_in_the_common_line() -> None:
    pace = Pace(SystemClock(), all_per_second=100)
    order: list[int] = []

    async def speak(chat_id: int, priority: int) -> None:
        await pace.turn(chat_id, priority)
        order.append(priority)

    async with asyncio.TaskGroup() as speakers:
        for number, priority in enumerate([3, 3, 3, 3, 0]):
            speakers.create_task(speak(number, priority))

    assert order == [3, 0, 3, 3, 3]


async def test_nobody_waits_for_a_speaker_who_has_gone() -> None:
    pace = Pace(SystemClock(), all_per_second=100)
    await pace.turn(1, 1)
    gone = asyncio.get_running_loop().create_task(pace.turn(2, 1))
    await asyncio.sleep(0)
    gone.cancel()

    async with asyncio.timeout(2):
        await pace.turn(3, 1)
