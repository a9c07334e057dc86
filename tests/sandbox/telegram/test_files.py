import json
from io import BytesIO
from typing import Any

from aiohttp import FormData

from bot.sandbox.telegram.files import picture_size
from bot.sandbox.telegram.server import DEFAULT_TOKEN
from tests.sandbox.telegram.conftest import Phone
from tests.sandbox.telegram.pictures import png

JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x01\x01\x11\x00"


async def upload(phone: Phone, method: str, field: str, content: bytes, **fields: Any) -> dict[str, Any]:
    form = FormData()
    for name, value in fields.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    form.add_field(field, BytesIO(content), filename="file.png", content_type="image/png")
    async with phone.session.post(f"{phone.address}/bot{DEFAULT_TOKEN}/{method}", data=form) as reply:
        answer: dict[str, Any] = await reply.json()
        return answer


async def test_a_photo_is_seen_and_can_be_fetched_by_both_sides(phone: Phone, ana: int) -> None:
    picture = png(3, 2)

    sent = await upload(
        phone,
        "sendPhoto",
        "qr",
        picture,
        chat_id=ana,
        photo="attach://qr",
        caption="<b>Pix</b>",
        parse_mode="HTML",
    )

    (size,) = sent["result"]["photo"]
    assert (size["width"], size["height"], size["file_size"]) == (3, 2, len(picture))
    assert sent["result"]["caption_entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    seen = (await phone.see(f"/people/{ana}/chat"))["messages"][-1]
    async with phone.session.get(phone.address + seen["file_url"]) as reply:
        assert (reply.content_type, await reply.read()) == ("image/png", picture)
    stored = await phone.call("getFile", file_id=size["file_id"])
    async with phone.session.get(f"{phone.address}/file/bot{DEFAULT_TOKEN}/{stored['file_path']}") as reply:
        assert await reply.read() == picture


async def test_a_known_photo_is_sent_again_by_its_id(phone: Phone, ana: int) -> None:
    first = await upload(phone, "sendPhoto", "photo", png(), chat_id=ana)

    again = await phone.call("sendPhoto", chat_id=ana, photo=first["result"]["photo"][0]["file_id"])

    assert again["photo"] == first["result"]["photo"]


async def test_what_is_no_picture_is_no_photo(phone: Phone, ana: int) -> None:
    refused = await upload(phone, "sendPhoto", "photo", b"not a picture", chat_id=ana)

    assert refused["description"] == "Bad Request: IMAGE_PROCESS_FAILED"


async def test_a_long_strip_is_no_photo(phone: Phone, ana: int) -> None:
    refused = await upload(phone, "sendPhoto", "photo", png(100, 1), chat_id=ana)

    assert refused["description"] == "Bad Request: PHOTO_INVALID_DIMENSIONS"


async def test_a_document_keeps_its_name_and_is_never_shown_as_a_page(phone: Phone, ana: int) -> None:
    sent = await upload(phone, "sendDocument", "document", b"<script>", chat_id=ana)

    assert sent["result"]["document"]["file_name"] == "file.png"
    seen = (await phone.see(f"/people/{ana}/chat"))["messages"][-1]
    async with phone.session.get(phone.address + seen["file_url"]) as reply:
        assert reply.content_type == "application/octet-stream"
        assert reply.headers["Content-Disposition"] == "attachment"


async def test_a_file_larger_than_a_form_can_be_sent(phone: Phone, ana: int) -> None:
    sent = await upload(phone, "sendDocument", "document", bytes(3_000_000), chat_id=ana)

    assert sent["result"]["document"]["file_size"] == 3_000_000


async def test_media_are_changed_in_place_and_captions_too(phone: Phone, ana: int) -> None:
    sent = await upload(phone, "sendPhoto", "photo", png(2, 2), chat_id=ana, caption="Pay")
    mine = {"chat_id": ana, "message_id": sent["result"]["message_id"]}

    media = {"type": "photo", "media": "attach://new", "caption": "Paid"}
    changed = await upload(phone, "editMessageMedia", "new", png(4, 4), **mine, media=media)
    caption = await phone.call("editMessageCaption", **mine, caption="Done")
    refusal = await phone.refusal("editMessageText", **mine, text="Done")

    assert changed["result"]["photo"][0]["width"] == 4
    assert changed["result"]["caption"] == "Paid"
    assert caption["caption"] == "Done"
    assert caption["photo"] == changed["result"]["photo"]
    assert refusal == "Bad Request: there is no text in the message to edit"


async def test_a_person_sends_a_photo(phone: Phone, ana: int) -> None:
    form = FormData({"caption": "receipt"})
    form.add_field("photo", png(), filename="a.png", content_type="image/png")
    async with phone.session.post(f"{phone.address}/world/telegram/people/{ana}/upload", data=form) as reply:
        assert reply.status == 200

    (update,) = await phone.updates()
    assert update["message"]["caption"] == "receipt"
    assert update["message"]["photo"][0]["width"] == 2


async def test_an_unknown_file_is_refused(phone: Phone) -> None:
    refusal = await phone.refusal("getFile", file_id="nothing")

    assert refusal == "Bad Request: wrong file_id or the file is temporarily unavailable"


def test_the_size_of_a_jpeg_is_read_from_its_frame() -> None:
    assert picture_size(JPEG) == (32, 16)
    assert picture_size(b"\xff\xd8\xff") is None
