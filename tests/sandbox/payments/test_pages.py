"""Every button a person finds on a page of a payer leads somewhere, whatever was pressed before."""

from collections.abc import Callable
from decimal import Decimal
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from aiohttp import ClientSession, web

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.payments.cryptopay import CryptoPay
from bot.sandbox.payments.mercadopago import MercadoPago, pix, preferences
from bot.sandbox.payments.stripe import Stripe, checkout
from tests.sandbox.payments.conftest import Serve

Form = tuple[str, dict[str, str]]


class Page(HTMLParser):
    """The forms and links of a page, as a browser would send and follow them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((told["action"], {}))
        elif tag == "input":
            self.forms[-1][1][told["name"]] = told["value"]
        elif tag == "a":
            self.links.append(told["href"])


class Town:
    """All three gateways on one address."""

    def __init__(self, clock: Clock, journal: Journal) -> None:
        self.origin = ""
        self.stripe = Stripe(clock, journal, public_url=lambda: self.origin, way_back=lambda to: f"{to}#here")
        self.mercadopago = MercadoPago(clock, journal, public_url=lambda: self.origin)
        self.cryptopay = CryptoPay(clock, journal, public_url=lambda: self.origin)

    def application(self) -> web.Application:
        app = web.Application()
        for gateway in (self.stripe, self.mercadopago, self.cryptopay):
            app.add_routes([*gateway.routes(), *gateway.world_routes()])
        return app

    def session(self) -> str:
        price = {"currency": "brl", "unit_amount": 1000, "product_data": {"name": "<b>Créditos</b>"}}
        asked = {
            "mode": "payment",
            "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": "https://t.me/shop?start=paid",
            "cancel_url": "https://t.me/shop?start=cancel",
        }
        return f"/pay/stripe/{checkout.create(self.stripe.account, asked).id}"

    def pix(self) -> str:
        order = {"transaction_amount": 10, "payment_method_id": "pix", "payer": {"email": "ana@example.com"}}
        return f"/pay/pix/{pix.create(self.mercadopago.account, order).id}"

    def preference(self) -> str:
        order = {
            "items": [{"title": "<b>Créditos</b>", "quantity": 1, "unit_price": 10}],
            "back_urls": {"success": "https://t.me/shop?start=paid"},
        }
        return f"/pay/mercadopago/{preferences.create(self.mercadopago.account, order).id}"

    def invoice(self) -> str:
        asked = {"description": "<b>Créditos</b>", "paid_btn_url": "https://t.me/shop"}
        made = self.cryptopay.invoices.add(Decimal(10), "BRL", is_fiat=True, asked=asked, expires_in=1800)
        return f"/pay/crypto/{made.hash}"


@pytest.fixture
async def town(clock: Clock, journal: Journal, serve: Serve) -> Town:
    town = Town(clock, journal)
    town.origin = await serve(town.application())
    return town


async def show(town: Town, browser: ClientSession, path: str) -> Page:
    async with browser.get(f"{town.origin}{path}") as answer:
        text = await answer.text()
    assert answer.status == 200
    assert "SANDBOX" in text
    assert "<b>Cr" not in text
    return Page(text)


async def press(town: Town, browser: ClientSession, form: Form) -> None:
    action, fields = form
    async with browser.post(f"{town.origin}{action}", data=fields) as answer:
        assert answer.status == 200, (form, await answer.text())
        assert unquote(answer.url.path) == fields["back"]


async def press_all(
    town: Town, browser: ClientSession, make: Callable[[], str], presses: int, pressed: tuple[int, ...] = ()
) -> int:
    """Walk one way of presses on a new bill, then every way on from there; answers how many there were."""
    path = make()
    for choice in pressed:
        page = await show(town, browser, path)
        await press(town, browser, page.forms[choice])
    page = await show(town, browser, path)
    if len(pressed) == presses:
        return 1
    choices = range(len(page.forms))
    return 1 + sum([await press_all(town, browser, make, presses, (*pressed, one)) for one in choices])


@pytest.mark.parametrize(
    ("kind", "presses", "at_least"),
    [("session", 3, 100), ("pix", 3, 100), ("preference", 2, 50), ("invoice", 3, 10)],
)
async def test_every_button_leads_somewhere(
    town: Town, browser: ClientSession, kind: str, presses: int, at_least: int
) -> None:
    ways = await press_all(town, browser, getattr(town, kind), presses)

    assert ways >= at_least


async def test_a_payer_finds_the_way_back_to_the_chat(town: Town, browser: ClientSession) -> None:
    path = town.session()
    before = await show(town, browser, path)

    town.stripe.pay(path.rpartition("/")[2])

    after = await show(town, browser, path)
    assert before.links == ["https://t.me/shop?start=cancel#here"]
    assert after.links == ["https://t.me/shop?start=paid#here"]


@pytest.mark.parametrize("path", ["stripe/cs_none", "pix/1", "pix/x", "mercadopago/none", "crypto/none"])
async def test_a_page_of_nothing_is_not_found(town: Town, browser: ClientSession, path: str) -> None:
    async with browser.get(f"{town.origin}/pay/{path}") as answer:
        assert answer.status == 404


async def test_a_press_too_many_is_explained(town: Town, browser: ClientSession) -> None:
    path = town.pix()
    page = await show(town, browser, path)
    await press(town, browser, page.forms[0])

    async with browser.post(f"{town.origin}{page.forms[0][0]}", data=page.forms[0][1]) as answer:
        text = await answer.text()

    assert answer.status == 409
    assert "nobody can pay it" in text


@pytest.mark.parametrize("gateway", ["stripe", "mercadopago", "cryptopay"])
async def test_orders_without_sense_are_refused(town: Town, browser: ClientSession, gateway: str) -> None:
    at = f"{town.origin}/world/{gateway}"

    for address, order in (
        (f"{at}/faults", {}),
        (f"{at}/faults", {"kind": "drop", "times": "many"}),
        (f"{at}/webhooks", {"faults": {"fire": 1}}),
        (f"{at}/webhooks/forge", {}),
    ):
        async with browser.post(address, json=order) as answer:
            assert answer.status == 400, (address, order)


async def test_mercado_pagos_habits_are_switched_over_the_wire(town: Town, browser: ClientSession) -> None:
    order = {"draws_image": False, "timestamps_in": "s", "sends_ipn": True, "search_lag_seconds": 5}

    async with browser.post(f"{town.origin}/world/mercadopago/switches", json=order) as answer:
        assert await answer.json() == order

    assert town.mercadopago.switches.sends_ipn
