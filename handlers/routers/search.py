from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import Search
from handlers.conversation import Typing
from handlers.filters import IsText
from handlers.say import say, show
from handlers.screens.shop import search_screen
from handlers.shopping import draw_results
from handlers.texts import Texts
from services.catalogue import Catalogue

router = Router(name="search")


@router.callback_query(Search.filter())
async def ask_for_a_name(query: CallbackQuery, state: FSMContext, text: Texts) -> None:
    await state.set_state(Typing.service)
    await show(query, search_screen(text))


@router.message(StateFilter(Typing.service), IsText())
async def search(message: Message, catalogue: Catalogue, text: Texts) -> None:
    """Stay in the search: the next word is searched as well."""
    await say(message, await draw_results(message.text or "", catalogue, text))
