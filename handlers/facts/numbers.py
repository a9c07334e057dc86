"""What is said about numbers: their card, their codes, their end."""

from datetime import timedelta
from uuid import UUID

from handlers.facts.sources import Sources
from handlers.keyboards import keyboard
from handlers.screens.numbers import again_rows, code_screen, number_card, place_of
from handlers.speech import Speech
from handlers.texts import Texts
from services.views import Fact, NumberCard, NumberStatus

# The chat said "buying…" itself; the card is worth a message once there is something to see.
_NOT_YET = (NumberStatus.INTENT, NumberStatus.SENT)


async def tell_card(fact: Fact, sources: Sources, text: Texts) -> Speech | None:
    """Say a number's card, or bring up to date the one that was said."""
    card = await sources.activations.card(fact.customer_id, UUID(fact.subject))
    is_still_awaited = card.status is NumberStatus.ACTIVE and not card.codes
    if card.status in _NOT_YET or (fact.arguments.get("while_awaited") and not is_still_awaited):
        return None
    screen = number_card(card, text)
    return Speech(
        screen.text,
        screen.keyboard,
        remember=("number.card", fact.subject),
        edits=True,
        drop_if_missing=not card.is_open and not card.codes,
    )


async def tell_code(fact: Fact, sources: Sources, text: Texts) -> Speech:
    card, code = await sources.activations.message(fact.customer_id, UUID(fact.subject))
    screen = code_screen(card, code, text)
    return Speech(
        screen.text,
        screen.keyboard,
        reply_to=("number.card", str(card.id)),
        remember=("number.code", fact.subject),
    )


async def tell_end(fact: Fact, sources: Sources, text: Texts) -> Speech:
    """The money is back: how much, what there is now, and what else can be tried."""
    card = await sources.activations.card(fact.customer_id, UUID(fact.subject))
    customer = await sources.customers.get(fact.customer_id)
    others = await sources.catalogue.alternatives(card.service_id, card.country_id, limit=2)
    words = text(
        _end_key(fact, text),
        service=card.service_name,
        country=place_of(card, text),
        span=_life(card),
        price=card.price,
        balance=customer.credits,
    )
    return Speech(words, keyboard(*again_rows(card, others, text)), reply_to=("number.card", fact.subject))


def _end_key(fact: Fact, text: Texts) -> str:
    """An end may have words for its very reason, or for its kind."""
    how = str(fact.arguments.get("how", "")).replace("_", "-")
    reason = str(fact.arguments.get("reason", "")).replace("_", "-")
    keys = (f"ended-{how}-{reason}", f"ended-{how}", "ended-rejected")
    return next(key for key in keys if text.knows(key))


def _life(card: NumberCard) -> timedelta:
    if card.started_at is None or card.ends_at is None:
        return timedelta()
    return card.ends_at - card.started_at
