from uuid import UUID

from handlers.facts.sources import Sources
from handlers.screens.shop import back_in_stock_screen
from handlers.speech import Speech
from handlers.texts import Texts
from services.views import Fact


async def tell_stock(fact: Fact, sources: Sources, text: Texts) -> Speech | None:
    """What somebody waited for is there again, unless it has gone meanwhile."""
    service_id, country_id = UUID(str(fact.arguments["service_id"])), int(fact.arguments["country_id"])
    offer = await sources.catalogue.offer_in(service_id, country_id)
    if offer is None:
        return None
    screen = back_in_stock_screen(await sources.catalogue.service(service_id), offer, text)
    return Speech(screen.text, screen.keyboard)
