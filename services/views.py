"""What services answer: small frozen facts, in whole words, ready to be put into a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from db.states import NumberStatus, Policy, ReportReason, Role, TopupState, TransactionStatus, TransactionType

__all__ = [
    "Bill",
    "CaseCard",
    "Code",
    "CountryOffer",
    "Customer",
    "Fact",
    "NumberCard",
    "NumberStatus",
    "OfferCard",
    "Page",
    "Policy",
    "ReportReason",
    "Role",
    "ServiceCard",
    "StatementLine",
    "Ticket",
    "TopupState",
    "TransactionStatus",
    "TransactionType",
    "Way",
]


@dataclass(frozen=True, slots=True)
class Customer:
    """Who is speaking."""

    id: UUID
    telegram_id: int | None
    username: str
    language: str  # "pt_BR", "en"
    role: Role
    credits: Decimal  # what can be spent
    has_accepted_terms: bool
    is_banned: bool
    banned_until: datetime | None = None
    is_indebted: bool = False

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN


@dataclass(frozen=True, slots=True)
class ServiceCard:
    id: UUID
    code: str
    name: str
    from_price: Decimal | None = None  # the cheapest country with stock
    is_recent: bool = False


@dataclass(frozen=True, slots=True)
class CountryOffer:
    """One row of the list of countries for a service."""

    country_id: int
    name: str  # English; the chat says it in the person's language by iso2
    iso2: str | None
    flag: str
    price: Decimal
    stock: int
    success_percent: int | None = None  # None: too few orders to tell


@dataclass(frozen=True, slots=True)
class OfferCard:
    """What one card quotes; its id is what a button carries."""

    id: UUID
    service: ServiceCard
    country: CountryOffer
    price: Decimal
    stock: int
    balance: Decimal
    expires_at: datetime
    operator: str | None = None
    operators: tuple[str, ...] = ()
    minutes: int = 20  # how long the number lives

    @property
    def missing(self) -> Decimal:
        """What the person must add before this can be bought."""
        return max(self.price - self.balance, Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class Ticket:
    number_id: UUID
    is_new: bool  # False: this card had bought already


@dataclass(frozen=True, slots=True)
class Code:
    message_id: UUID
    code: str | None
    text: str | None
    sender: str | None
    received_at: datetime
    is_call: bool = False


@dataclass(frozen=True, slots=True)
class NumberCard:
    """A purchase as its buyer sees it."""

    id: UUID
    customer_id: UUID
    status: NumberStatus
    service_id: UUID
    service_code: str
    service_name: str
    country_id: int
    country_name: str
    country_iso2: str | None
    country_flag: str
    operator: str | None
    price: Decimal
    phone: str | None  # digits, country code first
    created_at: datetime
    started_at: datetime | None
    ends_at: datetime | None
    cancel_opens_at: datetime | None
    can_repeat: bool
    is_asking_again: bool  # another code was asked for and has not come yet
    codes: tuple[Code, ...] = ()
    rejection: str | None = None  # services.ports.provider.Rejection, by value
    ended_at: datetime | None = None
    ended_by: str | None = None
    can_rent_again: bool = False  # used, and its provider rents used numbers again

    @property
    def is_open(self) -> bool:
        return self.status in {
            NumberStatus.INTENT,
            NumberStatus.SENT,
            NumberStatus.UNKNOWN,
            NumberStatus.ACTIVE,
            NumberStatus.CANCELLING,
        }


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pay a sum."""

    gateway: str  # texts are found by it: gateway-stripe
    amount: Decimal  # what is asked, in `currency`
    currency: str
    credits: Decimal
    bonus: Decimal = Decimal("0.00")
    pay_amount: Decimal | None = None  # in the gateway's own unit, Stars for example
    pay_currency: str | None = None


@dataclass(frozen=True, slots=True)
class BonusStep:
    """A top-up of so much or more brings so many per cent on top."""

    start: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Bill:
    """A top-up as its payer sees it."""

    id: UUID
    customer_id: UUID
    gateway: str
    state: TopupState
    amount: Decimal
    currency: str
    credits: Decimal
    bonus: Decimal
    expires_at: datetime
    created_at: datetime
    link: str | None = None
    copy_code: str | None = None
    pay_amount: Decimal | None = None  # in the gateway's own unit, Stars for example
    pay_currency: str | None = None
    payment_id: str | None = None
    wanted_service_id: UUID | None = None  # where the person was going when credit ran short
    wanted_country_id: int | None = None


@dataclass(frozen=True, slots=True)
class StatementLine:
    id: UUID
    at: datetime
    type: TransactionType
    status: TransactionStatus
    amount: Decimal
    balance: Decimal  # after it
    gateway: str
    service_name: str | None = None
    country_flag: str | None = None
    number_id: UUID | None = None
    topup_id: UUID | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    lines: tuple[StatementLine, ...]
    number: int  # from 1
    pages: int


@dataclass(frozen=True, slots=True)
class CaseCard:
    id: UUID
    kind: str
    subject: str
    facts: Mapping[str, Any]
    since: datetime
    resolved_at: datetime | None = None
    resolution: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that must be said; the chat turns it into words at the moment of saying it."""

    id: int
    customer_id: UUID
    telegram_id: int
    language: str
    kind: str
    subject: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 0
