"""The switches every gateway of the world has: its ledger, its webhooks, its faults."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.sandbox.payments.delivery import Deliveries
from bot.sandbox.payments.faults import Faults
from bot.sandbox.payments.orders import Order, carry_out


def switch_routes(
    at: str, ledger: Callable[[], dict[str, Any]], deliveries: Deliveries, faults: Faults
) -> list[web.RouteDef]:
    return [
        web.get(f"{at}/ledger", carry_out(lambda _, __: ledger())),
        web.get(f"{at}/webhooks", carry_out(lambda _, __: deliveries.as_json())),
        web.post(f"{at}/webhooks", carry_out(lambda order, _: _configure(deliveries, order))),
        web.get(f"{at}/faults", carry_out(lambda _, __: faults.as_json())),
        web.post(f"{at}/faults", carry_out(lambda order, _: _break(faults, order))),
        web.delete(f"{at}/faults", carry_out(lambda _, __: _mend(faults))),
    ]


def _configure(deliveries: Deliveries, order: Order) -> dict[str, Any]:
    deliveries.configure(order)
    return {"urls": deliveries.urls}


def _break(faults: Faults, order: Order) -> list[dict[str, Any]]:
    faults.add(order)
    return faults.as_json()


def _mend(faults: Faults) -> list[dict[str, Any]]:
    faults.clear()
    return faults.as_json()
