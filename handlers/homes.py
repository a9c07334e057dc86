"""Drawing home takes three looks; many handlers lead there."""

from handlers.say import Screen
from handlers.screens.home import Habit, home_screen
from handlers.texts import Texts
from services.activations import Activations
from services.catalogue import Catalogue
from services.views import Customer


async def draw_home(
    customer: Customer, activations: Activations, catalogue: Catalogue, text: Texts
) -> Screen:
    numbers = await activations.open_numbers(customer.id)
    return home_screen(customer, numbers, await _habit(customer, activations, catalogue), text)


async def _habit(customer: Customer, activations: Activations, catalogue: Catalogue) -> Habit | None:
    last = await activations.last_bought(customer.id)
    if last is None:
        return None
    service_id, country_id = last
    return await catalogue.service(service_id), country_id
