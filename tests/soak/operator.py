"""What the shop leaves to a person: its operator looks at the provider's own page, and gives the word."""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from db import cases
from db.tables import ActiveNumber, User
from services.purchase_cases import NOT_BOUGHT, TAKE, purchase_decisions_for
from services.views import CaseCard
from tests.soak.audit import Evidence, Rented
from tests.soak.life import Staff

_KIND = "purchase.ambiguous"


async def decide_all(staff: Staff, evidence: Evidence) -> int:
    """Decide each purchase the shop could not tell about; how many there were."""
    rows = await staff.shop.store.read(cases.open_cases)
    asked = [await staff.shop.cases.get(row.id) for row in rows if row.kind == _KIND]
    if not asked:
        return 0
    actor = await staff.shop.customers.get(await staff.shop.store.read(_anybody))
    known = await staff.shop.store.read(_known)
    for case, how in _decisions(asked, evidence["activations"], known):
        await staff.shop.purchase_cases.decide(actor, case.id, how, f"operator:{case.id}")
    return len(asked)


def _anybody(connection: Connection) -> UUID:
    return connection.execute(select(User.id).limit(1)).scalar_one()


def _decisions(
    asked: Sequence[CaseCard], rented: Sequence[Rented], known: Collection[str]
) -> Iterator[tuple[CaseCard, str]]:
    """By the order the provider has written on each number, which its lists do not tell.

    A number may have gone to another purchase of its kind, for which it was as good: then what that one
    had bought is as good for this one.
    """
    left = {each["id"]: each for each in rented if each["messages"] and each["id"] not in known}
    orders = {each["order_id"]: each["id"] for each in left.values()}
    for case in sorted(asked, key=lambda each: each.subject not in orders):
        offered = [how.removeprefix(TAKE) for how in purchase_decisions_for(case)]
        own = orders.get(case.subject, "")
        alike = (each for each in offered if each in left and _is_of_kind(left[each], case))
        found = own if own in offered and own in left else next(alike, None)
        left.pop(found or "", None)
        yield case, f"{TAKE}{found}" if found else NOT_BOUGHT


def _is_of_kind(rented: Rented, case: CaseCard) -> bool:
    return (rented["service"], str(rented["country"])) == (case.facts["service"], case.facts["country"])


def _known(connection: Connection) -> frozenset[str]:
    ids = connection.scalars(select(ActiveNumber.upstream_id).where(ActiveNumber.upstream_id.is_not(None)))
    return frozenset(str(each) for each in ids)
