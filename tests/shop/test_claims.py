"""Purchases nobody heard of again: adopted, given back, or put before an admin."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from db.store import Store
from services.bells import Bells
from services.cases import Cases
from services.customers import Customers
from services.errors import NotOffered, ProviderUnavailable
from services.ports.provider import Abilities, Bought, Order, Unknown
from services.purchase_cases import NumberNotThere, PurchaseCases, purchase_decisions_for
from services.views import CaseCard, Customer, NumberStatus, Ticket
from tests.shop.shop import Shop, open_shop


async def _lose_the_answer(shop: Shop, user_id: UUID, *, bought: bool, service: str = "wa") -> Ticket:
    """Buy, with an answer that never arrives."""
    honest = shop.provider.purchase

    async def silent(order: Order) -> Unknown:
        shop.provider.purchases.append(order)
        if bought:
            shop.provider.rent(order)
        return Unknown("timeout")

    shop.provider.purchase = silent  # type: ignore[method-assign]
    ticket = await shop.buy(user_id, service=service)
    shop.provider.purchase = honest  # type: ignore[method-assign]
    return ticket


async def _settle(shop: Shop, seconds: int = 120, step: int = 10) -> None:
    for _ in range(seconds // step):
        shop.clock.advance(step)
        await shop.claims.run()


async def test_a_number_that_was_bought_is_adopted_and_its_code_delivered(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=True)
    shop.provider.deliver("1001", "482913")

    await _settle(shop)
    await shop.sweep.run()

    card = await shop.card(ana, ticket)
    assert card.status is NumberStatus.ACTIVE
    assert [code.code for code in card.codes] == ["482913"]
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.open_cases() == []
    assert await shop.breaches() == []


async def test_what_can_be_nobody_elses_is_adopted_at_the_first_reading(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=True)

    await shop.claims.run()

    assert (await shop.card(ana, ticket)).status is NumberStatus.ACTIVE


async def test_a_number_whose_answer_is_on_its_way_is_nobody_elses(shop: Shop) -> None:
    ana, bob = await shop.ana("50.00"), await shop.ana("50.00", telegram_id=2, username="bob")
    lost = await _lose_the_answer(shop, ana, bought=False)
    is_asked, arrives, honest = asyncio.Event(), asyncio.Event(), shop.provider.purchase

    async def slow(order: Order) -> Bought:
        bought = shop.provider.rent(order)
        is_asked.set()
        await arrives.wait()
        return bought

    shop.provider.purchase = slow  # type: ignore[method-assign]
    buying = asyncio.get_running_loop().create_task(shop.buy(bob))
    await is_asked.wait()
    await shop.claims.run()
    arrives.set()
    ticket = await buying
    shop.provider.purchase = honest  # type: ignore[method-assign]
    await _settle(shop)

    assert (await shop.card(bob, ticket)).status is NumberStatus.ACTIVE
    assert (await shop.card(ana, lost)).status is NumberStatus.REJECTED


async def test_what_was_never_bought_is_given_back(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=False)

    await _settle(shop)

    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED
    assert await shop.balance(ana) == Decimal("50.00")
    assert await shop.open_cases() == []


async def test_nothing_is_given_back_before_the_claim_time_is_over(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=False)

    await _settle(shop, seconds=80)

    assert (await shop.card(ana, ticket)).status is NumberStatus.UNKNOWN


async def test_an_answer_on_its_way_is_waited_for(shop: Shop) -> None:
    """A number bought late, while the quarantine runs, is found by the readings after it."""
    ana = await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=False)
    await _settle(shop, seconds=20)

    shop.provider.rent(shop.provider.purchases[-1])
    await _settle(shop)

    assert (await shop.card(ana, ticket)).status is NumberStatus.ACTIVE
    assert await shop.balance(ana) == Decimal("46.75")


async def test_a_list_that_cannot_be_read_proves_nothing(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=False)
    honest = shop.provider.active

    async def fails() -> tuple[()]:
        raise ProviderUnavailable("truncated")

    shop.provider.active = fails  # type: ignore[method-assign]
    await _settle(shop, seconds=600)
    during = (await shop.card(ana, ticket)).status
    shop.provider.active = honest  # type: ignore[method-assign]
    await _settle(shop)

    assert during is NumberStatus.UNKNOWN
    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED


async def test_two_lost_answers_and_one_number_settle_each(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    bob = await shop.ana("50.00", telegram_id=2, username="bob")
    first = await _lose_the_answer(shop, ana, bought=True)
    second = await _lose_the_answer(shop, bob, bought=False)

    await _settle(shop)

    states = [(await shop.card(ana, first)).status, (await shop.card(bob, second)).status]
    assert sorted(states) == [NumberStatus.ACTIVE, NumberStatus.REJECTED]
    assert await shop.balance(ana) + await shop.balance(bob) == Decimal("96.75")
    assert await shop.breaches() == []


async def test_more_numbers_than_purchases_are_an_admins_decision(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=True)
    shop.provider.rent(shop.provider.purchases[-1])

    await _settle(shop, seconds=600)

    assert (await shop.card(ana, ticket)).status is NumberStatus.UNKNOWN
    assert "purchase.ambiguous" in await shop.open_cases()
    assert await shop.balance(ana) == Decimal("46.75")
    assert not any(call.startswith("cancel") for call in shop.provider.calls)


async def test_a_number_of_another_kind_is_not_adopted(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=False)
    shop.provider.rent(replace(shop.provider.purchases[-1], service="tg"))

    await _settle(shop)

    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED


async def test_a_number_that_was_there_before_is_not_adopted(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    shop.provider.rent(Order("x", "wa", "73", Decimal("0.50")))
    await shop.claims.run()
    shop.clock.advance(1)
    ticket = await _lose_the_answer(shop, ana, bought=False)

    await _settle(shop)

    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED


async def test_an_id_below_the_baseline_is_not_adopted(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    shop.provider.answers = [Bought("99999", "5511911112222", Decimal("0.50"), "USD")]
    await shop.buy(ana)
    bob = await shop.ana("50.00", telegram_id=2, username="bob")
    ticket = await _lose_the_answer(shop, bob, bought=True)

    await _settle(shop)

    assert (await shop.card(bob, ticket)).status is NumberStatus.REJECTED


async def test_orphans_are_ended_past_the_floor_and_told(shop: Shop) -> None:
    shop.provider.rent(Order("x", "wa", "73", Decimal("0.50")))

    await shop.claims.run()
    early = list(shop.provider.calls)
    await _settle(shop, seconds=160)

    assert not any(call.startswith("cancel") for call in early)
    assert shop.provider.numbers["1001"].returned
    assert await shop.open_cases() == []


async def test_a_few_orphans_at_a_time(shop: Shop) -> None:
    for _ in range(10):
        shop.provider.rent(Order("x", "wa", "73", Decimal("0.50")))
    await shop.claims.run()
    shop.clock.advance(160)

    await shop.claims.run()

    assert sum(call.startswith("cancel") for call in shop.provider.calls) == 3


async def test_on_a_shared_account_nothing_is_adopted_and_nothing_cancelled(store: Store) -> None:
    shop = await open_shop(store, is_exclusive=False)
    ana = await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=True)

    await _settle(shop, seconds=600)

    assert (await shop.card(ana, ticket)).status is NumberStatus.UNKNOWN
    assert await shop.open_cases() == ["purchase.unknown"]
    assert not any(call.startswith("cancel") for call in shop.provider.calls)


async def test_on_a_shared_account_with_nothing_unknown_nobody_is_asked_anything(store: Store) -> None:
    shop = await open_shop(store, is_exclusive=False)
    await shop.buy(await shop.ana("50.00"))

    await shop.claims.run()

    assert shop.provider.calls == []


async def test_on_a_shared_account_the_number_with_our_own_key_is_adopted(store: Store) -> None:
    shop = await open_shop(store, is_exclusive=False)
    shop.provider.echoes_keys = True
    ana = await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=True)
    shop.provider.rent(replace(shop.provider.purchases[-1], key="a stranger's"))

    await _settle(shop)

    assert (await shop.card(ana, ticket)).status is NumberStatus.ACTIVE
    assert (await shop.card(ana, ticket)).phone == shop.provider.numbers["1001"].phone
    assert await shop.open_cases() == []


async def test_a_number_with_another_key_is_nobodys_likeness(shop: Shop) -> None:
    shop.provider.echoes_keys = True
    ana = await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=False)
    shop.provider.rent(replace(shop.provider.purchases[-1], key="a stranger's"))

    await _settle(shop)

    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED


async def test_without_a_list_the_life_of_a_number_is_waited_out(shop: Shop) -> None:
    shop.provider.abilities = Abilities(list_active=False, history=False)
    ana = await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=False)

    await _settle(shop, seconds=24 * 60, step=60)
    before = (await shop.card(ana, ticket)).status
    await _settle(shop, seconds=120, step=60)

    assert before is NumberStatus.UNKNOWN
    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED
    assert await shop.balance(ana) == Decimal("50.00")


async def _admin(shop: Shop) -> Customer:
    customers = Customers(shop.store, shop.rules, shop.clock, admin_ids={9}, language_of=lambda _: "en")
    return await customers.meet(9, "chef", "en")


async def _case(shop: Shop) -> tuple[PurchaseCases, CaseCard]:
    [case] = (await Cases(shop.store, Bells(), shop.clock).page()).cases
    return PurchaseCases(shop.store, {"active": shop.provider}, Bells(), shop.clock), case


async def test_an_admin_gives_back_what_was_not_bought_once(store: Store) -> None:
    shop = await open_shop(store, is_exclusive=False)
    chef, ana = await _admin(shop), await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=False)
    desk, case = await _case(shop)

    for press in range(2):
        await desk.decide(chef, case.id, "not_bought", f"update:{press}")

    assert purchase_decisions_for(case) == ("not_bought",)
    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED
    assert await shop.balance(ana) == Decimal("50.00")
    assert await shop.open_cases() == []
    assert await shop.breaches() == []


@pytest.mark.parametrize("is_exclusive", [True, False])
async def test_an_admin_sees_both_sides_and_says_which_number_it_is(
    store: Store, *, is_exclusive: bool
) -> None:
    shop = await open_shop(store, is_exclusive=is_exclusive)
    chef, ana = await _admin(shop), await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=True)
    shop.provider.rent(shop.provider.purchases[-1])
    await _settle(shop)
    cases = (await Cases(store, Bells(), shop.clock).page()).cases
    [case] = [each for each in cases if each.facts.get("candidates")]
    desk = PurchaseCases(store, {"active": shop.provider}, Bells(), shop.clock)

    for press in range(2):
        await desk.decide(chef, case.id, "take.1002", f"update:{press}")

    card = await shop.card(ana, ticket)
    assert purchase_decisions_for(case) == ("take.1001", "take.1002", "not_bought")
    assert (case.facts["service"], case.facts["cap"]) == ("wa", "0.500000 USD")
    assert "1001 (…" in case.facts["upstream"]
    assert (card.status, card.phone) == (NumberStatus.ACTIVE, shop.provider.numbers["1002"].phone)
    assert await shop.open_cases() == []
    assert await shop.breaches() == []


async def test_a_number_that_is_gone_is_not_given_to_anybody(store: Store) -> None:
    shop = await open_shop(store, is_exclusive=False)
    chef, ana = await _admin(shop), await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=True)
    await _settle(shop)
    desk, case = await _case(shop)

    with pytest.raises(NumberNotThere):
        await desk.decide(chef, case.id, "take.9999", "update:1")

    assert (await shop.card(ana, ticket)).status is NumberStatus.UNKNOWN


async def test_a_code_that_came_while_the_shop_was_down_is_found_in_the_history(shop: Shop) -> None:
    """The number has come and gone; its history tells neither service nor country."""
    ana = await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=True)
    shop.provider.deliver("1001", "482913")
    await shop.provider.finish("1001")
    shop.clock.advance(3600)

    await _settle(shop)
    await shop.closing.expire_due()
    await shop.closing.run_due()

    assert [code.code for code in (await shop.card(ana, ticket)).codes] == ["482913"]
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.breaches() == []


async def test_a_history_that_fits_two_kinds_is_an_admins_decision(shop: Shop) -> None:
    ana, bob = await shop.ana("50.00"), await shop.ana("50.00", telegram_id=2, username="bob")
    first = await _lose_the_answer(shop, ana, bought=True)
    second = await _lose_the_answer(shop, bob, bought=False, service="tg")
    shop.provider.deliver("1001", "482913")
    await shop.provider.finish("1001")

    await _settle(shop)

    states = {(await shop.card(ana, first)).status, (await shop.card(bob, second)).status}
    assert states == {NumberStatus.UNKNOWN}
    assert await shop.open_cases() == ["purchase.ambiguous"] * 2 + ["purchase.unknown"] * 2


async def test_an_admin_takes_a_number_that_ended_long_before_its_case(shop: Shop) -> None:
    chef, ana = await _admin(shop), await shop.ana("50.00")
    bob = await shop.ana("50.00", telegram_id=3, username="bob")
    first = await _lose_the_answer(shop, ana, bought=True)
    await _lose_the_answer(shop, bob, bought=False, service="tg")
    shop.provider.deliver("1001", "482913")
    await shop.provider.finish("1001")
    shop.clock.advance(3600)
    await _settle(shop)
    cases = (await Cases(shop.store, Bells(), shop.clock).page()).cases
    [case] = [each for each in cases if each.subject == str(first.number_id) and "candidates" in each.facts]

    desk = PurchaseCases(shop.store, {"active": shop.provider}, Bells(), shop.clock)
    await desk.decide(chef, case.id, "take.1001", "update:1")
    await shop.closing.expire_due()
    await shop.closing.run_due()

    assert [code.code for code in (await shop.card(ana, first)).codes] == ["482913"]
    assert await shop.breaches() == []


async def test_an_orphan_is_looked_after_when_nothing_else_is_open(shop: Shop) -> None:
    shop.provider.rent(Order("x", "wa", "73", Decimal("0.50")))

    before = await shop.claims.has_orphans()
    await shop.claims.run()
    during = await shop.claims.has_orphans()
    await _settle(shop, seconds=200)

    assert (before, during) == (False, True)
    assert not await shop.claims.has_orphans()
    assert shop.provider.numbers["1001"].returned


async def test_an_orphan_with_a_code_is_told_to_be_done(shop: Shop) -> None:
    shop.provider.rent(Order("x", "wa", "73", Decimal("0.50")))
    shop.provider.deliver("1001", "482913")

    await _settle(shop, seconds=200)

    assert "finish 1001" in shop.provider.calls
    assert await shop.open_cases() == []


async def test_a_provider_whose_list_is_gone_is_waited_out(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=False)

    async def gone() -> tuple[()]:
        raise NotOffered("getActiveActivations")

    shop.provider.active = gone  # type: ignore[method-assign]
    await _settle(shop, seconds=26 * 60, step=60)

    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED
