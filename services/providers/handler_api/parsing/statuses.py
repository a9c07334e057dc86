from collections.abc import Set as AbstractSet

from services.errors import ProviderUnavailable
from services.ports.provider import Received, Standing, Status
from services.providers.handler_api import errors
from services.providers.handler_api.answers import Data, Refusal, Token
from services.providers.handler_api.parsing.messages import read_message, read_record
from services.providers.handler_api.parsing.values import read_fields

_STANDINGS = {
    "STATUS_WAIT_CODE": Standing.WAITING,
    "STATUS_WAIT_RETRY": Standing.WAITING_AGAIN,  # SMS-Activate: carries the last code
    "STATUS_WAIT_RESEND": Standing.WAITING_AGAIN,
    "STATUS_OK": Standing.RECEIVED,
}


def read_status(answer: Token | Data, ended_words: AbstractSet[str]) -> Status:
    """Read getStatus; what follows the first colon is the code, colons and all."""
    if not isinstance(answer, Token):
        raise ProviderUnavailable("a status that is no text")
    if answer.word in ended_words:
        return Status(Standing.ENDED)
    standing = _STANDINGS.get(answer.word)
    if standing is None:
        raise ProviderUnavailable(f"unknown status {answer.word}")
    message = read_message(answer.rest)
    return Status(standing, (message,) if message and standing is not Standing.WAITING else ())


def read_refused_status(refusal: Refusal) -> Status | None:
    """Read what a refusal to tell a status tells about the number; None where it tells nothing."""
    if refusal.code in errors.UNKNOWN_IDS:
        return Status(Standing.NOT_FOUND)
    return Status(Standing.ENDED) if refusal.code in errors.ENDED_ALREADY else None


def read_status_v2(answer: Token | Data) -> tuple[Received, ...]:
    """Read the last message. SMS-Activate: `sms` and `call`; HeroSMS: `data`; a bare word: none.

    No zone is taken for certain here: handler_api rows are written without one.
    """
    if isinstance(answer, Token):
        return ()
    fields = read_fields(answer.value)
    found = (read_record(fields.get(name)) for name in ("sms", "call", "data"))
    return tuple(each for each in found if each is not None)
