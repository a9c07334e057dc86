from decimal import Decimal
from random import Random

import phonenumbers
import pytest

from bot.sandbox.sms_active.catalogue import Catalogue
from bot.sandbox.sms_active.countries import COUNTRIES, Country
from bot.sandbox.sms_active.numbers import draw_phone


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.name)
def test_drawn_numbers_are_valid_mobile_numbers_of_their_country(country: Country) -> None:
    dice = Random(1)

    phones = [draw_phone(country, dice, lambda _: True) for _ in range(200)]

    assert all(phonenumbers.is_valid_number(phonenumbers.parse(f"+{phone}")) for phone in phones)


def test_whatsapp_in_brazil_costs_half_a_dollar_and_is_in_stock() -> None:
    for seed in range(5):
        offer = Catalogue(seed).offer("wa", 73)

        assert offer.cost == Decimal("0.5000")
        assert offer.physical_count == 721


def test_a_boasted_stock_may_be_empty() -> None:
    offer = Catalogue(seed=1).offer("wa", 62)

    assert (offer.count, offer.physical_count) == (56_964, 0)


def test_a_catalogue_follows_from_its_seed() -> None:
    assert Catalogue(3).offers == Catalogue(3).offers
    assert Catalogue(3).offers != Catalogue(4).offers


def test_brazil_has_its_operators() -> None:
    assert Catalogue(1).country(73).operators == ("claro", "tim", "vivo", "oi")


def test_the_world_is_wide_enough() -> None:
    catalogue = Catalogue(1)

    assert len(catalogue.services) >= 60
    assert len(catalogue.countries) >= 40
    assert len(catalogue.offers) > 2_000
