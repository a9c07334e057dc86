"""A provider that hangs, or a number nobody can tell of, delays no other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from uuid import UUID

from services.ports.provider import Abilities, Rejected, Rejection, Status
from services.views import NumberStatus, Ticket
from tests.fakes import FakeProvider
from tests.shop.shop import Shop, stock

MORE_THAN_AT_ONCE = 7


async def buy_at_the_backup(shop: Shop, ana: UUID) -> Ticket:
    shop.provider.answers = [Rejected(Rejection.OTHER, "NOT_TODAY")]
    return await shop.buy(ana)


async def a_crowd_at_the_backup(shop: Shop) -> list[tuple[UUID, Ticket]]:
    """More numbers than are looked at at once, at a backup that has no list."""
    for provider in ("active", "backup"):
        await stock(shop, provider, "0.50")
    shop.backup.abilities = Abilities(list_active=False)
    people = [
        await shop.ana(telegram_id=100 + each, username=f"user{each}") for each in range(MORE_THAN_AT_ONCE)
    ]
    return [(each, await buy_at_the_backup(shop, each)) for each in people]


@asynccontextmanager
async def hanging(provider: FakeProvider) -> AsyncIterator[None]:
    """Have each look wait for ever; at the end all of them are answered."""
    honest, answers = provider.status, asyncio.Event()

    async def hang(upstream_id: str) -> Status:
        await answers.wait()
        return await honest(upstream_id)

    provider.status = hang  # type: ignore[method-assign]
    async with asyncio.timeout(10):
        yield
    answers.set()


async def test_a_backup_that_hangs_delays_no_code_of_another_provider(shop: Shop) -> None:
    await a_crowd_at_the_backup(shop)
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    upstream_id = next(iter(shop.provider.numbers))

    async with asyncio.TaskGroup() as tasks, hanging(shop.backup):
        tasks.create_task(shop.sweep.run_one("backup"))
        await asyncio.sleep(0)
        shop.provider.deliver(upstream_id, "482913")
        await shop.sweep.run_one("active")
        shop.provider.deliver(upstream_id, "775511")
        await shop.sweep.look_at(shop.provider, ticket.number_id, upstream_id)
        codes = [code.code for code in (await shop.card(ana, ticket)).codes]

    assert codes == ["482913", "775511"]


async def test_a_backup_that_hangs_delays_no_ring_of_another_provider(shop: Shop) -> None:
    await a_crowd_at_the_backup(shop)
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    for upstream_id in shop.backup.numbers:
        await shop.upstream_notices.hear("backup", f"{upstream_id} a".encode())

    async with asyncio.TaskGroup() as tasks, hanging(shop.backup):
        tasks.create_task(shop.upstream_notices.handle_one("backup"))
        await asyncio.sleep(0)
        upstream_id = next(iter(shop.provider.numbers))
        shop.provider.deliver(upstream_id, "482913")
        await shop.upstream_notices.hear("active", f"{upstream_id} a".encode())
        await shop.upstream_notices.handle_one("active")
        codes = [code.code for code in (await shop.card(ana, ticket)).codes]

    assert codes == ["482913"]


async def test_a_backup_that_hangs_delays_no_end_at_another_provider(shop: Shop) -> None:
    crowd = await a_crowd_at_the_backup(shop)
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.clock.advance(130)
    for who, theirs in [*crowd, (ana, ticket)]:
        await shop.activations.cancel(who, theirs.number_id)

    async with asyncio.TaskGroup() as tasks, hanging(shop.backup):
        tasks.create_task(shop.closing.run_one("backup"))
        await asyncio.sleep(0)
        await shop.closing.run_one("active")
        paid_back = await shop.balance(ana)

    assert paid_back == Decimal("50.00")
    assert {(await shop.card(*each)).status for each in crowd} == {NumberStatus.CANCELLED}


async def test_a_number_that_cannot_be_told_of_delays_no_code_of_the_same_list(shop: Shop) -> None:
    ana, bob = await shop.ana(), await shop.ana(telegram_id=2, username="bob")
    asking, ticket = await shop.buy(ana), await shop.buy(bob)
    shop.provider.deliver("1001", "111111")
    await shop.sweep.run()
    await shop.activations.ask_again(ana, asking.number_id)
    shop.provider.deliver("1002", "482913")

    async with asyncio.TaskGroup() as tasks, hanging(shop.provider):
        tasks.create_task(shop.sweep.run())
        while not (codes := (await shop.card(bob, ticket)).codes):  # noqa: ASYNC110  any fact
            await asyncio.sleep(0.01)

    assert [code.code for code in codes] == ["482913"]
