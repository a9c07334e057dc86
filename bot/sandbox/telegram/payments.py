import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.clock import Clock
from bot.sandbox.telegram.json_fields import Json

ANSWERED_WITHIN_SECONDS = 10  # Bot API: an answer to a pre-checkout query is due within 10 seconds


@dataclass(frozen=True, slots=True)
class Invoice:
    """What a person is asked to pay, in Stars."""

    title: str
    description: str
    payload: str
    amount: int

    def as_shown(self) -> Json:
        return {
            "title": self.title,
            "description": self.description,
            "start_parameter": "",
            "currency": "XTR",
            "total_amount": self.amount,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """The bot's answer to a pre-checkout query; no reason means yes."""

    refusal: str = ""


@dataclass(slots=True)
class Charge:
    """A payment that went through."""

    charge_id: str
    person_id: int
    invoice: Invoice
    at: datetime
    refunded_at: datetime | None = None


@dataclass(slots=True)
class Checkouts:
    """Invoices, questions before payments, and payments of one bot."""

    clock: Clock
    invoices: dict[tuple[int, int], Invoice] = field(default_factory=dict)  # by person and message
    links: dict[str, Invoice] = field(default_factory=dict)
    charges: dict[str, Charge] = field(default_factory=dict)
    balance: int = 0
    _asked: dict[str, asyncio.Future[Verdict]] = field(default_factory=dict)

    def add_link(self, invoice: Invoice) -> str:
        slug = secrets.token_urlsafe(12)
        self.links[slug] = invoice
        return slug

    def ask(self) -> str:
        query_id = str(secrets.randbits(62))
        self._asked[query_id] = asyncio.get_running_loop().create_future()
        return query_id

    def answer(self, query_id: str, verdict: Verdict) -> bool:
        """Take the bot's answer, if the question stands and has none yet."""
        asked = self._asked.get(query_id)
        if asked is None or asked.done():
            return False
        asked.set_result(verdict)
        return True

    async def verdict(self, query_id: str) -> Verdict | None:
        """Wait for the bot's answer as long as Telegram does; None when none came in time."""
        try:
            async with self.clock.timeout(ANSWERED_WITHIN_SECONDS):
                return await self._asked[query_id]
        except TimeoutError:
            return None
        finally:
            del self._asked[query_id]

    def charge(self, person_id: int, invoice: Invoice) -> Charge:
        charge = Charge(f"stx{secrets.token_urlsafe(40)}", person_id, invoice, self.clock.now())
        self.charges[charge.charge_id] = charge
        self.balance += invoice.amount
        return charge

    def refund(self, charge: Charge) -> None:
        charge.refunded_at = self.clock.now()
        self.balance -= charge.invoice.amount
