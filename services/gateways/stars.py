"""Telegram Stars, through the desk that `bot/` keeps open at Telegram."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from uuid import UUID

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.errors import ForgedNotice, GatewayRefused
from services.ports.gateway import (
    Bill,
    Gateway,
    Notice,
    Office,
    Opened,
    OpenTopup,
    Payment,
    PaymentState,
    RefundOrder,
)
from services.ports.stars import StarsDesk, StarTransaction

CURRENCY = "XTR"  # Telegram's letters for Stars
_TITLE_LETTERS, _DESCRIPTION_LETTERS = 32, 255  # Telegram: an invoice says no more
_PAGE = 100  # Telegram: transactions told at once
_ROWS_KEPT = 5_000
_EARLIER = timedelta(minutes=5)  # Telegram's clock and ours may differ


class StarsSettings(BaseSettings):
    """How many Stars one unit of the shop's currency costs; none: the gateway is off."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    stars_per_unit: Decimal = Field(default=Decimal(40), ge=0, le=100_000)


def build(office: Office, settings: StarsSettings | None = None) -> Gateway | None:
    """Open the counter, if Stars have a price and there is somebody to ask for them."""
    settings = settings or StarsSettings()
    if not settings.stars_per_unit or office.stars_desk is None:
        return None
    return StarsGateway(settings, office.currency, office.stars_desk)


class StarsGateway:
    code = "stars"
    is_live: bool | None = None
    can_refund_partly = False

    def __init__(self, settings: StarsSettings, currency: str, desk: StarsDesk) -> None:
        self.currencies = frozenset({currency})
        self._stars_per_unit = settings.stars_per_unit
        self._desk = desk
        self._book = _Book(desk)

    def price_of(self, amount: Decimal) -> tuple[Decimal, str]:
        return (amount * self._stars_per_unit).to_integral_value(ROUND_CEILING), CURRENCY

    async def open(self, bill: Bill) -> Opened:
        """Links made twice for one bill carry one payload: whichever is paid, it is found."""
        stars = int(self.price_of(bill.amount)[0])
        title = bill.description or f"{bill.credits} {bill.currency}"
        link = await self._desk.invoice_link(
            title=title[:_TITLE_LETTERS],
            description=title[:_DESCRIPTION_LETTERS],
            payload=str(bill.topup_id),
            stars=stars,
        )
        order_id = str(bill.topup_id)
        return Opened(order_id, bill.expires_at, link=link, amount=Decimal(stars), currency=CURRENCY)

    async def fetch(self, topup: OpenTopup) -> tuple[Payment, ...]:
        return _payments(await self._book.since(topup.created_at - _EARLIER), topup.order_id)

    async def close(self, topup: OpenTopup) -> None:
        """Telegram: a link cannot be taken back; the shop says no when it is about to be paid."""

    def read_notice(
        self,
        query: Mapping[str, str],  # noqa: ARG002  Telegram tells of Stars in the chat and nowhere else
        headers: Mapping[str, str],  # noqa: ARG002  the same
        body: bytes,  # noqa: ARG002  the same
    ) -> Notice | None:
        raise ForgedNotice(self.code)

    def takes_notices(self) -> bool:
        return False

    async def locate(self, about: str) -> UUID | None:
        return _uuid(about)

    async def refund(self, order: RefundOrder) -> None:
        if not order.is_whole:
            raise GatewayRefused("not_offered", "Stars go back whole")
        if order.telegram_id is None:
            raise GatewayRefused("nobody_to_refund")
        await self._desk.refund(telegram_id=order.telegram_id, charge_id=order.payment_id)

    async def recent(self, since: datetime) -> tuple[Payment, ...]:
        return tuple(
            each
            for each in _payments(await self._book.since(since))
            if _uuid(each.reference or "") is not None
        )

    async def check(self) -> str:
        await self._desk.transactions(offset=0, limit=1)
        return f"{self._stars_per_unit} Stars for one {', '.join(self.currencies)}"

    async def aclose(self) -> None:
        """The desk is its owner's to close."""


class _Book:
    """Telegram's list of Star transactions, read forward from where somebody first asked."""

    def __init__(self, desk: StarsDesk) -> None:
        self._desk = desk
        self._turn = asyncio.Lock()
        self._from: datetime | None = None
        self._first = 0  # place of the first row kept
        self._rows: list[StarTransaction] = []

    async def since(self, at: datetime) -> list[StarTransaction]:
        async with self._turn:
            if self._from is None or at < self._from:
                self._first, self._rows, self._from = await self._place_of(at), [], at
            await self._read_on()
            if len(self._rows) > _ROWS_KEPT:
                self._forget_before(at)
            return [row for row in self._rows if row.at >= at]

    def _forget_before(self, at: datetime) -> None:
        kept = [row for row in self._rows if row.at >= at]
        self._first += len(self._rows) - len(kept)
        self._rows, self._from = kept, at

    async def _read_on(self) -> None:
        while rows := await self._desk.transactions(offset=self._first + len(self._rows), limit=_PAGE):
            self._rows.extend(rows)

    async def _place_of(self, at: datetime) -> int:
        """Find the first row not older than `at` without reading all that came before it."""
        low, high = 0, _PAGE
        while await self._is_before(high, at):
            low, high = high, high * 2
        while low < high:
            middle = (low + high) // 2
            if await self._is_before(middle, at):
                low = middle + 1
            else:
                high = middle
        return low

    async def _is_before(self, place: int, at: datetime) -> bool:
        rows = await self._desk.transactions(offset=place, limit=1)
        return bool(rows) and rows[0].at < at


def _payments(rows: list[StarTransaction], payload: str | None = None) -> tuple[Payment, ...]:
    """One payment for each charge, also for one of which only the refund is in sight."""
    returned = {row.charge_id: row.stars for row in rows if not row.is_incoming}
    charges = {row.charge_id: row for row in reversed(rows)}  # the earliest row of each: its payment
    return tuple(
        Payment(
            payment_id=row.charge_id,
            state=PaymentState.PAID,
            amount=Decimal(row.stars),
            currency=CURRENCY,
            reference=row.payload,
            is_live=None,
            refunded=Decimal(returned.get(row.charge_id, 0)),
            paid_at=row.at if row.is_incoming else None,
        )
        for row in reversed(charges.values())
        if row.payload is not None and payload in (None, row.payload)
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
