from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bot.sandbox.clock import Clock
from bot.sandbox.payments.ledger import Kind, Ledger
from bot.sandbox.payments.stripe import objects
from bot.sandbox.payments.stripe.records import (
    Charge,
    Dispute,
    Event,
    Intent,
    Refund,
    Session,
    major,
    new_id,
)  # fmt: skip
from bot.sandbox.payments.stripe.refusals import not_there

Found = TypeVar("Found")
Record = Session | Intent | Charge | Refund | Dispute | Event


class Account:
    """One Stripe account: what it holds, and what happened in it."""

    def __init__(
        self,
        clock: Clock,
        *,
        livemode: bool,
        public_url: Callable[[], str],
        told: Callable[[Event], None],
        pending: Callable[[str], int],
    ) -> None:
        self.livemode = livemode
        self.ledger = Ledger(clock)
        self.sessions: dict[str, Session] = {}
        self.intents: dict[str, Intent] = {}
        self.charges: dict[str, Charge] = {}
        self.refunds: dict[str, Refund] = {}
        self.disputes: dict[str, Dispute] = {}
        self.events: dict[str, Event] = {}
        self.unfinished: set[str] = set()
        self._clock, self._public_url, self._told, self._pending = clock, public_url, told, pending

    def seconds(self) -> float:
        return self._clock.now().timestamp()

    def now(self) -> int:
        """Stripe's times are whole seconds."""
        return int(self.seconds())

    def address(self, session: Session) -> str:
        return f"{self._public_url()}/pay/stripe/{session.id}"

    def wording(self, record: Record) -> dict[str, Any]:
        """Say a record as Stripe would."""
        match record:
            case Session():
                return objects.session_object(record, self.address(record))
            case Intent():
                return objects.intent_object(record)
            case Charge():
                return objects.charge_object(record)
            case Refund():
                return objects.refund_object(record)
            case Dispute():
                return objects.dispute_object(record)
            case Event():
                return objects.event_object(record, self._pending(record.id))

    def happened(self, kind: str, about: Session | Intent | Charge | Refund | Dispute) -> None:
        """Remember an event with its object as it stands now, and tell it."""
        wording = self.wording(about)
        livemode = wording.get("livemode", self.livemode)
        event = Event(new_id("evt_"), self.now(), kind, wording, livemode)
        self.events[event.id] = event
        self._told(event)

    def book(self, kind: Kind, subject: str, charge: Charge, amount: int) -> None:
        self.ledger.book(
            kind,
            subject,
            payment=charge.intent,
            reference=charge.reference,
            amount=major(amount, charge.currency),
            currency=charge.currency,
        )

    def balance(self) -> dict[str, Any]:
        amounts = {
            currency.lower(): int(amount / major(1, currency.lower()))
            for currency, amount in self.ledger.balance().items()
        }
        return objects.balance_object(amounts, livemode=self.livemode)


def found(book: Mapping[str, Found], name: str, kind: str) -> Found:
    if name not in book:
        raise not_there(kind, name)
    return book[name]
