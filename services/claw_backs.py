"""Taking back what a refund or a dispute undid: always up to what the gateway now says, never twice.

What was taken is compared with what the gateway tells in total, so a notice that came twice, late or
out of turn changes nothing, and an admin's own refund, whose credits are held before the gateway hears
of it, is not taken again when the gateway tells of it.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from sqlalchemy import Connection

from db import cases, ledger, outbox, topups
from db.ledger import Movement
from db.rows import AnyRow
from db.states import TransactionStatus, TransactionType
from services.ports.gateway import DisputeState, Payment

_CENT = Decimal("0.01")
_NONE = Decimal("0.00")
Kind = Literal[TransactionType.REFUND, TransactionType.CHARGEBACK]


def follow(connection: Connection, topup: AnyRow, payment: Payment, now: datetime) -> None:
    """Bring the books in line with what was refunded or disputed of one payment."""
    purchase = topups.credited_by(connection, topup.gateway, payment.payment_id)
    if purchase is not None:
        followed = _Followed(connection, topup, payment, purchase, now)
        followed.follow_dispute()
        followed.follow_refunds()


def credits_for(credited: Decimal, paid: Decimal, part: Decimal, *, is_capped: bool = True) -> Decimal:
    """Credits that a part of the paid money had bought: in proportion, down to the hundredth."""
    if part == paid or (is_capped and part > paid):
        return credited
    return (credited * part / paid).quantize(_CENT, rounding=ROUND_DOWN)


def missing_for(connection: Connection, topup: AnyRow, payment: Payment, refunded: Decimal) -> Decimal:
    """Credits still to be taken before so much of a payment may be on its way back."""
    purchase = topups.credited_by(connection, topup.gateway, payment.payment_id)
    if purchase is None:
        return _NONE
    credited: Decimal = purchase.amount + purchase.bonus
    rows = topups.claw_backs(connection, purchase.id)
    taken = -sum((row.amount for row in rows if row.status != TransactionStatus.FAILED), _NONE)
    return credits_for(credited, payment.amount, refunded) - taken


def say_movement(connection: Connection, movement: Movement, why: str, now: datetime) -> None:
    """Tell a person what was added or taken."""
    outbox.put(
        connection,
        user_id=movement.user_id,
        kind="credits.granted" if movement.amount > 0 else "credits.taken",
        subject=str(movement.transaction_id),
        now=now,
        arguments={"amount": str(movement.amount), "balance": str(movement.balance), "why": why},
    )


class _Followed:
    """One payment, what it had bought, and what was taken back of that."""

    def __init__(
        self, connection: Connection, topup: AnyRow, payment: Payment, purchase: AnyRow, now: datetime
    ) -> None:
        self._connection = connection
        self._topup = topup
        self._payment = payment
        self._purchase_id = purchase.id
        self._credited = purchase.amount + purchase.bonus
        self._now = now

    def follow_refunds(self) -> None:
        disputed = self._taken(TransactionType.CHARGEBACK)
        # Some gateways count a lost dispute among the refunds: never more than was credited.
        refunded = min(self._worth(self._payment.refunded), self._credited - disputed)
        self._take_up_to(TransactionType.REFUND, refunded, is_final=True)
        self._give_back_down_to(TransactionType.REFUND, refunded)

    def follow_dispute(self) -> None:
        dispute = self._payment.dispute
        if dispute is None:
            return
        if dispute is not DisputeState.OPEN:
            self._end_case(dispute)
        target = _NONE
        if dispute is not DisputeState.WON:
            disputed = self._worth(self._payment.disputed or self._payment.amount)
            target = min(disputed, self._credited - self._taken(TransactionType.REFUND))
        self._close_pending(target, is_lost=dispute is DisputeState.LOST)
        self._take_up_to(TransactionType.CHARGEBACK, target, is_final=dispute is DisputeState.LOST)
        self._give_back_down_to(TransactionType.CHARGEBACK, target)

    def _close_pending(self, target: Decimal, *, is_lost: bool) -> None:
        """Lost is final; what was taken beyond the target returns, and its part is taken anew."""
        too_much = self._taken(TransactionType.CHARGEBACK) > target
        if not is_lost and not too_much:
            return
        for row in self._rows(TransactionType.CHARGEBACK, TransactionStatus.PENDING):
            movement = ledger.close_claw_back(
                self._connection, row.id, is_lost=is_lost and not too_much, now=self._now
            )
            if movement is not None:
                say_movement(self._connection, movement, "dispute_won", self._now)

    def _take_up_to(self, kind: Kind, target: Decimal, *, is_final: bool) -> None:
        missing = target - self._taken(kind)
        if missing <= 0:
            return
        told = self._payment.refunded if kind is TransactionType.REFUND else self._payment.disputed
        movement = ledger.claw_back(
            self._connection,
            purchase_id=self._purchase_id,
            amount=missing,
            kind=kind,
            key=self._fresh(f"{self._payment.payment_id}:{told}"),
            is_final=is_final,
            now=self._now,
        )
        if movement is not None:
            self._tell(movement, kind.value)

    def _give_back_down_to(self, kind: Kind, target: Decimal) -> None:
        """A refund that failed after all, or a dispute won after it was lost."""
        too_much = self._taken(kind) - self._held(kind) - target
        # Where refunds of parts cross each other, rounding may leave a hundredth: that is no failure.
        if too_much <= _CENT:
            return
        movement = ledger.gift(
            self._connection,
            user_id=self._topup.user_id,
            amount=too_much,
            kind=TransactionType.ADJUSTMENT,
            key=self._fresh(f"{_returned(kind)}{self._payment.payment_id}"),
            topup_id=self._topup.id,
            reverses_id=self._purchase_id,
            now=self._now,
        )
        if movement is not None:
            self._tell(movement, f"{kind.value}_undone")

    def _tell(self, movement: Movement, why: str) -> None:
        say_movement(self._connection, movement, why, self._now)
        facts = {
            "gateway": self._topup.gateway,
            "payment_id": self._payment.payment_id,
            "amount": str(movement.amount),
            "balance": str(movement.balance),
        }
        subject = str(self._purchase_id)
        cases.open_case(self._connection, kind=f"payment.{why}", subject=subject, facts=facts, now=self._now)

    def _end_case(self, dispute: DisputeState) -> None:
        """Whoever was told of a dispute hears how it ended."""
        kind, subject = f"payment.{TransactionType.CHARGEBACK}", str(self._purchase_id)
        cases.resolve(self._connection, kind=kind, subject=subject, resolution=dispute.value, now=self._now)

    def _worth(self, part: Decimal) -> Decimal:
        return credits_for(self._credited, self._payment.amount, part)

    def _taken(self, kind: Kind) -> Decimal:
        """What was taken and not given back, held or for good."""
        return -sum((row.amount for row in self._counted() if _belongs(row, kind)), _NONE)

    def _held(self, kind: Kind) -> Decimal:
        return -sum((row.amount for row in self._rows(kind, TransactionStatus.PENDING)), _NONE)

    def _rows(self, kind: Kind, status: TransactionStatus) -> Sequence[AnyRow]:
        return [row for row in self._counted() if row.type == kind and row.status == status]

    def _counted(self) -> Sequence[AnyRow]:
        rows = topups.claw_backs(self._connection, self._purchase_id)
        return [row for row in rows if row.status != TransactionStatus.FAILED]

    def _fresh(self, key: str) -> str:
        """The same sum may be taken again after it was returned."""
        rows = topups.claw_backs(self._connection, self._purchase_id)
        return f"{key}:{len(rows)}" if any(row.key == key for row in rows) else key


def _belongs(row: AnyRow, kind: Kind) -> bool:
    return bool(row.type == kind or (row.key or "").startswith(_returned(kind)))


def _returned(kind: Kind) -> str:
    return f"{kind.value}-undone:"
