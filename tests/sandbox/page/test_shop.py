import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.sandbox.books import Books
from bot.sandbox.demo import HOST, free_port
from bot.sandbox.shop import Shop

SELLS = """
import http.server, os, sys
if sys.argv[1] == "audit":
    print('{"ok": true, "customers": 1}')
    sys.exit(0)
if sys.argv[1] == "migrate":
    print("environment", sorted(os.environ))
    sys.exit(0)
class Well(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(os.environ["WEB_PORT"])), Well).serve_forever()
"""
FAILS = "import sys; sys.exit('no tables') if sys.argv[1] == 'migrate' else None"
DIES = "import sys; sys.exit('a token is needed') if sys.argv[1] == 'run' else None"

MakeShop = Callable[[str], Shop]


@pytest.fixture
async def make_shop(tmp_path: Path) -> AsyncIterator[MakeShop]:
    shops: list[Shop] = []

    def make(program: str) -> Shop:
        (tmp_path / "program.py").write_text(program)
        environment = {"WEB_HOST": HOST, "WEB_PORT": str(free_port())}
        shops.append(Shop(environment, tmp_path, program=tmp_path / "program.py"))
        return shops[-1]

    yield make
    for shop in shops:
        await shop.close()


async def until(shop: Shop, phase: str) -> None:
    async with asyncio.timeout(20):
        async for now in shop.phases():
            if now == phase:
                return


async def test_a_shop_is_open_once_it_says_it_is_well(make_shop: MakeShop) -> None:
    shop = make_shop(SELLS)

    await shop.open()

    assert shop.phase == "starting"
    await until(shop, "open")


async def test_a_shop_knows_nothing_of_the_machine_it_runs_on(
    make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIPE_SECRET_KEY", "a real one")
    shop = make_shop(SELLS)

    await shop.open()

    assert "WEB_PORT" in shop.last_words()
    assert "STRIPE" not in shop.last_words()


@pytest.mark.parametrize(("program", "words"), [(FAILS, "no tables"), (DIES, "a token is needed")])
async def test_a_shop_that_ends_by_itself_is_left_alone_and_quoted(
    make_shop: MakeShop, program: str, words: str
) -> None:
    shop = make_shop(program)

    await asyncio.wait_for(shop.keep(), 20)

    assert shop.state() == {"phase": "stopped", "log": words}


async def test_the_plug_can_be_pulled_and_put_back(make_shop: MakeShop) -> None:
    shop = make_shop(SELLS)
    await shop.open()
    await until(shop, "open")

    await shop.unplug()

    assert shop.phase == "unplugged"
    await shop.start()
    await until(shop, "open")


async def test_the_books_are_asked_at_the_command_line_once_a_second(make_shop: MakeShop) -> None:
    asked: list[str] = []
    shop = make_shop(SELLS)
    books = Books(shop, lambda: {"calls": len(asked)})
    ask = shop.ask

    async def counted(*command: str) -> tuple[int, str]:
        asked.append(" ".join(command))
        return await ask(*command)

    shop.ask = counted  # type: ignore[method-assign]  # it counts on the way
    answers = [await books.read(), await books.read()]

    assert asked == ["audit --json"]
    assert json.loads(json.dumps(answers[1])) == {
        "audit": {"ok": True, "customers": 1},
        "outside": {"calls": 1},
    }


async def test_an_audit_without_an_answer_is_told_as_such(make_shop: MakeShop) -> None:
    books = Books(make_shop("import sys; sys.exit(3)"), dict)

    assert (await books.read())["audit"] == {"ok": None, "error": "the audit ended with 3 and no answer"}
