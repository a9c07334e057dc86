import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Error, Page, ViewportSize, async_playwright, expect

from bot.sandbox.app import Sandbox
from bot.sandbox.demo import HOST, free_port
from tests.e2e.scripted_bot import ScriptedBot

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=30_000)  # on a machine that is busy with other tests; seen at once elsewhere
DESK = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)


@pytest_asyncio.fixture(loop_scope="package", scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        try:
            browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error:
            pytest.skip("no browser is installed: apt-get install chromium, or playwright install chromium")
        yield browser
        await browser.close()


@dataclass(frozen=True, slots=True)
class Stage:
    """A page before a sandbox, with a scripted bot behind it."""

    page: Page
    bot: ScriptedBot
    sandbox: Sandbox

    @property
    def ana(self) -> Any:
        return self.page.locator(".chat").first

    async def begin(self) -> None:
        """Let Ana press START and wait for the bot's first message."""
        await self.ana.get_by_role("button", name="START", exact=True).click()
        await self.ana.locator(".key", has_text="Toast").wait_for()

    async def press(self, label: str) -> None:
        await self.ana.locator(".key", has_text=label).click()

    async def say(self, text: str) -> None:
        field = self.ana.get_by_role("textbox", name="Message as")
        await field.fill(text)
        await field.press("Enter")


@asynccontextmanager
async def served(sandbox: Sandbox, port: int) -> AsyncIterator[None]:
    runner = web.AppRunner(sandbox.application(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    try:
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def staged(browser: Browser, **context_options: Any) -> AsyncIterator[Stage]:
    """Open the page with everything behind it; nothing may go wrong unseen, and nothing leave the machine."""
    port = free_port()
    sandbox = Sandbox(f"http://{HOST}:{port}")
    bot = ScriptedBot(sandbox.address)
    context = await browser.new_context(
        **{"viewport": DESK, "permissions": ["clipboard-read", "clipboard-write"], **context_options}
    )
    page = await context.new_page()
    page.set_default_timeout(8_000)
    wrongs: list[str] = []
    page.on("pageerror", lambda error: wrongs.append(str(error)))
    page.on("request", lambda asked: _note_elsewhere(asked.url, sandbox.address, wrongs))
    async with served(sandbox, port), asyncio.TaskGroup() as tasks:
        answering = tasks.create_task(bot.run())
        await page.goto(sandbox.address)
        yield Stage(page, bot, sandbox)
        await context.close()
        answering.cancel()
    assert wrongs == []


def _note_elsewhere(url: str, address: str, wrongs: list[str]) -> None:
    if not url.startswith((address, "data:", "blob:")):
        wrongs.append(f"asked for {url}")


@pytest_asyncio.fixture(loop_scope="package")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    async with staged(browser) as stage:
        yield stage
