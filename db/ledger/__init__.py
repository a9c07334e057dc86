"""The only room that writes `transactions` and `users.credits`: always together.

Every change is conditional in the statement itself, so that of two at once one wins,
and a unique key stands behind it as the seat belt.
"""

from db.ledger.balances import INTERNAL, Movement, balance, has_key, movement
from db.ledger.charges import give_back, hold, keep
from db.ledger.claw_backs import claw_back, close_claw_back
from db.ledger.gifts import gift, take
from db.ledger.purchases import complete_purchase, expect_purchase, find_purchase, give_up_purchase

__all__ = [
    "INTERNAL",
    "Movement",
    "balance",
    "claw_back",
    "close_claw_back",
    "complete_purchase",
    "expect_purchase",
    "find_purchase",
    "gift",
    "give_back",
    "give_up_purchase",
    "has_key",
    "hold",
    "keep",
    "movement",
    "take",
]
