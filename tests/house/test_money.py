"""Where money passes there is no float: a float there stands for time, and each other one says why."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.house.tree import modules, named, syntax

# Names of moments and spans: moments are floats only on the monotonic clock, others are datetimes.
TIME = re.compile(r"seconds?|secs|monotonic|pause|wait|(?:_at|_until|_from|_left)$|^now$", re.IGNORECASE)
# Other places, by file and the name they stand at.
ALLOWED = {
    (
        "services/gateways/mercadopago/wire.py",
        "json_number",
    ): "JSON has no other number; two decimals survive it",
    ("services/providers/handler_api/breaker.py", "self._bans"): "until when, on the monotonic clock",
    ("services/providers/handler_api/budget.py", "_REGAINED_PER_ANSWER"): "requests, not money",
    ("services/providers/handler_api/budget.py", "self._tokens"): "requests, not money",
    ("services/providers/handler_api/budget.py", "missing"): "requests, not money",
    ("services/providers/handler_api/budget.py", "slow_down"): "seconds to be silent for",
    ("services/providers/handler_api/client.py", "_learn"): "seconds to be silent for",
    ("services/alarms.py", "_measure"): "seconds that codes took",
    ("services/books.py", "self._states"): "when a balance was read, on the monotonic clock",
}


def _is_float(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return type(node.value) is float
    return isinstance(node, ast.Name) and node.id == "float"


def _name_of(node: ast.AST) -> str | None:
    match node:
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.Assign(targets=[target, *_]):
            return ast.unparse(target)
        case ast.arg(arg=name) | ast.keyword(arg=name):
            return name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name
    return None


def _floats(node: ast.AST, above: Sequence[str] = ()) -> Iterator[tuple[int, str]]:
    """Each float below a node, with the nearest name it stands at."""
    if _is_float(node):
        yield getattr(node, "lineno", 0), above[-1] if above else ""
    name = _name_of(node)
    for child in ast.iter_child_nodes(node):
        yield from _floats(child, [*above, name] if name else above)


def _suspects(path: Path) -> Iterator[tuple[int, str]]:
    for line, name in _floats(syntax(path)):
        if not TIME.search(name):
            yield line, name


def test_no_float_where_money_passes() -> None:
    found = [
        f"{named(path)}:{line} at {name}"
        for path in modules("db", "services")
        for line, name in _suspects(path)
        if (named(path), name) not in ALLOWED
    ]

    assert found == []


def test_no_permission_outlives_its_float() -> None:
    used = {(named(path), name) for path in modules("db", "services") for _, name in _suspects(path)}

    assert set(ALLOWED) <= used


def test_a_float_is_seen_wherever_it_hides() -> None:
    sown = ast.parse("def f(price: float = 0.1) -> None:\n    cost = float('1') * x(amount=0.5)\n")

    assert {name for _, name in _floats(sown)} == {"price", "f", "cost", "amount"}


def test_what_gateways_tell_is_read_with_exact_numbers() -> None:
    """A notice is a doorbell: nothing of it is counted with."""
    for path in modules("services/gateways"):
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "json.loads":
                exact = any(keyword.arg == "parse_float" for keyword in node.keywords)
                assert exact or path.name == "notices.py", f"{named(path)}:{node.lineno}"


def test_one_room_writes_the_ledger() -> None:
    """Whoever else changes credits or a transaction's status has another set of books."""
    for path in modules("db", "services", "bot"):
        for node in ast.walk(syntax(path)):
            if not isinstance(node, ast.Call) or named(path).startswith("db/ledger/"):
                continue
            words = ast.unparse(node)
            where = f"{named(path)}:{node.lineno}"
            assert words not in {"update(Transaction)", "insert(Transaction)", "delete(Transaction)"}, where
            changes_credits = words.startswith("update(User)") and "credits=" in words
            assert not changes_credits, where
