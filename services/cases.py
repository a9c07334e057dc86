from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import audit, cases
from db.rows import AnyRow
from db.store import Store
from services.bells import Bells
from services.clock import Clock
from services.errors import ShopError
from services.views import CaseCard, Customer

_PAGE = 6  # a row each


class CaseNotFound(ShopError):
    text_key = "error-case-not-found"


@dataclass(frozen=True, slots=True)
class CasePage:
    cases: tuple[CaseCard, ...]
    page: int  # from 1
    pages: int
    count: int  # on all pages


class Cases:
    """Whatever a person must decide or know."""

    def __init__(self, store: Store, bells: Bells, clock: Clock) -> None:
        self._store = store
        self._bells = bells
        self._clock = clock

    async def page(self, number: int = 1) -> CasePage:
        """Open cases, the oldest first; a page past the end is the last."""

        def work(connection: Connection) -> CasePage:
            count = cases.count_open(connection)
            pages = max(1, -(-count // _PAGE))
            wanted = min(max(number, 1), pages)
            rows = cases.open_cases(connection, limit=_PAGE, offset=(wanted - 1) * _PAGE)
            return CasePage(tuple(_card(row) for row in rows), wanted, pages, count)

        return await self._store.read(work)

    async def get(self, case_id: UUID) -> CaseCard:
        """Read one case; raises CaseNotFound."""
        row = await self._store.read(partial(cases.by_id, case_id=case_id))
        if row is None:
            raise CaseNotFound
        return _card(row)

    async def open(self, kind: str, subject: str, **facts: object) -> None:
        """Put something before the admins, once while it lasts."""
        told = {name: str(value) for name, value in facts.items()}
        await self._store.write(
            partial(cases.open_case, kind=kind, subject=subject, facts=told, now=self._clock.now())
        )
        self._bells.outbox.ring()

    async def close(self, kind: str, subject: str, resolution: str) -> None:
        """An alarm that is over clears itself."""
        await self._store.write(
            partial(cases.resolve, kind=kind, subject=subject, resolution=resolution, now=self._clock.now())
        )
        self._bells.outbox.ring()

    async def resolve(self, actor: Customer, case_id: UUID, how: str, key: str) -> CaseCard:
        """An admin has dealt with it."""

        def work(connection: Connection) -> CaseCard:
            case = cases.by_id(connection, case_id)
            if case is None:
                raise CaseNotFound
            now = self._clock.now()
            cases.resolve(
                connection,
                kind=case.kind,
                subject=case.subject,
                resolution=how,
                now=now,
                resolved_by=actor.id,
            )
            audit.note(
                connection,
                key=key,
                actor_id=actor.id,
                action="case.resolve",
                subject=f"case {case_id}",
                details={"how": how, "kind": case.kind},
                now=now,
            )
            resolved = cases.by_id(connection, case_id)
            assert resolved is not None
            return _card(resolved)

        card = await self._store.write(work)
        self._bells.outbox.ring()
        return card


def _card(row: AnyRow) -> CaseCard:
    return CaseCard(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        facts=row.facts,
        since=row.since,
        resolved_at=row.resolved_at,
        resolution=row.resolution,
    )
