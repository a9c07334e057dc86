"""Money given back: by the shop's call or by the operator's hand."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.payments.impossible import ImpossibleOrderError
from bot.sandbox.payments.stripe.account import Account, found
from bot.sandbox.payments.stripe.records import Charge, Refund, major, new_id
from bot.sandbox.payments.stripe.refusals import StripeRefusal, unplayed

_UNPLAYED = (
    "currency", "customer", "instructions_email", "origin", "refund_application_fee", "reverse_transfer",
)  # fmt: skip


def create(account: Account, asked: Mapping[str, Any]) -> Refund:
    for name in _UNPLAYED:
        if name in asked:
            raise unplayed(name)
    charge = _charge(account, asked)
    amount = asked.get("amount", charge.left)
    _check(charge, amount)
    refund = Refund(
        id=new_id("re_"),
        created=account.now(),
        amount=amount,
        currency=charge.currency,
        charge=charge.id,
        intent=charge.intent,
        method=charge.method,
        reason=asked.get("reason"),
        metadata=dict(asked.get("metadata", {})),
    )
    account.refunds[refund.id] = refund
    charge.refunded += amount
    account.book("refund", refund.id, charge, amount)
    account.happened("refund.created", refund)
    account.happened("charge.refunded", charge)
    return refund


def fail(account: Account, refund: Refund) -> None:
    """The bank sends the money back to the account: the refund did not happen after all."""
    if refund.status == "failed":
        raise ImpossibleOrderError("this refund failed already")
    charge = account.charges[refund.charge]
    refund.status = "failed"
    charge.refunded -= refund.amount
    account.book("refund_failed", refund.id, charge, refund.amount)
    for kind in ("refund.updated", "refund.failed", "charge.refund.updated"):
        account.happened(kind, refund)


def _charge(account: Account, asked: Mapping[str, Any]) -> Charge:
    if ("charge" in asked) == ("payment_intent" in asked):
        raise StripeRefusal("One of the following params should be provided: payment_intent or charge.")
    if "charge" in asked:
        return found(account.charges, asked["charge"], "charge")
    intent = found(account.intents, asked["payment_intent"], "payment_intent")
    if intent.status != "succeeded" or intent.charge is None:
        raise StripeRefusal(
            f"This PaymentIntent ({intent.id}) does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
            param="payment_intent",
        )
    return account.charges[intent.charge]


def _check(charge: Charge, amount: int) -> None:
    if charge.decline is not None:
        raise StripeRefusal(f"Charge {charge.id} failed; nothing can be refunded.", param="charge")
    if charge.disputed:
        raise StripeRefusal(
            f"Charge {charge.id} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if charge.left == 0:
        raise StripeRefusal(f"Charge {charge.id} has already been refunded.", code="charge_already_refunded")
    if amount < 1:
        raise StripeRefusal("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > charge.left:
        asked, left = major(amount, charge.currency), major(charge.left, charge.currency)
        raise StripeRefusal(
            f"Refund amount ({asked}) is greater than unrefunded amount on charge ({left})", param="amount"
        )
