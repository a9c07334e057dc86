"""What the shop says, in the person's language. One file a language in `locales/`."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from fluent.runtime import FluentBundle, FluentResource

from handlers import forms
from services.clock import Clock, SystemClock

# Our language: the two letters Telegram knows it by. A further language is a file and a line here.
LANGUAGES = {
    "pt_BR": "pt",
    "en": "en",
}
_STARS = "XTR"
# Fluent refuses a fact of more than 2500 characters; so much is nothing that one person tells another.
_LONGEST_FACT = 2_400


class Html(str):
    """Text of our own making that already is HTML."""

    __slots__ = ()


class Texts:
    """Everything the shop can say in one language: `text("home-title", balance=credits)`.

    Decimals become money of the shop, times the hour where the language lives, spans minutes;
    words of strangers are escaped.
    """

    def __init__(self, language: str, currency: str = "BRL", clock: Clock | None = None) -> None:
        self.language = language
        self.currency = currency
        self._clock = clock or SystemClock()
        self._bundle = _load(language)
        self._locale = Locale.parse(language)
        self._zone = ZoneInfo(self.plain("time-zone"))

    def __call__(self, key: str, **facts: object) -> str:
        """Say it as HTML."""
        return self._write(key, {name: self._fact(value, is_html=True) for name, value in facts.items()})

    def plain(self, key: str, **facts: object) -> str:
        """Say it where HTML is not read: on buttons, in toasts, in files."""
        return self._write(key, {name: self._fact(value, is_html=False) for name, value in facts.items()})

    def in_language(self, language: str) -> "Texts":
        """The same shop in another language."""
        return Texts(language, self.currency, self._clock)

    def knows(self, key: str) -> bool:
        return bool(self._bundle.has_message(key))

    def now(self) -> datetime:
        return self._clock.now()

    def money(self, amount: Decimal, currency: str | None = None) -> str:
        if currency == _STARS:
            return self.plain("stars", count=int(amount))
        return forms.write_money(amount, currency or self.currency, self._locale)

    def number(self, number: Decimal) -> str:
        return forms.write_number(number, self._locale)

    def time(self, at: datetime) -> str:
        return forms.write_time(at, self.now(), self._zone, self._locale)

    def date(self, at: datetime) -> str:
        return forms.write_date(at, self._zone, self._locale)

    def country(self, iso2: str | None, name: str) -> str:
        return forms.write_country(iso2, name, self._locale)

    def _write(self, key: str, facts: dict[str, object]) -> str:
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise KeyError(key)
        written, errors = self._bundle.format_pattern(pattern, facts)
        if errors:
            raise ValueError(f"{self.language}: {key} lacks {errors}")
        return str(written)

    def _fact(self, value: object, *, is_html: bool) -> object:
        if isinstance(value, int):
            return value  # Fluent counts and groups it itself
        if isinstance(value, Html) or not is_html:
            return _fitting(self._words(value), str)
        return _fitting(self._words(value), partial(escape, quote=False))

    def _words(self, value: object) -> str:
        match value:
            case Decimal():
                return self.money(value)
            case datetime():
                return self.time(value)
            case timedelta():
                return forms.write_span(value)
            case None:
                return ""
        return str(value)


class TextBook:
    """All languages, each read when it is first spoken."""

    def __init__(
        self, default_language: str = "pt_BR", currency: str = "BRL", clock: Clock | None = None
    ) -> None:
        self.default_language = default_language
        self._currency = currency
        self._clock = clock
        self._spoken: dict[str, Texts] = {}

    def texts(self, language: str) -> Texts:
        known = language if language in LANGUAGES else self.match(language)
        if known not in self._spoken:
            self._spoken[known] = Texts(known, self._currency, self._clock)
        return self._spoken[known]

    def match(self, language_code: str | None) -> str:
        """Find our language for Telegram's: pt-PT is pt_BR, en-GB is en."""
        letters = (language_code or "").replace("_", "-").split("-")[0].lower()
        matches = (ours for ours, theirs in LANGUAGES.items() if theirs == letters)
        return next(matches, self.default_language)


def _fitting(words: str, write: Callable[[str], str]) -> str:
    """Write as many of the words as fit."""
    shown = words[:_LONGEST_FACT]
    while len(write(shown)) > _LONGEST_FACT:
        shown = shown[: -len(shown) // 8]
    return write(shown if shown == words else f"{shown}…")


@cache
def _load(language: str) -> FluentBundle:
    bundle = FluentBundle([language.replace("_", "-")], use_isolating=False)
    path = Path(__file__).parent / "locales" / f"{language}.ftl"
    bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return bundle
