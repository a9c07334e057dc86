"""A purchase from its sending to its number, one conditional step at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import aliased

from db import cases, claims, ledger, outbox, upstream_notices
from db.rows import AnyRow
from db.states import MessageStatus, MessageType, NumberStatus
from db.tables import ActiveNumber, SmsMessage, SmsService
from db.types import vault_of

_UNANSWERED = (NumberStatus.SENT, NumberStatus.UNKNOWN)
_UNDECIDED = (NumberStatus.INTENT, NumberStatus.SENT, NumberStatus.UNKNOWN)


def start_waiting(
    connection: Connection,
    number_id: UUID,
    *,
    upstream_id: str,
    phone: str,
    ends_at: datetime,
    now: datetime,
    cost: Decimal | None = None,
    currency: str | None = None,
    operator: str | None = None,
    can_repeat: bool = True,
    started_at: datetime | None = None,
    cancel_after: timedelta | None = None,
) -> bool:
    """The number is ours: wait for its message; its card is drawn anew when a cancel opens.

    False: this purchase was settled otherwise, or another one has adopted the number.
    """
    began_at = started_at or now
    bought = _become_active(
        connection,
        number_id,
        upstream_id,
        phone_number=phone,
        phone_hash=vault_of(connection.dialect).digest(phone),
        start_time=began_at,
        end_time=ends_at,
        cost=cost,
        cost_currency=currency,
        operator=func.coalesce(ActiveNumber.operator, operator),
        can_repeat=can_repeat,
        updated_at=now,
    )
    if bought is None:
        return False
    _expect_message(connection, number_id, bought, upstream_id, phone, cost, now)
    _tell_bought(connection, number_id, bought, upstream_id, now)
    if cancel_after is not None:
        _draw_card(connection, bought.user_id, number_id, now, not_before=began_at + cancel_after)
    return True


def _become_active(
    connection: Connection, number_id: UUID, upstream_id: str, **values: object
) -> AnyRow | None:
    """Take the number, once; None: settled otherwise, or somebody else's."""
    return connection.execute(
        update(ActiveNumber)
        .where(
            ActiveNumber.id == number_id,
            ActiveNumber.status.in_(_UNANSWERED),
            ~_is_taken(upstream_id),
        )
        .values(status=NumberStatus.ACTIVE, upstream_id=upstream_id, **values)
        .returning(
            ActiveNumber.user_id,
            ActiveNumber.sms_service_id,
            ActiveNumber.provider,
            ActiveNumber.paid_reactivations,
        )
    ).first()


def _tell_bought(
    connection: Connection, number_id: UUID, bought: AnyRow, upstream_id: str, now: datetime
) -> None:
    upstream_notices.wake(connection, bought.provider, upstream_id, now)
    _close_cases(connection, number_id, "bought", now)
    orphan = f"{bought.provider}:{upstream_id}"
    cases.resolve(connection, kind="upstream.orphan", subject=orphan, resolution="adopted", now=now)
    _draw_card(connection, bought.user_id, number_id, now)


def _draw_card(
    connection: Connection,
    user_id: UUID,
    number_id: UUID,
    now: datetime,
    not_before: datetime | None = None,
) -> None:
    outbox.put(
        connection,
        user_id=user_id,
        kind="number.card",
        subject=str(number_id),
        now=now,
        not_before=not_before,
        arguments={"while_awaited": True} if not_before else None,
    )


def _is_taken(upstream_id: str) -> ColumnElement[bool]:
    other = aliased(ActiveNumber)
    return exists().where(other.provider == ActiveNumber.provider, other.upstream_id == upstream_id)


def note_stray(
    connection: Connection, number_id: UUID, *, provider: str, upstream_id: str, now: datetime
) -> None:
    """An answer brought a number for which its purchase has no use any more.

    If another purchase has adopted it, what this one has bought is to be found again; if nobody has,
    it runs upstream for nobody.
    """
    if known_upstream(connection, provider, [upstream_id]):
        mark_unknown(connection, number_id, reason="its number was adopted by another purchase", now=now)
        return
    claims.see(connection, provider, upstream_id, now)
    subject = f"{provider}:{upstream_id}"
    facts = {"provider": provider, "upstream_id": upstream_id, "number": str(number_id)}
    cases.open_case(connection, kind="upstream.orphan", subject=subject, facts=facts, now=now)


def _expect_message(
    connection: Connection,
    number_id: UUID,
    bought: AnyRow,
    upstream_id: str,
    phone: str,
    cost: Decimal | None,
    now: datetime,
) -> None:
    code = connection.execute(
        select(SmsService.code).where(SmsService.id == bought.sms_service_id)
    ).scalar_one()
    connection.execute(
        insert(SmsMessage).values(
            id=uuid4(),
            user_id=bought.user_id,
            type=MessageType.RECEIVED,
            status=MessageStatus.PENDING,
            to_number=phone,
            api_message_id=upstream_id,
            cost=cost,
            service_code=code,
            active_number_id=number_id,
            reactivation_count=bought.paid_reactivations,
            paid_reactivations=bought.paid_reactivations,
            created_at=now,
            updated_at=now,
        )
    )


def reject(connection: Connection, number_id: UUID, *, reason: str, now: datetime) -> bool:
    """It is certain that nothing was bought: the credits go back."""
    rejected = connection.execute(
        update(ActiveNumber)
        .where(ActiveNumber.id == number_id, ActiveNumber.status.in_(_UNDECIDED))
        .values(status=NumberStatus.REJECTED, rejection=reason, ended_at=now, updated_at=now)
        .returning(ActiveNumber.user_id, ActiveNumber.charge_id)
    ).first()
    if rejected is None:
        return False
    ledger.give_back(connection, rejected.charge_id, now)
    _close_cases(connection, number_id, "not bought", now)
    # A card that was said while upstream was silent must not go on saying "confirming".
    outbox.put(connection, user_id=rejected.user_id, kind="number.card", subject=str(number_id), now=now)
    outbox.put(
        connection,
        user_id=rejected.user_id,
        kind="number.ended",
        subject=str(number_id),
        now=now,
        arguments={"how": "rejected", "reason": reason},
    )
    return True


def send_elsewhere(
    connection: Connection, order: AnyRow, *, provider: str, cap: Decimal, now: datetime
) -> bool:
    """One provider has said a definite no: let another be asked, within the price that was quoted."""
    moved = connection.execute(
        update(ActiveNumber)
        .where(ActiveNumber.id == order.id, ActiveNumber.status == NumberStatus.SENT)
        .values(
            status=NumberStatus.INTENT,
            provider=provider,
            cap=cap,
            tried=f"{order.tried},{order.provider}".strip(","),
            sent_at=None,
            updated_at=now,
        )
    )
    return bool(moved.rowcount)


def mark_unknown(connection: Connection, number_id: UUID, *, reason: str, now: datetime) -> bool:
    """Upstream did not tell: the credits stay held, and the admins see a case."""
    unsure = connection.execute(
        update(ActiveNumber)
        .where(ActiveNumber.id == number_id, ActiveNumber.status == NumberStatus.SENT)
        .values(status=NumberStatus.UNKNOWN, unknown_since=now, unknown_reason=reason, updated_at=now)
        .returning(ActiveNumber.user_id, ActiveNumber.provider, ActiveNumber.price)
    ).first()
    if unsure is None:
        return False
    facts = {"provider": unsure.provider, "reason": reason, "price": str(unsure.price)}
    cases.open_case(connection, kind="purchase.unknown", subject=str(number_id), facts=facts, now=now)
    outbox.put(connection, user_id=unsure.user_id, kind="number.card", subject=str(number_id), now=now)
    return True


def lost_in_sending(connection: Connection, sent_before: datetime) -> Sequence[UUID]:
    """Purchases whose sender died between sending and hearing."""
    return connection.scalars(
        select(ActiveNumber.id).where(
            ActiveNumber.status == NumberStatus.SENT, ActiveNumber.sent_at < sent_before
        )
    ).all()


def is_deciding(connection: Connection, provider: str) -> bool:
    """Tell whether a purchase of this provider was sent and not yet heard of."""
    return (
        connection.execute(
            select(ActiveNumber.id)
            .where(ActiveNumber.provider == provider, ActiveNumber.status.in_(_UNANSWERED))
            .limit(1)
        ).first()
        is not None
    )


def known_upstream(connection: Connection, provider: str, upstream_ids: Sequence[str]) -> frozenset[str]:
    """Which of these upstream ids are numbers of ours."""
    return frozenset(
        found
        for found in connection.scalars(
            select(ActiveNumber.upstream_id).where(
                ActiveNumber.provider == provider, ActiveNumber.upstream_id.in_(upstream_ids)
            )
        )
        if found
    )


def _close_cases(connection: Connection, number_id: UUID, resolution: str, now: datetime) -> None:
    for kind in ("purchase.unknown", "purchase.ambiguous"):
        cases.resolve(connection, kind=kind, subject=str(number_id), resolution=resolution, now=now)
