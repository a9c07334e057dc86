from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.prices import PriceList, PriceRule, price_of, round_up

CENT = Decimal("0.01")
WHATSAPP, TELEGRAM = uuid4(), uuid4()
BRAZIL, INDONESIA = 73, 6

costs = st.decimals(Decimal("0.000001"), Decimal(1_000), places=6)
rates = st.decimals(Decimal("0.0001"), Decimal(1_000), places=4)
markups = st.decimals(Decimal(0), Decimal(500), places=2)


def test_half_a_dollar_at_five_and_thirty_percent_is_three_twenty_five() -> None:
    assert price_of(Decimal("0.50"), Decimal(5), Decimal(30)) == Decimal("3.25")


@given(costs, rates, markups)
def test_a_price_is_never_below_what_it_costs(cost: Decimal, rate: Decimal, markup: Decimal) -> None:
    assert price_of(cost, rate, markup) >= cost * rate


@given(costs, rates, st.decimals(Decimal(-100), Decimal(0), places=2))
def test_a_markup_below_nothing_is_nothing(cost: Decimal, rate: Decimal, markup: Decimal) -> None:
    assert price_of(cost, rate, markup) == price_of(cost, rate, Decimal(0))


@given(costs, rates, markups)
def test_rounding_adds_less_than_a_cent(cost: Decimal, rate: Decimal, markup: Decimal) -> None:
    exact = cost * rate * (100 + markup) / 100

    assert Decimal(0) <= price_of(cost, rate, markup) - exact < CENT


@given(costs, costs, rates, markups)
def test_what_costs_more_is_never_sold_for_less(
    one: Decimal, other: Decimal, rate: Decimal, markup: Decimal
) -> None:
    less, more = sorted([one, other])

    assert price_of(less, rate, markup) <= price_of(more, rate, markup)


@given(st.integers(1, 10**40), st.integers(0, 30))
def test_digits_are_never_lost_before_rounding_up(digits: int, places: int) -> None:
    amount = Decimal(digits).scaleb(-places)

    assert round_up(amount) >= amount


@pytest.mark.parametrize("fixed", ["0.01", "0.99", "12.00"])
def test_a_fixed_price_is_the_operators_word_even_at_a_loss(fixed: str) -> None:
    assert price_of(Decimal("0.50"), Decimal(5), Decimal(30), Decimal(fixed)) == Decimal(fixed)


EVERYTHING = PriceRule(None, None, Decimal(10), None)
IN_BRAZIL = PriceRule(None, BRAZIL, Decimal(20), None)
WHATSAPPS = PriceRule(WHATSAPP, None, Decimal(40), None)
BOTH = PriceRule(WHATSAPP, BRAZIL, Decimal(50), None)
OWN = Decimal("9.99")  # price_per_otp


@pytest.mark.parametrize(
    ("rules", "service", "country", "own", "price"),
    [
        ([], WHATSAPP, BRAZIL, None, "3.25"),
        ([EVERYTHING], WHATSAPP, BRAZIL, None, "2.75"),
        ([EVERYTHING, IN_BRAZIL], WHATSAPP, BRAZIL, None, "3.00"),
        ([EVERYTHING, IN_BRAZIL], WHATSAPP, INDONESIA, None, "2.75"),
        ([EVERYTHING, IN_BRAZIL, WHATSAPPS], WHATSAPP, BRAZIL, None, "3.50"),
        ([EVERYTHING, IN_BRAZIL, WHATSAPPS, BOTH], WHATSAPP, BRAZIL, None, "3.75"),
        ([EVERYTHING, IN_BRAZIL, WHATSAPPS, BOTH], TELEGRAM, BRAZIL, None, "3.00"),
        ([EVERYTHING, IN_BRAZIL, WHATSAPPS], WHATSAPP, BRAZIL, OWN, "9.99"),
        ([EVERYTHING, IN_BRAZIL, WHATSAPPS, BOTH], WHATSAPP, BRAZIL, OWN, "3.75"),
        ([PriceRule(None, None, None, Decimal("0.10"))], WHATSAPP, BRAZIL, None, "0.10"),
    ],
)
def test_the_most_exact_rule_wins(
    rules: list[PriceRule], service: UUID, country: int, own: Decimal | None, price: str
) -> None:
    prices = PriceList({"active": Decimal(5)}, Decimal(30), reversed(rules))

    assert prices.price(row(service, country, own)) == Decimal(price)


def test_the_provider_that_costs_us_least_is_chosen() -> None:
    prices = PriceList({"active": Decimal(5), "backup": Decimal(1), "third": Decimal(1)}, Decimal(30), [])
    dear, cheap, as_cheap = (
        row(WHATSAPP, BRAZIL, cost=cost, provider=provider)
        for provider, cost in (("active", "0.50"), ("backup", "2.40"), ("third", "2.40"))
    )

    assert prices.cheapest([dear, as_cheap, cheap]) == [cheap]


def row(
    service: UUID, country: int, own: Decimal | None = None, cost: str = "0.50", provider: str = "active"
) -> SimpleNamespace:
    return SimpleNamespace(
        provider=provider,
        sms_service_id=service,
        country_id=country,
        cost=Decimal(cost),
        stock=7,
        price_per_otp=own,
    )
