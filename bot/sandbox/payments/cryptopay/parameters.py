"""What `createInvoice` and `getInvoices` take."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from bot.sandbox.payments.cryptopay.invoices import ASSETS, FIATS, Invoice, Invoices
from bot.sandbox.payments.cryptopay.refusals import CryptoPayRefusal

_KNOWN = frozenset(
    {
        "accepted_assets", "allow_anonymous", "allow_comments", "amount", "asset", "currency_type",
        "description", "expires_in", "fiat", "hidden_message", "paid_btn_name", "paid_btn_url", "payload",
        "swap_to",
    }
)  # fmt: skip
_KNOWN_OF_LIST = frozenset({"asset", "count", "fiat", "invoice_ids", "offset", "status"})
_LONGEST = {"description": 1_024, "hidden_message": 2_048, "payload": 4_096}
_BUTTONS = ("callback", "openBot", "openChannel", "viewItem")
_AMOUNT = re.compile(r"\d{1,15}(\.\d{1,18})?")
_LONGEST_LIFE_SECONDS = 2_678_400


def create_invoice(invoices: Invoices, asked: Mapping[str, Any]) -> Invoice:
    _refuse_unknown(asked, _KNOWN)
    _check_texts(asked)
    is_fiat = _is_fiat(asked)
    currency = str(asked.get("fiat" if is_fiat else "asset", ""))
    if currency not in (FIATS if is_fiat else ASSETS):
        raise CryptoPayRefusal("FIAT_INVALID" if is_fiat else "ASSET_INVALID")
    kept = dict(asked)
    if "accepted_assets" in asked:
        kept["accepted_assets"] = _assets(asked["accepted_assets"])
    return invoices.add(
        _amount(asked.get("amount")),
        currency,
        is_fiat=is_fiat,
        asked=kept,
        expires_in=_whole(asked, "expires_in", 1, _LONGEST_LIFE_SECONDS),
    )


def list_invoices(invoices: Invoices, asked: Mapping[str, Any]) -> list[Invoice]:
    """Newest first, filtered."""
    _refuse_unknown(asked, _KNOWN_OF_LIST)
    invoices.pass_time()
    if asked.get("status") not in (None, "active", "paid"):
        raise CryptoPayRefusal("STATUS_INVALID")
    offset = _whole(asked, "offset", 0, 2**31) or 0
    count = _whole(asked, "count", 1, 1_000) or 100
    chosen = [one for one in reversed(invoices.all.values()) if _fits(one, asked)]
    return chosen[offset : offset + count]


def _refuse_unknown(asked: Mapping[str, Any], known: frozenset[str]) -> None:
    for name in asked:
        if name not in known:
            raise CryptoPayRefusal(f"UNKNOWN_PARAMETER_{name.upper()}")


def _check_texts(asked: Mapping[str, Any]) -> None:
    for name, longest in _LONGEST.items():
        if len(str(asked.get(name, "")).encode()) > longest:
            raise CryptoPayRefusal(f"{name.upper()}_TOO_LONG")
    button = asked.get("paid_btn_name")
    if button is not None and button not in _BUTTONS:
        raise CryptoPayRefusal("PAID_BTN_NAME_INVALID")
    if button is not None and not str(asked.get("paid_btn_url", "")).startswith(("https://", "http://")):
        raise CryptoPayRefusal("PAID_BTN_URL_INVALID")


def _is_fiat(asked: Mapping[str, Any]) -> bool:
    kind = asked.get("currency_type", "crypto")
    if kind not in ("crypto", "fiat"):
        raise CryptoPayRefusal("CURRENCY_TYPE_INVALID")
    return bool(kind == "fiat")


def _assets(asked: Any) -> list[str]:
    assets = asked if isinstance(asked, list) else str(asked).split(",")
    if not assets or any(asset not in ASSETS for asset in assets):
        raise CryptoPayRefusal("ACCEPTED_ASSETS_INVALID")
    return list(assets)


def _amount(asked: Any) -> Decimal:
    """Crypto Pay counts in texts; a number of JSON may have been rounded on its way."""
    if not isinstance(asked, str) or not _AMOUNT.fullmatch(asked) or Decimal(asked) <= 0:
        raise CryptoPayRefusal("AMOUNT_INVALID")
    return Decimal(asked)


def _whole(asked: Mapping[str, Any], name: str, least: int, most: int) -> int | None:
    if asked.get(name) is None:
        return None
    text = str(asked[name])
    if not text.isdigit() or not least <= int(text) <= most:
        raise CryptoPayRefusal(f"{name.upper()}_INVALID")
    return int(text)


def _fits(invoice: Invoice, asked: Mapping[str, Any]) -> bool:
    numbers = asked.get("invoice_ids")
    wanted = numbers if isinstance(numbers, list) else str(numbers or "").split(",")
    checks: dict[str, Callable[[], bool]] = {
        "invoice_ids": lambda: str(invoice.id) in map(str, wanted),
        "status": lambda: invoice.status == asked["status"],
        "asset": lambda: invoice.currency in str(asked["asset"]).split(","),
        "fiat": lambda: invoice.currency in str(asked["fiat"]).split(","),
    }
    return all(check() for name, check in checks.items() if asked.get(name) is not None)
