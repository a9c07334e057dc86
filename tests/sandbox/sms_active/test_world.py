from typing import Any

from tests.sandbox.sms_active.conftest import KEY, Caller


async def post(caller: Caller, path: str, **body: object) -> tuple[int, Any]:
    response = await caller.client.post(f"/world/sms/active/{path}", json=body)
    return response.status_code, response.json()


async def get(caller: Caller, path: str) -> Any:
    response = await caller.client.get(f"/world/sms/active/{path}")
    return response.json()


async def test_an_sms_is_pushed_by_phone(hero: Caller) -> None:
    number = await hero.buy()
    [listed] = await get(hero, "activations")

    status, seen = await post(hero, "sms", phone="+" + listed["phone"], code="654321")

    assert status == 200
    assert seen["messages"][0]["code"] == "654321"
    assert await hero.ask("getStatus", id=number) == (200, "STATUS_OK:654321")


async def test_codes_come_by_themselves_until_switched_off(hero: Caller) -> None:
    await post(hero, "auto", after_seconds=3)
    first = await hero.buy()
    await post(hero, "auto", off=True)
    second = await hero.buy()

    await post(hero, "advance", seconds=3)

    assert (await hero.ask("getStatus", id=first))[1].startswith("STATUS_OK:")
    assert await hero.ask("getStatus", id=second) == (200, "STATUS_WAIT_CODE")


async def test_the_next_life_and_all_lives_can_be_set(hero: Caller) -> None:
    await post(hero, "life", seconds=5, next_only=True)
    short, usual = await hero.buy(), await hero.buy()

    await post(hero, "advance", seconds=5)

    assert await hero.ask("getStatus", id=short) == (200, "STATUS_CANCEL")
    assert await hero.ask("getStatus", id=usual) == (200, "STATUS_WAIT_CODE")


async def test_the_cancel_floor_stock_price_and_balance_can_be_set(hero: Caller) -> None:
    await post(hero, "cancel_floor", seconds=0)
    await post(hero, "stock", service="wa", country=73, physical_count=1)
    await post(hero, "price", service="wa", country=73, cost="0.7")
    await post(hero, "balance", amount="0.75")
    number = await hero.buy()

    sold_out = await hero.ask("getNumber", service="wa", country=73)
    balance = await hero.ask("getBalance")
    cancelled = await hero.ask("setStatus", id=number, status=8)

    assert sold_out == (200, "NO_NUMBERS")
    assert balance == (200, "ACCESS_BALANCE:0.05")
    assert cancelled == (200, "ACCESS_CANCEL")


async def test_upstream_may_end_a_number_by_itself(hero: Caller) -> None:
    number = await hero.buy()

    _, ended = await post(hero, "end", activation_id=number, how="refunded")

    assert ended["state"] == "refunded"
    assert await hero.ask("getBalance") == (200, "ACCESS_BALANCE:100")


async def test_ledger_and_audit_show_where_the_money_is(hero: Caller) -> None:
    number = await hero.buy()
    await hero.buy()
    await post(hero, "sms", activation_id=number)

    ledger, audit = await get(hero, "ledger"), await get(hero, "audit")

    assert [entry["kind"] for entry in ledger["entries"]] == ["deposit", "hold", "hold", "charge"]
    assert audit["ok"]
    assert (audit["held"], audit["charged"], audit["balance"]) == (0.5, 0.5, 99.0)


async def test_a_wrong_request_is_told_so(hero: Caller) -> None:
    strange_name = await post(hero, "balance", much="1")
    unknown_number = await post(hero, "sms", activation_id=1)
    unknown_rule = await post(hero, "rules", luck=7)

    assert strange_name[0] == 400
    assert unknown_number == (404, {"error": "NO_ACTIVATION"})
    assert unknown_rule == (400, {"error": "no such rule: luck"})


async def test_faults_are_ordered_and_forgotten(hero: Caller) -> None:
    _, ordered = await post(hero, "faults", kind="no_numbers", times=2)
    listed = await get(hero, "faults")
    await hero.client.delete("/world/sms/active/faults")

    assert ordered["action"] == "buy"
    assert listed["waiting"] == [ordered]
    assert (await get(hero, "faults"))["waiting"] == []
    assert await post(hero, "faults", kind="bad_luck") == (400, {"error": "no such fault: bad_luck"})


async def test_the_raw_log_shows_where_the_key_travelled(hero: Caller) -> None:
    await hero.ask("getBalance")

    [raw] = await get(hero, "requests")

    assert f"api_key={KEY}" in raw["target"]
    assert raw["answered"] == "ACCESS_BALANCE:100"
