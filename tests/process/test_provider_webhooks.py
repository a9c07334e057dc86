"""From an SMS at the provider to what the shop will say, over the provider's own webhook."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from bot.heartbeats import Heartbeats
from bot.intake import Intake
from bot.metrics import Metrics
from bot.web import Doorway, ProviderDoor, Web
from db.store import Store
from services.bells import Bell, Bells
from services.failover import Failover
from services.providers.handler_api.parsing.notices import read_notice
from services.providers.handler_api.provider import HandlerApiProvider
from services.purchases import Purchases
from services.sweep import Sweep
from services.upstream_notices import UpstreamNotices
from tests.process.test_web import Ears
from tests.providers.handler_api.upstream import PATH, Sandbox, provider_at
from tests.shop.shop import Shop, open_shop

SECRET = "/webhooks/sms/active/provider-secret"


@dataclass
class Wire:
    """A shop that buys at the sandbox's upstream, and the address the upstream tells of SMS at."""

    shop: Shop
    upstream: Sandbox
    provider: HandlerApiProvider
    notices: UpstreamNotices
    purchases: Purchases
    url: str
    web: Web

    async def buy(self) -> None:
        ana = await self.shop.ana()
        await self.shop.activations.buy(ana, await self.shop.offer(ana, price="9.00"))
        await self.purchases.send_next()


@pytest.fixture(params=["hero", "classic", "smsbower"])
async def wire(request: pytest.FixtureRequest, store: Store) -> AsyncIterator[Wire]:
    shop, upstream = await open_shop(store), Sandbox(request.param)
    bells, clock = Bells(), shop.clock
    async with AsyncExitStack() as doors:
        server = upstream.server()
        await server.start_server(access_log=None)
        doors.push_async_callback(server.close)
        provider = provider_at(str(server.make_url(PATH)), request.param)
        doors.push_async_callback(provider.close)
        providers: dict[str, Any] = {"active": provider}
        sweep = Sweep(store, providers, bells, clock)
        notices = UpstreamNotices(store, providers, sweep, bells, clock)
        web = Web(
            store=store,
            heartbeats=Heartbeats(clock, {}),
            metrics=Metrics(Heartbeats(clock, {}), store, {}, clock),
            intake=Intake(store, Bell(), clock),
            doorway=Doorway.of("1:token"),
            notices=Ears(),
            gateways={},
            provider_doors={"active": ProviderDoor("provider-secret")},
            upstream_notices=notices,
        )
        door = await doors.enter_async_context(TestServer(web.application()))
        upstream.sms.set_price("wa", 73, "0.50")
        purchases = Purchases(store, providers, Failover(store, providers, {}, bells, clock), bells, clock)
        yield Wire(shop, upstream, provider, notices, purchases, str(door.make_url(SECRET)), web)


async def test_an_sms_upstream_becomes_a_code_to_be_said(wire: Wire) -> None:
    wire.upstream.sms.add_webhook(wire.url, copies=3)
    await wire.buy()
    wire.upstream.sms.push_sms(wire.upstream.sms.list_activations()[0]["id"], code="482913")

    told = await wire.upstream.sms.deliver_webhooks()
    await wire.notices.handle_due()

    assert told == {"delivered": 3}
    assert len(await wire.shop.said("number.code")) == 1
    assert await wire.shop.breaches() == []


async def test_a_forged_notice_finds_nothing_and_a_wrong_secret_no_door(wire: Wire) -> None:
    await wire.buy()
    asked = len(wire.upstream.actions())

    forged = await wire.upstream.sms.forge_webhook(wire.url)
    astray = await wire.upstream.sms.forge_webhook(wire.url + "x")
    await wire.notices.handle_due()

    assert (forged, astray) == ({"status": 200}, {"status": 404})
    assert wire.upstream.actions()[asked:] == ["getStatus"]
    assert await wire.shop.said("number.code") == []
    assert await wire.shop.breaches() == []


@pytest.mark.parametrize(
    ("callers", "proxies", "status"),
    [
        ((), (), 200),
        (("127.0.0.0/8",), (), 200),
        (("84.32.223.53",), (), 403),  # what the sender says of itself is not believed
        (("84.32.223.53",), ("127.0.0.1",), 200),  # but what a proxy of ours says of it is
        (("185.138.88.87",), ("127.0.0.1",), 403),
    ],
)
async def test_where_addresses_are_named_nobody_else_rings(
    wire: Wire, callers: Sequence[str], proxies: Sequence[str], status: int
) -> None:
    wire.web._provider_doors = {"active": ProviderDoor("provider-secret", tuple(map(ip_network, callers)))}
    wire.web._proxies = tuple(map(ip_network, proxies))
    await wire.buy()

    told = await wire.upstream.sms.forge_webhook(wire.url)

    assert told == {"status": status}


@pytest.mark.parametrize(
    "body",
    [
        {"activationId": 1, "code": "1", "text": "t", "receivedAt": "2023-01-01 12:00:00"},
        {"activationId": "1", "code": "1", "text": "t", "receivedAt": "2023-01-01 12:00:00"},
        {"activationId": 1, "code": None, "text": None, "receivedAt": datetime(2026, 1, 1).isoformat()},  # noqa: DTZ001  written without a zone
        {"activationId": 1, "id": 7, "code": "1", "country": None},
        {"activationId": 1},
    ],
)
def test_every_shape_of_a_notice_names_its_number(body: dict[str, Any]) -> None:
    ring = read_notice(json.dumps(body).encode())

    assert ring is not None
    assert ring.upstream_id == "1"
    assert ring == read_notice(json.dumps(body, indent=2).encode())


def test_two_messages_of_one_number_are_two_rings() -> None:
    first = read_notice(b'{"activationId": 1, "code": "1", "receivedAt": "2023-01-01 12:00:00"}')
    later = read_notice(b'{"activationId": 1, "code": "1", "receivedAt": "2023-01-01 12:01:00"}')

    assert first != later


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"activationId": true}', b'{"activationId": {"a": 1}}']
)
def test_what_names_no_number_is_no_ring(body: bytes) -> None:
    assert read_notice(body) is None
