from contextlib import suppress
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from bot.sandbox.sms_active.account import Account
from bot.sandbox.sms_active.activation import Activation, Order
from bot.sandbox.sms_active.catalogue import Catalogue
from bot.sandbox.sms_active.refusal import RefusedError
from bot.sandbox.sms_active.rules import Rules
from tests.sandbox.sms_active.conftest import StoppedClock

DEPOSITED = Decimal(3)
CATALOGUE_SEED = 1


class AnyOperations(RuleBasedStateMachine):
    """Whatever is done to an account, in whatever order, its money adds up."""

    numbers = Bundle("numbers")

    @initialize(deletes=st.booleans(), ends_retry=st.booleans(), needs_reading=st.booleans())
    def open_account(self, *, deletes: bool, ends_retry: bool, needs_reading: bool) -> None:
        self.clock = StoppedClock()
        rules = Rules(
            finish_without_code="delete" if deletes else "refuse",
            finish_ends_retry_first=ends_retry,
            finish_needs_reading=needs_reading,
        )
        self.account = Account(self.clock.now, Catalogue(CATALOGUE_SEED), rules, seed=1)
        self.account.books.deposit(DEPOSITED, self.clock.now())

    @rule(target=numbers, service=st.sampled_from(["wa", "tg", "ig"]), auto=st.none() | st.just(60))
    def buy(self, service: str, auto: int | None) -> Activation | None:
        self.account.auto.change(auto, service=None)
        with suppress(RefusedError):
            return self.account.buy(Order(service, 73))
        return self.account.newest()

    @rule(number=numbers, operation=st.sampled_from(["cancel", "finish", "ask_again", "get_ready", "renew"]))
    def operate(self, number: Activation | None, operation: str) -> None:
        if number is not None:
            with suppress(RefusedError):
                getattr(self.account, operation)(self.account.find(str(number.id)))

    @rule(number=numbers)
    def receive(self, number: Activation | None) -> None:
        if number is not None:
            self.account.receive(self.account.find(str(number.id)), self.clock.now())

    @rule(number=consumes(numbers))
    def cut_life_short(self, number: Activation | None) -> None:
        if number is not None:
            self.account.set_end(number, self.clock.now())

    @rule(seconds=st.sampled_from([1, 60, 121, 1_300]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @invariant()
    def the_books_add_up(self) -> None:
        assert self.account.violations() == []
        assert self.account.balance() >= 0

    @invariant()
    def what_was_deposited_is_kept_held_or_left(self) -> None:
        rented = self.account.activations.values()
        bound = sum((each.cost for each in rented if each.is_open or each.has_code), Decimal(0))
        assert self.account.balance() + bound == DEPOSITED


TestAnyOperations = AnyOperations.TestCase
TestAnyOperations.settings = settings(max_examples=40, stateful_step_count=30, deadline=None, database=None)
