"""A short virtual day of a shop; `python -m tests.soak.month` lives through thirty long ones."""

from tests.properties.calendar import Calendar


def test_a_day_leaves_no_drift() -> None:
    calendar = Calendar(days=1, orders=30, seed=20261127, open_minutes=80, people=3)

    drift = calendar.live()

    assert not drift, drift
    assert calendar.figures.orders == 30
    assert min(calendar.figures.codes, calendar.figures.cancels, calendar.figures.topups) > 0
