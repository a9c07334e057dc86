"""Purchases nobody can tell about by themselves: an admin who has looked upstream gives the word."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import audit, cases, claims, purchases
from db.rows import AnyRow
from db.store import Store
from services.adoption import adopt, as_listed
from services.bells import Bells
from services.cases import CaseNotFound
from services.clock import Clock
from services.errors import NotOffered, ShopError
from services.ports.provider import Listed, Provider, Rejection
from services.views import CaseCard, Customer

_KINDS = frozenset({"purchase.unknown", "purchase.ambiguous"})
NOT_BOUGHT = "not_bought"  # the price goes back; what may run upstream is the admin's to end
TAKE = "take."  # and the id of the number upstream that this purchase has bought
_MARGIN = timedelta(minutes=1)


class NumberNotThere(ShopError):
    """Upstream shows no such number, or somebody has it already."""

    text_key = "error-number-not-there"


def purchase_decisions_for(case: CaseCard) -> tuple[str, ...]:
    """What can be decided about a case of a purchase; it cannot just be called done."""
    if case.kind not in _KINDS or case.resolved_at is not None:
        return ()
    return (*(f"{TAKE}{each}" for each in case.facts.get("candidates", ())), NOT_BOUGHT)


def is_purchase_decision(how: str) -> bool:
    return how == NOT_BOUGHT or how.startswith(TAKE)


class PurchaseCases:
    def __init__(
        self,
        store: Store,
        providers: Mapping[str, Provider],
        bells: Bells,
        clock: Clock,
        *,
        cancel_after_seconds: float = 120,
    ) -> None:
        self._store = store
        self._providers = providers
        self._bells = bells
        self._clock = clock
        self._cancel_after = timedelta(seconds=cancel_after_seconds)

    async def decide(self, actor: Customer, case_id: UUID, how: str, key: str) -> None:
        """End a purchase, once; one that was settled meanwhile stays as it is."""
        case = await self._store.read(partial(_open_case, case_id=case_id))
        if how == NOT_BOUGHT:
            work = partial(self._give_back, number_id=UUID(case.subject))
        else:
            work = partial(self._take, case=case, row=await self._find(case, how.removeprefix(TAKE)))

        def noted(connection: Connection) -> None:
            work(connection)
            self._note(connection, actor, case, how, key)

        await self._store.write(noted)
        self._bells.outbox.ring()

    async def _find(self, case: AnyRow, upstream_id: str) -> Listed:
        """Read the number anew where it runs or ran; raises NumberNotThere."""
        provider = self._providers.get(case.facts.get("provider", ""))
        rows = await self._rows(provider, UUID(case.subject)) if provider is not None else []
        found = next((row for row in rows if row.upstream_id == upstream_id and row.phone), None)
        if found is None:
            raise NumberNotThere(number=upstream_id)
        return found

    async def _rows(self, provider: Provider, number_id: UUID) -> list[Listed]:
        """What runs, and what has ended since the purchase was sent, which may be long before its case."""
        waiting = await self._store.read(partial(claims.unknown, provider=provider.name))
        sent_at = next((each.sent_at for each in waiting if each.id == number_id), self._clock.now())
        try:
            running = list(await provider.active())
            past = await provider.history(sent_at - 2 * _MARGIN, self._clock.now() + _MARGIN)
        except NotOffered:
            return []
        return [*running, *(as_listed(row) for row in past)]

    def _take(self, connection: Connection, case: AnyRow, row: Listed) -> None:
        provider = self._providers[case.facts["provider"]]
        waiting = claims.unknown(connection, provider.name)
        purchase = next((each for each in waiting if str(each.id) == case.subject), None)
        if purchase is None:
            return
        now = self._clock.now()
        if not adopt(connection, provider, purchase, row, cancel_after=self._cancel_after, now=now):
            raise NumberNotThere(number=row.upstream_id)

    def _give_back(self, connection: Connection, number_id: UUID) -> None:
        # This ends the purchase's cases too, and only while it is undecided.
        purchases.reject(connection, number_id, reason=Rejection.NOT_SENT.value, now=self._clock.now())

    def _note(self, connection: Connection, actor: Customer, case: AnyRow, how: str, key: str) -> None:
        audit.note(
            connection,
            key=f"case:{key}",
            actor_id=actor.id,
            action="case.resolve",
            subject=f"case {case.id}",
            details={"how": how, "kind": case.kind},
            now=self._clock.now(),
        )


def _open_case(connection: Connection, case_id: UUID) -> AnyRow:
    case = cases.by_id(connection, case_id)
    if case is None or case.kind not in _KINDS:
        raise CaseNotFound
    return case
