from db.store import Store
from tests.money.deliveries import deliver_many


async def test_a_crowd_of_deliveries_credits_each_payment_once(store: Store) -> None:
    outcome = await deliver_many(store, payments=24, copies=10)

    assert outcome.answered == outcome.deliveries == 240
    assert outcome.is_exact, outcome
    assert (outcome.unsigned_refused, outcome.calls_for_unsigned) == (100, 0)
    assert outcome.naive_credited > outcome.payments, "the control should have failed"
