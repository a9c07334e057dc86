"""What the shop asks of a payment gateway. Amounts are Decimal in whole units of `currency`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from services.clock import Clock
from services.errors import ShopError
from services.ports.stars import StarsDesk


class EmailNeeded(ShopError):
    """This way to pay wants the payer's e-mail, and the shop has none to give."""

    text_key = "error-email-needed"


@dataclass(frozen=True, slots=True)
class Office:
    """What the shop lends every gateway; its keys each gateway reads by itself."""

    clock: Clock
    currency: str  # what the shop's credits are
    stars_desk: StarsDesk | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """What a person set out to pay; made and committed before any gateway hears of it."""

    topup_id: UUID  # the reference every gateway object carries; also the idempotency key
    amount: Decimal
    currency: str  # ISO 4217 letters
    credits: Decimal
    language: str  # "pt_BR", "en"
    expires_at: datetime
    success_url: str  # back to the chat: ?start=paid_<id>
    cancel_url: str
    telegram_id: int
    payer_email: str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the person is shown to pay with."""

    order_id: str  # the gateway's own: session, preference, invoice, payment
    expires_at: datetime
    link: str | None = None
    copy_code: str | None = None  # Pix "copia e cola"
    image_png: bytes | None = None  # the code as a picture, where the gateway sends one
    amount: Decimal | None = None  # what the gateway asks for, where it counts in another unit
    currency: str | None = None  # "XTR" for Telegram Stars
    receiver: str | None = None  # our own account, as the gateway told it, where it does


class PaymentState(StrEnum):
    WAITING = "waiting"
    PAID = "paid"
    FAILED = "failed"


class DisputeState(StrEnum):
    OPEN = "open"
    LOST = "lost"
    WON = "won"


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment as the gateway tells it when asked; the only thing money is believed from."""

    payment_id: str  # what refunds and disputes refer to
    state: PaymentState
    amount: Decimal
    currency: str
    reference: str | None  # the top-up it names
    is_live: bool | None  # None: this gateway knows no test mode
    receiver: str | None = None  # the account the money went to, where told
    refunded: Decimal = Decimal(0)  # cumulative
    disputed: Decimal = Decimal(0)  # at stake or lost now; nothing once the dispute is won
    dispute: DisputeState | None = None
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenTopup:
    """What a gateway needs to know to look at one top-up again."""

    topup_id: UUID
    order_id: str
    amount: Decimal
    currency: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """A doorbell: it tells which object rang, and is believed in nothing else."""

    external_id: str  # unique per gateway: the same notice twice is one
    about: str  # handed to `locate` later


@dataclass(frozen=True, slots=True)
class RefundOrder:
    key: str  # the same key never refunds twice
    payment_id: str
    amount: Decimal  # of `currency`
    currency: str
    is_whole: bool  # all that is left of the payment
    telegram_id: int | None = None  # Stars are refunded to a person


class Gateway(Protocol):
    """One way to pay in.

    Every call may raise GatewayUnavailable (ask again later) or GatewayRefused (a definite no).
    """

    code: str  # "stripe"; texts are found by it: gateway-stripe
    currencies: frozenset[str]  # what bills may be in
    is_live: bool | None  # False: test keys; None: no such mode
    can_refund_partly: bool

    def price_of(self, amount: Decimal) -> tuple[Decimal, str] | None:
        """Tell a sum in the gateway's own unit, before it is asked for; None: it asks in the bill's."""

    async def open(self, bill: Bill) -> Opened:
        """Make the link or code; the same bill again answers with the same one."""

    async def fetch(self, topup: OpenTopup) -> tuple[Payment, ...]:
        """All payments of one top-up, as they stand now."""

    async def close(self, topup: OpenTopup) -> None:
        """Make the link or code unusable; already closed or paid is fine."""

    def read_notice(self, query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Notice | None:
        """Check a webhook's signature; None: genuine, of no interest; raises ForgedNotice."""

    def takes_notices(self) -> bool:
        """Tell whether a secret is set: without one there is no webhook route."""

    async def locate(self, about: str) -> UUID | None:
        """Fetch what rang and tell the top-up it names; None: none of ours."""

    async def refund(self, order: RefundOrder) -> None:
        """Send money back, once for each key."""

    async def recent(self, since: datetime) -> tuple[Payment, ...]:
        """List what came in lately, for the daily sweep; empty where the gateway cannot."""

    async def check(self) -> str:
        """Tell in a few words that the credentials work; raises when they do not."""

    async def aclose(self) -> None: ...
