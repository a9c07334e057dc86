"""What the README says of adding things: one file, and one line in a registry."""

import ast
import re
from collections.abc import Iterator

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Message

from bot.gateways import GATEWAYS
from handlers.registry import ADMIN, LAST, ROUTERS
from handlers.texts import LANGUAGES
from tests.house.tree import ROOT, modules, named, syntax

REGISTRY = {"bot/gateways.py"}
NAMED_ALONE = ("cryptopay", "stripe", "mercadopago")


def _names(node: ast.AST) -> Iterator[str]:
    """Every name and every plain word in a file's code; what is said in prose does not count."""
    for each in ast.walk(node):
        match each:
            case ast.Constant(value=str() as text) if re.fullmatch(r"[\w.:]+", text):
                yield text
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name) | ast.arg(arg=name):
                yield name
            case ast.ImportFrom(module=str() as name):
                yield name


def _who_names(word: str) -> set[str]:
    return {
        named(path)
        for path in modules()
        if "bot/sandbox/" not in named(path) and any(word in name.lower() for name in _names(syntax(path)))
    }


@pytest.mark.parametrize("gateway", NAMED_ALONE)
def test_a_gateway_is_named_by_itself_and_its_registry(gateway: str) -> None:
    own = f"services/gateways/{gateway}"

    assert {path for path in _who_names(gateway) if not path.startswith(own)} == REGISTRY


def test_every_gateway_of_the_registry_has_its_file() -> None:
    for line in GATEWAYS:
        module = ROOT / line.split(":")[0].replace(".", "/")
        assert module.with_suffix(".py").exists() or (module / "__init__.py").exists(), line


def test_every_router_is_in_the_registry() -> None:
    written = {
        named(path).removesuffix(".py").replace("/", ".")
        for path in modules("handlers/routers")
        if path.name != "__init__.py"
    }

    assert written == {*ROUTERS, *ADMIN, LAST}


def test_every_file_of_words_is_a_language() -> None:
    assert {path.stem for path in (ROOT / "handlers/locales").glob("*.ftl")} == set(LANGUAGES)


def _case_kinds() -> Iterator[tuple[str, str]]:
    """Each kind of case that is opened somewhere, and where."""
    for path in modules("services", "db", "bot"):
        for node in ast.walk(syntax(path)):
            if not isinstance(node, ast.Call) or not re.search(
                r"(^|\.)(open_case|open)$", ast.unparse(node.func)
            ):
                continue
            said = [keyword.value for keyword in node.keywords if keyword.arg == "kind"] + node.args[:1]
            for value in said:
                if isinstance(value, ast.Constant) and re.fullmatch(r"[a-z]+\.[a-z_]+", str(value.value)):
                    yield str(value.value), f"{named(path)}:{node.lineno}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_case_has_words_and_advice(language: str) -> None:
    source = (ROOT / f"handlers/locales/{language}.ftl").read_text(encoding="utf-8")
    known = {entry.id.name for entry in FluentParser().parse(source).body if isinstance(entry, Message)}
    advice = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    kinds = dict(_case_kinds())

    assert len(kinds) > 5
    assert [kind for kind in kinds if f"case-{re.sub('[._]', '-', kind)}" not in known] == []
    assert [kind for kind in kinds if f"`{kind}`" not in advice] == []
