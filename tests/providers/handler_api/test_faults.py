"""Every way the sandbox's upstream can fail a purchase, in every dialect."""

from contextlib import AsyncExitStack
from typing import Literal, cast, get_args

import pytest

from bot.sandbox.sms_active.faults import KINDS
from services.ports.provider import Bought, Rejected, Unknown
from services.providers.handler_api import Deadlines, DialectName
from tests.providers.handler_api.conftest import connect
from tests.providers.handler_api.upstream import KEY, Sandbox, order

Verdict = Literal["bought", "rejected", "unknown"]

_SLOW = {"hang_then_answer", "hang_bought", "silence"}
_BOUGHT = {
    "delay",
    "text_number",
    "quoted_token",
    "wrong_currency",
    "above_cap",
    "wrong_country",
    "upstream_cancels",
    "late_code",
    "second_code",
    "colon_code",
    "null_code",
    "call",
    "code_before_reply",
}
_REJECTED = {
    "bad_key",
    "no_balance",
    "no_numbers",
    "bad_service",
    "banned_global",
    "banned_specific",
    "banned_text",
    "channels_limit",
    "unprocessable",
    "too_many",
    "too_many_with_retry_after",
    "forbidden_page",
    "blocked_1020",
    "page_not_found",
}
# These say no although a number was sold: a contradiction no honest provider makes, and no client sees.
_LIES = {"forbidden_page_bought", "blocked_1020_bought", "page_not_found_bought"}
_PURCHASE_KINDS = {
    name for name, kind in KINDS.items() if kind.usual_action in {"buy", "*"} and name != "refuse"
} - _LIES
_CASES = [
    (dialect, kind)
    for dialect in get_args(DialectName)
    for kind in sorted(_PURCHASE_KINDS)
    if dialect == "hero" or kind not in _SLOW
]


def _expected(kind: str) -> Verdict:
    if kind in _BOUGHT:
        return "bought"
    return "rejected" if kind in _REJECTED else "unknown"


def test_the_faults_named_here_are_faults_of_a_purchase() -> None:
    assert _PURCHASE_KINDS >= _BOUGHT | _REJECTED


@pytest.mark.parametrize(("dialect", "kind"), _CASES)
async def test_a_failing_purchase_is_sent_once_and_judged_rightly(
    dialect: DialectName, kind: str, doors: AsyncExitStack
) -> None:
    sandbox = Sandbox(dialect)
    sandbox.sms.add_fault(kind, seconds=0 if kind == "delay" else None)
    deadlines = Deadlines(purchase_seconds=1.0 if kind in _SLOW else 15.0)
    provider = await connect(doors, sandbox.server(), dialect, deadlines)

    answer = await provider.purchase(order())

    verdicts: dict[type, Verdict] = {Bought: "bought", Rejected: "rejected", Unknown: "unknown"}
    assert verdicts[type(answer)] == _expected(kind)
    assert len(sandbox.sms.requests()) == 1
    assert KEY not in repr(answer)
    if isinstance(answer, Bought):
        assert answer.upstream_id == sandbox.sms.list_activations()[-1]["id"]
    if isinstance(answer, Rejected):
        assert sandbox.bought() == 0
    sandbox.sms.release_hanging()


async def test_another_currency_and_a_higher_cost_are_told_as_they_are(doors: AsyncExitStack) -> None:
    sandbox = Sandbox("hero")
    sandbox.sms.add_fault("wrong_currency")
    sandbox.sms.add_fault("above_cap")
    provider = await connect(doors, sandbox.server())

    foreign = cast("Bought", await provider.purchase(order()))
    dear = cast("Bought", await provider.purchase(order(cap="5")))

    assert foreign.currency == "EUR"
    assert dear.cost is not None
    assert dear.cost > 5
