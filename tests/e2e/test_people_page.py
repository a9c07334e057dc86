"""Who is on the page, and how it is used: by keyboard, on a phone, in the dark."""

import json

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.conftest import PHONE, Stage, staged
from tests.e2e.test_world_page import ask_for_session

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.slow]

# The least contrast of any text on a plain ground; grounds with a picture are left out.
PALEST = """() => {
  const rgba = (text) => (text.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const linear = (v) => v <= 10.31 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor, backgroundImage } = getComputedStyle(at);
      if (backgroundImage !== "none") return null;
      const [r, g, b, a = 1] = rgba(backgroundColor);
      if (a > 0.95) return [r, g, b];
      if (a > 0) return null;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    if (!element.checkVisibility() || element.closest(".spoiler, :disabled")) continue;
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    const behind = ground(element);
    if (!behind) continue;
    const [a, b] = [light(rgba(getComputedStyle(element).color)), light(behind)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push([ratio.toFixed(2), element.className, element.textContent.slice(0, 30)]);
  }
  return found;
}"""


async def test_commands_are_those_of_the_persons_language(stage: Stage) -> None:
    await stage.begin()
    field = stage.ana.get_by_role("textbox", name="Message as")
    await field.fill("/")
    await expect(stage.ana.get_by_role("option")).to_have_text(["/startComeçar", "/stopParar"])

    await stage.ana.get_by_role("button", name="You are Ana").click()
    await stage.ana.get_by_role("combobox", name="Telegram's language").select_option("en")

    await stage.page.keyboard.press("Escape")
    await field.fill("/")
    await expect(stage.ana.get_by_role("option")).to_have_text(["/startBegin"])


async def test_a_command_is_chosen_by_keyboard_alone(stage: Stage) -> None:
    await stage.begin()
    await stage.ana.get_by_role("textbox", name="Message as").focus()

    await stage.page.keyboard.type("/")
    await stage.page.keyboard.press("ArrowDown")
    await stage.page.keyboard.press("Enter")

    await expect(stage.ana.locator(".message").last).to_contain_text("heard /stop")


async def test_five_taps_at_once_are_five_callbacks(stage: Stage) -> None:
    await stage.begin()
    await stage.ana.get_by_role("button", name="You are Ana").click()
    await stage.ana.get_by_role("menuitem", name="Send the next tap 5 times").click()

    await stage.press("Count")
    await stage.press("Toast")

    await expect(stage.ana.locator(".toast")).to_have_text("A small word")
    assert stage.bot.taps == 5


async def test_a_person_who_blocked_the_bot_can_only_come_back(stage: Stage) -> None:
    await stage.begin()
    await stage.ana.get_by_role("button", name="You are Ana").click()
    await stage.ana.get_by_role("menuitem", name="Block the bot").click()
    await expect(stage.ana.locator(".flag-line")).to_contain_text("Ana has blocked the bot")

    await stage.ana.get_by_role("button", name="UNBLOCK AND RESTART").click()

    await expect(stage.ana.locator(".key", has_text="Toast")).to_have_count(2)
    await expect(stage.ana.locator(".flag-line")).to_be_hidden()


async def test_people_stand_side_by_side(stage: Stage) -> None:
    people = stage.page.get_by_role("navigation", name="Who is on screen")
    await people.get_by_role("button", name="Bob").click()

    bob = stage.page.get_by_role("article", name="Bob's chat")
    await bob.get_by_role("button", name="START", exact=True).click()

    await bob.locator(".key", has_text="Toast").wait_for()
    await expect(stage.ana).to_be_visible()
    await expect(stage.ana.locator(".message")).to_have_count(0)


async def test_what_comes_for_somebody_off_screen_is_counted(stage: Stage) -> None:
    people = await (await stage.page.request.get(f"{stage.sandbox.address}/world/telegram/people")).json()
    say = f"{stage.sandbox.address}/world/telegram/people/{people[1]['id']}/say"

    bob = stage.page.get_by_role("navigation", name="Who is on screen").get_by_role("button", name="Bob")
    await expect(bob).to_be_visible()  # what was said before the page was there counts as read

    await stage.page.request.post(say, data=json.dumps({"text": "hi"}))

    await expect(bob.locator(".unread")).to_have_text("1")
    await bob.click()
    await expect(bob.locator(".unread")).to_have_count(0)


async def test_somebody_new_can_walk_in(stage: Stage) -> None:
    await stage.page.get_by_role("button", name="Add a person").click()

    await expect(stage.page.get_by_role("article", name="Carla's chat")).to_be_visible()


async def test_the_chat_is_the_same_after_a_reload(stage: Stage) -> None:
    await stage.begin()
    before = await stage.ana.locator(".log").inner_text()

    await stage.page.reload()

    await stage.ana.locator(".key", has_text="Toast").wait_for()
    assert await stage.ana.locator(".log").inner_text() == before


async def test_on_a_phone_one_thing_is_on_screen_at_a_time(browser: Browser) -> None:
    async with staged(browser, viewport=PHONE, has_touch=True) as stage:
        world = stage.page.get_by_role("complementary", name="The outside world")
        await expect(stage.ana).to_be_visible()
        await expect(world).to_be_hidden()

        await stage.page.get_by_role("button", name="The outside world").click()

        await expect(stage.ana).to_be_hidden()
        await expect(world).to_be_visible()
        assert await stage.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_all_text_stands_out_from_its_ground(browser: Browser, scheme: str) -> None:
    async with staged(browser, color_scheme=scheme) as stage:
        await stage.begin()
        await stage.say("/stars")
        await stage.ana.locator(".bill").wait_for()

        for tab in await stage.page.get_by_role("tab").all():
            await tab.click()
            assert await stage.page.evaluate(PALEST) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_all_text_of_a_checkout_stands_out_from_its_ground(browser: Browser, scheme: str) -> None:
    async with staged(browser, color_scheme=scheme) as stage:
        bill = await ask_for_session(stage)
        await stage.page.goto(f"{stage.sandbox.address}/pay/stripe/{bill}")

        await stage.page.get_by_text("Ways in which it goes wrong").click()
        assert await stage.page.evaluate(PALEST) == []
        await stage.page.get_by_role("button", name="Pay", exact=True).click()
        await stage.page.get_by_text("Operator").click()
        assert await stage.page.evaluate(PALEST) == []


async def test_every_control_has_a_name(stage: Stage) -> None:
    await stage.begin()

    nameless = await stage.page.evaluate(
        """() => [...document.querySelectorAll("button, a, input, select, textarea")]
          .filter((one) => one.checkVisibility())
          .filter((one) => !(one.ariaLabel || one.textContent.trim() || one.labels?.length))
          .map((one) => one.outerHTML)"""
    )

    assert nameless == []


async def test_on_a_phone_everybody_fits_beside_the_shop_and_keeps_a_name(browser: Browser) -> None:
    async with staged(browser, viewport=PHONE, has_touch=True) as stage:
        people = stage.page.get_by_role("navigation", name="Who is on screen")

        more = await people.get_by_role("button", name="Add a person").bounding_box()

        assert more is not None
        assert more["x"] + more["width"] < PHONE["width"]
        await expect(people.get_by_role("button", name="Bob")).to_have_count(1)
