import asyncio
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cache
from typing import TypeVar

import httpx

from services.clock import Clock
from services.errors import NotOffered, OutsideError, ProviderRefused, ProviderUnavailable
from services.ports.provider import Health
from services.providers.handler_api import errors
from services.providers.handler_api.account import Account
from services.providers.handler_api.answers import Answer, Data, Nothing, Refusal, Token
from services.providers.handler_api.breaker import Breaker, Scope, State
from services.providers.handler_api.budget import Budget, Lane
from services.providers.handler_api.classifier import classify
from services.providers.handler_api.discretion import hush_http_loggers, scrub
from services.providers.handler_api.parsing.purchases import ban_end, is_ban_of_kind

Read = TypeVar("Read")

_LOOKS = 2  # a look is repeated once; what changes something never is
_TURN_SECONDS = 30.0
_CONNECT_SECONDS = 5.0
_MOST_CONNECTIONS = 20  # httpcore goes through its whole pool at each request
_LONGEST_BODY = 16 * 1024 * 1024  # HeroSMS: the whole price table is about 1 MB
_BAN_SECONDS = 300.0  # where a ban's end is not told: then a purchase may try again
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.InvalidURL,
    httpx.UnsupportedProtocol,
)


@dataclass(frozen=True, slots=True)
class Call:
    """One question to the provider."""

    action: str
    params: Mapping[str, str] = field(default_factory=dict)
    lane: Lane = Lane.LOOK
    method: str = "GET"
    scope: Scope = ("", "")


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytes
    retry_after_seconds: float | None


class Client:
    """Asks one account over HTTP: paced, within deadlines, and without ever telling the key."""

    def __init__(self, account: Account, clock: Clock, zone: tzinfo | None) -> None:
        self._account = account
        self._clock = clock
        self._zone = zone
        self._budget = Budget(account.pace, clock)
        self._breaker = Breaker(clock)
        self._succeeded_at: datetime | None = None
        self._calls = 0
        self._call_seconds = 0.0
        self._http: tuple[asyncio.AbstractEventLoop, httpx.AsyncClient] | None = None
        hush_http_loggers()

    async def once(self, call: Call) -> Answer:
        """Ask exactly once; whatever breaks on the way is an answer too."""
        if call.lane is Lane.PURCHASE and (blocked := self._blocked(call.scope)):
            return blocked
        if (seconds := self._budget.closed_for_seconds()) > self._patience_seconds(call):
            return Refusal(errors.BACKING_OFF, retry_after_seconds=seconds)
        answer = self._understand(await self._exchange(call))
        self._learn(call, answer)
        return answer

    async def look(
        self,
        call: Call,
        read: Callable[[Token | Data], Read],
        refused: Callable[[Refusal], Read | None] = lambda _: None,
    ) -> Read:
        """Ask, once more if nothing usable came, and read the answer or raise.

        Catalogues are big: theirs are taken apart in another thread.
        """
        nothing = Nothing("not asked")
        for _ in range(_LOOKS):
            answer = await self._ask(call)
            if not isinstance(answer, Nothing):
                return await self._off_loop(call, lambda: _read(answer, read, refused))  # noqa: B023  awaited at once
            nothing = answer
            if nothing.timed_out:
                break
        raise ProviderUnavailable(f"{self._account.name} {call.action}: {nothing.reason}")

    def health(self) -> Health:
        return Health(
            is_buying=self._breaker.state is not State.OPEN and not self._budget.closed_for_seconds(),
            requests_per_second=self._budget.requests_per_second,
            closed_for_seconds=self._budget.closed_for_seconds(),
            succeeded_at=self._succeeded_at,
            calls=self._calls,
            call_seconds=self._call_seconds,
            breaker=self._breaker.state.value,
            bans=self._breaker.count_bans(),
        )

    async def close(self) -> None:
        if self._http is not None:
            _, http = self._http
            self._http = None
            await http.aclose()

    async def _ask(self, call: Call) -> Answer:
        if (seconds := self._budget.closed_for_seconds()) > self._patience_seconds(call):
            return Refusal(errors.BACKING_OFF, retry_after_seconds=seconds)
        reply = await self._exchange(call)
        answer = await self._off_loop(call, lambda: self._understand(reply))
        self._learn(call, answer)
        return answer

    async def _exchange(self, call: Call) -> _Reply | Nothing:
        """Wait for a turn, then send within the deadline; only what broke before sending is not sent."""
        is_sent = False
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(self._patience_seconds(call)) as limit, self._budget.turn(call.lane):
                # A purchase's deadline counts from the call, so that the shop knows when it is unknown.
                from_when = began if call.lane is Lane.PURCHASE else loop.time()
                limit.reschedule(from_when + self._deadline_seconds(call))
                http = await self._session()
                is_sent = True
                with self._measured(loop):
                    return await self._send(http, call)
        except TimeoutError:
            return Nothing("no answer in time", was_sent=is_sent, timed_out=True)
        except _NEVER_SENT as error:
            return Nothing(type(error).__name__, was_sent=False)
        except Exception as error:  # noqa: BLE001  a purchase must never raise: whatever broke, it may be bought
            return Nothing(type(error).__name__, was_sent=is_sent)

    @contextmanager
    def _measured(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        """Count a call and the time it takes, whatever comes of it."""
        began = loop.time()
        try:
            yield
        finally:
            self._calls += 1
            self._call_seconds += loop.time() - began

    async def _send(self, http: httpx.AsyncClient, call: Call) -> _Reply | Nothing:
        params = {"api_key": self._account.api_key.reveal(), "action": call.action, **call.params}
        url = httpx.URL(self._account.url).copy_merge_params(params)
        async with http.stream(call.method, url) as response:
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > _LONGEST_BODY:
                    return Nothing("the body does not end")
            return _Reply(response.status_code, bytes(body), _seconds(response.headers.get("retry-after")))

    def _understand(self, reply: _Reply | Nothing) -> Answer:
        if isinstance(reply, Nothing):
            return reply
        # sms24h: UTF-8 under another label. The key is taken out before anything is kept.
        body = scrub(reply.body.decode("utf-8", errors="replace"), self._account.api_key)
        return classify(reply.status, body, reply.retry_after_seconds)

    def _learn(self, call: Call, answer: Answer) -> None:
        match answer:
            case Nothing(timed_out=True, was_sent=False):
                pass  # no turn came: our own crowd, not the provider's fault
            case Nothing():
                self._breaker.fail()
                self._budget.slow_down(answer.retry_after_seconds or 0.0)
            case Refusal(code) if code in errors.THROTTLES:
                self._budget.slow_down(answer.retry_after_seconds or 0.0)
            case Refusal(code) if code in errors.BAD_KEYS:
                self._breaker.fail()
            case Refusal(code) if code in errors.BANS:
                scope = call.scope if is_ban_of_kind(answer) else None
                self._breaker.ban(self._ban_seconds(answer), scope)
            case _:
                self._succeeded_at = self._clock.now()
                self._breaker.succeed()
                self._budget.speed_up()

    def _blocked(self, scope: Scope) -> Nothing | Refusal | None:
        block = self._breaker.enter(scope)
        if block is None:
            return None
        if block.is_ban:
            code = errors.BAN_OF_A_KIND if block.is_of_kind else "BANNED"
            return Refusal(code, info={"retry_after_seconds": int(block.seconds) + 1})
        return Nothing("the account fails", was_sent=False, retry_after_seconds=block.seconds)

    def _ban_seconds(self, refusal: Refusal) -> float:
        now = self._clock.now()
        until = ban_end(refusal, self._zone, now)
        return max(0.0, (until - now).total_seconds()) if until else _BAN_SECONDS

    def _patience_seconds(self, call: Call) -> float:
        """Tell how long a turn is waited for; a purchase keeps half its deadline for the wire."""
        return self._deadline_seconds(call) / 2 if call.lane is Lane.PURCHASE else _TURN_SECONDS

    def _deadline_seconds(self, call: Call) -> float:
        deadlines = self._account.deadlines
        by_lane = {
            Lane.PURCHASE: deadlines.purchase_seconds,
            Lane.CATALOGUE: deadlines.catalogue_seconds,
        }
        return by_lane.get(call.lane, deadlines.other_seconds)

    async def _off_loop(self, call: Call, work: Callable[[], Read]) -> Read:
        return await asyncio.to_thread(work) if call.lane is Lane.CATALOGUE else work()

    async def _session(self) -> httpx.AsyncClient:
        """Keep one client per event loop: a pool cannot move from one to another."""
        loop = asyncio.get_running_loop()
        if self._http is None or self._http[0] is not loop:
            opened = await asyncio.to_thread(_open_session)  # reading the certificates takes its time
            if self._http is None or self._http[0] is not loop:
                self._http = loop, opened
        return self._http[1]


@cache
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _open_session() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.AsyncHTTPTransport(
            verify=_certificates(),
            retries=0,
            limits=httpx.Limits(max_connections=_MOST_CONNECTIONS),
            trust_env=False,
        ),
        timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS, pool=_CONNECT_SECONDS),
        headers={"User-Agent": "Chegou/1"},
        follow_redirects=False,
        trust_env=False,  # the key must not travel through a proxy nobody named
    )


def _read(
    answer: Token | Data | Refusal,
    read: Callable[[Token | Data], Read],
    refused: Callable[[Refusal], Read | None],
) -> Read:
    if not isinstance(answer, Refusal):
        return read(answer)
    found = refused(answer)
    if found is None:
        raise refusal_error(answer)
    return found


def refusal_error(refusal: Refusal) -> OutsideError:
    if refusal.code in errors.NOT_OFFERED:
        return NotOffered(refusal.code)
    return ProviderRefused(refusal.code, refusal.details, refusal.retry_after_seconds)


def _seconds(told: str | None) -> float | None:
    """Read Retry-After in its usual form, whole seconds."""
    return float(told) if told is not None and told.isascii() and told.isdecimal() else None
