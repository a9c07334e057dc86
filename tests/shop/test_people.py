from decimal import Decimal
from functools import partial

import pytest

from db import people
from db.store import Store
from services.bells import Bells
from services.customers import CustomerNotFound, Customers, EmailTaken
from services.desk import BadAmount, CannotBanAdmin, Desk, NotAnAdmin, NotEnoughToTake
from services.rules import Rules, RuleSet
from services.views import Role
from tests.worlds import HandClock


@pytest.fixture
def customers(store: Store) -> Customers:
    clock = HandClock()
    return Customers(
        store, Rules(store, RuleSet(), clock), clock, admin_ids={9}, language_of=lambda code: code or "pt_BR"
    )


@pytest.fixture
def desk(store: Store) -> Desk:
    clock = HandClock()
    return Desk(store, Rules(store, RuleSet(), clock), Bells(), clock)


async def test_a_person_met_twice_is_one(customers: Customers) -> None:
    first = await customers.meet(1, "ana", "en")
    second = await customers.meet(1, "ana_renamed", "pt_BR")

    assert first.id == second.id
    assert (second.username, second.language) == ("ana_renamed", "en")


async def test_a_handle_is_of_whoever_has_it_now(customers: Customers) -> None:
    first = await customers.meet(1, "ana", "en")

    second = await customers.meet(2, "Ana", "en")

    assert (await customers.find("@ANA")).id == second.id
    assert (await customers.get(first.id)).username == "user1"


async def test_whoever_gives_a_handle_up_is_found_by_it_no_more(customers: Customers) -> None:
    await customers.meet(1, "ana", "en")

    again = await customers.meet(1, None, "en")

    assert again.username == "user1"
    with pytest.raises(CustomerNotFound):
        await customers.find("@ana")


async def test_a_handle_like_a_number_of_ours_takes_nothing_from_anybody(customers: Customers) -> None:
    nameless = await customers.meet(7, None, "en")

    await customers.meet(1, "user7", "en")
    await customers.meet(7, None, "en")

    assert (await customers.find("7")).id == nameless.id
    assert (await customers.find("@user7")).telegram_id == 1


async def test_an_admin_who_is_listed_no_more_can_be_banned_and_is_none_then(
    store: Store, customers: Customers
) -> None:
    clock = HandClock()
    boss, former = await customers.meet(9, "boss", "en"), await customers.meet(8, "former", "en")
    await store.write(partial(people.change, user_id=former.id, now=clock.now(), role=Role.ADMIN))
    desk = Desk(store, Rules(store, RuleSet(), clock), Bells(), clock, admin_ids={9})

    with pytest.raises(CannotBanAdmin):
        await desk.ban(await customers.get(former.id), "9", None, "1")
    banned = await desk.ban(boss, "8", None, "2")

    assert (banned.is_banned, banned.role) == (True, Role.CLIENT)


async def test_a_listed_admin_is_one_also_when_met_before(customers: Customers) -> None:
    assert (await customers.meet(9, "chef", "en")).role is Role.ADMIN
    assert not (await customers.meet(1, "ana", "en")).is_admin


async def test_digits_never_find_a_handle(customers: Customers) -> None:
    """Somebody who calls himself by another's id must not be granted the other's credits."""
    await customers.meet(1, "700", "en")
    real = await customers.meet(700, "bob", "en")

    assert (await customers.find("700")).id == real.id
    with pytest.raises(CustomerNotFound):
        await customers.find("701")


async def test_an_address_belongs_to_one_person(customers: Customers) -> None:
    ana, bob = await customers.meet(1, "ana", "en"), await customers.meet(2, "bob", "en")
    await customers.set_email(ana.id, "ana@example.org")

    with pytest.raises(EmailTaken):
        await customers.set_email(bob.id, "ANA@example.org")
    await customers.set_email(ana.id, None)
    await customers.set_email(bob.id, "ana@example.org")

    assert await customers.email(bob.id) == "ana@example.org"


async def test_a_grant_is_carried_out_once_for_each_command(customers: Customers, desk: Desk) -> None:
    chef, ana = await customers.meet(9, "chef", "en"), await customers.meet(1, "ana", "en")

    first = await desk.grant(chef, "1", Decimal("10.00"), "welcome", "update:5")
    second = await desk.grant(chef, "@ana", Decimal("10.00"), "welcome", "update:5")

    assert (first.is_new, second.is_new) == (True, False)
    assert (await customers.get(ana.id)).credits == Decimal("10.00")


async def test_a_negative_grant_takes_no_more_than_there_is(customers: Customers, desk: Desk) -> None:
    chef, ana = await customers.meet(9, "chef", "en"), await customers.meet(1, "ana", "en")
    await desk.grant(chef, "1", Decimal("10.00"), None, "a")

    await desk.grant(chef, "1", Decimal("-4.00"), None, "b")
    with pytest.raises(NotEnoughToTake):
        await desk.grant(chef, "1", Decimal("-6.01"), None, "c")

    assert (await customers.get(ana.id)).credits == Decimal("6.00")


@pytest.mark.parametrize("amount", ["0", "0.001", "NaN", "Infinity", "99999999", "1E+99"])
async def test_an_impossible_grant_is_refused(customers: Customers, desk: Desk, amount: str) -> None:
    chef, _ = await customers.meet(9, "chef", "en"), await customers.meet(1, "ana", "en")

    with pytest.raises(BadAmount):
        await desk.grant(chef, "1", Decimal(amount), None, "a")


async def test_only_admins_have_power(customers: Customers, desk: Desk) -> None:
    ana = await customers.meet(1, "ana", "en")

    with pytest.raises(NotAnAdmin):
        await desk.grant(ana, "1", Decimal(10), None, "a")
    with pytest.raises(NotAnAdmin):
        await desk.ban(ana, "1", None, "b")


async def test_a_banned_person_is_one_until_unbanned(customers: Customers, desk: Desk) -> None:
    chef, ana = await customers.meet(9, "chef", "en"), await customers.meet(1, "ana", "en")

    banned = await desk.ban(chef, "1", "spam", "a")
    unbanned = await desk.unban(chef, "1", "b")

    assert (banned.is_banned, unbanned.is_banned) == (True, False)
    assert not (await customers.get(ana.id)).is_banned


async def test_an_admin_is_not_banned(customers: Customers, desk: Desk) -> None:
    chef = await customers.meet(9, "chef", "en")

    with pytest.raises(CannotBanAdmin):
        await desk.ban(chef, "9", None, "a")
