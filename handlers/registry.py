"""Every subject of the conversation, one line each, in the order they are asked."""

from importlib import import_module

from aiogram import Dispatcher, Router

from handlers.filters import IsAdmin
from handlers.gate import AnswersTaps, GoesOn, LeavesConversation, PrivateOnly, TermsGate

ROUTERS = (
    "handlers.routers.payments",
    "handlers.routers.numbers",
    "handlers.routers.codes",
    "handlers.routers.again",
    "handlers.routers.reports",
    "handlers.routers.offers",
    "handlers.routers.watches",
    "handlers.routers.buy",
    "handlers.routers.search",
    "handlers.routers.topups",
    "handlers.routers.start",
    "handlers.routers.account",
    "handlers.routers.email",
    "handlers.routers.language",
    "handlers.routers.papers",
    "handlers.routers.history",
    "handlers.routers.reach",
    "handlers.routers.refusals",
)
ADMIN = (
    "handlers.routers.admin_home",
    "handlers.routers.admin_people",
    "handlers.routers.admin_refunds",
    "handlers.routers.admin_books",
    "handlers.routers.admin_cases",
)
LAST = "handlers.routers.unknown"  # whatever nobody else has understood


def converse(dispatcher: Dispatcher) -> None:
    """Join the whole conversation to a dispatcher."""
    root = Router(name="chat")
    _set_gates(root)
    admin = Router(name="admin")
    admin.message.filter(IsAdmin())
    admin.callback_query.filter(IsAdmin())
    for module in ADMIN:
        admin.include_router(_router(module))
    root.include_routers(*map(_router, ROUTERS), admin, _router(LAST))
    dispatcher.include_router(root)


def _set_gates(root: Router) -> None:
    for observer in (root.message, root.callback_query):
        observer.outer_middleware(PrivateOnly())
        observer.outer_middleware(LeavesConversation())
        observer.outer_middleware(TermsGate())
    root.callback_query.outer_middleware(GoesOn(root))
    root.callback_query.middleware(AnswersTaps())


def _router(module: str) -> Router:
    """Hang a module's handlers under a router of its own: a process may build several dispatchers."""
    written: Router = import_module(module).router
    router = Router(name=written.name)
    for name, observer in written.observers.items():
        router.observers[name].handlers.extend(observer.handlers)
    return router
