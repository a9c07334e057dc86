import json
from collections.abc import AsyncIterator, Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import func, select

from bot.heartbeats import Heartbeats
from bot.intake import Intake
from bot.metrics import Metrics
from bot.web import Doorway, ProviderDoor, Web
from db.store import Store
from db.tables import InboxUpdate
from services.bells import Bell
from services.errors import ForgedNotice
from services.ports.gateway import Gateway
from tests.worlds import HandClock

DOORWAY = Doorway.of("123456789:token")
HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = {"update_id": 1, "message": {"from": {"id": 5}, "text": "hi"}}
Client = TestClient[Any, Any]


class Ears:
    """Hears notices signed with `ours`, and remembers whoever got past the door."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.is_broken = False

    async def hear(
        self, gateway: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> bool:
        if headers.get("Signature") != "ours":
            raise ForgedNotice(gateway)
        if self.is_broken:
            raise OSError("the database is gone")
        self.heard.append(body)
        return True


class ProvidersEars:
    """Hears whatever is JSON, and remembers it."""

    def __init__(self) -> None:
        self.rings: list[tuple[str, bytes]] = []

    async def hear(self, provider: str, body: bytes) -> bool:
        if not body.startswith(b"{"):
            raise ForgedNotice(provider)
        self.rings.append((provider, body))
        return True


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def bells() -> ProvidersEars:
    return ProvidersEars()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def heartbeats(clock: HandClock) -> Heartbeats:
    return Heartbeats(clock, {"intake": 45, "sweep": 60})


@pytest.fixture
async def client(
    sqlite_store: Store, ears: Ears, bells: ProvidersEars, clock: HandClock, heartbeats: Heartbeats
) -> AsyncIterator[Client]:
    web = Web(
        store=sqlite_store,
        heartbeats=heartbeats,
        metrics=Metrics(heartbeats, sqlite_store, {}, clock),
        intake=Intake(sqlite_store, Bell(), clock),
        doorway=DOORWAY,
        notices=ears,
        gateways={"stripe": gateway(takes_notices=True), "quiet": gateway(takes_notices=False)},
        provider_doors={"active": ProviderDoor("provider-secret")},
        upstream_notices=bells,
    )
    async with TestClient(TestServer(web.application())) as opened:
        yield opened


def gateway(*, takes_notices: bool) -> Gateway:
    """Only this much is asked at the door."""
    return cast("Gateway", SimpleNamespace(takes_notices=lambda: takes_notices))


async def stored(store: Store) -> int:
    return await store.read(
        lambda connection: connection.scalar(select(func.count()).select_from(InboxUpdate)) or 0
    )


async def test_an_update_of_telegram_is_stored_before_it_is_answered(
    client: Client, sqlite_store: Store
) -> None:
    headers = {HEADER: DOORWAY.secret}

    answer = await client.post(f"/telegram/{DOORWAY.path}", json=UPDATE, headers=headers)
    again = await client.post(f"/telegram/{DOORWAY.path}", json=UPDATE, headers=headers)

    assert (answer.status, again.status) == (200, 200)
    assert await stored(sqlite_store) == 1


@pytest.mark.parametrize(
    ("path", "headers", "body", "status"),
    [
        (DOORWAY.path, {}, json.dumps(UPDATE), 403),
        (DOORWAY.path, {HEADER: "wrong"}, json.dumps(UPDATE), 403),
        (DOORWAY.path, {HEADER: "ünsafe"}, json.dumps(UPDATE), 403),
        ("other", {HEADER: DOORWAY.secret}, json.dumps(UPDATE), 404),
        (DOORWAY.path, {HEADER: DOORWAY.secret}, "{", 400),
        (DOORWAY.path, {HEADER: DOORWAY.secret}, "[]", 400),
        (DOORWAY.path, {HEADER: DOORWAY.secret}, '{"update_id": "1"}', 400),
        (DOORWAY.path, {HEADER: DOORWAY.secret}, " " * 300_000, 413),
    ],
)
async def test_what_is_not_telegrams_is_refused_and_not_kept(
    client: Client, sqlite_store: Store, path: str, headers: dict[str, str], body: str, status: int
) -> None:
    answer = await client.post(f"/telegram/{path}", data=body, headers=headers)

    assert answer.status == status
    assert await stored(sqlite_store) == 0


@pytest.mark.parametrize(
    ("path", "headers", "body", "status"),
    [
        ("stripe", {}, b"{}", 401),
        ("stripe", {"Signature": "theirs"}, b"{}", 401),
        ("stripe", {"Signature": "ours"}, b"x" * 300_000, 413),
        ("quiet", {"Signature": "ours"}, b"{}", 404),
        ("nobody", {"Signature": "ours"}, b"{}", 404),
    ],
)
async def test_a_notice_that_nobody_signed_is_refused(
    client: Client, ears: Ears, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = await client.post(f"/webhooks/{path}", data=body, headers=headers)

    assert answer.status == status
    assert ears.heard == []


async def test_a_signed_notice_is_heard_as_it_was_sent(client: Client, ears: Ears) -> None:
    answer = await client.post("/webhooks/stripe", data=b'{"a":  1}', headers={"Signature": "ours"})

    assert answer.status == 200
    assert ears.heard == [b'{"a":  1}']


async def test_our_own_trouble_is_answered_so_that_the_notice_comes_again(client: Client, ears: Ears) -> None:
    ears.is_broken = True

    answer = await client.post("/webhooks/stripe", data=b"{}", headers={"Signature": "ours"})

    assert answer.status == 500


@pytest.mark.parametrize(
    ("path", "body", "status", "rings"),
    [
        ("active/provider-secret", "{}", 200, 1),
        ("active/provider-secret", "no json", 400, 0),
        ("active/provider-secret", "{" + " " * 20_000, 413, 0),
        ("active/wrong", "{}", 404, 0),
        ("active/provider-secret2", "{}", 404, 0),
        ("plain/", "{}", 404, 0),
        ("plain/x", "{}", 404, 0),
        ("other/provider-secret", "{}", 404, 0),
    ],
)
async def test_a_provider_rings_with_its_secret_alone(
    client: Client, bells: ProvidersEars, path: str, body: str, status: int, rings: int
) -> None:
    answer = await client.post(f"/webhooks/sms/{path}", data=body)

    assert (answer.status, len(bells.rings)) == (status, rings)


async def test_health_needs_every_part_alive(
    client: Client, clock: HandClock, heartbeats: Heartbeats
) -> None:
    async def health() -> tuple[int, list[str]]:
        answer = await client.get("/health")
        parts = (await answer.json())["parts"]
        return answer.status, sorted(name for name, part in parts.items() if not part["ok"])

    at_first = await health()
    heartbeats.beat("intake")
    heartbeats.beat("sweep")
    when_open = await health()
    clock.advance(50)
    when_deaf = await health()

    assert at_first == (503, ["intake", "sweep"])
    assert when_open == (200, [])
    assert when_deaf == (503, ["intake"])


async def test_health_needs_the_database(
    client: Client, sqlite_store: Store, heartbeats: Heartbeats, monkeypatch: pytest.MonkeyPatch
) -> None:
    heartbeats.beat("intake")
    heartbeats.beat("sweep")

    async def fail(_work: object) -> None:
        raise OSError("disk I/O error")

    monkeypatch.setattr(sqlite_store, "read", fail)
    answer = await client.get("/health")

    assert answer.status == 503
    assert (await answer.json())["parts"]["database"] == {"ok": False}


async def test_metrics_tell_who_is_alive(client: Client, heartbeats: Heartbeats) -> None:
    heartbeats.beat("intake")

    text = await (await client.get("/metrics")).text()

    assert 'chegou_alive{part="intake"} 1.0' in text
    assert 'chegou_alive{part="sweep"} 0.0' in text
