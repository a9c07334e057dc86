import asyncio
import hmac
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.sms_active.account import Account
from bot.sandbox.sms_active.actions import ACTIONS
from bot.sandbox.sms_active.catalogue import Catalogue
from bot.sandbox.sms_active.desk import Desk
from bot.sandbox.sms_active.profiles import PROFILES
from bot.sandbox.sms_active.refusal import RefusedError
from bot.sandbox.sms_active.webhooks import Webhooks
from bot.sandbox.sms_active.wire import Reply


class Upstream:
    """One provider: an account behind a key, spoken to in one dialect. Knows nothing of HTTP."""

    def __init__(self, clock: Clock, journal: Journal, *, profile: str, api_key: str, seed: int) -> None:
        dialect = PROFILES[profile]
        self._clock = clock
        self._ahead = timedelta()
        self._api_key = api_key
        self._recent: deque[datetime] = deque()
        self.rules = dialect.usual_rules()
        self.words = dialect(self.rules)
        self.catalogue = Catalogue(seed, dialect.absent_countries)
        self.account = Account(self.now, self.catalogue, self.rules, seed)
        self.release_gate = asyncio.Event()
        variants = {name: each(self.rules).webhook for name, each in PROFILES.items()}
        self.webhooks = Webhooks(self.now, journal, variants | {"": self.words.webhook})
        self.account.listeners.append(self.webhooks.hear)

    def now(self) -> datetime:
        """Tell upstream's time: the sandbox's, and what it was moved ahead by itself."""
        return self._clock.now() + self._ahead

    def advance(self, seconds: float) -> datetime:
        """Move this provider's time on, leaving the rest of the world where it is."""
        self._ahead += timedelta(seconds=seconds)
        return self.account.catch_up()

    def release(self) -> None:
        """Let every request that hangs go."""
        self.release_gate.set()
        self.release_gate = asyncio.Event()

    def answer(self, asked: Mapping[str, str], method: str = "GET") -> Reply:
        """Do what is asked, once, and word the outcome."""
        action = asked.get("action", "")
        try:
            self._let_in(asked, action, method)
            return ACTIONS[action](Desk(asked, self.account, self.words))
        except RefusedError as refused:
            return self.words.refusal(refused, action)

    def _let_in(self, asked: Mapping[str, str], action: str, method: str) -> None:
        if method not in self.words.methods:
            raise RefusedError("METHOD_NOT_ALLOWED")
        self._keep_pace()
        if action not in self.words.actions_without_key:
            self._check_key(asked.get("api_key", ""))
        if action not in ACTIONS or action in self.words.absent_actions:
            raise RefusedError("BAD_ACTION")

    def _check_key(self, key: str) -> None:
        if not key:
            raise RefusedError("NO_KEY")
        if not hmac.compare_digest(key.encode(), self._api_key.encode()):
            raise RefusedError("BAD_KEY")

    def _keep_pace(self) -> None:
        """Refuse what comes too fast, where a pace was set."""
        limit = self.rules.requests_per_second
        if limit is None:
            return
        now = self.now()
        while self._recent and now - self._recent[0] >= timedelta(seconds=1):
            self._recent.popleft()
        if len(self._recent) >= limit:
            raise RefusedError("RATE_LIMIT", retry_after_seconds=self.rules.retry_after_seconds)
        self._recent.append(now)
