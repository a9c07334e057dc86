from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from bot.sandbox.sms_active.countries import COUNTRIES, Country
from bot.sandbox.sms_active.refusal import RefusedError
from bot.sandbox.sms_active.services import SERVICES, Service

_STEP = Decimal("0.0001")
_LEAST_COST = Decimal("0.0200")
_BRAZIL, _TURKEY = 73, 62


@dataclass(slots=True)
class Offer:
    """One service in one country: what it costs and how many numbers there are."""

    service: str
    country: int
    cost: Decimal
    count: int  # what upstream boasts of
    physical_count: int  # what can really be bought

    def ladder(self) -> list[tuple[Decimal, int]]:
        """Split the stock over three prices, the default one first and cheapest."""
        dearer, dearest = (_rounded(self.cost * factor) for factor in (Decimal("1.05"), Decimal("1.2")))
        few = self.physical_count // 5
        return [(self.cost, self.physical_count - 2 * few), (dearer, few), (dearest, few)]


class Catalogue:
    """What the account can buy; the same seed makes the same catalogue."""

    def __init__(self, seed: int, without_countries: Iterable[int] = ()) -> None:
        absent = frozenset(without_countries)
        self.countries: Mapping[int, Country] = {each.id: each for each in COUNTRIES if each.id not in absent}
        self.services: Mapping[str, Service] = {each.code: each for each in SERVICES}
        self.offers = {
            (offer.service, offer.country): offer
            for offer in _made_up_offers(seed, self.services.values(), self.countries.values())
        }

    def offer(self, service: str, country: int) -> Offer:
        """Find an offer of things that exist; nothing of them left is an empty offer."""
        self.service(service)
        self.country(country)
        return self.offers.get((service, country)) or Offer(service, country, _LEAST_COST, 0, 0)

    def service(self, code: str) -> Service:
        if code not in self.services:
            raise RefusedError("BAD_SERVICE")
        return self.services[code]

    def country(self, country: int) -> Country:
        if country not in self.countries:
            raise RefusedError("BAD_COUNTRY")
        return self.countries[country]

    def select(self, service: str | None = None, country: int | None = None) -> list[Offer]:
        """List the offers of a service, of a country, of both or of the whole world."""
        return [
            offer
            for offer in self.offers.values()
            if service in (None, offer.service) and country in (None, offer.country)
        ]

    def set_stock(self, service: str, country: int, physical_count: int, count: int | None = None) -> Offer:
        offer = self._kept(service, country)
        offer.physical_count = physical_count
        offer.count = physical_count if count is None else count
        return offer

    def set_price(self, service: str, country: int, cost: Decimal) -> Offer:
        offer = self._kept(service, country)
        offer.cost = cost
        return offer

    def _kept(self, service: str, country: int) -> Offer:
        return self.offers.setdefault((service, country), self.offer(service, country))


def _made_up_offers(seed: int, services: Iterable[Service], countries: Iterable[Country]) -> list[Offer]:
    """Draw each offer from a dice of its own, so that a new row changes no other."""
    return [
        offer for country in countries for service in services if (offer := _drawn(seed, service, country))
    ]


def _drawn(seed: int, service: Service, country: Country) -> Offer | None:
    dice = Random(f"{seed}:{service.code}:{country.id}")
    pin = _PINNED.get((service.code, country.id))
    if dice.random() < 0.12 and pin is None:
        return None
    spread = Decimal(dice.randint(80, 130)) / 100
    cost = max(_LEAST_COST, _rounded(service.base_cost * country.price_factor * spread))
    physical = 0 if dice.random() < 0.06 else dice.randint(3, 4_000)
    offer = Offer(service.code, country.id, cost, physical * dice.randint(1, 60), physical)
    return pin(offer) if pin else offer


def _whatsapp_brazil(offer: Offer) -> Offer:
    return Offer(offer.service, offer.country, Decimal("0.5000"), 1_081_284, 721)


def _whatsapp_turkey(offer: Offer) -> Offer:
    # HeroSMS has shown tens of thousands of numbers where not one could be bought.
    return Offer(offer.service, offer.country, offer.cost, 56_964, 0)


_PINNED = {("wa", _BRAZIL): _whatsapp_brazil, ("wa", _TURKEY): _whatsapp_turkey}


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_STEP, ROUND_HALF_UP)
