"""Whether somebody may buy, and the first row of a purchase, in one transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection

from db import buying, cases, guards, ledger, pauses, people, reactivations
from db.rows import AnyRow
from services.clock import Clock
from services.customers import Banned, Indebted, TermsNotAccepted, is_banned
from services.errors import ShopError
from services.guard import REVIEW
from services.ports.provider import Provider
from services.rules import Rules, RuleSet
from services.views import Ticket


class OfferNotFound(ShopError):
    text_key = "error-offer-not-found"


class OfferExpired(ShopError):
    text_key = "error-offer-expired"


class NotEnoughCredits(ShopError):
    text_key = "error-not-enough-credits"


class TooManyOpen(ShopError):
    text_key = "error-too-many-open"


class TooManyPurchases(ShopError):
    text_key = "error-too-many-purchases"


class SalesPaused(ShopError):
    text_key = "error-sales-paused"


class TooManyFailures(ShopError):
    """So many numbers in a row without a code: a pause until a moment."""

    text_key = "error-too-many-failures"


class UnderReview(ShopError):
    """Hardly any of the person's numbers received a code: an admin looks at it first."""

    text_key = "error-under-review"


class CannotRentAgain(ShopError):
    text_key = "error-cannot-rent-again"


class RentalExpired(ShopError):
    """A card for renting a number again is too old: its price must be asked for anew."""

    text_key = "error-rental-expired"


class Checkout:
    """Charges and writes down purchases; a refusal is a ShopError that says why not."""

    def __init__(self, providers: Mapping[str, Provider], rules: Rules, clock: Clock) -> None:
        self._providers = providers
        self._rules = rules
        self._clock = clock

    def intend(self, connection: Connection, customer_id: UUID, offer_id: UUID) -> Ticket:
        """Charge a person for a card, once however often it is pressed."""
        now = self._clock.now()
        person = people.lock(connection, customer_id)
        offer = buying.offer(connection, offer_id)
        if person is None or offer is None or offer.user_id != customer_id:
            raise OfferNotFound
        if (bought := buying.by_offer(connection, offer_id)) is not None:
            return Ticket(bought, is_new=False)
        rules = self._rules.within(connection)
        self._check_person(connection, person, rules, now)
        again = self._check_offer(connection, offer, rules, now)
        self._check_limits(connection, customer_id, rules, now)
        self._check_streak(connection, customer_id, rules, now)
        number_id = uuid4()
        charge_id = ledger.hold(
            connection, user_id=customer_id, amount=offer.price, key=f"number:{number_id}", now=now
        )
        if charge_id is None:
            missing = offer.price - person.credits
            raise NotEnoughCredits(price=offer.price, missing=missing, offer_id=offer_id)
        buying.intend(connection, offer=offer, charge_id=charge_id, number_id=number_id, again=again, now=now)
        return Ticket(number_id, is_new=True)

    def _check_person(self, connection: Connection, person: AnyRow, rules: RuleSet, now: datetime) -> None:
        if is_banned(person, now):
            raise Banned(until=person.banned_until)
        if person.terms_version != rules.terms_version:
            raise TermsNotAccepted
        if person.indebted_since is not None:
            raise Indebted(debt=-person.credits)
        if cases.is_open(connection, REVIEW, str(person.id)):
            raise UnderReview

    def _check_streak(self, connection: Connection, customer_id: UUID, rules: RuleSet, now: datetime) -> None:
        """Whoever gets no codes again and again waits a little: something is wrong with what is tried."""
        ends = guards.last_of_person(connection, customer_id, rules.streak_ends)
        if not ends or len(ends) < rules.streak_ends or any(row.codes for row in ends):
            return
        until = max(row.ended_at for row in ends) + timedelta(minutes=rules.streak_pause_minutes)
        if now < until:
            raise TooManyFailures(count=len(ends), until=until)

    def _check_offer(
        self, connection: Connection, offer: AnyRow, rules: RuleSet, now: datetime
    ) -> AnyRow | None:
        """Tell which number it rents again, if it does."""
        if not rules.is_open or offer.provider not in self._providers:
            raise SalesPaused
        if offer.reactivates_number_id is not None and pauses.is_paused(connection, offer.provider):
            raise SalesPaused
        is_old = offer.expires_at <= now or not buying.is_still_sold(connection, offer)
        if offer.reactivates_number_id is not None:
            if is_old:
                raise RentalExpired(number_id=offer.reactivates_number_id)
            return self.number_to_rent(connection, offer.user_id, offer.reactivates_number_id)
        if is_old:
            raise OfferExpired(service_id=offer.sms_service_id, country_id=offer.country_id)
        return None

    def number_to_rent(self, connection: Connection, customer_id: UUID, number_id: UUID) -> AnyRow:
        """Find the used number somebody wants again; raises CannotRentAgain."""
        number = reactivations.used(connection, number_id)
        if number is None or number.user_id != customer_id:
            raise CannotRentAgain
        provider = self._providers.get(number.provider)
        if provider is None or not provider.abilities.reactivate:
            raise CannotRentAgain
        if reactivations.is_running(connection, number):
            raise CannotRentAgain
        return number

    def _check_limits(self, connection: Connection, customer_id: UUID, rules: RuleSet, now: datetime) -> None:
        is_newcomer = not buying.has_ever_received(connection, customer_id)
        limit = rules.newcomer_open_numbers if is_newcomer else rules.open_numbers
        if buying.count_open(connection, customer_id) >= max(limit, 1):
            raise TooManyOpen(limit=limit)
        for limit, span in ((rules.purchases_per_hour, 60), (rules.purchases_per_day, 24 * 60)):
            since = now - timedelta(minutes=span)
            if buying.count_bought_since(connection, customer_id, since) >= max(limit, 1):
                raise TooManyPurchases(limit=limit, minutes=span)
