"""The outside world beside the chat: every lever of it is connected to a stand-in."""

import pytest
from playwright.async_api import expect

from bot.sandbox.keys import KEYS
from bot.sandbox.sms_active.activation import Order
from tests.e2e.conftest import Stage

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.slow]

_NEEDS_A_SHOP = ("Pull the plug", "Put it back")


async def test_an_sms_written_on_the_page_reaches_the_number(stage: Stage) -> None:
    bought = stage.sandbox.parts.upstream.account.buy(Order("wa", 73))
    card = stage.page.locator(f".card[data-phone='{bought.phone}']")
    await card.get_by_role("textbox", name="Text of an SMS").fill("Seu código: 482-913")

    await stage.page.keyboard.press("Enter")

    await expect(card).to_contain_text("Received: 482913")
    assert bought.messages[0].text == "Seu código: 482-913"


async def test_a_code_can_be_sent_by_one_press_and_again(stage: Stage) -> None:
    bought = stage.sandbox.parts.upstream.account.buy(Order("wa", 73))
    card = stage.page.locator(f".card[data-phone='{bought.phone}']")

    await card.get_by_role("button", name="Code now").click()
    await card.get_by_role("button", name="Another code").click()

    await expect(card).to_contain_text(" · ")
    assert len(bought.messages) == 2


async def test_codes_come_by_themselves_until_that_is_switched_off(stage: Stage) -> None:
    switch = stage.page.get_by_role("checkbox", name="Codes come by themselves")
    await switch.uncheck()

    await expect(switch).not_to_be_checked()
    bought = stage.sandbox.parts.upstream.account.buy(Order("wa", 73))
    stage.sandbox.parts.clock.advance(60)
    stage.sandbox.parts.upstream.account.catch_up()
    assert bought.messages == []


async def test_every_trouble_on_the_menu_can_be_made(stage: Stage) -> None:
    await stage.page.get_by_role("tab", name="Make trouble").click()
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


async def test_a_bill_is_paid_on_its_page_inside_the_chat_and_leads_back(stage: Stage) -> None:
    await stage.begin()
    bill = await ask_for_session(stage)
    await stage.page.get_by_role("tab", name="Payments").click()
    await stage.page.locator(f".card[data-bill='{bill}']").get_by_role("button", name="Open its page").click()
    checkout = stage.ana.frame_locator(".browser iframe")

    await checkout.get_by_role("button", name="Pay", exact=True).click()
    await checkout.get_by_role("link", name="Back to the shop").click()

    await expect(stage.ana.locator(".browser")).to_have_count(0)
    await expect(stage.ana.locator(".is-own").last).to_contain_text("/start paid_7")
    await expect(stage.page.locator(f".card[data-bill='{bill}'] .mark")).to_have_text("paid")


async def ask_for_session(stage: Stage) -> str:
    """Ask Stripe for a bill, as a shop would."""
    form: dict[str, str | float | bool] = {
        "mode": "payment",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "brl",
        "line_items[0][price_data][unit_amount]": "2500",
        "line_items[0][price_data][product_data][name]": "R$ 25,00",
        "client_reference_id": "topup-7",
        "success_url": "https://t.me/sandbox_shop_bot?start=paid_7",
        "cancel_url": "https://t.me/sandbox_shop_bot",
    }
    answer = await stage.page.request.post(
        f"{stage.sandbox.address}/stripe/v1/checkout/sessions",
        form=form,
        headers={"Authorization": f"Bearer {KEYS['STRIPE_SECRET_KEY']}"},
    )
    session = await answer.json()
    assert answer.ok, session
    return str(session["id"])
