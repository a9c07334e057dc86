"""Stripe's nested form fields: `line_items[0][price_data][currency]=brl`."""

import re
from collections.abc import Iterable
from typing import Any

from bot.sandbox.payments.stripe.refusals import StripeRefusal

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")


def read_form(fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Build the tree that the fields' names spell; numbered or unnamed parts make lists."""
    root: dict[str, Any] = {}
    for name, value in fields:
        _plant(root, _path(name), value, name)
    return {name: _with_lists(branch) for name, branch in root.items()}


def _path(name: str) -> list[str]:
    match = _NAME.fullmatch(name)
    if match is None:
        raise _invalid(name)
    return [match[1], *_PART.findall(match[2])]


def _plant(root: dict[str, Any], path: list[str], value: str, name: str) -> None:
    branch = root
    for part in path[:-1]:
        branch = branch.setdefault(part or str(len(branch)), {})
        if not isinstance(branch, dict):
            raise _invalid(name)
    leaf = path[-1] or str(len(branch))
    if leaf in branch:
        raise _invalid(name)
    branch[leaf] = value


def _with_lists(branch: Any) -> Any:
    if not isinstance(branch, dict):
        return branch
    grown = {name: _with_lists(value) for name, value in branch.items()}
    if grown and all(name.isdigit() for name in grown):
        return [grown[name] for name in sorted(grown, key=int)]
    return grown


def _invalid(name: str) -> StripeRefusal:
    return StripeRefusal(f"Invalid parameter name: {name}", param=name)
