"""An admin sends money back by one line in the chat; both sides read how it goes, each in their language."""

import re
from decimal import Decimal

import pytest

from services.ports.gateway import DisputeState
from services.views import Customer
from tests.money.talk import Talk, as_read
from tests.money.till import Till

WORDS = {
    "en": {
        "how": "/refund PAYMENT [AMOUNT]",
        "unknown": "find no credited payment",
        "part": r"Refund of R\$5.00 · Card \(Stripe\): gone back",
        "payer": r"Refund: R\$5.00 left your balance .* Balance: R\$15.00",
        "too much": r"Of this payment R\$15.00 can still go back",
        "debt": "below zero",
        "owes": "to buy again, add R$18.00",
        "freed": "Balance: R$2.00",
        "dispute": r"R\$15.00 left your balance: the payment was disputed. Balance: R\$0.00",
        "won": r"R\$15.00 are back on your balance. Balance: R\$15.00",
        "stranger": "do not know that command",
    },
    "pt_BR": {
        "how": "/refund PAGAMENTO [VALOR]",
        "unknown": "Não encontr",
        "part": r"R\$ 5,00 · Cartão \(Stripe\): devolvid",
        "payer": r"R\$ 5,00 .* Saldo: R\$ 15,00",
        "too much": r"R\$ 15,00",
        "debt": "saldo ficou negativo",
        "owes": "para comprar de novo, adicione R$ 18,00",
        "freed": "Saldo: R$ 2,00",
        "dispute": r"R\$ 15,00 .* Saldo: R\$ 0,00",
        "won": r"R\$ 15,00 .* Saldo: R\$ 15,00",
        "stranger": "Não conheço esse comando",
    },
}


@pytest.fixture(params=sorted(WORDS))
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def words(language: str) -> dict[str, str]:
    return WORDS[language]


@pytest.fixture
async def chief(till: Till, language: str) -> Customer:
    return await till.customers.speak((await till.admin()).id, language)


@pytest.fixture
async def ana(till: Till, language: str) -> Customer:
    return await till.customers.speak(await till.customer(), language)


@pytest.fixture
def talk(till: Till) -> Talk:
    return Talk(till)


async def test_a_part_goes_back_and_both_read_it(
    till: Till, talk: Talk, chief: Customer, ana: Customer, words: dict[str, str]
) -> None:
    await till.paid_bill(ana.id)
    await talk.told(ana.id)

    await talk.say(chief, "/refund pi_1 5")
    at_once = await talk.told(chief.id)
    await till.refund_jobs.run_due()

    assert "⏳" in at_once[-1]
    to_chief, to_ana = await talk.told(chief.id), await talk.told(ana.id)
    assert re.search(words["part"], to_chief[-1])
    assert re.search(words["payer"], to_ana[-1], re.DOTALL)
    assert await till.balance(ana.id) == Decimal("15.00")


async def test_what_cannot_go_back_is_answered_at_once(
    till: Till, talk: Talk, chief: Customer, ana: Customer, words: dict[str, str]
) -> None:
    await till.paid_bill(ana.id)
    await talk.say(chief, "/refund pi_1 5,00")
    await till.refund_jobs.run_due()

    bare = await talk.say(chief, "/refund")
    nobodys = await talk.say(chief, "/refund pi_999")
    too_much = await talk.say(chief, "/refund pi_1 15.01")

    assert words["how"] in as_read(bare.text)
    assert words["unknown"] in as_read(nobodys.text)
    assert re.search(words["too much"], as_read(too_much.text))
    assert await till.balance(ana.id) == Decimal("15.00")


async def test_what_was_spent_leaves_a_debt_that_both_read_of(
    till: Till, talk: Talk, chief: Customer, ana: Customer, words: dict[str, str]
) -> None:
    await till.paid_bill(ana.id)
    await till.spend(ana.id, "18.00", chief)

    await talk.say(chief, "/refund pi_1")
    await till.refund_jobs.run_due()

    assert words["debt"] in (await talk.told(chief.id))[-1]
    assert words["owes"] in (await talk.told(ana.id))[-1]
    assert (await till.customers.get(ana.id)).is_indebted

    await till.paid_bill(ana.id, payment_id="pi_2")

    assert words["freed"] in (await talk.told(ana.id))[-1]
    assert not (await till.customers.get(ana.id)).is_indebted


async def test_a_dispute_and_its_end_are_read_by_both(
    till: Till, talk: Talk, chief: Customer, ana: Customer, words: dict[str, str]
) -> None:
    bill = await till.paid_bill(ana.id)
    till.gateway.change("pi_1", refunded=Decimal("5.00"))
    await till.settlement.settle(bill.id)
    await talk.told(ana.id)

    till.gateway.change("pi_1", dispute=DisputeState.OPEN, disputed=Decimal("15.00"))
    await till.settlement.settle(bill.id)
    disputed = await talk.told(ana.id)
    opened = await talk.told(chief.id)
    till.gateway.change("pi_1", dispute=DisputeState.WON, disputed=Decimal(0))
    await till.settlement.settle(bill.id)

    assert re.search(words["dispute"], disputed[-1], re.DOTALL)
    assert re.search(words["won"], (await talk.told(ana.id))[-1], re.DOTALL)
    assert "payment.chargeback" in opened[-1]
    assert "payment.chargeback" in (await talk.told(chief.id))[-1]
    assert "payment.chargeback" not in await till.case_kinds()


async def test_a_customer_who_tries_it_hears_of_no_such_command(
    till: Till, talk: Talk, ana: Customer, words: dict[str, str]
) -> None:
    await till.paid_bill(ana.id)

    answer = await talk.say(ana, "/refund pi_1")

    assert words["stranger"] in as_read(answer.text)
    assert await till.balance(ana.id) == Decimal("20.00")
