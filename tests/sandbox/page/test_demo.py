import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.sandbox.app import Sandbox
from bot.sandbox.demo import HOST, Options, environment, run


async def test_a_taken_port_is_told_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]

        code = await run(Options(port=port, home=tmp_path))

    said = capsys.readouterr().out
    assert code == 1
    assert f"Port {port} cannot be used" in said
    assert f"make demo PORT={port + 1}" in said


def test_every_address_the_shop_is_given_is_the_sandbox(sandbox: Sandbox, tmp_path: Path) -> None:
    given = environment(sandbox, tmp_path, 8_500)

    addresses = {name: value for name, value in given.items() if name.endswith("_URL")}
    told = {name: urlsplit(value).netloc for name, value in addresses.items() if value.startswith("http")}
    assert set(told.values()) == {"127.0.0.1:8400"}
    assert set(addresses) - set(told) == {"DATABASE_URL", "REDIS_URL", "PUBLIC_URL"}
    assert given["DATABASE_URL"].endswith(str(tmp_path / "shop.db"))
    assert given["ADMIN_IDS"] == str(sandbox.admin_id)
