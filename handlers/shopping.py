"""From a few typed words to what is wanted."""

from handlers.say import Screen
from handlers.screens.shop import (
    countries_screen,
    country_screen,
    offer_screen,
    results_screen,
    services_screen,
)
from handlers.texts import Texts
from services.catalogue import Catalogue
from services.offers import Offers
from services.views import Customer, ServiceCard

LONGEST_NAME = 64  # nobody types more to name a thing
_TELLING = 4  # fewer letters in the middle of a talk are an "ok", not a name


async def draw_wanted(
    words: list[str], customer: Customer, catalogue: Catalogue, offers: Offers, text: Texts
) -> Screen:
    """Both known: the card; one known: the choice of the other; none: what comes near."""
    words = " ".join(words)[:LONGEST_NAME].split()
    if not words:
        return services_screen(await catalogue.popular(customer.id), text)
    if (known := await _draw_known(words, customer, catalogue, offers, text)) is not None:
        return known
    if (half := await _draw_half_known(words, catalogue, text)) is not None:
        return half
    return await draw_results(" ".join(words), catalogue, text)


async def draw_meant(
    said: str, customer: Customer, catalogue: Catalogue, offers: Offers, text: Texts
) -> Screen | None:
    """What somebody surely wants who just says its name; None for any other talk."""
    words = said[: LONGEST_NAME + 1]
    if not _TELLING <= len(words) <= LONGEST_NAME:
        return None
    return await _draw_known(words.split(), customer, catalogue, offers, text)


async def draw_results(words: str, catalogue: Catalogue, text: Texts) -> Screen:
    typed = words[:LONGEST_NAME]
    return results_screen(typed, await catalogue.search(typed), text)


async def _draw_known(
    words: list[str], customer: Customer, catalogue: Catalogue, offers: Offers, text: Texts
) -> Screen | None:
    service, country = await _read(words, catalogue)
    if service is not None and country is not None:
        return offer_screen(await offers.quote(customer.id, service.id, country), text)
    if service is not None:
        return countries_screen(await catalogue.countries(service.id), text)
    if country is not None:
        there = await catalogue.country(country)
        return country_screen(await catalogue.services_in(country), there, text)
    return None


async def _draw_half_known(words: list[str], catalogue: Catalogue, text: Texts) -> Screen | None:
    """A service, and then something that is no country: the service is had in these."""
    for end in range(len(words) - 1, 0, -1):
        service = await catalogue.find_service(" ".join(words[:end]))
        if service is not None:
            page = await catalogue.countries(service.id)
            return countries_screen(page, text, unknown=" ".join(words[end:]))
    return None


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
