from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bot.sandbox.payments.stripe.account import Record
from bot.sandbox.payments.stripe.refusals import StripeRefusal, not_there

_BOUNDS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda at, bound: at > bound,
    "gte": lambda at, bound: at >= bound,
    "lt": lambda at, bound: at < bound,
    "lte": lambda at, bound: at <= bound,
}


def page(
    records: Iterable[Record],
    asked: Mapping[str, Any],
    wording: Callable[[Record], dict[str, Any]],
    url: str,
    *,
    chosen: Callable[[Record], bool] = lambda _: True,
) -> dict[str, Any]:
    """One page, newest first, from after or before a known object."""
    limit = asked.get("limit", 10)
    if not 1 <= limit <= 100:
        raise StripeRefusal("Invalid limit: must be between 1 and 100", param="limit")
    newest_first = list(records)[::-1]
    rows, more = _window(newest_first, asked, limit, lambda row: chosen(row) and _in_time(row, asked))
    return {"object": "list", "data": [wording(row) for row in rows], "has_more": more, "url": url}


def _window(
    rows: Sequence[Record], asked: Mapping[str, Any], limit: int, chosen: Callable[[Record], bool]
) -> tuple[list[Record], bool]:
    if "ending_before" in asked:
        before = [row for row in rows[: _place(rows, asked, "ending_before")] if chosen(row)]
        return before[-limit:], len(before) > limit
    start = _place(rows, asked, "starting_after") + 1 if "starting_after" in asked else 0
    after = [row for row in rows[start:] if chosen(row)]
    return after[:limit], len(after) > limit


def _place(rows: Sequence[Record], asked: Mapping[str, Any], name: str) -> int:
    for place, row in enumerate(rows):
        if row.id == asked[name]:
            return place
    raise not_there("object", asked[name], name)


def _in_time(row: Record, asked: Mapping[str, Any]) -> bool:
    created = asked.get("created")
    if created is None:
        return True
    if isinstance(created, dict):
        return all(_BOUNDS[name](row.created, bound) for name, bound in created.items())
    return bool(row.created == created)
