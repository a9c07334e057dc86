"""What Mercado Pago posts to a shop: that something changed, never how."""

import json
from collections.abc import Iterator
from typing import Any

from bot.sandbox.payments.delivery import Notice, Signature
from bot.sandbox.payments.mercadopago.account import Account, Happening
from bot.sandbox.payments.mercadopago.dates import write_date
from bot.sandbox.payments.mercadopago.signing import signer


def about(happening: Happening, secret: str, account: Account) -> Iterator[Notice]:
    number = account.number()
    body = _body(happening, number, account)
    yield Notice(
        key=str(number),
        kind=f"{happening.topic} {happening.action}",
        body=json.dumps(body).encode(),
        sign=signer(secret, happening.subject, lambda: account.switches.timestamps_in),
        query={"data.id": happening.subject, "type": happening.topic},
    )
    if account.switches.sends_ipn and happening.topic == "payment":
        yield _ipn(happening.subject, secret, account)


def forged(subject: str, body_id: str, signature: Signature, secret: str, account: Account) -> Notice:
    number = account.number()
    body = {
        "action": "payment.updated",
        "api_version": "v1",
        "data": {"id": body_id},
        "date_created": write_date(account.now()),
        "id": number,
        "live_mode": account.live_mode,
        "type": "payment",
        "user_id": str(account.collector_id),
    }
    return Notice(
        key=str(number),
        kind="payment forged",
        body=json.dumps(body).encode(),
        sign=signer(secret, subject, lambda: account.switches.timestamps_in),
        query={"data.id": subject, "type": "payment"},
        signature=signature,
    )


def _ipn(subject: str, secret: str, account: Account) -> Notice:
    """The older kind: signed as well, but over nothing one could check."""
    body = {"resource": subject, "topic": "payment"}
    return Notice(
        key=str(account.number()),
        kind="payment ipn",
        body=json.dumps(body).encode(),
        sign=signer(secret, "", lambda: account.switches.timestamps_in),
        query={"topic": "payment", "id": subject},
        signature="wrong",
    )


def _body(happening: Happening, number: int, account: Account) -> dict[str, Any]:
    payment = happening.payment
    common = {
        "api_version": "v1",
        "date_created": write_date(account.now()),
        "id": number,
        "live_mode": payment.live_mode,
        "type": happening.topic,
        "user_id": str(payment.collector),
    }
    if happening.topic == "payment":
        return common | {"action": happening.action, "data": {"id": happening.subject}}
    about_case = {"id": happening.subject, "payment_id": payment.id, "site_id": "MLB", "checkout": "PRO"}
    return common | {"actions": [happening.action], "data": about_case}
