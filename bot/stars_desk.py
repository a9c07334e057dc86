"""The Stars gateway's desk at Telegram."""

from datetime import UTC, datetime
from typing import Any

from bot.telegram_api import TelegramApi, TelegramRefused, TelegramUnreachable
from services.errors import GatewayRefused, GatewayUnavailable
from services.ports.stars import StarTransaction

_CURRENCY = "XTR"  # Telegram's letters for Stars
_REFUNDED_BEFORE = "CHARGE_ALREADY_REFUNDED"


class TelegramStarsDesk:
    def __init__(self, api: TelegramApi) -> None:
        self._api = api

    async def invoice_link(self, *, title: str, description: str, payload: str, stars: int) -> str:
        link: str = await self._ask(
            "createInvoiceLink",
            title=title,
            description=description,
            payload=payload,
            currency=_CURRENCY,
            prices=[{"label": title, "amount": stars}],
        )
        return link

    async def refund(self, *, telegram_id: int, charge_id: str) -> None:
        try:
            await self._ask("refundStarPayment", user_id=telegram_id, telegram_payment_charge_id=charge_id)
        except GatewayRefused as refusal:
            if _REFUNDED_BEFORE not in str(refusal):
                raise

    async def transactions(self, *, offset: int, limit: int) -> tuple[StarTransaction, ...]:
        told = await self._ask("getStarTransactions", offset=offset, limit=limit)
        return tuple(_read(row) for row in told["transactions"])

    async def _ask(self, method: str, **arguments: Any) -> Any:
        try:
            return await self._api.call(method, **arguments)
        except TelegramUnreachable as error:
            raise GatewayUnavailable(str(error)) from error
        except TelegramRefused as error:
            if error.retry_after_seconds:
                raise GatewayUnavailable(str(error)) from error
            raise GatewayRefused(str(error.code), error.description) from error


def _read(row: dict[str, Any]) -> StarTransaction:
    # Bot API: an incoming transaction has a source, an outgoing one (a refund) a receiver.
    partner = row.get("source") or row.get("receiver") or {}
    return StarTransaction(
        charge_id=row["id"],
        stars=row["amount"],
        is_incoming="source" in row,
        telegram_id=(partner.get("user") or {}).get("id"),
        payload=partner.get("invoice_payload"),
        at=datetime.fromtimestamp(row["date"], UTC),
    )
