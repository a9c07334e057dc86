from collections.abc import Callable, Sequence
from typing import Any

from bot.sandbox.payments.stripe.account import Account
from bot.sandbox.payments.stripe.objects import line_items
from bot.sandbox.payments.stripe.refusals import StripeRefusal

_DEEPEST = 4


def expand(account: Account, wording: dict[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """Put whole objects where ids stand, along each path of names."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > _DEEPEST:
            raise StripeRefusal(f"You cannot expand more than {_DEEPEST} levels: {path}", param="expand")
        _walk(account, wording, steps, path)
    return wording


def _walk(account: Account, wording: dict[str, Any], steps: Sequence[str], path: str) -> None:
    if not steps:
        return
    name, rest = steps[0], steps[1:]
    if wording["object"] == "list":
        _walk_list(account, wording, name, rest, path)
        return
    if isinstance(wording.get(name), str) or name in ("line_items", "refunds"):
        wording[name] = _whole(account, wording, name, path)
    elif name not in wording:
        raise _impossible(path)
    if isinstance(wording[name], dict):
        _walk(account, wording[name], rest, path)


def _walk_list(account: Account, wording: dict[str, Any], name: str, rest: Sequence[str], path: str) -> None:
    if name != "data":
        raise _impossible(path)
    for item in wording["data"]:
        _walk(account, item, rest, path)


def _whole(account: Account, wording: dict[str, Any], name: str, path: str) -> dict[str, Any]:
    kind = wording["object"]
    if (kind, name) == ("checkout.session", "line_items"):
        return line_items(
            account.sessions[wording["id"]], f"/v1/checkout/sessions/{wording['id']}/line_items"
        )
    if (kind, name) == ("charge", "refunds"):
        return refunds_of(account, wording["id"])
    books: dict[str, Callable[[str], Any]] = {
        "payment_intent": account.intents.__getitem__,
        "latest_charge": account.charges.__getitem__,
        "charge": account.charges.__getitem__,
    }
    if name not in books:
        raise _impossible(path)
    return account.wording(books[name](wording[name]))


def refunds_of(account: Account, charge: str) -> dict[str, Any]:
    refunds = [account.wording(one) for one in account.refunds.values() if one.charge == charge]
    return {
        "object": "list",
        "data": refunds[::-1],
        "has_more": False,
        "url": f"/v1/charges/{charge}/refunds",
    }


def _impossible(path: str) -> StripeRefusal:
    return StripeRefusal(f"This property cannot be expanded ({path}).", param="expand")
