import pytest

from db.store import Store
from tests.money.till import Till, open_till


@pytest.fixture
def till(store: Store) -> Till:
    return open_till(store)
