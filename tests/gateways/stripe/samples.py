"""Stripe's own published sample objects (stripe/openapi, MIT), with a test's values laid over."""

import json
from pathlib import Path
from typing import Any

from tests.gateways.conftest import NOW, TOPUP_ID

_SAMPLES = json.loads((Path(__file__).parent / "samples.json").read_text())
SECONDS = int(NOW.timestamp())
NAMED = {"topup_id": str(TOPUP_ID)}


def sample(kind: str, **values: Any) -> dict[str, Any]:
    unknown = values.keys() - _SAMPLES[kind].keys()
    assert not unknown, f"Stripe's {kind} has no {unknown}"
    return {**_SAMPLES[kind], **values}


def session(**values: Any) -> dict[str, Any]:
    ours: dict[str, Any] = {
        "id": "cs_test_1",
        "amount_total": 1000,
        "currency": "brl",
        "metadata": NAMED,
        "payment_intent": None,
        "expires_at": SECONDS + 2100,
        "url": "https://checkout.stripe.com/c/pay/cs_test_1",
    }
    return sample("checkout.session", **ours | values)


def charge(**values: Any) -> dict[str, Any]:
    return sample("charge", **{"amount": 1000, "currency": "brl", "created": SECONDS} | values)


def intent(**values: Any) -> dict[str, Any]:
    ours: dict[str, Any] = {
        "id": "pi_1",
        "amount": 1000,
        "amount_received": 1000,
        "currency": "brl",
        "status": "succeeded",
        "metadata": NAMED,
        "latest_charge": charge(),
    }
    return sample("payment_intent", **ours | values)


def paid_session(**of_intent: Any) -> dict[str, Any]:
    return session(status="complete", payment_status="paid", payment_intent=intent(**of_intent))


def a_list(of: str, *objects: dict[str, Any], has_more: bool = False) -> dict[str, Any]:
    return {"object": "list", "data": list(objects), "has_more": has_more, "url": f"/v1/{of}"}


def error(kind: str, code: str | None = None, message: str = "no") -> dict[str, Any]:
    return {"error": {"type": kind, "message": message} | ({"code": code} if code else {})}


def event(kind: str, about: dict[str, Any], **values: Any) -> dict[str, Any]:
    return sample("event", **{"id": "evt_1", "type": kind, "data": {"object": about}} | values)
