"""Services, countries and operators, as every provider lists them."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.errors import ProviderUnavailable
from services.ports.provider import CountryRow, ServiceRow
from services.providers.handler_api.parsing.values import read_fields, read_flag, read_text

_RENT = "full"  # HeroSMS: `full` is a rent of the whole number, no activation
_ANY = "any"  # no operator of its own: said by leaving the parameter out


def read_services(value: object) -> tuple[ServiceRow, ...]:
    """HeroSMS: {"services": [{code, name}]}; elsewhere a flat map of code to name was seen."""
    rows = {row.code: row for row in _services(value) if row.code != _RENT}
    if not rows:
        raise ProviderUnavailable("the list of services is empty")
    return tuple(rows.values())


def _services(value: object) -> Iterator[ServiceRow]:
    fields = read_fields(value)
    listed = fields.get("services", value)
    if isinstance(listed, dict):
        listed = [{"code": code, "name": name} for code, name in listed.items() if code != "status"]
    for row in listed if isinstance(listed, list) else []:
        code, name = read_text(read_fields(row).get("code")), read_text(read_fields(row).get("name"))
        if code:
            yield ServiceRow(code, name or code)


def read_countries(value: object) -> tuple[CountryRow, ...]:
    """HeroSMS: an object keyed by id (its page shows an array); Tiger: an array; SMSBower: a junk row."""
    rows = {row.code: row for row in _countries(value)}
    if not rows:
        raise ProviderUnavailable("the list of countries is empty")
    return tuple(rows.values())


def _countries(value: object) -> Iterator[CountryRow]:
    keyed = value.items() if isinstance(value, dict) else ((None, row) for row in _list(value))
    for key, row in keyed:
        fields = read_fields(row)
        code = read_text(fields.get("id")) or read_text(key)
        name = read_text(fields.get("eng")) or read_text(fields.get("name"))
        if key != "" and code and name:
            yield CountryRow(code, name, _is_set(fields, "visible"), _is_set(fields, "retry"))


def _is_set(fields: Mapping[str, Any], name: str) -> bool:
    return read_flag(fields.get(name)) is not False


def read_operators(value: object) -> dict[str, tuple[str, ...]]:
    """SMSBower: an unknown country's are `[]`."""
    by_country = read_fields(read_fields(value).get("countryOperators"))
    found = {country: _names(names) for country, names in by_country.items()}
    return {country: names for country, names in found.items() if names}


def _names(listed: object) -> tuple[str, ...]:
    named = listed.values() if isinstance(listed, dict) else _list(listed)
    return tuple(name for each in named if (name := read_text(each)) and name != _ANY)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
