from aiogram import Router
from aiogram.types import ChatMemberUpdated

from handlers.filters import IsGone
from services.customers import Customers
from services.views import Customer

router = Router(name="reach")


@router.my_chat_member(IsGone())
async def remember_who_left(_update: ChatMemberUpdated, customer: Customer, customers: Customers) -> None:
    """Say nothing more to somebody who has stopped the bot; a next message of theirs ends that."""
    await customers.mark_unreachable(customer.id)
