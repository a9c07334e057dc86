"""A number is looked after whatever upstream says to a look or an end: nothing is paid back on nonsense."""

import pytest

from bot.sandbox.sms_active.faults import KINDS
from db.store import Store
from services.views import NumberCard, NumberStatus, Ticket
from tests.outcomes.shop import PRICE, PURSE, WiredShop, wired
from tests.outcomes.test_purchases import KINDS_AT_PURCHASES as AT_PURCHASES

_PAGES = ("server_error", "bad_gateway", "empty", "forbidden_page", "blocked_1020", "unknown_400")
_WORDS = ("bad_key", "error_sql", "too_many_with_retry_after", "garbled", "truncated", "echo_url")
_WIRES = ("reset_before", "reset_after")
_ANY = (*_PAGES, *_WORDS, *_WIRES)
_DONE_UNSAID = tuple(f"{page}_bought" for page in _PAGES)
_REFUSED = ("early_cancel", "otp_received", "cancellation_expired", "not_active", "unknown_activation")
_OVER = {NumberStatus.EXPIRED, NumberStatus.CANCELLED, NumberStatus.FINISHED}


async def _until_over(shop: WiredShop, ticket: Ticket) -> NumberCard:
    for _ in range(40):
        if (await shop.card(ticket)).status in _OVER:
            break
        await shop.work(45)
    return await shop.card(ticket)


@pytest.mark.parametrize("kind", [*_ANY, *_DONE_UNSAID, *_REFUSED])
async def test_a_cancel_that_is_answered_oddly_pays_back_once_upstream_has_ended_it(
    sqlite_store: Store, kind: str
) -> None:
    async with wired(sqlite_store, "hero") as shop:
        ticket = await shop.buy()
        shop.clock.advance(121)
        shop.sandbox.sms.add_fault(kind, "cancel")

        await shop.activations.cancel(shop.ana, ticket.number_id)
        await shop.closing.run_due()
        [asked] = shop.sandbox.sms.list_activations()
        paid_back_early = asked["is_open"] and await shop.balance() == PURSE
        card = await _until_over(shop, ticket)

        assert not paid_back_early
        assert card.status is NumberStatus.CANCELLED
        assert await shop.balance() == PURSE
        assert (await shop.audit()).violations == ()
        assert shop.sandbox.sms.audit()["ok"]


@pytest.mark.parametrize("action", ["list", "getStatus"])
@pytest.mark.parametrize("kind", [*_ANY, "list_empty"])
async def test_a_look_that_is_answered_oddly_loses_no_code(
    sqlite_store: Store, kind: str, action: str
) -> None:
    async with wired(sqlite_store, "hero") as shop:
        ticket = await shop.buy()
        shop.sms_to((await shop.card(ticket)).phone)
        shop.sandbox.sms.add_fault(kind, action, times=2)

        for _ in range(4):
            await shop.work(20)
        card = await shop.card(ticket)

        assert [code.code for code in card.codes] == ["482913"]
        assert await shop.balance() == PURSE - PRICE
        assert (await shop.audit()).violations == ()


@pytest.mark.parametrize("kind", ["server_error", "garbled", "bad_key", "unknown_activation", "reset_before"])
async def test_a_last_look_that_is_answered_oddly_does_not_cost_the_code(
    sqlite_store: Store, kind: str
) -> None:
    """The code came while nobody looked, and the person has asked for the end."""
    async with wired(sqlite_store, "hero") as shop:
        ticket = await shop.buy()
        shop.clock.advance(121)
        await shop.activations.cancel(shop.ana, ticket.number_id)
        shop.sms_to((await shop.card(ticket)).phone)
        shop.sandbox.sms.add_fault(kind, "getStatus", times=2)

        await shop.closing.run_due()
        for _ in range(4):
            await shop.work(20)

        assert [code.code for code in (await shop.card(ticket)).codes] == ["482913"]
        assert await shop.balance() == PURSE - PRICE
        assert (await shop.audit()).violations == ()


async def test_a_code_that_arrives_with_the_cancel_is_delivered_and_charged(sqlite_store: Store) -> None:
    async with wired(sqlite_store, "hero") as shop:
        ticket = await shop.buy()
        shop.clock.advance(121)
        shop.sandbox.sms.add_fault("otp_during_cancel")

        await shop.activations.cancel(shop.ana, ticket.number_id)
        await shop.closing.run_due()
        card = await shop.card(ticket)

        assert len(card.codes) == 1
        assert await shop.balance() == PURSE - PRICE
        assert (await shop.audit()).violations == ()


@pytest.mark.parametrize("kind", ["new_otp_received", "not_active", *_PAGES, "reset_after"])
async def test_an_end_that_is_answered_oddly_loses_no_further_code(sqlite_store: Store, kind: str) -> None:
    async with wired(sqlite_store, "hero") as shop:
        ticket = await shop.buy()
        shop.sms_to((await shop.card(ticket)).phone)
        await shop.work(5)
        shop.sandbox.sms.add_fault(kind, "finish")

        await shop.activations.finish(shop.ana, ticket.number_id)
        for _ in range(3):
            await shop.work(20)

        assert (await shop.card(ticket)).status is NumberStatus.FINISHED
        assert await shop.balance() == PURSE - PRICE
        assert (await shop.audit()).violations == ()


def test_every_kind_of_fault_is_lived_through_somewhere() -> None:
    """Those of further pages and of renting again meet the client alone, in its own tests."""
    at_the_client = {"page_shift", "failed_second_page", "list_lag", "sim_offline", "refuse"}
    here = {*_ANY, *_DONE_UNSAID, *_REFUSED, "list_empty", "new_otp_received", "otp_during_cancel"}

    assert set(KINDS) == {*AT_PURCHASES, *here, *at_the_client}
