import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.payments.cryptopay import CryptoPay
from tests.sandbox.payments.conftest import Shop

_BILL = {"currency_type": "fiat", "fiat": "BRL", "amount": "10.50"}
_TOKEN = {"Crypto-Pay-API-Token": "sandbox-cryptopay"}


async def create(browser: ClientSession, origin: str) -> tuple[int, bytes]:
    address = f"{origin}/cryptopay/api/createInvoice"
    async with browser.post(address, json=_BILL, headers=_TOKEN, timeout=ClientTimeout(0.5)) as answer:
        return answer.status, await answer.read()


@pytest.mark.parametrize(("kind", "is_done"), [("status500", 0), ("status503_after", 1), ("status429", 0)])
async def test_an_error_may_or_may_not_have_done_its_work(
    played: CryptoPay, origin: str, browser: ClientSession, kind: str, is_done: int
) -> None:
    await browser.post(f"{origin}/world/cryptopay/faults", json={"kind": kind, "method": "createInvoice"})

    status, _ = await create(browser, origin)

    assert (str(status), len(played.summaries())) == (kind[6:9], is_done)
    assert (await create(browser, origin))[0] == 200


@pytest.mark.parametrize(("kind", "is_done"), [("reset_before", 0), ("reset_after", 1), ("drop", 0)])
async def test_a_line_may_break(
    played: CryptoPay, origin: str, browser: ClientSession, journal: Journal, kind: str, is_done: int
) -> None:
    played.faults.add({"kind": kind})

    with pytest.raises((ClientError, TimeoutError)):
        await create(browser, origin)

    assert len(played.summaries()) == is_done
    assert f"fault: {kind}" in [entry["answered"] for entry in journal.entries("cryptopay")]


async def test_an_answer_may_be_cut_or_far_too_long(
    played: CryptoPay, origin: str, browser: ClientSession
) -> None:
    played.faults.add({"kind": "malformed"})
    played.faults.add({"kind": "oversized"})

    _, cut = await create(browser, origin)
    _, long = await create(browser, origin)

    with pytest.raises(json.JSONDecodeError):
        json.loads(cut)
    assert len(long) > 16_000_000


async def test_a_fault_waits_for_its_turn(played: CryptoPay, origin: str, browser: ClientSession) -> None:
    played.faults.add({"kind": "status500", "path": "createInvoice", "times": 2, "skip": 1})

    statuses = [(await create(browser, origin))[0] for _ in range(4)]

    assert statuses == [200, 500, 500, 200]


async def test_an_unknown_fault_is_refused(origin: str, browser: ClientSession) -> None:
    answer = await browser.post(f"{origin}/world/cryptopay/faults", json={"kind": "fire"})

    assert answer.status == 400


async def paid(played: CryptoPay, browser: ClientSession, origin: str) -> int:
    _, body = await create(browser, origin)
    number: int = json.loads(body)["result"]["invoice_id"]
    played.pay(number)
    return number


def about(shop: Shop) -> list[int]:
    return [json.loads(ring.body)["payload"]["invoice_id"] for ring in shop.rings]


async def told(
    played: CryptoPay, browser: ClientSession, origin: str, shop: Shop, **faults: Any
) -> list[int]:
    """Pay three invoices while the way to the shop is as bad as asked; answers which came, by order."""
    order = {"urls": [shop.url], "faults": faults}
    await browser.post(f"{origin}/world/cryptopay/webhooks", json=order)
    numbers = [await paid(played, browser, origin) for _ in range(3)]
    await played.deliveries.settled()
    return [numbers.index(number) for number in about(shop)]


@pytest.mark.parametrize(
    ("faults", "heard"),
    [
        ({}, [0, 1, 2]),
        ({"drop": 1}, [1, 2]),
        ({"duplicate": 1}, [0, 0, 1, 2]),
        ({"shuffle": 3}, [2, 1, 0]),
        ({"delay_seconds": 60}, []),
    ],
)
async def test_the_way_to_the_shop_may_be_bad(
    played: CryptoPay,
    origin: str,
    browser: ClientSession,
    shop: Shop,
    faults: dict[str, Any],
    heard: list[int],
) -> None:
    assert await told(played, browser, origin, shop, **faults) == heard


async def test_what_is_late_comes_when_its_time_has_come(
    played: CryptoPay, origin: str, browser: ClientSession, shop: Shop, clock: Clock
) -> None:
    await told(played, browser, origin, shop, delay_seconds=60)

    clock.advance(60)
    await played.deliveries.settled()

    assert len(shop.rings) == 3


async def test_a_shop_that_never_answers_is_given_up(
    played: CryptoPay, origin: str, browser: ClientSession, shop: Shop, clock: Clock
) -> None:
    played.deliveries.configure({"urls": [shop.url], "retry_seconds": [10, 20]})
    shop.answers = [500] * 9
    await paid(played, browser, origin)
    for _ in range(5):
        await asyncio.wait_for(played.deliveries.settled(), 5)
        clock.advance(20)

    (delivery,) = played.deliveries.as_json()

    assert (len(shop.rings), delivery["state"]) == (3, "given_up")


async def test_a_shop_that_is_not_there_is_rung_again(
    played: CryptoPay, origin: str, browser: ClientSession, clock: Clock
) -> None:
    played.deliveries.configure({"urls": ["http://127.0.0.1:1/hook"]})
    await paid(played, browser, origin)
    await played.deliveries.settled()

    (delivery,) = played.deliveries.as_json()

    assert (delivery["state"], delivery["answers"]) == ("waiting", ["ClientConnectorError"])
