from aiohttp import web

from bot.sandbox.telegram import chats
from bot.sandbox.telegram.json_fields import Json
from bot.sandbox.telegram.methods.payments import give_back
from bot.sandbox.telegram.payments import Invoice
from bot.sandbox.telegram.people import Person
from bot.sandbox.telegram.person.doors import Doors, json_of, person_of, refused, whole_number_of
from bot.sandbox.telegram.world import World

doors = Doors()


@doors.post("/people/{person_id}/pay")
async def pay(world: World, request: web.Request) -> Json:
    """Pay an invoice with Stars, as Telegram does: ask the bot first, then move the Stars, then tell."""
    person, given = person_of(world, request), await json_of(request)
    slug = str(given.get("slug") or "").rpartition("$")[2]  # the whole link will do
    message_id = 0 if slug else whole_number_of(given, "message_id")
    invoice = _invoice(world, person, message_id, slug)
    if person.stars < invoice.amount:
        return _failed(world, person, "BALANCE_TOO_LOW")
    refusal = await _ask_bot(world, person, invoice)
    if refusal:
        return _failed(world, person, refusal)
    if given.get("outcome") == "decline":
        return _failed(world, person, "PAYMENT_DECLINED")
    return _pay(world, person, invoice, message_id)


@doors.post("/people/{person_id}/refund_stars")
async def refund_stars(world: World, request: web.Request) -> Json:
    """Take a payment back as Telegram itself may, without asking the bot."""
    person, given = person_of(world, request), await json_of(request)
    charge = world.checkouts.charges.get(str(given.get("charge_id", "")))
    if charge is None or charge.person_id != person.id:
        raise refused("there is no such payment")
    if charge.refunded_at:
        raise refused("this payment has been refunded already")
    give_back(world, person, charge)
    return {"ok": True, "charge_id": charge.charge_id}


def _invoice(world: World, person: Person, message_id: int, slug: str) -> Invoice:
    if slug in world.checkouts.links:
        return world.checkouts.links[slug]
    post = person.posts.get(message_id)
    if post is None or "invoice" not in post.body:
        raise refused("there is no such invoice")
    if (person.id, message_id) not in world.checkouts.invoices:
        raise refused("this invoice has been paid already")
    return world.checkouts.invoices[person.id, message_id]


async def _ask_bot(world: World, person: Person, invoice: Invoice) -> str:
    """Put the pre-checkout question; tell why the payment may not go on, nothing if it may."""
    query_id = world.checkouts.ask()
    query = {
        "id": query_id,
        "from": person.as_user(),
        "currency": "XTR",
        "total_amount": invoice.amount,
        "invoice_payload": invoice.payload,
    }
    world.updates.add("pre_checkout_query", query, person.id)
    verdict = await world.checkouts.verdict(query_id)
    return "BOT_PRECHECKOUT_TIMEOUT" if verdict is None else verdict.refusal


def _pay(world: World, person: Person, invoice: Invoice, message_id: int) -> Json:
    if person.stars < invoice.amount:  # spent elsewhere while the bot was asked
        return _failed(world, person, "BALANCE_TOO_LOW")
    paid_once = world.checkouts.invoices.pop((person.id, message_id), None)
    if message_id and paid_once is None:
        return _failed(world, person, "INVOICE_ALREADY_PAID")
    if message_id in person.posts:
        chats.mark_paid(world, person, person.posts[message_id])
    person.stars -= invoice.amount
    charge = world.checkouts.charge(person.id, invoice)
    payment = {
        "currency": "XTR",
        "total_amount": invoice.amount,
        "invoice_payload": invoice.payload,
        "telegram_payment_charge_id": charge.charge_id,
        "provider_payment_charge_id": "",
    }
    person.started = True
    chats.announce(world, person, person.as_user(), {"successful_payment": payment})
    world.events.tell(
        person.id,
        "payment",
        status="paid",
        charge_id=charge.charge_id,
        amount=invoice.amount,
        stars=person.stars,
    )
    return {"ok": True, "charge_id": charge.charge_id}


def _failed(world: World, person: Person, error: str) -> Json:
    world.events.tell(person.id, "payment", status="failed", error=error)
    return {"ok": False, "error": error}
