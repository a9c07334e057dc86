"""The demo whole: the unchanged shop as a child process, played by a program and by hand in a browser."""

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.sandbox.demo import HOST, free_port
from bot.sandbox.shop import ROOT
from tests.e2e.conftest import DESK

pytestmark = [
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.slow,
    pytest.mark.timeout(300),
]
_OPEN_MS = 120_000  # two imports of a large library, on a machine that is busy with other tests


def start_demo(port: int, home: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "bot.sandbox", "--port", str(port), "--home", str(home), *more]


@asynccontextmanager
async def demo(home: Path) -> AsyncIterator[str]:
    """Run the demo as a person would, and end it as a terminal does."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *start_demo(port, home), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    while f":{port}/" not in (line := (await process.stdout.readline()).decode()):
        assert line, "the demo ended before it named its address"
    try:
        yield f"http://{HOST}:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    assert b"Closed." in said


async def test_the_player_finds_everything_as_it_should_be(tmp_path: Path) -> None:
    player = await asyncio.create_subprocess_exec(
        *start_demo(free_port(), tmp_path, "--headless"), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )

    said, _ = await player.communicate()

    told = said.decode()
    assert player.returncode == 0, told[-3_000:]
    assert "✓ Everything was said, delivered and paid as it should be." in told
    assert "482913" in told


async def test_a_newcomer_gets_a_code_in_the_browser(browser: Browser, tmp_path: Path) -> None:
    async with demo(tmp_path) as address:
        page = await browser.new_page(viewport=DESK)
        page.set_default_timeout(20_000)
        await page.goto(address)
        await expect(page.locator("#shop")).to_have_text("the shop is open", timeout=_OPEN_MS)

        await accept_terms(page)
        await top_up_by_card(page)
        await buy_whatsapp(page)

        await expect(page.get_by_role("heading", name="That was the whole shop")).to_be_visible()
        await page.get_by_role("tab", name="Books").click()
        await expect(page.locator(".verdict")).to_contain_text("The books balance", timeout=30_000)
        await page.close()


async def accept_terms(page: Page) -> None:
    ana = page.locator(".chat").first
    await ana.get_by_role("button", name="START", exact=True).click()
    await ana.locator(".key", has_text="Aceito").click()
    await ana.locator(".key", has_text="Comprar").first.wait_for()


async def top_up_by_card(page: Page) -> None:
    """From the guide's own button to the way back from the checkout page."""
    ana = page.locator(".chat").first
    await ana.get_by_role("button", name="/topup 25").click()
    await ana.locator(".key", has_text="Cartão").click()
    await ana.locator(".key[title*='/pay/stripe/']").click()
    checkout = ana.frame_locator(".browser iframe")
    await checkout.get_by_role("button", name="Pay", exact=True).click()
    await checkout.get_by_role("link", name="Back to the shop").click()
    await expect(ana.locator(".words", has_text="creditados")).to_have_count(1)


async def buy_whatsapp(page: Page) -> None:
    ana = page.locator(".chat").first
    await ana.get_by_role("button", name="/buy").click()
    await ana.locator(".key", has_text="Comprar por").click()
    code = ana.locator(".message", has_text="🔑").last.locator("code").first
    await expect(code).to_have_text(re.compile(r"^\d{6}$"), timeout=30_000)


async def test_pix_a_language_an_admin_and_a_blocked_chat(browser: Browser, tmp_path: Path) -> None:
    async with demo(tmp_path) as address:
        page = await browser.new_page(viewport=DESK)
        page.set_default_timeout(20_000)
        await page.goto(address)
        await expect(page.locator("#shop")).to_have_text("the shop is open", timeout=_OPEN_MS)
        await accept_terms(page)

        await top_up_by_pix(page)
        await speak_english(page)
        await audit_as_admin(page)
        await block_and_come_back(page)
        await page.close()


async def top_up_by_pix(page: Page) -> None:
    ana = page.locator(".chat").first
    await say(ana, "/topup 20")
    await ana.locator(".key", has_text="Pix").first.click()
    await expect(ana.locator(".message img")).to_have_count(1, timeout=30_000)
    await ana.locator(".key[title*='/pay/pix/']").click()
    bank = ana.frame_locator(".browser iframe")
    await bank.get_by_role("button", name="Pay", exact=True).click()
    await ana.locator(".browser").get_by_role("button", name="Close").click()
    await expect(ana.locator(".words", has_text="R$ 20,00 creditados")).to_have_count(1, timeout=30_000)


async def speak_english(page: Page) -> None:
    ana = page.locator(".chat").first
    await say(ana, "/language")
    await ana.locator(".key", has_text="English").click()
    await say(ana, "/balance")
    await expect(ana.locator(".words", has_text="Balance: R$20.00")).to_have_count(1)


async def audit_as_admin(page: Page) -> None:
    people = page.get_by_role("navigation", name="Who is on screen")
    await people.get_by_role("button", name="Chefe").click()
    chef = page.get_by_role("article", name="Chefe's chat")
    await chef.get_by_role("button", name="START", exact=True).click()
    await chef.locator(".key", has_text="Aceito").click()
    await chef.locator(".key", has_text="Administração").wait_for()
    await say(chef, "/audit")
    await expect(chef.locator(".words", has_text="As contas fecham")).to_have_count(1)


async def block_and_come_back(page: Page) -> None:
    """What is said to somebody who has blocked the bot is not lost for those who have not."""
    ana = page.locator(".chat").first
    await ana.get_by_role("button", name="You are Ana").click()
    await ana.get_by_role("menuitem", name="Block the bot").click()
    await expect(ana.locator(".flag-line")).to_contain_text("Ana has blocked the bot")
    chef = page.get_by_role("article", name="Chefe's chat")
    await say(chef, "/grant 700000001 1")
    await expect(chef.locator(".words", has_text="R$ 1,00 para")).to_have_count(1)
    await ana.get_by_role("button", name="UNBLOCK AND RESTART").click()
    await say(ana, "/balance")
    await expect(ana.locator(".words", has_text="💰 Balance: R$21.00").last).to_be_visible()


async def say(chat: Locator, words: str) -> None:
    field = chat.get_by_role("textbox", name="Message as")
    await field.fill(words)
    await field.press("Enter")
