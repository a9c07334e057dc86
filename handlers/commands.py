"""What Telegram shows before anything is said: the menu of commands and the bot's introduction."""

from aiogram.types import BotCommand

from handlers.texts import Texts

CUSTOMER_COMMANDS = (
    "start",
    "buy",
    "numbers",
    "topup",
    "balance",
    "history",
    "language",
    "help",
    "cancel",
    "terms",
    "privacy",
    "paysupport",
)
ADMIN_COMMANDS = ("admin", "stats", "grant", "ban", "unban", "refund", "audit")


def commands_for(language: str, *, is_admin: bool) -> list[BotCommand]:
    text = Texts(language)
    names = CUSTOMER_COMMANDS + (ADMIN_COMMANDS if is_admin else ())
    return [BotCommand(command=name, description=text.plain(f"command-{name}")) for name in names]


def description_for(language: str) -> str:
    return Texts(language).plain("bot-description")


def short_description_for(language: str) -> str:
    return Texts(language).plain("bot-short-description")
