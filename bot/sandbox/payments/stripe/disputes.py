"""A payer's bank takes the money back, and sometimes gives it back again."""

from typing import Literal

from bot.sandbox.payments.impossible import ImpossibleOrderError
from bot.sandbox.payments.stripe.account import Account
from bot.sandbox.payments.stripe.records import Charge, Dispute, Intent, new_id
from bot.sandbox.payments.stripe.refusals import StripeRefusal

State = Literal["open", "won", "lost"]


def dispute(account: Account, intent: Intent, state: State, amount: int | None = None) -> Dispute:
    """Open a dispute over a payment, or end the one that is open."""
    if intent.status != "succeeded" or intent.charge is None:
        raise ImpossibleOrderError("only a payment that succeeded can be disputed")
    charge = account.charges[intent.charge]
    if state == "open":
        return _open(account, charge, amount)
    over_it = (one for one in account.disputes.values() if one.charge == charge.id)
    opened = next((one for one in over_it if one.is_open), None)
    if opened is None:
        raise ImpossibleOrderError("no dispute is open over this payment")
    return close(account, opened, state)


def close(account: Account, opened: Dispute, state: State) -> Dispute:
    if state not in ("won", "lost"):
        raise ValueError(f"no such end of a dispute: {state}")
    if not opened.is_open:
        raise StripeRefusal("This dispute is already closed.")
    charge = account.charges[opened.charge]
    opened.status = state
    if state == "won":
        account.book("dispute_won", opened.id, charge, opened.amount)
        account.happened("charge.dispute.funds_reinstated", opened)
    account.happened("charge.dispute.updated", opened)
    account.happened("charge.dispute.closed", opened)
    return opened


def _open(account: Account, charge: Charge, amount: int | None) -> Dispute:
    if charge.disputed:
        raise ImpossibleOrderError("this payment was disputed before")
    taken = charge.left if amount is None else amount
    if not 0 < taken <= charge.left:
        raise ImpossibleOrderError(f"only what is left can be disputed: {charge.left}")
    opened = Dispute(
        id=new_id("dp_"),
        created=account.now(),
        amount=taken,
        currency=charge.currency,
        livemode=charge.livemode,
        charge=charge.id,
        intent=charge.intent,
    )
    account.disputes[opened.id] = opened
    charge.disputed = True
    account.book("dispute", opened.id, charge, taken)
    account.happened("charge.dispute.created", opened)
    account.happened("charge.dispute.funds_withdrawn", opened)
    return opened
