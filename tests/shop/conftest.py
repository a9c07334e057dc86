import pytest

from db.store import Store
from tests.shop.shop import Shop, open_shop


@pytest.fixture
async def shop(store: Store) -> Shop:
    return await open_shop(store)
