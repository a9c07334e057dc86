from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from bot.sandbox.sms_active.account import Account
from bot.sandbox.sms_active.activation import Activation
from bot.sandbox.sms_active.catalogue import Offer
from bot.sandbox.sms_active.desk import Desk
from bot.sandbox.sms_active.refusal import RefusedError
from bot.sandbox.sms_active.wire import Reply

Action = Callable[[Desk], Reply]

_HISTORY_DAYS = 30
_LONGEST_HISTORY_PAGE = 100
_USUAL_HISTORY_PAGE = 50


def get_balance(desk: Desk) -> Reply:
    return desk.words.balance(desk.account.balance())


def get_countries(desk: Desk) -> Reply:
    return desk.words.countries(desk.catalogue.countries.values())


def get_services_list(desk: Desk) -> Reply:
    """List services by popularity, or those of one country by name."""
    country = desk.country()
    services = list(desk.catalogue.services.values())
    if country is not None:
        sold = {offer.service for offer in desk.catalogue.select(country=country)}
        services = sorted(
            (each for each in services if each.code in sold), key=lambda each: each.name.lower()
        )
    return desk.words.services(services)


def get_operators(desk: Desk) -> Reply:
    country = desk.country()
    wanted = desk.catalogue.countries if country is None else (country,)
    return desk.words.operators({each: desk.catalogue.country(each).operators for each in wanted})


def get_numbers_status(desk: Desk) -> Reply:
    desk.need("country")
    country = desk.country()
    parts = len(desk.catalogue.country(country or 0).operators) if desk.asked.get("operator") else 1
    offers = desk.catalogue.select(country=country)
    return desk.words.numbers_status({each.service: each.physical_count // max(parts, 1) for each in offers})


def get_prices(desk: Desk) -> Reply:
    try:
        offers = desk.catalogue.select(desk.service(), desk.country())
    except RefusedError:
        return desk.words.bad_price_filter()
    return desk.words.prices(offers)


def get_prices_v2(desk: Desk) -> Reply:
    return desk.words.prices_v2(desk.catalogue.select(desk.service(), desk.country()))


def get_prices_v3(desk: Desk) -> Reply:
    return desk.words.prices_v3(desk.catalogue.select(desk.service(), desk.country()))


def get_top_countries(desk: Desk) -> Reply:
    """Rank the countries of a service by stock, or those of all services."""
    service = desk.service()
    tables: dict[str, list[Offer]] = {}
    for offer in sorted(desk.catalogue.select(service), key=lambda each: -each.physical_count):
        tables.setdefault(offer.service, []).append(offer)
    ladder = desk.asked.get("freePrice", "").lower() in {"true", "1"}
    return desk.words.top_countries(tables, one_service=service is not None, ladder=ladder)


def get_number(desk: Desk) -> Reply:
    return desk.words.number(desk.account.buy(desk.order()))


def get_number_v2(desk: Desk) -> Reply:
    return _number_v2(desk, desk.account.buy(desk.order()))


def _number_v2(desk: Desk, activation: Activation) -> Reply:
    return desk.words.number_v2(activation, desk.catalogue.country(activation.country))


_CHANGES: Mapping[int, tuple[Callable[[Account, Activation], None], str]] = {
    1: (Account.get_ready, "ACCESS_READY"),
    3: (Account.ask_again, "ACCESS_RETRY_GET"),
    6: (Account.finish, "ACCESS_ACTIVATION"),
    8: (Account.cancel, "ACCESS_CANCEL"),
    -1: (Account.cancel, "ACCESS_CANCEL"),
}


def set_status(desk: Desk) -> Reply:
    activation = desk.activation()
    wanted = desk.need("status")
    if wanted not in {str(each) for each in desk.words.statuses}:
        raise RefusedError("BAD_STATUS")
    change, token = _CHANGES[int(wanted)]
    change(desk.account, activation)
    return desk.words.status_set(token)


def get_status(desk: Desk) -> Reply:
    activation = desk.activation()
    activation.unread = 0
    return desk.words.status(activation)


def get_status_v2(desk: Desk) -> Reply:
    activation = desk.activation()
    activation.unread = 0
    return desk.words.status_v2(activation)


def get_all_sms(desk: Desk) -> Reply:
    """Show the messages of a number, which upstream forgets once the money went back."""
    activation = desk.activation()
    if not activation.is_open and not activation.has_code:
        raise RefusedError("ACTIVATION_NOT_ACTIVE")
    activation.unread = 0
    size = max(desk.number("size", _USUAL_HISTORY_PAGE), 1)
    first = (max(desk.number("page", 1), 1) - 1) * size
    return desk.words.all_sms(activation, activation.messages[first : first + size])


def get_active_activations(desk: Desk) -> Reply:
    activations = desk.account.active()
    longest = desk.words.longest_page
    if longest is not None:
        start, limit = desk.number("start", 0), desk.number("limit", longest)
        if limit > longest:
            raise RefusedError("UNPROCESSABLE_ENTITY", field="limit", problem="MAX")
        activations = activations[start : start + limit]
    for each in activations:
        each.unread = 0
    return desk.words.active(activations, desk.catalogue.countries)


def get_history(desk: Desk) -> Reply:
    now = desk.account.catch_up()
    start = _moment(desk, "start", now - timedelta(days=1))
    end = _moment(desk, "end", now)
    if start > end or end - start > timedelta(days=_HISTORY_DAYS):
        raise RefusedError("WRONG_DATE")
    size = min(desk.number(desk.words.history_page_parameter, _USUAL_HISTORY_PAGE), _LONGEST_HISTORY_PAGE)
    offset = desk.number("offset", 0)
    return desk.words.history(desk.account.history(start, end)[offset : offset + size])


def _moment(desk: Desk, name: str, otherwise: datetime) -> datetime:
    seconds = desk.number(name, 0)
    return datetime.fromtimestamp(seconds, UTC) if seconds else otherwise


def get_renewal_offer(desk: Desk) -> Reply:
    activation = desk.activation()
    return desk.words.renewal_offer(activation, desk.account.renewal_cost(activation))


def get_extra_activation(desk: Desk) -> Reply:
    return desk.words.number(desk.account.renew(desk.activation()))


def reactivate(desk: Desk) -> Reply:
    return _number_v2(desk, desk.account.renew(desk.activation()))


def finish_activation(desk: Desk) -> Reply:
    desk.account.finish(desk.activation())
    return Reply("", 204)


def cancel_activation(desk: Desk) -> Reply:
    desk.account.cancel(desk.activation())
    return Reply("", 204)


ACTIONS: Mapping[str, Action] = {
    "getBalance": get_balance,
    "getCountries": get_countries,
    "getServicesList": get_services_list,
    "getOperators": get_operators,
    "getNumbersStatus": get_numbers_status,
    "getPrices": get_prices,
    "getPricesV2": get_prices_v2,
    "getPricesV3": get_prices_v3,
    "getTopCountriesByService": get_top_countries,
    "getNumber": get_number,
    "getNumberV2": get_number_v2,
    "setStatus": set_status,
    "getStatus": get_status,
    "getStatusV2": get_status_v2,
    "getAllSms": get_all_sms,
    "getActiveActivations": get_active_activations,
    "getHistory": get_history,
    "checkExtraActivation": get_renewal_offer,
    "getExtraActivation": get_extra_activation,
    "reactivationPrice": get_renewal_offer,
    "reactivateOptions": get_renewal_offer,
    "reactivate": reactivate,
    "finishActivation": finish_activation,
    "cancelActivation": cancel_activation,
}
PURCHASES = frozenset({"getNumber", "getNumberV2", "getExtraActivation", "reactivate"})
