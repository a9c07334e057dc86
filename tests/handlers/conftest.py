import pytest

from services.views import Customer
from tests.handlers.chat import Chat
from tests.handlers.shop import person


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture
def ana(chat: Chat) -> Customer:
    return chat.people.add(person(11))


@pytest.fixture
def newcomer(chat: Chat) -> Customer:
    return chat.people.add(person(12, has_accepted_terms=False))
