"""What holds for every handler, wherever it is written."""

import ast
import inspect
from pathlib import Path

import pytest
from aiogram import Dispatcher
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters import Command, ExceptionTypeFilter, Filter, StateFilter
from aiogram.filters.callback_data import CallbackQueryFilter

import handlers
from handlers.commands import (
    ADMIN_COMMANDS,
    CUSTOMER_COMMANDS,
    commands_for,
    description_for,
    short_description_for,
)
from handlers.registry import converse
from handlers.texts import LANGUAGES

SERVICES = {
    "activations",
    "books",
    "cases",
    "catalogue",
    "customers",
    "desk",
    "offers",
    "payment_cases",
    "purchase_cases",
    "refunds",
    "reactivations",
    "reports",
    "rules",
    "statement",
    "topups",
    "watches",
}
SPEAKING = {"customer", "support_contact", "text"}
AIOGRAM = {"callback_data", "command", "event_update", "raw_state", "state"}
OWN_FILTERS = {"linked", "who", "amount", "reason", "payment"}


def _handlers() -> list[tuple[str, HandlerObject]]:
    dispatcher = Dispatcher()
    converse(dispatcher)
    return [
        (name, handler)
        for router in dispatcher.chain_tail
        for name, observer in router.observers.items()
        for handler in observer.handlers
        if router is not dispatcher and name != "update"
    ]


HANDLERS = _handlers()


@pytest.mark.parametrize(("event", "handler"), HANDLERS, ids=lambda each: getattr(each, "callback", each))
def test_a_handler_asks_only_for_what_there_is(event: str, handler: HandlerObject) -> None:
    _event, *asked = inspect.signature(handler.callback).parameters.values()

    known = SERVICES | SPEAKING | AIOGRAM | OWN_FILTERS
    assert {parameter.name for parameter in asked} <= known
    assert all(parameter.annotation is not inspect.Parameter.empty for parameter in asked)
    assert inspect.iscoroutinefunction(handler.callback)


@pytest.mark.parametrize(("event", "handler"), HANDLERS, ids=lambda each: getattr(each, "callback", each))
def test_a_handler_is_found_without_a_thread(event: str, handler: HandlerObject) -> None:
    allowed = (Command, CallbackQueryFilter, StateFilter, ExceptionTypeFilter, Filter)

    for tried in handler.filters or []:
        assert isinstance(tried.callback, allowed), handler.callback
        assert tried.magic is None


def test_several_dispatchers_may_hold_the_conversation() -> None:
    first, second = Dispatcher(), Dispatcher()

    converse(first)
    converse(second)

    assert first.resolve_used_update_types() == second.resolve_used_update_types()
    assert {"message", "callback_query", "my_chat_member"} <= set(first.resolve_used_update_types())


def test_every_command_of_the_menu_is_answered() -> None:
    answered = {
        command
        for _, handler in HANDLERS
        for tried in handler.filters or []
        if isinstance(tried.callback, Command)
        for command in tried.callback.commands
    }

    assert answered == {*CUSTOMER_COMMANDS, *ADMIN_COMMANDS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_and_the_introduction_fit_telegrams_limits(language: str) -> None:
    every_way = ("pix", "stars", "stripe", "mercadopago", "cryptopay")

    assert len(commands_for(language, is_admin=True)) > len(commands_for(language, is_admin=False))
    assert all(1 <= len(command.description) <= 256 for command in commands_for(language, is_admin=True))
    assert len(description_for(language, every_way)) <= 512
    assert len(short_description_for(language, "")) <= 120
    assert len(short_description_for(language, "@my_shop_support")) <= 120
    assert short_description_for(language, f"{'a' * 60}@example.org") == f"{'a' * 60}@example.org"


def test_a_handler_never_sees_the_database() -> None:
    for path in Path(handlers.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [
                name for name in names if name.split(".")[0] in {"db", "sqlalchemy", "httpx", "bot"}
            ], path
