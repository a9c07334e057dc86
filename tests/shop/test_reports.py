"""Bad numbers: each counts once, and many of one kind in a day are put before the admins."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import func, select

from db.tables import Case, NumberReport
from services.activations import NumberNotFound
from services.ports.provider import Unknown
from services.views import ReportReason, Ticket
from tests.shop.shop import Shop


async def bought(shop: Shop, telegram_id: int) -> tuple[UUID, Ticket]:
    who = await shop.ana(telegram_id=telegram_id, username=f"user{telegram_id}")
    return who, await shop.buy(who)


async def reports(shop: Shop) -> int:
    query = select(func.count()).select_from(NumberReport)
    return await shop.store.read(lambda connection: connection.scalar(query) or 0)


async def test_a_number_counts_once_however_often_it_is_reported(shop: Shop) -> None:
    ana, ticket = await bought(shop, 1)

    told = await asyncio.gather(
        *(shop.reports.report(ana, ticket.number_id, reason) for reason in ReportReason)
    )

    assert sorted(told) == [False, False, True]
    assert await reports(shop) == 1


async def test_more_than_five_of_a_kind_in_a_day_open_one_case(shop: Shop) -> None:
    seen = []
    for number in range(1, 9):
        who, ticket = await bought(shop, number)
        await shop.reports.report(who, ticket.number_id, ReportReason.ALREADY_USED)
        seen.append(await shop.open_cases())

    assert seen == [[]] * 5 + [["numbers.bad"]] * 3
    case = await shop.store.read(
        lambda connection: connection.execute(select(Case.subject, Case.facts)).one()
    )
    assert case.subject == "wa:73:any"
    assert case.facts["already_used"] == 6


async def test_reports_of_other_days_do_not_add_up(shop: Shop) -> None:
    for number in range(1, 9):
        who, ticket = await bought(shop, number)
        await shop.reports.report(who, ticket.number_id, ReportReason.REFUSED)
        shop.clock.advance(5 * 3600)

    assert await shop.open_cases() == []


async def test_how_many_are_too_many_is_a_rule(shop: Shop) -> None:
    await shop.rules.change("reports_per_day", "0")
    ana, ticket = await bought(shop, 1)

    await shop.reports.report(ana, ticket.number_id, ReportReason.OTHER)

    assert await shop.open_cases() == ["numbers.bad"]


async def test_only_the_buyer_reports_and_only_what_was_bought(shop: Shop) -> None:
    _, ticket = await bought(shop, 1)
    shop.provider.answers = [Unknown("timeout")]
    bob, unsure = await bought(shop, 2)

    for number in (ticket, unsure):
        with pytest.raises(NumberNotFound):
            await shop.reports.report(bob, number.number_id, ReportReason.OTHER)

    assert await reports(shop) == 0
