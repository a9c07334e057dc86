"""The measure itself can say no."""

import pytest
from pydantic import ValidationError

from tests.gateways.stripe import forms
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
