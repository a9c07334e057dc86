import json
from typing import Any

import pytest
import stripe
from aiohttp import ClientSession

from bot.sandbox.clock import Clock
from bot.sandbox.payments.stripe import Stripe
from bot.sandbox.payments.stripe.parameters import _CALLS
from bot.sandbox.payments.stripe.payers import Payment
from bot.sandbox.payments.stripe.signing import sign
from tests.sandbox.payments.conftest import Shop
from tests.sandbox.payments.stripe.bills import bill
from tests.sandbox.payments.stripe.vocabulary import vocabulary

# the SDK hands httpx its form as `data`
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


async def test_a_new_session_waits_for_its_payer(
    client: stripe.StripeClient, clock: Clock, origin: str
) -> None:
    made = await client.v1.checkout.sessions.create_async(bill(clock))

    fetched = await client.v1.checkout.sessions.retrieve_async(made.id)
    assert (fetched.status, fetched.payment_status, fetched.payment_intent) == ("open", "unpaid", None)
    assert (fetched.amount_total, fetched.currency, fetched.livemode) == (1000, "brl", False)
    assert (fetched.client_reference_id, fetched["metadata"]["topup_id"]) == ("topup-7", "topup-7")
    assert fetched.url == f"{origin}/pay/stripe/{made.id}"


async def test_a_paid_session_shows_its_charge(
    client: stripe.StripeClient, played: Stripe, clock: Clock
) -> None:
    made = await client.v1.checkout.sessions.create_async(bill(clock))

    played.pay(made.id)

    paid = await client.v1.checkout.sessions.retrieve_async(
        made.id, {"expand": ["payment_intent.latest_charge", "line_items"]}
    )
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert isinstance(paid.payment_intent, stripe.PaymentIntent)
    assert paid.payment_intent["metadata"]["topup_id"] == "topup-7"
    assert isinstance(paid.payment_intent.latest_charge, stripe.Charge)
    assert paid.payment_intent.latest_charge.amount == 1000
    assert paid.line_items is not None
    assert paid.line_items.data[0].amount_total == 1000
    assert played.ledger()["references"] == {"topup-7": {"BRL": "10.00"}}


async def test_webhooks_bear_a_signature_that_the_official_sdk_accepts(
    client: stripe.StripeClient, played: Stripe, clock: Clock, shop: Shop
) -> None:
    played.deliveries.configure({"urls": [shop.url]})
    made = await client.v1.checkout.sessions.create_async(bill(clock))

    played.pay(made.id)
    await played.deliveries.settled()

    events = [
        client.construct_event(ring.body, ring.headers["Stripe-Signature"], "whsec_sandbox")
        for ring in shop.rings
    ]
    assert [event.type for event in events] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert events[-1].data.object["id"] == made.id
    listed = await client.v1.events.list_async({"types": ["checkout.session.completed"]})
    assert [event.id for event in listed.data] == [events[-1].id]
    assert listed.data[0].pending_webhooks == 0


async def test_an_unanswered_webhook_comes_again(
    client: stripe.StripeClient, played: Stripe, clock: Clock, shop: Shop
) -> None:
    played.deliveries.configure({"urls": [shop.url]})
    made = await client.v1.checkout.sessions.create_async(bill(clock))
    shop.answers = [500]
    await client.v1.checkout.sessions.expire_async(made.id)
    await played.deliveries.settled()

    clock.advance(60)
    await played.deliveries.settled()

    assert [json.loads(ring.body)["type"] for ring in shop.rings] == ["checkout.session.expired"] * 2


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        (
            {"payment_method_types": ["card"]},
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        ),
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"adaptive_pricing": {"enabeld": True}}, "parameter_unknown", "adaptive_pricing[enabeld]"),
        ({"success_url": "t.me/shop"}, "url_invalid", "success_url"),
        ({"expires_at": 1}, None, "expires_at"),
        ({"client_reference_id": "x" * 201}, "parameter_invalid_string_length", "client_reference_id"),
        ({"mode": "gift"}, None, "mode"),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
        ({"metadata": {"long": "x" * 501}}, None, "metadata[long]"),
    ],
)
async def test_what_stripe_would_refuse_is_refused(
    client: stripe.StripeClient, clock: Clock, change: dict[str, Any], code: str | None, param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.checkout.sessions.create_async(bill(clock, **change))

    assert (refused.value.code, refused.value.param, refused.value.http_status) == (code, param, 400)


async def test_a_bill_below_the_minimum_is_refused(client: stripe.StripeClient, clock: Clock) -> None:
    price = {"currency": "brl", "unit_amount": 49, "product_data": {"name": "Pouco"}}

    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.checkout.sessions.create_async(
            bill(clock, line_items=[{"quantity": 1, "price_data": price}])
        )

    assert refused.value.code == "amount_too_small"


async def test_exactly_half_an_hour_comes_too_late(client: stripe.StripeClient, clock: Clock) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.checkout.sessions.create_async(
            bill(clock, expires_at=int(clock.now().timestamp()) + 1800)
        )

    assert refused.value.param == "expires_at"


async def test_the_same_key_makes_one_session(
    client: stripe.StripeClient, played: Stripe, clock: Clock
) -> None:
    first = await client.v1.checkout.sessions.create_async(bill(clock), {"idempotency_key": "topup-7"})

    second = await client.v1.checkout.sessions.create_async(bill(clock), {"idempotency_key": "topup-7"})

    assert (first.id, len(played.sessions())) == (second.id, 1)
    with pytest.raises(stripe.IdempotencyError):
        await client.v1.checkout.sessions.create_async(
            bill(clock, client_reference_id="topup-8"), {"idempotency_key": "topup-7"}
        )


async def test_a_stranger_is_not_let_in(origin: str, client: stripe.StripeClient) -> None:
    stranger = stripe.StripeClient(
        "sk_test_other",
        base_addresses={"api": f"{origin}/stripe"},
        http_client=client._requestor._client,
    )

    with pytest.raises(stripe.AuthenticationError):
        await stranger.v1.balance.retrieve_async()


async def test_an_unpaid_session_expires_by_itself(
    client: stripe.StripeClient, clock: Clock, played: Stripe
) -> None:
    made = await client.v1.checkout.sessions.create_async(bill(clock))

    clock.advance(31 * 60)

    assert (await client.v1.checkout.sessions.retrieve_async(made.id)).status == "expired"
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.checkout.sessions.expire_async(made.id)


async def test_a_boleto_is_complete_before_it_is_paid(
    client: stripe.StripeClient, clock: Clock, played: Stripe
) -> None:
    made = await client.v1.checkout.sessions.create_async(bill(clock))
    played.pay(made.id, Payment(outcome="late"))
    promised = await client.v1.checkout.sessions.retrieve_async(made.id)

    clock.advance(33 * 60)

    settled = await client.v1.checkout.sessions.retrieve_async(made.id)
    assert (promised.status, promised.payment_status) == ("complete", "unpaid")
    assert (settled.status, settled.payment_status) == ("complete", "paid")


async def test_sessions_are_listed_newest_first_by_pages(client: stripe.StripeClient, clock: Clock) -> None:
    made = [await client.v1.checkout.sessions.create_async(bill(clock)) for _ in range(5)]

    page = await client.v1.checkout.sessions.list_async({"limit": 2, "status": "open"})

    assert page.has_more
    assert [one.id async for one in page.auto_paging_iter()] == [one.id for one in reversed(made)]


async def test_a_payer_pays_on_the_page(
    client: stripe.StripeClient, clock: Clock, origin: str, browser: ClientSession
) -> None:
    made = await client.v1.checkout.sessions.create_async(bill(clock))
    form = {"outcome": "paid", "back": f"/pay/stripe/{made.id}"}

    async with browser.post(f"{origin}/world/stripe/sessions/{made.id}/pay", data=form) as answer:
        page = await answer.text()

    assert answer.status == 200
    assert "https://t.me/shop?start=paid_7" in page
    assert (await client.v1.checkout.sessions.retrieve_async(made.id)).payment_status == "paid"


async def test_every_parameter_is_known_by_the_name_the_official_sdk_gives_it() -> None:
    assert vocabulary() == _CALLS


def test_a_signature_of_the_official_sdk_is_the_same_as_ours(clock: Clock) -> None:
    theirs = stripe.WebhookSignature.generate_signature_header(
        '{"é": 1}', "whsec_x", timestamp=int(clock.now().timestamp())
    )

    assert sign('{"é": 1}'.encode(), "whsec_x", clock.now()) == theirs
