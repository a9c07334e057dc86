from datetime import timedelta
from decimal import Decimal

import pytest

from bot.sandbox.sms_active.account import Account
from bot.sandbox.sms_active.activation import Order, State
from bot.sandbox.sms_active.catalogue import Catalogue
from bot.sandbox.sms_active.refusal import RefusedError
from bot.sandbox.sms_active.rules import Rules
from tests.sandbox.sms_active.conftest import StoppedClock

WHATSAPP_BRAZIL = Order("wa", 73)


@pytest.fixture
def account(clock: StoppedClock) -> Account:
    opened = Account(clock.now, Catalogue(seed=1), Rules(), seed=1)
    opened.books.deposit(Decimal(10), clock.now())
    return opened


def test_a_purchase_holds_its_cost_and_takes_a_number_from_the_stock(account: Account) -> None:
    stock = account.catalogue.offer("wa", 73).physical_count

    bought = account.buy(WHATSAPP_BRAZIL)

    assert account.balance() == Decimal("9.5000")
    assert bought.phone.startswith("55")
    assert account.catalogue.offer("wa", 73).physical_count == stock - 1
    assert [entry.kind for entry in account.books.entries] == ["deposit", "hold"]


def test_a_code_keeps_the_charge_whatever_comes_after(account: Account, clock: StoppedClock) -> None:
    bought = account.buy(WHATSAPP_BRAZIL)

    account.receive(bought, clock.now())
    clock.advance(3_600)

    assert account.balance() == Decimal("9.5000")
    assert bought.state is State.FINISHED
    assert account.violations() == []


def test_a_life_without_a_code_pays_the_cost_back(account: Account, clock: StoppedClock) -> None:
    bought = account.buy(WHATSAPP_BRAZIL)

    clock.advance(20 * 60)

    assert account.balance() == Decimal("10.0000")
    assert bought.state is State.REFUNDED
    assert bought.ended_at == bought.ends_at


def test_a_cancel_waits_for_the_floor(account: Account, clock: StoppedClock) -> None:
    bought = account.buy(WHATSAPP_BRAZIL)
    clock.advance(119)

    with pytest.raises(RefusedError, match="EARLY_CANCEL_DENIED"):
        account.cancel(bought)
    clock.advance(1)
    account.cancel(bought)

    assert account.balance() == Decimal("10.0000")


def test_a_cancel_after_a_code_is_refused(account: Account, clock: StoppedClock) -> None:
    bought = account.buy(WHATSAPP_BRAZIL)
    account.receive(bought, clock.now())
    clock.advance(121)

    with pytest.raises(RefusedError, match="OTP_RECEIVED"):
        account.cancel(bought)

    assert bought.is_open


def test_a_day_long_number_can_be_cancelled_for_twenty_minutes_only(
    account: Account, clock: StoppedClock
) -> None:
    account.rules.life_seconds = 24 * 3_600
    bought = account.buy(WHATSAPP_BRAZIL)
    clock.advance(20 * 60 + 1)

    with pytest.raises(RefusedError, match="FREE_CANCELLATION_EXPIRED"):
        account.cancel(bought)


def test_one_more_code_can_be_asked_for_only_after_the_first(account: Account, clock: StoppedClock) -> None:
    bought = account.buy(WHATSAPP_BRAZIL)
    with pytest.raises(RefusedError, match="BAD_STATUS"):
        account.ask_again(bought)

    account.receive(bought, clock.now())
    account.ask_again(bought)
    account.receive(bought, clock.now())

    assert bought.state is State.RECEIVED
    assert len(bought.messages) == 2
    assert account.balance() == Decimal("9.5000")


def test_a_code_may_be_planned_at_the_purchase(account: Account, clock: StoppedClock) -> None:
    account.auto.change(5, service=None)
    account.auto.change(None, service="tg")

    bought, silent = account.buy(WHATSAPP_BRAZIL), account.buy(Order("tg", 6))
    clock.advance(5)
    account.catch_up()

    assert bought.last is not None
    assert bought.last.at == bought.bought_at + timedelta(seconds=5)
    assert bought.last.code is not None
    assert len(bought.last.code) == 6
    assert silent.last is None


def test_a_code_after_the_end_changes_no_money(account: Account, clock: StoppedClock) -> None:
    bought = account.buy(WHATSAPP_BRAZIL)
    clock.advance(1_200)
    account.catch_up()

    account.receive(bought, clock.now())

    assert bought.late_messages
    assert not bought.messages
    assert account.balance() == Decimal("10.0000")
    assert account.violations() == []


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (Order("nope", 73), "BAD_SERVICE"),
        (Order("wa", 999), "BAD_COUNTRY"),
        (Order("wa", 73, operators=("vodafone",)), "WRONG_OPERATOR"),
        (Order("wa", 62), "NO_NUMBERS"),
        (Order("wa", 73, max_price=Decimal("0.4999")), "WRONG_MAX_PRICE"),
    ],
)
def test_an_order_that_cannot_be_filled_says_why(account: Account, order: Order, code: str) -> None:
    with pytest.raises(RefusedError, match=code):
        account.buy(order)

    assert account.balance() == Decimal(10)


def test_a_fixed_price_buys_at_exactly_the_cap(account: Account) -> None:
    bought = account.buy(Order("wa", 73, max_price=Decimal("0.9000"), fixed_price=True))

    assert bought.cost == Decimal("0.9000")


def test_unwanted_prefixes_are_not_sold(account: Account) -> None:
    unwanted = ("5511", "5521", "5531", "5541", "5551", "5561", "5571", "5581")

    bought = account.buy(Order("wa", 73, unwanted_prefixes=unwanted))

    assert bought.phone.startswith("5585")


def test_too_little_balance_buys_nothing(account: Account) -> None:
    account.books.deposit(Decimal("-9.6"), account.now())

    with pytest.raises(RefusedError, match="NO_BALANCE"):
        account.buy(WHATSAPP_BRAZIL)

    assert account.activations == {}


def test_a_thread_limit_counts_numbers_that_wait(account: Account, clock: StoppedClock) -> None:
    account.rules.threads_limit = 1
    first = account.buy(WHATSAPP_BRAZIL)

    with pytest.raises(RefusedError, match="CHANNELS_LIMIT"):
        account.buy(WHATSAPP_BRAZIL)
    account.receive(first, clock.now())

    assert account.buy(WHATSAPP_BRAZIL).is_open


def test_a_hundred_numbers_without_a_code_ban_the_pair(account: Account, clock: StoppedClock) -> None:
    account.books.deposit(Decimal(100), clock.now())
    for _ in range(100):
        account.buy(WHATSAPP_BRAZIL)
    clock.advance(20 * 60)
    account.catch_up()

    with pytest.raises(RefusedError, match="BANNED") as refused:
        account.buy(WHATSAPP_BRAZIL)
    clock.advance(30 * 60)

    assert refused.value.info["scope"] == "specific"
    assert account.buy(WHATSAPP_BRAZIL).is_open


def test_a_finished_number_can_be_rented_again_for_a_new_charge(
    account: Account, clock: StoppedClock
) -> None:
    bought = account.buy(WHATSAPP_BRAZIL)
    with pytest.raises(RefusedError, match="RENEW_ACTIVATION_NOT_AVAILABLE"):
        account.renew(bought)
    account.receive(bought, clock.now())
    account.finish(bought)

    renewed = account.renew(bought)

    assert renewed.phone == bought.phone
    assert renewed.id > bought.id
    assert account.balance() == Decimal("9.0000")


def test_the_audit_sees_a_lost_return(account: Account, clock: StoppedClock) -> None:
    bought = account.buy(WHATSAPP_BRAZIL)
    clock.advance(120)
    account.cancel(bought)

    lost = account.books.entries.pop()
    account.books.balance -= lost.amount

    assert account.violations() == [f"cancelled activation {bought.id} has 0 × return, not 1"]


def test_the_same_seed_tells_the_same_story(clock: StoppedClock) -> None:
    def story() -> list[str]:
        account = Account(clock.now, Catalogue(seed=7), Rules(), seed=7)
        account.books.deposit(Decimal(10), clock.now())
        bought = [account.buy(WHATSAPP_BRAZIL) for _ in range(5)]
        return [each.phone + account.receive(each, clock.now()).shown for each in bought]

    assert story() == story()
