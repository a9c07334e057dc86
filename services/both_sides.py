"""What an admin needs to decide about a purchase: what we asked for, and what upstream shows."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from db import cases
from db.rows import AnyRow
from services.matching import Stranger
from services.ports.provider import Provider

_SHOWN = 5
_DIGITS_SHOWN = 4  # the provider's own page shows the rest


def show_both_sides(
    connection: Connection,
    provider: Provider,
    purchase: AnyRow,
    strangers: Sequence[Stranger],
    *,
    is_exclusive: bool,
    now: datetime,
) -> None:
    """Put the purchase and its candidates before the admins, and keep up to date what they see.

    On a shared account the case that the silence opened is the one; no further one is needed.
    """
    nearest = sorted(strangers, key=lambda each: each.first_seen_at)[:_SHOWN]
    facts = {
        "provider": provider.name,
        "service": purchase.service,
        "country": purchase.country or str(purchase.country_id),
        "operator": purchase.operator or "any",
        "cap": f"{purchase.cap:f} {provider.currency}",
        "sent_at": purchase.sent_at.isoformat(timespec="seconds"),
        "after_id": purchase.baseline_id or "",
        "candidates": [each.row.upstream_id for each in nearest],
        "upstream": " · ".join(_told(each) for each in nearest) or "nothing like it",
    }
    kind, subject = "purchase.ambiguous" if is_exclusive else "purchase.unknown", str(purchase.id)
    if cases.open_case(connection, kind=kind, subject=subject, facts=facts, now=now) is None:
        cases.add_facts(connection, kind=kind, subject=subject, facts=facts)


def _told(stranger: Stranger) -> str:
    row = stranger.row
    cost = "?" if row.cost is None else f"{row.cost:f} {row.currency or ''}".strip()
    at = row.started_at or stranger.first_seen_at
    since = "since" if row.started_at else "seen"
    code = ", has a code" if row.received else ""
    phone = f"…{row.phone[-_DIGITS_SHOWN:]}" if row.phone else "no phone yet"
    return f"{row.upstream_id} ({phone}, {cost}, {since} {at:%H:%M:%S}{code})"
