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


Fitting = Mapping[object, tuple[Stranger, ...]]  # by purchase


def fits(purchase: AnyRow, stranger: Stranger, *, ids_rise: bool, deadline_seconds: float) -> bool:
    """Tell whether a number may be what a purchase has bought."""
    row = stranger.row
    if row.order_key is not None:
        return row.order_key == str(purchase.id)
    if not (_is_of_kind(purchase, row) and _is_as_ordered(purchase, row)):
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


def _is_of_kind(purchase: AnyRow, row: Listed) -> bool:
    """Some histories tell neither service nor country: then the phone's country alone speaks."""
    if row.service and row.service != purchase.service:
        return False
    if row.country:
        return row.country == (purchase.country or str(purchase.country_id))
    return not (row.phone and purchase.calling_code) or row.phone.startswith(purchase.calling_code)


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
    by_likeness: bool = True,
) -> Verdict:
    """Match by our own key where numbers carry it, and by likeness where that is allowed.

    Otherwise each purchase is ambiguous, whether anything is like it or not.
    """
    exact = _by_key(purchases, strangers)
    found = {purchase.id for purchase, _ in exact}
    rest = [each for each in purchases if each.id not in found]
    fitting = _fitting(rest, strangers, ids_rise=ids_rise, deadline_seconds=deadline_seconds)
    if not by_likeness:
        return Verdict(exact, (), tuple((each, fitting[each.id]) for each in rest))
    alike = _by_likeness(rest, fitting)
    return Verdict((*exact, *alike.matched), alike.absent, alike.ambiguous)


def _by_key(
    purchases: Sequence[AnyRow], strangers: Sequence[Stranger]
) -> tuple[tuple[AnyRow, Stranger], ...]:
    keyed = {each.row.order_key: each for each in strangers if each.row.order_key is not None}
    return tuple((each, keyed[str(each.id)]) for each in purchases if str(each.id) in keyed)


def _fitting(
    purchases: Sequence[AnyRow], strangers: Sequence[Stranger], *, ids_rise: bool, deadline_seconds: float
) -> Fitting:
    expected = {each.expected_phone for each in purchases if each.expected_phone is not None}
    return {
        purchase.id: tuple(
            each
            for each in strangers
            if fits(purchase, each, ids_rise=ids_rise, deadline_seconds=deadline_seconds)
            # A used number that somebody rents again is nobody else's new one.
            and (purchase.expected_phone is not None or each.row.phone not in expected)
        )
        for purchase in purchases
    }


def _by_likeness(purchases: Sequence[AnyRow], fitting: Fitting) -> Verdict:
    """Match oldest to oldest within one kind of number, unless there are more numbers than purchases.

    Numbers of one kind can stand for one another: any pairing is right for people and for money.
    """
    taken: set[str] = set()
    matched: list[tuple[AnyRow, Stranger]] = []
    absent: list[AnyRow] = []
    ambiguous: list[tuple[AnyRow, tuple[Stranger, ...]]] = []
    for purchase in purchases:
        if _is_unclear(purchase, purchases, fitting):
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


def _is_unclear(purchase: AnyRow, purchases: Sequence[AnyRow], fitting: Fitting) -> bool:
    """More numbers than purchases of this kind, or a number that fits purchases of another kind as well."""
    kind = [each for each in purchases if _kind(each) == _kind(purchase)]
    others = [each for each in purchases if _kind(each) != _kind(purchase)]
    numbers = {each.row.upstream_id for one in kind for each in fitting[one.id]}
    elsewhere = {each.row.upstream_id for one in others for each in fitting[one.id]}
    return len(numbers) > len(kind) or bool(numbers & elsewhere)


def _kind(purchase: AnyRow) -> tuple[str, int, str | None]:
    return (purchase.service, purchase.country_id, purchase.expected_phone)


def _is_below(upstream_id: str, baseline_id: str | None) -> bool:
    if baseline_id is None or not (upstream_id.isdigit() and baseline_id.isdigit()):
        return False
    return int(upstream_id) <= int(baseline_id)


def _as_number(upstream_id: str) -> int:
    return int(upstream_id) if upstream_id.isdigit() else 0
