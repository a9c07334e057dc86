import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from subprocess import run
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from services.errors import NotOffered, ProviderRefused, ProviderUnavailable
from services.ports.provider import EndAnswer, Ended, Unknown
from services.providers.handler_api import Deadlines, client
from services.providers.handler_api.classifier import classify
from services.providers.handler_api.parsing import prices
from services.providers.handler_api.provider import HandlerApiProvider
from tests.providers.handler_api.conftest import connect
from tests.providers.handler_api.upstream import PATH, Canned, order, provider_at

SHORT = Deadlines(purchase_seconds=1.0, other_seconds=1.0, catalogue_seconds=1.0)


class Dripping:
    """Answers at once, one byte at a time, without end."""

    def __init__(self, pause_seconds: float = 0.05, piece: bytes = b" ") -> None:
        self.asked = 0
        self._pause_seconds, self._piece = pause_seconds, piece

    def server(self) -> TestServer:
        app = web.Application()
        app.router.add_get(PATH, self._drip)
        return TestServer(app, host="127.0.0.1")

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        response = web.StreamResponse()
        await response.prepare(request)
        while request.transport and not request.transport.is_closing():
            await response.write(self._piece)
            await asyncio.sleep(self._pause_seconds)
        return response


@pytest.fixture
async def dripping(doors: AsyncExitStack) -> tuple[Dripping, HandlerApiProvider]:
    upstream = Dripping()
    return upstream, await connect(doors, upstream.server(), "classic", SHORT)


async def test_a_purchase_ends_with_its_deadline_however_it_drips(
    dripping: tuple[Dripping, HandlerApiProvider],
) -> None:
    upstream, provider = dripping

    async with asyncio.timeout(5):
        answer = await provider.purchase(order())

    assert answer == Unknown("no answer in time")
    assert upstream.asked == 1


async def test_a_look_ends_with_its_deadline_and_is_not_tried_again(
    dripping: tuple[Dripping, HandlerApiProvider],
) -> None:
    upstream, provider = dripping

    async with asyncio.timeout(5):
        with pytest.raises(ProviderUnavailable, match="in time"):
            await provider.balance()

    assert upstream.asked == 1


async def test_a_change_ends_with_its_deadline_and_is_unclear(
    dripping: tuple[Dripping, HandlerApiProvider],
) -> None:
    upstream, provider = dripping

    async with asyncio.timeout(5):
        answer = await provider.cancel("1")

    assert answer == EndAnswer(Ended.UNCLEAR)
    assert upstream.asked == 1


async def test_a_body_without_end_is_not_kept(doors: AsyncExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_LONGEST_BODY", 10_000)
    upstream = Dripping(0, b"1" * 4_096)
    provider = await connect(doors, upstream.server())

    answer = await provider.purchase(order())

    assert answer == Unknown("the body does not end")


async def test_a_torn_body_is_read_once_more(canned: Canned, provider: HandlerApiProvider) -> None:
    canned.say('{"balance": "4.6', '{"balance": "4.6820", "currency": 840}')

    assert await provider.balance() == Decimal("4.6820")
    assert len(canned.asked) == 2


@pytest.mark.parametrize("body", ["", "{", "<html></html>", "ERROR_SQL"])
async def test_two_useless_answers_are_enough(
    body: str, canned: Canned, provider: HandlerApiProvider
) -> None:
    canned.say(body)

    with pytest.raises(ProviderUnavailable):
        await provider.balance()
    assert len(canned.asked) == 2


@pytest.mark.parametrize("body", ["", "{", "<html></html>", "ERROR_SQL"])
async def test_a_change_is_asked_for_once(body: str, canned: Canned, provider: HandlerApiProvider) -> None:
    canned.say(body)

    told = await provider.cancel("1"), await provider.finish("1")
    with pytest.raises(ProviderUnavailable):
        await provider.ask_again("1")

    assert told == (EndAnswer(Ended.UNCLEAR), EndAnswer(Ended.UNCLEAR))
    assert [asked["status"] for asked in canned.asked] == ["8", "6", "3"]


async def test_a_definite_no_to_a_look_is_told_in_the_providers_word(
    canned: Canned, provider: HandlerApiProvider
) -> None:
    canned.say('{"title":"BAD_KEY","details":"Unauthorized"}', status=401)

    with pytest.raises(ProviderRefused) as caught:
        await provider.balance()

    assert (caught.value.code, len(canned.asked)) == ("BAD_KEY", 1)


async def test_a_call_the_provider_lacks_is_not_offered(canned: Canned, provider: HandlerApiProvider) -> None:
    canned.say('{"title":"BAD_ACTION","details":"Method Not Found"}', status=404)

    with pytest.raises(NotOffered):
        await provider.prices()


async def test_a_throttled_account_is_left_alone(canned: Canned, provider: HandlerApiProvider) -> None:
    canned.say("Too Many Requests", status=429, Retry_After="60")
    with pytest.raises(ProviderRefused):
        await provider.balance()

    with pytest.raises(ProviderRefused) as caught:
        await provider.balance()
    bought = await provider.purchase(order())

    assert caught.value.retry_after_seconds == pytest.approx(60, abs=5)
    assert getattr(bought, "reason", None) == "throttled"
    assert len(canned.asked) == 1
    assert provider.health().requests_per_second == 500


async def test_the_health_of_an_account_can_be_read(canned: Canned, provider: HandlerApiProvider) -> None:
    canned.say("ACCESS_BALANCE:1")
    before = provider.health()
    await provider.balance()
    well = provider.health()
    canned.say("", status=500)
    for _ in range(3):
        with pytest.raises(ProviderUnavailable):
            await provider.balance()

    assert (before.succeeded_at, before.calls) == (None, 0)
    assert (well.is_buying, well.calls) == (True, 1)
    assert well.call_seconds > 0
    assert well.succeeded_at is not None
    assert not provider.health().is_buying


async def test_a_big_price_table_is_taken_apart_in_another_thread(
    canned: Canned, provider: HandlerApiProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaf = '{"cost":0.4512,"count":1081284,"physicalCount":721}'
    services = ",".join(f'"s{each}":{leaf}' for each in range(100))
    table = "{" + ",".join(f'"{country}":{{{services}}}' for country in range(200)) + "}"
    threads = set()

    def noting(function: Any) -> Any:
        def noted(*arguments: Any) -> Any:
            threads.add(threading.get_ident())
            return function(*arguments)

        return noted

    monkeypatch.setattr(client, "classify", noting(classify))
    monkeypatch.setattr(prices, "_rows", noting(prices._rows))
    canned.say(table)

    rows = await provider.prices()

    assert len(table) > 1_000_000
    assert (len(rows), rows[0].cost, rows[0].stock) == (20_000, Decimal("0.4512"), 721)
    assert threads
    assert threading.get_ident() not in threads


class _Balance(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b"ACCESS_BALANCE:7.5"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def threaded_server() -> Iterator[str]:
    """An upstream that lives in a thread, apart from all event loops."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Balance) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_provider_outlives_its_event_loop(threaded_server: str) -> None:
    provider = provider_at(threaded_server)

    async def ask() -> Decimal:
        try:
            return await provider.balance()
        finally:
            await provider.close()

    assert [asyncio.run(ask()) for _ in range(2)] == [Decimal("7.5")] * 2


def test_naming_the_adapter_imports_no_http() -> None:
    said = run(
        [sys.executable, "-c", "import sys, services.providers.handler_api; print('httpx' in sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    )

    assert said.stdout.strip() == "False"
