"""A payment in the chat that belongs to no bill: an admin sends it back, once."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from db import audit, cases, outbox, people, refunds
from db.rows import AnyRow
from db.states import RefundWhy
from services.customers import CustomerNotFound
from services.ports.gateway import Gateway
from services.views import Customer
from services.ways import UnknownWay

STRAY = "payment.stray"


def put_before_admins(
    connection: Connection, *, telegram_id: int, paid: str, payment_id: str, now: datetime
) -> None:
    """Somebody has paid for nothing of ours: told once, however often it is heard of."""
    if cases.was_opened(connection, STRAY, payment_id):
        return
    facts = {"telegram_id": telegram_id, "paid": paid, "payment_id": payment_id}
    cases.open_case(connection, kind=STRAY, subject=payment_id, facts=facts, now=now)


def end(connection: Connection, payment_id: str, resolution: str, now: datetime) -> None:
    """It went back without us, or its bill was found after all: nothing is left to decide."""
    cases.resolve(connection, kind=STRAY, subject=payment_id, resolution=resolution, now=now)


def send_back(
    connection: Connection,
    *,
    actor: Customer,
    case: AnyRow,
    gateways: Mapping[str, Gateway],
    key: str,
    now: datetime,
) -> bool:
    """End the case and write the refund down, in one step; False: somebody has decided already."""
    payer = people.by_telegram_id(connection, case.facts["telegram_id"])
    if payer is None:
        raise CustomerNotFound(words=str(case.facts["telegram_id"]))
    people.lock(connection, payer.id)  # its bill may be found at this very moment, and be credited
    ended = cases.resolve(
        connection, kind=STRAY, subject=case.subject, resolution="refund", now=now, resolved_by=actor.id
    )
    if ended:
        refund_id = _order(connection, actor, payer.id, case, gateways, now)
        outbox.put(connection, user_id=actor.id, kind="refund.card", subject=str(refund_id), now=now)
        audit.note(
            connection,
            key=f"refund:{key}",
            actor_id=actor.id,
            action="refund",
            subject=f"payment {case.subject}",
            details={"amount": case.facts["paid"], "why": RefundWhy.STRAY.value},
            now=now,
        )
    return ended


def _order(
    connection: Connection,
    actor: Customer,
    payer_id: UUID,
    case: AnyRow,
    gateways: Mapping[str, Gateway],
    now: datetime,
) -> UUID:
    amount, currency = case.facts["paid"].split(" ")
    refund_id = refunds.add(
        connection,
        key=f"stray:{case.id}",
        payer_id=payer_id,
        gateway=_taker_of(currency, gateways),
        payment_id=case.subject,
        amount=Decimal(amount),
        currency=currency,
        refunded_before=Decimal(0),
        is_whole=True,
        why=RefundWhy.STRAY,
        actor_id=actor.id,
        now=now,
    )
    assert refund_id is not None
    return refund_id


def _taker_of(currency: str, gateways: Mapping[str, Gateway]) -> str:
    """The way to pay that asks for this currency: a payment in the chat names none."""
    for code, gateway in gateways.items():
        price = gateway.price_of(Decimal(1))
        if price is not None and price[1] == currency:
            return code
    raise UnknownWay(currency=currency)
