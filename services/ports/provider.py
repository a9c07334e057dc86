"""What the shop asks of a provider of numbers. Money is Decimal, in the provider's own currency."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a provider's dialect can do; the shop asks for nothing else."""

    list_active: bool = True  # one call tells all open numbers
    history: bool = True  # ended numbers can be looked up by time
    order_key: bool = False  # a purchase may carry our key, and the same key never buys twice
    ids_rise: bool = True  # a later purchase has a higher id
    repeat: bool = True  # a further code may be asked for on the same number
    reactivate: bool = False  # a finished number may be rented again
    operators: bool = True  # a mobile operator may be chosen


@dataclass(frozen=True, slots=True)
class Order:
    """One purchase to be sent: once, never again."""

    key: str  # our intent's id
    service: str  # the provider's code
    country: str  # the provider's code
    cap: Decimal  # never pay more than this
    operator: str | None = None
    buyer: str | None = None  # a keyed hash, so that a ban hits the buyer and not the shop


@dataclass(frozen=True, slots=True)
class Bought:
    upstream_id: str
    phone: str  # digits only, country code first
    cost: Decimal | None = None  # None: the reply did not tell
    currency: str | None = None  # ISO 4217 letters
    country: str | None = None
    operator: str | None = None
    ends_at: datetime | None = None
    can_repeat: bool | None = None


class Rejection(StrEnum):
    """Why a purchase is certain not to have happened."""

    NO_NUMBERS = "no_numbers"
    PRICE_ROSE = "price_rose"  # the cap is below today's price
    NO_BALANCE = "no_balance"  # the shop's own purse upstream is empty
    BAD_KEY = "bad_key"
    BANNED = "banned"
    TOO_MANY_OPEN = "too_many_open"  # upstream's limit of waiting numbers
    NOT_SOLD = "not_sold"  # service or country unusable there
    REGION = "region"  # the region our own address lies in is refused
    BAD_REQUEST = "bad_request"
    THROTTLED = "throttled"
    NOT_SENT = "not_sent"  # nothing left this machine
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Rejected:
    reason: Rejection
    code: str  # the provider's own word
    until: datetime | None = None  # a ban's end, where told
    is_of_kind: bool = False  # a ban of this service in this country, not of the account
    minimum: Decimal | None = None  # what it costs today, where told
    retry_after_seconds: float | None = None
    most_open: int | None = None  # upstream's limit of waiting numbers, where told
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unknown:
    """The number may or may not have been bought: never repeat, never refund on this."""

    reason: str


@dataclass(frozen=True, slots=True)
class Received:
    """A code or text that lies at the provider."""

    code: str | None
    text: str | None = None
    sender: str | None = None
    received_at: datetime | None = None
    message_id: str | None = None  # the provider's id of this very message, where it has one
    is_call: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the provider's list of open numbers."""

    upstream_id: str
    phone: str
    service: str
    country: str
    cost: Decimal | None = None
    currency: str | None = None
    operator: str | None = None
    received: tuple[Received, ...] = ()
    started_at: datetime | None = None  # only where the zone is certain
    ends_at: datetime | None = None
    can_repeat: bool | None = None
    order_key: str | None = None  # the key its purchase carried, where the list tells it


class Standing(StrEnum):
    """How one number stands upstream."""

    WAITING = "waiting"
    WAITING_AGAIN = "waiting_again"  # a further code was asked for; `received` repeats the last one
    RECEIVED = "received"
    ENDED = "ended"  # cancelled or finished: the provider's word does not tell which
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Status:
    standing: Standing
    received: tuple[Received, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """One ended (or still open) number in the provider's history."""

    upstream_id: str
    phone: str
    cost: Decimal | None
    started_at: datetime | None
    has_code: bool
    returned: bool | None  # True: the provider gave the money back; None: it does not tell
    service: str | None = None
    country: str | None = None
    received: tuple[Received, ...] = ()


class Ended(StrEnum):
    """What came of asking to end a number."""

    DONE = "done"  # acknowledged
    TOO_EARLY = "too_early"  # before the provider's floor
    CODE_ARRIVED = "code_arrived"  # refused: there is a code to be read
    NO_CODE = "no_code"  # finish refused: there was none
    ALREADY_ENDED = "already_ended"  # look it up: history decides how
    WINDOW_OVER = "window_over"  # cancelling is no longer offered: no money back upstream
    UNKNOWN_ID = "unknown_id"
    UNCLEAR = "unclear"  # time-out or nonsense: read the state again


@dataclass(frozen=True, slots=True)
class EndAnswer:
    ended: Ended
    wait_seconds: float | None = None  # with TOO_EARLY, where told
    received: tuple[Received, ...] = ()  # with CODE_ARRIVED, where told


@dataclass(frozen=True, slots=True)
class ServiceRow:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CountryRow:
    code: str
    name: str
    visible: bool = True
    can_repeat: bool = True


@dataclass(frozen=True, slots=True)
class PriceRow:
    service: str
    country: str
    cost: Decimal
    stock: int  # numbers that are really there, where the provider tells


@dataclass(frozen=True, slots=True)
class Reactivation:
    cost: Decimal
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How an account does, from what it has answered so far."""

    is_buying: bool  # False: purchases are not even sent, it fails or has banned us
    requests_per_second: float
    closed_for_seconds: float  # so long it asked to be left alone
    succeeded_at: datetime | None
    calls: int = 0  # that were sent
    call_seconds: float = 0.0  # they took together
    breaker: str = "closed"  # closed, open, half_open
    bans: int = 0  # of single services in single countries, and of the account


@dataclass(frozen=True, slots=True)
class Ring:
    """What a notice of a provider is good for: which number rang, and what tells it from another."""

    upstream_id: str
    external_id: str


class Provider(Protocol):
    """One account at one provider.

    Reads raise ProviderUnavailable (no usable answer), ProviderRefused (a definite no) or
    NotOffered. `purchase` and `reactivate` never raise: they answer bought, rejected or unknown.
    """

    name: str
    currency: str  # ISO 4217 letters: what the account is kept in
    abilities: Abilities
    purchase_deadline_seconds: float  # after this long, an unanswered purchase is unknown

    async def purchase(self, order: Order) -> Bought | Rejected | Unknown:
        """Ask for a number once, within the deadline."""

    async def active(self) -> tuple[Listed, ...]:
        """List every open number of the account: all pages, or an error; never a part."""

    async def status(self, upstream_id: str) -> Status:
        """Look at one number."""

    async def texts(self, upstream_id: str) -> tuple[Received, ...]:
        """Fetch all messages of one number with their full texts, oldest first."""

    async def history(self, since: datetime, until: datetime) -> tuple[Past, ...]:
        """List the numbers bought in a span of time: all pages, or an error."""

    async def cancel(self, upstream_id: str) -> EndAnswer:
        """Ask to end a number without a code; safe to repeat."""

    async def finish(self, upstream_id: str) -> EndAnswer:
        """End a number whose code was received; safe to repeat."""

    async def ask_again(self, upstream_id: str) -> bool:
        """Ask for one more code on the same number; False: the provider won't."""

    async def reactivation(self, upstream_id: str) -> Reactivation:
        """Tell what renting this finished number again costs."""

    async def reactivate(self, upstream_id: str, order: Order) -> Bought | Rejected | Unknown:
        """Rent a finished number again, once."""

    def health(self) -> Health:
        """Tell how the account does; asks nobody."""

    def read_notice(self, body: bytes) -> Ring | None:
        """Read what was posted to us in the provider's name; None: it names no number."""

    async def balance(self) -> Decimal:
        """Tell what the account holds, in its currency."""

    async def services(self) -> tuple[ServiceRow, ...]: ...

    async def countries(self) -> tuple[CountryRow, ...]: ...

    async def operators(self) -> Mapping[str, tuple[str, ...]]:
        """Operators by country code; a country without any is absent."""

    async def prices(self) -> tuple[PriceRow, ...]:
        """List the whole price table; raises ProviderUnavailable on a truncated one."""

    async def close(self) -> None: ...
