from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.sms_active.activation import Activation, State
from bot.sandbox.sms_active.faults import KINDS, Faults
from bot.sandbox.sms_active.faults.fault import Fault
from bot.sandbox.sms_active.upstream import Upstream
from bot.sandbox.sms_active.webhooks import Target

Amount = Decimal | str | int | float
View = dict[str, Any]

_HOW: Mapping[str, State] = {
    "cancelled": State.CANCELLED,
    "refunded": State.REFUNDED,
    "finished": State.FINISHED,
}


class SideDoor(Upstream):
    """What only the sandbox may do: make SMS arrive, move time, change stock, prices and luck."""

    def __init__(self, clock: Clock, journal: Journal, *, profile: str, api_key: str, seed: int) -> None:
        super().__init__(clock, journal, profile=profile, api_key=api_key, seed=seed)
        self.faults = Faults()

    def list_activations(self) -> list[View]:
        """Show all numbers ever rented, oldest first."""
        self.account.catch_up()
        return [view(each) for each in self.account.activations.values()]

    def push_sms(
        self,
        activation_id: int | str | None = None,
        *,
        phone: str | None = None,
        text: str | None = None,
        code: str | None = "",
        kind: str = "sms",
        after_seconds: float = 0,
    ) -> View:
        """Let a message reach a number; code None is a text without one, kind may be call."""
        activation = self._rented(activation_id, phone)
        receive = partial(self.account.receive, activation, text=text, code=code, kind=kind)
        due = self.now() + timedelta(seconds=after_seconds)
        self.account.schedule.at(due, receive)
        self.account.catch_up()
        return view(activation)

    def set_auto(
        self, after_seconds: float | None = None, *, service: str | None = None, off: bool = False
    ) -> View:
        """From the next purchase on, let a code come by itself after so many seconds."""
        self.account.auto.change(None if off else after_seconds, service)
        return asdict(self.account.auto)

    def set_balance(self, amount: Amount) -> View:
        change = _exact(amount) - self.account.balance()
        self.account.books.deposit(change, self.now())
        return {"balance": self.account.balance()}

    def set_stock(self, service: str, country: int, physical_count: int, *, count: int | None = None) -> View:
        return asdict(self.catalogue.set_stock(service, country, physical_count, count))

    def set_price(self, service: str, country: int, cost: Amount) -> View:
        return asdict(self.catalogue.set_price(service, country, _exact(cost)))

    def set_life(
        self, seconds: float | None = None, *, activation_id: int | str | None = None, next_only: bool = False
    ) -> View:
        """Set how long numbers live: those bought from now on, the next one only, or an open one from now."""
        if activation_id is not None:
            ends_at = self.now() + timedelta(seconds=seconds or 0)
            self.account.set_end(self.account.find(str(activation_id)), ends_at)
            self.account.catch_up()
        elif next_only and seconds is not None:
            self.rules.next_lives_seconds.append(seconds)
        else:
            self.rules.life_seconds = seconds
        return {"life_seconds": self.rules.life_seconds, "next": list(self.rules.next_lives_seconds)}

    def set_cancel_floor(self, seconds: float) -> View:
        self.rules.cancel_floor_seconds = seconds
        return {"cancel_floor_seconds": seconds}

    def set_rules(self, **changes: Any) -> View:
        """Change any rule of the account by its name, e.g. threads_limit or requests_per_second."""
        unknown = changes.keys() - asdict(self.rules).keys()
        if unknown:
            raise ValueError(f"no such rule: {', '.join(sorted(unknown))}")
        for name, value in changes.items():
            setattr(self.rules, name, value)
        return asdict(self.rules)

    def move_time(self, seconds: float) -> View:
        """Move this provider's own time on."""
        return {"now": self.advance(seconds)}

    def ban(self, service: str | None = None, country: int | None = None, *, seconds: float = 1_800) -> View:
        """Ban a service in a country, or with neither the whole account; zero seconds lift it."""
        pair = None if service is None or country is None else (service, country)
        until = self.now() + timedelta(seconds=seconds)
        self.account.guard.ban(pair, until)
        return {"banned": pair, "until": until}

    def end(self, activation_id: int | str, how: str = "cancelled") -> View:
        """Let upstream end a number by itself: cancelled, refunded or finished."""
        activation = self._rented(activation_id, None)
        self.account.end(activation, _HOW[how], by="upstream")
        return view(activation)

    def add_fault(
        self,
        kind: str,
        action: str | None = None,
        *,
        times: int = 1,
        skip: int = 0,
        seconds: float | None = None,
        only_if: Mapping[str, str] | None = None,
        **options: Any,
    ) -> View:
        """Order something to go wrong with the next requests it befits."""
        if kind not in KINDS:
            raise ValueError(f"no such fault: {kind}")
        befalls = action or KINDS[kind].usual_action
        fault = Fault(kind, befalls, times, skip, seconds, only_if or {}, options)
        self.faults.add(fault)
        return asdict(fault)

    def list_faults(self) -> View:
        return {"waiting": [asdict(each) for each in self.faults.waiting], "kinds": sorted(KINDS)}

    def clear_faults(self) -> View:
        """Forget what was to go wrong, and let go what hangs."""
        self.faults.clear()
        self.release()
        return self.list_faults()

    def release_hanging(self) -> View:
        self.release()
        return {"released": True}

    def add_webhook(self, url: str, **variant: Any) -> View:
        """Tell of each SMS at an address of this machine; see Target for the ways it may go wrong."""
        self.webhooks.add(Target(url, **{"pauses_seconds": self.words.webhook_pauses_seconds} | variant))
        return self.webhooks.view()

    def list_webhooks(self) -> View:
        return self.webhooks.view()

    def clear_webhooks(self) -> View:
        self.webhooks.clear()
        return self.webhooks.view()

    async def deliver_webhooks(self) -> View:
        """Send what is due now, without waiting for the sender's next round."""
        self.account.catch_up()
        return {"delivered": await self.webhooks.deliver()}

    async def forge_webhook(self, url: str, **body: Any) -> View:
        """Send a notice of an SMS that never was; what is not given looks plausible."""
        newest = self.account.newest()
        plausible = {
            "activationId": newest.id if newest else 1,
            "service": newest.service if newest else "wa",
            "text": "Your code is 000000",
            "code": "000000",
            "country": newest.country if newest else 73,
            "receivedAt": self.words.time(self.now()),
        }
        return {"status": await self.webhooks.forge(url, plausible | body)}

    def ledger(self) -> View:
        """Show the account's money, entry by entry."""
        balance = self.account.balance()
        return {"balance": balance, "entries": [asdict(each) for each in self.account.books.entries]}

    def audit(self) -> View:
        """Hold the account's numbers against its money."""
        violations = self.account.violations()
        everything = self.account.activations.values()
        return {
            "ok": not violations,
            "violations": violations,
            "balance": self.account.balance(),
            "held": sum((each.cost for each in everything if each.is_open and not each.has_code), Decimal(0)),
            "charged": sum((each.cost for each in everything if each.has_code), Decimal(0)),
            "activations": len(everything),
        }

    def _rented(self, activation_id: int | str | None, phone: str | None) -> Activation:
        if activation_id is not None:
            return self.account.find(str(activation_id))
        if phone is not None:
            return self.account.find_phone(phone)
        raise ValueError("name a number: activation_id or phone")


def view(activation: Activation) -> View:
    """Show a number whole, as plain JSON would."""
    return asdict(activation) | {"id": str(activation.id), "is_open": activation.is_open}


def _exact(amount: Amount) -> Decimal:
    return Decimal(str(amount))
