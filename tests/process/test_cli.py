import json
import logging
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot import cli
from bot.commands import backup, migrate
from bot.logs import Scrubber
from bot.settings import Settings
from db import schema

ROOT = Path(__file__).parents[2]
TOKEN = "123456789:AAEabcdefghijklmnopqrstuvwxyz0123456"  # of nobody


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder without a `.env`, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/var/shop.db")
    return tmp_path


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """A command sends the whole process's log to a stderr that ends with its test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom bot.cli import main\ntry:\n main(['--help'])\nexcept SystemExit: pass\n"
        "print({'aiogram', 'sqlalchemy', 'pydantic', 'aiohttp'} & set(sys.modules))"
    )

    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "migrate" in printed.stdout
    assert printed.stdout.splitlines()[-1] == "set()"


def test_a_missing_setting_is_one_sentence_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("BOT_TOKEN is missing")
    assert told.count("\n") == 1


def test_run_refuses_an_empty_database_with_the_command_to_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)

    assert cli.main([]) == 1
    assert "python main.py migrate" in capsys.readouterr().err
    assert not (home / "var").exists()


@pytest.mark.parametrize(("version", "told"), [("0000", "newer"), (None, "no tables")])
def test_run_refuses_another_schema(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path, version: str, told: str
) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    cli.main(["migrate"])
    with closing(sqlite3.connect(home / "var/shop.db")) as database, database:
        database.execute("DELETE FROM alembic_version")
        if version:
            database.execute("INSERT INTO alembic_version VALUES (?)", (version,))

    assert cli.main(["run"]) == 1
    assert told in capsys.readouterr().err


def test_migrate_twice_is_migrate_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["migrate"]) == 0
    assert cli.main(["migrate"]) == 0

    assert capsys.readouterr().out.splitlines()[-1] == f"The schema is at {schema.head()} already."


async def test_a_migrated_server_is_current(postgresql_server: str) -> None:
    url = make_url(postgresql_server).set(database="chegou_test_schema")
    address = url.render_as_string(hide_password=False)
    await _make_database(postgresql_server, "chegou_test_schema")

    before = await schema.standing(address)
    await migrate._migrate(address)

    assert (before, await schema.standing(address)) == (schema.Standing.EMPTY, schema.Standing.CURRENT)


def test_the_books_of_a_new_shop_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["migrate"])
    capsys.readouterr()

    assert cli.main(["audit", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "ok": True,
        "customers": 0,
        "credits_total": "0.00",
        "held_total": "0.00",
        "violations": [],
        "unchecked": [],
    }


def test_doctor_tells_why_the_shop_cannot_sell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setenv("STARS_PER_UNIT", "0")

    assert cli.main(["doctor", "--json"]) == 1

    told = json.loads(capsys.readouterr().out)
    failed = {finding["what"] for finding in told["findings"] if finding["verdict"] == "failed"}
    assert told["ok"] is False
    assert failed == {"schema", "token", "providers", "gateways"}
    assert TOKEN not in json.dumps(told)


def test_doctor_names_ways_to_pay_that_nobody_can_be_offered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CURRENCY", "USD")
    monkeypatch.setenv("STARS_PER_UNIT", "50")
    monkeypatch.setenv("MERCADOPAGO_ACCESS_TOKEN", "TEST-0")
    monkeypatch.setenv("MERCADOPAGO_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("TOPUP_WAYS", "stars,strpe")
    monkeypatch.setenv("TOPUP_FEES", "all=2,pixx=1")

    cli.main(["doctor", "--json"])

    findings = json.loads(capsys.readouterr().out)["findings"]
    ways = [finding["told"] for finding in findings if finding["what"] == "ways to pay"]
    assert ways == [
        "TOPUP_WAYS names strpe: no way to pay of that name is on",
        "TOPUP_FEES names pixx: no way to pay of that name is on",
        "mercadopago does not bill in USD and is not offered",
        "pix does not bill in USD and is not offered",
    ]


def test_a_backup_is_whole_while_somebody_writes(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["migrate"])
    with closing(sqlite3.connect(home / "var/shop.db")) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("INSERT INTO shop_rules VALUES ('a', '1', '2026-11-22')")
        writer.commit()
        writer.execute("INSERT INTO shop_rules VALUES ('b', '2', '2026-11-22')")  # not committed

        assert cli.main(["backup", "copy.db"]) == 0

    with closing(sqlite3.connect("copy.db")) as copy:
        assert copy.execute("SELECT name FROM shop_rules").fetchall() == [("a",)]
    assert cli.main(["backup", "copy.db"]) == 1
    assert "exists already" in capsys.readouterr().err


def test_a_backup_of_postgresql_is_told_without_the_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://shop:hidden@db.example.org/chegou")

    assert cli.main(["backup", "x.dump"]) == 1

    told = capsys.readouterr().err
    assert "pg_dump --format=custom --file=x.dump postgresql://shop@db.example.org/chegou" in told
    assert "hidden" not in told


def test_a_damaged_copy_is_no_backup(home: Path) -> None:
    (home / "broken.db").write_bytes(b"SQLite format 3\x00" + b"nonsense" * 900)

    with pytest.raises((OSError, sqlite3.DatabaseError)):
        backup.copy(home / "broken.db", home / "copy.db")

    assert not (home / "copy.db").exists()


@pytest.mark.parametrize(
    "line",
    [
        f"POST https://api.telegram.org/bot{TOKEN}/getMe failed",
        f"/bot{TOKEN.replace(':', '%3A')}/sendMessage",
        "GET /stubs/handler_api.php?api_key=a1b2c3d4e5&action=getBalance",
        "Authorization: Bearer sk_live_abcdef123456",
        "the key is /my+own=secret/ or %2Fmy%2Bown%3Dsecret%2F",
    ],
)
def test_no_secret_reaches_the_log(line: str) -> None:
    shown = Scrubber(["/my+own=secret/"])(line)

    assert "[secret]" in shown
    for secret in (TOKEN, TOKEN.replace(":", "%3A"), "a1b2c3d4e5", "sk_live", "own=secret", "own%3Dsecret"):
        assert secret not in shown


async def _make_database(server: str, name: str) -> None:
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        await connection.execute(text(f'CREATE DATABASE "{name}"'))
    await engine.dispose()
