import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import app
from bot.sandbox.app import Sandbox

PAGE = Path(app.__file__).parent / "page"
FILES = sorted(file for file in PAGE.rglob("*") if file.is_file())
ELSEWHERE = re.compile(r"https?://(?!www\.w3\.org/2000/svg)[\w.-]+\.\w{2,}")


async def read_events(client: Any, path: str, count: int, **headers: str) -> list[tuple[str, dict[str, Any]]]:
    """Read the first events of a stream, as names and contents."""
    events: list[tuple[str, dict[str, Any]]] = []
    async with client.get(path, headers=headers) as stream:
        name = ""
        async for line in stream.content:
            field, _, value = line.decode().strip().partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                events.append((name, json.loads(value)))
            if len(events) == count:
                break
    return events


async def test_the_page_may_load_nothing_from_elsewhere(client: Any) -> None:
    answer = await client.get("/")

    policy = answer.headers["Content-Security-Policy"]
    assert answer.status == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PAGE)))
def test_no_file_of_the_page_names_an_outside_address(file: Path) -> None:
    text = file.read_text().replace("https://t.me", "")

    assert not ELSEWHERE.search(text)
    assert "innerHTML" not in text


async def test_every_file_the_page_names_is_there(client: Any) -> None:
    index = (PAGE / "index.html").read_text()

    for path in re.findall(r'(?:href|src)="(/page/[^"]+)"', index):
        assert (await client.get(path)).status == 200, path


async def test_one_stream_tells_what_everybody_sees(client: Any) -> None:
    people = await (await client.get("/world/telegram/people")).json()
    for person in people[:2]:
        await client.post(f"/world/telegram/people/{person['id']}/say", json={"text": "hello"})

    events = await read_events(client, "/world/live?after=0", 4)

    chats = [told for name, told in events if name == "chat"]
    assert events[0][0] == "hello"
    assert [told["person_id"] for told in chats] == [person["id"] for person in people[:2]]


async def test_a_page_that_comes_back_goes_on_where_it_left_off(client: Any) -> None:
    ana = (await (await client.get("/world/telegram/people")).json())[0]["id"]
    for text in ("one", "two", "three"):
        await client.post(f"/world/telegram/people/{ana}/say", json={"text": text})

    events = await read_events(client, "/world/live", 3, **{"Last-Event-ID": "2"})

    assert [told["message"]["text"] for name, told in events if name == "chat"] == ["three"]


async def test_the_stream_tells_the_calls_made_so_far(sandbox: Sandbox, client: Any) -> None:
    sandbox.parts.journal.write(
        "telegram", "getMe", {"url": "/bot1234567890:sandbox-token-sandbox-token-sandbox/"}
    )

    events = await read_events(client, "/world/live", 3)

    calls = [told for name, told in events if name == "journal"]
    assert [call["call"] for call in calls] == ["getMe"]
    assert "sandbox-token" not in str(calls)


async def test_moving_the_clock_moves_every_stand_in(sandbox: Sandbox, client: Any) -> None:
    before = sandbox.parts.upstream.now()

    answer = await client.post("/world/clock/advance", json={"seconds": 1_200})

    assert (await answer.json())["ahead_seconds"] == 1_200
    assert (sandbox.parts.upstream.now() - before).total_seconds() >= 1_200
    assert (await client.post("/world/clock/advance", json={"seconds": -1})).status == 400
    assert (await client.post("/world/clock/advance", json={})).status == 400


async def test_without_a_shop_there_are_no_books_and_no_plug(client: Any) -> None:
    assert (await client.get("/world/books")).status == 409
    assert (await client.post("/world/shop/unplug", json={})).status == 409
    assert (await (await client.get("/world/shop")).json())["phase"] == "alone"


async def test_two_customers_and_the_owner_are_there_from_the_start(sandbox: Sandbox, client: Any) -> None:
    people = await (await client.get("/world/telegram/people")).json()

    assert [(person["first_name"], person["language_code"]) for person in people] == [
        ("Ana", "pt-br"),
        ("Bob", "en"),
        ("Chefe", "pt-br"),
    ]
    assert people[2]["id"] == sandbox.admin_id
