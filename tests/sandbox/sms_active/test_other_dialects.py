import json

import pytest

from tests.sandbox.sms_active.conftest import KEY, PATH, Caller, OpenUpstream


@pytest.fixture
async def smsbower(open_upstream: OpenUpstream) -> Caller:
    return await open_upstream("smsbower")


@pytest.fixture
async def smshub(open_upstream: OpenUpstream) -> Caller:
    return await open_upstream("smshub")


async def test_smsbower_takes_no_post(smsbower: Caller) -> None:
    response = await smsbower.client.post(PATH, data={"api_key": KEY, "action": "getBalance"})

    assert response.status_code == 405
    assert response.json() == {"status": 0, "message": "Method Not Allowed", "data": []}


async def test_smsbower_has_its_own_word_for_a_wrong_key(smsbower: Caller) -> None:
    status, body = await smsbower.ask("getBalance", api_key="no")

    assert (status, json.loads(body)) == (401, {"status": 0, "message": "No access", "data": []})


async def test_smsbower_has_no_list(smsbower: Caller) -> None:
    assert await smsbower.ask("getActiveActivations") == (200, "BAD_ACTION")


async def test_smsbowers_stock_is_split_over_prices_and_suppliers(smsbower: Caller) -> None:
    _, by_price = await smsbower.ask("getPricesV2", service="wa", country=73)
    _, by_supplier = await smsbower.ask("getPricesV3", service="wa", country=73)

    steps, suppliers = json.loads(by_price)["73"]["wa"], json.loads(by_supplier)["73"]["wa"]
    assert sum(steps.values()) == 721
    assert min(map(float, steps)) == 0.5
    assert sum(each["count"] for each in suppliers.values()) == 721


async def test_smsbowers_countries_hold_one_row_of_junk(smsbower: Caller) -> None:
    _, body = await smsbower.ask("getCountries")

    countries = json.loads(body)
    assert countries["73"]["id"] == "73"
    assert countries[""]["id"] == ""


async def test_smsbower_names_a_bad_service_in_its_own_way(smsbower: Caller) -> None:
    prices = await smsbower.ask("getPrices", service="nope")
    operators = await smsbower.ask("getOperators", country=999)
    status = await smsbower.ask("getStatus", id="abc")

    assert prices == (200, '{"error":"Bad service"}')
    assert json.loads(operators[1])["countryOperators"] == []
    assert status == (200, "NO_ACTIVATION")


async def test_smsbower_shows_the_code_of_a_finished_number(smsbower: Caller) -> None:
    number = await smsbower.buy()
    smsbower.upstream.push_sms(number, code="121212")
    await smsbower.ask("setStatus", id=number, status=6)

    assert await smsbower.ask("getStatus", id=number) == (200, "STATUS_OK:121212")


async def test_smshub_knows_six_actions(smshub: Caller) -> None:
    number = await smshub.buy()

    answers = {
        action: (await smshub.ask(action, id=number, service="wa", country=73, status=1))[1]
        for action in ("getBalance", "getStatus", "setStatus", "getPrices", "getNumbersStatus")
    }

    assert "BAD_ACTION" not in answers.values()
    assert json.loads(answers["getNumbersStatus"])["wa_0"] == 720
    assert answers["setStatus"] == "ACCESS_READY"
    assert await smshub.ask("getNumberV2", service="wa", country=73) == (200, "BAD_ACTION")
    assert await smshub.ask("getCountries") == (200, "BAD_ACTION")


async def test_smshub_maps_prices_to_stock(smshub: Caller) -> None:
    _, body = await smshub.ask("getPrices", service="wa", country=73)

    assert json.loads(body)["73"]["wa"]["0.5000"] == 433


async def test_smshub_has_its_own_words(smshub: Caller) -> None:
    service = await smshub.ask("getNumber", service="nope", country=73)
    key = await smshub.ask("getBalance", api_key="no")
    cap = await smshub.ask("getNumber", service="wa", country=73, maxPrice="0.1")

    assert service == (200, "WRONG_SERVICE")
    assert key == (200, "API_KEY_NOT_VALID")
    assert cap == (200, "NO_NUMBERS")
