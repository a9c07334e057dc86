"""A transaction is one call: a plain function of a connection, which cannot await anything."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
Work = Callable[[Connection], T]
