from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import Search, SearchCountry, lengthen, shorten
from handlers.conversation import Typing
from handlers.filters import IsText
from handlers.say import say, show
from handlers.screens.shop import countries_screen, offer_screen, search_country_screen, search_screen
from handlers.shopping import LONGEST_NAME, draw_results
from handlers.texts import Texts
from services.catalogue import Catalogue
from services.offers import Offers
from services.views import Customer

router = Router(name="search")


@router.callback_query(Search.filter())
async def ask_for_a_name(query: CallbackQuery, state: FSMContext, text: Texts) -> None:
    await state.set_state(Typing.service)
    await show(query, search_screen(text))


@router.callback_query(SearchCountry.filter())
async def ask_for_a_country(
    query: CallbackQuery, callback_data: SearchCountry, catalogue: Catalogue, state: FSMContext, text: Texts
) -> None:
    service = await catalogue.service(callback_data.service)
    await state.set_state(Typing.country)
    await state.set_data({"service": shorten(service.id)})
    await show(query, search_country_screen(service, text))


@router.message(StateFilter(Typing.country), IsText())
async def search_country(
    message: Message, customer: Customer, catalogue: Catalogue, offers: Offers, state: FSMContext, text: Texts
) -> None:
    """A country that is meant leads to its card; after anything else the next word is heard as well."""
    service = lengthen((await state.get_data())["service"])
    typed = (message.text or "")[:LONGEST_NAME]
    country = await catalogue.find_country(typed)
    if country is None:
        await say(message, countries_screen(await catalogue.countries(service), text, unknown=typed))
    else:
        await state.clear()
        await say(message, offer_screen(await offers.quote(customer.id, service, country), text))


@router.message(StateFilter(Typing.service), IsText())
async def search(message: Message, catalogue: Catalogue, text: Texts) -> None:
    """Stay in the search: the next word is searched as well."""
    await say(message, await draw_results(message.text or "", catalogue, text))
