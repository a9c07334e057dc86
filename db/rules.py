from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from db.tables import ShopRule


def all_rules(connection: Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(select(ShopRule.name, ShopRule.value))}


def set_rule(connection: Connection, *, name: str, value: str, now: datetime) -> None:
    changed = connection.execute(
        update(ShopRule).where(ShopRule.name == name).values(value=value, updated_at=now)
    )
    if not changed.rowcount:
        connection.execute(insert(ShopRule).values(name=name, value=value, updated_at=now))
