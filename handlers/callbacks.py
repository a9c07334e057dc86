"""What buttons carry: ids and choices only, never a price; at most 64 bytes."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from aiogram.filters.callback_data import CallbackData
from pydantic import BeforeValidator, Field, PlainSerializer

from services.views import ReportReason

# Telegram: 1 to 64 bytes.
DATA_LIMIT = 64


def shorten(long_id: UUID) -> str:
    """Write an id in 22 characters."""
    return urlsafe_b64encode(long_id.bytes).rstrip(b"=").decode()


def lengthen(short: str | UUID) -> UUID:
    """Read an id written short or long; raises ValueError on anything else."""
    if isinstance(short, UUID):
        return short
    if len(short) == len(shorten(UUID(int=0))):
        return UUID(bytes=urlsafe_b64decode(short + "=="))
    return UUID(short)


ShortId = Annotated[UUID, BeforeValidator(lengthen), PlainSerializer(shorten, return_type=str)]

# Databases take no larger whole number: beyond it a button is forged, and as unknown as any other.
_BEYOND = 2**31
CountryId = Annotated[int, Field(ge=0, lt=_BEYOND)]
PageNumber = Annotated[int, Field(ge=1, lt=_BEYOND)]
Amount = Annotated[Decimal, Field(ge=0, lt=_BEYOND)]


class Place(StrEnum):
    HOME = "home"
    BUY = "buy"
    NUMBERS = "numbers"
    TOPUP = "topup"
    BALANCE = "balance"
    ACCOUNT = "account"
    EMAIL = "email"
    HELP = "help"
    TERMS = "terms"
    PRIVACY = "privacy"
    REFUNDS = "refunds"
    ADMIN = "admin"
    STATS = "stats"
    AUDIT = "audit"
    CASES = "cases"


class Go(CallbackData, prefix="go"):
    to: Place


# What a person typed may hold a colon, so these two are parted otherwise.
class Accept(CallbackData, prefix="ok", sep="|"):
    """Accept the terms and go on with what was asked."""

    asked: str = ""


class ChooseLanguage(CallbackData, prefix="ln", sep="|"):
    asked: str = ""


class Speak(CallbackData, prefix="sp", sep="|"):
    language: str
    asked: str = ""


class Services(CallbackData, prefix="sv"):
    page: PageNumber = 1


class Search(CallbackData, prefix="se"):
    """Ask for the name of a service to be typed."""


class SearchCountry(CallbackData, prefix="sc"):
    """Ask for the name of a country to be typed, for one service."""

    service: ShortId


class AllCountries(CallbackData, prefix="ac"):
    page: PageNumber = 1


class InCountry(CallbackData, prefix="ic"):
    """Services to be had in one country."""

    country: CountryId
    page: PageNumber = 1


class Countries(CallbackData, prefix="ct"):
    """Countries to be had for one service."""

    service: ShortId
    sort: Literal["price", "success"] = "price"
    page: PageNumber = 1


class Quote(CallbackData, prefix="of"):
    """Draw a fresh card."""

    service: ShortId
    country: CountryId
    operator: str = ""


class WaitForStock(CallbackData, prefix="ws"):
    """Tell me when there are numbers again."""

    service: ShortId
    country: CountryId


class Operators(CallbackData, prefix="os"):
    offer: ShortId


class Buy(CallbackData, prefix="b"):
    offer: ShortId


class TopUpFor(CallbackData, prefix="tf"):
    """Add what is missing for a card."""

    offer: ShortId


class ShowNumber(CallbackData, prefix="n"):
    number: ShortId


class CheckNumber(CallbackData, prefix="nc"):
    number: ShortId


class CancelNumber(CallbackData, prefix="nx"):
    number: ShortId


class Problem(CallbackData, prefix="np"):
    number: ShortId


class Report(CallbackData, prefix="ng"):
    """Say what is wrong with a number."""

    number: ShortId
    reason: ReportReason


class RentAgain(CallbackData, prefix="nr"):
    """Ask what a used number costs once more."""

    number: ShortId


class AnotherCode(CallbackData, prefix="na"):
    number: ShortId


class FinishNumber(CallbackData, prefix="nf"):
    number: ShortId


class WholeMessage(CallbackData, prefix="m"):
    message: ShortId


class Ways(CallbackData, prefix="w"):
    """Ways to pay an amount; where the person was going comes along."""

    amount: Amount
    service: ShortId | None = None
    country: CountryId | None = None


class TypeAmount(CallbackData, prefix="ta"):
    service: ShortId | None = None
    country: CountryId | None = None


class Pay(CallbackData, prefix="p"):
    gateway: str
    amount: Amount
    service: ShortId | None = None
    country: CountryId | None = None


class TypeEmail(CallbackData, prefix="te"):
    """Ask for an e-mail to be typed; the bill that wants it comes along."""

    topup: ShortId | None = None


class EraseEmail(CallbackData, prefix="ee"):
    """Forget the e-mail."""


class CheckBill(CallbackData, prefix="bc"):
    topup: ShortId


class CancelBill(CallbackData, prefix="bx"):
    topup: ShortId


class History(CallbackData, prefix="h"):
    page: PageNumber = 1


class Movement(CallbackData, prefix="hm"):
    """One line of the history, from beginning to end."""

    entry: ShortId
    page: PageNumber = 1


class HistoryFile(CallbackData, prefix="hf"):
    """The whole statement as CSV."""


class OpenCases(CallbackData, prefix="cl"):
    page: PageNumber = 1


class ListedCase(CallbackData, prefix="lc"):
    """Look at a case, and come back to its page of the list."""

    case: ShortId
    page: PageNumber = 1


class ShowCase(CallbackData, prefix="cs"):
    case: ShortId


class ResolveCase(CallbackData, prefix="cr"):
    case: ShortId
    how: str


def fits(data: CallbackData) -> bool:
    """Tell whether Telegram would take it."""
    try:
        data.pack()
    except ValueError:
        return False
    return True


def with_asked(asked: str | None) -> str:
    """What was asked, as far as buttons can carry it on: whole, or the bare command, or nothing."""
    for words in (asked or "", (asked or "").split(" ")[0].split("@")[0]):
        if fits(Speak(language="pt_BR", asked=words)):
            return words
    return ""
