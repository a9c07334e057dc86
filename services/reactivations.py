from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy import Connection

from db import cards, goods, ledger, quotes
from db.rows import AnyRow
from db.store import Store
from services.checkout import CannotRentAgain, Checkout
from services.clock import Clock
from services.costs import exact
from services.errors import NotOffered, ProviderRefused
from services.ports.provider import Provider
from services.prices import PriceList, PriceRule, price_of
from services.rules import Rules
from services.views import CountryOffer, OfferCard, ServiceCard

_LEAST_COST = Decimal("0.000001")


class Reactivations:
    """Quotes for renting a used number again; its card is bought like any other."""

    def __init__(
        self,
        store: Store,
        providers: Mapping[str, Provider],
        rates: Mapping[str, Decimal],
        rules: Rules,
        clock: Clock,
    ) -> None:
        self._store = store
        self._providers = providers
        self._rates = rates
        self._rules = rules
        self._clock = clock
        self._checkout = Checkout(providers, rules, clock)

    async def quote(self, customer_id: UUID, number_id: UUID) -> OfferCard:
        """Ask what it costs and write the quote down; raises CannotRentAgain."""
        find = partial(self._checkout.number_to_rent, customer_id=customer_id, number_id=number_id)
        number = await self._store.read(find)
        cost = await self._cost(number)
        return await self._store.write(partial(self._write_down, number=number, cost=cost))

    async def _cost(self, number: AnyRow) -> Decimal:
        provider = self._providers[number.provider]
        try:
            told = await provider.reactivation(number.upstream_id)
        except (ProviderRefused, NotOffered) as error:
            raise CannotRentAgain from error
        if told.currency not in {None, provider.currency}:
            raise CannotRentAgain
        return max(exact(told.cost), _LEAST_COST)

    def _write_down(self, connection: Connection, number: AnyRow, cost: Decimal) -> OfferCard:
        rules, now = self._rules.within(connection), self._clock.now()
        prices = PriceList(
            {}, rules.markup_percent, (PriceRule(*row) for row in goods.price_rules(connection))
        )
        rule = prices.rule_for(number.sms_service_id, number.country_id)
        # A fixed price is one for new numbers: what a used one costs is known only now.
        markup = rule.markup_percent if rule and rule.markup_percent is not None else rules.markup_percent
        price = price_of(cost, self._rates[number.provider], markup)
        lasts = timedelta(minutes=rules.offer_minutes)
        offer_id = uuid4()
        quotes.add_offer(
            connection,
            id=offer_id,
            user_id=number.user_id,
            sms_service_id=number.sms_service_id,
            country_id=number.country_id,
            operator=number.operator,
            provider=number.provider,
            price=price,
            cap=cost,
            reactivates_number_id=number.id,
            lasts=lasts,
            now=now,
        )
        card = cards.by_id(connection, number.id)
        assert card is not None
        return OfferCard(
            id=offer_id,
            service=ServiceCard(card.sms_service_id, card.service_code, card.service_name),
            country=CountryOffer(
                card.country_id, card.country_name, card.iso2, card.flag or "", price, stock=1
            ),
            price=price,
            stock=1,
            balance=ledger.balance(connection, number.user_id),
            expires_at=now + lasts,
        )
