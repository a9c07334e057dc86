"""Purchases nobody can tell about by themselves: an admin who has looked upstream gives the word."""

from enum import StrEnum
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import audit, cases, purchases
from db.store import Store
from services.bells import Bells
from services.cases import CaseNotFound
from services.clock import Clock
from services.ports.provider import Rejection
from services.views import CaseCard, Customer

_KINDS = frozenset({"purchase.unknown", "purchase.ambiguous"})


class PurchaseDecision(StrEnum):
    NOT_BOUGHT = "not_bought"  # the price goes back; what may run upstream is the admin's to end


def purchase_decisions_for(case: CaseCard) -> tuple[PurchaseDecision, ...]:
    """What can be decided about a case of a purchase; it cannot just be called done."""
    return tuple(PurchaseDecision) if case.kind in _KINDS and case.resolved_at is None else ()


class PurchaseCases:
    def __init__(self, store: Store, bells: Bells, clock: Clock) -> None:
        self._store = store
        self._bells = bells
        self._clock = clock

    async def decide(self, actor: Customer, case_id: UUID, how: str, key: str) -> None:
        """Give the price back, once; a purchase that was settled meanwhile stays as it is."""
        decision = PurchaseDecision(how)
        await self._store.write(
            partial(self._decide, actor=actor, case_id=case_id, decision=decision, key=key)
        )
        self._bells.outbox.ring()

    def _decide(
        self, connection: Connection, actor: Customer, case_id: UUID, decision: PurchaseDecision, key: str
    ) -> None:
        case = cases.by_id(connection, case_id)
        if case is None or case.kind not in _KINDS:
            raise CaseNotFound
        now = self._clock.now()
        # This ends the purchase's cases too, and only while it is undecided.
        purchases.reject(connection, UUID(case.subject), reason=Rejection.NOT_SENT.value, now=now)
        audit.note(
            connection,
            key=f"case:{key}",
            actor_id=actor.id,
            action="case.resolve",
            subject=f"case {case_id}",
            details={"how": decision.value, "kind": case.kind},
            now=now,
        )
