"""The books are right after any order of purchases, codes, payments, deaths and jumps of the clock."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from pydantic_settings import BaseSettings

from services.errors import ShopError
from services.ports.gateway import DisputeState
from services.views import ReportReason
from tests.properties import audit
from tests.properties.upstream import OUTCOMES, Outcome
from tests.properties.world import TOPUP, World, breathe

_HOUR, _DAY = 3600, 24 * 3600

which = st.integers(0, 9)
people = st.integers(0, 2)
providers = st.sampled_from(("active", "active", "backup"))
moments = st.integers(0, 11)


class Effort(BaseSettings):
    """How long to look: briefly with the other tests, long in `make soak`."""

    property_examples: int = 30
    property_steps: int = 30
    property_only_finds: bool = False


class NothingLost(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    def teardown(self) -> None:
        try:
            self.world.settle()
            self.world.check_settled()
        finally:
            self.world.close()

    @invariant()
    def the_books_are_right(self) -> None:
        self.world.check_always()

    # Money in, and out again.

    @rule(who=people)
    def top_up(self, who: int) -> None:
        self.world.ask_topup(who)

    @rule(topup=which, times=st.sampled_from((1, 1, 2)))
    def pay(self, topup: int, times: int) -> None:
        if found := self._topup(topup):
            self.world.pay(found, times)

    @rule(topup=which, times=st.integers(1, 3))
    def the_gateway_rings(self, topup: int, times: int) -> None:
        if found := self._topup(topup):
            for _ in range(times):
                self.world.run(self.world.staff.settlement.settle(found))

    @rule(topup=which, part=st.sampled_from((Decimal("3.00"), Decimal("4.99"), TOPUP)))
    def refund(self, topup: int, part: Decimal) -> None:
        if found := self._topup(topup):
            self.world.change_payment(found, lambda paid: audit.refunded(paid, part))

    @rule(topup=which, state=st.sampled_from(DisputeState))
    def dispute(self, topup: int, state: DisputeState) -> None:
        if found := self._topup(topup):
            self.world.change_payment(found, lambda paid: audit.disputed(paid, state))

    @rule(topup=which, amount=st.sampled_from((None, Decimal("4.00"))), lost=st.integers(0, 1))
    def an_admin_refunds(self, topup: int, amount: Decimal | None, lost: int) -> None:
        if found := self._topup(topup):
            self.world.refund_by_admin(found, amount, is_answer_lost=bool(lost))

    @rule(who=people, amount=st.sampled_from((Decimal("5.00"), Decimal("-1.25"), Decimal("-500.00"))))
    def an_admin_grants(self, who: int, amount: Decimal) -> None:
        self.world.grant(who, amount)

    @rule(who=people, topup=which)
    def cancel_a_bill(self, who: int, topup: int) -> None:
        if found := self._topup(topup):
            self.world.attempt(self.world.staff.topups.cancel(self.world.people[who], found))

    # Buying.

    @rule(number=which, outcome=st.sampled_from(OUTCOMES))
    def rent_again(self, number: int, outcome: Outcome) -> None:
        if found := self._number(number):
            self.world.quote_again(*found)
            if self.world.offers:
                self.world.press(len(self.world.offers) - 1)
            self.world.send(outcome)

    @rule()
    def price_lists_are_read(self) -> None:
        self.world.stock_up()

    @rule(who=people, provider=providers, times=st.sampled_from((1, 1, 2, 3)))
    def buy(self, who: int, provider: str, times: int) -> None:
        self.world.quote(who, provider)
        self.world.press(len(self.world.offers) - 1, times)

    @rule(offer=which)
    def press_an_old_card(self, offer: int) -> None:
        if self.world.offers:
            self.world.press(offer)

    @rule(outcome=st.sampled_from(OUTCOMES))
    def send(self, outcome: Outcome) -> None:
        self.world.send(outcome)

    @rule(who=people, outcome=st.sampled_from(OUTCOMES))
    def buy_and_send(self, who: int, outcome: Outcome) -> None:
        self.world.quote(who, "active")
        self.world.press(len(self.world.offers) - 1)
        self.world.send(outcome)

    @rule(provider=providers)
    def an_answer_arrives(self, provider: str) -> None:
        self.world.upstreams[provider].let_go()
        self.world.run(breathe())

    # What happens to numbers.

    @rule(provider=providers, number=which)
    def a_code_arrives(self, provider: str, number: int) -> None:
        self.world.deliver(provider, number, is_new=True)

    @rule(provider=providers, number=which)
    def the_same_code_arrives_again(self, provider: str, number: int) -> None:
        self.world.deliver(provider, number, is_new=False)

    @rule(number=which)
    def ask_again(self, number: int) -> None:
        if found := self._number(number):
            self.world.attempt(self.world.staff.activations.ask_again(*found))

    @rule(number=which)
    def cancel(self, number: int) -> None:
        if found := self._number(number):
            self.world.attempt(self.world.staff.activations.cancel(*found))

    @rule(number=which)
    def finish(self, number: int) -> None:
        if found := self._number(number):
            self.world.attempt(self.world.staff.activations.finish(*found))

    @rule(provider=providers, number=which)
    def upstream_ends_a_number(self, provider: str, number: int) -> None:
        upstream = self.world.upstreams[provider]
        if running := upstream.open():
            upstream.end(running[number % len(running)])

    @rule(provider=providers, number=which, codes=st.integers(0, 1))
    def cancel_and_code_together(self, provider: str, number: int, codes: int) -> None:
        """The press, the code, the sweep and the closing, all at once."""
        staff = self.world.staff
        if found := self._number(number):
            self.world.run(_at_once(_refusable(staff.activations.cancel(*found))))
        if codes:
            self.world.deliver(provider, number, is_new=True)
        self.world.run(_at_once(staff.closing.run_due(), staff.sweep.run(), staff.closing.expire_due()))

    @rule(number=which, reason=st.sampled_from(ReportReason))
    def report(self, number: int, reason: ReportReason) -> None:
        if found := self._number(number):
            self.world.attempt(self.world.staff.reports.report(*found, reason))

    @rule(provider=providers, number=st.integers(1000, 1012), times=st.integers(1, 2))
    def the_provider_rings(self, provider: str, number: int, times: int) -> None:
        """For a number of ours, or one nobody knows; by the same notice twice."""
        for _ in range(times):
            self.world.run(self.world.staff.upstream_notices.hear(provider, f"{number} sms".encode()))
        self.world.run(self.world.staff.upstream_notices.handle_due())

    # What the shop does by itself.

    @rule(job=st.integers(0, 9), times=st.sampled_from((1, 1, 2)))
    def work(self, job: int, times: int) -> None:
        """One job, or the same one twice at once, as two replicas would."""
        self.world.run(_at_once(*(self._jobs()[job]() for _ in range(times))))

    @rule(job=st.integers(0, 9), moment=moments, outcome=st.sampled_from(OUTCOMES[:-1]))
    def die_at_work(self, job: int, moment: int, outcome: Outcome) -> None:
        self.world.answer_with(outcome)
        self.world.killed_in(self._jobs()[job], moment)

    @rule(who=people, moment=st.integers(0, 1))
    def die_while_buying(self, who: int, moment: int) -> None:
        self.world.quote(who, "active")
        customer, offer = self.world.offers[-1]
        self.world.killed_in(lambda: self.world.staff.activations.buy(customer, offer), moment)

    @rule(number=which, moment=st.integers(0, 3))
    def die_while_asking_again(self, number: int, moment: int) -> None:
        if found := self._number(number):
            self.world.killed_in(lambda: self.world.staff.activations.ask_again(*found), moment)

    @rule()
    def restart(self) -> None:
        self.world.restart()

    @rule(moment=st.integers(0, 3))
    def die_again_while_recovering(self, moment: int) -> None:
        self.world.restart(dies_at=moment)

    @rule(topup=which, moment=moments)
    def die_while_refunding(self, topup: int, moment: int) -> None:
        if found := self._topup(topup):
            self.world.refund_by_admin(found, None, is_answer_lost=False)
            self.world.killed_in(self.world.staff.refund_jobs.run_due, moment)

    # Time.

    @rule(seconds=st.sampled_from((1, 10, 31, 95, 130, 160, 1210)))
    def time_goes_by(self, seconds: int) -> None:
        self.world.advance(seconds)

    @rule(seconds=st.sampled_from((_HOUR, -_HOUR, _DAY, -_DAY)), noticed=st.integers(0, 1))
    def the_clock_is_set(self, seconds: int, noticed: int) -> None:
        self.world.clock.jump(seconds)
        if seconds < 0 and noticed:
            self.world.run(self.world.staff.set_back.heed(-seconds))

    def _topup(self, index: int) -> UUID | None:
        topups = self.world.topups
        return topups[index % len(topups)] if topups else None

    def _number(self, index: int) -> tuple[UUID, UUID] | None:
        numbers = self.world.my_numbers()
        return numbers[index % len(numbers)] if numbers else None

    def _jobs(self) -> list[Callable[[], Coroutine[Any, Any, Any]]]:
        staff = self.world.staff
        return [
            staff.purchases.send_next if self._sends_at_once() else staff.purchases.mark_lost,
            staff.purchases.mark_lost,
            staff.claims.run,
            staff.sweep.run,
            staff.closing.expire_due,
            staff.closing.run_due,
            staff.topup_jobs.open_drafts,
            staff.topup_jobs.poll_due,
            staff.refund_jobs.run_due,
            staff.upstream_notices.handle_due,
        ]

    def _sends_at_once(self) -> bool:
        return all(each.outcome != "hangs" for each in self.world.upstreams.values())


async def _refusable(work: Awaitable[Any]) -> None:
    with suppress(ShopError):
        await work


async def _at_once(*works: Coroutine[Any, Any, Any]) -> None:
    await asyncio.gather(*works)


_effort = Effort()
TestNothingLost = NothingLost.TestCase
TestNothingLost.settings = settings(
    max_examples=_effort.property_examples,
    stateful_step_count=_effort.property_steps,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    phases=(Phase.explicit, Phase.generate) if _effort.property_only_finds else tuple(Phase),
    database=None,
)
