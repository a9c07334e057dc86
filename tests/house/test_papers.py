"""What the papers say exists: settings, commands, targets, paths, links; and nothing is left unsaid."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from bot.cli import COMMANDS
from bot.sandbox.telegram.server import METHODS
from bot.settings import Settings
from handlers.commands import ADMIN_COMMANDS, CUSTOMER_COMMANDS
from services import gateways
from tests.conftest import TestSettings
from tests.house.tree import ROOT, named, papers

REFUSING = {"BadRequest", "Forbidden", "Conflict", "WrongField", "CannotParse"}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
PAGES = {named(path): path.read_text(encoding="utf-8") for path in papers()}
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def _kinds() -> tuple[type[BaseSettings], ...]:
    """Every Settings class: the shop's, the gateways' and the tests'."""
    found: list[type[BaseSettings]] = [Settings, TestSettings]
    for module in iter_modules(gateways.__path__, "services.gateways."):
        found += [
            kind
            for kind in vars(import_module(module.name)).values()
            if isinstance(kind, type) and issubclass(kind, BaseSettings) and kind is not BaseSettings
        ]
    return tuple(dict.fromkeys(found))


def _defaults() -> dict[str, str]:
    """Each setting's default as one would type it."""
    return {
        name.upper(): _typed(field.get_default(call_default_factory=True, validated_data={}))
        for kind in _kinds()
        for name, field in kind.model_fields.items()
    }


def _typed(value: Any) -> str:
    match value:
        case SecretStr():
            return value.get_secret_value()
        case None | ():
            return ""
        case tuple():
            return ",".join(map(str, value))
        case dict():
            return ",".join(f"{name}={number}" for name, number in value.items())
        case bool():
            return str(value).lower()
    return str(value)


def _commands_typed() -> list[tuple[str, str]]:
    return [(page, code) for page, text in PAGES.items() for code in CODE.findall(text)]


def test_every_setting_has_a_comment_and_its_default_in_the_example() -> None:
    told = {
        name: (comment, value)
        for comment, name, value in re.findall(r"^(.*)\n#?([A-Z][A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE)
    }

    assert set(told) == set(_defaults())
    for name, default in _defaults().items():
        comment, value = told[name]
        assert comment.startswith("# "), name
        assert not comment.startswith("# ---"), name
        assert value.replace("[]", "") == default, name


def test_every_setting_has_a_line_on_the_settings_page() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (\S+) \| \S.* \|$", PAGES["docs/settings.md"], re.MULTILINE))

    assert {name: value.strip("`-").replace("[]", "") for name, value in rows.items()} == _defaults()


def test_every_target_the_papers_name_exists() -> None:
    asked = {
        (page, target)
        for page, code in _commands_typed()
        for target in re.findall(r"(?<![\w-])make ([a-z][a-z-]*)", code)
    }

    assert {target for _, target in asked} >= {"demo", "env", "test", "check", "bench"}
    assert [each for each in asked if each[1] not in TARGETS] == []


def test_every_command_the_papers_name_exists() -> None:
    asked = {
        (page, command)
        for page, code in _commands_typed()
        for command in re.findall(r"main\.py ([a-z]+)", code)
    }

    assert {command for _, command in asked} >= {"migrate", "doctor", "audit", "backup"}
    assert [each for each in asked if each[1] not in COMMANDS] == []


def test_every_word_for_the_chat_that_the_papers_name_is_answered() -> None:
    known = {*CUSTOMER_COMMANDS, *ADMIN_COMMANDS, "newbot"}  # the last is @BotFather's
    asked = {
        (page, word)
        for page, text in PAGES.items()
        for word in re.findall(r"`/([a-z]+)(?= [a-z0-9]+|`)", text)
        if word not in {"health", "metrics"}
    }

    assert [each for each in asked if each[1] not in known] == []


def test_every_path_the_papers_name_exists() -> None:
    rooms = r"(?:bot|db|handlers|services|tests|docs|migrations|requirements|\.ci)"
    asked = {
        (page, path)
        for page, code in _commands_typed()
        for path in re.findall(rf"(?<![\w/.-])({rooms}/[\w./-]*[\w/])(?![\w<*…])", code)
    }

    assert len(asked) > 20
    assert [each for each in asked if not (ROOT / each[1]).exists()] == []


def test_every_link_leads_somewhere() -> None:
    for page, text in PAGES.items():
        for link in re.findall(r"\]\((?!https://)([^)#]+)|(?:src|srcset)=\"([^\"]+)\"", text):
            assert (ROOT / page).parent.joinpath("".join(link)).exists(), f"{page}: {link}"


def test_every_page_is_found_from_the_first() -> None:
    seen: set[str] = set()
    ahead = ["README.md"]
    while ahead:
        page = ahead.pop()
        seen.add(page)
        links = re.findall(r"\]\((?!https://)([^)#]+\.md)", PAGES[page])
        found = {named((ROOT / page).parent.joinpath(link).resolve()) for link in links}
        ahead += found - seen

    assert seen == set(PAGES)


def test_decisions_are_numbered_and_say_why() -> None:
    pages = sorted(page for page in PAGES if re.match(r"docs/decisions/\d", page))

    for number, page in enumerate(pages, 1):
        assert page.startswith(f"docs/decisions/{number:04d}-"), page
        assert PAGES[page].startswith(f"# {number}. "), page
        parts = ("**Context.**", "**Decision.**", "**Consequences.**")
        assert all(part in PAGES[page] for part in parts), page


@pytest.mark.parametrize("target", sorted(TARGETS - {"help"}))
def test_every_target_tells_what_it_does(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{target}:.*## \S", makefile, re.MULTILINE)
    assert target in re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()


def test_the_page_on_the_sandbox_lists_what_it_answers_and_what_it_refuses() -> None:
    page = PAGES["docs/sandbox.md"]

    assert set(re.findall(r"`([a-z]+[A-Z]\w+|close)`", page)) >= set(METHODS)
    assert [words for words in _refusals_of_telegram() if words not in page] == []


def _refusals_of_telegram() -> Iterator[str]:
    """What the stand-in says no with, up to the first word that varies."""
    for path in (ROOT / "bot" / "sandbox" / "telegram").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSING:
                yield from map(_fixed_start, node.args[:1])


def _fixed_start(said: ast.expr) -> str:
    first = said.values[0] if isinstance(said, ast.JoinedStr) else said
    return first.value.strip() if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
