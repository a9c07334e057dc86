from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.payments.mercadopago.account import Account
from bot.sandbox.payments.mercadopago.dates import read_bound
from bot.sandbox.payments.mercadopago.fields import refuse_unknown
from bot.sandbox.payments.mercadopago.records import Payment
from bot.sandbox.payments.mercadopago.refusals import MercadoPagoRefusal
from bot.sandbox.payments.mercadopago.wording import payment_object

_KNOWN = frozenset(
    {
        "begin_date", "criteria", "end_date", "external_reference", "id", "limit", "offset",
        "payment_method_id", "range", "sort", "status",
    }
)  # fmt: skip
_MOST = 1_000
_FILTERS: dict[str, Callable[[Payment], object]] = {
    "external_reference": lambda payment: payment.reference,
    "id": lambda payment: str(payment.id),
    "payment_method_id": lambda payment: "pix" if payment.method == "pix" else "visa",
    "status": lambda payment: payment.status,
}
_MOMENTS: dict[str, Callable[[Payment], datetime | None]] = {
    "date_approved": lambda payment: payment.approved_at,
    "date_created": lambda payment: payment.created,
    "date_last_updated": lambda payment: payment.changed,
}


def search(account: Account, asked: Mapping[str, str]) -> dict[str, Any]:
    """Look payments up in an index that may lag behind them."""
    refuse_unknown(asked, _KNOWN)
    limit, offset = _number(asked, "limit", 30), _number(asked, "offset", 0)
    if not 0 < limit <= _MOST:
        raise MercadoPagoRefusal("Number of rows exceeded the limits", cause=1000)
    found = [
        one for one in account.payments.values() if _is_indexed(account, one) and _fits(account, one, asked)
    ]
    found.sort(key=_sorting(asked), reverse=asked.get("criteria", "asc") == "desc")
    return {
        "paging": {"total": len(found), "limit": limit, "offset": offset},
        "results": [payment_object(account, one) for one in found[offset : offset + limit]],
    }


def _number(asked: Mapping[str, str], name: str, usual: int) -> int:
    value = asked.get(name, str(usual))
    if not value.isdigit():
        raise MercadoPagoRefusal(f"{name} must be a number", cause=1)
    return int(value)


def _is_indexed(account: Account, payment: Payment) -> bool:
    return account.now() - payment.created >= timedelta(seconds=account.switches.search_lag_seconds)


def _fits(account: Account, payment: Payment, asked: Mapping[str, str]) -> bool:
    if any(name in asked and str(read(payment)) != asked[name] for name, read in _FILTERS.items()):
        return False
    if "range" not in asked:
        return True
    at = _moment(asked["range"])(payment)
    return at is not None and _in_time(account, at, asked)


def _in_time(account: Account, at: datetime, asked: Mapping[str, str]) -> bool:
    now = account.now()
    begins = read_bound(asked.get("begin_date", "NOW-1YEARS"), "begin_date", now)
    ends = read_bound(asked.get("end_date", "NOW"), "end_date", now)
    # its dates are told in milliseconds: what ends now includes what was made within this one
    return begins <= at < ends + timedelta(milliseconds=1)


def _sorting(asked: Mapping[str, str]) -> Callable[[Payment], tuple[datetime, int]]:
    read = _moment(asked.get("sort", "date_created"))
    return lambda payment: (read(payment) or payment.created, payment.id)


def _moment(name: str) -> Callable[[Payment], datetime | None]:
    if name not in _MOMENTS:
        raise MercadoPagoRefusal(f"The sandbox cannot search by {name}", cause=1)
    return _MOMENTS[name]
