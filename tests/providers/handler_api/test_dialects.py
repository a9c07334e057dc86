"""The life of a number in every dialect, against the sandbox's upstream."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple, get_args

import pytest

from services.ports.provider import Bought, EndAnswer, Ended, Received, Rejected, Standing
from services.providers.handler_api import DialectName
from services.providers.handler_api.dialects import DIALECTS
from services.providers.handler_api.provider import HandlerApiProvider
from tests.providers.handler_api.conftest import connect
from tests.providers.handler_api.upstream import Sandbox, order


class Pair(NamedTuple):
    provider: HandlerApiProvider
    sandbox: Sandbox

    async def buy(self) -> Bought:
        bought = await self.provider.purchase(order())
        assert isinstance(bought, Bought)
        return bought


def test_every_dialect_of_the_settings_exists() -> None:
    assert set(DIALECTS) == set(get_args(DialectName))


async def open_pair(doors: AsyncExitStack, dialect: DialectName) -> Pair:
    sandbox = Sandbox(dialect)
    sandbox.sms.set_stock("wa", 73, 50)
    return Pair(await connect(doors, sandbox.server(), dialect), sandbox)


@pytest.fixture(params=get_args(DialectName))
async def pair(request: pytest.FixtureRequest, doors: AsyncExitStack) -> Pair:
    return await open_pair(doors, request.param)


@pytest.fixture(params=["hero", "classic"])
async def listing(request: pytest.FixtureRequest, doors: AsyncExitStack) -> Pair:
    """A provider with a list, a history and reactivation."""
    return await open_pair(doors, request.param)


async def test_a_code_is_found_and_the_number_finished(pair: Pair) -> None:
    bought = await pair.buy()
    waiting = await pair.provider.status(bought.upstream_id)
    pair.sandbox.sms.push_sms(bought.upstream_id, text="Your code: 12:34", code="12:34")

    received = await pair.provider.status(bought.upstream_id)
    finished = await pair.provider.finish(bought.upstream_id)

    assert waiting.standing is Standing.WAITING
    assert (received.standing, received.received) == (Standing.RECEIVED, (Received("12:34"),))
    assert finished == EndAnswer(Ended.DONE)


async def test_another_code_on_the_same_number(pair: Pair) -> None:
    bought = await pair.buy()
    refused = await pair.provider.ask_again(bought.upstream_id)
    pair.sandbox.sms.push_sms(bought.upstream_id, code="111")
    asked = await pair.provider.ask_again(bought.upstream_id)
    again = await pair.provider.status(bought.upstream_id)
    pair.sandbox.sms.push_sms(bought.upstream_id, code="222")

    second = await pair.provider.status(bought.upstream_id)

    assert (refused, asked) == (False, True)
    assert (again.standing, [each.code for each in again.received]) == (Standing.WAITING_AGAIN, ["111"])
    assert [each.code for each in second.received] == ["222"]


async def test_a_cancel_waits_for_the_floor_and_gives_the_money_back(pair: Pair) -> None:
    before = await pair.provider.balance()
    bought = await pair.buy()
    early = await pair.provider.cancel(bought.upstream_id)
    pair.sandbox.sms.advance(121)

    done = await pair.provider.cancel(bought.upstream_id)
    again = await pair.provider.cancel(bought.upstream_id)

    assert (early.ended, done.ended) == (Ended.TOO_EARLY, Ended.DONE)
    assert again.ended in {Ended.ALREADY_ENDED, Ended.UNCLEAR}  # classic: BAD_STATUS, read the state again
    assert (await pair.provider.status(bought.upstream_id)).standing is Standing.ENDED
    assert await pair.provider.balance() == before


async def test_a_cancel_after_a_code_is_no_cancel(pair: Pair) -> None:
    bought = await pair.buy()
    pair.sandbox.sms.advance(121)
    pair.sandbox.sms.push_sms(bought.upstream_id, code="111")

    answer = await pair.provider.cancel(bought.upstream_id)

    assert answer.ended in {Ended.CODE_ARRIVED, Ended.UNCLEAR}
    assert (await pair.provider.status(bought.upstream_id)).standing is Standing.RECEIVED


async def test_an_unknown_number_is_not_found(pair: Pair) -> None:
    status = await pair.provider.status("99999")
    cancelled = await pair.provider.cancel("99999")

    assert status.standing is Standing.NOT_FOUND
    assert cancelled.ended is Ended.UNKNOWN_ID


async def test_a_wrong_key_is_said_as_such(pair: Pair) -> None:
    pair.sandbox.sms.add_fault("bad_key")

    answer = await pair.provider.purchase(order())

    assert isinstance(answer, Rejected)
    assert answer.reason == "bad_key"


async def test_the_price_table_holds_what_a_purchase_costs(pair: Pair) -> None:
    pair.sandbox.sms.set_price("wa", 73, "0.4512")

    rows = {(row.service, row.country): row for row in await pair.provider.prices()}

    assert rows["wa", "73"].cost == Decimal("0.4512")
    assert 0 < rows["wa", "73"].stock <= 50


async def test_the_catalogue_is_read(doors: AsyncExitStack) -> None:
    for dialect in ("hero", "classic", "smsbower"):
        provider = (await open_pair(doors, dialect)).provider

        services = {row.code: row.name for row in await provider.services()}
        countries = {row.code: row.name for row in await provider.countries()}
        operators = await provider.operators()

        assert {"wa", "tg"} <= services.keys()
        assert countries["73"] == "Brazil"
        assert "" not in countries
        assert "claro" in operators["73"]


async def test_the_list_shows_codes_and_forgets_what_ended(listing: Pair) -> None:
    with_code, waiting, ended = [await buy(listing, each) for each in range(3)]
    listing.sandbox.sms.push_sms(with_code.upstream_id, text="code 12:34", code="12:34")
    listing.sandbox.sms.end(ended.upstream_id)

    listed = {row.upstream_id: row for row in await listing.provider.active()}

    assert listed.keys() == {with_code.upstream_id, waiting.upstream_id}
    assert [each.code for each in listed[with_code.upstream_id].received] == ["12:34"]
    assert listed[waiting.upstream_id].received == ()
    assert listed[waiting.upstream_id].phone == waiting.phone
    assert (listed[waiting.upstream_id].service, listed[waiting.upstream_id].country) == ("wa", "73")
    assert (listed[waiting.upstream_id].cost, listed[waiting.upstream_id].currency) == (waiting.cost, "USD")


async def buy(pair: Pair, number: int) -> Bought:
    bought = await pair.provider.purchase(order(key=f"intent-{number}"))
    assert isinstance(bought, Bought)
    return bought


async def test_the_history_tells_how_numbers_ended(listing: Pair) -> None:
    finished, returned = await buy(listing, 1), await buy(listing, 2)
    listing.sandbox.sms.push_sms(finished.upstream_id, code="111")
    await listing.provider.status(finished.upstream_id)
    await listing.provider.finish(finished.upstream_id)
    listing.sandbox.sms.end(returned.upstream_id, "refunded")
    now = datetime.now(UTC)  # noqa: TID251  the sandbox keeps the machine's time

    past = {row.upstream_id: row for row in await listing.provider.history(now - timedelta(hours=1), now)}

    assert past.keys() == {finished.upstream_id, returned.upstream_id}
    assert (past[finished.upstream_id].has_code, past[finished.upstream_id].returned) == (True, False)
    assert (past[returned.upstream_id].has_code, past[returned.upstream_id].returned) == (False, True)
    assert past[finished.upstream_id].phone == finished.phone
    assert past[finished.upstream_id].cost == finished.cost


async def test_full_texts_are_fetched(pair: Pair) -> None:
    bought = await pair.buy()
    pair.sandbox.sms.push_sms(bought.upstream_id, text="Your code is 111 today", code="111")

    (message,) = await pair.provider.texts(bought.upstream_id)

    has_texts = pair.provider.abilities.list_active
    assert message.code == "111"
    assert message.text == ("Your code is 111 today" if has_texts else None)


async def test_all_texts_come_oldest_first_at_hero(doors: AsyncExitStack) -> None:
    pair = await open_pair(doors, "hero")
    bought = await pair.buy()
    for code in ("111", "222"):
        pair.sandbox.sms.push_sms(bought.upstream_id, code=code)

    texts = await pair.provider.texts(bought.upstream_id)

    assert [each.code for each in texts] == ["111", "222"]


async def test_finishing_over_an_unread_message_brings_the_message(doors: AsyncExitStack) -> None:
    pair = await open_pair(doors, "hero")
    bought = await pair.buy()
    pair.sandbox.sms.push_sms(bought.upstream_id, text="code 111", code="111")

    first, second = [await pair.provider.finish(bought.upstream_id) for _ in range(2)]

    assert first == EndAnswer(Ended.CODE_ARRIVED, received=(Received("111", "code 111"),))
    assert second == EndAnswer(Ended.DONE)


async def test_a_finished_number_is_rented_again(listing: Pair) -> None:
    bought = await buy(listing, 1)
    listing.sandbox.sms.push_sms(bought.upstream_id, code="111")
    await listing.provider.status(bought.upstream_id)
    await listing.provider.finish(bought.upstream_id)

    price = await listing.provider.reactivation(bought.upstream_id)
    again = await listing.provider.reactivate(bought.upstream_id, order(key="intent-2"))

    assert price.cost == bought.cost
    assert isinstance(again, Bought)
    assert again.phone == bought.phone
    assert again.upstream_id != bought.upstream_id


async def test_a_number_whose_sim_is_away_is_a_definite_no(doors: AsyncExitStack) -> None:
    pair = await open_pair(doors, "hero")
    pair.sandbox.sms.add_fault("sim_offline")

    answer = await pair.provider.reactivate("1", order())

    assert isinstance(answer, Rejected)
    assert answer.reason == "no_numbers"


async def test_a_number_not_finished_cannot_be_rented_again(listing: Pair) -> None:
    bought = await buy(listing, 1)

    again = await listing.provider.reactivate(bought.upstream_id, order())

    assert isinstance(again, Rejected)
    assert again.reason == "not_sold"


async def test_hero_is_asked_to_rent_again_by_post(doors: AsyncExitStack) -> None:
    pair = await open_pair(doors, "hero")

    await pair.provider.reactivate("1", order())

    assert [each["method"] for each in pair.sandbox.sms.requests()] == ["POST"]


async def test_renting_again_where_nobody_does_is_refused_at_home(doors: AsyncExitStack) -> None:
    pair = await open_pair(doors, "smshub")

    answer = await pair.provider.reactivate("1", order())

    assert isinstance(answer, Rejected)
    assert not pair.sandbox.sms.requests()


async def test_only_parameters_the_provider_knows_are_sent(doors: AsyncExitStack) -> None:
    sent = {}
    for dialect in get_args(DialectName):
        pair = await open_pair(doors, dialect)
        await pair.provider.purchase(order(operator="claro, vivo"))
        (request,) = pair.sandbox.sms.requests()
        sent[dialect] = request["target"].partition("&")[2]

    asked = "service=wa&country=73&maxPrice=5.0000&operator=claro%2Cvivo"
    assert sent == {
        "hero": f"action=getNumberV2&{asked}&orderId=intent-1",
        "classic": f"action=getNumberV2&{asked}&orderId=intent-1&userId=hash-of-ana",
        "smsbower": f"action=getNumberV2&{asked}&userID=hash-of-ana",
        "smshub": f"action=getNumber&{asked}",
    }
