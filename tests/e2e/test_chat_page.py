"""What the page shows of a chat, and what a person can do in it."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Stage

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.slow]


async def test_formatting_is_drawn_from_the_parsed_entities(stage: Stage) -> None:
    await stage.begin()

    words = stage.ana.locator(".message:not(.is-own) .words").first
    await expect(words.locator("b")).to_have_text("Olá")
    await expect(words.locator("i")).to_have_text("welcome")
    await expect(words.locator("code")).to_have_text("482913")
    await expect(words.locator("blockquote")).to_have_text("said before")
    await expect(words).to_contain_text("Olá & welcome")


async def test_a_spoiler_opens_at_a_click(stage: Stage) -> None:
    await stage.begin()
    spoiler = stage.ana.locator(".spoiler")
    await expect(spoiler).to_have_css("color", "rgba(0, 0, 0, 0)")

    await spoiler.click()

    await expect(spoiler).not_to_have_css("color", "rgba(0, 0, 0, 0)")


async def test_a_code_is_copied_by_a_click_on_it(stage: Stage) -> None:
    await stage.begin()

    await stage.ana.locator(".words code").click()

    await expect(stage.ana.locator(".toast")).to_contain_text("Copied")
    assert await stage.page.evaluate("navigator.clipboard.readText()") == "482913"


async def test_a_copy_button_copies_its_text(stage: Stage) -> None:
    await stage.begin()

    await stage.press("Copy")

    await expect(stage.ana.locator(".toast")).to_contain_text("482913")
    assert await stage.page.evaluate("navigator.clipboard.readText()") == "482913"


async def test_a_callback_is_answered_by_a_toast(stage: Stage) -> None:
    await stage.begin()
    key = stage.ana.locator(".key", has_text="Toast")

    await key.click()

    await expect(key).to_have_attribute("aria-busy", "true")
    await expect(stage.ana.locator(".toast")).to_have_text("A small word")
    await expect(key).not_to_have_attribute("aria-busy", "true")


async def test_an_alert_waits_for_the_person(stage: Stage) -> None:
    await stage.begin()

    await stage.press("Alert")

    alert = stage.page.get_by_role("dialog")
    await expect(alert).to_contain_text("No!")
    await stage.page.keyboard.press("Escape")
    await expect(alert).to_have_count(0)


async def test_buttons_wear_the_colour_the_bot_chose(stage: Stage) -> None:
    await stage.begin()

    await expect(stage.ana.locator(".key", has_text="Alert")).to_have_attribute("data-style", "danger")
    await expect(stage.ana.locator(".key", has_text="Edit")).to_have_attribute("data-style", "primary")


async def test_an_edited_message_changes_in_its_place(stage: Stage) -> None:
    await stage.begin()
    count = await stage.ana.locator(".message").count()

    await stage.press("Edit")

    await expect(stage.ana.locator(".message:not(.is-own) .words")).to_have_text("changed")
    await expect(stage.ana.locator(".meta", has_text="edited")).to_have_count(1)
    await expect(stage.ana.locator(".message")).to_have_count(count)
    await expect(stage.ana.locator(".key")).to_have_count(0)


async def test_a_deleted_message_goes(stage: Stage) -> None:
    await stage.begin()

    await stage.press("Delete")

    await expect(stage.ana.locator(".message:not(.is-own)")).to_have_count(0)


async def test_a_deep_link_starts_the_bot_with_its_payload(stage: Stage) -> None:
    await stage.begin()

    await stage.ana.get_by_role("link", name="back").click()

    await expect(stage.ana.locator(".is-own").last).to_contain_text("/start paid_7")
    await stage.ana.locator(".key", has_text="Toast").nth(1).wait_for()
    assert stage.bot.heard == ["/start", "/start paid_7"]


async def test_a_command_in_a_message_is_said_by_a_click(stage: Stage) -> None:
    await stage.begin()

    await stage.ana.get_by_role("link", name="/help").click()

    await expect(stage.ana.locator(".message").last).to_contain_text("heard /help")


async def test_a_link_that_leads_away_is_asked_about_first(stage: Stage) -> None:
    await stage.begin()

    await stage.press("Site")

    asked = stage.page.get_by_role("dialog")
    await expect(asked).to_contain_text("https://example.org/page")
    await asked.get_by_role("button", name="Cancel").click()
    await expect(asked).to_have_count(0)


async def test_a_page_of_the_sandbox_opens_inside_the_chat(stage: Stage) -> None:
    await stage.begin()

    await stage.press("Pay here")

    frame = stage.ana.locator(".browser iframe")
    await expect(frame).to_have_attribute("src", f"{stage.sandbox.address}/pay/elsewhere")
    await stage.page.keyboard.press("Escape")
    await expect(frame).to_have_count(0)


async def test_photos_and_files_are_shown(stage: Stage) -> None:
    await stage.begin()

    await stage.say("/photo")
    await stage.say("/file")

    picture = stage.ana.locator(".photo img")
    await picture.wait_for()
    await stage.page.wait_for_function("document.querySelector('.photo img').naturalWidth === 8")
    await expect(stage.ana.locator("a.file")).to_have_attribute("download", "history.csv")


async def test_the_bots_keyboard_speaks_for_the_person(stage: Stage) -> None:
    await stage.begin()
    await stage.say("/keys")

    await stage.ana.locator(".reply-keys").get_by_role("button", name="Two").click()

    await expect(stage.ana.locator(".message").last).to_contain_text("heard Two")


async def test_an_answer_shows_what_it_answers(stage: Stage) -> None:
    await stage.begin()
    await stage.ana.locator(".message:not(.is-own) .bubble").dblclick(position={"x": 200, "y": 8})

    await stage.say("I see")

    await expect(stage.ana.locator(".is-own .quote")).to_contain_text("Olá & welcome")


async def test_stars_are_paid_in_the_chat(stage: Stage) -> None:
    await stage.begin()
    await stage.say("/stars")

    await stage.press("Pay ⭐")
    await stage.page.get_by_role("dialog").get_by_role("button", name="Pay ⭐ 960").click()

    await expect(stage.ana.locator(".service")).to_contain_text("You paid ⭐ 960")


async def test_a_bubble_says_nothing_as_html(stage: Stage) -> None:
    await stage.begin()

    await stage.say("<img src=x onerror=alert(1)> <b>bold</b>")

    await expect(stage.ana.locator(".is-own .words").last).to_have_text(
        "<img src=x onerror=alert(1)> <b>bold</b>"
    )
