from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import Place
from handlers.filters import Command, To
from handlers.say import say, show
from handlers.screens.admin import audit_screen, stats_screen
from handlers.texts import Texts
from services.books import Books

router = Router(name="admin-books")


@router.message(Command("stats"))
async def tell_stats(message: Message, books: Books, text: Texts) -> None:
    await say(message, stats_screen(await books.today(), text))


@router.callback_query(To(Place.STATS))
async def show_stats(query: CallbackQuery, books: Books, text: Texts) -> None:
    await show(query, stats_screen(await books.today(), text))


@router.message(Command("audit"))
async def tell_audit(message: Message, books: Books, text: Texts) -> None:
    await say(message, audit_screen(await books.audit(), text))


@router.callback_query(To(Place.AUDIT))
async def show_audit(query: CallbackQuery, books: Books, text: Texts) -> None:
    await show(query, audit_screen(await books.audit(), text))
