import argparse
import asyncio
import json
from collections.abc import Sequence

from bot.doctor import Doctor, Finding, Verdict
from bot.logs import Scrubber, start_logging
from bot.settings import Settings, read_settings
from bot.telegram_api import TelegramApi
from bot.wiring import Shop
from db import schema

_MARKS = {Verdict.OK: "ok     ", Verdict.WARNING: "WARNING", Verdict.FAILED: "FAILED "}


def main(asked: argparse.Namespace) -> int:
    """Tell what is well and what is not; exit code 1 if the shop can't sell."""
    settings = read_settings()
    start_logging(settings, level="error")
    findings = asyncio.run(_look(settings))
    can_sell = _can_sell(findings)
    write = _as_json if asked.json else _as_text
    print(Scrubber.of(settings)(write(findings, can_sell=can_sell)))
    return int(not can_sell)


async def _look(settings: Settings) -> list[Finding]:
    api = TelegramApi(settings.telegram_api_url, settings.token)
    found = [await _schema(settings)]
    shop = Shop(settings, api)
    try:
        return found + [finding async for finding in Doctor(settings, shop, api).findings()]
    finally:
        await shop.close()
        await api.close()


async def _schema(settings: Settings) -> Finding:
    try:
        standing = await schema.standing(settings.database_url)
    except Exception as error:  # noqa: BLE001  each database fails in its own ways
        return Finding("schema", Verdict.FAILED, f"the database does not answer: {type(error).__name__}")
    if standing is schema.Standing.CURRENT:
        return Finding("schema", Verdict.OK, f"at {schema.head()}")
    told = (
        "type: python main.py migrate" if standing is not schema.Standing.NEWER else "install a newer program"
    )
    return Finding("schema", Verdict.FAILED, f"{standing.value}; {told}")


def _can_sell(findings: Sequence[Finding]) -> bool:
    """One provider and one gateway are enough; everything else must be well."""
    for group in ("provider", "gateway"):
        mine = [finding for finding in findings if finding.what.startswith(group)]
        if all(finding.verdict is Verdict.FAILED for finding in mine):
            return False
    rest = [finding for finding in findings if not finding.what.startswith(("provider", "gateway"))]
    return all(finding.verdict is not Verdict.FAILED for finding in rest)


def _as_json(findings: Sequence[Finding], *, can_sell: bool) -> str:
    told = [{"what": each.what, "verdict": each.verdict.value, "told": each.told} for each in findings]
    return json.dumps({"ok": can_sell, "findings": told}, ensure_ascii=False)


def _as_text(findings: Sequence[Finding], *, can_sell: bool) -> str:
    lines = [f"{_MARKS[each.verdict]}  {each.what}: {each.told}" for each in findings]
    return "\n".join([*lines, "The shop can sell." if can_sell else "The shop can't sell."])
