"""What is lost or doubled between the shop's books and the ledgers of the world outside."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, func, select

from bot.sandbox.app import Sandbox
from db import books
from db.states import UNFINISHED, MessageStatus, TransactionStatus, TransactionType
from db.tables import ActiveNumber, GatewayNotice, InboxUpdate, OutboxFact, SmsMessage, Topup, Transaction
from tests.soak.buyers import GRANT, Tally

Damage = dict[str, int]
_FREE_ENDS = {"cancelled", "refunded"}


def left_open(connection: Connection) -> Damage:
    """Count what no job has brought to its end yet."""
    return {
        "unfinished numbers": _count(connection, ActiveNumber, ActiveNumber.status.in_(UNFINISHED)),
        "unhandled updates": _count(connection, InboxUpdate, InboxUpdate.done_at.is_(None)),
        "unsaid facts": _count(
            connection, OutboxFact, OutboxFact.sent_at.is_(None), OutboxFact.blocked_at.is_(None)
        ),
        "unanswered notices": _count(connection, GatewayNotice, GatewayNotice.handled_at.is_(None)),
        "bills without an order": _count(connection, Topup, Topup.state == "draft"),
    }


def find_damage(sandbox: Sandbox, tally: Tally) -> Callable[[Connection], Damage]:
    """Hold the books against upstream's ledger, Stripe's, and what stands in the chats."""

    def work(connection: Connection) -> Damage:
        return {
            **left_open(connection),
            **_numbers(connection, sandbox),
            **_money(connection, sandbox, tally),
            **_updates(connection, sandbox, tally),
            "breaches of the books": len(list(books.breaches(connection))),
        }

    return work


def _numbers(connection: Connection, sandbox: Sandbox) -> Damage:
    query = select(ActiveNumber.upstream_id, Transaction.status).join(
        Transaction, Transaction.id == ActiveNumber.charge_id
    )
    charges = {row.upstream_id: row.status for row in connection.execute(query) if row.upstream_id}
    sold = {each["id"]: each for each in sandbox.parts.upstream.list_activations()}
    chats = _everything_said(sandbox)
    codes = [message["code"] for each in sold.values() for message in each["messages"]]
    return {
        "orphans": sum(
            number not in charges and each["state"] not in _FREE_ENDS for number, each in sold.items()
        ),
        "numbers of nobody": len(charges.keys() - sold.keys()),
        "lost debits": sum(
            status == TransactionStatus.COMPLETED and not sold[number]["messages"]
            for number, status in charges.items()
        ),
        "free numbers": sum(
            status != TransactionStatus.COMPLETED and bool(sold[number]["messages"])
            for number, status in charges.items()
        ),
        "lost codes": sum(code not in chats for code in codes),
        "cards that bought twice": _doubled(connection, select(ActiveNumber.offer_id)),
        "codes kept twice": _doubled(
            connection,
            select(SmsMessage.api_message_id, SmsMessage.reactivation_count, SmsMessage.code).where(
                SmsMessage.status == MessageStatus.RECEIVED
            ),
        ),
    }


def _money(connection: Connection, sandbox: Sandbox, tally: Tally) -> Damage:
    paid = Decimal(str(sandbox.parts.stripe.ledger()["balance"].get("BRL", 0)))
    credited = _total(connection, TransactionType.CREDIT_PURCHASE)
    granted = _total(connection, TransactionType.ADJUSTMENT) / GRANT
    return {
        "double credits": int(max(credited - paid, Decimal(0)) * 100),
        "lost credits": int(max(paid - credited, Decimal(0)) * 100),
        "double grants": int(max(granted - tally.grants, Decimal(0))),
        "lost grants": int(max(tally.grants - granted, Decimal(0))),
    }


def _updates(connection: Connection, sandbox: Sandbox, tally: Tally) -> Damage:
    telegram = sandbox.parts.telegram._world
    issued = telegram.updates._next - tally.first_update
    stored = _count(connection, InboxUpdate)
    return {
        "lost updates": max(0, issued - stored) + len(telegram.updates.pending()),
        "updates set aside": _count(connection, InboxUpdate, InboxUpdate.error.is_not(None)),
    }


def _everything_said(sandbox: Sandbox) -> str:
    people = sandbox.parts.telegram._world.people.values()
    return "\n".join(str(post.body.get("text", "")) for each in people for post in each.posts.values())


def _count(connection: Connection, table: Any, *which: Any) -> int:
    return connection.execute(select(func.count()).select_from(table).where(*which)).scalar_one()


def _total(connection: Connection, kind: TransactionType) -> Decimal:
    query = select(func.sum(Transaction.amount)).where(
        Transaction.type == kind, Transaction.status == TransactionStatus.COMPLETED
    )
    return connection.execute(query).scalar_one() or Decimal(0)


def _doubled(connection: Connection, query: Select[*tuple[Any, ...]]) -> int:
    return sum(times - 1 for times in Counter(map(tuple, connection.execute(query))).values())
