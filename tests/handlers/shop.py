"""A small shop with a memory, for the chat to talk to."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from handlers.texts import LANGUAGES
from services.activations import CancelTooEarly, NumberNotFound
from services.catalogue import CountryList, CountryPage, NoNumbers, ServicePage, Sort
from services.checkout import NotEnoughCredits, OfferNotFound
from services.customers import EmailTaken
from services.rules import RuleSet
from services.statement import MovementNotFound
from services.topups import TopupNotFound
from services.views import (
    Bill,
    BonusStep,
    Code,
    CountryOffer,
    Customer,
    NumberCard,
    NumberStatus,
    OfferCard,
    Page,
    ReportReason,
    Role,
    ServiceCard,
    StatementLine,
    Ticket,
    TopupState,
    TransactionStatus,
    TransactionType,
    Way,
)
from services.ways import AmountTooSmall

NOW = datetime(2026, 11, 22, 17, 12, tzinfo=UTC)
WHATSAPP = ServiceCard(UUID(int=1), "wa", "WhatsApp", Decimal("1.35"))
GOOGLE = ServiceCard(UUID(int=2), "go", "Google / YouTube <&> Gmail", None, is_recent=True)
BRAZIL = CountryOffer(73, "Brazil", "BR", "🇧🇷", Decimal("4.90"), 721, 87)
COLOMBIA = CountryOffer(33, "Colombia", "CO", "🇨🇴", Decimal("2.10"), 5400)


_HELD = StatementLine(
    id=UUID(int=5),
    at=NOW,
    type=TransactionType.SMS_RECEIVED,
    status=TransactionStatus.PENDING,
    amount=Decimal("-4.90"),
    balance=Decimal("18.60"),
    gateway="Internal",
    service_name="WhatsApp",
    country_flag="🇧🇷",
)
_BOUGHT = replace(
    _HELD,
    id=UUID(int=6),
    type=TransactionType.CREDIT_PURCHASE,
    status=TransactionStatus.COMPLETED,
    amount=Decimal(25),
    gateway="pix",
    service_name=None,
)


class StillClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


def person(telegram_id: int, **changes: Any) -> Customer:
    customer = Customer(
        id=UUID(int=telegram_id),
        telegram_id=telegram_id,
        username="ana",
        language="pt_BR",
        role=Role.CLIENT,
        credits=Decimal("23.50"),
        has_accepted_terms=True,
        is_banned=False,
    )
    return replace(customer, **changes)


def number_of(customer: Customer, status: NumberStatus = NumberStatus.ACTIVE, **changes: Any) -> NumberCard:
    card = NumberCard(
        id=UUID(int=77),
        customer_id=customer.id,
        status=status,
        service_id=WHATSAPP.id,
        service_code="wa",
        service_name="WhatsApp",
        country_id=73,
        country_name="Brazil",
        country_iso2="BR",
        country_flag="🇧🇷",
        operator=None,
        price=Decimal("4.90"),
        phone="5511912345678",
        created_at=NOW,
        started_at=NOW,
        ends_at=NOW + timedelta(minutes=20),
        cancel_opens_at=NOW + timedelta(seconds=80),
        can_repeat=True,
        is_asking_again=False,
    )
    return replace(card, **changes)


def code_of(code: str | None = "482913", text: str | None = "Your code is 482913 <b>") -> Code:
    return Code(UUID(int=88), code, text, "WhatsApp", NOW)


def bill_of(customer: Customer, **changes: Any) -> Bill:
    bill = Bill(
        id=UUID(int=99),
        customer_id=customer.id,
        gateway="pix",
        state=TopupState.OPEN,
        amount=Decimal("25.00"),
        currency="BRL",
        credits=Decimal("25.00"),
        bonus=Decimal(0),
        expires_at=NOW + timedelta(minutes=30),
        created_at=NOW,
        link="https://pay.example/1",
        copy_code="00020126580014br.gov.bcb.pix0136" + "a" * 150,
    )
    return replace(bill, **changes)


@dataclass
class People:
    known: dict[UUID, Customer] = field(default_factory=dict)
    left: list[UUID] = field(default_factory=list)
    emails: dict[UUID, str | None] = field(default_factory=dict)

    def add(self, customer: Customer) -> Customer:
        self.known[customer.id] = customer
        return customer

    async def get(self, customer_id: UUID) -> Customer:
        return self.known[customer_id]

    async def accept_terms(self, customer_id: UUID) -> Customer:
        return self.add(replace(self.known[customer_id], has_accepted_terms=True))

    async def speak(self, customer_id: UUID, language: str) -> Customer:
        assert language in LANGUAGES
        return self.add(replace(self.known[customer_id], language=language))

    async def email(self, customer_id: UUID) -> str | None:
        return self.emails.get(customer_id)

    async def set_email(self, customer_id: UUID, email: str | None) -> Customer:
        if email and any(email == theirs for who, theirs in self.emails.items() if who != customer_id):
            raise EmailTaken
        self.emails[customer_id] = email
        return self.known[customer_id]

    async def mark_unreachable(self, customer_id: UUID) -> None:
        self.left.append(customer_id)


class Shelves:
    """What is sold: WhatsApp in two countries, Google nowhere just now."""

    async def popular(self, _customer_id: UUID, page: int = 1) -> ServicePage:
        return ServicePage((WHATSAPP, GOOGLE), page, 3)

    async def search(self, words: str, limit: int = 8) -> tuple[ServiceCard, ...]:
        return (WHATSAPP,)[:limit] if words.lower().startswith("wh") else ()

    async def service(self, service_id: UUID) -> ServiceCard:
        return WHATSAPP if service_id == WHATSAPP.id else GOOGLE

    async def countries(self, service_id: UUID, sort: Sort = "price", page: int = 1) -> CountryPage:
        return CountryPage(await self.service(service_id), (COLOMBIA, BRAZIL), page, 2, sort)

    async def find_service(self, words: str) -> ServiceCard | None:
        return {"whatsapp": WHATSAPP, "wa": WHATSAPP, "google": GOOGLE}.get(words.lower())

    async def find_country(self, words: str) -> int | None:
        return {"brazil": 73, "br": 73, "south africa": 31}.get(words.lower())

    async def alternatives(self, _service: UUID, _country: int, limit: int = 3) -> tuple[CountryOffer, ...]:
        return (COLOMBIA,)[:limit]

    async def offer_in(self, _service: UUID, country_id: int) -> CountryOffer | None:
        return BRAZIL if country_id == BRAZIL.country_id else None

    async def country(self, country_id: int) -> CountryOffer:
        return BRAZIL if country_id == BRAZIL.country_id else COLOMBIA

    async def all_countries(self, page: int, name: Callable[[CountryOffer], str]) -> CountryList:
        return CountryList(tuple(sorted((COLOMBIA, BRAZIL), key=name)), page, 1)

    async def services_in(self, _country_id: int, page: int = 1) -> ServicePage:
        return ServicePage((WHATSAPP,), page, 1)


@dataclass
class Quotes:
    people: People
    drawn: dict[UUID, OfferCard] = field(default_factory=dict)
    owners: dict[UUID, UUID] = field(default_factory=dict)

    async def quote(
        self, customer_id: UUID, service_id: UUID, country_id: int, operator: str | None = None
    ) -> OfferCard:
        if country_id != BRAZIL.country_id:
            raise NoNumbers(service_id=service_id, country_id=country_id)
        balance = self.people.known[customer_id].credits
        service = WHATSAPP if service_id == WHATSAPP.id else GOOGLE
        card = OfferCard(
            id=uuid4(),
            service=service,
            country=BRAZIL,
            price=BRAZIL.price,
            stock=BRAZIL.stock,
            balance=balance,
            expires_at=NOW + timedelta(minutes=15),
            operator=operator,
            operators=("vivo", "claro", "o" * 40),
        )
        self.drawn[card.id] = card
        self.owners[card.id] = customer_id
        return card

    async def card(self, customer_id: UUID, offer_id: UUID) -> OfferCard:
        if self.owners.get(offer_id) != customer_id:
            raise OfferNotFound
        return self.drawn[offer_id]


@dataclass
class Rentals:
    """Used WhatsApp numbers of Brazil, at one price."""

    offers: Quotes

    async def quote(self, customer_id: UUID, _number_id: UUID) -> OfferCard:
        card = await self.offers.quote(customer_id, WHATSAPP.id, BRAZIL.country_id)
        again = replace(card, price=Decimal("2.60"), stock=1)
        self.offers.drawn[card.id] = again
        return again


@dataclass
class WaitingList:
    awaited: list[tuple[UUID, int]] = field(default_factory=list)

    async def wait(self, _customer_id: UUID, service_id: UUID, country_id: int) -> None:
        self.awaited.append((service_id, country_id))


@dataclass
class Complaints:
    told: list[tuple[UUID, ReportReason]] = field(default_factory=list)

    async def report(self, _customer_id: UUID, number_id: UUID, reason: ReportReason) -> bool:
        self.told.append((number_id, reason))
        return True


@dataclass
class Counter:
    """Buys once for each card, as the real one does."""

    offers: Quotes
    sold: dict[UUID, UUID] = field(default_factory=dict)
    numbers: dict[UUID, NumberCard] = field(default_factory=dict)
    cancels: int = 0

    async def buy(self, customer_id: UUID, offer_id: UUID) -> Ticket:
        card = await self.offers.card(customer_id, offer_id)
        if card.missing:
            raise NotEnoughCredits(price=card.price, missing=card.missing, offer_id=offer_id)
        is_new = offer_id not in self.sold
        return Ticket(self.sold.setdefault(offer_id, uuid4()), is_new=is_new)

    async def card(self, customer_id: UUID, number_id: UUID) -> NumberCard:
        card = self.numbers.get(number_id)
        if card is None or card.customer_id != customer_id:
            raise NumberNotFound
        return card

    async def cancel(self, customer_id: UUID, number_id: UUID) -> NumberCard:
        card = await self.card(customer_id, number_id)
        self.cancels += 1
        if card.cancel_opens_at and card.cancel_opens_at > NOW:
            raise CancelTooEarly(seconds=80, opens_at=card.cancel_opens_at)
        self.numbers[number_id] = replace(card, status=NumberStatus.CANCELLING)
        return self.numbers[number_id]

    async def finish(self, customer_id: UUID, number_id: UUID) -> NumberCard:
        return await self.card(customer_id, number_id)

    async def message(self, customer_id: UUID, message_id: UUID) -> tuple[NumberCard, Code]:
        for card in self.numbers.values():
            for code in card.codes:
                if code.message_id == message_id and card.customer_id == customer_id:
                    return card, code
        raise NumberNotFound

    async def open_numbers(self, customer_id: UUID) -> tuple[NumberCard, ...]:
        return tuple(
            card for card in self.numbers.values() if card.customer_id == customer_id and card.is_open
        )

    async def last_bought(self, _customer_id: UUID) -> tuple[UUID, int] | None:
        return (WHATSAPP.id, 73) if self.sold else None


@dataclass
class Till:
    bills: dict[UUID, Bill] = field(default_factory=dict)
    paid: list[tuple[int, str, str, int, str]] = field(default_factory=list)
    asked: list[tuple[str, Decimal, tuple[UUID, int] | None]] = field(default_factory=list)

    async def presets(self) -> tuple[Decimal, ...]:
        return (Decimal(10), Decimal(25), Decimal(50))

    async def bonuses(self) -> tuple[BonusStep, ...]:
        return (BonusStep(Decimal(50), Decimal("2.5")),)

    async def ways(self, _customer_id: UUID, amount: Decimal) -> tuple[Way, ...]:
        if amount < RuleSet().topup_min:
            raise AmountTooSmall(minimum=RuleSet().topup_min)
        return (
            Way("pix", amount, "BRL", amount, Decimal("1.25")),
            Way("stars", amount, "BRL", amount, pay_amount=amount * 40, pay_currency="XTR"),
            Way("stripe", amount, "BRL", amount),
        )

    async def ask(
        self, customer_id: UUID, gateway: str, amount: Decimal, wanted: tuple[UUID, int] | None = None
    ) -> Bill:
        self.asked.append((gateway, amount, wanted))
        return bill_of(person(customer_id.int), gateway=gateway, amount=amount, state=TopupState.DRAFT)

    async def bill(self, customer_id: UUID, topup_id: UUID) -> Bill:
        bill = self.bills.get(topup_id)
        if bill is None or bill.customer_id != customer_id:
            raise TopupNotFound
        return bill

    async def question(self, _telegram_id: int, payload: str, _currency: str, _total: int) -> str | None:
        return None if payload == "bill" else TopupNotFound.text_key

    async def paid_in_chat(
        self, telegram_id: int, payload: str, currency: str, total: int, charge_id: str
    ) -> None:
        self.paid.append((telegram_id, payload, currency, total, charge_id))

    check = bill
    cancel = bill


@dataclass
class Ledger:
    lines: tuple[StatementLine, ...] = (_HELD, _BOUGHT)

    async def page(self, _customer_id: UUID, number: int = 1) -> Page:
        return Page(self.lines, number, 2)

    async def entry(self, _customer_id: UUID, entry_id: UUID) -> StatementLine:
        found = next((line for line in self.lines if line.id == entry_id), None)
        if found is None:
            raise MovementNotFound
        return found

    async def csv(self, _customer_id: UUID) -> bytes:
        return b"at;amount\n"


class HouseRules:
    async def now(self) -> RuleSet:
        return RuleSet()
