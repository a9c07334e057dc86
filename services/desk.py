from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection

from db import audit, ledger, people
from db.ledger import Movement
from db.rows import AnyRow
from db.states import Role, TransactionType
from db.store import Store
from services.bells import Bells
from services.claw_backs import say_movement
from services.clock import Clock
from services.customers import CustomerNotFound, view_of
from services.errors import ShopError
from services.rules import Rules
from services.views import Customer

_CENT = Decimal("0.01")
_LARGEST = Decimal(1_000_000)


class NotAnAdmin(ShopError):
    text_key = "error-unknown-command"


class BadAmount(ShopError):
    text_key = "error-bad-amount"


class NotEnoughToTake(ShopError):
    text_key = "error-not-enough-to-take"


class CannotBanAdmin(ShopError):
    text_key = "error-cannot-ban-admin"


@dataclass(frozen=True, slots=True)
class Granted:
    customer: Customer
    amount: Decimal
    is_new: bool  # False: this very command was carried out before


class Desk:
    """What admins do to people. Each call is logged, and the same key acts once."""

    def __init__(
        self, store: Store, rules: Rules, bells: Bells, clock: Clock, *, admin_ids: Collection[int] = ()
    ) -> None:
        """`admin_ids`: who stays an admin whatever another one orders."""
        self._store = store
        self._rules = rules
        self._bells = bells
        self._clock = clock
        self._admin_ids = frozenset(admin_ids)

    async def grant(
        self, actor: Customer, words: str, amount: Decimal, reason: str | None, key: str
    ) -> Granted:
        """Add credits to somebody's balance, or take some with a negative amount."""
        _check(actor)
        if not amount.is_finite() or not 0 < abs(amount) <= _LARGEST or amount != amount.quantize(_CENT):
            raise BadAmount(amount=str(amount))

        def work(connection: Connection) -> Granted:
            person = _find(connection, words)
            movement = self._move(connection, actor, person, amount, reason or "", f"grant:{key}")
            if movement is not None:
                say_movement(connection, movement, "grant", self._clock.now())
                self._note(connection, actor, "grant", person, key, {"amount": str(amount), "reason": reason})
            return Granted(self._view(connection, person), amount, is_new=movement is not None)

        granted = await self._store.write(work)
        self._bells.outbox.ring()
        return granted

    async def ban(self, actor: Customer, words: str, reason: str | None, key: str) -> Customer:
        """Stop somebody from buying and paying in; what is running runs on."""
        now = self._clock.now()
        values = {"banned_at": now, "banned_until": None, "ban_reason": reason}
        return await self._set_ban(actor, words, "ban", key, values)

    async def unban(self, actor: Customer, words: str, key: str) -> Customer:
        values = {"banned_at": None, "banned_until": None, "ban_reason": None}
        return await self._set_ban(actor, words, "unban", key, values)

    async def _set_ban(
        self, actor: Customer, words: str, action: str, key: str, values: Mapping[str, object]
    ) -> Customer:
        _check(actor)

        def work(connection: Connection) -> Customer:
            person = _find(connection, words)
            demoted = {}
            if action == "ban" and person.role == Role.ADMIN:
                if person.id == actor.id or person.telegram_id in self._admin_ids:
                    raise CannotBanAdmin
                demoted = {"role": Role.CLIENT}
            if self._note(connection, actor, action, person, key, {"reason": values["ban_reason"]} | demoted):
                people.change(connection, person.id, self._clock.now(), **values, **demoted)
            return self._view(connection, person)

        return await self._store.write(work)

    def _move(
        self,
        connection: Connection,
        actor: Customer,
        person: AnyRow,
        amount: Decimal,
        reason: str,
        key: str,
    ) -> Movement | None:
        now = self._clock.now()
        if amount > 0:
            return ledger.gift(
                connection,
                user_id=person.id,
                amount=amount,
                kind=TransactionType.ADJUSTMENT,
                key=key,
                reason=reason,
                actor_id=actor.id,
                now=now,
            )
        if ledger.has_key(connection, key, TransactionType.ADJUSTMENT):
            return None
        taken = ledger.take(
            connection,
            user_id=person.id,
            amount=-amount,
            key=key,
            reason=reason,
            actor_id=actor.id,
            now=now,
        )
        if taken is None:
            raise NotEnoughToTake(balance=person.credits)
        return taken

    def _note(
        self,
        connection: Connection,
        actor: Customer,
        action: str,
        person: AnyRow,
        key: str,
        details: dict[str, object],
    ) -> bool:
        return audit.note(
            connection,
            key=f"{action}:{key}",
            actor_id=actor.id,
            action=action,
            subject=f"user {person.id}",
            details=details,
            now=self._clock.now(),
        )

    def _view(self, connection: Connection, person: AnyRow) -> Customer:
        fresh = people.by_id(connection, person.id)
        assert fresh is not None
        version = self._rules.within(connection).terms_version
        return view_of(fresh, terms_version=version, now=self._clock.now())


def _check(actor: Customer) -> None:
    if not actor.is_admin:
        raise NotAnAdmin


def _find(connection: Connection, words: str) -> AnyRow:
    person = people.find(connection, words)
    if person is None:
        raise CustomerNotFound(words=words)
    return person
