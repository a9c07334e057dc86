from services.ports.provider import EndAnswer, Ended
from services.providers.handler_api import errors
from services.providers.handler_api.answers import Answer, Data, Nothing, Refusal, Token
from services.providers.handler_api.money import read_money
from services.providers.handler_api.parsing.messages import read_records

_CANCELLED = "ACCESS_CANCEL"
_FINISHED = "ACCESS_ACTIVATION"


def read_cancelled(answer: Answer) -> EndAnswer:
    """Only an acknowledgement in the protocol's own word ends a number; another word is unclear."""
    return _read(answer, _CANCELLED)


def read_finished(answer: Answer) -> EndAnswer:
    return _read(answer, _FINISHED)


def _read(answer: Answer, acknowledgement: str) -> EndAnswer:
    match answer:
        case Token() if answer.word == acknowledgement:
            return EndAnswer(Ended.DONE)
        case Token() if answer.word == "STATUS_CANCEL":
            return EndAnswer(Ended.ALREADY_ENDED)
        case Data(None):  # HeroSMS: 204
            return EndAnswer(Ended.DONE)
        case Refusal():
            return _read_refusal(answer)
        case Nothing():
            return EndAnswer(Ended.UNCLEAR, wait_seconds=answer.retry_after_seconds)
        case _:
            return EndAnswer(Ended.UNCLEAR)


def _read_refusal(refusal: Refusal) -> EndAnswer:
    ended = errors.ENDINGS.get(refusal.code, Ended.UNCLEAR)
    # HeroSMS: NEW_OTP_RECEIVED brings the messages in info.data, to be kept before finishing again.
    return EndAnswer(ended, _wait(refusal), read_records(refusal.info.get("data")))


def _wait(refusal: Refusal) -> float | None:
    """HeroSMS's minActivationTime is the floor since the purchase, no wait from now: not told here."""
    told = read_money(refusal.info.get("retry_after_seconds"))
    return refusal.retry_after_seconds if told is None else float(told)
