from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from services.errors import ProviderUnavailable
from services.providers.handler_api.paging import read_all
from tests.providers.handler_api.conftest import connect
from tests.providers.handler_api.upstream import Canned, Sandbox, provider_at

Fetch = Callable[[int], Awaitable[list[str]]]


class MovingList:
    """A list of ids, newest first, that may change before a page is read."""

    def __init__(self, size: int) -> None:
        self.rows = [str(each) for each in range(size, 0, -1)]
        self.starts: list[int] = []
        self.before_page: dict[int, Callable[[], None]] = {}

    async def page(self, start: int) -> list[str]:
        if change := self.before_page.pop(len(self.starts), None):
            change()
        self.starts.append(start)
        return self.rows[start : start + 100]

    def end(self, count: int) -> None:
        del self.rows[:count]

    def sell(self, count: int) -> None:
        newest = int(self.rows[0])
        self.rows = [str(newest + each) for each in range(count, 0, -1)] + self.rows


@pytest.mark.parametrize(("size", "starts"), [(0, [0]), (99, [0]), (100, [0, 90]), (250, [0, 90, 180])])
async def test_all_pages_are_read(size: int, starts: list[int]) -> None:
    upstream = MovingList(size)

    rows = await read_all(upstream.page, str)

    assert rows == upstream.rows
    assert upstream.starts == starts


async def test_numbers_that_end_between_pages_hide_no_other() -> None:
    upstream = MovingList(250)
    upstream.before_page = {1: lambda: upstream.end(9), 2: lambda: upstream.end(1)}

    rows = await read_all(upstream.page, str)

    assert set(rows) >= set(upstream.rows)


async def test_a_list_that_moved_by_more_than_pages_overlap_is_read_anew() -> None:
    upstream = MovingList(250)
    upstream.before_page = {1: lambda: upstream.end(40)}

    rows = await read_all(upstream.page, str)

    assert rows == upstream.rows
    assert upstream.starts[:3] == [0, 90, 0]


async def test_numbers_sold_between_pages_come_once() -> None:
    upstream = MovingList(150)
    upstream.before_page = {1: lambda: upstream.sell(5)}

    rows = await read_all(upstream.page, str)

    assert len(rows) == len(set(rows)) == 150


async def test_a_list_that_never_stands_still_is_an_error() -> None:
    upstream = MovingList(2_000)
    upstream.before_page = {page: lambda: upstream.end(40) for page in range(1, 20)}

    with pytest.raises(ProviderUnavailable):
        await read_all(upstream.page, str)


async def test_a_full_page_that_comes_again_is_no_complete_list() -> None:
    async def same(_: int) -> list[str]:
        return [str(each) for each in range(100)]

    with pytest.raises(ProviderUnavailable, match="twice"):
        await read_all(same, str)


@pytest.mark.parametrize("size", [100, 101, 700])
async def test_a_provider_without_pages_is_read_whole(size: int) -> None:
    async def whole(_: int) -> list[str]:
        return [str(each) for each in range(size)]

    assert len(await read_all(whole, str, is_paged=False)) == size


async def test_a_list_without_end_is_given_up() -> None:
    async def endless(start: int) -> list[str]:
        return [str(each) for each in range(start, start + 100)]

    with pytest.raises(ProviderUnavailable, match="end"):
        await read_all(endless, str)


@pytest.fixture
def crowded() -> Sandbox:
    sandbox = Sandbox("hero")
    sandbox.sms.set_balance(10_000)
    sandbox.sms.set_stock("wa", 73, 1_000)
    for _ in range(230):
        sandbox.sms.answer(
            {"api_key": sandbox.sms.api_key, "action": "getNumber", "service": "wa", "country": "73"}
        )
    return sandbox


async def test_every_open_number_of_a_crowded_account_is_listed(
    crowded: Sandbox, doors: AsyncExitStack
) -> None:
    provider = await connect(doors, crowded.server())
    crowded.sms.add_fault("page_shift", times=2)

    listed = await provider.active()

    still_open = {each["id"] for each in crowded.sms.list_activations() if each["is_open"]}
    assert {row.upstream_id for row in listed} >= still_open
    assert len(still_open) == 228


async def test_a_failed_page_fails_the_list(crowded: Sandbox, doors: AsyncExitStack) -> None:
    provider = await connect(doors, crowded.server())
    crowded.sms.add_fault("failed_second_page", times=2)

    with pytest.raises(ProviderUnavailable):
        await provider.active()


async def test_a_page_that_fails_once_is_asked_for_again(crowded: Sandbox, doors: AsyncExitStack) -> None:
    provider = await connect(doors, crowded.server())
    crowded.sms.add_fault("failed_second_page")

    assert len(await provider.active()) == 230


@pytest.mark.parametrize(
    "body", ['{"status":"success"}', "{}", "STATUS_OK:1", '{"status":"success","data":[{}]}', "[null]"]
)
async def test_a_list_that_cannot_be_understood_is_no_empty_list(
    body: str, canned: Canned, doors: AsyncExitStack
) -> None:
    provider = await connect(doors, canned.server())
    canned.say(body)

    with pytest.raises(ProviderUnavailable):
        await provider.active()


@pytest.mark.parametrize("body", ["NO_ACTIVATIONS", '{"status":"error","error":"NO_ACTIVATIONS"}', "[]"])
async def test_no_open_numbers_is_an_empty_list(body: str, canned: Canned, doors: AsyncExitStack) -> None:
    provider = await connect(doors, canned.server())
    canned.say(body)

    assert await provider.active() == ()


async def test_nobody_listening_is_no_empty_list(unused_tcp_port: int) -> None:
    provider = provider_at(f"http://127.0.0.1:{unused_tcp_port}/")

    with pytest.raises(ProviderUnavailable):
        await provider.active()
    await provider.close()
