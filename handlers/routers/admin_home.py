from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import Place
from handlers.filters import Command, To
from handlers.say import say, show
from handlers.screens.admin import admin_screen
from handlers.texts import Texts
from services.books import Books

router = Router(name="admin-home")


@router.message(Command("admin"))
async def tell_admin_home(message: Message, books: Books, text: Texts) -> None:
    await say(message, admin_screen(await books.today(), text))


@router.callback_query(To(Place.ADMIN))
async def show_admin_home(query: CallbackQuery, books: Books, text: Texts) -> None:
    await show(query, admin_screen(await books.today(), text))
