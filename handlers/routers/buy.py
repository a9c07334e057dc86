"""Choosing what to rent, by buttons or by words."""

from aiogram import Router
from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import AllCountries, Countries, InCountry, Place, Services
from handlers.filters import Command, To
from handlers.say import say, show
from handlers.screens.shop import all_countries_screen, countries_screen, country_screen, services_screen
from handlers.shopping import draw_wanted
from handlers.texts import Texts
from services.catalogue import Catalogue
from services.offers import Offers
from services.views import CountryOffer, Customer

router = Router(name="buy")


@router.message(Command("buy"))
async def buy(
    message: Message,
    command: CommandObject,
    customer: Customer,
    catalogue: Catalogue,
    offers: Offers,
    text: Texts,
) -> None:
    if words := (command.args or "").split():
        await say(message, await draw_wanted(words, customer, catalogue, offers, text))
    else:
        await say(message, services_screen(await catalogue.popular(customer.id), text))


@router.callback_query(To(Place.BUY))
async def choose_service(query: CallbackQuery, customer: Customer, catalogue: Catalogue, text: Texts) -> None:
    await show(query, services_screen(await catalogue.popular(customer.id), text))


@router.callback_query(Services.filter())
async def turn_services(
    query: CallbackQuery, callback_data: Services, customer: Customer, catalogue: Catalogue, text: Texts
) -> None:
    await show(query, services_screen(await catalogue.popular(customer.id, callback_data.page), text))


@router.callback_query(Countries.filter())
async def choose_country(
    query: CallbackQuery, callback_data: Countries, catalogue: Catalogue, text: Texts
) -> None:
    wanted = callback_data
    page = await catalogue.countries(wanted.service, wanted.sort, wanted.page)
    await show(query, countries_screen(page, text))


@router.callback_query(AllCountries.filter())
async def choose_country_first(
    query: CallbackQuery, callback_data: AllCountries, catalogue: Catalogue, text: Texts
) -> None:
    def name(country: CountryOffer) -> str:
        return text.country(country.iso2, country.name)

    await show(query, all_countries_screen(await catalogue.all_countries(callback_data.page, name), text))


@router.callback_query(InCountry.filter())
async def choose_service_there(
    query: CallbackQuery, callback_data: InCountry, catalogue: Catalogue, text: Texts
) -> None:
    page = await catalogue.services_in(callback_data.country, callback_data.page)
    await show(query, country_screen(page, await catalogue.country(callback_data.country), text))
