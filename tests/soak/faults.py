"""Every way the stand-in upstream can go wrong, with the real client, and what the shop makes of it.

python -m tests.soak.faults [kind …]
"""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from uuid import UUID

from bot.sandbox.sms_active.faults import KINDS
from db.states import NumberStatus
from tests.soak.figures import Effort, Line
from tests.soak.stage import PRICE, PURSE, Stage, open_stage

# Ordered with any code a test likes: the refusals have names of their own.
_NAMELESS = {"refuse"}
_BRING_THEIR_OWN = {"second_code", "colon_code", "null_code", "call", "code_before_reply", "late_code"}
_NO_CODE = {"upstream_cancels", *_BRING_THEIR_OWN}
_OPTIONS: dict[str, dict[str, Any]] = {
    "delay": {"seconds": 0.2},
    "hang_then_answer": {"seconds": 0.5},
    "purchase_lag": {"seconds": 4},
    "list_lag": {"seconds": 60},
}
_AT_ONCE = 8
_ENDS = {NumberStatus.REJECTED, NumberStatus.FINISHED, NumberStatus.EXPIRED, NumberStatus.CANCELLED}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one fault."""

    kind: str
    action: str
    way: str  # the states that were seen
    paid: Decimal  # by the customer
    shown: int  # messages
    charged: Decimal  # by upstream
    asked: int  # purchases that were sent
    cases: tuple[str, ...]
    lost: tuple[str, ...]

    def __str__(self) -> str:
        verdict = "; ".join(self.lost) or "ok"
        cases = ", ".join(self.cases) or "-"
        return (
            f"{self.kind:<26} {self.action:<11} {self.way:<52} paid {self.paid:>4} · read {self.shown}"
            f" · upstream took {self.charged:>4} · case {cases:<18} {verdict}"
        )


async def play(kind: str) -> Outcome:
    """Order the fault, live through it, and wait for the end."""
    action = KINDS[kind].usual_action
    async with open_stage() as stage:
        if action == "next_page":
            with patch("services.providers.handler_api.paging.PAGE_SIZE", 12), _pages_of(12):
                await _live_through(stage, kind, action)
        else:
            await _live_through(stage, kind, action)
        return await _outcome(stage, kind, action)


def _pages_of(size: int) -> Any:
    return patch("services.providers.handler_api.provider.PAGE_SIZE", size)


async def _live_through(stage: Stage, kind: str, action: str) -> None:
    order = {"kind": kind, **_OPTIONS.get(kind, {})}
    if action in {"buy", "*"}:
        stage.upstream.add_fault(**order)
        await _one_number(stage, kind)
    elif action in {"list", "next_page"}:
        await _an_answer_that_only_the_list_has(stage, order, needs_pages=action == "next_page")
    elif action == "reactivate":
        number = await _one_number(stage, kind)
        stage.upstream.add_fault(**order)
        await stage.rent_again(number)
        await _to_the_end(stage)
    elif action == "finish":
        stage.upstream.add_fault(**order)
        await _one_number(stage, kind)
    else:
        stage.upstream.add_fault(**order)
        await _a_cancel(stage)


async def _one_number(stage: Stage, kind: str) -> UUID:
    """Buy, receive a code as soon as the number can be seen, be done with it."""
    number = await stage.buy()
    for _ in range(30):
        await stage.go_by(10)
        row = await stage.number(number)
        if row.status not in (NumberStatus.SENT, NumberStatus.UNKNOWN):
            break
    if row.status == NumberStatus.ACTIVE and kind not in _NO_CODE:
        stage.upstream.push_sms(row.upstream_id)
    await stage.go_by(30)
    if (await stage.number(number)).codes:
        await stage.staff.activations.finish(stage.customer, number)
    await _to_the_end(stage)
    return number


async def _an_answer_that_only_the_list_has(
    stage: Stage, order: dict[str, Any], *, needs_pages: bool
) -> None:
    if needs_pages:  # numbers whose codes have come stay in the list until their time is over
        for _ in range(13):
            row = await stage.number(await stage.buy())
            stage.upstream.push_sms(row.upstream_id)
            await stage.go_by(10)
    stage.upstream.add_fault("reset_after")
    stage.upstream.add_fault(**order)
    await _one_number(stage, "reset_after")


async def _a_cancel(stage: Stage) -> None:
    number = await stage.buy()
    await stage.go_by(130)
    await stage.staff.activations.cancel(stage.customer, number)
    await _to_the_end(stage)


async def _to_the_end(stage: Stage) -> None:
    """Until nothing runs any more, here or upstream."""
    for every in (10,) * 36 + (120,) * 12:
        await stage.go_by(every, every)
        is_over = all(status in _ENDS for status in (await stage.look()).statuses.values())
        if is_over and not any(each["is_open"] for each in stage.upstream.list_activations()):
            await stage.go_by(10)
            return


async def _outcome(stage: Stage, kind: str, action: str) -> Outcome:
    picture = await stage.look()
    sold = stage.upstream.list_activations()
    charged = sum((each["cost"] for each in sold if each["messages"]), Decimal(0))
    asked = [each for each in stage.upstream.requests() if "getNumber" in each["target"]]
    return Outcome(
        kind,
        action,
        " → ".join(stage.told),
        PURSE - picture.balance,
        len(picture.shown),
        charged,
        len(asked),
        picture.cases,
        tuple(_lost(picture, sold, len(asked))),
    )


def _lost(picture: Any, sold: Sequence[dict[str, Any]], asked: int) -> Iterator[str]:
    """Whatever somebody has lost: the customer, the shop, or the books."""
    yield from picture.breaches
    yield from (f"{number} is {status}" for number, status in picture.statuses.items() if status not in _ENDS)
    finished = sum(status == NumberStatus.FINISHED for status in picture.statuses.values())
    if PURSE - picture.balance != PRICE * finished:
        yield f"paid {PURSE - picture.balance} for {finished}"
    for each in sold:
        if each["is_open"]:
            yield f"{each['id']} runs on upstream"
        if each["messages"] and picture.statuses.get(each["id"]) != NumberStatus.FINISHED:
            yield f"{each['id']} was paid upstream for nobody"
        for message in each["messages"]:
            if (message["code"] or message["text"]) not in picture.shown:
                yield f"{message['code']} was never shown"
    if asked > len(picture.statuses):
        yield f"asked {asked} times for {len(picture.statuses)}"


async def play_all(kinds: Sequence[str]) -> list[Outcome]:
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(kind: str) -> Outcome:
        async with slots:
            return await play(kind)

    alone = [kind for kind in kinds if KINDS[kind].usual_action == "next_page"]
    beside = [kind for kind in kinds if kind not in alone]
    played = list(await asyncio.gather(*(one(kind) for kind in beside)))
    return played + [await play(kind) for kind in alone]


def run(effort: Effort) -> Iterator[Line]:
    """Each kind once; a kind by which something is lost is a damaged run."""
    del effort  # as many as there are
    outcomes = asyncio.run(play_all(every_kind()))
    for outcome in outcomes:
        print(outcome)
    lost = sum(bool(each.lost) for each in outcomes)
    yield Line(
        "each fault of upstream's",
        "sqlite",
        runs=len(outcomes),
        purchases=sum(each.asked for each in outcomes),
        codes=sum(each.shown for each in outcomes),
        damaged=lost,
        remark=f"{len(outcomes)} kinds, by {lost} of which something is lost",
    )


def every_kind() -> list[str]:
    return [kind for kind in KINDS if kind not in _NAMELESS]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", help="all of them if none is named")
    outcomes = asyncio.run(play_all(parser.parse_args().kinds or every_kind()))
    print("\n".join(map(str, outcomes)))
    return int(any(each.lost for each in outcomes))


if __name__ == "__main__":
    sys.exit(main())
