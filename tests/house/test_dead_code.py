"""Nothing is left that nobody calls."""

import re
import subprocess
import sys
from pathlib import Path

from tests.house.tree import ROOMS, ROOT

# Called by a library: through a decorator, or by a name it asks for.
DECORATORS = "@router.*,@methods.*,@doors.*,@pytest.*,@field_validator,@model_validator,@event.*"
ASKED_FOR = {
    "collect",  # prometheus_client
    "process_bind_param",  # SQLAlchemy
    "process_result_value",
    "coerce_compared_value",
    "request_async",  # stripe
    "sleep_async",
}
KINDS = re.compile(r": unused (?:function|method|class|property) '(\w+)'")


def test_every_function_is_called_by_somebody() -> None:
    vulture = Path(sys.executable).with_name("vulture")
    told = subprocess.run(
        [vulture, "--min-confidence", "60", "--ignore-decorators", DECORATORS, "main.py", *ROOMS, "tests"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    product = [line for line in told.stdout.splitlines() if not line.startswith("tests/")]
    unused = [line for line in product if (kind := KINDS.search(line)) and kind[1] not in ASKED_FOR]
    assert unused == []
    assert "unused variable" in told.stdout  # columns, fields: it has looked
