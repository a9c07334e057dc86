"""Every import contract breaks when its wall is breached; and what contracts cannot say."""

import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.tree import ROOMS, ROOT, imported, modules, named

LINTER = Path(sys.executable).with_name("lint-imports")


@dataclass(frozen=True)
class Breach:
    contract: str
    file: str
    line: str

    def __str__(self) -> str:
        return f"{self.contract}: {self.file} {self.line}"


BREACHES = (
    Breach("staircase", "services/clock.py", "import handlers.texts"),
    Breach("staircase", "db/states.py", "from services import errors"),
    Breach("staircase", "handlers/texts.py", "from bot.settings import Settings"),
    Breach("handlers-no-session", "handlers/routers/buy.py", "from db import ledger"),
    Breach("handlers-no-session", "handlers/say.py", "from sqlalchemy import select"),
    Breach("handlers-no-outside", "handlers/say.py", "import httpx"),
    Breach("handlers-no-outside", "handlers/texts.py", "import stripe"),
    Breach("handlers-no-outside", "handlers/texts.py", "from services.gateways import stars"),
    Breach("no-telegram-below", "services/topups.py", "from aiogram import Bot"),
    Breach("no-telegram-below", "db/outbox.py", "import aiohttp"),
    Breach("no-telegram-below", "services/sweep.py", "import apscheduler"),
    Breach("db-alone", "db/ledger/charges.py", "import httpx"),
    Breach("balances-in-the-ledger", "db/purchases.py", "from db.ledger import balances"),
    Breach("balances-in-the-ledger", "services/desk.py", "from db.ledger.balances import add"),
    Breach("ports-lean-on-nothing", "services/ports/gateway.py", "from services import rules"),
    Breach("ports-lean-on-nothing", "services/errors.py", "from db import states"),
    Breach("adapters-know-ports", "services/gateways/stripe/wire.py", "from db import ledger"),
    Breach("adapters-know-ports", "services/gateways/cryptopay.py", "from services.settle import Settlement"),
    Breach("adapters-know-ports", "services/providers/handler_api/client.py", "import services.activations"),
    Breach("adapters-chosen", "services/settle.py", "from services.gateways import stripe"),
    Breach("adapters-chosen", "bot/wiring.py", "from services.providers import handler_api"),
    Breach("gateways-independent", "services/gateways/stars.py", "from services.gateways import cryptopay"),
    Breach(
        "providers-independent", "services/providers/another.py", "from services.providers import handler_api"
    ),
    Breach("stripe-sdk", "services/gateways/cryptopay.py", "import stripe"),
    Breach("mercadopago-sdk", "services/gateways/stripe/wire.py", "import mercadopago"),
    Breach("httpx-in-adapters", "bot/doctor.py", "import httpx"),
    Breach("sandbox-knows-nothing", "bot/sandbox/payments/page.py", "from bot import settings"),
    Breach("sandbox-knows-nothing", "bot/sandbox/telegram/html.py", "import bot.tasks"),
    Breach("sandbox-knows-nothing", "bot/sandbox/app.py", "from services import errors"),
    Breach("sandbox-unknown", "bot/process.py", "from bot.sandbox import clock"),
    Breach("no-rings", "db/states.py", "from db import ledger"),
    Breach("no-rings", "services/rules.py", "from services import topups"),
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house again, to plant breaches in."""
    there = tmp_path_factory.mktemp("house")
    only_code = shutil.ignore_patterns("__pycache__", "*.js", "*.css", "*.json", "*.csv")
    for room in ROOMS:
        shutil.copytree(ROOT / room, there / room, ignore=only_code)
    shutil.copy(ROOT / "pyproject.toml", there)
    return there


def _lint(where: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache", *arguments],
        cwd=where,
        env={"PYTHONPATH": str(where)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_walls_stand(copy: Path) -> None:
    told = _lint(copy)

    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_breach_is_seen_even_inside_a_function(copy: Path, breach: Breach) -> None:
    file = copy / breach.file
    whole = file.read_text(encoding="utf-8") if file.exists() else ""
    file.write_text(f"{whole}\n\ndef _breach() -> None:\n    {breach.line}\n", encoding="utf-8")

    told = _lint(copy, "--contract", breach.contract)

    file.write_text(whole, encoding="utf-8")
    assert told.returncode == 1
    assert "BROKEN" in told.stdout


def test_every_contract_has_been_breached() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]}

    assert {breach.contract for breach in BREACHES} == contracts


def test_the_door_opens_only_the_command_line() -> None:
    assert imported(ROOT / "main.py") == {"sys", "bot.cli.main"}


def test_the_sandbox_needs_nothing_but_a_web_server() -> None:
    allowed = {*sys.stdlib_module_names, "aiohttp"}

    for path in modules("bot/sandbox"):
        strangers = {
            name
            for name in imported(path)
            if name.split(".")[0] not in allowed and not f"{name}.".startswith("bot.sandbox.")
        }
        assert not strangers, named(path)


def test_a_migration_knows_no_rule_and_no_model_of_ours() -> None:
    for path in modules("migrations/versions"):
        assert {name.split(".")[0] for name in imported(path)} <= {"alembic", "sqlalchemy"}, named(path)


def test_a_service_hands_connections_on_and_asks_no_question_itself() -> None:
    allowed = {"sqlalchemy.Connection"}

    for path in modules("services"):
        asked = {name for name in imported(path) if name.split(".")[0] == "sqlalchemy"}
        assert asked <= allowed, named(path)


def test_a_room_does_nothing_when_it_is_entered() -> None:
    """The sandbox lies in bot: whatever bot imported here, the sandbox would know."""
    for room in ROOMS:
        assert not (ROOT / room / "__init__.py").read_text(encoding="utf-8").strip(), room
