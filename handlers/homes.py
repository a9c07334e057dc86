"""Drawing home takes three looks; many handlers lead there."""

from handlers.say import Screen
from handlers.screens.home import Wish, home_screen
from handlers.texts import Texts
from services.activations import Activations
from services.catalogue import Catalogue
from services.views import Customer


async def draw_home(
    customer: Customer, activations: Activations, catalogue: Catalogue, text: Texts
) -> Screen:
    numbers = await activations.open_numbers(customer.id)
    return home_screen(customer, numbers, await _wish(customer, activations, catalogue), text)


async def _wish(customer: Customer, activations: Activations, catalogue: Catalogue) -> Wish | None:
    last = await activations.last_bought(customer.id)
    offer = await catalogue.offer_in(*last) if last else None
    if last is None or offer is None:
        return None
    return await catalogue.service(last[0]), offer
