"""What is known of services and countries before any provider is asked."""

import csv
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib.resources import files

from sqlalchemy import Connection

from db import goods
from db.states import Policy


def plant(connection: Connection, now: datetime) -> None:
    """Put the known services and countries into an empty shop; what is there stays as it is."""
    for rank, row in enumerate(_rows("services.csv"), start=1):
        goods.add_service(
            connection,
            code=row["code"],
            name=row["name"],
            category=row["category"],
            policy=Policy(row["policy"]),
            rank=rank,
            now=now,
        )
    for row in _rows("countries.csv"):
        goods.add_country(
            connection,
            id=int(row["id"]),
            name=row["name"],
            iso2=row["iso2"] or None,
            iso3=row["iso3"] or None,
            calling_code=row["calling_code"] or None,
            flag=row["flag"] or None,
            now=now,
        )


@cache
def aliases() -> dict[str, tuple[str, ...]]:
    """What people call a service, by its code."""
    return {row["code"]: tuple(row["aliases"].split()) for row in _rows("services.csv")}


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
