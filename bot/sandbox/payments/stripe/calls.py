"""Every call of Stripe's API that the stand-in plays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.payments.stripe import checkout, disputes, objects, refunds
from bot.sandbox.payments.stripe.account import Account, Record, found
from bot.sandbox.payments.stripe.expansion import expand
from bot.sandbox.payments.stripe.listing import page

Asked = dict[str, Any]
Act = Callable[[Account, Asked, str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Call:
    """A verb and an address, the parameters it knows, and what it does."""

    verb: str
    path: str
    name: str
    act: Act

    def answer(self, account: Account, asked: Asked, subject: str) -> dict[str, Any]:
        paths = asked.pop("expand", [])
        return expand(account, self.act(account, asked, subject), paths)


def _create_session(account: Account, asked: Asked, _: str) -> dict[str, Any]:
    return account.wording(checkout.create(account, asked))


def _expire_session(account: Account, _: Asked, subject: str) -> dict[str, Any]:
    session = found(account.sessions, subject, "checkout.session")
    checkout.expire(account, session)
    return account.wording(session)


def _line_items(account: Account, _: Asked, subject: str) -> dict[str, Any]:
    session = found(account.sessions, subject, "checkout.session")
    return objects.line_items(session, f"/v1/checkout/sessions/{subject}/line_items")


def _create_refund(account: Account, asked: Asked, _: str) -> dict[str, Any]:
    return account.wording(refunds.create(account, asked))


def _close_dispute(account: Account, _: Asked, subject: str) -> dict[str, Any]:
    opened = found(account.disputes, subject, "dispute")
    return account.wording(disputes.close(account, opened, "lost"))


def _retrieve(kind: str, book: Callable[[Account], Mapping[str, Record]]) -> Act:
    return lambda account, _, subject: account.wording(found(book(account), subject, kind))


def _list(path: str, book: Callable[[Account], Mapping[str, Record]], *filters: tuple[str, str]) -> Act:
    """List a book; each filter is a parameter and the record's attribute it speaks of."""

    def act(account: Account, asked: Asked, _: str) -> dict[str, Any]:
        wanted = {attribute: asked[name] for name, attribute in filters if name in asked}
        return page(
            book(account).values(),
            asked,
            account.wording,
            path,
            chosen=lambda row: all(getattr(row, name) == value for name, value in wanted.items()),
        )

    return act


def _list_sessions(account: Account, asked: Asked, subject: str) -> dict[str, Any]:
    if "customer_details" in asked:
        asked["email"] = asked["customer_details"]["email"]
    filters = (("status", "status"), ("payment_intent", "intent"), ("email", "email"))
    return _list("/v1/checkout/sessions", lambda one: one.sessions, *filters)(account, asked, subject)


def _list_events(account: Account, asked: Asked, _: str) -> dict[str, Any]:
    kinds = [*asked.get("types", []), *([asked["type"]] if "type" in asked else [])]
    wanted = asked.get("delivery_success")

    def chosen(row: Record) -> bool:
        wording = account.wording(row)
        delivered = wording["pending_webhooks"] == 0
        return _is_of(wording["type"], kinds) and wanted in (None, delivered)

    return page(account.events.values(), asked, account.wording, "/v1/events", chosen=chosen)


def _is_of(kind: str, kinds: list[str]) -> bool:
    return not kinds or any(kind == one or (one.endswith("*") and kind.startswith(one[:-1])) for one in kinds)


def _balance(account: Account, _: Asked, __: str) -> dict[str, Any]:
    return account.balance()


def _account(_: Account, __: Asked, ___: str) -> dict[str, Any]:
    return objects.account_object()


_CHARGE_AND_INTENT = (("charge", "charge"), ("payment_intent", "intent"))

CALLS = (
    Call("POST", "/v1/checkout/sessions", "checkout.sessions.create", _create_session),
    Call("GET", "/v1/checkout/sessions", "checkout.sessions.list", _list_sessions),
    Call(
        "GET", "/v1/checkout/sessions/{id}", "checkout.sessions.retrieve",
        _retrieve("checkout.session", lambda account: account.sessions),
    ),
    Call("POST", "/v1/checkout/sessions/{id}/expire", "checkout.sessions.expire", _expire_session),
    Call("GET", "/v1/checkout/sessions/{id}/line_items", "checkout.sessions.line_items", _line_items),
    Call(
        "GET", "/v1/payment_intents", "payment_intents.list",
        _list("/v1/payment_intents", lambda account: account.intents),
    ),
    Call(
        "GET", "/v1/payment_intents/{id}", "payment_intents.retrieve",
        _retrieve("payment_intent", lambda account: account.intents),
    ),
    Call(
        "GET", "/v1/charges", "charges.list",
        _list("/v1/charges", lambda account: account.charges, ("payment_intent", "intent")),
    ),
    Call(
        "GET", "/v1/charges/{id}", "charges.retrieve",
        _retrieve("charge", lambda account: account.charges),
    ),
    Call("POST", "/v1/refunds", "refunds.create", _create_refund),
    Call(
        "GET", "/v1/refunds", "refunds.list",
        _list("/v1/refunds", lambda account: account.refunds, *_CHARGE_AND_INTENT),
    ),
    Call(
        "GET", "/v1/refunds/{id}", "refunds.retrieve",
        _retrieve("refund", lambda account: account.refunds),
    ),
    Call(
        "GET", "/v1/disputes", "disputes.list",
        _list("/v1/disputes", lambda account: account.disputes, *_CHARGE_AND_INTENT),
    ),
    Call(
        "GET", "/v1/disputes/{id}", "disputes.retrieve",
        _retrieve("dispute", lambda account: account.disputes),
    ),
    Call("POST", "/v1/disputes/{id}/close", "disputes.close", _close_dispute),
    Call("GET", "/v1/events", "events.list", _list_events),
    Call(
        "GET", "/v1/events/{id}", "events.retrieve", _retrieve("event", lambda account: account.events)
    ),
    Call("GET", "/v1/balance", "balance.retrieve", _balance),
    Call("GET", "/v1/account", "account.retrieve", _account),
)  # fmt: skip
