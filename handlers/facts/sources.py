from dataclasses import dataclass

from services.activations import Activations
from services.cases import Cases
from services.catalogue import Catalogue
from services.customers import Customers
from services.refunds import Refunds
from services.topups import Topups


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the present state of things is read when something must be said."""

    customers: Customers
    activations: Activations
    topups: Topups
    catalogue: Catalogue
    cases: Cases
    refunds: Refunds
