"""Checkout Sessions as the shop makes, reads and ends them."""

from typing import Any

from bot.sandbox.payments.stripe.account import Account
from bot.sandbox.payments.stripe.records import Session, major, new_id
from bot.sandbox.payments.stripe.refusals import StripeRefusal, unplayed

_SHORTEST_SECONDS, _LONGEST_SECONDS = 1_800, 86_400
_LARGEST_AMOUNT = 99_999_999
_LONGEST_REFERENCE = 200
# Stripe: the least one may charge in a currency; unlisted ones are not taken here
_SMALLEST = {
    "aud": 50, "brl": 50, "cad": 50, "chf": 50, "clp": 500, "cop": 200_000, "eur": 50, "gbp": 30,
    "inr": 50, "jpy": 50, "mxn": 1_000, "pen": 200, "usd": 50, "uyu": 2_000,
}  # fmt: skip
_UNPLAYED = (
    "after_expiration", "automatic_tax", "currency", "custom_fields", "customer", "customer_account",
    "discounts", "invoice_creation", "managed_payments", "optional_items", "setup_intent_data",
    "shipping_address_collection", "shipping_options", "subscription_data", "tax_id_collection", "ui_mode",
)  # fmt: skip
_UNPLAYED_IN_LINES = ("adjustable_quantity", "dynamic_tax_rates", "price", "tax_rates")


def create(account: Account, asked: dict[str, Any]) -> Session:
    _refuse_unplayed(asked)
    _check_texts(asked)
    amount, currency = _total(asked["line_items"])
    now = account.now()
    session = Session(
        id=new_id("cs_live_" if account.livemode else "cs_test_", 58),
        created=now,
        expires_at=_end(account, asked.get("expires_at")),
        amount=amount,
        currency=currency,
        livemode=account.livemode,
        asked=asked,
        methods=_methods(asked, currency),
        email=asked.get("customer_email"),
    )
    account.sessions[session.id] = session
    account.unfinished.add(session.id)
    return session


def expire(account: Account, session: Session) -> None:
    if session.status != "open":
        raise StripeRefusal(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session.status}`."
        )
    session.status = "expired"
    account.unfinished.discard(session.id)
    account.happened("checkout.session.expired", session)


def _refuse_unplayed(asked: dict[str, Any]) -> None:
    if asked.get("mode") is None:
        raise _missing("mode")
    if asked["mode"] != "payment":
        raise unplayed(f"mode={asked['mode']}")
    for name in _UNPLAYED:
        if name in asked:
            raise unplayed(name)
    if asked.get("allow_promotion_codes"):
        raise unplayed("allow_promotion_codes")
    if asked.get("payment_intent_data", {}).get("capture_method", "automatic") == "manual":
        raise unplayed("payment_intent_data[capture_method]")


def _check_texts(asked: dict[str, Any]) -> None:
    if "success_url" not in asked:
        raise _missing("success_url")
    for name in ("success_url", "cancel_url"):
        if not asked.get(name, "https://").startswith(("https://", "http://")):
            raise StripeRefusal("Not a valid URL", code="url_invalid", param=name)
    if len(asked.get("client_reference_id", "")) > _LONGEST_REFERENCE:
        raise StripeRefusal(
            f"Invalid string: must be at most {_LONGEST_REFERENCE} characters",
            code="parameter_invalid_string_length",
            param="client_reference_id",
        )
    if "@" not in asked.get("customer_email", "@"):
        raise StripeRefusal(
            f"Invalid email address: {asked['customer_email']}", code="email_invalid", param="customer_email"
        )


def _end(account: Account, asked: int | None) -> int:
    if asked is None:
        return account.now() + _LONGEST_SECONDS
    # Stripe measures from its own moment of creation: a shop that asks for exactly 1800 s comes too late
    ahead = asked - account.seconds()
    if ahead < _SHORTEST_SECONDS:
        raise StripeRefusal(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
            param="expires_at",
        )
    if ahead > _LONGEST_SECONDS:
        raise StripeRefusal(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    return asked


def _total(lines: list[dict[str, Any]] | None) -> tuple[int, str]:
    if not lines:
        raise _missing("line_items")
    currencies = {_currency(line, index) for index, line in enumerate(lines)}
    if len(currencies) > 1:
        raise StripeRefusal("All prices must have the same currency.", param="line_items")
    currency = currencies.pop()
    amount = sum(_line_amount(line, index) for index, line in enumerate(lines))
    if amount < _SMALLEST[currency]:
        least = major(_SMALLEST[currency], currency)
        raise StripeRefusal(
            f"The Checkout Session's total amount must be at least {least} {currency}",
            code="amount_too_small",
        )
    if amount > _LARGEST_AMOUNT:
        raise StripeRefusal("The total amount must be no more than 999999.99", code="amount_too_large")
    return amount, currency


def _currency(line: dict[str, Any], index: int) -> str:
    for name in _UNPLAYED_IN_LINES:
        if name in line:
            raise unplayed(f"line_items[{index}][{name}]")
    at = f"line_items[{index}][price_data]"
    price = line.get("price_data")
    if price is None:
        raise _missing(at)
    if "recurring" in price or "product" in price or "unit_amount_decimal" in price:
        raise unplayed(at)
    currency: str = price["currency"].lower()
    if currency not in _SMALLEST:
        raise StripeRefusal(f"Invalid currency: {price['currency']}", param=f"{at}[currency]")
    price["currency"] = currency
    return currency


def _line_amount(line: dict[str, Any], index: int) -> int:
    at = f"line_items[{index}]"
    price = line["price_data"]
    for name in ("unit_amount", "product_data"):
        if name not in price:
            raise _missing(f"{at}[price_data][{name}]")
    if "quantity" not in line:
        raise _missing(f"{at}[quantity]")
    amount: int = price["unit_amount"] * line["quantity"]
    if price["unit_amount"] < 0 or line["quantity"] < 1:
        raise StripeRefusal("Invalid non-negative integer", code="parameter_invalid_integer", param=at)
    return amount


def _methods(asked: dict[str, Any], currency: str) -> list[str]:
    usual = ["card", "boleto"] if currency == "brl" else ["card"]
    methods: list[str] = asked.get("allowed_payment_method_types", usual)
    return [method for method in methods if method not in asked.get("excluded_payment_method_types", [])]


def _missing(name: str) -> StripeRefusal:
    return StripeRefusal(f"Missing required param: {name}.", code="parameter_missing", param=name)
