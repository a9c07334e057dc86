"""Purchases nobody heard of again: adopted, given back, or put before an admin."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from db.store import Store
from services.bells import Bells
from services.cases import Cases
from services.customers import Customers
from services.errors import ProviderUnavailable
from services.ports.provider import Abilities, Bought, Order, Unknown
from services.purchase_cases import PurchaseCases, PurchaseDecision, purchase_decisions_for
from services.views import NumberStatus, Ticket
from tests.shop.shop import Shop, open_shop


async def _lose_the_answer(shop: Shop, user_id: UUID, *, bought: bool) -> Ticket:
    """Buy, with an answer that never arrives."""
    honest = shop.provider.purchase

    async def silent(order: Order) -> Unknown:
        shop.provider.purchases.append(order)
        if bought:
            shop.provider.rent(order)
        return Unknown("timeout")

    shop.provider.purchase = silent  # type: ignore[method-assign]
    ticket = await shop.buy(user_id)
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
    assert shop.provider.calls == []


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


async def test_an_admin_gives_back_what_was_not_bought_once(store: Store) -> None:
    shop = await open_shop(store, is_exclusive=False)
    clock, customers = (
        shop.clock,
        Customers(store, shop.rules, shop.clock, admin_ids={9}, language_of=lambda _: "en"),
    )
    chef = await customers.meet(9, "chef", "en")
    ana = await shop.ana("50.00")
    ticket = await _lose_the_answer(shop, ana, bought=False)
    desk = PurchaseCases(store, Bells(), clock)
    [case] = await Cases(store, Bells(), clock).open_cases()

    for press in range(2):
        await desk.decide(chef, case.id, "not_bought", f"update:{press}")

    assert purchase_decisions_for(case) == (PurchaseDecision.NOT_BOUGHT,)
    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED
    assert await shop.balance(ana) == Decimal("50.00")
    assert await shop.open_cases() == []
    assert await shop.breaches() == []
