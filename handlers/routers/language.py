from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import ChooseLanguage, Speak
from handlers.filters import Command
from handlers.homes import draw_home
from handlers.say import put_over, say, show
from handlers.screens.terms import languages_screen, terms_question
from handlers.texts import LANGUAGES, Texts
from services.activations import Activations
from services.catalogue import Catalogue
from services.customers import Customers
from services.views import Customer

router = Router(name="language")


@router.message(Command("language"))
async def ask_language(message: Message, text: Texts) -> None:
    await say(message, languages_screen(text))


@router.callback_query(ChooseLanguage.filter())
async def choose_language(
    query: CallbackQuery, callback_data: ChooseLanguage, customer: Customer, text: Texts
) -> None:
    screen = languages_screen(text, callback_data.asked)
    if customer.has_accepted_terms:
        await show(query, screen)
    else:
        await put_over(query, screen)


@router.callback_query(Speak.filter())
async def speak(
    query: CallbackQuery,
    callback_data: Speak,
    customer: Customer,
    customers: Customers,
    activations: Activations,
    catalogue: Catalogue,
    text: Texts,
) -> None:
    if callback_data.language not in LANGUAGES:
        return
    await customers.speak(customer.id, callback_data.language)
    text = text.in_language(callback_data.language)
    if customer.has_accepted_terms:
        await show(query, await draw_home(customer, activations, catalogue, text))
    else:
        await put_over(query, terms_question(text, query.from_user.first_name, callback_data.asked))
