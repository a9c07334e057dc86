import csv
import io
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import statement
from db.rows import AnyRow
from db.store import Store
from services.errors import ShopError
from services.views import Page, StatementLine, TransactionStatus, TransactionType

_LINES = 8
_COLUMNS = ("at", "type", "status", "amount", "balance", "gateway", "service", "reason", "id")


class MovementNotFound(ShopError):
    text_key = "error-movement-not-found"


class Statement:
    """Every movement of a person's credits, with the balance after it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(self, customer_id: UUID, number: int = 1) -> Page:
        """One page, newest first; a page past the end is the last."""

        def work(connection: Connection) -> Page:
            pages = max(1, -(-statement.count(connection, customer_id) // _LINES))
            wanted = min(max(number, 1), pages)
            rows = statement.lines(connection, customer_id, limit=_LINES, offset=(wanted - 1) * _LINES)
            return Page(tuple(_line(row) for row in rows), wanted, pages)

        return await self._store.read(work)

    async def entry(self, customer_id: UUID, entry_id: UUID) -> StatementLine:
        """One movement; raises MovementNotFound when it is none of this person's."""
        rows = await self._store.read(partial(statement.lines, user_id=customer_id, only=entry_id))
        if not rows:
            raise MovementNotFound
        return _line(rows[0])

    async def csv(self, customer_id: UUID) -> bytes:
        """The whole statement as a table, oldest first, for any spreadsheet."""
        rows = await self._store.read(partial(statement.lines, user_id=customer_id))
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(_COLUMNS)
        for row in reversed(rows):
            table.writerow(
                (
                    row.at.isoformat(timespec="seconds"),
                    row.type,
                    row.status,
                    row.amount,
                    row.balance,
                    row.gateway,
                    row.service_name or "",
                    _harmless(row.reason or ""),
                    row.id,
                )
            )
        # The mark at the start tells spreadsheets that this is UTF-8.
        return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """A cell that begins like a formula would be run by a spreadsheet."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _line(row: AnyRow) -> StatementLine:
    return StatementLine(
        id=row.id,
        at=row.at,
        type=TransactionType(row.type),
        status=TransactionStatus(row.status),
        amount=row.amount,
        balance=row.balance,
        gateway=row.gateway,
        service_name=row.service_name,
        country_flag=row.flag,
        number_id=row.number_id,
        topup_id=row.topup_id,
        reason=row.reason,
    )
