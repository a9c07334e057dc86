from typing import Any

from bot.sandbox.telegram import chats, json_fields, keyboards
from bot.sandbox.telegram.errors import QUERY_IS_TOO_OLD, BadRequest
from bot.sandbox.telegram.json_fields import Json, WrongField
from bot.sandbox.telegram.keyboards import Markup
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.payments import Charge, Invoice, Verdict
from bot.sandbox.telegram.people import Person
from bot.sandbox.telegram.registry import Methods
from bot.sandbox.telegram.world import World

methods = Methods()

_MOST_STARS = 100_000
_TITLE_LIMIT = 32  # Bot API: sendInvoice
_DESCRIPTION_LIMIT = 255
_PAYLOAD_LIMIT_BYTES = 128


@methods.add
async def send_invoice(world: World, asked: Parameters) -> Json:
    person = world.reachable(asked)
    invoice = _invoice(asked)
    markup = keyboards.read_markup(asked, is_invoice=True)
    if markup.inline is None:
        pay = {"text": f"Pay ⭐️{invoice.amount}", "pay": True}
        markup = Markup(inline={"inline_keyboard": [[pay]]})
    replied = chats.find_replied(person, asked)
    world.pace.check(person.id)
    message = chats.say_as_bot(world, person, {"invoice": invoice.as_shown()}, markup, replied)
    world.checkouts.invoices[person.id, message["message_id"]] = invoice
    return message


@methods.add
async def create_invoice_link(world: World, asked: Parameters) -> str:
    return f"https://t.me/${world.checkouts.add_link(_invoice(asked))}"


@methods.add
async def answer_pre_checkout_query(world: World, asked: Parameters) -> bool:
    is_agreed = asked.flag("ok")
    refusal = "" if is_agreed else asked.required("error_message")
    if not world.checkouts.answer(asked.text("pre_checkout_query_id"), Verdict(refusal)):
        raise BadRequest(QUERY_IS_TOO_OLD)
    return True


@methods.add
async def refund_star_payment(world: World, asked: Parameters) -> bool:
    person = world.people.get(asked.integer("user_id"))
    if person is None:
        raise BadRequest("invalid user_id specified")
    charge = world.checkouts.charges.get(asked.required("telegram_payment_charge_id"))
    if charge is None or charge.person_id != person.id:
        raise BadRequest("CHARGE_NOT_FOUND")
    if charge.refunded_at:
        raise BadRequest("CHARGE_ALREADY_REFUNDED")
    give_back(world, person, charge)
    return True


@methods.add
async def get_star_transactions(world: World, asked: Parameters) -> Json:
    offset, limit = asked.integer("offset"), asked.integer("limit", 100)
    if offset < 0 or not 1 <= limit <= 100:  # Bot API: 1-100
        raise BadRequest("LIMIT_INVALID" if offset >= 0 else "OFFSET_INVALID")
    charges = world.checkouts.charges.values()
    told = [_incoming(world, charge) for charge in charges]
    told += [_outgoing(world, charge) for charge in charges if charge.refunded_at]
    told.sort(key=lambda transaction: transaction["date"])
    return {"transactions": told[offset : offset + limit]}


@methods.add
async def get_my_star_balance(world: World, asked: Parameters) -> Json:  # noqa: ARG001  all methods are called alike
    return {"amount": world.checkouts.balance}


def give_back(world: World, person: Person, charge: Charge) -> None:
    """Return a payment whole, and say so in the chat."""
    world.checkouts.refund(charge)
    person.stars += charge.invoice.amount
    refunded = {
        "currency": "XTR",
        "total_amount": charge.invoice.amount,
        "invoice_payload": charge.invoice.payload,
        "telegram_payment_charge_id": charge.charge_id,
    }
    post = chats.announce(world, person, world.bot.as_user(), {"refunded_payment": refunded})
    world.events.tell(
        person.id,
        "payment",
        status="refunded",
        charge_id=charge.charge_id,
        message_id=post.body["message_id"],
    )


def _incoming(world: World, charge: Charge) -> Json:
    return {**_transaction(charge, int(charge.at.timestamp())), "source": _partner(world, charge)}


def _outgoing(world: World, charge: Charge) -> Json:
    assert charge.refunded_at is not None
    return {**_transaction(charge, int(charge.refunded_at.timestamp())), "receiver": _partner(world, charge)}


def _transaction(charge: Charge, date: int) -> Json:
    return {"id": charge.charge_id, "amount": charge.invoice.amount, "date": date}


def _partner(world: World, charge: Charge) -> Json:
    return {
        "type": "user",
        "transaction_type": "invoice_payment",
        "user": world.people[charge.person_id].as_user(),
        "invoice_payload": charge.invoice.payload,
    }


def _invoice(asked: Parameters) -> Invoice:
    title, description = asked.required("title"), asked.required("description")
    payload, currency = asked.required("payload"), asked.required("currency")
    amount = _amount(asked.json("prices", "can't parse prices JSON object"))
    if len(title) > _TITLE_LIMIT:
        raise BadRequest("INVOICE_TITLE_INVALID")
    if len(description) > _DESCRIPTION_LIMIT:
        raise BadRequest("INVOICE_DESCRIPTION_INVALID")
    if len(payload.encode()) > _PAYLOAD_LIMIT_BYTES:
        raise BadRequest("INVOICE_PAYLOAD_INVALID")
    if currency != "XTR":  # the sandbox knows no payment provider: Stars are Telegram's own
        raise BadRequest("PAYMENT_PROVIDER_INVALID")
    return Invoice(title, description, payload, amount)


def _amount(prices: Any) -> int:
    if not isinstance(prices, list):
        raise BadRequest("expected an Array of labeled prices")
    if not prices:
        raise BadRequest("there must be at least one price")
    try:
        amounts = [_price(item) for item in prices]
    except WrongField as wrong:
        raise BadRequest(f"can't parse labeled price: {wrong}") from None
    if len(amounts) > 1:  # Bot API: exactly one price for Stars
        raise BadRequest("STARS_INVOICE_INVALID")
    if not 1 <= amounts[0] <= _MOST_STARS:
        raise BadRequest("CURRENCY_TOTAL_AMOUNT_INVALID")
    return amounts[0]


def _price(item: Any) -> int:
    source = json_fields.object_in(item, "LabeledPrice must be an Object")
    if not json_fields.string(source, "label", required=True):
        raise WrongField("LabeledPrice label must be non-empty")
    amount = source.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, (int, float, str)):
        raise WrongField('Field "amount" must be of type Number or String')
    if not str(amount).removeprefix("-").isdecimal():
        raise WrongField('Can\'t parse "amount" as Number')
    return int(amount)
