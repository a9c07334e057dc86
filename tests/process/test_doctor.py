"""The self-check knocks where others knock, and says what stands in the way."""

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.doctor import Doctor, Finding, Verdict
from bot.heartbeats import Heartbeats
from bot.intake import Intake
from bot.metrics import Metrics
from bot.sandbox.telegram.server import DEFAULT_TOKEN
from bot.settings import Settings
from bot.telegram_api import TelegramApi
from bot.web import Doorway, Web
from bot.wiring import Shop
from services.bells import Bell
from tests.process.conftest import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def shop(world: World, sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    monkeypatch.setenv("STARS_PER_UNIT", "50")
    settings = Settings(
        _env_file=None, bot_token=DEFAULT_TOKEN, telegram_api_url=world.address, database_url=sqlite_address
    )
    api = TelegramApi(settings.telegram_api_url, settings.token)
    opened = Shop(settings, api)
    yield opened
    await opened.close()
    await api.close()


def _house(shop: Shop) -> web.Application:
    """Our own web server, as `run` opens it."""
    heartbeats = Heartbeats(shop.clock, {})
    return Web(
        store=shop.store,
        heartbeats=heartbeats,
        metrics=Metrics(heartbeats, shop.store, {}, shop.clock),
        intake=Intake(shop.store, Bell(), shop.clock),
        doorway=Doorway.of(shop.settings.token),
        notices=shop.notices,
        gateways={},
        provider_doors={},
        upstream_notices=shop.upstream_notices,
    ).application()


async def _findings(shop: Shop, what: str, **settings: object) -> list[Finding]:
    changed = shop.settings.model_copy(update=settings)
    api = TelegramApi(changed.telegram_api_url, changed.token)
    try:
        return [each async for each in Doctor(changed, shop, api).findings() if each.what == what]
    finally:
        await api.close()


async def _behind(shop: Shop, answer: Handler) -> Finding:
    """What is found where a proxy answers like this."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(application) as proxy:
        (found,) = await _findings(shop, "webhook", public_url=f"http://{proxy.host}:{proxy.port}")
    return found


async def test_a_shop_behind_a_proxy_that_lets_only_its_doors_through_is_found(shop: Shop) -> None:
    async with TestServer(_house(shop)) as house, aiohttp.ClientSession() as session:

        async def pass_doors(request: web.Request) -> web.StreamResponse:
            if not request.path.startswith(("/telegram/", "/webhooks/")):
                raise web.HTTPNotFound
            address = f"http://{house.host}:{house.port}{request.path}"
            body, headers = await request.read(), dict(request.headers)
            async with session.post(address, data=body, headers=headers) as answer:
                return web.Response(status=answer.status)

        found = await _behind(shop, pass_doors)

    assert found.verdict is Verdict.OK


@pytest.mark.parametrize(
    ("status", "verdict"), [(502, Verdict.WARNING), (404, Verdict.FAILED), (200, Verdict.FAILED)]
)
async def test_nobody_behind_a_proxy_is_a_warning_and_somebody_else_a_failure(
    shop: Shop, status: int, verdict: Verdict
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status)

    found = await _behind(shop, answer)

    assert found.verdict is verdict
    assert str(status) in found.told


async def test_an_address_where_nobody_listens_is_a_failure(shop: Shop) -> None:
    (found,) = await _findings(shop, "webhook", public_url="http://127.0.0.1:9")

    assert found.verdict is Verdict.FAILED


@pytest.mark.parametrize("settings", [{"topup_ways": ("stripe",)}, {"currency": "XTS"}])
async def test_a_shop_where_nobody_can_pay_cannot_sell(shop: Shop, settings: dict[str, object]) -> None:
    found = await _findings(shop, "ways to pay", **settings)

    assert [each.verdict for each in found if "none can be offered" in each.told] == [Verdict.FAILED]
