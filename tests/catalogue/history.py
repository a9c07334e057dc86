"""Numbers bought before a test begins, some with a code and some without."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert

from db.states import NumberStatus, TransactionStatus, TransactionType
from db.tables import ActiveNumber, Offer, Transaction
from tests.catalogue.shop import Shelves

_COST, _PRICE = Decimal("0.50"), Decimal("3.25")


async def bought(
    shelves: Shelves, user_id: UUID, service: str, country_id: int, *, codes: int, without: int = 0
) -> None:
    """Have a person buy some numbers that have ended, with a code or without."""
    service_id, now = await shelves.service_id(service), shelves.clock.now()

    def work(connection: Connection) -> None:
        write_numbers(connection, user_id, [(service_id, country_id)] * codes, now)
        write_numbers(connection, user_id, [(service_id, country_id)] * without, now, codes=0)

    await shelves.store.write(work)


def write_numbers(
    connection: Connection, user_id: UUID, targets: list[tuple[UUID, int]], now: datetime, codes: int = 1
) -> None:
    """Write ended purchases straight into the tables, many at once."""
    dated = {"user_id": user_id, "created_at": now, "updated_at": now}
    purchases = [
        {"sms_service_id": service_id, "country_id": country_id, "provider": "active", "price": _PRICE}
        | {"cap": _COST, "offer_id": uuid4(), "charge_id": uuid4(), "codes": codes}
        for service_id, country_id in targets
    ]
    offers = [
        {name: purchase[name] for name in ("sms_service_id", "country_id", "provider", "price", "cap")}
        | {"id": purchase["offer_id"], "user_id": user_id, "created_at": now, "expires_at": now}
        for purchase in purchases
    ]
    charges = [
        {"id": purchase["charge_id"], "type": TransactionType.SMS_RECEIVED, "amount": -_PRICE}
        | {"gateway": "Internal", "transaction_id_gateway": str(purchase["charge_id"])}
        | {"status": TransactionStatus.FAILED, **dated}
        for purchase in purchases
    ]
    numbers = [{"id": uuid4(), "status": NumberStatus.EXPIRED, **purchase, **dated} for purchase in purchases]
    for table, rows in ((Offer, offers), (Transaction, charges), (ActiveNumber, numbers)):
        if rows:
            connection.execute(insert(table), rows)
