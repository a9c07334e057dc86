from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from db import people
from db.rows import AnyRow
from db.states import Role
from db.store import Store
from services.clock import Clock
from services.errors import ShopError
from services.rules import Rules
from services.views import Customer

LanguageOf = Callable[[str | None], str]


class CustomerNotFound(ShopError):
    text_key = "error-customer-not-found"


class TermsNotAccepted(ShopError):
    text_key = "error-terms-not-accepted"


class EmailTaken(ShopError):
    text_key = "error-email-taken"


class Banned(ShopError):
    text_key = "error-banned"


class Indebted(ShopError):
    text_key = "error-indebted"


class Customers:
    """Who is speaking, and what is known of them."""

    def __init__(
        self, store: Store, rules: Rules, clock: Clock, *, admin_ids: Collection[int], language_of: LanguageOf
    ) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._admin_ids = frozenset(admin_ids)
        self._language_of = language_of

    async def meet(self, telegram_id: int, username: str | None, language_code: str | None) -> Customer:
        """Find the person behind an update, or make one; a listed admin is one from now on.

        The handle is Telegram's of this moment: admins order by it, so it must not be somebody's former one.
        """
        found = await self._store.read(partial(self._known, telegram_id=telegram_id))
        if found is not None and not self._needs_change(found, username):
            return found
        return await self._store.write(
            partial(self._admit, telegram_id=telegram_id, username=username, language_code=language_code)
        )

    async def get(self, customer_id: UUID) -> Customer:
        """Read one person anew; raises CustomerNotFound."""
        return await self._store.read(partial(self._get, customer_id=customer_id))

    async def find(self, words: str) -> Customer:
        """Find a person by Telegram id, @handle or id; raises CustomerNotFound."""

        def work(connection: Connection) -> Customer:
            person = people.find(connection, words)
            if person is None:
                raise CustomerNotFound(words=words)
            return self._view(connection, person)

        return await self._store.read(work)

    async def accept_terms(self, customer_id: UUID) -> Customer:
        """Remember that the terms of today were accepted, and when."""

        def work(connection: Connection) -> Customer:
            now = self._clock.now()
            version = self._rules.within(connection).terms_version
            people.change(connection, customer_id, now, terms_version=version, terms_accepted_at=now)
            return self._get(connection, customer_id=customer_id)

        return await self._store.write(work)

    async def speak(self, customer_id: UUID, language: str) -> Customer:
        return await self._change(customer_id, language=language)

    async def set_email(self, customer_id: UUID, email: str | None) -> Customer:
        """Keep or erase the address that receipts and Pix ask for; raises EmailTaken."""

        def work(connection: Connection) -> Customer:
            if email and people.owner_of_email(connection, email) not in (None, customer_id):
                raise EmailTaken
            people.change(connection, customer_id, self._clock.now(), email=email)
            return self._get(connection, customer_id=customer_id)

        return await self._store.write(work)

    async def email(self, customer_id: UUID) -> str | None:
        return await self._store.read(partial(people.email, user_id=customer_id))

    async def mark_unreachable(self, customer_id: UUID) -> None:
        """Telegram says that this person has blocked the bot."""
        await self._change(customer_id, unreachable_since=self._clock.now())

    async def _change(self, customer_id: UUID, **values: Any) -> Customer:
        def work(connection: Connection) -> Customer:
            people.change(connection, customer_id, self._clock.now(), **values)
            return self._get(connection, customer_id=customer_id)

        return await self._store.write(work)

    def _known(self, connection: Connection, telegram_id: int) -> Customer | None:
        person = people.by_telegram_id(connection, telegram_id)
        if person is None or person.unreachable_since is not None:
            return None
        return self._view(connection, person)

    def _needs_change(self, customer: Customer, username: str | None) -> bool:
        is_promoted = customer.telegram_id in self._admin_ids and not customer.is_admin
        return is_promoted or not _is_called(customer, username)

    def _admit(
        self, connection: Connection, telegram_id: int, username: str | None, language_code: str | None
    ) -> Customer:
        now = self._clock.now()
        role = Role.ADMIN if telegram_id in self._admin_ids else Role.CLIENT
        known = people.by_telegram_id(connection, telegram_id)
        if known is None:
            people.admit(
                connection,
                telegram_id=telegram_id,
                username=username or f"user{telegram_id}",
                language=self._language_of(language_code),
                role=role,
                now=now,
            )
        else:
            promoted = {"role": role} if role is Role.ADMIN else {}
            people.change(connection, known.id, now, unreachable_since=None, **promoted)
        person = people.by_telegram_id(connection, telegram_id)
        assert person is not None
        if (known is None and username) or not _is_called(person, username):
            people.rename(connection, person, username, now)
        return self._get(connection, person.id)

    def _get(self, connection: Connection, customer_id: UUID) -> Customer:
        person = people.by_id(connection, customer_id)
        if person is None:
            raise CustomerNotFound(words=str(customer_id))
        return self._view(connection, person)

    def _view(self, connection: Connection, person: AnyRow) -> Customer:
        version = self._rules.within(connection).terms_version
        return view_of(person, terms_version=version, now=self._clock.now())


def _is_called(person: Customer | AnyRow, handle: str | None) -> bool:
    """Whether this is how Telegram calls them now; whoever has no handle is called by a number."""
    if handle is None:
        return str(person.username).startswith(f"user{person.telegram_id}")
    return person.username in (handle, f"{handle}_{person.telegram_id}")


def view_of(person: AnyRow, *, terms_version: str, now: datetime) -> Customer:
    return Customer(
        id=person.id,
        telegram_id=person.telegram_id,
        username=person.username,
        language=person.language,
        role=Role(person.role),
        credits=person.credits,
        has_accepted_terms=person.terms_version == terms_version,
        is_banned=is_banned(person, now),
        banned_until=person.banned_until,
        is_indebted=person.indebted_since is not None,
    )


def is_banned(person: AnyRow, now: datetime) -> bool:
    return person.banned_at is not None and (person.banned_until is None or person.banned_until > now)
