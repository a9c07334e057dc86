import pytest
from aiohttp import ClientSession

from bot.sandbox.clock import Clock
from bot.sandbox.payments.mercadopago import MercadoPago
from bot.sandbox.payments.mercadopago.payers import Paying
from tests.sandbox.payments.mercadopago.conftest import Ask
from tests.sandbox.payments.mercadopago.orders import order, preference


async def test_a_page_may_gather_several_payments(ask: Ask, played: MercadoPago, origin: str) -> None:
    _, made = await ask("preference", "create", preference())
    played.pay_preference(made["id"], Paying("fail"))
    played.pay_preference(made["id"], Paying("twice"))

    _, found = await ask("payment", "search", {"external_reference": "topup-8", "criteria": "asc"})

    assert made["init_point"] == f"{origin}/pay/mercadopago/{made['id']}"
    assert [one["status"] for one in found["results"]] == ["rejected", "approved", "approved"]
    assert found["results"][0]["metadata"] == {"made_by": "shop"}
    assert found["paging"]["total"] == 3


async def test_the_index_may_lag_behind_the_payments(ask: Ask, played: MercadoPago, clock: Clock) -> None:
    played.switches.search_lag_seconds = 30
    await ask("payment", "create", order(clock))

    early = await ask(
        "payment", "search", {"range": "date_created", "begin_date": "NOW-1DAYS", "end_date": "NOW"}
    )
    clock.advance(30)
    late = await ask(
        "payment", "search", {"range": "date_created", "begin_date": "NOW-1DAYS", "end_date": "NOW"}
    )

    assert (len(early[1]["results"]), len(late[1]["results"])) == (0, 1)


@pytest.mark.parametrize("success", ["http://t.me/shop", "https://localhost/paid", "https://10.0.0.1/x", ""])
async def test_returning_by_itself_needs_a_public_address(ask: Ask, success: str) -> None:
    status, refused = await ask("preference", "create", preference(back_urls={"success": success}))

    assert (status, refused["error"]) == (400, "invalid_auto_return")


async def test_an_ended_page_takes_no_payment(
    ask: Ask, played: MercadoPago, origin: str, browser: ClientSession, clock: Clock
) -> None:
    _, made = await ask("preference", "create", preference())
    ended = {"expires": True, "expiration_date_to": order(clock)["date_of_expiration"]}
    await ask("preference", "update", made["id"], ended)

    clock.advance(45 * 60)

    answer = await browser.post(f"{origin}/world/mercadopago/preferences/{made['id']}/pay", json={})
    assert answer.status == 409
