from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.world import World

Method = Callable[[World, Parameters], Awaitable[Any]]


class Methods(dict[str, Method]):
    """Bot API methods by name: a function `send_message` under `@methods.add` answers `sendMessage`."""

    def add(self, method: Method) -> Method:
        first, *others = method.__name__.split("_")
        self[first + "".join(word.capitalize() for word in others)] = method
        return method
