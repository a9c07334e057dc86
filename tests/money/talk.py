"""What people say to the shop and hear from it about money, in words: real handlers, services and facts."""

import re
from html import unescape
from typing import cast
from uuid import UUID

from sqlalchemy import select

from db import people
from db.tables import OutboxFact, User
from handlers.notifier import Notifier
from handlers.texts import TextBook
from services.activations import Activations
from services.catalogue import Catalogue
from services.statement import Statement
from services.views import Customer, Fact
from tests.handlers.chat import Answer, Chat
from tests.handlers.shop import People, StillClock
from tests.money.till import Till


class Talk:
    """A chat with everybody who is in the till's books; each fact is said once."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._chat = Chat(people=cast("People", _Known(till)))
        self._chat.dispatcher.workflow_data.update(
            customers=till.customers,
            topups=till.topups,
            refunds=till.refunds,
            payment_cases=till.payment_cases,
            statement=Statement(till.store),
            rules=till.rules,
        )
        self._notifier = Notifier(
            TextBook("pt_BR", "BRL", StillClock()),
            till.customers,
            cast("Activations", None),  # nobody buys numbers here
            till.topups,
            cast("Catalogue", None),  # the same
            till.cases,
            till.refunds,
        )
        self._told_up_to: dict[UUID, int] = {}

    async def say(self, who: Customer, words: str) -> Answer:
        return await self._chat.say(who, words)

    async def tap(self, who: Customer, data: str) -> Answer:
        return await self._chat.tap(who, data)

    async def told(self, user_id: UUID) -> list[str]:
        """Everything the shop has had to say to somebody since last asked, as it would be read."""
        wanted = (
            select(OutboxFact, User.telegram_id, User.language)
            .join(User, User.id == OutboxFact.user_id)
            .where(OutboxFact.user_id == user_id, OutboxFact.id > self._told_up_to.get(user_id, 0))
            .order_by(OutboxFact.id)
        )
        rows = await self._till.store.read(lambda connection: connection.execute(wanted).all())
        words = []
        for row in rows:
            self._told_up_to[user_id] = row.id
            fact = Fact(row.id, user_id, row.telegram_id, row.language, row.kind, row.subject, row.arguments)
            speech = await self._notifier.compose(fact)
            words += [as_read(speech.text)] if speech is not None else []
        return words


class _Known:
    """People by the number Telegram gave them, as the chat of the tests asks for them."""

    def __init__(self, till: Till) -> None:
        self._till = till

    async def get(self, user_id: UUID) -> Customer:
        found = await self._till.store.read(lambda connection: people.by_telegram_id(connection, user_id.int))
        assert found is not None
        return await self._till.customers.get(found.id)


def as_read(html: str) -> str:
    """A message without its marks."""
    return unescape(re.sub(r"<[^>]+>", "", html))
