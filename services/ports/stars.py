"""What the Stars gateway asks of Telegram; `bot/` answers with aiogram's Bot."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StarTransaction:
    charge_id: str  # telegram_payment_charge_id; a refund carries its payment's
    stars: int
    is_incoming: bool
    telegram_id: int | None
    payload: str | None
    at: datetime


class StarsDesk(Protocol):
    async def invoice_link(self, *, title: str, description: str, payload: str, stars: int) -> str:
        """Make a link that opens Telegram's own payment sheet."""

    async def refund(self, *, telegram_id: int, charge_id: str) -> None:
        """Give all Stars of one payment back; already refunded is fine."""

    async def transactions(self, *, offset: int, limit: int) -> tuple[StarTransaction, ...]:
        """List the bot's Star transactions, oldest first."""
