"""The outside world beside the chat: every lever of it is connected to a stand-in."""

import pytest
from playwright.async_api import expect

from bot.sandbox.sms_active.activation import Order
from tests.e2e.conftest import Stage

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.slow]

_NEEDS_A_SHOP = ("Pull the plug", "Put it back")


async def test_an_sms_written_on_the_page_reaches_the_number(stage: Stage) -> None:
    bought = stage.sandbox.upstream.account.buy(Order("wa", 73))
    card = stage.page.locator(f".card[data-phone='{bought.phone}']")
    await card.get_by_role("textbox", name="Text of an SMS").fill("Seu código: 482-913")

    await stage.page.keyboard.press("Enter")

    await expect(card).to_contain_text("Received: 482913")
    assert bought.messages[0].text == "Seu código: 482-913"


async def test_a_code_can_be_sent_by_one_press_and_again(stage: Stage) -> None:
    bought = stage.sandbox.upstream.account.buy(Order("wa", 73))
    card = stage.page.locator(f".card[data-phone='{bought.phone}']")

    await card.get_by_role("button", name="Code now").click()
    await card.get_by_role("button", name="Another code").click()

    await expect(card).to_contain_text(" · ")
    assert len(bought.messages) == 2


async def test_codes_come_by_themselves_until_that_is_switched_off(stage: Stage) -> None:
    switch = stage.page.get_by_role("checkbox", name="Codes come by themselves")
    await switch.uncheck()

    await expect(switch).not_to_be_checked()
    bought = stage.sandbox.upstream.account.buy(Order("wa", 73))
    stage.sandbox.clock.advance(60)
    stage.sandbox.upstream.account.catch_up()
    assert bought.messages == []


async def test_every_trouble_on_the_menu_can_be_made(stage: Stage) -> None:
    await stage.page.get_by_role("tab", name="Make something go wrong").click()
    panel = stage.page.get_by_role("tabpanel")
    troubles = [
        one for one in await panel.locator(".card .act").all() if await one.inner_text() not in _NEEDS_A_SHOP
    ]

    for trouble in troubles:
        await trouble.click()
        await expect(trouble, await panel.get_by_role("status").inner_text()).to_have_class(
            "act small is-done"
            if "main" not in (await trouble.get_attribute("class") or "")
            else "act small main is-done"
        )

    await panel.get_by_role("button", name="Back to normal").click()
    await expect(panel.get_by_role("status")).to_contain_text("everything is back as it was")


async def test_calls_are_listed_with_their_secrets_masked(stage: Stage) -> None:
    await stage.begin()

    await stage.page.get_by_role("tab", name="Wires").click()

    calls = stage.page.get_by_role("tabpanel").locator(".calls")
    await expect(calls).to_contain_text("sendMessage")
    await calls.locator("summary").first.click()
    assert "sandbox-token" not in await calls.inner_text()


async def test_the_page_says_that_no_shop_is_attached(stage: Stage) -> None:
    await expect(stage.page.locator("#shop")).to_have_text("no shop attached")
