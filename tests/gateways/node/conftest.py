"""The payment houses' SDKs for Node, installed for the tests where Node and its registry can be reached."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_SDKS = ("stripe@23.1.0", "mercadopago@3.6.1")
_SCRIPT = Path(__file__).with_name("sdks.cjs")
_INSTALL_SECONDS, _ANSWER_SECONDS = 120, 60

Sdks = Callable[..., Any]


def _run(*command: str, at: Path, told: str = "", seconds: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=at, input=told, capture_output=True, text=True, timeout=seconds, check=False
    )


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("the SDKs for Node need Node and npm")
    folder = tmp_path_factory.mktemp("node")
    flags = ("--no-audit", "--no-fund", "--ignore-scripts", "--no-save")
    try:
        done = _run("npm", "install", *flags, *_SDKS, at=folder, seconds=_INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not install {_SDKS} in {_INSTALL_SECONDS} s")
    if done.returncode:
        pytest.skip(f"npm could not install {_SDKS}: {done.stderr.strip()[-200:]}")
    shutil.copy(_SCRIPT, folder)
    return folder


@pytest.fixture
def sdks(node_modules: Path) -> Sdks:
    """Have the SDKs do something; what they refuse is told as `refusal`."""

    def ask(order: str, **facts: Any) -> Any:
        told = json.dumps({"order": order, **facts})
        done = _run("node", _SCRIPT.name, at=node_modules, told=told, seconds=_ANSWER_SECONDS)
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        return answer.get("answer", f"refused: {answer.get('refusal')}")

    return ask
