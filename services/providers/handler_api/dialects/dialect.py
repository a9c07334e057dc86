from dataclasses import dataclass
from datetime import tzinfo
from enum import Enum, auto

from services.ports.provider import Abilities


class Texts(Enum):
    """Where the full texts of a number are told."""

    ALL_SMS = auto()  # getAllSms: every message
    STATUS_V2 = auto()  # getStatusV2: the last one
    STATUS = auto()  # getStatus: the last code, or a whole text in its place


@dataclass(frozen=True, slots=True)
class Renewal:
    """How a finished number is rented again."""

    price_action: str
    action: str
    id_parameter: str
    method: str = "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What one provider, or a family of them, does in its own way."""

    name: str
    abilities: Abilities
    purchase_action: str = "getNumberV2"  # the only reply that tells the real cost
    order_key_parameter: str | None = None
    buyer_parameter: str | None = None
    zone: tzinfo | None = None  # of times without one; None: not certain, such times are not used
    list_is_paged: bool = False
    history_page_parameter: str = "limit"
    texts: Texts = Texts.STATUS
    renewal: Renewal | None = None
    cancel_status: str = "8"
    ended_words: frozenset[str] = frozenset({"STATUS_CANCEL", "ACCESS_CANCEL"})  # the latter: Tiger
    lists_catalogue: bool = True  # getCountries, getServicesList
