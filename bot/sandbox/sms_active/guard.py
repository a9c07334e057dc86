from collections import Counter
from datetime import datetime, timedelta

from bot.sandbox.sms_active.refusal import RefusedError

Pair = tuple[str, int]  # service, country

_BAN = timedelta(minutes=30)
_RESET_HOUR_UTC = 21
# HeroSMS: numbers of one pair before its success rate counts, and the rate below which it is banned.
_PAIR_NUMBERS, _PAIR_SUCCESS_PERCENT = 100, 6
_PAIRS_FOR_THE_ACCOUNT = 5
# HeroSMS: with less than 3 % success after so many numbers, only so many may wait at once.
_THREADS = ((1_000, 1), (750, 5), (500, 10))
_THREADS_SUCCESS_PERCENT = 3


class Guard:
    """Bans and thread limits of accounts on which too few codes arrive."""

    def __init__(self) -> None:
        self.banned_until: dict[Pair | None, datetime] = {}  # None: the whole account
        self._ended: Counter[Pair] = Counter()
        self._succeeded: Counter[Pair] = Counter()
        self._day: datetime | None = None
        self._ended_today = 0
        self._succeeded_today = 0

    def ban(self, pair: Pair | None, until: datetime) -> None:
        self.banned_until[pair] = until

    def count(self, pair: Pair, *, succeeded: bool, at: datetime) -> None:
        """Remember how a number ended, and ban when too few of its pair got a code."""
        self._start_day(at)
        self._ended[pair] += 1
        self._succeeded[pair] += succeeded
        self._ended_today += 1
        self._succeeded_today += succeeded
        if self._ended[pair] >= _PAIR_NUMBERS and self._percent(pair) < _PAIR_SUCCESS_PERCENT:
            self.ban(pair, at + _BAN)
            self._forget(pair)
            if len(self._banned_pairs(at)) >= _PAIRS_FOR_THE_ACCOUNT:
                self.ban(None, at + _BAN)

    def check(self, pair: Pair, at: datetime) -> None:
        """Refuse a purchase under a ban, naming its scope and end."""
        for scope, banned in (("global", None), ("specific", pair)):
            until = self.banned_until.get(banned)
            if until is not None and until > at:
                seconds = int((until - at).total_seconds())
                raise RefusedError("BANNED", scope=scope, until=until, seconds=seconds)

    def threads_allowed(self, at: datetime) -> int | None:
        """Tell how many numbers may wait at once; None is no limit."""
        self._start_day(at)
        ended = self._ended_today
        if 100 * self._succeeded_today >= _THREADS_SUCCESS_PERCENT * ended:
            return None
        return next((threads for numbers, threads in _THREADS if ended >= numbers), None)

    def _percent(self, pair: Pair) -> float:
        return 100 * self._succeeded[pair] / self._ended[pair]

    def _forget(self, pair: Pair) -> None:
        del self._ended[pair], self._succeeded[pair]

    def _banned_pairs(self, at: datetime) -> list[Pair]:
        return [pair for pair, until in self.banned_until.items() if pair is not None and until > at]

    def _start_day(self, at: datetime) -> None:
        """Count from 21:00 UTC, as HeroSMS does."""
        day = (at - timedelta(hours=_RESET_HOUR_UTC)).replace(hour=0, minute=0, second=0, microsecond=0)
        if day != self._day:
            self._day = day
            self._ended.clear()
            self._succeeded.clear()
            self._ended_today = self._succeeded_today = 0
