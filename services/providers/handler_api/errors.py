"""The protocol's words for no, and what each of them means to us.

Only exact words count; a word not listed proves nothing about a purchase.
"""

from collections.abc import Mapping

from services.ports.provider import Ended, Rejection

EDGE_BLOCK = "EDGE_BLOCK"  # our word: a page of the provider's front door (HTML, error 1020)
BACKING_OFF = "BACKING_OFF"  # our word: the provider asked to be left alone a while ago
FAILED = "FAILED"  # our word: {"status": false} without a code we know

THROTTLES = frozenset({"RATE_LIMIT", "TOO_MANY_REQUESTS", EDGE_BLOCK, BACKING_OFF})
SERVER_FAULTS = frozenset({"ERROR_SQL", "SQL_ERROR", "SERVER_ERROR"})
BAN_OF_A_KIND = "BANNED_SPECIFIC"
BANS = frozenset({"BANNED", "BANNED_GLOBAL", BAN_OF_A_KIND})
NOT_OFFERED = frozenset({"BAD_ACTION"})
EMPTY_LIST = frozenset({"NO_ACTIVATIONS"})
NO_OPERATORS = frozenset({"OPERATORS_NOT_FOUND"})
UNKNOWN_IDS = frozenset({"NO_ACTIVATION", "WRONG_ACTIVATION_ID", "NOT_FOUND", "INVALID_ACTIVATION_ID"})
ENDED_ALREADY = frozenset({"ACTIVATION_NOT_ACTIVE", "ALREADY_FINISH", "ALREADY_CANCEL"})
# SMS-Activate: BAD_STATUS is a transition refused; `INCORECT_STATUS` is its own spelling.
BAD_TRANSITIONS = frozenset({"BAD_STATUS", "INCORECT_STATUS"})
NO_MORE_CODES = BAD_TRANSITIONS | ENDED_ALREADY | UNKNOWN_IDS
# SMS-Activate: ACCOUNT_INACTIVE stands beside the wrong keys in today's documents.
BAD_KEYS = frozenset({"BAD_KEY", "NO_KEY", "BAD_API_KEY", "API_KEY_NOT_VALID", "ACCOUNT_INACTIVE"})

_BY_REJECTION: Mapping[Rejection, frozenset[str]] = {
    Rejection.NO_NUMBERS: frozenset({"NO_NUMBERS", "OFFER_NOT_FOUND", "OUT_OF_STOCK"}),
    Rejection.PRICE_ROSE: frozenset({"WRONG_MAX_PRICE", "BAD_MAX_PRICE", "MAX_PRICE_EXCEEDED"}),
    Rejection.NO_BALANCE: frozenset({"NO_BALANCE", "NO_MEANS", "NO_BALANCE_FORWARD"}),
    Rejection.BAD_KEY: BAD_KEYS,
    Rejection.BANNED: BANS,
    Rejection.TOO_MANY_OPEN: frozenset({"CHANNELS_LIMIT"}),
    Rejection.NOT_SOLD: frozenset(
        {
            "BAD_SERVICE",
            "WRONG_SERVICE",
            "SERVICE_NOT_AVAILABLE",
            "NOT_AVAILABLE",
            "WHATSAPP_NOT_AVAILABLE",
            "NO_YULA_MAIL",  # SMS-Activate
            "MAIL_RULE",  # SMSHub
            "PROHIBITED_FOR_SALE",  # our word for GrizzlySMS's sentence
            "BAD_COUNTRY",
            "WRONG_COUNTRY",
        }
    ),
    Rejection.BAD_REQUEST: frozenset(
        {
            "WRONG_OPERATOR",
            "BAD_OPERATOR",
            "OPERATORS_NOT_FOUND",
            "WRONG_EXCEPTION_PHONE",
            "UNPROCESSABLE_ENTITY",
            "BAD_VALUES",
        }
    ),
    Rejection.THROTTLED: THROTTLES,
    Rejection.REGION: frozenset({"SERVICE_UNAVAILABLE_REGION"}),  # GrizzlySMS
    Rejection.OTHER: frozenset({"BAD_ACTION", "HTTP_404", "HTTP_405"}),
}

PURCHASE_REJECTIONS: Mapping[str, Rejection] = {
    code: rejection for rejection, codes in _BY_REJECTION.items() for code in codes
}

# Renting a number again names a number, so an unknown one is a definite no here, and only here.
REACTIVATION_REJECTIONS: Mapping[str, Rejection] = {
    **PURCHASE_REJECTIONS,
    **dict.fromkeys(UNKNOWN_IDS, Rejection.NOT_SOLD),
    "RENEW_ACTIVATION_NOT_AVAILABLE": Rejection.NOT_SOLD,  # SMS-Activate
    "NEW_ACTIVATION_IMPOSSIBLE": Rejection.NOT_SOLD,  # SMS-Activate
    "SIM_OFFLINE": Rejection.NO_NUMBERS,
    "SIM_TEMPORARY_OFFLINE": Rejection.NO_NUMBERS,  # HeroSMS
}

ENDINGS: Mapping[str, Ended] = {
    "EARLY_CANCEL_DENIED": Ended.TOO_EARLY,
    "OTP_RECEIVED": Ended.CODE_ARRIVED,
    "NEW_OTP_RECEIVED": Ended.CODE_ARRIVED,
    "FREE_CANCELLATION_EXPIRED": Ended.WINDOW_OVER,
    "CANT_CANCEL": Ended.WINDOW_OVER,
    **dict.fromkeys(ENDED_ALREADY, Ended.ALREADY_ENDED),
    **dict.fromkeys(UNKNOWN_IDS, Ended.UNKNOWN_ID),
}
