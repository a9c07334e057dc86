"""One process of the shop: from an open door to a clean end."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from importlib import import_module
from threading import Thread
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from bot import quick_aiogram
from bot.heartbeats import INBOX, INTAKE, OUTBOX, SWEEP, Heartbeats
from bot.intake import ALLOWED_UPDATES, Intake, Polling
from bot.jobs import jobs_of
from bot.lanes import Lanes
from bot.metrics import Metrics
from bot.scheduler import Job, Jobs
from bot.settings import BadSettings
from bot.tasks import Tasks
from bot.telegram_api import TelegramApi, TelegramRefused, TelegramUnreachable
from bot.web import Doorway, ProviderDoor, Web
from bot.wiring import Shop, topup_jobs
from db import inbox, outbox
from services.bells import Bell

if TYPE_CHECKING:
    from bot.conversation import Conversation

_log = logging.getLogger(__name__)
T = TypeVar("T")

_LOOK_EVERY_SECONDS = 1.0
_PAUSE_SECONDS = 2.0
_WEBHOOK_LOOK_SECONDS = 60.0
_INTRODUCTION_SECONDS = 24 * 3600.0
_FIRST_LOOK_SECONDS = 20.0
_NEVER = timedelta(days=36_500)
_LET_END_SECONDS = 4.0  # of the ten that service managers grant: a busy machine takes long to leave
_NOT_ALLOWED = (401, 404)


class Process:
    """Runs a shop until it is told to stop."""

    def __init__(self, shop: Shop, api: TelegramApi) -> None:
        self._shop = shop
        self._api = api
        self._loops = Tasks()  # ended at once at shutdown
        self._work = Tasks()  # let end
        self._stopping = asyncio.Event()
        self._gave_up: Exception | None = None
        self._inbox_bell = Bell()
        self._heartbeats = Heartbeats(shop.clock, _limits(shop))
        self._intake = Intake(shop.store, self._inbox_bell, shop.clock)
        self._doorway = Doorway.of(shop.settings.token)
        self._jobs: Jobs | None = None
        self._conversation: Conversation | None = None
        self._web = Web(
            store=shop.store,
            heartbeats=self._heartbeats,
            metrics=Metrics(self._heartbeats, shop.store, shop.providers, shop.clock),
            intake=self._intake,
            doorway=self._doorway,
            notices=shop.notices,
            gateways=shop.gateways,
            provider_doors={
                account.name: ProviderDoor(account.webhook_secret.get_secret_value(), account.webhook_ips)
                for account in shop.settings.providers()
                if account.webhook_secret
            },
            upstream_notices=shop.upstream_notices,
            proxies=shop.settings.trusted_proxies,
        )

    async def run(self) -> None:
        """Open, stay open, and close cleanly on SIGTERM or SIGINT; raises BadSettings."""
        for each in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(each, self._stopping.set)
        try:
            await self._open_web()
            self._loops.start(self._open_or_give_up(), "opening")
            await self._stopping.wait()
        finally:
            await self._close()
        if self._gave_up is not None:
            raise self._gave_up

    async def _open_web(self) -> None:
        settings = self._shop.settings
        try:
            await self._web.open(settings.web_host, settings.web_port)
        except OSError as error:
            where = f"{settings.web_host}:{settings.web_port}"
            raise BadSettings(f"WEB_PORT cannot be listened on at {where}: {error.strerror}.") from None

    async def _open_or_give_up(self) -> None:
        try:
            await self._open()
        except Exception as error:  # noqa: BLE001  raised again when everything is closed
            self._gave_up = error
            self._stopping.set()

    async def _open(self) -> None:
        if self._shop.settings.is_embedded:
            await self._free_what_the_dead_held()
        await self._shop.set_back.look()
        me = await self._insist(partial(self._api.call, "getMe"))
        await self._start_intake()
        # A fresh shop has nothing to sell before its first look; Telegram keeps what is said meanwhile.
        module, _ = await asyncio.gather(_load_beside("bot.conversation"), self._stock_up())
        conversation: Conversation = module.Conversation(self._shop)
        self._conversation = conversation
        self._start_talking(conversation)
        self._start_trading(conversation, me["username"])
        _log.info("the shop is open", extra={"bot": me["username"]})

    async def _free_what_the_dead_held(self) -> None:
        """An embedded database has one process; what another one held, it held when it died."""
        await self._shop.store.write(inbox.free_all)
        await self._shop.store.write(outbox.free_all)
        await self._shop.purchases.recover()

    async def _stock_up(self) -> None:
        catalogue = self._shop.catalogue_sync
        if not await catalogue.is_due(_NEVER):
            return
        try:
            async with asyncio.timeout(_FIRST_LOOK_SECONDS):
                await catalogue.run()
        except TimeoutError:
            _log.warning("the providers' catalogue takes long; the shop opens without it")

    async def _start_intake(self) -> None:
        if self._shop.settings.public_url:
            await self._insist(self._set_webhook)
            return
        await self._insist(partial(self._api.call, "deleteWebhook"))
        polling = Polling(self._api, self._intake, self._heartbeats, Bell())
        self._loops.keep_up(polling.run, "polling")

    async def _set_webhook(self) -> None:
        await self._api.call(
            "setWebhook",
            url=self._webhook(),
            secret_token=self._doorway.secret,
            allowed_updates=ALLOWED_UPDATES,
        )
        self._heartbeats.beat(INTAKE)

    async def _check_webhook(self) -> None:
        """Somebody else with the token may have changed it."""
        told = await self._api.call("getWebhookInfo")
        if told["url"] == self._webhook():
            self._heartbeats.beat(INTAKE)
        else:
            await self._set_webhook()

    def _webhook(self) -> str:
        return f"{self._shop.settings.public_url}/telegram/{self._doorway.path}"

    def _start_talking(self, conversation: "Conversation") -> None:
        shop = self._shop
        lanes = Lanes(
            shop.store, conversation.handle, self._inbox_bell, shop.clock, self._work, self._heartbeats
        )
        sender = conversation.sender(self._work, self._heartbeats)
        self._loops.keep_up(lanes.run, "inbox")
        self._loops.keep_up(sender.run, "outbox")

    def _start_trading(self, conversation: "Conversation", bot_username: str) -> None:
        for number in range(self._shop.purchases.lines):
            self._work.keep_up(self._send_purchases, f"purchases {number}")
        jobs = jobs_of(self._shop, topup_jobs(self._shop, bot_username))
        introduction = Job("introduction", conversation.introduce, _INTRODUCTION_SECONDS)
        webhook = Job("webhook", self._check_webhook, _WEBHOOK_LOOK_SECONDS)
        more = (introduction, webhook) if self._shop.settings.public_url else (introduction,)
        self._jobs = Jobs(
            (*jobs, *more),
            self._shop.clock,
            self._work,
            self._heartbeats,
            on_set_back=self._shop.set_back.heed,
        )
        self._jobs.start(self._loops)

    async def _send_purchases(self) -> None:
        """Not cancelled at shutdown: a purchase on its way gets its state."""
        while not self._stopping.is_set():
            if not await self._shop.purchases.send_next():
                await self._shop.bells.purchases.wait(_LOOK_EVERY_SECONDS)

    async def _insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask Telegram until it answers; a token it does not know is a setting."""
        while True:
            try:
                return await ask()
            except TelegramRefused as error:
                if error.code in _NOT_ALLOWED:
                    raise BadSettings(
                        "BOT_TOKEN is refused by Telegram: it should be the token @BotFather shows."
                    ) from None
                _log.warning("Telegram refuses: %s", error)
            except TelegramUnreachable as error:
                _log.warning("Telegram does not answer: %s", error)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _close(self) -> None:
        self._stopping.set()
        began = asyncio.get_running_loop().time()
        _log.info("closing")
        await self._loops.cancel()
        if self._jobs is not None:
            self._jobs.stop()
        self._shop.bells.purchases.ring()
        await self._web.close()
        gone_by = asyncio.get_running_loop().time() - began
        await self._work.finish(max(0.0, _LET_END_SECONDS - gone_by))
        if self._conversation is not None:
            await self._conversation.close()
        await self._api.close()
        await self._shop.close()


def _limits(shop: Shop) -> dict[str, float]:
    """How old a heartbeat may be. The sweep's is that of whichever provider was looked at last.

    One that hangs is told by an alarm: no restart would help it, nor those whose numbers are at another.
    """
    is_called = bool(shop.settings.public_url)
    sweep = {SWEEP: 120 + 3 * shop.settings.poll_seconds} if shop.providers else {}
    return {
        INTAKE: 3 * _WEBHOOK_LOOK_SECONDS if is_called else 45,
        INBOX: 30,
        OUTBOX: 30,
        **sweep,
    }


async def _load_beside(name: str) -> ModuleType:
    """Load what needs aiogram in a thread that does not outlive a stop; the web server answers meanwhile."""
    loop = asyncio.get_running_loop()
    loaded: asyncio.Future[Any] = loop.create_future()

    def load() -> None:
        try:
            quick_aiogram.load()
            module = import_module(name)
        except BaseException as error:  # noqa: BLE001  whatever it was belongs to who waits
            loop.call_soon_threadsafe(_settle, loaded, None, error)
        else:
            loop.call_soon_threadsafe(_settle, loaded, module, None)

    Thread(target=load, name=f"load {name}", daemon=True).start()
    module: ModuleType = await loaded
    return module


def _settle(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
