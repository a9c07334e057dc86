import pytest

from db.store import Store
from tests.catalogue.shop import Shelves, open_shelves


@pytest.fixture
def shelves(store: Store) -> Shelves:
    """Shelves that nobody has filled yet, on each database."""
    return open_shelves(store)


@pytest.fixture
def one_shelf(sqlite_store: Store) -> Shelves:
    """The same on SQLite alone, for rules that no database knows of."""
    return open_shelves(sqlite_store)
