"""Keeps the shop from selling what brings no codes: providers ban an account for that."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection

from db import cases, guards, pauses, people
from db.rows import AnyRow
from db.store import Store
from services.bells import Bells
from services.clock import Clock
from services.rules import Rules, RuleSet

REVIEW = "person.review"
TOO_FEW_CODES = "too_few_codes"


class SaleGuard:
    def __init__(self, store: Store, rules: Rules, bells: Bells, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._bells = bells
        self._clock = clock

    def heed(self, connection: Connection, number_id: UUID) -> None:
        """A number has ended without a code: look at its kind, its account and its buyer."""
        rules = self._rules.within(connection)
        kind = guards.kind_of(connection, number_id)
        self._guard_kind(connection, kind, rules)
        self._guard_account(connection, kind.provider, rules)
        self._guard_person(connection, kind.user_id, rules)

    def _guard_kind(self, connection: Connection, kind: AnyRow, rules: RuleSet) -> None:
        outcomes = guards.last_of_kind(connection, kind, rules.guard_orders)
        # HeroSMS bans a service in a country after 100 numbers with less than 6 % success.
        if not _are_too_few(outcomes, rules.guard_orders, rules.guard_percent):
            return
        now = self._clock.now()
        until = now + timedelta(minutes=rules.guard_pause_minutes)
        if guards.pause_sale(connection, kind, now=now, until=until):
            facts = {
                "provider": kind.provider,
                "service": kind.service_code,
                "country": kind.country_id,
                "codes": f"{sum(outcomes)} / {len(outcomes)}",
                "until": until.isoformat(timespec="seconds"),
            }
            cases.open_case(
                connection, kind="sales.guarded", subject=guards.subject_of(kind), facts=facts, now=now
            )

    def _guard_account(self, connection: Connection, provider: str, rules: RuleSet) -> None:
        # HeroSMS: with less than 3 % success of 500 numbers an account may have ten waiting, of 1000 one.
        outcomes = guards.last_of_account(connection, provider, rules.account_guard_orders)
        if not _are_too_few(outcomes, rules.account_guard_orders, rules.account_guard_percent):
            return
        now = self._clock.now()
        until = now + timedelta(minutes=rules.guard_pause_minutes)
        if pauses.pause(connection, provider, reason=TOO_FEW_CODES, until=until, now=now):
            codes, told = f"{sum(outcomes)} / {len(outcomes)}", until.isoformat(timespec="seconds")
            facts = {"reason": TOO_FEW_CODES, "codes": codes, "until": told}
            cases.open_case(connection, kind="provider.paused", subject=provider, facts=facts, now=now)

    def _guard_person(self, connection: Connection, user_id: UUID, rules: RuleSet) -> None:
        """Whoever hardly ever gets a code costs everybody the account's good name: an admin looks first."""
        subject = str(user_id)
        looked_at = cases.last_resolved_at(connection, REVIEW, subject)
        ends = guards.last_of_person(connection, user_id, rules.review_orders, looked_at)
        outcomes = [row.codes > 0 for row in ends]
        if _are_too_few(outcomes, rules.review_orders, rules.review_percent):
            facts = _who(connection, user_id) | {"codes": sum(outcomes), "numbers": len(outcomes)}
            cases.open_case(connection, kind=REVIEW, subject=subject, facts=facts, now=self._clock.now())

    async def resume_due(self) -> None:
        """Sell again what has stood still for long enough; the next number without a code stops it anew."""
        now = self._clock.now()
        if not await self._store.read(lambda connection: guards.is_any_over(connection, now)):
            return

        def work(connection: Connection) -> None:
            for kind in guards.take_over(connection, now):
                for why in ("sales.guarded", "sales.banned"):
                    cases.resolve(
                        connection,
                        kind=why,
                        subject=guards.subject_of(kind),
                        resolution="selling again",
                        now=now,
                    )

        await self._store.write(work)
        self._bells.outbox.ring()


def _who(connection: Connection, user_id: UUID) -> dict[str, object]:
    """Name a person as an admin's commands do."""
    person = people.by_id(connection, user_id)
    assert person is not None
    return {"telegram_id": person.telegram_id, "handle": person.username}


def _are_too_few(outcomes: Sequence[bool], orders: int, percent: int) -> bool:
    """Tell whether there are enough to judge by, and too few of them with a code; 0 orders: never."""
    return bool(orders) and len(outcomes) >= orders and sum(outcomes) * 100 < percent * len(outcomes)
