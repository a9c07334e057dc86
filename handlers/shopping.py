"""From a few typed words to what is wanted."""

from handlers.say import Screen
from handlers.screens.shop import countries_screen, country_screen, offer_screen, results_screen
from handlers.texts import Texts
from services.catalogue import Catalogue
from services.offers import Offers
from services.views import Customer, ServiceCard


async def draw_wanted(
    words: list[str], customer: Customer, catalogue: Catalogue, offers: Offers, text: Texts
) -> Screen:
    """Both known: the card; one known: the choice of the other; none: what comes near."""
    service, country = await _read(words, catalogue)
    if service is not None and country is not None:
        return offer_screen(await offers.quote(customer.id, service.id, country), text)
    if service is not None:
        return countries_screen(await catalogue.countries(service.id), text)
    if country is not None:
        there = await catalogue.country(country)
        return country_screen(await catalogue.services_in(country), there, text)
    return await draw_results(" ".join(words), catalogue, text)


async def draw_results(words: str, catalogue: Catalogue, text: Texts) -> Screen:
    return results_screen(words, await catalogue.search(words), text)


async def _read(words: list[str], catalogue: Catalogue) -> tuple[ServiceCard | None, int | None]:
    """Either part may be several words: google voice, south africa."""
    for end in range(1, len(words)):
        service = await catalogue.find_service(" ".join(words[:end]))
        country = await catalogue.find_country(" ".join(words[end:]))
        if service is not None and country is not None:
            return service, country
    whole = " ".join(words)
    service = await catalogue.find_service(whole)
    return service, await catalogue.find_country(whole) if service is None else None
