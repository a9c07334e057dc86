"""What is said about money on its way back."""

from decimal import Decimal
from uuid import UUID

from handlers.facts.sources import Sources
from handlers.screens.refunds import refund_screen
from handlers.speech import Speech
from handlers.texts import Texts
from services.views import Fact


async def tell_refund(fact: Fact, sources: Sources, text: Texts) -> Speech:
    """Show an admin how a refund stands; the same message is edited as it goes on."""
    screen = refund_screen(await sources.refunds.card(UUID(fact.subject)), text)
    return Speech(screen.text, screen.keyboard, remember=("refund.card", fact.subject), edits=True)


async def tell_returned(fact: Fact, _sources: Sources, text: Texts) -> Speech:
    """Tell a payer that money which was never credited is on its way back."""
    amount = Decimal(str(fact.arguments["amount"]))
    words = text(
        f"topup-returned-{fact.arguments['why']}",
        amount=text.money(amount, str(fact.arguments["currency"])),
    )
    topup_id = fact.arguments.get("topup_id")  # none where the payment belonged to no bill
    return Speech(words, reply_to=("topup.bill", str(topup_id)) if topup_id else None)
