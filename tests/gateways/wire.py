"""A gateway's end of the wire: says what a test told it to say, and remembers what it was asked."""

import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.test_utils import TestServer

Fault = Literal["drop", "reset", "malformed", "senseless"]


@dataclass(frozen=True)
class Asked:
    route: str  # "POST /v1/refunds"
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    def form(self) -> dict[str, Any]:
        return dict(parse_qsl(self.body.decode(), strict_parsing=bool(self.body)))

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    answer: Any
    status: int = 200
    padding_bytes: int = 0  # of a good answer that is too large to be one


@dataclass
class Wire:
    """Replies by route, in order; the last one said is said again."""

    asked: list[Asked] = field(default_factory=list)
    replies: dict[str, list[Reply | Fault]] = field(default_factory=dict)
    address: str = ""

    def on(self, route: str, *replies: Any) -> None:
        self.replies[route] = [_reply(each) for each in replies]

    def routes(self) -> list[str]:
        return [each.route for each in self.asked]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        route = f"{request.method} {request.path}"
        query = tuple(request.query.items())
        self.asked.append(Asked(route, query, request.headers.copy(), await request.read()))
        waiting = self.replies.get(route)
        if not waiting:
            return web.json_response({"error": {"message": f"no such route: {route}"}}, status=404)
        reply = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(reply, Reply):
            text = json.dumps(reply.answer) + " " * reply.padding_bytes
            return web.Response(text=text, status=reply.status, content_type="application/json")
        return _fail(request, reply)


def _reply(said: Any) -> "Reply | Fault":
    if isinstance(said, str):
        return cast("Fault", said)
    return said if isinstance(said, Reply) else Reply(said)


def _fail(request: web.Request, fault: Fault) -> web.Response:
    assert request.transport
    match fault:
        case "drop":
            request.transport.close()
        case "reset":
            connection: socket.socket = request.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.transport.abort()
        case "malformed":
            return web.Response(text='{"id": "cs_', content_type="application/json")
        case "senseless":
            return web.json_response(["nothing", "of", "use"])
    return web.Response()


def serve(wire: Wire) -> TestServer:
    app = web.Application(client_max_size=1024 * 1024)
    app.router.add_route("*", "/{path:.*}", wire.answer)
    return TestServer(app, host="127.0.0.1")
