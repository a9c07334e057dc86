from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection

from db import buying, ledger, quotes, supply
from db.rows import AnyRow
from db.store import Store
from services.catalogue import Catalogue, NoNumbers
from services.checkout import OfferNotFound
from services.clock import Clock
from services.errors import ShopError
from services.prices import Quote
from services.rules import Rules
from services.shelf import country_offer
from services.views import OfferCard, ServiceCard


class UnknownOperator(ShopError):
    text_key = "error-unknown-operator"


@dataclass(frozen=True, slots=True)
class _Terms:
    """What is quoted to whom."""

    offer_id: UUID
    customer_id: UUID
    service_id: UUID
    country_id: int
    operator: str | None
    quote: Quote
    expires_at: datetime


class Offers:
    """Quotes: what a card says is a row, and the button carries only its id."""

    def __init__(self, store: Store, catalogue: Catalogue, rules: Rules, clock: Clock) -> None:
        self._store = store
        self._shelf = catalogue.shelf
        self._rules = rules
        self._clock = clock

    async def quote(
        self, customer_id: UUID, service_id: UUID, country_id: int, operator: str | None = None
    ) -> OfferCard:
        """Make a quote for one person; raises NotSold, NoNumbers or UnknownOperator."""

        def work(connection: Connection) -> tuple[_Terms, OfferCard]:
            place = self._shelf.sold(connection, service_id, country_id)
            quote = self._best(connection, service_id, country_id, operator)
            lasts = timedelta(minutes=self._rules.within(connection).offer_minutes)
            terms = _Terms(
                offer_id=uuid4(),
                customer_id=customer_id,
                service_id=service_id,
                country_id=country_id,
                operator=operator or None,
                quote=quote,
                expires_at=self._clock.now() + lasts,
            )
            return terms, self._card(connection, terms, *place)

        terms, card = await self._store.read(work)
        await self._store.write(lambda connection: _keep(connection, terms, self._clock.now()))
        return card

    async def card(self, customer_id: UUID, offer_id: UUID) -> OfferCard:
        """Show a quote again to the person it was made for; raises OfferNotFound for others."""

        def work(connection: Connection) -> OfferCard:
            offer = buying.offer(connection, offer_id)
            if offer is None or offer.user_id != customer_id:
                raise OfferNotFound
            terms = _Terms(
                offer_id=offer.id,
                customer_id=offer.user_id,
                service_id=offer.sms_service_id,
                country_id=offer.country_id,
                operator=offer.operator,
                quote=Quote(offer.provider, offer.cap, offer.price, stock=0),
                expires_at=offer.expires_at,
            )
            place = self._shelf.sold(connection, terms.service_id, terms.country_id)
            now = self._shelf.quote(connection, terms.service_id, terms.country_id, [offer.provider])
            in_stock = replace(terms, quote=replace(terms.quote, stock=now.stock if now else 0))
            return self._card(connection, in_stock, *place)

        return await self._store.read(work)

    def _best(self, connection: Connection, service_id: UUID, country_id: int, operator: str | None) -> Quote:
        providers = self._shelf.providers
        if operator:
            named = supply.operators(connection, country_id)
            providers = tuple(each for each in providers if operator in named.get(each, ()))
            if not providers:
                raise UnknownOperator(operator=operator)
        quote = self._shelf.quote(connection, service_id, country_id, providers)
        if quote is None:
            raise NoNumbers(service_id=service_id, country_id=country_id)
        return quote

    def _card(
        self, connection: Connection, terms: _Terms, service: ServiceCard, country: AnyRow
    ) -> OfferCard:
        success = self._shelf.success_of(connection, terms.service_id)
        return OfferCard(
            id=terms.offer_id,
            service=service,
            country=country_offer(
                country, terms.quote.price, terms.quote.stock, success.get(terms.country_id)
            ),
            price=terms.quote.price,
            stock=terms.quote.stock,
            balance=ledger.balance(connection, terms.customer_id),
            expires_at=terms.expires_at,
            operator=terms.operator,
            operators=supply.operators(connection, terms.country_id).get(terms.quote.provider, ()),
        )


def _keep(connection: Connection, terms: _Terms, now: datetime) -> None:
    quotes.add_offer(
        connection,
        id=terms.offer_id,
        user_id=terms.customer_id,
        sms_service_id=terms.service_id,
        country_id=terms.country_id,
        operator=terms.operator,
        provider=terms.quote.provider,
        price=terms.quote.price,
        cap=terms.quote.cost,
        lasts=terms.expires_at - now,
        now=now,
    )
