from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.telegram import utf16
from bot.sandbox.telegram.detection import with_found
from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.formatting import read_formatted
from bot.sandbox.telegram.links import checked_link, person_in_link
from tests.sandbox.telegram.conftest import Phone

UNHURRIED = settings(deadline=None)  # a busy machine is no fault of the code
SIGNS = {
    "url": ("http", "t.me"),
    "bot_command": ("/",),
    "mention": ("@",),
    "hashtag": ("#",),
    "phone_number": ("+",),
}
LIKELY = st.text(alphabet="/@#+.:; \nhtps123456789aé🔑_-(", max_size=60)


@UNHURRIED
@given(LIKELY)
def test_what_is_found_lies_in_the_text_and_never_overlaps(text: str) -> None:
    ends = 0
    for entity in with_found(text, []):
        found = utf16.cut(text, entity["offset"], entity["length"])
        assert utf16.length(found) == entity["length"]
        assert found.startswith(SIGNS.get(entity["type"], ("",)))
        assert entity["offset"] >= ends
        ends = entity["offset"] + entity["length"]


@UNHURRIED
@given(LIKELY, st.integers(0, 20), st.integers(1, 20))
def test_trimming_keeps_entities_inside_of_the_text(text: str, offset: int, length: int) -> None:
    bold = {"type": "bold", "offset": offset, "length": length}
    try:
        trimmed, entities = read_formatted(text, "", [bold])
    except BadRequest:
        assert offset + length > utf16.length(text)
        return

    assert trimmed == text.strip()
    for entity in entities:
        assert 0 < entity["length"] <= utf16.length(trimmed) - entity["offset"]


@UNHURRIED
@given(st.text(alphabet="htps:/[]@.#?&=ab1 🔑tguser?id"))
def test_any_address_is_completed_or_dropped(url: str) -> None:
    link = checked_link(url)

    assert checked_link(link) == link
    assert person_in_link(url) >= 0


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://a.io", "https://a.io/"),
        ("a.io/x", "http://a.io/x"),
        ("http://127.0.0.1:8400/pay", "http://127.0.0.1:8400/pay"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
        ("ftp://a.io", ""),
        ("https://nodots", ""),
        ("https://a.io:port", ""),
        ("two words.io", ""),
    ],
)
def test_an_address_needs_a_scheme_telegram_knows_and_a_host(url: str, link: str) -> None:
    assert checked_link(url) == link


async def test_half_a_surrogate_pair_is_no_text(phone: Phone, ana: int) -> None:
    button: dict[str, Any] = {"text": "\ud83d", "callback_data": "a"}

    in_text = await phone.refusal("sendMessage", chat_id=ana, text="\ud83d")
    in_button = await phone.refusal(
        "sendMessage", chat_id=ana, text="a", reply_markup={"inline_keyboard": [[button]]}
    )
    said = await phone.do(f"/people/{ana}/say", 400, text="\ud83d")

    assert in_text == in_button == said["error"] == "Bad Request: strings must be encoded in UTF-8"


async def test_given_entities_are_checked_and_kept(phone: Phone, ana: int) -> None:
    bold = {"type": "bold", "offset": 0, "length": 1}

    sent = await phone.call("sendMessage", chat_id=ana, text="ab", entities=[bold])
    refusal = await phone.refusal("sendMessage", chat_id=ana, text="ab", entities=[{**bold, "type": "loud"}])

    assert sent["entities"] == [bold]
    assert refusal == "Bad Request: can't parse MessageEntity: Unsupported type specified"


async def test_text_is_trimmed_with_its_entities(phone: Phone, ana: int) -> None:
    sent = await phone.call("sendMessage", chat_id=ana, text="\n <b> a </b> ", parse_mode="HTML")

    assert sent["text"] == "a"
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 1}]


async def test_links_and_commands_are_found_but_not_inside_code(phone: Phone, ana: int) -> None:
    source = "see https://a.io/b. or /help, <code>/start https://c.io</code> @ana_souza"
    sent = await phone.call("sendMessage", chat_id=ana, text=source, parse_mode="HTML")

    found = [(one["type"], sent["text"][one["offset"] :][: one["length"]]) for one in sent["entities"]]
    assert found == [
        ("url", "https://a.io/b"),
        ("bot_command", "/help"),
        ("code", "/start https://c.io"),
        ("mention", "@ana_souza"),
    ]
