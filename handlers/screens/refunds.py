from handlers.callbacks import Go, Place
from handlers.keyboards import keyboard, way_back
from handlers.say import Screen
from handlers.screens.topups import gateway_name
from handlers.texts import Texts
from services.refunds import RefundCard


def refund_screen(card: RefundCard, text: Texts) -> Screen:
    """One message an admin keeps; it is edited as the refund goes on."""
    lines = [
        text(
            f"refund-{card.state.value}",
            amount=text.money(card.amount, card.currency),
            way=gateway_name(card.gateway, text),
        ),
        text("refund-payment", payment=card.payment_id),
        text(
            "refund-customer",
            username=card.username,
            telegram=str(card.telegram_id),
            credits=card.credits,
            balance=card.balance,
        ),
    ]
    if card.balance < 0:
        lines.append(text("refund-debt"))
    if card.error:
        lines.append(text("refund-error", error=card.error))
    return Screen("\n".join(lines), keyboard(way_back(text, Go(to=Place.ADMIN))))
