import argparse
import asyncio
import json

from bot.commands.opened import opened_shop
from bot.logs import start_logging
from bot.settings import Settings, read_settings
from services.books import Audit


def main(asked: argparse.Namespace) -> int:
    """Check the books; exit code 1 on any violation."""
    settings = read_settings()
    start_logging(settings, level="error")
    audit = asyncio.run(_audit(settings))
    print(_as_json(audit) if asked.json else _as_text(audit))
    return int(not audit.ok)


async def _audit(settings: Settings) -> Audit:
    async with opened_shop(settings) as shop:
        return await shop.books.audit()


def _as_json(audit: Audit) -> str:
    told = {
        "ok": audit.ok,
        "customers": audit.customers,
        "credits_total": f"{audit.credits_total:.2f}",
        "held_total": f"{audit.held_total:.2f}",
        "violations": [
            {"rule": each.rule, "subject": each.subject, "detail": each.detail} for each in audit.violations
        ],
        "unchecked": list(audit.unchecked),
    }
    return json.dumps(told, ensure_ascii=False)


def _as_text(audit: Audit) -> str:
    lines = [
        f"{audit.customers} customers; {audit.credits_total:.2f} to spend, {audit.held_total:.2f} held",
        *(f"VIOLATION {each.rule}: {each.subject}: {each.detail}" for each in audit.violations),
        *(f"not checked against {name}: it does not answer" for name in audit.unchecked),
        "the books are right" if audit.ok else f"{len(audit.violations)} violations",
    ]
    return "\n".join(lines)
