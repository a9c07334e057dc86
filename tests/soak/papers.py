"""What is kept of a damaged run, to find out why: every row the shop has written, and what the world says."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from db.tables import metadata

FOLDER = Path("var/soak")
_SEEDS = {"sms_services", "countries", "provider_prices", "offers"}


def rows_of(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """All tables but those that a run does not change."""
    return {
        table.name: [dict(row._mapping) for row in connection.execute(select(table))]
        for table in metadata.sorted_tables
        if table.name not in _SEEDS
    }


def keep(name: str, told: Mapping[str, Any]) -> Path:
    """Write them where somebody will look."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{''.join(letter if letter.isalnum() else '-' for letter in name)}.json"
    path.write_text(json.dumps(told, indent=1, default=str, ensure_ascii=False), encoding="utf-8")
    return path
