"""Which jobs the shop has: of those that ask providers, one for each."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from bot.jobs import jobs_of
from bot.process import _limits
from bot.settings import Settings
from bot.wiring import Shop, topup_jobs

TOKEN = "7000000000:AAEgatewaytokengatewaytokengatewaytok"
BACKUP = '[{"name": "backup", "url": "https://backup.example/", "api_key": "key-of-backup", "rate": "5.5"}]'


def shop_with(address: str, **providers: Any) -> Shop:
    return Shop(Settings(_env_file=None, bot_token=TOKEN, database_url=address, **providers))


@pytest.fixture
async def shop(sqlite_address: str) -> AsyncIterator[Shop]:
    first: dict[str, Any] = {
        "sms_active_api_key": SecretStr("key-of-active"),
        "sms_active_rate": Decimal("5.5"),
    }
    opened = shop_with(sqlite_address, **first, sms_backups=BACKUP)
    yield opened
    await opened.close()


async def test_what_asks_a_provider_is_a_job_of_that_provider_alone(shop: Shop) -> None:
    jobs = jobs_of(shop, topup_jobs(shop, "shop_bot"))

    parts = {job.name: job.part_of for job in jobs if job.part_of}
    assert parts == {
        f"{part} of {each}": part
        for part in ("sweep", "closing", "upstream_notices")
        for each in ("active", "backup")
    }
    assert len({job.name for job in jobs}) == len(jobs)


async def test_a_shop_without_providers_waits_for_no_sweep(sqlite_address: str, shop: Shop) -> None:
    bare = shop_with(sqlite_address)

    limits = _limits(bare), _limits(shop)
    await bare.close()

    assert [("sweep" in each) for each in limits] == [False, True]
