"""Provider, payment house and chats have their own papers; here the shop's are held against them."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, select

from db.rows import AnyRow
from db.states import TransactionStatus, TransactionType
from db.tables import ActiveNumber, InboxUpdate, Topup, Transaction, User
from tests.properties.audit import what_is_wrong
from tests.soak.stock import PRICE, PURSE

Evidence = Mapping[str, Any]
Rented = Mapping[str, Any]
_KEPT = "finished"  # upstream's own word for a number whose money it keeps


def compare(connection: Connection, evidence: Evidence) -> dict[str, list[str]]:
    """All that is lost or doubled, by its kind."""
    rented = {each["id"]: each for each in evidence["activations"]}
    numbers = _numbers(connection)
    known = {row.upstream_id: row for row in numbers if row.upstream_id}
    pairs = [(row, rented[row.upstream_id]) for row in known.values() if row.upstream_id in rented]
    return {
        "orphans": list(_orphans(rented, known)),
        "running upstream": [f"{each['id']} {each['state']}" for each in rented.values() if each["is_open"]],
        "numbers from nowhere": [upstream_id for upstream_id in known if upstream_id not in rented],
        "lost debits": list(_lost_debits(numbers, rented)),
        "free numbers": [
            f"{row.upstream_id} is {row.status}, charge {row.charge}"
            for row, each in pairs
            if each["messages"] and row.charge != TransactionStatus.COMPLETED
        ],
        "lost codes": list(_lost_codes(pairs, evidence["said"])),
        "codes to others": list(_codes_to_others(pairs, evidence["said"])),
        "double credits": list(_double_credits(connection, evidence["paid"])),
        "lost credits": list(_lost_credits(connection, evidence["paid"])),
        "wrong balances": list(_wrong_balances(connection, pairs, evidence["paid"])),
        "lost updates": list(_lost_updates(connection, evidence)),
        "wrong books": what_is_wrong(connection) + evidence["upstream_faults"],
    }


def _numbers(connection: Connection) -> list[AnyRow]:
    return list(
        connection.execute(
            select(
                ActiveNumber.id,
                ActiveNumber.upstream_id,
                ActiveNumber.status,
                ActiveNumber.phone_number,
                User.telegram_id,
                Transaction.status.label("charge"),
            )
            .join(Transaction, Transaction.id == ActiveNumber.charge_id)
            .join(User, User.id == ActiveNumber.user_id)
        )
    )


def _orphans(rented: Mapping[str, Rented], known: Mapping[str, AnyRow]) -> Iterator[str]:
    """Numbers the shop pays for and nobody has."""
    for upstream_id, each in rented.items():
        is_paid = each["is_open"] or each["messages"] or each["state"] == _KEPT
        if is_paid and upstream_id not in known:
            yield f"{upstream_id} {each['state']}, {len(each['messages'])} codes"


def _lost_debits(numbers: list[AnyRow], rented: Mapping[str, Rented]) -> Iterator[str]:
    """Somebody paid, or still has money held, and got nothing."""
    for row in numbers:
        has_code = row.upstream_id in rented and rented[row.upstream_id]["messages"]
        if not has_code and row.charge != TransactionStatus.FAILED:
            yield f"{row.id} ({row.upstream_id}) is {row.status}, charge {row.charge}"


def _lost_codes(pairs: list[tuple[AnyRow, Rented]], said: Mapping[str, list[str]]) -> Iterator[str]:
    for row, each in pairs:
        heard = said[str(row.telegram_id)]
        for message in each["messages"]:
            # A history tells the text alone; whoever reads it reads the code in it.
            ways = {f"code {row.phone_number} {words}" for words in (message["code"], message["text"])}
            if ways.isdisjoint(heard):
                yield f"{row.upstream_id}: {message['code'] or message['text']} was never said"


def _codes_to_others(pairs: list[tuple[AnyRow, Rented]], said: Mapping[str, list[str]]) -> Iterator[str]:
    buyers: dict[str, set[str]] = {}
    for row, _ in pairs:
        buyers.setdefault(str(row.phone_number), set()).add(str(row.telegram_id))
    for telegram_id, heard in said.items():
        for words in heard:
            if words.startswith("code ") and telegram_id not in buyers.get(words.split()[1], ()):
                yield f"{telegram_id} heard {words}"


def _double_credits(connection: Connection, paid: Mapping[str, Any]) -> Iterator[str]:
    owed = _owed(paid)
    for reference, credited in _credited(connection).items():
        if credited > owed.get(reference, 0):
            yield f"{reference}: paid {owed.get(reference, 0)}, credited {credited}"


def _lost_credits(connection: Connection, paid: Mapping[str, Any]) -> Iterator[str]:
    credited = _credited(connection)
    for reference, amount in _owed(paid).items():
        if credited.get(reference, 0) < amount:
            yield f"{reference}: paid {amount}, credited {credited.get(reference, 0)}"


def _owed(paid: Mapping[str, Any]) -> dict[str, Decimal]:
    """What the payment house has received, by the shop's own name for the bill."""
    return {reference: Decimal(amounts["BRL"]) for reference, amounts in paid.items() if reference != "-"}


def _credited(connection: Connection) -> dict[str, Decimal]:
    rows = connection.execute(
        select(Transaction.topup_id, func.sum(Transaction.amount))
        .where(
            Transaction.type == TransactionType.CREDIT_PURCHASE,
            Transaction.status == TransactionStatus.COMPLETED,
        )
        .group_by(Transaction.topup_id)
    )
    return {str(row[0]): row[1] for row in rows}


def _wrong_balances(
    connection: Connection, pairs: list[tuple[AnyRow, Rented]], paid: Mapping[str, Any]
) -> Iterator[str]:
    """What each person has, from the papers of others alone."""
    payers = {str(row[0]): row[1] for row in connection.execute(_payers())}
    expected = {row[0]: PURSE for row in connection.execute(select(User.telegram_id))}
    for reference, amounts in paid.items():
        if reference in payers:
            expected[payers[reference]] += Decimal(amounts["BRL"])
    for row, each in pairs:
        if each["messages"]:
            expected[row.telegram_id] -= PRICE
    for row in connection.execute(select(User.telegram_id, User.credits)):
        if row.credits != expected[row.telegram_id]:
            yield f"{row.telegram_id} has {row.credits} and should have {expected[row.telegram_id]}"


def _payers() -> Any:
    return select(Topup.id, User.telegram_id).join(User, User.id == Topup.user_id)


def _lost_updates(connection: Connection, evidence: Evidence) -> Iterator[str]:
    stored = connection.execute(select(func.count()).select_from(InboxUpdate)).scalar_one()
    if (missing := evidence["updates"] - stored) > 0:
        yield f"{missing} were never stored"
    for row in connection.execute(
        select(InboxUpdate.update_id, InboxUpdate.error, InboxUpdate.attempts).where(
            InboxUpdate.error.is_not(None)
        )
    ):
        yield f"{row.update_id} was set aside after {row.attempts} tries: {row.error}"
