"""The key travels in the address, so no address may ever be written down."""

import html
import logging
from urllib.parse import quote, quote_plus

from services.providers.handler_api.account import ApiKey

_MASK = "•••"
_SHORTEST_MASKED = 6  # a shorter "key" would be found in phone numbers
_LOGGERS = ("httpx", "httpcore", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy")


class _Hush(logging.Filter):
    """httpx tells each request's address at INFO; httpcore tells headers, redirects too, at DEBUG."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


_HUSH = _Hush()


def hush_http_loggers() -> None:
    """Keep addresses out of the logs, whatever level is set later."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_HUSH)


def scrub(body: str, key: ApiKey) -> str:
    """Take the key out of a body: error pages echo the address they were asked at."""
    text = key.reveal()
    if len(text) < _SHORTEST_MASKED:
        return body
    for form in {text, quote(text, safe=""), quote_plus(text), html.escape(text)}:
        body = body.replace(form, _MASK)
    return body
