"""What goes on when the shop's process dies: provider, payment house, Telegram, people."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from random import Random
from typing import Any

from aiohttp import web

from bot.sandbox.parts import Parts
from bot.sandbox.payments.impossible import ImpossibleOrderError
from bot.sandbox.sms_active.wire import as_json
from tests.soak.crowd import Cards, Crowd, Habits

HOST = "127.0.0.1"
LIFE_SECONDS = 240
CANCEL_FLOOR_SECONDS = 2
_LOOK_SECONDS, _QUIET_LOOKS = 0.01, 5
# What a wire takes, before and after the other side has done what it was asked.
_PROVIDER_SECONDS = ((0.002, 0.030), (0.002, 0.015))
# Some answers come after the shop's deadline, some numbers are rented after it.
_SLOW_SHARE, _SLOW_SECONDS = 0.02, (0.3, 2.5)
_TELEGRAM_SECONDS = ((0.0, 0.004), (0.0, 0.004))
_WIRES = {"/stubs/": _PROVIDER_SECONDS, "/stripe/": _PROVIDER_SECONDS, "/bot": _TELEGRAM_SECONDS}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Outside:
    """The sandbox's stand-ins on slow wires, with people and payers who act by dice."""

    def __init__(self, address: str, seed: str, habits: Habits, cards: Cards) -> None:
        self._parts = Parts(address)
        self._habits = habits
        self._dice = Random(f"{seed}:luck")
        self._wires = Random(f"{seed}:wires")
        self._in_flight = 0
        self._ahead_seconds = 0.0
        self._rented = 0
        self._billed: set[str] = set()
        self._crowd = Crowd(self._parts.telegram._world, Random(f"{seed}:crowd"), habits, cards)
        self._arrange()

    def application(self) -> web.Application:
        application = web.Application(middlewares=[self._wire()])
        self._parts.join(application)
        application.add_routes(
            [
                web.post("/soak/shopping", self._let_shop),
                web.post("/soak/advance", self._advance),
                web.get("/soak/ahead", self._tell_ahead),
                web.get("/soak/still", self._wait_until_still),
                web.get("/soak/evidence", self._tell),
                web.post("/soak/people/{telegram_id}", self._play),
            ]
        )
        application.cleanup_ctx.append(self._crowd_around)
        return application

    def _arrange(self) -> None:
        upstream = self._parts.upstream
        upstream.set_rules(bans_by_success=False)
        upstream.set_balance("1000000")
        upstream.set_cancel_floor(CANCEL_FLOOR_SECONDS)
        upstream.set_life(LIFE_SECONDS)
        for service, country in self._habits.goods:
            upstream.set_stock(service, country, 1_000_000)
            upstream.set_price(service, country, "0.50")
        self._parts.telegram._world.pace.turn_off()

    def _wire(self) -> Any:
        @web.middleware
        async def carry(request: web.Request, handler: Handler) -> web.StreamResponse:
            delays = next((each for path, each in _WIRES.items() if request.path.startswith(path)), None)
            if delays is None or request.path.endswith("/getUpdates"):
                return await handler(request)
            before, after = (self._wires.uniform(*each) for each in delays)
            if delays is _PROVIDER_SECONDS and self._crowd.is_shopping:
                before, after = self._slow(before), self._slow(after)
            self._in_flight += 1
            try:
                await asyncio.sleep(before)
                answer = await handler(request)
                self._try_luck(request)
                await asyncio.sleep(after)
            finally:
                self._in_flight -= 1
            return answer

        return carry

    def _slow(self, usual_seconds: float) -> float:
        is_slow = self._wires.random() < _SLOW_SHARE / 2
        return self._wires.uniform(*_SLOW_SECONDS) if is_slow else usual_seconds

    def _try_luck(self, request: web.Request) -> None:
        """Where a number was rented a code may come; where a bill was made somebody may pay it."""
        if request.query.get("status") == "3" and self._dice.random() < self._habits.code_share:
            self._plan_code(request.query["id"])
        rented = list(self._parts.upstream.account.activations)[self._rented :]
        self._rented += len(rented)
        for activation_id in rented:
            if self._dice.random() < self._habits.code_share:
                self._plan_code(str(activation_id))
        for session in self._parts.stripe.account.sessions.keys() - self._billed:
            self._billed.add(session)
            if self._dice.random() < self._habits.pay_share:
                pause_seconds = self._dice.uniform(0.02, 0.8)
                asyncio.get_running_loop().call_later(pause_seconds, self._pay, session)

    def _plan_code(self, activation_id: str) -> None:
        self._parts.upstream.push_sms(activation_id, after_seconds=self._dice.uniform(0.02, 1.5))

    def _pay(self, session: str) -> None:
        with suppress(ImpossibleOrderError):  # the bill was closed meanwhile
            self._parts.stripe.pay(session)

    async def _crowd_around(self, _: web.Application) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            people = [group.create_task(each) for each in self._crowd.lives()]
            yield
            for person in people:
                person.cancel()

    async def _let_shop(self, request: web.Request) -> web.Response:
        self._crowd.is_shopping = (await request.json())["shopping"]
        return web.json_response({})

    async def _advance(self, request: web.Request) -> web.Response:
        seconds = (await request.json())["seconds"]
        self._parts.clock.advance(seconds)
        self._ahead_seconds += seconds
        return web.json_response({})

    async def _tell_ahead(self, _: web.Request) -> web.Response:
        return web.json_response({"seconds": self._ahead_seconds})

    async def _wait_until_still(self, _: web.Request) -> web.Response:
        """Answer once nothing that was asked is still being done."""
        quiet = 0
        while quiet < _QUIET_LOOKS:
            await asyncio.sleep(_LOOK_SECONDS)
            quiet = 0 if self._in_flight else quiet + 1
        return web.json_response({})

    async def _play(self, request: web.Request) -> web.Response:
        self._crowd.play(int(request.match_info["telegram_id"]), **await request.json())
        return web.json_response({})

    async def _tell(self, _: web.Request) -> web.Response:
        """What each of them has on paper, for the audit."""
        updates = self._parts.telegram._world.updates
        told: dict[str, Any] = {
            "activations": self._parts.upstream.list_activations(),
            "upstream_faults": self._parts.upstream.audit()["violations"],
            "paid": self._parts.stripe.ledger()["references"],
            "said": self._crowd.heard(),
            "updates": self._crowd.updates_made,
            "pending": len(updates.pending()),
        }
        return web.Response(text=as_json(told), content_type="application/json")


async def serve(port: int, seed: str, habits: Habits, cards: Cards) -> None:
    """Stand there until killed."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # whoever dies leaves half a request
    outside = Outside(f"http://{HOST}:{port}", seed, habits, cards)
    runner = web.AppRunner(outside.application(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    await asyncio.Event().wait()
