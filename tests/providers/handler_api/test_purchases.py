"""Over the wire, against the sandbox: one request whatever happens, and the right conclusion."""

import json
from contextlib import AsyncExitStack
from dataclasses import replace
from decimal import Decimal

import pytest

from services.ports.provider import Bought, Rejected, Rejection, Unknown
from services.providers.handler_api import Deadlines, DialectName
from services.providers.handler_api.provider import HandlerApiProvider
from tests.providers.handler_api.conftest import connect
from tests.providers.handler_api.upstream import (
    KEY,
    Canned,
    Fault,
    Sandbox,
    hang_after,
    hang_before,
    instead,
    order,
    provider_at,
    reset_after,
    reset_before,
    rewritten,
    torn_after,
)

SHORT = Deadlines(purchase_seconds=1.0)


def _without(name: str) -> Fault:
    return rewritten(lambda body: json.dumps({k: v for k, v in json.loads(body).items() if k != name}))


_UNKNOWN: dict[str, Fault] = {
    "reset before": reset_before,
    "reset after": reset_after,
    "hang before": hang_before,
    "hang after": hang_after,
    "torn after": torn_after,
    "500 bought": instead(500, "ERROR", bought=True),
    "500 not bought": instead(500, "", bought=False),
    "502 page": instead(502, "<html>Bad Gateway</html>", bought=True),
    "503 with a word": instead(503, "NO_NUMBERS", bought=True),
    "ERROR_SQL": instead(200, "ERROR_SQL", bought=True),
    "empty": instead(200, "", bought=True),
    "garbled": rewritten(lambda body: body[::-1]),
    "truncated": rewritten(lambda body: body[: len(body) // 2]),
    "no id": _without("activationId"),
    "no phone": _without("phoneNumber"),
    "page at 200": instead(200, "<html>NO_NUMBERS</html>", bought=True),
    "unknown word": instead(200, "SOMETHING_NEW", bought=True),
    "unknown 400": instead(400, '{"title":"SOMETHING_NEW","details":""}', bought=False),
    "order exists": instead(409, '{"title":"ORDER_ALREADY_EXISTS"}', bought=True),
    "redirect": instead(302, "", bought=True, Location="http://127.0.0.1:1/"),
    "echo of the address": instead(500, f"failed at ?api_key={KEY}", bought=True),
    "204": instead(204, "", bought=True),
}


@pytest.mark.parametrize("fault", _UNKNOWN.values(), ids=_UNKNOWN)
async def test_a_purchase_in_doubt_is_unknown_and_never_repeated(fault: Fault, doors: AsyncExitStack) -> None:
    sandbox = Sandbox("hero")
    sandbox.faults.append(fault)
    provider = await connect(doors, sandbox.server(), deadlines=SHORT)

    answer = await provider.purchase(order())

    assert isinstance(answer, Unknown)
    assert len(sandbox.actions()) == 1
    assert KEY not in repr(answer)


_REJECTED: dict[str, tuple[Fault, Rejection]] = {
    "no numbers": (instead(200, "NO_NUMBERS", bought=False), Rejection.NO_NUMBERS),
    "quoted": (instead(200, '"NO_NUMBERS"', bought=False), Rejection.NO_NUMBERS),
    "404 envelope": (instead(404, '{"title":"NO_NUMBERS"}', bought=False), Rejection.NO_NUMBERS),
    "401": (instead(401, '{"title":"BAD_KEY"}', bought=False), Rejection.BAD_KEY),
    "402": (instead(402, "", bought=False), Rejection.NO_BALANCE),
    "429": (instead(429, "", bought=False, Retry_After="7"), Rejection.THROTTLED),
    "1020": (instead(403, "error code: 1020", bought=False), Rejection.THROTTLED),
    "403 page": (instead(403, "<html>Forbidden</html>", bought=False), Rejection.THROTTLED),
    "threads": (instead(403, '{"title":"CHANNELS_LIMIT"}', bought=False), Rejection.TOO_MANY_OPEN),
    "422": (instead(422, '{"title":"UNPROCESSABLE_ENTITY"}', bought=False), Rejection.BAD_REQUEST),
    "banned": (instead(200, "BANNED:'2030-01-02 03-04-05'", bought=False), Rejection.BANNED),
    "prohibited": (instead(200, "service is prohibited for sale", bought=False), Rejection.NOT_SOLD),
    "bad action": (instead(200, "BAD_ACTION", bought=False), Rejection.OTHER),
}


@pytest.mark.parametrize(("fault", "reason"), _REJECTED.values(), ids=_REJECTED)
async def test_a_definite_no_is_a_rejection(fault: Fault, reason: Rejection, doors: AsyncExitStack) -> None:
    sandbox = Sandbox("hero")
    sandbox.faults.append(fault)
    provider = await connect(doors, sandbox.server())

    answer = await provider.purchase(order())

    assert isinstance(answer, Rejected)
    assert answer.reason is reason
    assert len(sandbox.actions()) == 1


async def test_nobody_listening_means_not_sent(unused_tcp_port: int) -> None:
    provider = provider_at(f"http://127.0.0.1:{unused_tcp_port}/stubs/handler_api.php")

    answer = await provider.purchase(order())
    await provider.close()

    assert answer == Rejected(Rejection.NOT_SENT, "NOT_SENT", details={"reason": "ConnectError"})


async def test_a_name_that_does_not_exist_means_not_sent() -> None:
    provider = provider_at("http://no-such-host.invalid/stubs/handler_api.php")

    answer = await provider.purchase(order())
    await provider.close()

    assert isinstance(answer, Rejected)
    assert answer.reason is Rejection.NOT_SENT


@pytest.mark.parametrize("url", ["", "not an address", "ftp://host/x", "http://[::1"])
async def test_an_impossible_address_means_not_sent(url: str) -> None:
    provider = provider_at(url)

    answer = await provider.purchase(order())
    await provider.close()

    assert isinstance(answer, Rejected)
    assert answer.reason is Rejection.NOT_SENT


@pytest.mark.parametrize("profile", ["hero", "classic"])
async def test_a_purchase_tells_what_was_bought(profile: DialectName, doors: AsyncExitStack) -> None:
    sandbox = Sandbox(profile)
    provider = await connect(doors, sandbox.server(), profile)

    answer = await provider.purchase(order(operator="claro"))

    (sold,) = sandbox.sms.list_activations()
    assert isinstance(answer, Bought)
    assert (answer.upstream_id, answer.phone) == (sold["id"], sold["phone"])
    assert (answer.cost, answer.currency) == (sold["cost"], "USD")
    assert (answer.country, answer.operator) == ("73", "claro")
    assert (answer.ends_at is not None) == (profile == "hero")  # only HeroSMS tells it, and its zone


async def test_a_token_where_json_was_asked_is_a_purchase_without_a_cost(doors: AsyncExitStack) -> None:
    sandbox = Sandbox("hero")
    sandbox.faults.append(
        rewritten(lambda body: "ACCESS_NUMBER:{activationId}:+{phoneNumber}".format(**json.loads(body)))
    )
    provider = await connect(doors, sandbox.server())

    answer = await provider.purchase(order())

    (sold,) = sandbox.sms.list_activations()
    assert answer == Bought(sold["id"], sold["phone"])


@pytest.mark.parametrize("profile", ["hero", "classic"])
async def test_a_cap_below_the_price_tells_todays_price(profile: DialectName, doors: AsyncExitStack) -> None:
    sandbox = Sandbox(profile)
    sandbox.sms.set_price("wa", 73, "0.5")
    provider = await connect(doors, sandbox.server(), profile)

    answer = await provider.purchase(order(cap="0.49999"))

    assert isinstance(answer, Rejected)
    assert (answer.reason, answer.minimum) == (Rejection.PRICE_ROSE, Decimal("0.5"))


@pytest.mark.parametrize(
    ("cap", "sent"),
    [("0.0067", "0.0067"), ("1E+1", "10.0000"), ("0.50009", "0.5000"), ("3", "3.0000"), ("1E-4", "0.0001")],
)
async def test_the_cap_goes_down_to_what_the_wire_carries(
    cap: str, sent: str, canned: Canned, provider: HandlerApiProvider
) -> None:
    canned.say("NO_NUMBERS")

    await provider.purchase(order(cap=cap))

    assert canned.asked[0]["maxPrice"] == sent
    assert "fixedPrice" not in canned.asked[0]


@pytest.mark.parametrize("cap", ["0", "0.00009", "-1", "NaN", "Infinity", "1E+40"])
async def test_a_cap_that_would_be_none_is_not_sent(
    cap: str, canned: Canned, provider: HandlerApiProvider
) -> None:
    answer = await provider.purchase(order(cap=cap))

    assert isinstance(answer, Rejected)
    assert answer.reason is Rejection.BAD_REQUEST
    assert not canned.asked


async def test_a_ban_keeps_further_purchases_at_home_until_it_ends(
    hero_sandbox: Sandbox, hero: HandlerApiProvider
) -> None:
    hero_sandbox.sms.ban("wa", 73, seconds=600)

    told = [await hero.purchase(order()) for _ in range(2)]

    assert [each.reason for each in told if isinstance(each, Rejected)] == [Rejection.BANNED] * 2
    assert all(isinstance(each, Rejected) and each.until for each in told)
    assert len(hero_sandbox.actions()) == 1


async def test_a_ban_of_one_service_leaves_the_others_on_sale(
    hero_sandbox: Sandbox, hero: HandlerApiProvider
) -> None:
    hero_sandbox.sms.ban("tg", 73, seconds=600)

    said = [await hero.purchase(replace(order(), service="tg")) for _ in range(2)]
    answer = await hero.purchase(order())

    assert isinstance(answer, Bought)
    assert [isinstance(no, Rejected) and no.is_of_kind for no in said] == [True, True]
    assert len(hero_sandbox.sms.requests()) == 2  # the second no was said at home


async def test_an_account_that_keeps_failing_is_not_bought_from(doors: AsyncExitStack) -> None:
    sandbox = Sandbox("hero")
    sandbox.faults.extend([reset_before] * 5)
    provider = await connect(doors, sandbox.server())
    for _ in range(5):
        await provider.purchase(order())

    blocked = await provider.purchase(order())
    await provider.balance()
    again = await provider.purchase(order())

    assert isinstance(blocked, Rejected)
    assert blocked.reason is Rejection.NOT_SENT
    assert isinstance(again, Bought)  # one look that succeeded tells that the account is well


async def test_the_same_order_key_never_buys_twice_where_it_is_honoured(doors: AsyncExitStack) -> None:
    sandbox = Sandbox("classic")
    provider = await connect(doors, sandbox.server(), "classic")

    first, second = await provider.purchase(order()), await provider.purchase(order())

    assert isinstance(first, Bought)
    assert second == Unknown("ORDER_ALREADY_EXISTS")
    assert sandbox.bought() == 1
