"""What the process writes about itself: one line an event, never a secret."""

import logging
import re
import sys
from collections.abc import Iterable
from urllib.parse import quote

import structlog
from pydantic import BaseModel, SecretStr

from bot.settings import Settings

# Keys in the forms they are given out in, whoever holds them: Telegram, Stripe, Mercado Pago.
_KNOWN_FORMS = re.compile(
    r"\d{6,}(?::|%3A)[\w-]{30,}|\b(?:sk|rk)_(?:live|test)_\w+|\bwhsec_\w+|\b(?:APP_USR|TEST)-[\w-]{16,}"
    r"|(?<=api_key=)[^&\s\"']+"
)
_TOO_SHORT_TO_HIDE = 6
# These tell each request with its whole address, where keys stand; or each update.
_QUIET = ("httpx", "httpcore", "aiogram.event", "apscheduler", "alembic", "aiohttp.access")


def start_logging(settings: Settings, *, level: str | None = None) -> None:
    """Send every logger of the process to stderr in one form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter(Scrubber.of(settings), is_json=settings.log_format == "json"))
    logging.basicConfig(handlers=[handler], level=(level or settings.log_level).upper(), force=True)
    # A run that is skipped because the one before goes on is what is wanted.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class Scrubber:
    """Takes secrets out of text, wherever they got into it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        worth_hiding = {secret for secret in secrets if len(secret) >= _TOO_SHORT_TO_HIDE}
        spelled = worth_hiding | {quote(secret, safe="") for secret in worth_hiding}
        longest_first = sorted(spelled, key=len, reverse=True)
        self._ours = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    @classmethod
    def of(cls, settings: Settings) -> "Scrubber":
        """Know every secret of the settings."""
        return cls(_secrets(settings))

    def __call__(self, text: str) -> str:
        return _KNOWN_FORMS.sub("[secret]", self._ours.sub("[secret]", text))


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def __init__(self, scrub: Scrubber, *, is_json: bool) -> None:
        added: list[structlog.typing.Processor] = [
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ]
        ending: list[structlog.typing.Processor] = (
            [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
            if is_json
            else [
                structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
            ]
        )
        super().__init__(
            foreign_pre_chain=added,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
        )
        self._scrub = scrub

    def format(self, record: logging.LogRecord) -> str:
        return self._scrub(super().format(record))


def _secrets(model: BaseModel) -> set[str]:
    """Every secret value in the settings, however deep."""
    found: set[str] = set()
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, SecretStr):
            found.add(value.get_secret_value())
        for each in value if isinstance(value, tuple) else ():
            found |= _secrets(each) if isinstance(each, BaseModel) else set()
    return found - {""}
