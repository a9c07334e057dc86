"""The audit finds every breach of its rules, each named with what broke it, and nothing else."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, insert, select, text, update

from db import cases, ledger
from db.states import NumberStatus, TransactionStatus, TransactionType
from db.store import Store
from db.tables import ActiveNumber, SmsMessage, Transaction, User
from services.books import Audit, Books
from services.errors import ProviderUnavailable
from services.ports.provider import Abilities, Order, Unknown
from tests.shop.shop import Shop, open_shop
from tests.worlds import NOON

STRANGER = Order("x", "wa", "73", Decimal("0.50"))


def books(shop: Shop, *, exclusive: bool = True) -> Books:
    return Books(
        shop.store,
        {"active": shop.provider},
        shop.clock,
        rates={"active": Decimal(5)},
        exclusive=frozenset({"active"} if exclusive else ()),
    )


@pytest.fixture
async def shop(sqlite_store: Store) -> Shop:
    return await open_shop(sqlite_store)


def _rules(audit: Audit) -> list[str]:
    return [each.rule for each in audit.violations]


async def _with_a_code(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    await shop.buy(ana)
    shop.provider.deliver("1001", "482913")
    await shop.sweep.run()


def _add_charge(connection: Connection) -> None:
    """Charge a further code, as no purchase does."""
    user_id = connection.execute(select(User.id)).scalars().one()
    charge = ledger.hold(connection, user_id=user_id, amount=Decimal("3.25"), key="number:again", now=NOON)
    assert charge is not None
    ledger.keep(connection, charge, NOON)


def _charge_more(connection: Connection) -> None:
    connection.execute(update(ActiveNumber).values(price=Decimal("1.00")))


def _change_credits(connection: Connection) -> None:
    connection.execute(update(User).values(credits=Decimal("99.00")))


def _deny_the_code(connection: Connection) -> None:
    connection.execute(update(SmsMessage).values(status="failed"))


def _give_back_what_brought_a_code(connection: Connection) -> None:
    is_charge = Transaction.type == TransactionType.SMS_RECEIVED
    connection.execute(update(Transaction).where(is_charge).values(status=TransactionStatus.FAILED))
    connection.execute(update(User).values(credits=Decimal("50.00")))


def _hold_for_nothing(connection: Connection) -> None:
    user_id = connection.execute(select(User.id)).scalars().one()
    ledger.hold(connection, user_id=user_id, amount=Decimal("1.00"), key="number:none", now=NOON)


def _pay_without_a_payment(connection: Connection) -> None:
    _add_purchase(connection, None)


def _add_purchase(connection: Connection, payment: str | None) -> None:
    user_id = connection.execute(select(User.id)).scalars().one()
    connection.execute(
        insert(Transaction).values(
            id=uuid4(),
            user_id=user_id,
            type=TransactionType.CREDIT_PURCHASE,
            status=TransactionStatus.COMPLETED,
            amount=Decimal("1.00"),
            gateway="stripe",
            transaction_id_gateway=payment,
            created_at=NOON,
            updated_at=NOON,
        )
    )
    connection.execute(update(User).values(credits=User.credits + Decimal("1.00")))


def _owe_without_a_reason(connection: Connection) -> None:
    is_gift = Transaction.type == TransactionType.PROMOTION
    connection.execute(text("PRAGMA ignore_check_constraints = ON"))
    connection.execute(update(Transaction).where(is_gift).values(amount=Decimal("1.00")))
    connection.execute(update(User).values(credits=Decimal("-2.25")))


@pytest.mark.parametrize(
    ("breach", "rules", "detail"),
    [
        (_change_credits, ["credits-equal-transactions"], "difference 52.25"),
        (_hold_for_nothing, ["hold-has-a-number"], "1.00 held for nothing that is open"),
        (_add_charge, ["charge-has-a-number"], "3.25 charged for no number"),
        (_charge_more, ["charge-has-a-number"], "3.25 charged for number"),
        (_deny_the_code, ["code-charges-once"], "no code came, charge completed"),
        (_give_back_what_brought_a_code, ["code-charges-once"], "a code came, charge failed"),
        (_pay_without_a_payment, ["purchase-has-a-payment"], "stripe told no payment id"),
        (_owe_without_a_reason, ["debt-has-a-claw-back"], "credits -2.25"),
    ],
)
async def test_each_breach_is_found_and_named(
    shop: Shop, breach: Callable[[Connection], None], rules: list[str], detail: str
) -> None:
    await _with_a_code(shop)
    before = await books(shop).audit()

    await shop.store.write(breach)
    audit = await books(shop).audit()

    assert before.ok
    assert _rules(audit) == rules
    assert detail in audit.violations[0].detail
    assert audit.violations[0].subject.split()[1]  # it names the row to look at


async def test_one_payment_that_made_two_purchases_is_found(shop: Shop) -> None:
    """The unique key forbids it, so the key is taken away first."""
    await _with_a_code(shop)

    def twice(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE transactions RENAME TO kept"))
        connection.execute(text("CREATE TABLE transactions AS SELECT * FROM kept"))
        _add_purchase(connection, "pi_1")
        _add_purchase(connection, "pi_1")

    await shop.store.write(twice)
    audit = await books(shop).audit()

    assert _rules(audit) == ["payment-credits-once"]
    assert audit.violations[0].subject == "stripe pi_1"


async def test_a_number_that_ended_without_a_code_is_not_charged(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    await shop.buy(ana)
    shop.clock.advance(121)
    [number] = await shop.activations.open_numbers(ana)
    await shop.activations.cancel(ana, number.id)
    await shop.closing.run_due()

    def charge_it(connection: Connection) -> None:
        is_charge = Transaction.type == TransactionType.SMS_RECEIVED
        connection.execute(update(Transaction).where(is_charge).values(status=TransactionStatus.COMPLETED))
        connection.execute(update(User).values(credits=Decimal("46.75")))

    await shop.store.write(charge_it)
    audit = await books(shop).audit()

    assert _rules(audit) == ["code-charges-once"]
    assert "cancelled and no code came, charge completed" in audit.violations[0].detail


async def test_a_held_charge_of_a_case_is_no_violation(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)

    def put_before_admins(connection: Connection) -> None:
        connection.execute(update(ActiveNumber).values(status=NumberStatus.EXPIRED))
        cases.open_case(connection, kind="x", subject=str(ticket.number_id), facts={}, now=NOON)

    await shop.store.write(put_before_admins)

    assert "hold-has-a-number" not in _rules(await books(shop).audit())


async def test_an_upstream_number_nobody_knows_is_found_once_it_is_old(shop: Shop) -> None:
    shop.provider.rent(STRANGER)

    audit = await books(shop).audit()

    assert _rules(audit) == ["upstream-number-is-known"]
    assert audit.violations[0].subject == "active 1001"


async def test_while_a_purchase_is_on_its_way_a_new_number_may_be_its(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    shop.provider.answers = [Unknown("timeout")]
    await shop.buy(ana)
    shop.provider.rent(STRANGER)

    assert (await books(shop).audit()).ok


async def test_a_number_about_which_an_admin_is_asked_is_no_violation(shop: Shop) -> None:
    shop.provider.rent(STRANGER)
    shop.provider.rent(STRANGER)

    def ask(connection: Connection) -> None:
        facts = {"provider": "active", "candidates": ["1001"]}
        cases.open_case(connection, kind="purchase.ambiguous", subject="n", facts=facts, now=NOON)
        cases.open_case(connection, kind="upstream.orphan", subject="active:1002", facts={}, now=NOON)

    await shop.store.write(ask)

    assert (await books(shop).audit()).ok


async def test_upstream_is_read_before_the_books(shop: Shop) -> None:
    """What is bought between the two readings is then known."""
    ana = await shop.ana("50.00")
    honest = shop.provider.active

    async def slow() -> Any:
        listed = await honest()
        await shop.buy(ana)
        return [*listed, *await honest()]

    shop.provider.active = slow  # type: ignore[method-assign]

    assert (await books(shop).audit()).ok


async def test_on_a_shared_account_strangers_are_none_of_our_business(shop: Shop) -> None:
    shop.provider.rent(STRANGER)

    audit = await books(shop, exclusive=False).audit()

    assert (audit.ok, audit.unchecked, shop.provider.calls) == (True, (), [])


async def test_who_does_not_answer_is_unchecked_and_no_violation(shop: Shop) -> None:
    async def silent() -> tuple[()]:
        raise ProviderUnavailable("no answer in time")

    shop.provider.active = silent  # type: ignore[method-assign]

    audit = await books(shop).audit()

    assert (audit.ok, audit.unchecked) == (True, ("active",))


async def test_who_has_no_list_is_unchecked(shop: Shop) -> None:
    shop.provider.abilities = Abilities(list_active=False, history=False)

    assert (await books(shop).audit()).unchecked == ("active",)
