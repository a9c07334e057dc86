import asyncio
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest

from db import numbers
from services.activations import CannotRepeat, NumberNotFound
from services.errors import NotOffered, ProviderRefused, ProviderUnavailable
from services.ports.provider import Abilities, Received, Status
from services.views import NumberStatus, Ticket
from tests.shop.shop import Shop


async def no_list() -> tuple[()]:
    raise ProviderUnavailable("a row of the list has no id")


async def test_a_code_is_stored_and_put_down_to_be_said(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "482913", "Your code is 482913")

    await shop.sweep.run()

    card = await shop.card(ana, ticket)
    assert [(code.code, code.text) for code in card.codes] == [("482913", "Your code is 482913")]
    assert len(await shop.said("number.code")) == 1
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.breaches() == []


async def test_the_same_code_seen_again_is_said_once(shop: Shop) -> None:
    ana = await shop.ana()
    await shop.buy(ana)
    shop.provider.deliver("1001", "482913")

    for _ in range(3):
        await shop.sweep.run()

    assert len(await shop.said("number.code")) == 1


async def test_two_sweeps_at_once_say_a_code_once(shop: Shop) -> None:
    ana = await shop.ana()
    await shop.buy(ana)
    shop.provider.deliver("1001", "482913")

    await asyncio.gather(*(shop.sweep.run() for _ in range(5)))

    assert len(await shop.said("number.code")) == 1
    assert await shop.breaches() == []


async def test_a_text_that_comes_after_its_code_completes_it(shop: Shop) -> None:
    ana = await shop.ana()
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "482913")
    await shop.sweep.run()

    shop.provider.numbers["1001"].received[-1] = Received("482913", "Code 482913")
    await shop.sweep.run()

    assert [code.text for code in (await shop.card(ana, ticket)).codes] == ["Code 482913"]
    assert len(await shop.said("number.code")) == 1


async def test_another_code_on_the_same_number_is_free(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "111111")
    await shop.sweep.run()

    card = await shop.activations.ask_again(ana, ticket.number_id)
    shop.provider.deliver("1001", "222222")
    await shop.sweep.run()

    assert card.is_asking_again
    assert [code.code for code in (await shop.card(ana, ticket)).codes] == ["111111", "222222"]
    assert not (await shop.card(ana, ticket)).is_asking_again
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.breaches() == []


async def test_while_another_code_is_awaited_the_old_one_is_not_said_again(shop: Shop) -> None:
    ana = await shop.ana()
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "111111")
    await shop.sweep.run()

    await shop.activations.ask_again(ana, ticket.number_id)
    await shop.sweep.run()

    assert len(await shop.said("number.code")) == 1


async def test_the_same_code_sent_once_more_after_asking_is_said_again(shop: Shop) -> None:
    ana = await shop.ana()
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "111111")
    await shop.sweep.run()

    await shop.activations.ask_again(ana, ticket.number_id)
    shop.provider.deliver("1001", "111111")
    await shop.sweep.run()
    await shop.sweep.run()

    assert [code.code for code in (await shop.card(ana, ticket)).codes] == ["111111", "111111"]
    assert len(await shop.said("number.code")) == 2


async def refusing_once(shop: Shop, error: Exception | None) -> tuple[UUID, Ticket]:
    """Ana has a code, asks for another, and the provider fails at it; None: it says no."""
    ana = await shop.ana()
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "111111")
    await shop.sweep.run()
    honest = shop.provider.ask_again

    async def fail(upstream_id: str) -> bool:
        if error is not None:
            raise error
        return False

    shop.provider.ask_again = fail  # type: ignore[method-assign]
    with pytest.raises(type(error) if error else CannotRepeat):
        await shop.activations.ask_again(ana, ticket.number_id)
    shop.provider.ask_again = honest  # type: ignore[method-assign]
    return ana, ticket


@pytest.mark.parametrize("error", [ProviderRefused("RATE_LIMIT"), ProviderUnavailable("no answer"), None])
async def test_an_asking_that_failed_can_be_made_again(shop: Shop, error: Exception | None) -> None:
    ana, ticket = await refusing_once(shop, error)
    between = await shop.card(ana, ticket)

    card = await shop.activations.ask_again(ana, ticket.number_id)

    assert not between.is_asking_again
    assert card.is_asking_again
    assert shop.provider.numbers["1001"].is_waiting_again


async def test_an_asking_upstream_never_heard_of_is_told_at_the_next_press(shop: Shop) -> None:
    ana = await shop.ana()
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "111111")
    await shop.sweep.run()
    await shop.store.write(partial(numbers.note_asking, number_id=ticket.number_id, now=shop.clock.now()))

    card = await shop.activations.ask_again(ana, ticket.number_id)

    assert card.is_asking_again
    assert shop.provider.numbers["1001"].is_waiting_again


async def test_an_asking_whose_answer_was_lost_counts_as_asked(shop: Shop) -> None:
    ana = await shop.ana()
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "111111")
    await shop.sweep.run()
    shop.provider.numbers["1001"].is_waiting_again = True

    async def twice(upstream_id: str) -> bool:
        return False  # SMS-Activate: BAD_STATUS

    shop.provider.ask_again = twice  # type: ignore[method-assign]

    assert (await shop.activations.ask_again(ana, ticket.number_id)).is_asking_again


async def test_no_other_code_before_the_first(shop: Shop) -> None:
    ana = await shop.ana()
    ticket = await shop.buy(ana)

    with pytest.raises(CannotRepeat):
        await shop.activations.ask_again(ana, ticket.number_id)


async def test_a_provider_without_a_list_is_asked_about_each_number(shop: Shop) -> None:
    shop.provider.abilities = Abilities(list_active=False)
    ana = await shop.ana()
    await shop.buy(ana)
    shop.provider.deliver("1001", "482913")

    await shop.sweep.run()

    assert shop.provider.calls == ["status 1001"]
    assert len(await shop.said("number.code")) == 1


async def test_a_list_that_is_not_offered_after_all_is_replaced_by_looks(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)

    async def gone() -> tuple[()]:
        raise NotOffered("getActiveActivations")

    shop.provider.active = gone  # type: ignore[method-assign]
    shop.provider.deliver("1001", "482913")
    await shop.sweep.run()

    assert [code.code for code in (await shop.card(ana, ticket)).codes] == ["482913"]


async def test_a_list_that_cannot_be_read_is_replaced_by_looks_while_numbers_are_told(shop: Shop) -> None:
    ana, bob = await shop.ana(), await shop.ana(telegram_id=2, username="bob")
    await shop.buy(ana)
    ticket = await shop.buy(bob)
    shop.provider.active = no_list  # type: ignore[method-assign]
    del shop.provider.numbers["1001"]
    shop.provider.deliver("1002", "482913")

    await shop.sweep.run()

    assert [code.code for code in (await shop.card(bob, ticket)).codes] == ["482913"]


async def test_a_number_that_spoils_its_list_and_is_not_told_either_blinds_no_other(shop: Shop) -> None:
    ana, bob = await shop.ana(), await shop.ana(telegram_id=2, username="bob")
    await shop.buy(ana)
    ticket = await shop.buy(bob)
    shop.provider.active = no_list  # type: ignore[method-assign]
    honest = shop.provider.status

    async def status(upstream_id: str) -> Status:
        if upstream_id == "1001":
            raise ProviderUnavailable("no status of ours")
        return await honest(upstream_id)

    shop.provider.status = status  # type: ignore[method-assign]
    shop.provider.deliver("1002", "482913")

    await shop.sweep.run()

    assert [code.code for code in (await shop.card(bob, ticket)).codes] == ["482913"]


async def test_a_provider_that_says_nothing_at_all_is_not_asked_about_each_number(shop: Shop) -> None:
    for number in range(20):
        await shop.buy(await shop.ana(telegram_id=number, username=f"user{number}"))
    asked: list[str] = []

    async def down(upstream_id: str) -> Status:
        asked.append(upstream_id)
        raise ProviderUnavailable("no answer in time")

    shop.provider.active = no_list  # type: ignore[method-assign]
    shop.provider.status = down  # type: ignore[method-assign]

    await shop.sweep.run()

    assert len(asked) == 3


async def test_with_nothing_open_nobody_is_asked_anything(shop: Shop) -> None:
    await shop.sweep.run()

    assert not await shop.sweep.is_needed()
    assert shop.provider.calls == []


async def test_one_request_serves_many_numbers(shop: Shop) -> None:
    for number in range(20):
        await shop.buy(await shop.ana(telegram_id=number, username=f"user{number}"))

    await shop.sweep.run()

    assert shop.provider.calls == ["active"]


async def test_a_number_whose_look_fails_does_not_delay_the_others(shop: Shop) -> None:
    shop.provider.abilities = Abilities(list_active=False)
    for number in range(3):
        await shop.buy(await shop.ana(telegram_id=number, username=f"user{number}"))
    for upstream_id in ("1001", "1003"):
        shop.provider.deliver(upstream_id, "482913")
    del shop.provider.numbers["1002"].is_waiting_again  # upstream's answer for it cannot be read

    await shop.sweep.run()

    assert len(await shop.said("number.code")) == 2


async def test_a_message_is_shown_to_the_buyer_only(shop: Shop) -> None:
    ana, bob = await shop.ana(), await shop.ana(telegram_id=2, username="bob")
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "482913")
    await shop.sweep.run()
    message_id = (await shop.card(ana, ticket)).codes[0].message_id

    with pytest.raises(NumberNotFound):
        await shop.activations.message(bob, message_id)
    with pytest.raises(NumberNotFound):
        await shop.activations.card(bob, ticket.number_id)

    assert (await shop.activations.message(ana, message_id))[1].code == "482913"


async def test_when_done_upstream_is_told_and_no_code_is_lost(shop: Shop) -> None:
    ana = await shop.ana()
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "482913")
    await shop.sweep.run()

    await shop.activations.finish(ana, ticket.number_id)
    await shop.closing.run_due()
    await shop.closing.run_due()

    assert (await shop.card(ana, ticket)).status is NumberStatus.FINISHED
    assert shop.provider.calls.count("finish 1001") == 1


async def test_a_number_with_a_code_ends_finished_when_its_time_is_over(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "482913")
    await shop.sweep.run()

    shop.clock.advance(1200)
    await shop.closing.expire_due()
    await shop.closing.run_due()

    assert (await shop.card(ana, ticket)).status is NumberStatus.FINISHED
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.breaches() == []


async def test_of_two_codes_between_two_looks_none_is_lost(shop: Shop) -> None:
    ana = await shop.ana()
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "111111")
    shop.provider.deliver("1001", "222222")

    await shop.sweep.run()
    await shop.activations.finish(ana, ticket.number_id)
    await shop.closing.run_due()

    assert {code.code for code in (await shop.card(ana, ticket)).codes} == {"111111", "222222"}
    assert len(await shop.said("number.code")) == 2
    assert await shop.balance(ana) == Decimal("46.75")


async def test_a_further_code_that_came_while_nobody_looked_is_found_after_its_end(shop: Shop) -> None:
    ana = await shop.ana()
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "111111")
    await shop.sweep.run()
    await shop.activations.ask_again(ana, ticket.number_id)
    shop.provider.deliver("1001", "222222")
    shop.clock.advance(1300)  # the shop was down until its time was over

    await shop.closing.expire_due()
    await shop.closing.run_due()

    card = await shop.card(ana, ticket)
    assert ({code.code for code in card.codes}, card.status.value) == ({"111111", "222222"}, "finished")
    assert await shop.breaches() == []
