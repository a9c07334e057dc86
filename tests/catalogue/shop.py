"""A shop whose shelves are filled by fake providers."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from db import goods, supply
from db.store import Store
from db.tables import Case, Country, ProviderPrice, SmsService
from services.bells import Bells
from services.cases import Cases
from services.catalogue import Catalogue
from services.catalogue_sync import CatalogueSync
from services.offers import Offers
from services.ports.provider import CountryRow, PriceRow, Provider, ServiceRow
from services.rules import Rules, RuleSet
from tests.fakes import FakeProvider
from tests.worlds import HandClock, person

BRAZIL, INDONESIA, USA, USA_VIRTUAL = 73, 6, 187, 12


class Upstream(FakeProvider):
    """A provider whose lists a test writes."""

    def __init__(self, name: str = "active") -> None:
        super().__init__(HandClock())
        self.name = name
        self.service_rows: tuple[ServiceRow, ...] = (
            ServiceRow("wa", "Whatsapp"),
            ServiceRow("tg", "Telegram"),
        )
        self.country_rows: tuple[CountryRow, ...] = (CountryRow("73", "Brazil"), CountryRow("6", "Indonesia"))
        self.operator_rows: dict[str, tuple[str, ...]] = {"73": ("claro", "tim", "vivo")}
        self.failures: dict[str, Exception] = {}  # by the list that cannot be read

    def sells(self, *rows: tuple[str, str, str, int]) -> None:
        """Service, country, cost, stock."""
        self.price_rows = tuple(PriceRow(*row[:2], Decimal(row[2]), row[3]) for row in rows)

    def fails(self, error: Exception, *lists: str) -> None:
        self.failures = dict.fromkeys(lists or ("services", "countries", "operators", "prices"), error)

    async def services(self) -> tuple[ServiceRow, ...]:
        self._answer("services")
        return self.service_rows

    async def countries(self) -> tuple[CountryRow, ...]:
        self._answer("countries")
        return self.country_rows

    async def operators(self) -> Mapping[str, tuple[str, ...]]:
        self._answer("operators")
        return self.operator_rows

    async def prices(self) -> tuple[PriceRow, ...]:
        self._answer("prices")
        return self.price_rows

    def _answer(self, asked: str) -> None:
        if asked in self.failures:
            raise self.failures[asked]


@dataclass
class Shelves:
    store: Store
    clock: HandClock
    upstream: Upstream
    backup: Upstream
    rules: Rules
    sync: CatalogueSync
    catalogue: Catalogue
    offers: Offers

    async def service_id(self, code: str) -> UUID:
        query = select(SmsService.id).where(SmsService.code == code)
        return await self.store.read(lambda connection: connection.execute(query).scalar_one())

    async def policy(self, code: str) -> str | None:
        query = select(SmsService.policy).where(SmsService.code == code)
        return await self.store.read(lambda connection: connection.execute(query).scalar_one_or_none())

    async def change_service(self, code: str, **values: Any) -> None:
        self.clock.advance(1)
        statement = update(SmsService).where(SmsService.code == code)
        changed = statement.values(**values, updated_at=self.clock.now())
        await self.store.write(lambda connection: connection.execute(changed).rowcount)

    async def change_country(self, country_id: int, **values: Any) -> None:
        self.clock.advance(1)
        statement = update(Country).where(Country.id == country_id)
        changed = statement.values(**values, updated_at=self.clock.now())
        await self.store.write(lambda connection: connection.execute(changed).rowcount)

    async def price_rule(
        self,
        *,
        service: str | None = None,
        country: int | None = None,
        markup: str | None = None,
        fixed: str | None = None,
    ) -> None:
        await self.store.write(
            partial(
                goods.set_price_rule,
                service_id=await self.service_id(service) if service else None,
                country_id=country,
                markup_percent=Decimal(markup) if markup else None,
                fixed_price=Decimal(fixed) if fixed else None,
                now=self.clock.now(),
            )
        )

    async def stock(self, provider: str = "active") -> dict[tuple[str, int], int]:
        """How many numbers are known of, by service code and country."""
        query = (
            select(SmsService.code, ProviderPrice.country_id, ProviderPrice.stock)
            .join(SmsService, SmsService.id == ProviderPrice.sms_service_id)
            .where(ProviderPrice.provider == provider)
        )
        rows = await self.store.read(lambda connection: connection.execute(query).all())
        return {(code, country_id): stock for code, country_id, stock in rows}

    async def sold(self) -> set[str]:
        """Codes of all that a person can find on the shelves."""
        ana = await self.ana()
        first = await self.catalogue.popular(ana)
        pages = [await self.catalogue.popular(ana, page) for page in range(1, first.pages + 1)]
        return {card.code for page in pages for card in page.services}

    async def stale(self) -> list[str]:
        """Providers whose catalogue an open case calls stale."""
        query = select(Case.subject).where(Case.kind == "catalogue.stale", Case.resolved_at.is_(None))
        return list(await self.store.read(lambda connection: connection.scalars(query).all()))

    async def words(self, provider: str = "active") -> dict[str, UUID]:
        return await self.store.read(partial(supply.provider_services, provider=provider))

    async def ana(self) -> UUID:
        return await self.store.write(person)


def open_shelves(store: Store, **rates: str) -> Shelves:
    clock, upstream, backup = HandClock(), Upstream(), Upstream("backup")
    rules = Rules(store, RuleSet(), clock)
    paid = {name: Decimal(rate) for name, rate in (rates or {"active": "5", "backup": "5"}).items()}
    providers: dict[str, Provider] = {"active": upstream, "backup": backup}
    upstreams = {"active": upstream, "backup": backup}
    catalogue = Catalogue(store, rules, clock, rates=paid, is_well=lambda name: upstreams[name].is_buying)
    return Shelves(
        store,
        clock,
        upstream,
        backup,
        rules,
        CatalogueSync(store, providers, Cases(store, Bells(), clock), clock),
        catalogue,
        Offers(store, catalogue, rules, clock),
    )
