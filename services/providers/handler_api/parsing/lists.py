from collections.abc import Mapping
from typing import Any

from services.errors import ProviderUnavailable
from services.ports.provider import Listed
from services.providers.handler_api.money import read_currency, read_money
from services.providers.handler_api.parsing.messages import read_messages
from services.providers.handler_api.parsing.values import (
    read_fields,
    read_flag,
    read_id,
    read_phone,
    read_text,
    read_time,
)

_RENT = "2"  # HeroSMS: subtype 1 is an activation, 2 a rent


def find_rows(value: object) -> list[Any]:
    """Find the rows: a bare list (GrizzlySMS), `data` (HeroSMS, Tiger), `activeActivations`, its `rows`.

    HeroSMS tells them twice, in `data` and in `activeActivations.rows`; SMS-Activate's is a list.
    """
    if isinstance(value, list):
        return value
    fields = read_fields(value)
    active = fields.get("activeActivations")
    for found in (fields.get("data"), active, read_fields(active).get("rows")):
        if isinstance(found, list):
            return found
    raise ProviderUnavailable("the list of numbers has no rows")


def read_listed(row: object) -> Listed | None:
    """Read one open number; None for a rent, which is no number of the shop's."""
    fields = read_fields(row)
    if read_text(fields.get("subtype")) == _RENT:
        return None
    upstream_id = read_id(fields.get("activationId"))
    if upstream_id is None:
        raise ProviderUnavailable("a listed number has no id")
    return Listed(
        upstream_id,
        # A number is told without its phone while upstream still looks for one: no reason to be blind.
        phone=read_phone(fields.get("phoneNumber")) or "",
        service=read_text(fields.get("serviceCode")) or "",
        country=read_text(fields.get("countryCode")) or "",
        cost=read_money(fields.get("activationCost")),
        currency=read_currency(fields.get("currency")),
        operator=read_text(fields.get("activationOperator")),
        received=read_messages(fields.get("smsCode"), fields.get("smsText"), is_call=_is_call(fields)),
        started_at=read_time(fields.get("activationTime")),
        ends_at=read_time(fields.get("activationEndTime")),
        can_repeat=read_flag(fields.get("canGetAnotherSms")),
        order_key=read_text(fields.get("orderId")),
    )


def _is_call(fields: Mapping[str, Any]) -> bool:
    """SMS-Activate: 0 is an SMS, 1 and 2 are calls; HeroSMS: sms or call."""
    return (read_text(fields.get("verificationType")) or "") in {"call", "1", "2"}
