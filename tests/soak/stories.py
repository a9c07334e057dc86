"""What happens to one person between a tap and its end, step by step, so that each step can be the last."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from db.tables import ActiveNumber, Topup, User
from tests.soak.door import Door
from tests.soak.life import Staff
from tests.soak.outside import CANCEL_FLOOR_SECONDS, LIFE_SECONDS
from tests.soak.rest import hear, pass_time, speak


@dataclass(frozen=True, slots=True)
class Teller:
    """One person's story in one shop."""

    staff: Staff
    door: Door
    telegram_id: int
    card: str

    async def buy(self) -> None:
        self.door.tap(self.telegram_id, self.card)
        await hear(self.staff)
        await self.staff.shop.purchases.send_next()
        await speak(self.staff)

    async def tap(self, verb: str) -> None:
        number = await self.staff.shop.store.read(self._number)
        self.door.tap(self.telegram_id, f"{verb}:{number.hex}")
        await hear(self.staff)

    async def deliver(self) -> None:
        """A code comes, is found, and is said."""
        phone = await self.staff.shop.store.read(self._phone)
        self.door.deliver(phone)
        await self.staff.shop.sweep.run()
        await speak(self.staff)

    async def wait(self, seconds: float) -> None:
        await pass_time(self.staff, self.door, seconds)

    async def close(self) -> None:
        await self.staff.shop.closing.expire_due()
        await self.staff.shop.closing.run_due()
        await speak(self.staff)

    async def job(self, name: str) -> None:
        await next(job for job in self.staff.jobs if job.name == name).run()

    def _number(self, connection: Connection) -> UUID:
        found: UUID = connection.execute(self._latest(ActiveNumber)).scalar_one()
        return found

    def _phone(self, connection: Connection) -> str:
        number = self._number(connection)
        return str(
            connection.execute(
                select(ActiveNumber.phone_number).where(ActiveNumber.id == number)
            ).scalar_one()
        )

    def bill(self, connection: Connection) -> str:
        topup = connection.execute(self._latest(Topup)).scalar_one()
        return str(connection.execute(select(Topup.order_id).where(Topup.id == topup)).scalar_one())

    def _latest(self, table: type[ActiveNumber] | type[Topup]) -> Any:
        return (
            select(table.id)
            .join(User, User.id == table.user_id)
            .where(User.telegram_id == self.telegram_id)
            .order_by(table.created_at.desc())
            .limit(1)
        )


async def a_code_comes(teller: Teller) -> None:
    await teller.buy()
    await teller.deliver()
    await teller.tap("done")
    await teller.close()


async def another_code_comes(teller: Teller) -> None:
    await teller.buy()
    await teller.deliver()
    await teller.tap("again")
    await teller.deliver()
    await teller.wait(LIFE_SECONDS + 1)
    await teller.close()


async def another_code_comes_while_nobody_is_there(teller: Teller) -> None:
    await teller.buy()
    await teller.deliver()
    await teller.tap("again")
    teller.door.deliver_to_newest()
    await teller.wait(LIFE_SECONDS + 1)
    await teller.close()


async def it_is_cancelled(teller: Teller) -> None:
    """Once too early for the provider, then for good."""
    await teller.buy()
    await teller.wait(CANCEL_FLOOR_SECONDS - 0.9)
    await teller.tap("cancel")
    await teller.close()
    await teller.wait(CANCEL_FLOOR_SECONDS)
    await teller.close()


async def a_code_comes_into_the_cancel(teller: Teller) -> None:
    await teller.buy()
    await teller.wait(CANCEL_FLOOR_SECONDS)
    await teller.tap("cancel")
    await teller.deliver()
    await teller.close()


async def it_expires(teller: Teller) -> None:
    await teller.buy()
    await teller.wait(LIFE_SECONDS + 1)
    await teller.close()


async def the_answer_is_lost(teller: Teller) -> None:
    teller.door.lose_answer()
    await teller.buy()
    for _ in range(3):
        await teller.wait(8)
        await teller.job("settle_unknown")
    await speak(teller.staff)
    await teller.deliver()


async def it_ends_before_it_is_heard_of(teller: Teller) -> None:
    """The answer is lost, a code comes all the same, and the shop is down for as long as the number lives."""
    teller.door.lose_answer()
    await teller.buy()
    teller.door.deliver_to_newest()
    await teller.wait(LIFE_SECONDS + 1)
    for _ in range(3):
        await teller.job("settle_unknown")
        await teller.wait(10)
    await teller.staff.shop.sweep.run()
    await teller.close()


async def a_card_is_asked_for(teller: Teller) -> None:
    teller.door.say(teller.telegram_id, "/buy wa 73")
    await hear(teller.staff)


async def credits_are_bought(teller: Teller) -> None:
    teller.door.say(teller.telegram_id, "/topup 10")
    await hear(teller.staff)
    await teller.job("topups")
    await speak(teller.staff)
    teller.door.pay(await teller.staff.shop.store.read(teller.bill))
    await teller.wait(1)
    await teller.job("topup_looks")
    await speak(teller.staff)


STORIES: Mapping[str, Callable[[Teller], Awaitable[None]]] = {
    each.__name__.replace("_", " "): each
    for each in (
        a_card_is_asked_for,
        a_code_comes,
        another_code_comes,
        another_code_comes_while_nobody_is_there,
        it_is_cancelled,
        a_code_comes_into_the_cancel,
        it_expires,
        the_answer_is_lost,
        it_ends_before_it_is_heard_of,
        credits_are_bought,
    )
}
