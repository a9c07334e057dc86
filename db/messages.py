"""Messages on numbers: stored before they are spoken, each once."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, select, update

from db import cases, ledger, outbox
from db.once import insert_once
from db.rows import AnyRow
from db.states import MessageStatus, MessageType, NumberStatus
from db.tables import ActiveNumber, SmsMessage, SmsService

_LISTENING = (NumberStatus.ACTIVE, NumberStatus.CANCELLING)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the provider holds for us on one number."""

    code: str | None
    text: str | None
    sender: str | None
    received_at: datetime | None
    message_id: str | None  # the provider's id of the message itself
    is_call: bool

    def key(self, asking: int) -> str:
        """Tell one message from another: by its own id, its time and text, or its code in this asking."""
        if self.message_id:
            return f"id:{self.message_id}"
        if self.received_at and self.text:
            return f"at:{self.received_at.isoformat()}:{_short(self.text)}"
        return f"{asking}:{_short(self.words)}"

    @property
    def words(self) -> str:
        """What the buyer needs of it."""
        return self.code or self.text or ""


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def store(
    connection: Connection, number_id: UUID, arrival: Arrival, now: datetime, *, is_confirmed: bool = False
) -> UUID | None:
    """Keep a message and say it; None: it was kept before.

    The first one makes the charge final, also when a cancel is under way. One that comes after the
    money went back is kept without being shown, and opens a case. `is_confirmed`: upstream says
    that it came after the latest asking, so a code that came before may have been sent once more.
    """
    number = _lock(connection, number_id)
    key = arrival.key(number.asking)
    asking = number.asking if is_confirmed else None
    if (known := _find_known(connection, number_id, arrival, key, asking)) is not None:
        _complete_text(connection, known, arrival, now)
        return None
    if number.status not in (*_LISTENING, NumberStatus.FINISHED):
        _withhold(connection, number, arrival, key, now)
        return None
    message_id = _keep(connection, number, arrival, key, now)
    if message_id is None:
        return None
    _count(connection, number, now)
    subject = str(number_id)
    outbox.put(
        connection,
        user_id=number.user_id,
        kind="number.code",
        subject=str(message_id),
        now=now,
        arguments={"number_id": subject},
    )
    outbox.put(connection, user_id=number.user_id, kind="number.card", subject=subject, now=now)
    return message_id


def _lock(connection: Connection, number_id: UUID) -> AnyRow:
    return connection.execute(
        select(
            ActiveNumber.id,
            ActiveNumber.user_id,
            ActiveNumber.status,
            ActiveNumber.asking,
            ActiveNumber.paid_reactivations,
            ActiveNumber.codes,
            ActiveNumber.charge_id,
            ActiveNumber.upstream_id,
            ActiveNumber.phone_number,
            ActiveNumber.sms_service_id,
        )
        .where(ActiveNumber.id == number_id)
        .with_for_update()
    ).one()


def _find_known(
    connection: Connection, number_id: UUID, arrival: Arrival, key: str, asking: int | None
) -> AnyRow | None:
    """Find the row of this very message: a list tells less of it than a look does."""
    rows = connection.execute(
        select(
            SmsMessage.id,
            SmsMessage.code,
            SmsMessage.message_body,
            SmsMessage.dedupe_key,
            (SmsMessage.reactivation_count - SmsMessage.paid_reactivations).label("asking"),
        ).where(
            SmsMessage.active_number_id == number_id,
            SmsMessage.status == MessageStatus.RECEIVED,
        )
    ).all()
    for row in rows:
        if row.dedupe_key == key or _is_same(row, arrival, key, asking):
            return row
    return None


def _is_same(row: AnyRow, arrival: Arrival, key: str, asking: int | None) -> bool:
    if key.startswith("id:") and row.dedupe_key.startswith("id:"):
        return False
    if (row.code or row.message_body) != arrival.words:
        return False
    return asking is None or row.asking == asking


def _complete_text(connection: Connection, known: AnyRow, arrival: Arrival, now: datetime) -> None:
    """The full text of a message may come later than its code."""
    if arrival.text and not known.message_body:
        connection.execute(
            update(SmsMessage)
            .where(SmsMessage.id == known.id)
            .values(message_body=arrival.text, updated_at=now)
        )


def _keep(connection: Connection, number: AnyRow, arrival: Arrival, key: str, now: datetime) -> UUID | None:
    values = {
        "status": MessageStatus.RECEIVED,
        "message_body": arrival.text,
        "code": arrival.code,
        "from_number": arrival.sender,
        "dedupe_key": key,
        "is_call": arrival.is_call,
        "received_at": arrival.received_at or now,
        "reactivation_count": number.asking + number.paid_reactivations,
        "paid_reactivations": number.paid_reactivations,
        "updated_at": now,
    }
    awaited = connection.execute(
        update(SmsMessage)
        .where(SmsMessage.active_number_id == number.id, SmsMessage.status == MessageStatus.PENDING)
        .values(**values)
        .returning(SmsMessage.id)
    ).scalar_one_or_none()
    return awaited or _add(connection, number, values, now)


def _add(connection: Connection, number: AnyRow, values: dict[str, Any], now: datetime) -> UUID | None:
    message_id = uuid4()
    service = connection.execute(
        select(SmsService.code).where(SmsService.id == number.sms_service_id)
    ).scalar_one()
    added = insert_once(
        connection,
        SmsMessage,
        id=message_id,
        user_id=number.user_id,
        type=MessageType.RECEIVED,
        to_number=number.phone_number,
        api_message_id=number.upstream_id,
        service_code=service,
        active_number_id=number.id,
        created_at=now,
        **values,
    )
    return message_id if added else None


def _count(connection: Connection, number: AnyRow, now: datetime) -> None:
    if number.codes == 0:
        ledger.keep(connection, number.charge_id, now)
    status = NumberStatus.FINISHED if number.status == NumberStatus.FINISHED else NumberStatus.ACTIVE
    ended_by = {} if status is NumberStatus.FINISHED else {"ended_by": None}
    connection.execute(
        update(ActiveNumber)
        .where(ActiveNumber.id == number.id)
        .values(
            status=status,
            codes=ActiveNumber.codes + 1,
            last_message_received_at=now,
            updated_at=now,
            **ended_by,
        )
    )


def _withhold(connection: Connection, number: AnyRow, arrival: Arrival, key: str, now: datetime) -> None:
    values = {
        "status": MessageStatus.RECEIVED,
        "message_body": arrival.text,
        "code": arrival.code,
        "from_number": arrival.sender,
        "dedupe_key": key,
        "is_call": arrival.is_call,
        "received_at": arrival.received_at or now,
        "is_withheld": True,
        "updated_at": now,
    }
    if _add(connection, number, values, now) is not None:
        cases.open_case(
            connection,
            kind="code.late",
            subject=str(number.id),
            facts={"status": number.status, "upstream_id": number.upstream_id},
            now=now,
        )


def known(connection: Connection, number_ids: Collection[UUID]) -> dict[UUID, dict[str, bool]]:
    """What has come on numbers: each code, or text where there was no code, and whether its text is known."""
    rows = connection.execute(
        select(SmsMessage.active_number_id, SmsMessage.code, SmsMessage.message_body).where(
            SmsMessage.active_number_id.in_(number_ids),
            SmsMessage.status == MessageStatus.RECEIVED,
        )
    )
    found: dict[UUID, dict[str, bool]] = {}
    for row in rows:
        words = row.code or row.message_body or ""
        found.setdefault(row.active_number_id, {})[words] = bool(row.message_body)
    return found


def has_answer(connection: Connection, number_id: UUID, asking: int) -> bool:
    """Tell whether the latest asking for a further code has been answered."""
    return (
        connection.execute(
            select(SmsMessage.id).where(
                SmsMessage.active_number_id == number_id,
                SmsMessage.status == MessageStatus.RECEIVED,
                SmsMessage.reactivation_count - SmsMessage.paid_reactivations == asking,
            )
        ).first()
        is not None
    )
