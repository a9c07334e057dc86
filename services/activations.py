"""What a buyer does with numbers: buy, look, ask for another code, cancel, be done."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import cards, numbers
from db.rows import AnyRow
from db.states import UNFINISHED, EndedBy, NumberStatus
from db.store import Store
from services.bells import Bells
from services.checkout import Checkout
from services.clock import Clock
from services.errors import OutsideError, ShopError
from services.ports.provider import Provider, Standing
from services.rules import Rules
from services.views import Code, NumberCard, Ticket

_DECIDED_AFTER_SECONDS = 0.05  # how often `outcome` looks


class NumberNotFound(ShopError):
    text_key = "error-number-not-found"


class CancelTooEarly(ShopError):
    text_key = "error-cancel-too-early"


class NotCancellable(ShopError):
    text_key = "error-not-cancellable"


class CannotRepeat(ShopError):
    text_key = "error-cannot-repeat"


class NumberEnded(ShopError):
    text_key = "error-number-ended"


class Activations:
    def __init__(
        self,
        store: Store,
        providers: Mapping[str, Provider],
        rules: Rules,
        bells: Bells,
        clock: Clock,
        *,
        cancel_after_seconds: float,
    ) -> None:
        self._store = store
        self._providers = providers
        self._checkout = Checkout(providers, rules, clock)
        self._bells = bells
        self._clock = clock
        self._cancel_after = timedelta(seconds=cancel_after_seconds)

    async def buy(self, customer_id: UUID, offer_id: UUID) -> Ticket:
        """Charge and write down the purchase in one transaction; a worker sends it.

        The same card answers with the same ticket however often it is pressed. Raises a ShopError
        that says why not.
        """
        ticket = await self._store.write(
            partial(self._checkout.intend, customer_id=customer_id, offer_id=offer_id)
        )
        self._bells.purchases.ring()
        return ticket

    async def outcome(self, ticket: Ticket, within_seconds: float) -> NumberCard:
        """Wait until the purchase is decided, or as long as is allowed."""
        undecided = {NumberStatus.INTENT, NumberStatus.SENT}
        deadline = self._clock.monotonic() + within_seconds
        while True:
            card = await self._store.read(partial(self._any_card, number_id=ticket.number_id))
            if card.status not in undecided or self._clock.monotonic() > deadline:
                return card
            await asyncio.sleep(_DECIDED_AFTER_SECONDS)

    async def card(self, customer_id: UUID, number_id: UUID) -> NumberCard:
        """Show one number to its owner; raises NumberNotFound for anybody else."""
        return await self._store.read(partial(self._own_card, customer_id=customer_id, number_id=number_id))

    async def open_numbers(self, customer_id: UUID) -> tuple[NumberCard, ...]:
        """What a person has running, oldest first."""

        def work(connection: Connection) -> tuple[NumberCard, ...]:
            rows = cards.of_person(connection, customer_id, UNFINISHED)
            return tuple(self._card(connection, row) for row in rows)

        return await self._store.read(work)

    async def message(self, customer_id: UUID, message_id: UUID) -> tuple[NumberCard, Code]:
        """Show one message to the owner of its number."""

        def work(connection: Connection) -> tuple[NumberCard, Code]:
            number_id = cards.number_of_message(connection, message_id)
            if number_id is None:
                raise NumberNotFound
            card = self._own_card(connection, customer_id=customer_id, number_id=number_id)
            shown = [code for code in card.codes if code.message_id == message_id]
            if not shown:
                raise NumberNotFound
            return card, shown[0]

        return await self._store.read(work)

    async def last_bought(self, customer_id: UUID) -> tuple[UUID, int] | None:
        """Service and country of the person's latest purchase that received a code."""
        return await self._store.read(partial(cards.last_bought, user_id=customer_id))

    async def cancel(self, customer_id: UUID, number_id: UUID) -> NumberCard:
        """Ask for a waiting number to be ended; the credits follow when upstream has agreed."""

        def work(connection: Connection) -> NumberCard:
            card = self._own_card(connection, customer_id=customer_id, number_id=number_id)
            now = self._clock.now()
            if card.status is NumberStatus.ACTIVE and card.cancel_opens_at and now < card.cancel_opens_at:
                wait = (card.cancel_opens_at - now).total_seconds()
                raise CancelTooEarly(seconds=max(1, round(wait)), opens_at=card.cancel_opens_at)
            asked = numbers.start_closing(connection, number_id, by=EndedBy.PERSON, now=now)
            # Read anew: another press may have asked for it since the card was read.
            card = self._own_card(connection, customer_id=customer_id, number_id=number_id)
            if not asked and card.status is not NumberStatus.CANCELLING:
                raise NotCancellable(status=card.status.value)
            return card

        card = await self._store.write(work)
        self._bells.closing.ring()
        self._bells.outbox.ring()
        return card

    async def finish(self, customer_id: UUID, number_id: UUID) -> NumberCard:
        """No further code is wanted; upstream is told by the closing job."""

        def work(connection: Connection) -> NumberCard:
            self._own_card(connection, customer_id=customer_id, number_id=number_id)
            numbers.finish(connection, number_id, by=EndedBy.PERSON, now=self._clock.now())
            return self._own_card(connection, customer_id=customer_id, number_id=number_id)

        card = await self._store.write(work)
        self._bells.closing.ring()
        self._bells.outbox.ring()
        return card

    async def ask_again(self, customer_id: UUID, number_id: UUID) -> NumberCard:
        """Ask for one more code on the same number, free of charge."""
        asked = await self._store.write(
            partial(self._note_asking, customer_id=customer_id, number_id=number_id)
        )
        try:
            await self._ask_upstream(asked)
        except (CannotRepeat, OutsideError):
            await self._take_back(asked)
            raise
        finally:
            self._bells.outbox.ring()
        return await self.card(customer_id, number_id)

    async def _ask_upstream(self, number: AnyRow) -> None:
        provider = self._providers.get(number.provider)
        if provider is None:
            raise CannotRepeat
        if await provider.ask_again(number.upstream_id):
            return
        # It may have heard an asking whose answer was lost.
        if (await provider.status(number.upstream_id)).standing is not Standing.WAITING_AGAIN:
            raise CannotRepeat

    async def _take_back(self, asked: AnyRow) -> None:
        work = partial(numbers.take_back_asking, number_id=asked.id, asking=asked.asking)
        await self._store.write(partial(work, now=self._clock.now()))

    def _note_asking(self, connection: Connection, customer_id: UUID, number_id: UUID) -> AnyRow:
        card = self._own_card(connection, customer_id=customer_id, number_id=number_id)
        if card.status is not NumberStatus.ACTIVE:
            raise NumberEnded
        if not card.can_repeat or not card.codes:
            raise CannotRepeat
        if card.is_asking_again:  # upstream may not have heard of it
            return numbers.asked(connection, number_id)
        asked = numbers.note_asking(connection, number_id, self._clock.now())
        if asked is None:
            raise NumberEnded
        return asked

    def _own_card(self, connection: Connection, customer_id: UUID, number_id: UUID) -> NumberCard:
        card = self._any_card(connection, number_id)
        if card.customer_id != customer_id:
            raise NumberNotFound
        return card

    def _any_card(self, connection: Connection, number_id: UUID) -> NumberCard:
        row = cards.by_id(connection, number_id)
        if row is None:
            raise NumberNotFound
        return self._card(connection, row)

    def _card(self, connection: Connection, row: AnyRow) -> NumberCard:
        messages = cards.messages(connection, row.id)
        opens_at = row.start_time + self._cancel_after if row.start_time else None
        return NumberCard(
            id=row.id,
            customer_id=row.user_id,
            status=NumberStatus(row.status),
            service_id=row.sms_service_id,
            service_code=row.service_code,
            service_name=row.service_name,
            country_id=row.country_id,
            country_name=row.country_name,
            country_iso2=row.iso2,
            country_flag=row.flag or "",
            operator=row.operator,
            price=row.price,
            phone=row.phone_number,
            created_at=row.created_at,
            started_at=row.start_time,
            ends_at=row.end_time,
            cancel_opens_at=opens_at,
            can_repeat=row.can_repeat,
            can_rent_again=self._can_rent_again(row),
            is_asking_again=row.asking > max((message.asking for message in messages), default=0),
            codes=tuple(_code(message) for message in messages),
            rejection=row.rejection,
            ended_at=row.ended_at,
            ended_by=row.ended_by,
        )

    def _can_rent_again(self, row: AnyRow) -> bool:
        provider = self._providers.get(row.provider)
        is_used = row.status == NumberStatus.FINISHED
        return is_used and provider is not None and provider.abilities.reactivate


def _code(message: AnyRow) -> Code:
    return Code(
        message_id=message.id,
        code=message.code,
        text=message.message_body,
        sender=message.from_number,
        received_at=message.received_at,
        is_call=message.is_call,
    )
