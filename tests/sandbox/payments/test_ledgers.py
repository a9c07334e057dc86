"""Whatever people, banks and operators do, in whatever order: the ledger is what the objects say."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.journal import Journal
from bot.sandbox.payments.impossible import ImpossibleOrderError
from bot.sandbox.payments.mercadopago import MercadoPago, pix
from bot.sandbox.payments.mercadopago.payers import Paying
from bot.sandbox.payments.stripe import Stripe, checkout
from bot.sandbox.payments.stripe.payers import Payment
from tests.sandbox.payments.conftest import Stopped

_STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("paid", "fail", "async", "late", "twice", "refund", "fail_refund", "open", "won", "lost", "wait")
        ),
        st.integers(1, 1200),
    ),
    max_size=12,
)
Act = Callable[[int], object]


def play(acts: dict[str, Act], steps: list[tuple[str, int]]) -> None:
    for step, number in steps:
        with suppress(ImpossibleOrderError):
            acts[step](number)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_STEPS)
def test_stripes_ledger_is_what_its_charges_say(steps: list[tuple[str, int]]) -> None:
    clock = Stopped()
    stripe = Stripe(clock, Journal(clock), public_url=lambda: "http://sandbox")
    account = stripe.account
    session = checkout.create(account, _session())

    def refund(amount: int) -> None:
        stripe.refund(session.intent or "none", amount)

    def fail_refund(number: int) -> None:
        refunds = list(account.refunds)
        stripe.fail_refund(refunds[number % len(refunds)] if refunds else "none")

    acts: dict[str, Act] = {
        outcome: lambda _, outcome=outcome: stripe.pay(session.id, Payment(outcome))  # type: ignore[misc]
        for outcome in ("paid", "fail", "async", "late", "twice")
    }
    acts |= {
        state: lambda _, state=state: stripe.dispute(session.intent or "none", state)  # type: ignore[misc]
        for state in ("open", "won", "lost")
    }
    play(acts | {"refund": refund, "fail_refund": fail_refund, "wait": clock.advance}, steps)

    paid = [charge for charge in account.charges.values() if charge.decline is None]
    lost = sum(one.amount for one in account.disputes.values() if one.status != "won")
    left = sum(charge.amount - charge.refunded for charge in paid) - lost
    assert len(paid) <= 1
    assert left >= 0
    assert account.ledger.balance().get("BRL", Decimal(0)) == Decimal(left).scaleb(-2)
    assert account.balance()["available"][0]["amount"] == left


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_STEPS)
def test_mercado_pagos_ledger_is_what_its_payments_say(steps: list[tuple[str, int]]) -> None:
    clock = Stopped()
    gateway = MercadoPago(clock, Journal(clock), public_url=lambda: "http://sandbox")
    account = gateway.account
    payment = pix.create(
        account,
        {"transaction_amount": 10, "payment_method_id": "pix", "payer": {"email": "ana@example.com"}},
    )

    acts: dict[str, Act] = {
        outcome: lambda _, outcome=outcome: gateway.pay(payment.id, Paying(outcome))  # type: ignore[misc]
        for outcome in ("paid", "fail", "async", "late", "twice")
    }
    acts |= {
        state: lambda _, state=state: gateway.dispute(payment.id, state)  # type: ignore[misc]
        for state in ("open", "won", "lost")
    }
    acts |= {
        "refund": lambda cents: gateway.refund(payment.id, Decimal(cents).scaleb(-2)),
        "fail_refund": lambda _: None,
        "wait": lambda minutes: clock.advance(minutes * 120),
    }
    play(acts, steps)

    is_ours = payment.approved_at is not None and payment.detail not in ("in_process", "settled")
    left = payment.left if is_ours else Decimal(0)
    assert payment.refunded <= payment.amount
    assert account.ledger.balance().get("BRL", Decimal(0)) == left


def _session() -> dict[str, object]:
    price = {"currency": "brl", "unit_amount": 1000, "product_data": {"name": "Créditos"}}
    return {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "success_url": "https://t.me/shop",
    }
