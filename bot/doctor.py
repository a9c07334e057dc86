"""Looks at everything the shop needs, one finding each."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

import aiohttp

from bot.settings import ProviderSettings, Settings
from bot.telegram_api import TelegramApi, TelegramRefused, TelegramUnreachable
from bot.web import SECRET_HEADER, Doorway
from bot.wiring import Shop
from services.clock import Clock
from services.errors import OutsideError
from services.ports.gateway import Gateway
from services.ports.provider import Provider
from services.ways import ANY_WAY

_REACHED_WITHIN = aiohttp.ClientTimeout(total=10)
_CLOCK_MAY_DIFFER_SECONDS = 30.0
_NO_UPDATE = 400  # what our own door says to it
_NOBODY_BEHIND = {502, 503, 504}  # what a proxy says of a shop that is not running


class Verdict(StrEnum):
    OK = "ok"
    WARNING = "warning"  # the shop sells, and somebody should know
    FAILED = "failed"  # it can't


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    verdict: Verdict
    told: str


class Doctor:
    def __init__(self, settings: Settings, shop: Shop, api: TelegramApi) -> None:
        self._settings = settings
        self._shop = shop
        self._api = api

    async def findings(self) -> AsyncIterator[Finding]:
        """Look at one thing after the other; a look that fails is a finding too."""
        yield await self._token()
        yield self._admins()
        yield self._support()
        async for finding in self._providers():
            yield finding
        async for finding in self._gateways():
            yield finding
        yield await self._webhook()
        yield await self._time()

    async def _token(self) -> Finding:
        try:
            me = await self._api.call("getMe")
        except (TelegramRefused, TelegramUnreachable) as error:
            return Finding("token", Verdict.FAILED, str(error))
        return Finding("token", Verdict.OK, f"@{me['username']}")

    def _admins(self) -> Finding:
        if not self._settings.admin_ids:
            return Finding("admins", Verdict.WARNING, "ADMIN_IDS is empty: nobody hears of cases")
        return Finding("admins", Verdict.OK, f"{len(self._settings.admin_ids)} listed")

    def _support(self) -> Finding:
        if not self._settings.support_contact:
            told = "SUPPORT_CONTACT is empty: /paysupport sends people to the bot's own page"
            return Finding("support", Verdict.WARNING, told)
        return Finding("support", Verdict.OK, self._settings.support_contact)

    async def _providers(self) -> AsyncIterator[Finding]:
        if not self._shop.providers:
            yield Finding("providers", Verdict.FAILED, "none is set up: SMS_ACTIVE_API_KEY is empty")
        for account in self._settings.providers():
            yield await _provider(account, self._shop.providers[account.name])

    async def _gateways(self) -> AsyncIterator[Finding]:
        if not self._shop.gateways:
            yield Finding("gateways", Verdict.FAILED, "none is set up: nobody can add credits")
        for code, gateway in self._shop.gateways.items():
            yield await _gateway(code, gateway)
        for finding in self._ways():
            yield finding

    def _ways(self) -> Iterator[Finding]:
        """A way to pay by a name nobody has is never offered, and its fee never asked."""
        known, currency = set(self._shop.gateways), self._settings.currency
        usable = {code for code in known if currency in self._shop.gateways[code].currencies}
        if known and not usable & set(self._settings.topup_ways or usable):
            told = f"none can be offered: look at CURRENCY={currency} and TOPUP_WAYS"
            yield Finding("ways to pay", Verdict.FAILED, told)
        named = {
            "TOPUP_WAYS": set(self._settings.topup_ways) - known,
            "TOPUP_FEES": set(self._settings.topup_fees) - known - {ANY_WAY},
        }
        for setting, strangers in named.items():
            if strangers:
                told = f"{setting} names {', '.join(sorted(strangers))}: no way to pay of that name is on"
                yield Finding("ways to pay", Verdict.WARNING, told)
        for code in sorted(known - usable):
            told = f"{code} does not bill in {currency} and is not offered"
            yield Finding("ways to pay", Verdict.WARNING, told)

    async def _webhook(self) -> Finding:
        origin = self._settings.public_url
        if not origin:
            return Finding("webhook", Verdict.OK, "PUBLIC_URL is empty: the shop asks by itself")
        found = await self._knock(f"{origin}/telegram/{Doorway.of(self._settings.token).path}")
        if found in _NOBODY_BEHIND:
            told = f"{origin} is there, nobody behind it ({found}): start the shop and look again"
            return Finding("webhook", Verdict.WARNING, told)
        if found != _NO_UPDATE:
            return Finding("webhook", Verdict.FAILED, f"{origin} answers {found}: something else listens")
        return Finding("webhook", Verdict.OK, f"{origin} answers; {await self._last_trouble()}")

    async def _knock(self, door: str) -> int | str:
        """Bring no update to the door Telegram uses, which a proxy lets through: only we refuse it so."""
        secret = {SECRET_HEADER: Doorway.of(self._settings.token).secret}
        try:
            async with (
                aiohttp.ClientSession(timeout=_REACHED_WITHIN) as session,
                session.post(door, json={}, headers=secret) as answer,
            ):
                return answer.status
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            return type(error).__name__

    async def _last_trouble(self) -> str:
        try:
            told = await self._api.call("getWebhookInfo")
        except (TelegramRefused, TelegramUnreachable) as error:
            return str(error)
        ours = f"{self._settings.public_url}/telegram/{Doorway.of(self._settings.token).path}"
        if told["url"] != ours:
            return "Telegram has another address, `run` sets ours"
        return str(told.get("last_error_message", "no trouble told"))

    async def _time(self) -> Finding:
        apart = await _seconds_apart(self._settings.telegram_api_url, self._shop.clock)
        if apart is None:
            return Finding("clock", Verdict.WARNING, "nobody to compare it with")
        verdict = Verdict.OK if abs(apart) <= _CLOCK_MAY_DIFFER_SECONDS else Verdict.WARNING
        return Finding("clock", verdict, f"{apart:+.0f} s from Telegram's")


async def _provider(account: ProviderSettings, provider: Provider) -> Finding:
    what = f"provider {account.name}"

    async def look() -> Finding:
        balance = await provider.balance()
        told = f"{balance} {provider.currency}, {account.rate} credits for each"
        if balance <= 0:
            return Finding(what, Verdict.FAILED, f"{told}: the purse is empty")
        if not account.exclusive:
            return Finding(
                what,
                Verdict.WARNING,
                f"{told}; not exclusive: unknown purchases become an operator's case",
            )
        return Finding(what, Verdict.OK, told)

    return await _careful(what, look)


async def _gateway(code: str, gateway: Gateway) -> Finding:
    what = f"gateway {code}"

    async def look() -> Finding:
        told = await gateway.check()
        return Finding(what, Verdict.OK, f"{told}, test mode" if gateway.is_live is False else told)

    return await _careful(what, look)


async def _careful(what: str, look: Callable[[], Awaitable[Finding]]) -> Finding:
    try:
        return await look()
    except OutsideError as error:
        return Finding(what, Verdict.FAILED, f"{type(error).__name__}: {error}")


async def _seconds_apart(address: str, clock: Clock) -> float | None:
    """Every HTTP answer carries its sender's time."""
    try:
        async with aiohttp.ClientSession(timeout=_REACHED_WITHIN) as session, session.get(address) as answer:
            theirs = parsedate_to_datetime(answer.headers["Date"])
    except (TimeoutError, aiohttp.ClientError, OSError, KeyError, ValueError):
        return None
    return (clock.now() - _aware(theirs)).total_seconds()


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
