from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import outbox, watches
from db.store import Store
from services.bells import Bells
from services.catalogue import Catalogue
from services.clock import Clock
from services.errors import ShopError

_MOST = 20  # things one person waits for
_PATIENCE = timedelta(days=14)


class TooManyWatches(ShopError):
    text_key = "error-too-many-watches"


class Watches:
    """Numbers that have run out: whoever asked is told once when there are some again."""

    def __init__(self, store: Store, catalogue: Catalogue, bells: Bells, clock: Clock) -> None:
        self._store = store
        self._shelf = catalogue.shelf
        self._bells = bells
        self._clock = clock

    async def wait(self, customer_id: UUID, service_id: UUID, country_id: int) -> None:
        """Remember who waits for what; raises NotSold for what is never sold, and TooManyWatches."""

        def work(connection: Connection) -> None:
            self._shelf.sold(connection, service_id, country_id)
            if watches.count(connection, customer_id) >= _MOST:
                raise TooManyWatches(limit=_MOST)
            watches.add(
                connection,
                user_id=customer_id,
                sms_service_id=service_id,
                country_id=country_id,
                since=self._clock.now(),
            )

        await self._store.write(work)

    async def tell_due(self) -> None:
        """Tell whoever waits for what there is again, and let the patience of the others end."""
        if await self._store.read(watches.places):
            await self._store.write(self._tell)
            self._bells.outbox.ring()

    def _tell(self, connection: Connection) -> None:
        now = self._clock.now()
        watches.forget(connection, now - _PATIENCE)
        for place in watches.places(connection):
            quote = partial(self._shelf.quote, connection, place.sms_service_id, place.country_id)
            if quote(self._shelf.providers) is None:
                continue
            told = {"service_id": str(place.sms_service_id), "country_id": place.country_id}
            for user_id in watches.take(connection, place):
                subject = f"{place.sms_service_id}:{place.country_id}"
                outbox.put(
                    connection, user_id=user_id, kind="stock.back", subject=subject, now=now, arguments=told
                )
