"""What is known of services and countries before any provider is asked."""

import csv
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection

from db import goods
from db.states import Policy

Row = Mapping[str, str]


def plant(connection: Connection, now: datetime) -> None:
    """Put the known services and countries into the shop; what is there stays as it is."""
    goods.add_services(connection, [_service(rank, row) for rank, row in enumerate(_services(), 1)], now)
    goods.add_countries(connection, [_country(row) for row in _countries()], now)


@cache
def service_aliases() -> Mapping[str, tuple[str, ...]]:
    """What people call a service, by its code."""
    return _aliases(_services(), "code")


@cache
def country_aliases() -> Mapping[str, tuple[str, ...]]:
    """What people call a country beside its names in the big languages, by its ISO code."""
    return _aliases(_countries(), "iso2")


@cache
def shared_numbers() -> frozenset[int]:
    """Countries whose number means the same at all providers: it was SMS-Activate's."""
    return frozenset(int(row["id"]) for row in _countries())


def _aliases(rows: Iterable[Row], key: str) -> dict[str, tuple[str, ...]]:
    return {row[key]: tuple(row["aliases"].split("|")) for row in rows if row["aliases"]}


def _service(rank: int, row: Row) -> dict[str, Any]:
    return {
        "code": row["code"],
        "name": row["name"],
        "category": row["category"],
        "policy": Policy(row["policy"]),
        "rank": rank,
    }


def _country(row: Row) -> dict[str, Any]:
    return {
        "id": int(row["id"]),
        "name": row["name"],
        "iso2": row["iso2"] or None,
        "iso3": row["iso3"] or None,
        "calling_code": row["calling_code"] or None,
        "flag": row["flag"] or None,
    }


@cache
def _services() -> tuple[Row, ...]:
    return _rows("services.csv")


@cache
def _countries() -> tuple[Row, ...]:
    return _rows("countries.csv")


def _rows(name: str) -> tuple[Row, ...]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
