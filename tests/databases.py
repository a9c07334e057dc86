"""Databases that tests make, empty and forget."""

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import URL, MetaData, create_engine, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from db.tables import metadata


def make_file(path: Path, tables: MetaData = metadata) -> Path:
    """A SQLite file with all tables, to be copied."""
    engine = create_engine(f"sqlite:///{path}")
    tables.create_all(engine)
    engine.dispose()
    return path


def copy_of(template: Path, to: Path) -> str:
    """The address of a SQLite database of one test's own."""
    shutil.copy(template, to)
    return f"sqlite+aiosqlite:///{to}"


async def make_database(server: str, name: str, tables: MetaData = metadata) -> str:
    """The address of a fresh PostgreSQL database with all tables."""
    address = make_url(server)
    engine = create_async_engine(address, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        await connection.execute(text(f'CREATE DATABASE "{name}"'))
    await engine.dispose()
    database = create_async_engine(address.set(database=name))
    async with database.begin() as connection:
        await connection.run_sync(tables.create_all)
    await database.dispose()
    return address.set(database=name).render_as_string(hide_password=False)


async def empty(address: str | URL) -> None:
    tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    engine: Any = create_async_engine(address)
    async with engine.begin() as connection:
        await connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    await engine.dispose()
