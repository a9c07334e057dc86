"""Take the README's pictures from the running demo: `make pictures`."""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, ViewportSize, async_playwright, expect

from bot.sandbox.shop import ROOT
from tests.e2e.conftest import ARGUMENTS
from tests.e2e.test_demo import accept_terms, buy_whatsapp, demo, say, top_up_by_card

_HOME = ROOT / "docs" / "pictures"
_DESK = ViewportSize(width=1280, height=800)
_PHONE = ViewportSize(width=390, height=844)
_OPEN_MS = 120_000


async def main() -> None:
    """Play the main job once, and photograph it on a desk and on a phone, by day and by night."""
    _HOME.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        async with demo(Path(home)) as address, async_playwright() as playwright:
            path = shutil.which("chromium") or shutil.which("google-chrome")
            browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            await _play(browser, address)
            for scheme in ("light", "dark"):
                await _photograph(browser, address, _DESK, "desk", scheme)
                await _photograph(browser, address, _PHONE, "phone", scheme)
            await _show_pix(browser, address)
            await browser.close()


async def _play(browser: Browser, address: str) -> None:
    page = await browser.new_page(viewport=_DESK)
    page.set_default_timeout(30_000)
    await page.goto(address)
    await expect(page.locator("#shop")).to_have_text("the shop is open", timeout=_OPEN_MS)
    await accept_terms(page)
    await top_up_by_card(page)
    await buy_whatsapp(page)
    await page.close()


async def _show_pix(browser: Browser, address: str) -> None:
    page = await browser.new_page(viewport=_PHONE, color_scheme="light")
    await page.goto(address)
    ana = page.locator(".chat").first
    await say(ana, "/topup 20")
    await ana.locator(".key", has_text="Pix").first.click()
    await expect(ana.locator(".message img")).to_have_count(1, timeout=30_000)
    await page.wait_for_timeout(500)
    await page.screenshot(path=_HOME / "pix-phone.png")
    await page.close()


async def _photograph(browser: Browser, address: str, size: ViewportSize, name: str, scheme: str) -> None:
    context = await browser.new_context(viewport=size, color_scheme="dark" if scheme == "dark" else "light")
    page = await context.new_page()
    await page.goto(address)
    await page.locator(".message").last.wait_for()
    await page.wait_for_timeout(500)
    await page.screenshot(path=_HOME / f"{name}-{scheme}.png")
    await context.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
