from collections.abc import Awaitable, Callable
from typing import Any

from services.errors import ProviderUnavailable

PAGE_SIZE = 100  # HeroSMS: at most 100 rows
_OVERLAP = 10
_MOST_PAGES = 200
_WALKS = 3

Rows = list[Any]


async def read_all(
    fetch: Callable[[int], Awaitable[Rows]], key: Callable[[Any], str], *, is_paged: bool = True
) -> Rows:
    """Read every page, or raise; a list that keeps moving is walked again.

    HeroSMS tells no total, and rows move up when a number ends between two pages. So pages overlap:
    a page that shares no row with what came before may hide a gap.
    """
    for _ in range(_WALKS):
        rows = await _walk(fetch, key, is_paged=is_paged)
        if rows is not None:
            return rows
    raise ProviderUnavailable("the list moved too much to be read whole")


async def _walk(
    fetch: Callable[[int], Awaitable[Rows]], key: Callable[[Any], str], *, is_paged: bool
) -> Rows | None:
    found: dict[str, Any] = {}
    start = 0
    for _ in range(_MOST_PAGES):
        rows = await fetch(start)
        page = {key(row): row for row in rows}
        if start and not page.keys() & found.keys():
            return None
        brings_more = bool(page.keys() - found.keys())
        found |= page
        # More rows than were asked for: this provider knows no pages and has told them all.
        if len(rows) != PAGE_SIZE or not (brings_more or is_paged):
            return list(found.values())
        if not brings_more:
            raise ProviderUnavailable("the same full page came twice")
        start += PAGE_SIZE - _OVERLAP
    raise ProviderUnavailable("the list does not end")
