"""What Telegram shows before anything is said: the menu of commands and the bot's introduction."""

from collections.abc import Iterable

from aiogram.types import BotCommand

from handlers.texts import Texts

_LONGEST_SHORT_DESCRIPTION = 120  # Bot API: setMyShortDescription

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


def description_for(language: str, gateways: Iterable[str]) -> str:
    text = Texts(language)
    return text.plain("bot-description", ways=", ".join(text.plain(f"gateway-{code}") for code in gateways))


def short_description_for(language: str, contact: str) -> str:
    text = Texts(language)
    if not contact:
        return text.plain("bot-short-description")
    words = text.plain("bot-short-description-contact", contact=contact)
    # Half an address is none.
    return words if len(words) <= _LONGEST_SHORT_DESCRIPTION else contact[:_LONGEST_SHORT_DESCRIPTION]
