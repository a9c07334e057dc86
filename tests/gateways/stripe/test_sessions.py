from datetime import timedelta
from typing import Any

import pytest
import stripe as sdk

from services.errors import GatewayRefused
from services.gateways.stripe.gateway import StripeGateway
from services.gateways.stripe.notices import TAKEN_BACK
from services.ports.gateway import OpenTopup
from tests.gateways.conftest import NOW, TOPUP_ID
from tests.gateways.stripe.samples import (
    a_list,
    charge,
    error,
    event,
    intent,
    paid_session,
    sample,
    session,
)
from tests.gateways.wire import Reply, Wire

FETCH = "GET /v1/checkout/sessions/order_1"
LIST = "GET /v1/checkout/sessions"
EVENTS = "GET /v1/events"
SESSIONS = "checkout/sessions"


async def test_what_came_in_lately_is_read_to_the_last_page(stripe: StripeGateway, wire: Wire) -> None:
    second = {**paid_session(id="pi_2"), "id": "cs_2"}
    strangers = {**paid_session(id="pi_9"), "id": "cs_9", "metadata": {"order": "of another shop"}}
    wire.on(LIST, a_list(SESSIONS, paid_session(), strangers, has_more=True), a_list(SESSIONS, second))

    wire.on(EVENTS, a_list("events"))

    payments = await stripe.recent(NOW - timedelta(days=1))

    assert [payment.payment_id for payment in payments] == ["pi_1", "pi_2"]
    assert dict(wire.asked[0].query)["created[gte]"] == str(int(NOW.timestamp()) - 86_400)
    assert dict(wire.asked[1].query)["starting_after"] == "cs_9"


async def test_an_old_payment_is_among_them_when_it_was_disputed_lately(
    stripe: StripeGateway, wire: Wire
) -> None:
    old = paid_session(id="pi_7", latest_charge=charge(amount_refunded=425))
    wire.on(LIST, a_list(SESSIONS), a_list(SESSIONS, old))
    told = [
        event("charge.dispute.closed", sample("dispute", payment_intent="pi_7")),
        event("charge.refunded", charge(payment_intent="pi_7"), id="evt_2"),
        event("charge.refunded", charge(payment_intent=None), id="evt_3"),
    ]
    wire.on(EVENTS, a_list("events", *told))

    payments = await stripe.recent(NOW - timedelta(days=1))

    assert [(each.payment_id, str(each.refunded)) for each in payments] == [("pi_7", "4.25")]
    assert ("payment_intent", "pi_7") in wire.asked[2].query
    asked = dict(wire.asked[1].query)
    assert asked["created[gte]"] == str(int(NOW.timestamp()) - 86_400)
    assert {value for name, value in wire.asked[1].query if name.startswith("types")} == TAKEN_BACK


async def test_a_key_that_may_not_read_events_still_lists_what_came_in(
    stripe: StripeGateway, wire: Wire
) -> None:
    wire.on(LIST, a_list(SESSIONS, paid_session()))
    wire.on(EVENTS, Reply(error("invalid_request_error"), 403))

    assert [each.payment_id for each in await stripe.recent(NOW - timedelta(days=1))] == ["pi_1"]


async def test_closing_expires_the_page(stripe: StripeGateway, wire: Wire, topup: OpenTopup) -> None:
    wire.on("POST /v1/checkout/sessions/order_1/expire", session(status="expired"))

    await stripe.close(topup)

    assert wire.routes() == ["POST /v1/checkout/sessions/order_1/expire"]


@pytest.mark.parametrize("status", ["complete", "expired"])
async def test_closing_what_has_ended_is_fine(
    stripe: StripeGateway, wire: Wire, topup: OpenTopup, status: str
) -> None:
    wire.on("POST /v1/checkout/sessions/order_1/expire", Reply(error("invalid_request_error"), 400))
    wire.on(FETCH, session(status=status))

    await stripe.close(topup)


async def test_closing_that_is_refused_on_an_open_page_says_so(
    stripe: StripeGateway, wire: Wire, topup: OpenTopup
) -> None:
    wire.on("POST /v1/checkout/sessions/order_1/expire", Reply(error("invalid_request_error"), 400))
    wire.on(FETCH, session(status="open"))

    with pytest.raises(GatewayRefused):
        await stripe.close(topup)


@pytest.mark.parametrize(
    ("about", "route", "answer"),
    [
        ("checkout.session:cs_1", "GET /v1/checkout/sessions/cs_1", session()),
        ("payment_intent:pi_1", "GET /v1/payment_intents/pi_1", intent()),
        ("charge:ch_1", "GET /v1/charges/ch_1", charge(payment_intent=intent())),
        ("refund:re_1", "GET /v1/refunds/re_1", sample("refund", payment_intent=intent())),
        ("dispute:dp_1", "GET /v1/disputes/dp_1", sample("dispute", payment_intent=intent())),
    ],
)
async def test_whatever_rang_leads_to_its_topup(
    stripe: StripeGateway, wire: Wire, about: str, route: str, answer: dict[str, Any]
) -> None:
    wire.on(route, answer)

    assert await stripe.locate(about) == TOPUP_ID
    assert wire.routes() == [route]


async def test_what_is_not_ours_leads_nowhere(stripe: StripeGateway, wire: Wire) -> None:
    wire.on("GET /v1/checkout/sessions/cs_1", session(metadata={"topup_id": "not an id"}))
    wire.on("GET /v1/charges/ch_1", charge(payment_intent=None))
    wire.on("GET /v1/refunds/re_1", Reply(error("invalid_request_error", "resource_missing"), 404))

    for about in ("checkout.session:cs_1", "charge:ch_1", "refund:re_1", "plan:price_1"):
        assert await stripe.locate(about) is None


async def test_the_credentials_are_tried_by_reading_the_balance(stripe: StripeGateway, wire: Wire) -> None:
    wire.on(
        "GET /v1/balance",
        sample("balance", available=[{"amount": 1234, "currency": "brl", "source_types": {}}]),
    )

    assert await stripe.check() == "test mode, available BRL 12.34"


@pytest.mark.parametrize(
    "published",
    [
        paid_session(),
        intent(),
        charge(),
        sample("refund"),
        sample("dispute"),
        event("charge.refunded", charge()),
    ],
    ids=lambda published: str(published["object"]),
)
def test_published_objects_load_in_the_sdk(published: dict[str, Any]) -> None:
    client = sdk.StripeClient("sk_test_1")

    loaded = client.deserialize(published, api_mode="V1")

    assert loaded["object"] == published["object"]
    assert type(loaded) is not sdk.StripeObject
