import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.sandbox.books import Books
from bot.sandbox.live import Live
from bot.sandbox.parts import Parts
from bot.sandbox.shop import Shop

_PAGE = Path(__file__).parent / "page"
# Nothing from elsewhere is ever loaded; frames are the stand-ins' own checkout pages.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {}"
)


class Sandbox:
    """The outside world in miniature: every stand-in on one address, and the page to look at them."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.parts = Parts(address)
        self.admin_id = self._let_people_in()
        self.ahead_seconds = 0.0
        self._shop: Shop | None = None
        self._books: Books | None = None

    def _let_people_in(self) -> int:
        """Two customers and, last, the shop's owner, whose id is handed back."""
        self.parts.telegram.add_person("Ana", "Souza", "ana_souza", "pt-br")
        self.parts.telegram.add_person("Bob", "Miller", "bob_miller", "en")
        return self.parts.telegram.add_person("Chefe", None, "chefe", "pt-br").id

    def attach(self, shop: Shop) -> None:
        """Show this shop's state and books, and hand its plug to the page."""
        self._shop = shop
        self._books = Books(shop, self.parts.ledgers)

    def application(self) -> web.Application:
        """Join the stand-ins, their side doors and the page."""
        application = web.Application(client_max_size=60 * 2**20)  # Telegram takes files of 50 MB
        self.parts.join(application)
        application.add_routes(self._routes())
        application.on_response_prepare.append(_stay_fresh)
        return application

    def _routes(self) -> list[web.AbstractRouteDef]:
        live = Live(self.parts.clock, self.parts.journal, self.parts.telegram.events, self.state)
        return [
            web.get("/", _show("index.html", framed_by="'none'")),
            web.get("/back", _show("back.html", framed_by="'self'")),
            web.static("/page", _PAGE),
            web.get("/world/live", live.answer),
            web.get("/world/journal", self._list_calls),
            web.get("/world/shop", self._tell_state),
            web.post("/world/shop/unplug", self._unplug),
            web.post("/world/shop/start", self._start_shop),
            web.get("/world/books", self._read_books),
            web.post("/world/clock/advance", self._advance),
        ]

    def state(self) -> dict[str, object]:
        """Tell how the shop is, and how far the sandbox's clock was moved."""
        shop = self._shop.state() if self._shop else {"phase": "alone", "log": ""}
        return {**shop, "ahead_seconds": self.ahead_seconds}

    async def _list_calls(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "0")
        entries = self.parts.journal.entries(
            request.query.get("wire"), int(after) if after.isdecimal() else 0
        )
        return web.json_response({"entries": entries}, dumps=_dumps)

    async def _tell_state(self, _: web.Request) -> web.Response:
        return web.json_response(self.state())

    async def _unplug(self, _: web.Request) -> web.Response:
        """Pull the plug of the bot's process: nothing is said to it."""
        await self._attached().unplug()
        return web.json_response(self.state())

    async def _start_shop(self, _: web.Request) -> web.Response:
        await self._attached().start()
        return web.json_response(self.state())

    async def _read_books(self, _: web.Request) -> web.Response:
        if self._books is None:
            raise web.HTTPConflict(text="no shop is attached to this sandbox")
        return web.json_response(await self._books.read(), dumps=_dumps)

    async def _advance(self, request: web.Request) -> web.Response:
        """Move the whole outside world's time on; the shop's own clock is the machine's."""
        order = await request.json()
        try:
            seconds = float(order["seconds"])
            self.parts.clock.advance(seconds)
        except (KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": f"seconds: {error}"}, status=400)
        self.ahead_seconds += seconds
        return web.json_response(
            {"now": self.parts.clock.now().isoformat(), "ahead_seconds": self.ahead_seconds}
        )

    def _attached(self) -> Shop:
        if self._shop is None:
            raise web.HTTPConflict(text="no shop is attached to this sandbox")
        return self._shop


def _show(file: str, *, framed_by: str) -> Callable[[web.Request], Awaitable[web.FileResponse]]:
    headers = {"Content-Security-Policy": _POLICY.format(framed_by), "Referrer-Policy": "no-referrer"}

    async def show(_: web.Request) -> web.FileResponse:
        return web.FileResponse(_PAGE / file, headers=headers)

    return show


async def _stay_fresh(_: web.Request, response: web.StreamResponse) -> None:
    """Let the browser ask again: the page's files change with the shop's."""
    response.headers.setdefault("Cache-Control", "no-cache")


def _dumps(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, default=str)
