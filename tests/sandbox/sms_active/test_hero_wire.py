import json

from tests.sandbox.sms_active.conftest import PATH, Caller, StoppedClock


async def test_a_purchase_tells_cost_and_zoned_times(hero: Caller) -> None:
    status, body = await hero.ask("getNumberV2", service="wa", country=73, maxPrice="0.6")

    bought = json.loads(body)
    assert status == 200
    assert bought["activationCost"] == "0.5000"
    assert bought["currency"] == 840
    assert bought["activationTime"] == "2026-11-22T15:00:00+03:00"
    assert bought["activationEndTime"] == "2026-11-22T15:20:00+03:00"
    assert bought["activationOperator"] in {"claro", "tim", "vivo", "oi"}


async def test_everything_is_served_as_html(hero: Caller) -> None:
    params = {"api_key": hero.upstream.api_key, "action": "getPrices", "service": "wa", "country": "73"}

    response = await hero.client.get(PATH, params=params)

    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.json() == {"73": {"wa": {"cost": 0.5, "count": 1_081_284, "physicalCount": 721}}}


async def test_a_wrong_key_a_missing_key_and_a_strange_action_are_envelopes(hero: Caller) -> None:
    wrong = await hero.ask("getBalance", api_key="no")
    missing = await hero.ask("getNothing", api_key="")
    strange = await hero.ask("getNothing")

    assert wrong == (401, '{"title":"BAD_KEY","details":"Unauthorized","info":{}}')
    assert missing[0] == 422
    assert json.loads(missing[1])["info"] == {"field": "api_key", "code": "REQUIRED"}
    assert strange[0] == 404
    assert json.loads(strange[1])["title"] == "BAD_ACTION"


async def test_the_catalogue_needs_no_key(hero: Caller) -> None:
    status, body = await hero.ask("getCountries", api_key="")

    assert status == 200
    assert json.loads(body)["73"]["eng"] == "Brazil"


async def test_no_numbers_is_still_text(hero: Caller) -> None:
    hero.upstream.set_stock("wa", 73, 0)

    assert await hero.ask("getNumberV2", service="wa", country=73) == (200, "NO_NUMBERS")


async def test_a_cap_too_low_tells_the_least(hero: Caller) -> None:
    status, body = await hero.ask("getNumberV2", service="wa", country=73, maxPrice="0.3")

    assert status == 400
    assert json.loads(body) == {
        "title": "WRONG_MAX_PRICE",
        "details": "Bad Request",
        "info": {"min": "0.5000"},
    }


async def test_an_empty_account_is_402(hero: Caller) -> None:
    hero.upstream.set_balance("0.49")

    status, body = await hero.ask("getNumberV2", service="wa", country=73)

    assert (status, json.loads(body)["title"]) == (402, "NO_BALANCE")


async def test_an_early_cancel_tells_the_floor(hero: Caller, clock: StoppedClock) -> None:
    number = await hero.buy()

    early = await hero.ask("setStatus", id=number, status=8)
    clock.advance(120)
    in_time = await hero.ask("setStatus", id=number, status=8)
    again = await hero.ask("setStatus", id=number, status=8)

    assert early[0] == 409
    assert json.loads(early[1])["info"] == {"minActivationTime": 120}
    assert in_time == (200, "ACCESS_CANCEL")
    assert json.loads(again[1])["title"] == "ACTIVATION_NOT_ACTIVE"
    assert await hero.ask("getBalance") == (200, "ACCESS_BALANCE:100")


async def test_a_code_is_read_in_all_its_ways(hero: Caller) -> None:
    number = await hero.buy()
    waiting = await hero.ask("getStatus", id=number)
    hero.upstream.push_sms(number, text="Your code: 482913")

    read = await hero.ask("getStatus", id=number)
    _, listed = await hero.ask("getActiveActivations", start=0, limit=100)
    _, second = await hero.ask("getStatusV2", id=number)
    _, everything = await hero.ask("getAllSms", id=number)

    assert waiting == (200, "STATUS_WAIT_CODE")
    assert read == (200, "STATUS_OK:482913")
    assert json.loads(listed)["data"][0]["smsCode"] == "482913"
    assert json.loads(second)["data"]["text"] == "Your code: 482913"
    assert json.loads(everything)["meta"] == {"total": 1, "service": "wa"}


async def test_one_more_code_repeats_the_old_one_until_it_comes(hero: Caller) -> None:
    number = await hero.buy()
    hero.upstream.push_sms(number, code="111111")

    asked = await hero.ask("setStatus", id=number, status=3)
    waiting = await hero.ask("getStatus", id=number)
    hero.upstream.push_sms(number, code="222222")

    assert asked == (200, "ACCESS_RETRY_GET")
    assert waiting == (200, "STATUS_WAIT_RETRY:111111")
    assert await hero.ask("getStatus", id=number) == (200, "STATUS_OK:222222")


async def test_a_number_without_a_code_cannot_be_finished(hero: Caller) -> None:
    number = await hero.buy()

    status, body = await hero.ask("setStatus", id=number, status=6)

    assert (status, json.loads(body)["title"]) == (400, "BAD_STATUS")


async def test_finishing_over_an_unread_code_shows_it_first(hero: Caller) -> None:
    number = await hero.buy()
    hero.upstream.push_sms(number, code="333333")

    refused = await hero.ask("setStatus", id=number, status=6)
    finished = await hero.ask("finishActivation", id=number)

    assert refused[0] == 409
    assert json.loads(refused[1])["info"]["data"][0]["code"] == "333333"
    assert finished == (204, "")


async def test_status_one_is_gone(hero: Caller) -> None:
    number = await hero.buy()

    status, _ = await hero.ask("setStatus", id=number, status=1)

    assert status == 400


async def test_the_list_has_pages_and_says_so_twice(hero: Caller) -> None:
    numbers = [await hero.buy() for _ in range(3)]

    _, first = await hero.ask("getActiveActivations", start=0, limit=2)
    _, rest = await hero.ask("getActiveActivations", start=2, limit=2)
    too_long = await hero.ask("getActiveActivations", start=0, limit=101)

    page = json.loads(first)
    assert page["data"] == page["activeActivations"]["rows"]
    ids = [row["activationId"] for row in page["data"] + json.loads(rest)["data"]]
    assert ids == numbers[::-1]
    assert too_long[0] == 422


async def test_an_empty_list_is_no_error(hero: Caller) -> None:
    status, body = await hero.ask("getActiveActivations")

    assert status == 200
    assert json.loads(body)["data"] == []


async def test_history_shows_how_a_number_ended(hero: Caller, clock: StoppedClock) -> None:
    start = int(clock.now().timestamp()) - 60
    refunded, finished = await hero.buy(), await hero.buy()
    hero.upstream.push_sms(finished, text="code 987654")
    clock.advance(20 * 60)

    _, body = await hero.ask("getHistory", start=start, end=start + 3_600, size=100)
    too_far = await hero.ask("getHistory", start=start - 31 * 86_400, end=start)

    rows = {row["id"]: row for row in json.loads(body)}
    assert (rows[refunded]["status"], rows[refunded]["sms"]) == ("10", None)
    assert (rows[finished]["status"], rows[finished]["sms"]) == ("6", "code 987654")
    assert json.loads(too_far[1])["title"] == "WRONG_DATE"


async def test_a_finished_number_is_reactivated_at_a_new_price(hero: Caller) -> None:
    number = await hero.buy()
    hero.upstream.push_sms(number)
    await hero.ask("getStatus", id=number)
    await hero.ask("setStatus", id=number, status=6)

    _, price = await hero.ask("reactivationPrice", id=number)
    status, body = await hero.ask("reactivate", id=number)

    assert json.loads(price)["price"] == "0.5000"
    assert status == 200
    assert json.loads(body)["activationId"] != number
    assert await hero.ask("getBalance") == (200, "ACCESS_BALANCE:99")


async def test_a_pace_may_be_set(hero: Caller, clock: StoppedClock) -> None:
    hero.upstream.set_rules(requests_per_second=2, retry_after_seconds=7)

    answers = [await hero.ask("getBalance") for _ in range(3)]
    clock.advance(1)

    assert [status for status, _ in answers] == [200, 200, 429]
    assert (await hero.ask("getBalance"))[0] == 200


async def test_the_key_is_masked_in_the_journal_and_kept_in_the_raw_log(hero: Caller) -> None:
    await hero.ask("getBalance")

    [entry] = hero.upstream._journal.entries()
    [raw] = hero.upstream.requests()
    assert entry["asked"]["api_key"] == "•••"
    assert hero.upstream.api_key in raw["target"]
