from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from services.ports.gateway import Bill, OpenTopup
from tests.gateways.wire import Wire, serve

TOPUP_ID = UUID("0b8e7a52-6d0c-4f0e-9a53-2f6d3f1c7e11")
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


@dataclass
class HeldClock:
    """Time stands still until a test moves it."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    async with serve(wire) as server:
        wire.address = str(server.make_url("")).rstrip("/")
        yield wire


@pytest.fixture
def bill() -> Bill:
    return Bill(
        topup_id=TOPUP_ID,
        amount=Decimal("10.00"),
        currency="BRL",
        credits=Decimal("10.00"),
        language="pt_BR",
        expires_at=NOW + timedelta(minutes=35),
        success_url="https://t.me/shop_bot?start=paid_C456Um0MTw6aUy9tPxx-EQ",
        cancel_url="https://t.me/shop_bot",
        telegram_id=4242,
        description="10,00 de crédito",
    )


@pytest.fixture
def topup() -> OpenTopup:
    return OpenTopup(TOPUP_ID, order_id="order_1", amount=Decimal("10.00"), currency="BRL", created_at=NOW)
