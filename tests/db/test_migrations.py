from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from db.tables import ActiveNumber, metadata
from db.vault import Vault, hand_vault
from tests.worlds import NOON

HOUSE = Path(__file__).parents[2]


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HOUSE / "migrations"))
    config.attributes["connection"] = connection
    return config


def _climb_stairs(connection: Connection) -> list[Any]:
    """Each migration up, down and up again; then what differs from the models."""
    config = _config(connection)
    revisions = list(ScriptDirectory.from_config(config).walk_revisions())
    for revision in reversed(revisions):
        command.upgrade(config, revision.revision)
        command.downgrade(config, str(revision.down_revision or "base"))
        command.upgrade(config, revision.revision)
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


# An index of an expression is looked at in PostgreSQL alone.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_sqlite_climbs_the_stairs_and_equals_the_models(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'stairs.db'}")

    with engine.connect() as connection:
        differences = _climb_stairs(connection)
    engine.dispose()

    assert differences == []


async def test_postgresql_climbs_the_stairs_and_equals_the_models(postgresql_address: str) -> None:
    engine = create_async_engine(postgresql_address, poolclass=NullPool)

    def work(connection: Connection) -> list[Any]:
        connection.execute(text("CREATE SCHEMA stairs"))
        connection.execute(text("SET search_path TO stairs"))
        connection.commit()
        found = _climb_stairs(connection)
        connection.execute(text("DROP SCHEMA stairs CASCADE"))
        connection.commit()
        return found

    async with engine.connect() as connection:
        differences = await connection.run_sync(work)
    await engine.dispose()

    assert differences == []


def test_numbers_that_ended_before_are_not_among_those_to_be_ended(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
    hand_vault(engine, Vault())

    with engine.connect() as connection:
        config = _config(connection)
        command.upgrade(config, "0007")
        for status, closed_at in (("finished", NOON), ("expired", NOON), ("finished", None)):
            connection.execute(insert(ActiveNumber).values(_number(status, closed_at)))
        command.upgrade(config, "0008")
        rows = connection.execute(select(ActiveNumber.closed_upstream_at, ActiveNumber.next_check_at)).all()
    engine.dispose()

    assert sorted(rows, key=str) == sorted([(NOON, None), (NOON, None), (None, NOON)], key=str)


def _number(status: str, closed_at: datetime | None) -> dict[str, Any]:
    """A row that nobody refers to, with all its columns must hold."""
    keys = ("id", "user_id", "sms_service_id", "offer_id", "charge_id")
    told = {"status": status, "closed_upstream_at": closed_at, "next_check_at": NOON, "country_id": 73}
    bought = {"upstream_id": uuid4().hex, "phone_number": "5511", "end_time": NOON, "provider": "active"}
    money = {"price": Decimal(3), "cap": Decimal(1)}
    return {key: uuid4() for key in keys} | told | bought | money | {"created_at": NOON, "updated_at": NOON}


def test_each_table_and_column_of_the_owner_is_there(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
    owners = {
        "users": "id username email password_hash role credits created_at updated_at",
        "transactions": "id user_id type amount gateway transaction_id_gateway status created_at updated_at",
        "sms_messages": "id user_id type from_number to_number message_body status api_message_id cost"
        " service_code reactivation_count cancelled cancellation_time created_at updated_at",
        "sms_services": "id name description price_per_otp active created_at updated_at",
        "active_numbers": "id user_id sms_service_id phone_number start_time end_time status"
        " last_message_received_at created_at updated_at",
    }

    with engine.connect() as connection:
        command.upgrade(_config(connection), "head")
        tables = {
            name: {column["name"] for column in inspect(connection).get_columns(name)} for name in owners
        }
    engine.dispose()

    assert {name: set(columns.split()) - tables[name] for name, columns in owners.items()} == {
        name: set() for name in owners
    }


def test_refunds_outlive_that_one_may_do_without_a_bill(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
    billed = "'{id}', '{id}', {topup}, 'stars', 'stx', 800, 'XTR', 0, 1, '{why}', 'asked', 0, 'now', 'now'"
    names = (
        "id, key, topup_id, gateway, payment_id, amount, currency, refunded_before, is_whole, why, state,"
        " attempts, created_at, updated_at"
    )

    def write(connection: Connection, **told: str) -> None:
        payer, name = (", 'ana'", ", payer_id") if told["topup"] == "NULL" else ("", "")
        connection.execute(
            text(f"INSERT INTO refunds ({names}{name}) VALUES ({billed.format(**told)}{payer})")
        )
        connection.commit()

    with engine.connect() as connection:
        config = _config(connection)
        command.upgrade(config, "0006")
        write(connection, id="a", topup="'t'", why="admin")
        command.upgrade(config, "0007")
        write(connection, id="b", topup="NULL", why="stray")
        with pytest.raises(IntegrityError):
            write(connection, id="c", topup="'t'", why="nonsense")
        connection.rollback()
        both = connection.scalars(text("SELECT id FROM refunds ORDER BY id")).all()
        connection.commit()
        command.downgrade(config, "0006")
        left = connection.execute(text("SELECT id, topup_id, why, amount FROM refunds")).all()
        with pytest.raises(IntegrityError):
            write(connection, id="d", topup="'t'", why="stray")
    engine.dispose()

    assert both == ["a", "b"]
    assert [tuple(row) for row in left] == [("a", "t", "admin", 800)]
