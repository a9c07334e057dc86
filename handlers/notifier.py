"""What the shop says first: a fact of the outbox becomes a message in the person's language.

It is written from the state of things at the moment of speaking; None: there is nothing left to say.
"""

from collections.abc import Awaitable, Callable

from handlers.facts.cases import tell_case
from handlers.facts.money import tell_bill, tell_credits, tell_paid, tell_refused
from handlers.facts.numbers import tell_card, tell_code, tell_end
from handlers.facts.refunds import tell_refund, tell_returned
from handlers.facts.sources import Sources
from handlers.facts.stock import tell_stock
from handlers.speech import Speech
from handlers.texts import TextBook, Texts
from services.activations import Activations, NumberNotFound
from services.cases import Cases
from services.catalogue import Catalogue
from services.customers import Customers
from services.refunds import Refunds
from services.topups import Topups
from services.views import Fact

Teller = Callable[[Fact, Sources, Texts], Awaitable[Speech | None]]

TELLERS: dict[str, Teller] = {
    "number.card": tell_card,
    "number.code": tell_code,
    "number.ended": tell_end,
    "topup.bill": tell_bill,
    "topup.refused": tell_refused,
    "topup.paid": tell_paid,
    "topup.returned": tell_returned,
    "refund.card": tell_refund,
    "credits.granted": tell_credits,
    "credits.taken": tell_credits,
    "stock.back": tell_stock,
    "case.opened": tell_case,
    "case.resolved": tell_case,
}


class Notifier:
    def __init__(
        self,
        book: TextBook,
        customers: Customers,
        activations: Activations,
        topups: Topups,
        catalogue: Catalogue,
        cases: Cases,
        refunds: Refunds,
    ) -> None:
        self._book = book
        self._sources = Sources(customers, activations, topups, catalogue, cases, refunds)

    async def compose(self, fact: Fact) -> Speech | None:
        """Put a fact into words; raises KeyError for a kind that nobody has words for."""
        tell = TELLERS[fact.kind]
        try:
            return await tell(fact, self._sources, self._book.texts(fact.language))
        except NumberNotFound:  # the number is not this person's any more
            return None
