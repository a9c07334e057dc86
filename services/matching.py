"""Which number upstream may be which purchase of ours: pure decisions, no outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.rows import AnyRow
from services.ports.provider import Listed

_CLOCKS_DIFFER = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Stranger:
    """A listed number that no purchase of ours knows of, and since when it has been seen."""

    row: Listed
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a complete reading says of the purchases nobody heard of again."""

    matched: tuple[tuple[AnyRow, Stranger], ...]
    absent: tuple[AnyRow, ...]
    ambiguous: tuple[tuple[AnyRow, tuple[Stranger, ...]], ...]


def fits(purchase: AnyRow, stranger: Stranger, *, ids_rise: bool, deadline_seconds: float) -> bool:
    """Tell whether a number may be what a purchase has bought."""
    row = stranger.row
    if row.service != purchase.service or row.country != (purchase.country or str(purchase.country_id)):
        return False
    if not _is_as_ordered(purchase, row):
        return False
    # What was there before we asked is somebody else's.
    if stranger.first_seen_at < purchase.sent_at:
        return False
    if ids_rise and _is_below(row.upstream_id, purchase.baseline_id):
        return False
    return row.started_at is None or (
        purchase.sent_at - _CLOCKS_DIFFER
        <= row.started_at
        <= purchase.sent_at + timedelta(seconds=deadline_seconds) + _CLOCKS_DIFFER
    )


def _is_as_ordered(purchase: AnyRow, row: Listed) -> bool:
    if row.cost is not None and row.cost > purchase.cap:
        return False
    if purchase.expected_phone is not None and row.phone != purchase.expected_phone:
        return False
    return not (purchase.operator and row.operator and purchase.operator != row.operator)


def judge(
    purchases: Sequence[AnyRow],
    strangers: Sequence[Stranger],
    *,
    ids_rise: bool,
    deadline_seconds: float,
) -> Verdict:
    """Match oldest to oldest within one kind of number, unless there are more numbers than purchases.

    Numbers of one kind can stand for one another: any pairing is right for people and for money.
    """
    expected = {each.expected_phone for each in purchases if each.expected_phone is not None}
    fitting: Mapping[object, tuple[Stranger, ...]] = {
        purchase.id: tuple(
            each
            for each in strangers
            if fits(purchase, each, ids_rise=ids_rise, deadline_seconds=deadline_seconds)
            # A used number that somebody rents again is nobody else's new one.
            and (purchase.expected_phone is not None or each.row.phone not in expected)
        )
        for purchase in purchases
    }
    taken: set[str] = set()
    matched: list[tuple[AnyRow, Stranger]] = []
    absent: list[AnyRow] = []
    ambiguous: list[tuple[AnyRow, tuple[Stranger, ...]]] = []
    for purchase in purchases:
        if _has_too_many(purchase, purchases, fitting):
            ambiguous.append((purchase, fitting[purchase.id]))
            continue
        free = [each for each in fitting[purchase.id] if each.row.upstream_id not in taken]
        if free:
            oldest = min(free, key=lambda each: (each.first_seen_at, _as_number(each.row.upstream_id)))
            taken.add(oldest.row.upstream_id)
            matched.append((purchase, oldest))
        else:
            absent.append(purchase)
    return Verdict(tuple(matched), tuple(absent), tuple(ambiguous))


def _has_too_many(
    purchase: AnyRow, purchases: Sequence[AnyRow], fitting: Mapping[object, tuple[Stranger, ...]]
) -> bool:
    """More numbers than purchases of this kind: one of them is a stranger's, and nobody can tell which."""
    kind = [each for each in purchases if _kind(each) == _kind(purchase)]
    numbers = {each.row.upstream_id for one in kind for each in fitting[one.id]}
    return len(numbers) > len(kind)


def _kind(purchase: AnyRow) -> tuple[str, int, str | None]:
    return (purchase.service, purchase.country_id, purchase.expected_phone)


def _is_below(upstream_id: str, baseline_id: str | None) -> bool:
    if baseline_id is None or not (upstream_id.isdigit() and baseline_id.isdigit()):
        return False
    return int(upstream_id) <= int(baseline_id)


def _as_number(upstream_id: str) -> int:
    return int(upstream_id) if upstream_id.isdigit() else 0
