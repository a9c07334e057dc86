"""What people do on Stripe's checkout page, and what time does to sessions."""

from dataclasses import dataclass
from typing import Literal

from bot.sandbox.payments.impossible import ImpossibleOrderError
from bot.sandbox.payments.stripe import checkout
from bot.sandbox.payments.stripe.account import Account
from bot.sandbox.payments.stripe.records import Charge, Intent, Method, Session, new_id

Outcome = Literal["paid", "fail", "async", "twice", "late"]
_LATE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Payment:
    """How a session is paid; what is not named is as the shop asked."""

    outcome: Outcome = "paid"
    amount: int | None = None
    currency: str | None = None
    livemode: bool | None = None
    email: str | None = None


def pay(account: Account, session: Session, payment: Payment) -> None:
    pass_time(account)
    if session.payment_status == "paid" or session.status == "expired":
        raise ImpossibleOrderError(f"this session is {session.status}: nobody can pay it")
    if payment.outcome in ("async", "late"):
        _check_voucher(session)
    _apply(session, payment)
    match payment.outcome:
        case "paid":
            _succeed(account, session)
        case "twice":  # Stripe itself lets one session be paid once; the second press is refused
            _succeed(account, session)
            _press_again(account, session)
        case "fail":
            _decline(account, session)
        case "async":
            _promise(account, session)
        case "late":
            _promise(account, session)
            session.settles_at = session.expires_at + _LATE_SECONDS
            account.unfinished.add(session.id)
        case _:
            raise ValueError(f"no such outcome: {payment.outcome}")


def pass_time(account: Account) -> None:
    """Expire what nobody paid in time, and pay what was promised for later."""
    now = account.now()
    for session in [account.sessions[name] for name in account.unfinished]:
        if session.settles_at is not None and session.settles_at <= now:
            _succeed(account, session)
        elif session.status == "open" and session.expires_at <= now:
            checkout.expire(account, session)


def _check_voucher(session: Session) -> None:
    if session.status != "open":
        raise ImpossibleOrderError("a voucher was already issued: it can be paid or fail")
    if "boleto" not in session.methods:
        raise ImpossibleOrderError("this session takes no boleto, so it is paid at once or not at all")


def _apply(session: Session, payment: Payment) -> None:
    session.amount = session.amount if payment.amount is None else payment.amount
    session.currency = (payment.currency or session.currency).lower()
    session.livemode = session.livemode if payment.livemode is None else payment.livemode
    session.email = payment.email or session.email or "payer@sandbox.invalid"


def _succeed(account: Account, session: Session) -> None:
    was_promised = session.status == "complete"
    method: Method = "boleto" if was_promised else "card"
    if not was_promised and "card" not in session.methods:
        method = "pix" if "pix" in session.methods else "boleto"
    intent = _intent(account, session, method)
    charge = _charge(account, session, intent)
    intent.status, intent.decline = "succeeded", None
    session.status, session.payment_status, session.settles_at = "complete", "paid", None
    account.unfinished.discard(session.id)
    account.book("payment", charge.id, charge, charge.amount)
    account.happened("charge.succeeded", charge)
    account.happened("payment_intent.succeeded", intent)
    kind = "async_payment_succeeded" if was_promised else "completed"
    account.happened(f"checkout.session.{kind}", session)


def _press_again(account: Account, session: Session) -> None:
    account.happened("checkout.session.completed", session)


def _decline(account: Account, session: Session) -> None:
    was_promised = session.status == "complete"
    intent = _intent(account, session, "boleto" if was_promised else "card")
    decline = "payment_intent_payment_attempt_failed" if was_promised else "card_declined"
    charge = _charge(account, session, intent, decline)
    intent.status, intent.decline = "requires_payment_method", decline
    session.settles_at = None
    account.happened("charge.failed", charge)
    account.happened("payment_intent.payment_failed", intent)
    if was_promised:
        account.unfinished.discard(session.id)
        account.happened("checkout.session.async_payment_failed", session)


def _promise(account: Account, session: Session) -> None:
    """Complete the session with a voucher: the money is still to come."""
    intent = _intent(account, session, "boleto")
    session.status = "complete"
    account.unfinished.discard(session.id)
    account.happened("payment_intent.processing", intent)
    account.happened("checkout.session.completed", session)


def _intent(account: Account, session: Session, method: Method) -> Intent:
    """The session's intent, which Stripe makes at the first attempt to pay."""
    if session.intent is not None:
        intent = account.intents[session.intent]
        intent.method, intent.amount, intent.currency = method, session.amount, session.currency
        intent.livemode, intent.status = session.livemode, "processing"
        return intent
    asked = session.asked.get("payment_intent_data", {})
    intent = Intent(
        id=new_id("pi_"),
        created=account.now(),
        amount=session.amount,
        currency=session.currency,
        livemode=session.livemode,
        session=session.id,
        method=method,
        metadata=dict(asked.get("metadata", {})),
        description=asked.get("description"),
        receipt_email=asked.get("receipt_email"),
    )
    account.intents[intent.id] = intent
    session.intent = intent.id
    account.happened("payment_intent.created", intent)
    return intent


def _charge(account: Account, session: Session, intent: Intent, decline: str | None = None) -> Charge:
    charge = Charge(
        id=new_id("ch_"),
        created=account.now(),
        amount=intent.amount,
        currency=intent.currency,
        livemode=intent.livemode,
        intent=intent.id,
        method=intent.method,
        metadata=dict(intent.metadata),
        description=intent.description,
        email=session.email,
        reference=session.reference,
        decline=decline,
    )
    account.charges[charge.id] = charge
    intent.charge = charge.id
    return charge
