"""What is told before anybody pays: which ways there are, in which order, what each asks and gives."""

from decimal import Decimal
from pathlib import Path

import pytest

from bot.gateways import open_gateways
from bot.sandbox.keys import KEYS
from bot.settings import read_settings
from bot.stars_desk import TelegramStarsDesk
from bot.telegram_api import TelegramApi
from bot.wiring import Shop
from db.store import Store
from services.gateways.stars import StarsGateway, StarsSettings
from services.ports.gateway import Office
from services.rules import BadRuleValue
from services.views import BonusStep
from services.ways import UnknownWay
from tests.money.till import GivingGateway, open_till
from tests.money.wired import ANA, open_wired
from tests.worlds import HandClock

FIFTY = Decimal("50.00")


class Abroad(GivingGateway):
    """A gateway that takes no reais."""

    code = "abroad"
    currencies = frozenset({"USD"})


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        (KEYS, ["pix", "stars", "stripe", "mercadopago", "cryptopay"]),
        ({"STRIPE_SECRET_KEY": "sk_test_1"}, ["stars", "stripe"]),
        ({"STARS_PER_UNIT": "0", "CRYPTOPAY_TOKEN": "1:a"}, ["cryptopay"]),
    ],
)
def test_pix_comes_first_then_stars_then_cards(
    monkeypatch: pytest.MonkeyPatch, keys: dict[str, str], order: list[str]
) -> None:
    for name, value in keys.items():
        monkeypatch.setenv(name, value)

    opened = open_gateways(
        Office(HandClock(), "BRL", TelegramStarsDesk(TelegramApi("http://127.0.0.1:9", "1:a")))
    )

    assert list(opened) == order


async def test_a_setting_orders_the_ways_and_leaves_some_out(store: Store) -> None:
    gateways = {code: GivingGateway(code) for code in ("pix", "stars", "stripe")}
    till = open_till(store, gateways, ways=("stripe", "cheque", "pix"))
    ana = await till.customer()

    ways = await till.topups.ways(ana, FIFTY)

    assert [way.gateway for way in ways] == ["stripe", "pix"]
    with pytest.raises(UnknownWay):
        await till.topups.ask(ana, "stars", FIFTY)


async def test_a_way_that_does_not_take_the_shops_currency_is_not_offered(store: Store) -> None:
    till = open_till(store, {"abroad": Abroad("abroad"), "pix": GivingGateway("pix")})
    ana = await till.customer()

    ways = await till.topups.ways(ana, FIFTY)

    assert [way.gateway for way in ways] == ["pix"]
    with pytest.raises(UnknownWay):
        await till.topups.ask(ana, "abroad", FIFTY)


async def test_each_way_has_its_own_fee_rounded_up(store: Store) -> None:
    gateways = {code: GivingGateway(code) for code in ("pix", "stripe", "cards")}
    till = open_till(store, gateways, fees={"stripe": Decimal("4.99"), "pix": Decimal(0), "all": Decimal(2)})
    ana = await till.customer()

    ways = await till.topups.ways(ana, Decimal("10.01"))

    assert {way.gateway: str(way.amount) for way in ways} == {
        "pix": "10.01",
        "stripe": "10.51",
        "cards": "10.22",
    }
    assert {way.credits for way in ways} == {Decimal("10.01")}


@pytest.mark.parametrize(
    ("amount", "bonus"),
    [("49.99", "0.00"), ("50.00", "2.50"), ("50.19", "2.50"), ("199.99", "9.99"), ("200.00", "20.00")],
)
async def test_a_bonus_grows_by_steps_and_is_rounded_down(store: Store, amount: str, bonus: str) -> None:
    till = open_till(store, bonuses={"200": Decimal(10), "50": Decimal(5)})
    ana = await till.customer()

    (way,) = await till.topups.ways(ana, Decimal(amount))

    assert str(way.bonus) == bonus
    assert await till.topups.bonuses() == (
        BonusStep(Decimal(50), Decimal(5)),
        BonusStep(Decimal(200), Decimal(10)),
    )


async def test_stars_are_told_before_and_asked_for_with_their_fee(store: Store) -> None:
    async with open_wired(store, fees={"stars": Decimal(10)}) as wired:
        ana = await wired.till.customer(ANA)
        ways = await wired.till.topups.ways(ana, Decimal("20.00"))
        told = next((way.pay_amount, way.pay_currency) for way in ways if way.gateway == "stars")
        bill = await wired.till.open_bill(ana, gateway="stars")

        assert (await wired.pay_stars(bill))["ok"]
        await wired.deliver()

        assert told == (Decimal(880), "XTR") == (bill.pay_amount, bill.pay_currency)
        assert await wired.till.balance(ana) == Decimal("20.00")
        assert wired.parts.telegram.stars == 880


async def test_sums_outside_the_limits_are_no_presets(store: Store) -> None:
    till = open_till(
        store,
        topup_presets=(Decimal(5), Decimal(20), Decimal(90)),
        topup_min=Decimal(10),
        topup_max=Decimal(50),
    )

    assert await till.topups.presets() == (Decimal(20),)


@pytest.mark.parametrize(("rule", "value"), [("bonuses", "-1=5"), ("bonuses", "50"), ("fees", "stripe=200")])
async def test_an_impossible_percentage_is_refused(store: Store, rule: str, value: str) -> None:
    till = open_till(store)

    with pytest.raises(BadRuleValue):
        await till.rules.change(rule, value)


def test_the_environment_sets_them_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = {
        "TOPUP_PRESETS": "20, 40",
        "TOPUP_WAYS": "stars, stripe",
        "TOPUP_BONUSES": "50=5, 200=10",
        "TOPUP_FEES": "stripe=4.99, all=1",
        "TOPUPS_OPEN": "2",
        "TOPUPS_PER_HOUR": "4",
        "TOPUP_SECOND_PAYMENT": "refund",
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/shop.db",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)

    rules = Shop(read_settings()).rules._defaults

    assert rules.topup_presets == (Decimal(20), Decimal(40))
    assert rules.ways == ("stars", "stripe")
    assert rules.bonuses == {"50": Decimal(5), "200": Decimal(10)}
    assert rules.fees == {"stripe": Decimal("4.99"), "all": Decimal(1)}
    assert (rules.open_topups, rules.topups_per_hour, rules.refunds_second_payments) == (2, 4, True)


def test_stars_cost_nothing_more_than_their_price() -> None:
    gateway = StarsGateway(StarsSettings(stars_per_unit=Decimal("0.30")), "BRL", desk=None)  # type: ignore[arg-type]

    assert gateway.price_of(Decimal("10.01")) == (Decimal(4), "XTR")
