import json

from tests.sandbox.sms_active.conftest import KEY, PATH, Caller, StoppedClock


async def test_errors_are_tokens_at_200(classic: Caller) -> None:
    answers = {
        "BAD_KEY": await classic.ask("getBalance", api_key="no"),
        "NO_KEY": await classic.ask("getBalance", api_key=""),
        "BAD_ACTION": await classic.ask("getNothing"),
        "NO_ACTIVATION": await classic.ask("getStatus", id=5),
        "BAD_SERVICE": await classic.ask("getNumber", service="nope", country=73),
        "NO_NUMBERS": await classic.ask("getNumber", service="wa", country=62),
        "WRONG_MAX_PRICE:0.5": await classic.ask("getNumber", service="wa", country=73, maxPrice="0.1"),
    }

    assert {token: (200, token) for token in answers} == answers


async def test_a_purchase_has_naive_moscow_time(classic: Caller) -> None:
    _, body = await classic.ask("getNumberV2", service="wa", country=73)

    bought = json.loads(body)
    assert bought["activationTime"] == "2026-11-22 15:00:00"
    assert bought["activationCost"] == 0.5
    assert "activationEndTime" not in bought


async def test_an_order_id_buys_once(classic: Caller) -> None:
    first = await classic.ask("getNumberV2", service="wa", country=73, orderId="a1")
    second = await classic.ask("getNumberV2", service="wa", country=73, orderId="a1")

    assert json.loads(first[1])["activationId"]
    assert second == (200, "ORDER_ALREADY_EXISTS")
    assert len(classic.upstream.list_activations()) == 1


async def test_an_order_id_whose_purchase_failed_is_free_again(classic: Caller) -> None:
    classic.upstream.set_stock("wa", 73, 0)
    await classic.ask("getNumberV2", service="wa", country=73, orderId="a1")
    classic.upstream.set_stock("wa", 73, 1)

    status, body = await classic.ask("getNumberV2", service="wa", country=73, orderId="a1")

    assert status == 200
    assert json.loads(body)["activationId"]


async def test_status_six_without_a_code_deletes_and_pays_back(classic: Caller) -> None:
    number = await classic.buy()

    answer = await classic.ask("setStatus", id=number, status=6)

    assert answer == (200, "ACCESS_ACTIVATION")
    assert await classic.ask("getStatus", id=number) == (200, "STATUS_CANCEL")
    assert await classic.ask("getBalance") == (200, "ACCESS_BALANCE:100")


async def test_status_six_while_waiting_for_more_only_ends_that_wait(classic: Caller) -> None:
    number = await classic.buy()
    classic.upstream.push_sms(number)
    await classic.ask("setStatus", id=number, status=3)

    await classic.ask("setStatus", id=number, status=6)
    back = await classic.ask("getStatus", id=number)
    await classic.ask("setStatus", id=number, status=6)

    assert back == (200, "STATUS_WAIT_CODE")
    assert classic.upstream.list_activations()[0]["state"] == "finished"


async def test_the_list_has_no_pages_and_an_empty_one_is_an_error(classic: Caller) -> None:
    _, empty = await classic.ask("getActiveActivations")
    number = await classic.buy()
    classic.upstream.push_sms(number, code="123456")
    _, listed = await classic.ask("getActiveActivations")

    assert json.loads(empty) == {"status": "error", "error": "NO_ACTIVATIONS"}
    [row] = json.loads(listed)["activeActivations"]
    assert row["activationId"] == number
    assert row["smsCode"] == ["123456"]


async def test_a_ban_names_its_end(classic: Caller) -> None:
    classic.upstream.ban("wa", 73, seconds=600)

    answer = await classic.ask("getNumber", service="wa", country=73)

    assert answer == (200, "BANNED:'2026-11-22 12-10-00'")


async def test_a_form_is_as_good_as_a_query(classic: Caller) -> None:
    form = {"api_key": KEY, "action": "getBalance"}

    response = await classic.client.post(PATH, data=form)

    assert response.text == "ACCESS_BALANCE:100"


async def test_a_finished_number_is_sold_again_for_a_new_charge(classic: Caller) -> None:
    number = await classic.buy()
    classic.upstream.push_sms(number)
    await classic.ask("setStatus", id=number, status=6)

    _, offered = await classic.ask("checkExtraActivation", activationId=number)
    _, sold = await classic.ask("getExtraActivation", activationId=number)

    assert json.loads(offered)["cost"] == 0.5
    assert sold.split(":")[2] == json.loads(offered)["phone"]


async def test_country_zero_exists(classic: Caller) -> None:
    _, body = await classic.ask("getPrices", service="wa", country=0)

    assert "0" in json.loads(body)


async def test_a_number_runs_out(classic: Caller, clock: StoppedClock) -> None:
    number = await classic.buy()

    clock.advance(20 * 60)

    assert await classic.ask("getStatus", id=number) == (200, "STATUS_CANCEL")
    assert await classic.ask("getBalance") == (200, "ACCESS_BALANCE:100")
