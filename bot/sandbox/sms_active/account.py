from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from random import Random

from bot.sandbox.sms_active.activation import Activation, Message, Order, State
from bot.sandbox.sms_active.books import Books
from bot.sandbox.sms_active.catalogue import Catalogue, Offer
from bot.sandbox.sms_active.guard import Guard
from bot.sandbox.sms_active.messages import AutoDelivery, compose
from bot.sandbox.sms_active.numbers import draw_phone
from bot.sandbox.sms_active.refusal import RefusedError
from bot.sandbox.sms_active.rules import Rules
from bot.sandbox.sms_active.schedule import Schedule

_FIRST_ID = 4_300_000_000  # real ids have outgrown 32 bits
_LONG_LIFE_SECONDS = 24 * 3_600
_LONG_LIFE_CANCEL_SECONDS = 20 * 60

Listener = Callable[[Activation, Message, datetime], None]


class Account:
    """One client's account at upstream: its numbers, its money, and what happens to them in time."""

    def __init__(self, now: Callable[[], datetime], catalogue: Catalogue, rules: Rules, seed: int) -> None:
        self._wall_time = now
        self.catalogue = catalogue
        self.rules = rules
        self.books = Books()
        self.guard = Guard()
        self.auto = AutoDelivery()
        self.schedule = Schedule()
        self.listeners: list[Listener] = []
        self.activations: dict[int, Activation] = {}
        self._open: dict[int, Activation] = {}
        self._open_phones: set[str] = set()
        self._order_ids: set[str] = set()
        self._dice = Random(f"{seed}:account")
        self._ids = count(_FIRST_ID + seed * 1_000_000 + 1)
        self._message_ids = count(1)

    def now(self) -> datetime:
        """Tell the time: that of the event which happens, else the wall's."""
        return self.schedule.running_at or self._wall_time()

    def catch_up(self) -> datetime:
        """Let everything that is due by now happen, and tell the time."""
        now = self.now()
        self.schedule.run_until(now)
        return now

    def balance(self) -> Decimal:
        self.catch_up()
        return self.books.balance

    def find(self, activation_id: str) -> Activation:
        self.catch_up()
        known = self.activations.get(int(activation_id)) if activation_id.isdecimal() else None
        if known is None:
            raise RefusedError("NO_ACTIVATION")
        return known

    def newest(self) -> Activation | None:
        return next(reversed(self.activations.values()), None)

    def find_phone(self, phone: str) -> Activation:
        """Find the newest rental of a number."""
        self.catch_up()
        wanted = phone.lstrip("+")
        for activation in reversed(self.activations.values()):
            if activation.phone == wanted:
                return activation
        raise RefusedError("NO_ACTIVATION")

    def active(self) -> list[Activation]:
        """List the open numbers, newest first; upstream's list may lag behind its sales."""
        now = self.catch_up()
        visible_from = now - timedelta(seconds=self.rules.list_lag_seconds)
        return [each for each in reversed(self._open.values()) if each.bought_at <= visible_from]

    def history(self, start: datetime, end: datetime) -> list[Activation]:
        self.catch_up()
        return [each for each in reversed(self.activations.values()) if start <= each.bought_at <= end]

    def buy(self, order: Order) -> Activation:
        """Sell one number: hold its cost, take it from the stock, start its life."""
        now = self.catch_up()
        offer = self._accept(order, now)
        cost = order.price(offer.cost)
        self._need_balance(cost)
        phone = draw_phone(
            self.catalogue.country(order.country), self._dice, partial(self._may_be_sold, order=order)
        )
        offer.physical_count -= 1
        offer.count = max(offer.count - 1, offer.physical_count)
        self._order_ids.add(order.order_id)
        return self._start(order, phone, cost, now)

    def renewal_cost(self, activation: Activation) -> Decimal:
        """Price a new rental of a finished number."""
        if activation.state is not State.FINISHED:
            raise RefusedError("RENEW_ACTIVATION_NOT_AVAILABLE")
        return self.catalogue.offer(activation.service, activation.country).cost

    def renew(self, activation: Activation) -> Activation:
        """Rent a finished number once more: a new id and a new charge."""
        now = self.catch_up()
        cost = self.renewal_cost(activation)
        if activation.phone in self._open_phones:
            raise RefusedError("NEW_ACTIVATION_IMPOSSIBLE")
        self._need_balance(cost)
        order = Order(activation.service, activation.country, (activation.operator,))
        renewed = self._start(order, activation.phone, cost, now)
        renewed.renewal_of = activation.id
        return renewed

    def get_ready(self, activation: Activation) -> None:
        self._need_open(activation)
        if activation.state is not State.WAITING or activation.has_code:
            raise RefusedError("BAD_STATUS")
        activation.state = State.READY

    def ask_again(self, activation: Activation) -> None:
        """Wait for one more SMS, free of charge."""
        self._need_open(activation)
        if activation.state is not State.RECEIVED:
            raise RefusedError("BAD_STATUS")
        activation.state = State.RETRY
        activation.asked_again += 1

    def finish(self, activation: Activation) -> None:
        self._need_open(activation)
        if not activation.has_code:
            self._finish_without_code(activation)
        elif activation.unread and self.rules.finish_needs_reading:
            unread, activation.unread = activation.unread, 0
            raise RefusedError("NEW_OTP_RECEIVED", messages=activation.messages[-unread:])
        elif activation.state is State.RETRY and self.rules.finish_ends_retry_first:
            activation.state = State.WAITING
        else:
            self.end(activation, State.FINISHED, by="client")

    def cancel(self, activation: Activation) -> None:
        """Give the number back before any code came."""
        self._need_open(activation)
        if activation.has_code:
            raise RefusedError("OTP_RECEIVED")
        age_seconds = (self.now() - activation.bought_at).total_seconds()
        if age_seconds < self.rules.cancel_floor_seconds:
            raise RefusedError("EARLY_CANCEL_DENIED", least_seconds=self.rules.cancel_floor_seconds)
        life_seconds = (activation.ends_at - activation.bought_at).total_seconds()
        if life_seconds >= _LONG_LIFE_SECONDS and age_seconds > _LONG_LIFE_CANCEL_SECONDS:
            raise RefusedError("FREE_CANCELLATION_EXPIRED")
        self.end(activation, State.CANCELLED, by="client")

    def end(self, activation: Activation, state: State, *, by: str, at: datetime | None = None) -> None:
        """Close a number: its hold comes back unless a code was received."""
        if not activation.is_open or state.is_open or activation.has_code != (state is State.FINISHED):
            raise ValueError(f"activation {activation.id} is {activation.state} and cannot become {state}")
        now = at or self.now()
        activation.state, activation.ended_at, activation.ended_by = state, now, by
        del self._open[activation.id]
        self._open_phones.discard(activation.phone)
        if not activation.has_code:
            self.books.give_back(activation, now)
        self.guard.count((activation.service, activation.country), succeeded=activation.has_code, at=now)

    def set_end(self, activation: Activation, ends_at: datetime) -> None:
        """Decide when a number's life runs out."""
        activation.ends_at = ends_at
        self.schedule.at(ends_at, partial(self._expire, activation))

    def receive(
        self,
        activation: Activation,
        at: datetime,
        *,
        text: str | None = None,
        code: str | None = "",
        kind: str = "sms",
    ) -> Message:
        """Let a message reach the number; an empty code means: read from the text, or drawn."""
        service = self.catalogue.service(activation.service)
        text, code = compose(service, self._dice, text, code, kind)
        message = Message(next(self._message_ids), at, service.name, text, code, kind)
        if not activation.is_open:
            activation.late_messages.append(message)
        else:
            if not activation.has_code:
                self.books.charge(activation, at)
            activation.messages.append(message)
            activation.unread += 1
            activation.state = State.RECEIVED
        for listener in self.listeners:
            listener(activation, message, at)
        return message

    def violations(self) -> list[str]:
        """List what is wrong with the account's own books."""
        self.catch_up()
        found = self.books.violations(self.activations.values())
        if set(self._open) != {each.id for each in self.activations.values() if each.is_open}:
            found.append("the list of open numbers is not the open numbers")
        if any(offer.physical_count < 0 for offer in self.catalogue.offers.values()):
            found.append("more numbers were sold than there were")
        return found

    def _accept(self, order: Order, now: datetime) -> Offer:
        offer = self.catalogue.offer(order.service, order.country)
        if set(order.operators) - {*self.catalogue.country(order.country).operators, "any"}:
            raise RefusedError("WRONG_OPERATOR")
        if self.rules.honours_order_ids and order.order_id and order.order_id in self._order_ids:
            raise RefusedError("ORDER_ALREADY_EXISTS")
        if self.rules.bans_by_success:
            self.guard.check((order.service, order.country), now)
        self._need_thread(now)
        if offer.physical_count < 1:
            raise RefusedError("NO_NUMBERS")
        return offer

    def _need_thread(self, now: datetime) -> None:
        earned = self.guard.threads_allowed(now) if self.rules.bans_by_success else None
        limits = [limit for limit in (self.rules.threads_limit, earned) if limit is not None]
        waiting = sum(1 for each in self._open.values() if not each.has_code) if limits else 0
        if limits and waiting >= min(limits):
            raise RefusedError("CHANNELS_LIMIT", current=waiting, allowed=min(limits))

    def _need_balance(self, cost: Decimal) -> None:
        if self.books.balance < cost:
            raise RefusedError("NO_BALANCE")

    def _need_open(self, activation: Activation) -> None:
        if not activation.is_open:
            raise RefusedError("ACTIVATION_NOT_ACTIVE")

    def _may_be_sold(self, phone: str, *, order: Order) -> bool:
        return phone not in self._open_phones and not phone.startswith(order.unwanted_prefixes)

    def _start(self, order: Order, phone: str, cost: Decimal, now: datetime) -> Activation:
        activation = Activation(
            id=next(self._ids),
            service=order.service,
            country=order.country,
            operator=self._choose_operator(order),
            phone=phone,
            cost=cost,
            bought_at=now,
            ends_at=now,
            order_id=order.order_id,
            user_id=order.user_id,
            voice=order.voice,
        )
        self.activations[activation.id] = self._open[activation.id] = activation
        self._open_phones.add(phone)
        self.books.hold(activation, now)
        life_seconds = self.rules.life_of(order.service, order.country)
        self.set_end(activation, now + timedelta(seconds=life_seconds))
        self._plan_code(activation)
        return activation

    def _choose_operator(self, order: Order) -> str:
        named = [each for each in order.operators if each != "any"]
        return self._dice.choice(named or self.catalogue.country(order.country).operators or ("any",))

    def _plan_code(self, activation: Activation) -> None:
        after_seconds = self.auto.seconds_for(activation.service)
        if after_seconds is not None:
            due = activation.bought_at + timedelta(seconds=after_seconds)
            self.schedule.at(due, partial(self._receive_if_open, activation))

    def _receive_if_open(self, activation: Activation, at: datetime) -> None:
        if activation.is_open:
            self.receive(activation, at, kind="call" if activation.voice else "sms")

    def _expire(self, activation: Activation, at: datetime) -> None:
        if activation.is_open and activation.ends_at <= at:
            state = State.FINISHED if activation.has_code else State.REFUNDED
            self.end(activation, state, by="expiry", at=at)

    def _finish_without_code(self, activation: Activation) -> None:
        if self.rules.finish_without_code == "refuse":
            raise RefusedError("BAD_STATUS")
        self.end(activation, State.CANCELLED, by="deleted")
