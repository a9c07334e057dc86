from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.sms_active import world_routes
from bot.sandbox.sms_active.wire import Reply
from bot.sandbox.sms_active.world import SideDoor

_OPENING_BALANCE = Decimal("100.0000")
_KEPT_REQUESTS = 5_000


@dataclass(frozen=True, slots=True)
class RawRequest:
    """One request as it came, key and all, to prove where the key travels."""

    at: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: str
    status: int
    answered: str


class SmsActive(SideDoor):
    """An SMS Active upstream on the sandbox's web server."""

    def __init__(
        self,
        clock: Clock,
        journal: Journal,
        *,
        name: str = "active",
        profile: str = "hero",
        api_key: str = "sandbox-sms-active-key",
        seed: int = 1,
    ) -> None:
        super().__init__(clock, profile=profile, api_key=api_key, seed=seed)
        self.name = name
        self.api_key = api_key
        self._journal = journal
        self._requests: deque[RawRequest] = deque(maxlen=_KEPT_REQUESTS)
        self.set_balance(_OPENING_BALANCE)

    def routes(self, prefix: str = "") -> list[web.RouteDef]:
        path = f"{prefix}/stubs/handler_api.php"
        return [web.get(path, self._handle, allow_head=False), web.post(path, self._handle)]

    def world_routes(self) -> list[web.RouteDef]:
        prefix = f"/world/sms/{self.name}"
        return [*world_routes.routes(self, prefix), web.get(f"{prefix}/requests", self._show_requests)]

    def requests(self) -> list[dict[str, Any]]:
        """Show what came over the wire, unmasked, oldest first."""
        return [asdict(each) for each in self._requests]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        form = await request.post() if request.method == "POST" else {}
        asked = {name: str(value) for name, value in (*form.items(), *request.query.items())}
        reply = self.answer(asked, request.method)
        self._remember(request, body, asked, reply)
        return web.Response(
            text=reply.body,
            status=reply.status,
            content_type=reply.content_type,
            charset="utf-8",
            headers=dict(reply.headers),
        )

    async def _show_requests(self, _: web.Request) -> web.Response:
        return web.json_response(self.requests())

    def _remember(self, request: web.Request, body: str, asked: Mapping[str, str], reply: Reply) -> None:
        wire = "sms_active" if self.name == "active" else f"sms_{self.name}"
        self._journal.write(wire, asked.get("action", ""), asked, reply.status, reply.body)
        self._requests.append(
            RawRequest(
                at=self.now().isoformat(timespec="milliseconds"),
                method=request.method,
                target=request.raw_path,
                headers=dict(request.headers),
                body=body,
                status=reply.status,
                answered=reply.body[:2_000],
            )
        )
