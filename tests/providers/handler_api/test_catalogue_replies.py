"""Catalogue and money, in the shapes seen at several providers."""

from decimal import Decimal
from typing import Any

import pytest

from services.errors import ProviderUnavailable
from services.ports.provider import (
    CountryRow,
    PriceRow,
    Reactivation,
    ServiceRow,
)
from services.providers.handler_api.answers import Data, Token
from services.providers.handler_api.parsing.accounts import read_balance, read_reactivation
from services.providers.handler_api.parsing.catalogue import read_countries, read_operators, read_services
from services.providers.handler_api.parsing.prices import read_prices
from tests.providers.handler_api.conftest import connect
from tests.providers.handler_api.upstream import Canned


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ({"73": {"wa": {"cost": Decimal("0.4"), "count": 56964, "physicalCount": 0}}}, [("0.4", 0)]),
        ({"73": {"wa": {"cost": "0.4512", "count": 7}}}, [("0.4512", 7)]),
        ({"73": {"wa": {"cost": 1, "count": "7", "physicalCount": None}}}, [("1", 7)]),
        ({"73": {"wa": {"0.697": 157, "0.683": 22, "0.5": 0}}}, [("0.683", 22)]),
        ({"73": {"wa": {"0.697": 0, "0.683": 0}}}, [("0.683", 0)]),
        (
            {"73": {"wa": {"12": {"count": 9, "price": Decimal("2.5")}, "13": {"count": 1, "price": 2}}}},
            [("2", 1)],
        ),
        ({"73": {"wa": {"count": 9, "price": "2.5"}}}, [("2.5", 9)]),
        ({"73": []}, []),
        ({"73": {"wa": []}}, []),
        ({"73": {"wa": {"cost": "free", "count": 1}}}, []),
        ({"73": {"wa": {"cost": 0, "count": 1}}}, []),
        ({"73": {"wa": {"cost": -1, "count": 1}}}, []),
        ({"73": {"wa": {"cost": 1, "count": -5}}}, []),
        ({}, []),
        ([], []),
    ],
)
def test_prices_are_read_in_all_their_shapes(table: object, rows: list[tuple[str, int]]) -> None:
    assert read_prices(table) == tuple(PriceRow("wa", "73", Decimal(cost), stock) for cost, stock in rows)


@pytest.mark.parametrize("value", [None, [1], "x", 7])
def test_what_is_no_table_is_no_empty_one(value: object) -> None:
    with pytest.raises(ProviderUnavailable):
        read_prices(value)


@pytest.mark.parametrize(
    "value",
    [
        {
            "status": "success",
            "services": [{"code": "wa", "name": "Whatsapp "}, {"code": "full", "name": "R"}],
        },
        {"wa": "Whatsapp"},
        [{"code": "wa", "name": "Whatsapp"}, {"name": "nameless"}, None],
        {"services": {"wa": "Whatsapp"}},
    ],
)
def test_services_are_a_list_or_a_map(value: object) -> None:
    assert read_services(value) == (ServiceRow("wa", "Whatsapp"),)


@pytest.mark.parametrize(
    "value",
    [
        {"73": {"id": 73, "eng": "Brazil", "visible": 1, "retry": 0}, "": {"id": "", "eng": ""}},
        {"73": {"id": "73", "eng": "Brazil", "visible": "1", "retry": "0"}},
        {"73": {"eng": "Brazil", "visible": True, "retry": False}},
        [{"id": 73, "eng": "Brazil", "visible": 1, "retry": 0}, [], {"eng": "Nowhere"}],
    ],
)
def test_countries_are_an_object_or_an_array(value: object) -> None:
    assert read_countries(value) == (CountryRow("73", "Brazil", visible=True, can_repeat=False),)


def test_country_zero_is_a_country() -> None:
    assert read_countries({"0": {"id": 0, "eng": "Russia"}}) == (CountryRow("0", "Russia"),)


@pytest.mark.parametrize("value", [{}, [], None, {"status": "success", "services": []}])
def test_an_empty_catalogue_is_no_catalogue(value: object) -> None:
    with pytest.raises(ProviderUnavailable):
        read_services(value)
    with pytest.raises(ProviderUnavailable):
        read_countries(value)


@pytest.mark.parametrize(
    ("value", "operators"),
    [
        (
            {"countryOperators": {"73": ["claro", "any", "vivo"], "6": [], "2": "x"}},
            {"73": ("claro", "vivo")},
        ),
        ({"countryOperators": []}, {}),
        ({}, {}),
    ],
)
def test_a_country_without_operators_is_absent(value: object, operators: dict[str, tuple[str, ...]]) -> None:
    assert read_operators(value) == operators


@pytest.mark.parametrize(
    ("answer", "balance"),
    [
        (Token("ACCESS_BALANCE:100.5"), "100.5"),
        (Token("ACCESS_BALANCE:-0.25"), "-0.25"),
        (Data({"balance": "4.6820", "currency": 840}), "4.6820"),
        (Data({"balance": Decimal("4.6")}), "4.6"),
    ],
)
def test_a_balance_is_exact(answer: Token | Data, balance: str) -> None:
    assert read_balance(answer) == Decimal(balance)


@pytest.mark.parametrize(
    "answer", [Token("ACCESS_BALANCE:"), Token("ACCESS_NUMBER:1:5511987654321"), Data({}), Data([5])]
)
def test_what_is_no_amount_is_no_balance(answer: Token | Data) -> None:
    with pytest.raises(ProviderUnavailable):
        read_balance(answer)


@pytest.mark.parametrize("value", [{}, {"cost": "free"}, {"price": -1}, None])
def test_renting_again_without_a_price_is_no_offer(value: object) -> None:
    with pytest.raises(ProviderUnavailable):
        read_reactivation(Data(value))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"status": "success", "cost": Decimal("0.3"), "phone": "1"}, Reactivation(Decimal("0.3"))),
        ({"price": "0.3000", "currency": 840, "durations": [20]}, Reactivation(Decimal("0.3000"), "USD")),
        (Decimal("0.3"), Reactivation(Decimal("0.3"))),
    ],
)
def test_the_price_of_renting_again_has_two_names(value: object, told: Reactivation) -> None:
    assert read_reactivation(Data(value)) == told


async def test_no_operators_anywhere_is_an_empty_map(canned: Canned, doors: Any) -> None:
    provider = await connect(doors, canned.server())
    canned.say("OPERATORS_NOT_FOUND")

    assert await provider.operators() == {}


async def test_a_torn_price_table_is_no_table(canned: Canned, doors: Any) -> None:
    provider = await connect(doors, canned.server())
    canned.say('{"73":{"wa":{"cost":0.4,"count":1}},"6":{"wa":{"co')

    with pytest.raises(ProviderUnavailable):
        await provider.prices()
