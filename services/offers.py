from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection

from db import buying, goods, ledger
from db.store import Store
from services.activations import OfferNotFound
from services.catalogue import Catalogue, NoNumbers, Quote, country_offer
from services.clock import Clock
from services.errors import ShopError
from services.rules import Rules
from services.views import OfferCard


class UnknownOperator(ShopError):
    text_key = "error-unknown-operator"


class Offers:
    """Quotes: what a card says is a row, and the button carries only its id."""

    def __init__(self, store: Store, catalogue: Catalogue, rules: Rules, clock: Clock) -> None:
        self._store = store
        self._catalogue = catalogue
        self._rules = rules
        self._clock = clock

    async def quote(
        self, customer_id: UUID, service_id: UUID, country_id: int, operator: str | None = None
    ) -> OfferCard:
        """Make a quote for one person; raises NotSold, NoNumbers or UnknownOperator."""

        def work(connection: Connection) -> OfferCard:
            self._catalogue.card_of_service(connection, service_id)
            self._catalogue.country_of(connection, country_id)
            quote = self._catalogue.quote(connection, service_id, country_id)
            if quote is None:
                raise NoNumbers(service_id=service_id, country_id=country_id)
            if operator and operator not in goods.operators(connection, quote.provider, country_id):
                raise UnknownOperator(operator=operator)
            offer_id = goods.add_offer(
                connection,
                user_id=customer_id,
                sms_service_id=service_id,
                country_id=country_id,
                operator=operator,
                provider=quote.provider,
                price=quote.price,
                cap=quote.cost,
                lasts=timedelta(minutes=self._rules.within(connection).offer_minutes),
                now=self._clock.now(),
            )
            return self._card(connection, customer_id, offer_id, quote)

        return await self._store.write(work)

    async def card(self, customer_id: UUID, offer_id: UUID) -> OfferCard:
        """Show a quote again to the person it was made for; raises OfferNotFound for others."""

        def work(connection: Connection) -> OfferCard:
            offer = buying.offer(connection, offer_id)
            if offer is None or offer.user_id != customer_id:
                raise OfferNotFound
            quote = self._catalogue.quote(connection, offer.sms_service_id, offer.country_id)
            return self._card(connection, customer_id, offer_id, quote)

        return await self._store.read(work)

    def _card(
        self, connection: Connection, customer_id: UUID, offer_id: UUID, quote: Quote | None
    ) -> OfferCard:
        offer = buying.offer(connection, offer_id)
        if offer is None:
            raise OfferNotFound
        country = self._catalogue.country_of(connection, offer.country_id)
        quoted = Quote(offer.provider, offer.cap, offer.price, quote.stock if quote else 0)
        success = self._catalogue.success_of(connection, offer.sms_service_id)
        return OfferCard(
            id=offer.id,
            service=self._catalogue.card_of_service(connection, offer.sms_service_id),
            country=country_offer(country, quoted, success.get(offer.country_id)),
            price=offer.price,
            stock=quoted.stock,
            balance=ledger.balance(connection, customer_id),
            expires_at=offer.expires_at,
            operator=offer.operator,
            operators=goods.operators(connection, offer.provider, offer.country_id),
        )
