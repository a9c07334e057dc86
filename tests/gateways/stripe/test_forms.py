"""The measures themselves can say no."""

import pytest
import stripe as sdk
from jsonschema import ValidationError as UnlikePublished
from pydantic import ValidationError

from tests.gateways.stripe import forms, published
from tests.gateways.wire import Asked


def asked(form: str) -> Asked:
    return Asked("POST /v1/checkout/sessions", (), {}, form.encode())


def test_what_stripe_knows_passes() -> None:
    forms.check(asked("mode=payment&line_items[0][quantity]=1&adaptive_pricing[enabled]=false"))


@pytest.mark.parametrize(
    "form",
    [
        "mod=payment",
        "mode=payments",
        "payment_method_types[0]=card",
        "line_items[0][price_data][unit_amount]=10.5&line_items[0][price_data][currency]=brl",
        "line_items[0][price_data][unit_amount]=10",
        "adaptive_pricing[enabled]=maybe",
        "payment_intent_data[metadta][topup_id]=1",
        "metadata[a][b]=1",
    ],
)
def test_what_stripe_does_not_know_fails(form: str) -> None:
    with pytest.raises(ValidationError):
        forms.check(asked(form))


def test_what_stripe_has_published_passes() -> None:
    published.check(asked("mode=payment&line_items[0][quantity]=1&adaptive_pricing[enabled]=false"))
    published.check(Asked("GET /v1/events", (("created[gte]", "1"), ("types[0]", "refund.failed")), {}, b""))


@pytest.mark.parametrize(
    "form",
    [
        "mod=payment",
        "mode=payments",
        "line_items[0][price_data][unit_amount]=10.5&line_items[0][price_data][currency]=brl",
        "line_items[0][price_data][unit_amount]=10",
        "line_items[0][quantiti]=1",
        "adaptive_pricing[enabled]=maybe",
        "payment_intent_data[metadta][topup_id]=1",
        "metadata[a][b]=1",
        f"client_reference_id={'x' * 201}",
        "expires_at=soon",
    ],
)
def test_what_stripe_has_not_published_fails(form: str) -> None:
    with pytest.raises(UnlikePublished):
        published.check(asked(form))


def test_both_measures_know_every_call() -> None:
    assert set(published.calls()) == set(forms.CALLS)


def test_the_sdk_speaks_the_version_that_dropped_payment_method_types() -> None:
    assert sdk.api_version >= "2026-09-30"
