"""What a shop of the harness has at its beginning: tables, goods, people with credits and with old cards."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, select

from db import quotes, supply
from db.tables import SmsService, metadata
from services.clock import SystemClock
from services.seeds import plant
from tests.soak.crowd import FIRST_ID, Cards, Habits
from tests.worlds import credited, person

PURSE = Decimal("2000.00")
COST = Decimal("0.50")
PRICE = Decimal("3.25")  # 0.50 × 5 × 1.30
_CARDS_LAST = timedelta(days=30)


def furnish(connection: Connection, habits: Habits) -> Cards:
    """Make the tables and put everything in; the cards that lie about, as words for buttons."""
    now = SystemClock().now()
    metadata.create_all(connection)
    plant(connection, now)
    services = dict(connection.execute(select(SmsService.code, SmsService.id)).tuples().all())
    goods = [(services[service], country) for service, country in habits.goods]
    supply.write_prices(
        connection, "active", [supply.Price(*each, COST, 1_000_000) for each in sorted(set(goods))], now
    )
    cards = {}
    for telegram_id in range(FIRST_ID, FIRST_ID + habits.people):
        user_id = person(connection, telegram_id, username=f"buyer{telegram_id}")
        credited(connection, user_id, str(PURSE))
        cards[telegram_id] = _cards(connection, user_id, goods, habits.cards, now)
    return cards


def _cards(
    connection: Connection, user_id: UUID, goods: Sequence[tuple[UUID, int]], count: int, now: datetime
) -> list[str]:
    drawn = [
        quotes.add_offer(
            connection,
            user_id=user_id,
            sms_service_id=service,
            country_id=country,
            operator=None,
            provider="active",
            price=PRICE,
            cap=COST,
            lasts=_CARDS_LAST,
            now=now,
        )
        for service, country in (goods[number % len(goods)] for number in range(count))
    ]
    return [f"buy:{offer_id.hex}" for offer_id in drawn]
