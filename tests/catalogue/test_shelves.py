from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Connection

from db import goods, pauses
from services.catalogue import NotSold
from services.ports.provider import CountryRow, ServiceRow
from tests.catalogue.history import bought
from tests.catalogue.shop import BRAZIL, INDONESIA, Shelves, open_shelves
from tests.worlds import NOON


@pytest.fixture
async def stocked(shelves: Shelves) -> Shelves:
    shelves.upstream.sells(
        ("wa", "73", "0.50", 721), ("wa", "6", "0.20", 5), ("tg", "73", "0.90", 3), ("ig", "6", "0.10", 0)
    )
    shelves.backup.sells(("wa", "73", "0.60", 9))
    await shelves.sync.run()
    return shelves


async def test_popular_lists_what_is_in_stock_by_rank_with_its_lowest_price(stocked: Shelves) -> None:
    page = await stocked.catalogue.popular(await stocked.ana())

    assert [(card.code, card.from_price) for card in page.services] == [
        ("wa", Decimal("1.30")),
        ("tg", Decimal("5.85")),
    ]
    assert (page.page, page.pages) == (1, 1)


async def test_what_a_person_bought_lately_comes_first(stocked: Shelves) -> None:
    ana = await stocked.ana()
    await bought(stocked, ana, "tg", BRAZIL, codes=1)

    page = await stocked.catalogue.popular(ana)

    assert [(card.code, card.is_recent) for card in page.services] == [("tg", True), ("wa", False)]


async def test_pages_beyond_the_last_are_the_last(shelves: Shelves) -> None:
    codes = [f"x{number}" for number in range(17)]
    shelves.upstream.service_rows = tuple(ServiceRow(code, f"Service {code}") for code in codes)
    shelves.upstream.sells(*((code, "73", "0.10", 5) for code in codes))
    shelves.backup.sells()
    await shelves.sync.run()

    pages = [await shelves.catalogue.popular(await shelves.ana(), page) for page in (-1, 1, 2, 3, 99)]

    assert [(page.page, page.pages, len(page.services)) for page in pages] == [
        (1, 3, 8),
        (1, 3, 8),
        (2, 3, 8),
        (3, 3, 1),
        (3, 3, 1),
    ]


async def test_countries_are_listed_by_price_with_the_cheapest_provider(stocked: Shelves) -> None:
    page = await stocked.catalogue.countries(await stocked.service_id("wa"))

    assert [(each.country_id, each.price, each.stock) for each in page.countries] == [
        (INDONESIA, Decimal("1.30"), 5),
        (BRAZIL, Decimal("3.25"), 721),
    ]


async def test_countries_are_listed_by_success_where_enough_is_known(stocked: Shelves) -> None:
    ana = await stocked.ana()
    await bought(stocked, ana, "wa", BRAZIL, codes=9, without=1)
    await bought(stocked, ana, "wa", INDONESIA, codes=9)  # too few to tell

    page = await stocked.catalogue.countries(await stocked.service_id("wa"), "success")

    assert [(each.country_id, each.success_percent) for each in page.countries] == [
        (BRAZIL, 90),
        (INDONESIA, None),
    ]


async def test_success_of_long_ago_is_forgotten(stocked: Shelves) -> None:
    await bought(stocked, await stocked.ana(), "wa", BRAZIL, codes=10)
    stocked.clock.advance(timedelta(days=31).total_seconds())

    offer = await stocked.catalogue.offer_in(await stocked.service_id("wa"), BRAZIL)

    assert offer is not None
    assert offer.success_percent is None


async def test_a_country_where_nothing_ever_came_is_listed_above_none(stocked: Shelves) -> None:
    await bought(stocked, await stocked.ana(), "wa", BRAZIL, codes=0, without=10)

    page = await stocked.catalogue.countries(await stocked.service_id("wa"), "success")

    assert [each.success_percent for each in page.countries] == [0, None]


async def test_a_backup_sells_where_it_is_cheaper_in_our_money(shelves: Shelves) -> None:
    dear = open_shelves(shelves.store, active="5", backup="0.9")
    dear.upstream.sells(("wa", "73", "0.50", 721))
    dear.backup.sells(("wa", "73", "2.00", 9))  # 1.80 against 2.50
    await dear.sync.run()

    offer = await dear.catalogue.offer_in(await dear.service_id("wa"), BRAZIL)

    assert offer is not None
    assert (offer.price, offer.stock) == (Decimal("2.34"), 9)


async def test_a_provider_out_of_the_settings_sells_nothing(stocked: Shelves) -> None:
    alone = open_shelves(stocked.store, backup="5")

    offer = await alone.catalogue.offer_in(await stocked.service_id("wa"), BRAZIL)

    assert offer is not None
    assert (offer.price, offer.stock) == (Decimal("3.90"), 9)
    assert await alone.sold() == {"wa"}


async def test_who_fails_just_now_is_not_quoted_from_while_another_sells_the_same(stocked: Shelves) -> None:
    whatsapp, ana = await stocked.service_id("wa"), await stocked.ana()

    async def quoted() -> tuple[Decimal, set[Decimal]]:
        listed = (await stocked.catalogue.countries(whatsapp)).countries
        return (await stocked.offers.quote(ana, whatsapp, BRAZIL)).price, {each.price for each in listed}

    usual = await quoted()
    stocked.upstream.is_buying = False
    dearer = await quoted()
    stocked.backup.is_buying = False
    nobody_is_well = await quoted()

    assert usual == (Decimal("3.25"), {Decimal("3.25"), Decimal("1.30")})
    assert dearer == (Decimal("3.90"), {Decimal("3.90")})
    assert nobody_is_well == usual  # shown all the same: the next one who tries may find one of them well


async def test_a_paused_provider_sells_nothing(stocked: Shelves) -> None:
    def pause(connection: Connection) -> None:
        for name in ("active", "backup"):
            pauses.pause(connection, name, reason="bad_key", until=None, balance_needed=None, now=NOON)

    await stocked.store.write(pause)

    assert await stocked.sold() == set()
    assert (await stocked.catalogue.all_countries()).countries == ()
    assert await stocked.catalogue.offer_in(await stocked.service_id("wa"), BRAZIL) is None


async def test_rules_of_price_hold_in_every_list(stocked: Shelves) -> None:
    await stocked.price_rule(service="wa", country=BRAZIL, fixed="0.99")
    await stocked.price_rule(country=INDONESIA, markup="100")
    whatsapp, ana = await stocked.service_id("wa"), await stocked.ana()

    popular = await stocked.catalogue.popular(ana)
    countries = await stocked.catalogue.countries(whatsapp)
    in_brazil = await stocked.catalogue.services_in(BRAZIL)
    in_indonesia = await stocked.catalogue.services_in(INDONESIA)

    assert popular.services[0].from_price == Decimal("0.99")
    assert [each.price for each in countries.countries] == [Decimal("0.99"), Decimal("2.00")]
    assert [card.from_price for card in in_brazil.services] == [Decimal("0.99"), Decimal("5.85")]
    assert [card.from_price for card in in_indonesia.services] == [Decimal("2.00")]


async def test_a_rule_takes_the_place_of_the_one_before(stocked: Shelves) -> None:
    await stocked.price_rule(markup="10")
    await stocked.price_rule(fixed="0.50")
    with_rule = await stocked.store.read(goods.price_rules)
    await stocked.price_rule()

    assert [(row.markup_percent, row.fixed_price) for row in with_rule] == [(None, Decimal("0.50"))]
    assert await stocked.store.read(goods.price_rules) == []


async def test_the_shops_own_price_for_a_service_holds_everywhere(stocked: Shelves) -> None:
    await stocked.change_service("wa", price_per_otp=Decimal("7.77"))

    page = await stocked.catalogue.countries(await stocked.service_id("wa"))

    assert {each.price for each in page.countries} == {Decimal("7.77")}


async def test_alternatives_are_the_cheapest_other_countries(shelves: Shelves) -> None:
    shelves.upstream.country_rows = tuple(CountryRow(str(number), "") for number in range(1, 7))
    shelves.upstream.sells(*(("wa", str(number), f"0.{number}0", 5) for number in range(1, 7)))
    shelves.backup.sells()
    await shelves.sync.run()

    others = await shelves.catalogue.alternatives(await shelves.service_id("wa"), 2)

    assert [each.country_id for each in others] == [1, 3, 4]


async def test_countries_are_listed_by_name_where_something_is_sold(stocked: Shelves) -> None:
    listed = await stocked.catalogue.all_countries()

    assert [(each.name, each.flag) for each in listed.countries] == [("Brazil", "🇧🇷"), ("Indonesia", "🇮🇩")]


async def test_countries_are_listed_in_the_order_of_the_readers_language(stocked: Shelves) -> None:
    names = {"Brazil": "Último", "Indonesia": "África"}

    listed = await stocked.catalogue.all_countries(1, lambda country: names[country.name])

    assert [each.name for each in listed.countries] == ["Indonesia", "Brazil"]


async def test_a_country_that_is_not_sold_is_on_no_list(stocked: Shelves) -> None:
    await stocked.change_country(INDONESIA, active=False)
    whatsapp = await stocked.service_id("wa")

    page = await stocked.catalogue.countries(whatsapp)
    listed = await stocked.catalogue.all_countries()
    there = await stocked.catalogue.services_in(INDONESIA)

    assert [each.country_id for each in page.countries] == [BRAZIL]
    assert [each.country_id for each in listed.countries] == [BRAZIL]
    assert there.services == ()
    with pytest.raises(NotSold):
        await stocked.catalogue.country(INDONESIA)


@pytest.mark.parametrize("change", [{"active": False}, {"policy": "block"}, {"policy": "review"}])
async def test_a_service_that_is_not_sold_is_on_no_list(stocked: Shelves, change: dict[str, object]) -> None:
    whatsapp = await stocked.service_id("wa")
    await stocked.change_service("wa", **change)

    assert await stocked.sold() == {"tg"}
    assert await stocked.catalogue.search("whatsapp") == ()
    assert await stocked.catalogue.offer_in(whatsapp, BRAZIL) is None
    assert await stocked.catalogue.alternatives(whatsapp, INDONESIA) == ()
    with pytest.raises(NotSold):
        await stocked.catalogue.service(whatsapp)
    with pytest.raises(NotSold):
        await stocked.catalogue.countries(whatsapp)


async def test_an_unknown_service_is_not_sold(stocked: Shelves) -> None:
    with pytest.raises(NotSold):
        await stocked.catalogue.service(UUID(int=0))
