"""Answers that are no answers: error pages of what stands in front of upstream."""

from collections.abc import Callable, Mapping

from bot.sandbox.sms_active.faults.exchange import Exchange
from bot.sandbox.sms_active.faults.fault import Fault, Kind, Spoil
from bot.sandbox.sms_active.wire import Reply

Page = Callable[[Exchange], Reply]


def _html(status: int, title: str, body: str = "") -> Reply:
    page = f"<html><head><title>{status} {title}</title></head><body><h1>{title}</h1>{body}</body></html>"
    return Reply(page, status, "text/html")


_PAGES: Mapping[str, Page] = {
    "server_error": lambda _: Reply("Internal Server Error", 500),
    "bad_gateway": lambda _: _html(502, "Bad Gateway"),
    "empty": lambda _: Reply("", 200, "text/html"),
    "forbidden_page": lambda _: _html(403, "Forbidden"),
    "blocked_1020": lambda _: Reply("error code: 1020", 403),
    "unknown_400": lambda _: Reply("Bad Request", 400, "text/html"),
    "page_not_found": lambda _: _html(404, "Not Found"),
    "echo_url": lambda exchange: _html(500, "Error", f"<p>while serving {exchange.target}</p>"),
}


def _instead_of_doing(page: Page) -> Spoil:
    async def spoil(exchange: Exchange, fault: Fault) -> Reply:  # noqa: ARG001  pages take no options
        return page(exchange)

    return spoil


def _after_doing(page: Page) -> Spoil:
    async def spoil(exchange: Exchange, fault: Fault) -> Reply:  # noqa: ARG001  pages take no options
        exchange.process()
        return page(exchange)

    return spoil


KINDS: Mapping[str, Kind] = {
    **{name: Kind(_instead_of_doing(page)) for name, page in _PAGES.items()},
    **{f"{name}_bought": Kind(_after_doing(page)) for name, page in _PAGES.items()},
    "failed_second_page": Kind(_instead_of_doing(_PAGES["server_error"]), "next_page"),
}
