"""What a buyer has in the end, whatever upstream does to the purchase: a code, or the money."""

from typing import Literal, get_args

import pytest

from bot.sandbox.sms_active.faults import KINDS
from db.store import Store
from services.providers.handler_api import DialectName
from services.views import NumberStatus
from tests.outcomes.shop import PRICE, PURSE, WiredShop, wired

Outcome = Literal["code", "money back"]

# Nothing was sold, or what was sold ended by itself before anybody could use it.
_MONEY_BACK = {
    "bad_gateway",
    "bad_key",
    "bad_service",
    "banned_global",
    "banned_specific",
    "banned_text",
    "blocked_1020",
    "channels_limit",
    "echo_url",
    "empty",
    "error_sql",
    "forbidden_page",
    "late_code",
    "no_balance",
    "no_numbers",
    "order_exists",
    "page_not_found",
    "reset_before",
    "server_error",
    "silence",
    "too_many",
    "too_many_with_retry_after",
    "unknown_400",
    "unprocessable",
    "upstream_cancels",
    "wrong_country",
}
_SLOW = {"hang_bought", "hang_then_answer", "silence"}
# Upstream itself decides what comes on these numbers.
_BRINGS_ITS_OWN = {
    "call",
    "code_before_reply",
    "colon_code",
    "late_code",
    "null_code",
    "second_code",
    "upstream_cancels",
}
# These say no although a number was sold: nobody can know better, and the number is found as an orphan.
_LIES = {"forbidden_page_bought", "blocked_1020_bought", "page_not_found_bought"}
KINDS_AT_PURCHASES = sorted(
    name for name, kind in KINDS.items() if kind.usual_action in {"buy", "*"} and name != "refuse"
)
# Without a list a number whose answer was lost cannot be found: its life is waited out, unused.
_FOUND_BY_LIST = {
    "bad_gateway_bought",
    "echo_url_bought",
    "empty_bought",
    "garbled",
    "hang_bought",
    "hang_then_answer",
    "no_activation_id",
    "purchase_lag",
    "reset_after",
    "server_error_bought",
    "truncated",
    "unknown_400_bought",
}
_CASES = [("hero", kind) for kind in KINDS_AT_PURCHASES] + [
    (dialect, kind)
    for dialect in get_args(DialectName)
    for kind in ("reset_after", "truncated", "wrong_country", "colon_code", "null_code")
    if dialect != "hero" and not (dialect == "smshub" and kind == "wrong_country")
]


def expected(dialect: DialectName, kind: str) -> Outcome:
    has_list = dialect in {"hero", "classic"}
    if kind in _MONEY_BACK | _LIES or (kind in _FOUND_BY_LIST and not has_list):
        return "money back"
    return "code"


@pytest.mark.parametrize(("dialect", "kind"), _CASES)
async def test_the_code_or_the_money_and_never_both(
    sqlite_store: Store, dialect: DialectName, kind: str
) -> None:
    async with wired(sqlite_store, dialect, 1.0 if kind in _SLOW else 5.0) as shop:
        shop.sandbox.sms.add_fault(kind, seconds=_seconds(kind))

        outcome = await _live_through(shop, is_used=kind in _BRINGS_ITS_OWN)

        assert outcome == expected(dialect, kind)
        assert (await shop.audit()).violations == ()
        assert shop.sandbox.sms.audit()["ok"]
        assert sum(name.startswith("getNumber") for name in shop.sandbox.actions()) == 1


def _seconds(kind: str) -> float | None:
    return 0 if kind in {"delay", "purchase_lag"} else None


async def _live_through(shop: WiredShop, *, is_used: bool) -> Outcome:
    """Buy, have a code sent as soon as the number is seen unless upstream does so, and wait for the end."""
    ticket = await shop.buy()
    for _ in range(40):
        card = await shop.card(ticket)
        if card.codes or card.status in {NumberStatus.REJECTED, NumberStatus.EXPIRED, NumberStatus.CANCELLED}:
            break
        if card.status is NumberStatus.ACTIVE and not is_used:
            shop.sms_to(card.phone)
            is_used = True
        await shop.work(45)
    for _ in range(6):  # orphans are ended past the floor
        await shop.work(60)
    card, balance = await shop.card(ticket), await shop.balance()
    if card.codes:
        assert (balance, card.codes[0].code or card.codes[0].text) != (PURSE, None)
        assert balance == PURSE - PRICE
        return "code"
    assert balance == PURSE
    return "money back"
