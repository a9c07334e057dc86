import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.sandbox.clock import Clock
from bot.sandbox.payments.ledger import Kind, Ledger
from bot.sandbox.payments.mercadopago.records import Chargeback, Payment, Preference
from bot.sandbox.payments.mercadopago.refusals import not_there


@dataclass(slots=True)
class Switches:
    """Habits of the real thing that differ from day to day, or from one of its documents to another."""

    draws_image: bool = True
    search_lag_seconds: float = 0.0
    timestamps_in: str = "ms"  # "ms" or "s": what `ts` of a signature counts
    sends_ipn: bool = False  # the older notices too, whose signature nobody can verify


@dataclass(frozen=True, slots=True)
class Happening:
    """Something a notice is sent about: a payment or a chargeback."""

    topic: str
    action: str
    subject: str
    payment: Payment


class Account:
    """One Mercado Pago account that receives: what it holds, and what happened in it."""

    email = "loja@sandbox.invalid"

    def __init__(
        self,
        clock: Clock,
        *,
        collector_id: int,
        live_mode: bool,
        public_url: Callable[[], str],
        told: Callable[[Happening], None],
    ) -> None:
        self.collector_id, self.live_mode = collector_id, live_mode
        self.switches = Switches()
        self.ledger = Ledger(clock)
        self.payments: dict[int, Payment] = {}
        self.preferences: dict[str, Preference] = {}
        self.chargebacks: dict[str, Chargeback] = {}
        self.unfinished: set[int] = set()
        self._clock, self._told = clock, told
        self.public_url = public_url
        # numbers go on where an earlier sandbox cannot have been, so that a shop's database may outlive it
        self._last_number = int(clock.now().timestamp() * 100)

    def now(self) -> datetime:
        return self._clock.now()

    def number(self) -> int:
        self._last_number += 1 + secrets.randbelow(9)
        return self._last_number

    def payment(self, number: str | int) -> Payment:
        payment = self.payments.get(int(number)) if str(number).isdigit() else None
        if payment is None:
            raise not_there("Payment", 2000)
        return payment

    def preference(self, name: str) -> Preference:
        if name not in self.preferences:
            raise not_there("preference")
        return self.preferences[name]

    def keep(self, payment: Payment) -> None:
        self.payments[payment.id] = payment
        self.unfinished.add(payment.id)
        self._told(Happening("payment", "payment.created", str(payment.id), payment))

    def changed(self, payment: Payment) -> None:
        payment.changed = self.now()
        if payment.status not in ("pending", "in_process"):
            self.unfinished.discard(payment.id)
        self._told(Happening("payment", "payment.updated", str(payment.id), payment))

    def case_changed(self, case: Chargeback) -> None:
        case.changed = self.now()
        payment = self.payments[case.payment]
        self._told(Happening("topic_chargebacks_wh", "changed_case_status", case.id, payment))
        self.changed(payment)

    def book(self, kind: Kind, subject: object, payment: Payment, amount: Decimal) -> None:
        self.ledger.book(
            kind,
            str(subject),
            payment=str(payment.id),
            reference=payment.reference,
            amount=amount,
            currency=payment.currency,
        )
