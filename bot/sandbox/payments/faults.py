import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

from bot.sandbox.journal import Journal

Handler = Callable[[web.Request], Awaitable[web.Response]]
Refuse = Callable[[int], web.Response]

KINDS = ("delay", "drop", "malformed", "oversized", "reset_after", "reset_before")
_STATUS = re.compile(r"status([45]\d\d)(_after)?")
_OVERSIZED_BYTES = 16 * 2**20
_LONGEST_SILENCE_SECONDS = 120.0


@dataclass(slots=True)
class Fault:
    """One way in which the next calls go wrong."""

    kind: str  # one of KINDS, "status500" (nothing was done) or "status500_after" (it was done all the same)
    path: str = ""  # part of the address; empty: any
    method: str = ""  # an HTTP verb, or the last word of the address; empty: any
    times: int = 1
    skip: int = 0
    seconds: float = 1.0  # of a delay

    def __post_init__(self) -> None:
        if self.kind not in KINDS and not _STATUS.fullmatch(self.kind):
            raise ValueError(
                f"no such fault: {self.kind}; known: status500, status500_after, {', '.join(KINDS)}"
            )

    def hits(self, verb: str, path: str) -> bool:
        if self.path not in path or self.method.lower() not in (
            "",
            verb.lower(),
            path.rpartition("/")[2].lower(),
        ):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class Faults:
    """What is to go wrong at one gateway's API, in the order it was asked for."""

    def __init__(self, journal: Journal, wire: str) -> None:
        self._journal, self._wire = journal, wire
        self._faults: list[Fault] = []

    def add(self, order: Mapping[str, Any]) -> None:
        self._faults.append(
            Fault(
                kind=str(order["kind"]),
                path=str(order.get("path", "")),
                method=str(order.get("method", "")),
                times=int(order.get("times", 1)),
                skip=int(order.get("skip", 0)),
                seconds=float(order.get("seconds", 1.0)),
            )
        )

    def clear(self) -> None:
        self._faults.clear()

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._faults]

    async def around(self, request: web.Request, handler: Handler, refuse: Refuse) -> web.Response:
        """Answer one call, unless a fault is waiting for it."""
        fault = self._meet(request.method, request.path)
        if fault is None:
            return await handler(request)
        self._journal.write(self._wire, f"{request.method} {request.path}", {}, 0, f"fault: {fault.kind}")
        if status := _STATUS.fullmatch(fault.kind):
            if status[2]:
                await handler(request)
            return refuse(int(status[1]))
        return await _break(fault, request, handler)

    def _meet(self, verb: str, path: str) -> Fault | None:
        met = next((fault for fault in self._faults if fault.hits(verb, path)), None)
        self._faults = [fault for fault in self._faults if fault.times > 0]
        return met


async def _break(fault: Fault, request: web.Request, handler: Handler) -> web.Response:
    match fault.kind:
        case "delay":
            await asyncio.sleep(fault.seconds)
            return await handler(request)
        case "drop":
            return await _say_nothing(request)
        case "reset_before":
            return _reset(request)
        case "reset_after":
            await handler(request)
            return _reset(request)
    answer = await handler(request)
    body = bytes(answer.body) if isinstance(answer.body, (bytes, bytearray)) else b""
    answer.body = body[: len(body) // 2] if fault.kind == "malformed" else _padded(body)
    return answer


def _padded(body: bytes) -> bytes:
    return body + b" " * _OVERSIZED_BYTES


def _reset(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _say_nothing(request: web.Request) -> web.Response:
    """Hold the line until the caller gives up."""
    waited_seconds = 0.0
    while request.transport is not None and waited_seconds < _LONGEST_SILENCE_SECONDS:
        await asyncio.sleep(0.05)
        waited_seconds += 0.05
    return _reset(request)
