from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.sandbox.sms_active.refusal import RefusedError

_LEAST_MAX_PRICE = Decimal("0.0067")  # HeroSMS takes no lower cap


class State(StrEnum):
    """Where a rented number stands, in upstream's eyes."""

    WAITING = "waiting"
    READY = "ready"  # the client said it has sent the SMS (status 1)
    RECEIVED = "received"
    RETRY = "retry"  # one more SMS was asked for (status 3)
    FINISHED = "finished"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"  # its life ran out without a code

    @property
    def is_open(self) -> bool:
        return self in _OPEN


_OPEN = frozenset({State.WAITING, State.READY, State.RECEIVED, State.RETRY})


@dataclass(frozen=True, slots=True)
class Message:
    """What reached the number: an SMS, or a call read out."""

    id: int
    at: datetime
    sender: str
    text: str | None
    code: str | None
    kind: str = "sms"  # or "call"

    @property
    def shown(self) -> str:
        """Tell what getStatus would show: the code, or the whole text when no code was found."""
        return self.code if self.code is not None else self.text or ""


@dataclass(slots=True)
class Activation:
    """One rental of one number for one service."""

    id: int
    service: str
    country: int
    operator: str
    phone: str
    cost: Decimal
    bought_at: datetime
    ends_at: datetime
    order_id: str = ""
    user_id: str = ""
    voice: bool = False
    renewal_of: int | None = None
    state: State = State.WAITING
    ended_at: datetime | None = None
    ended_by: str = ""
    asked_again: int = 0
    unread: int = 0  # messages the client has not been shown yet
    messages: list[Message] = field(default_factory=list)
    late_messages: list[Message] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.state.is_open

    @property
    def has_code(self) -> bool:
        return bool(self.messages)

    @property
    def last(self) -> Message | None:
        return self.messages[-1] if self.messages else None


@dataclass(frozen=True, slots=True)
class Order:
    """What a purchase asks for."""

    service: str
    country: int
    operators: tuple[str, ...] = ()
    max_price: Decimal | None = None
    fixed_price: bool = False
    order_id: str = ""
    user_id: str = ""
    unwanted_prefixes: tuple[str, ...] = ()
    voice: bool = False

    def price(self, cost: Decimal) -> Decimal:
        """Hold the cap against the cost; a fixed price buys at exactly the cap."""
        if self.max_price is None:
            return cost
        least = max(cost, _LEAST_MAX_PRICE)
        if self.max_price < least:
            raise RefusedError("WRONG_MAX_PRICE", least=least)
        return self.max_price if self.fixed_price else cost
