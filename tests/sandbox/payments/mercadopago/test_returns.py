from decimal import Decimal

from bot.sandbox.clock import Clock
from bot.sandbox.payments.mercadopago import MercadoPago
from tests.sandbox.payments.mercadopago.conftest import Ask
from tests.sandbox.payments.mercadopago.orders import order


async def test_a_partly_refunded_payment_is_still_approved(
    ask: Ask, clock: Clock, played: MercadoPago
) -> None:
    _, made = await ask("payment", "create", order(clock))
    played.pay(made["id"])

    first = await ask("refund", "create", made["id"], {"amount": 2.34}, key="r1")
    again = await ask("refund", "create", made["id"], {"amount": 2.34}, key="r1")
    over, _ = await ask("refund", "create", made["id"], {"amount": 10.01}, key="r2")

    _, partly = await ask("payment", "get", made["id"])
    assert (first, over) == (again, 400)
    assert (partly["status"], partly["status_detail"]) == ("approved", "partially_refunded")
    assert partly["transaction_amount_refunded"] == 2.34
    await ask("refund", "create", made["id"], None, key="r3")
    assert (await ask("payment", "get", made["id"]))[1]["status"] == "refunded"
    assert played.account.ledger.balance() == {"BRL": Decimal(0)}


async def test_a_chargeback_takes_the_money_and_may_give_it_back(
    ask: Ask, clock: Clock, played: MercadoPago
) -> None:
    _, made = await ask("payment", "create", order(clock))
    played.pay(made["id"])

    case = played.dispute(made["id"])

    _, told = await ask("chargeback", "get", case["id"])
    _, open_case = await ask("payment", "get", made["id"])
    assert (told["payments"], open_case["status"], open_case["status_detail"]) == (
        [made["id"]],
        "charged_back",
        "in_process",
    )
    assert played.account.ledger.balance() == {"BRL": Decimal(0)}
    played.dispute(made["id"], "won")
    assert (await ask("payment", "get", made["id"]))[1]["status_detail"] == "reimbursed"
    assert played.account.ledger.balance() == {"BRL": Decimal("12.34")}
