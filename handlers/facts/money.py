"""What is said about money: bills, receipts, gifts and claw-backs."""

from decimal import Decimal
from uuid import UUID

from handlers.callbacks import Go, Place
from handlers.facts.sources import Sources
from handlers.keyboards import PRIMARY, button, keyboard
from handlers.screens.home import Wish
from handlers.screens.topups import (
    bill_screen,
    email_wanted_screen,
    paid_screen,
    receipt,
    refused_screen,
)
from handlers.speech import Speech
from handlers.texts import Texts
from services.views import Bill, Fact, TopupState


async def tell_bill(fact: Fact, sources: Sources, text: Texts) -> Speech | None:
    """Say a bill; when it is paid or over, edit what was said."""
    bill = await sources.topups.bill(fact.customer_id, UUID(fact.subject))
    if bill.state is TopupState.DRAFT:
        return None
    screen = bill_screen(bill, text)
    return Speech(
        screen.text,
        screen.keyboard,
        photo=_picture(bill),
        remember=("topup.bill", fact.subject),
        edits=True,
        drop_if_missing=bill.state is not TopupState.OPEN,
    )


async def tell_refused(fact: Fact, sources: Sources, text: Texts) -> Speech:
    bill = await sources.topups.bill(fact.customer_id, UUID(fact.subject))
    wants_email = fact.arguments.get("reason") == "email_needed"
    screen = email_wanted_screen(bill, text) if wants_email else refused_screen(bill, text)
    return Speech(screen.text, screen.keyboard)


async def tell_paid(fact: Fact, sources: Sources, text: Texts) -> Speech:
    topup_id = str(fact.arguments["topup_id"])
    bill = await sources.topups.bill(fact.customer_id, UUID(topup_id))
    screen = paid_screen(
        Decimal(str(fact.arguments["credits"])),
        Decimal(str(fact.arguments["balance"])),
        await _going_to(bill, sources),
        text,
    )
    words = f"{screen.text}\n{receipt(bill, fact.subject, fact.arguments, text)}"
    return Speech(words, screen.keyboard, reply_to=("topup.bill", topup_id))


async def tell_credits(fact: Fact, _sources: Sources, text: Texts) -> Speech:
    """Credits that came or went otherwise: a grant, a bonus, a refund, a charge-back."""
    balance = Decimal(str(fact.arguments["balance"]))
    amount = abs(Decimal(str(fact.arguments["amount"])))
    words = text(_credits_key(fact, text), amount=amount, balance=balance)
    if reason := fact.arguments.get("reason"):
        words += "\n" + text("credits-reason", reason=reason)
    if balance < 0:
        words += "\n" + text("credits-debt", debt=-balance)
        return Speech(words, keyboard([button(text.plain("button-topup"), Go(to=Place.TOPUP), PRIMARY)]))
    return Speech(words, keyboard([button(text.plain("button-buy"), Go(to=Place.BUY))]))


def _credits_key(fact: Fact, text: Texts) -> str:
    """A movement may have words for its very reason; else those for its direction."""
    direction = fact.kind.replace(".", "-")
    key = f"{direction}-{fact.arguments.get('why', '')}".replace("_", "-")
    return key if text.knows(key) else direction


async def _going_to(bill: Bill, sources: Sources) -> Wish | None:
    """Where credit ran short, if it can still be had."""
    service_id, country_id = bill.wanted_service_id, bill.wanted_country_id
    if service_id is None or country_id is None:
        return None
    offer = await sources.catalogue.offer_in(service_id, country_id)
    return None if offer is None else (await sources.catalogue.service(service_id), offer)


def _picture(bill: Bill) -> bytes | None:
    if bill.state is not TopupState.OPEN or bill.copy_code is None:
        return None
    from services.pix import draw_qr  # noqa: PLC0415  most bills need no picture

    return draw_qr(bill.copy_code)
