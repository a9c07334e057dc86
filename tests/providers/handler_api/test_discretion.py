import logging
import traceback
from contextlib import AsyncExitStack
from html import escape
from urllib.parse import quote, quote_plus

import pytest

from services.clock import SystemClock
from services.errors import OutsideError
from services.providers.handler_api import Account, ApiKey, build, client
from services.providers.handler_api.discretion import scrub
from tests.providers.handler_api.conftest import connect
from tests.providers.handler_api.upstream import (
    KEY,
    Canned,
    Sandbox,
    account_at,
    order,
    reset_after,
)

_FORMS = {KEY, quote(KEY, safe=""), quote_plus(KEY), escape(KEY)}


def _tells_key(text: str) -> bool:
    return any(form in text for form in _FORMS)


def _everything_about(error: BaseException | None) -> str:
    """Say all an error carries, its causes and contexts with it."""
    told = []
    while error is not None:
        told += ["".join(traceback.format_exception(error)), repr(error.args), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return "\n".join(told)


@pytest.mark.parametrize("form", sorted(_FORMS))
def test_a_body_that_echoes_the_key_loses_it(form: str) -> None:
    assert scrub(f"failed at /?api_key={form}&action=x", ApiKey(KEY)) == "failed at /?api_key=•••&action=x"


def test_a_key_does_not_print() -> None:
    account = Account("active", "http://127.0.0.1/", ApiKey(KEY))

    assert not _tells_key(f"{account} {account!r} {account.api_key} {vars(type(account))}")


_ECHOES = [
    (200, f"STATUS_ODD {KEY}"),
    (200, f"ODD_CODE:{KEY}"),
    (200, f'{{"status":"error","message":"{KEY}"}}'),
    (200, f'{{"status":"error","message":"BAD_KEY","info":{{"key":"{KEY}"}}}}'),
    (400, f'{{"title":"BAD_KEY","details":"{KEY}","info":{{"key":"{quote_plus(KEY)}"}}}}'),
    (403, f"<html>{escape(KEY)}</html>"),
    (500, f"at ?api_key={quote(KEY, safe='')}"),
    (302, ""),
]


@pytest.mark.parametrize(("status", "body"), _ECHOES)
async def test_the_key_shows_nowhere_whatever_upstream_echoes(
    status: int,
    body: str,
    canned: Canned,
    doors: AsyncExitStack,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "_TURN_SECONDS", 0.1)  # a throttle is not waited out here
    for name in ("", "httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, logger=name)
    provider = await connect(doors, canned.server(), "classic")
    canned.say(body, status=status, Location=f"http://127.0.0.1:1/?api_key={quote(KEY, safe='')}")

    told = [repr(await provider.purchase(order())), repr(await provider.cancel("1"))]
    for look in (provider.balance(), provider.status("1"), provider.active(), provider.prices()):
        try:
            told.append(repr(await look))
        except OutsideError as error:
            told.append(_everything_about(error))

    assert not [each for each in (*told, caplog.text, repr(provider.health())) if _tells_key(each)]
    assert _tells_key(canned.asked[0]["api_key"])


async def test_a_broken_wire_tells_no_address(
    doors: AsyncExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sandbox = Sandbox("hero")
    sandbox.faults.append(reset_after)
    provider = await connect(doors, sandbox.server())

    told = repr(await provider.purchase(order()))
    sandbox.sms.add_fault("reset_before", "*", times=2)
    with pytest.raises(OutsideError) as caught:
        await provider.balance()

    assert not _tells_key(told + caplog.text + _everything_about(caught.value))


async def test_levels_set_later_do_not_undo_the_hush(
    doors: AsyncExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    provider = await connect(doors, Sandbox("hero").server())
    caplog.set_level(logging.DEBUG, logger="httpx")
    caplog.set_level(logging.DEBUG, logger="httpcore")

    await provider.balance()

    assert not [record for record in caplog.records if record.name.startswith("http")]


async def test_the_key_travels_in_the_query_alone(doors: AsyncExitStack) -> None:
    sandbox = Sandbox("hero")
    provider = await connect(doors, sandbox.server())

    await provider.balance()

    (request,) = sandbox.sms.requests()
    assert _tells_key(request["target"])
    assert not _tells_key(str(request["headers"]) + request["body"])


def test_building_a_provider_connects_to_nobody() -> None:
    assert build(account_at("http://127.0.0.1:1/"), SystemClock()).name == "active"
