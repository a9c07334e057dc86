from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection

from db import buying, quotes
from services.catalogue import NoNumbers, NotSold
from services.checkout import OfferNotFound
from services.offers import UnknownOperator
from services.ports.provider import CountryRow
from tests.catalogue.history import bought
from tests.catalogue.shop import BRAZIL, INDONESIA, Shelves
from tests.worlds import credited, person


@pytest.fixture
async def stocked(shelves: Shelves) -> Shelves:
    shelves.upstream.sells(("wa", "73", "0.50", 721))
    shelves.backup.sells(("wa", "73", "0.60", 9), ("tg", "6", "0.60", 9))
    shelves.backup.operator_rows = {"73": ("oi", "tim")}
    await shelves.sync.run()
    return shelves


async def test_a_card_says_what_is_quoted(stocked: Shelves) -> None:
    ana, whatsapp = await stocked.ana(), await stocked.service_id("wa")
    await stocked.store.write(partial(credited, user_id=ana, amount="2.00"))
    await bought(stocked, ana, "wa", BRAZIL, codes=8, without=2)

    card = await stocked.offers.quote(ana, whatsapp, BRAZIL)

    assert (card.service.code, card.country.name, card.country.flag) == ("wa", "Brazil", "🇧🇷")
    assert (card.price, card.stock, card.country.success_percent) == (Decimal("3.25"), 721, 80)
    assert (card.balance, card.missing) == (Decimal("2.00"), Decimal("1.25"))
    assert card.operators == ("claro", "tim", "vivo")
    assert card.expires_at == stocked.clock.now() + timedelta(minutes=15)


async def test_what_is_quoted_is_a_row_and_the_cap_is_what_it_costs(stocked: Shelves) -> None:
    ana, whatsapp = await stocked.ana(), await stocked.service_id("wa")

    card = await stocked.offers.quote(ana, whatsapp, BRAZIL, "vivo")

    offer = await stocked.store.read(partial(buying.offer, offer_id=card.id))
    assert offer is not None
    assert (offer.user_id, offer.sms_service_id, offer.country_id) == (ana, whatsapp, BRAZIL)
    assert (offer.provider, offer.operator) == ("active", "vivo")
    assert (offer.price, offer.cap) == (Decimal("3.25"), Decimal("0.50"))
    assert offer.expires_at == card.expires_at


async def test_a_loss_leader_is_capped_at_its_cost_as_well(stocked: Shelves) -> None:
    await stocked.price_rule(service="wa", country=BRAZIL, fixed="0.99")

    card = await stocked.offers.quote(await stocked.ana(), await stocked.service_id("wa"), BRAZIL)

    offer = await stocked.store.read(partial(buying.offer, offer_id=card.id))
    assert offer is not None
    assert (offer.price, offer.cap) == (Decimal("0.99"), Decimal("0.50"))


async def test_a_card_keeps_its_price_when_the_price_rises(stocked: Shelves) -> None:
    ana, whatsapp = await stocked.ana(), await stocked.service_id("wa")
    card = await stocked.offers.quote(ana, whatsapp, BRAZIL)

    stocked.upstream.sells(("wa", "73", "0.80", 10))
    await stocked.sync.run_prices()

    again = await stocked.offers.card(ana, card.id)
    assert (again.price, again.stock, again.expires_at) == (Decimal("3.25"), 10, card.expires_at)


async def test_a_card_shows_when_its_provider_has_run_out(stocked: Shelves) -> None:
    ana, whatsapp = await stocked.ana(), await stocked.service_id("wa")
    card = await stocked.offers.quote(ana, whatsapp, BRAZIL)

    stocked.upstream.sells(("wa", "73", "0.50", 0))
    await stocked.sync.run_prices()

    assert (await stocked.offers.card(ana, card.id)).stock == 0


async def test_a_card_is_its_owners_alone(stocked: Shelves) -> None:
    card = await stocked.offers.quote(await stocked.ana(), await stocked.service_id("wa"), BRAZIL)
    bob = await stocked.store.write(partial(person, telegram_id=2, username="bob"))

    with pytest.raises(OfferNotFound):
        await stocked.offers.card(bob, card.id)
    with pytest.raises(OfferNotFound):
        await stocked.offers.card(bob, uuid4())


async def test_an_operator_of_another_provider_is_bought_there(stocked: Shelves) -> None:
    card = await stocked.offers.quote(await stocked.ana(), await stocked.service_id("wa"), BRAZIL, "oi")

    assert (card.operator, card.price, card.operators) == ("oi", Decimal("3.90"), ("oi", "tim"))


async def test_an_operator_of_two_providers_is_bought_at_the_cheaper(stocked: Shelves) -> None:
    card = await stocked.offers.quote(await stocked.ana(), await stocked.service_id("wa"), BRAZIL, "tim")

    assert card.price == Decimal("3.25")


@pytest.mark.parametrize("operator", ["nextel", "", None])
async def test_an_operator_must_exist(stocked: Shelves, operator: str | None) -> None:
    ana, whatsapp = await stocked.ana(), await stocked.service_id("wa")

    if operator:
        with pytest.raises(UnknownOperator) as refusal:
            await stocked.offers.quote(ana, whatsapp, BRAZIL, operator)
        assert refusal.value.facts == {"operator": operator}
    else:
        assert (await stocked.offers.quote(ana, whatsapp, BRAZIL, operator)).operator is None


async def test_no_numbers_names_what_was_wanted(stocked: Shelves) -> None:
    ana, whatsapp = await stocked.ana(), await stocked.service_id("wa")

    with pytest.raises(NoNumbers) as refusal:
        await stocked.offers.quote(ana, whatsapp, INDONESIA)

    assert refusal.value.facts == {"service_id": whatsapp, "country_id": INDONESIA}


async def test_what_is_not_sold_names_what_was_wanted(stocked: Shelves) -> None:
    ana, whatsapp = await stocked.ana(), await stocked.service_id("wa")
    nobodys = UUID(int=7)
    await stocked.change_country(INDONESIA, active=False)

    for service, country in ((whatsapp, INDONESIA), (nobodys, BRAZIL), (whatsapp, 4_711)):
        with pytest.raises(NotSold) as refusal:
            await stocked.offers.quote(ana, service, country)
        assert refusal.value.facts == {"service_id": service, "country_id": country}


async def test_a_guarded_service_is_not_quoted(stocked: Shelves) -> None:
    stocked.upstream.country_rows = (CountryRow("73", "Brazil"),)
    stocked.upstream.sells(("aaa", "73", "0.10", 50), ("wa", "73", "0.50", 1))
    await stocked.sync.run()
    nubank = await stocked.service_id("aaa")

    with pytest.raises(NotSold):
        await stocked.offers.quote(await stocked.ana(), nubank, BRAZIL)


async def test_a_refused_quote_leaves_no_row(stocked: Shelves) -> None:
    with pytest.raises(NoNumbers):
        await stocked.offers.quote(await stocked.ana(), await stocked.service_id("tg"), BRAZIL)

    far = stocked.clock.now() + timedelta(days=365)
    assert await stocked.store.write(partial(quotes.forget_offers, before=far)) == 0


async def test_quotes_that_nobody_bought_are_forgotten(stocked: Shelves) -> None:
    ana, whatsapp = await stocked.ana(), await stocked.service_id("wa")
    await bought(stocked, ana, "wa", BRAZIL, codes=1)
    await stocked.offers.quote(ana, whatsapp, BRAZIL)

    def forget(connection: Connection) -> int:
        return quotes.forget_offers(connection, stocked.clock.now() + timedelta(days=1))

    assert await stocked.store.write(forget) == 1
