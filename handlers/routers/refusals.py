"""Every refusal is said here, once, for all handlers; so is what went wrong on our side."""

import logging
from contextlib import suppress

from aiogram import Router
from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import ErrorEvent

from handlers.say import Screen, answer, is_answered, say, show
from handlers.screens.refusals import apology_screen
from handlers.texts import Texts
from handlers.ways_out import Refused, draw_way_out
from services.catalogue import Catalogue
from services.customers import Customers
from services.errors import GatewayRefused, GatewayUnavailable, OutsideError, ShopError
from services.offers import Offers
from services.views import Customer

router = Router(name="refusals")
log = logging.getLogger(__name__)

# Telegram: a toast has at most 200 characters.
_TOAST_LIMIT = 200


@router.errors(ExceptionTypeFilter(ShopError))
async def refuse(
    event: ErrorEvent, customer: Customer, catalogue: Catalogue, offers: Offers, text: Texts
) -> None:
    refusal = event.exception
    assert isinstance(refusal, ShopError)
    words = text.plain(refusal.text_key, **refusal.facts)
    if await _is_declined(event, words):
        return
    tap = event.update.callback_query
    if tap is not None and not is_answered(tap) and len(words) <= _TOAST_LIMIT:
        await answer(tap, words, alert=True)
        return
    await _say(event, await draw_way_out(Refused(refusal, customer, text, catalogue, offers)))


@router.errors(ExceptionTypeFilter(TelegramForbiddenError))
async def remember_who_left(_event: ErrorEvent, customer: Customer, customers: Customers) -> None:
    """The person has stopped the bot before it could answer."""
    await customers.mark_unreachable(customer.id)


@router.errors(ExceptionTypeFilter(OutsideError))
async def tell_of_trouble_outside(event: ErrorEvent, text: Texts) -> None:
    log.warning("somebody outside failed us: %r", event.exception)
    is_payment = isinstance(event.exception, GatewayUnavailable | GatewayRefused)
    await _apologise(event, text, "trouble-payment" if is_payment else "trouble-outside")


@router.errors()
async def apologise(event: ErrorEvent, text: Texts | None = None) -> None:
    log.error("update %s was not handled", event.update.update_id, exc_info=event.exception)
    if text is not None:
        with suppress(TelegramAPIError):
            await _apologise(event, text, "trouble-inside")


async def _apologise(event: ErrorEvent, text: Texts, key: str) -> None:
    if not await _is_declined(event, text.plain(key)):
        await _say(event, apology_screen(text, key))


async def _is_declined(event: ErrorEvent, words: str) -> bool:
    """Somebody about to pay waits for a yes or a no, and sees nothing else."""
    question = event.update.pre_checkout_query
    if question is None:
        return False
    await question.answer(ok=False, error_message=words)
    return True


async def _say(event: ErrorEvent, screen: Screen) -> None:
    update = event.update
    if update.callback_query is not None:
        await answer(update.callback_query)
        await show(update.callback_query, screen)
    elif update.message is not None:
        await say(update.message, screen)
