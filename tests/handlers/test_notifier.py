"""What the shop says first, held to Telegram's limits in every language."""

import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import ModuleType
from typing import Any, cast
from uuid import UUID

import pytest
from teremok.validation import validate_html

from db.states import RefundState
from handlers.notifier import TELLERS, Notifier
from handlers.speech import Speech
from handlers.texts import LANGUAGES, TextBook
from services.refunds import RefundCard
from services.views import CaseCard, Fact, NumberStatus, TopupState
from tests.handlers.shop import (
    NOW,
    WHATSAPP,
    Counter,
    People,
    Quotes,
    Shelves,
    StillClock,
    Till,
    bill_of,
    code_of,
    number_of,
    person,
)

ANA = person(11)
PAID = {"topup_id": str(UUID(int=99)), "credits": "25.00", "balance": "48.50", "payment_id": "p1"}


class Drawer:
    case: CaseCard = CaseCard(
        UUID(int=6), "payment.mismatch", "topup 1", {"asked": "<25>", "paid": "2" * 900}, NOW
    )

    async def get(self, _case_id: UUID) -> CaseCard:
        return self.case


class Returns:
    card_now = RefundCard(
        id=UUID(int=7),
        state=RefundState.UNKNOWN,
        gateway="stripe",
        payment_id="pi_<1>",
        amount=Decimal("25.00"),
        currency="BRL",
        credits=Decimal("25.00"),
        balance=Decimal("-5.00"),
        username="ana",
        telegram_id=11,
        error="503",
    )

    async def card(self, _refund_id: UUID) -> RefundCard:
        return self.card_now


class World:
    def __init__(self) -> None:
        people = People()
        people.add(ANA)
        self.counter = Counter(Quotes(people))
        self.till = Till()
        self.cases = Drawer()
        self.returns = Returns()
        book = TextBook("pt_BR", "BRL", StillClock())
        sources: tuple[Any, ...] = (people, self.counter, self.till, Shelves(), self.cases, self.returns)
        self.notifier = Notifier(book, *sources)

    async def told(
        self, kind: str, subject: UUID, language: str = "pt_BR", **arguments: str
    ) -> Speech | None:
        fact = Fact(1, ANA.id, 11, language, kind, str(subject), arguments)
        speech = await self.notifier.compose(fact)
        if speech is not None:
            _check(speech)
        return speech


def _check(speech: Speech) -> None:
    validate_html(speech.text)
    assert 1 <= len(speech.text.encode("utf-16-le")) // 2 <= (1024 if speech.photo else 4096)
    rows = speech.keyboard.inline_keyboard if speech.keyboard else []
    assert len(rows) <= 8
    for button in (button for row in rows for button in row):
        assert len((button.callback_data or "").encode()) <= 64
        assert 1 <= len(button.text) <= 60


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(autouse=True)
def _drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are drawn elsewhere; here it is enough that one was asked for."""
    pix = ModuleType("services.pix")
    cast("Any", pix).draw_qr = str.encode
    monkeypatch.setitem(sys.modules, "services.pix", pix)


async def _say(world: World, status: NumberStatus, **changes: Any) -> Speech | None:
    card = number_of(ANA, status, **changes)
    world.counter.numbers[card.id] = card
    return await world.told("number.card", card.id)


async def test_a_card_carries_the_number_its_copy_and_the_way_out(world: World) -> None:
    speech = await _say(world, NumberStatus.ACTIVE)

    assert speech is not None
    assert "<code>+55 11 91234-5678</code>" in speech.text
    assert "vale até 14:32 (20 min)" in speech.text
    copy, cancel, problem = _labels(speech)
    assert (copy, cancel, problem) == ("📋 Copiar número", "✕ Cancelar (a partir de 14:14)", "⚠️ Problema")
    assert _copied(speech) == "+5511912345678"
    assert speech.edits
    assert speech.remember == ("number.card", str(UUID(int=77)))


async def test_a_cancel_that_is_open_says_what_comes_back(world: World) -> None:
    speech = await _say(world, NumberStatus.ACTIVE, cancel_opens_at=NOW)

    assert "✕ Cancelar e receber R$ 4,90" in _labels(speech)


@pytest.mark.parametrize("status", [NumberStatus.INTENT, NumberStatus.SENT])
async def test_what_is_being_asked_upstream_needs_no_card_yet(world: World, status: NumberStatus) -> None:
    assert await _say(world, status, phone=None) is None


async def test_a_silent_provider_is_told_without_fear(world: World) -> None:
    speech = await _say(world, NumberStatus.UNKNOWN, phone=None, started_at=None, ends_at=None)

    assert speech is not None
    assert "você recebe o número ou o dinheiro de volta" in speech.text
    assert _labels(speech) == ["🔄 Ver situação"]


@pytest.mark.parametrize(
    "status", [NumberStatus.EXPIRED, NumberStatus.CANCELLED, NumberStatus.REJECTED, NumberStatus.FINISHED]
)
async def test_the_card_of_an_ended_number_loses_its_buttons_and_is_never_said_anew(
    world: World, status: NumberStatus
) -> None:
    speech = await _say(world, status)

    assert speech is not None
    assert _labels(speech) == []
    assert speech.drop_if_missing


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_code_comes_first_with_a_button_that_copies_exactly_it(world: World, language: str) -> None:
    card = number_of(ANA, codes=(code_of(),))
    world.counter.numbers[card.id] = card

    speech = await world.told("number.code", card.codes[0].message_id, language, number_id=str(card.id))

    assert speech is not None
    assert speech.text.startswith("🔑 <code>482913</code>")
    assert _copied(speech) == "482913"
    assert len(_labels(speech)) == 4
    assert speech.reply_to == ("number.card", str(card.id))
    assert not speech.edits


async def test_a_text_without_a_code_is_shown_itself_and_offers_no_copy(world: World) -> None:
    card = number_of(ANA, codes=(code_of(code=None),))
    world.counter.numbers[card.id] = card

    speech = await world.told("number.code", card.codes[0].message_id)

    assert speech is not None
    assert "Your code is 482913 &lt;b&gt;" in speech.text
    assert "📋" not in "".join(_labels(speech))


async def test_a_code_on_a_number_that_has_ended_offers_no_other(world: World) -> None:
    card = number_of(ANA, NumberStatus.FINISHED, codes=(code_of(),))
    world.counter.numbers[card.id] = card

    speech = await world.told("number.code", card.codes[0].message_id)

    assert _labels(speech) == ["📋 Copiar 482913", "💬 Ver SMS inteiro"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("expired", ""),
        ("cancelled", ""),
        ("cancelled", "country"),
        ("rejected", "no_numbers"),
        ("rejected", "throttled"),
        ("rejected", "not_sent"),
        ("some_day", ""),
    ],
)
async def test_an_end_tells_the_money_is_back_and_what_else_can_be_tried(
    world: World, language: str, how: str, reason: str
) -> None:
    card = number_of(ANA, NumberStatus.EXPIRED)
    world.counter.numbers[card.id] = card

    speech = await world.told("number.ended", card.id, language, how=how, reason=reason)

    assert speech is not None
    assert "4.90" in speech.text.replace(",", ".")
    assert "23.50" in speech.text.replace(",", ".")
    assert len(_labels(speech)) == 2


@pytest.mark.parametrize(
    ("how", "reason", "words"),
    [
        ("cancelled", "country", "✕ O número veio de outro país"),
        ("rejected", "not_sent", "✕ Nenhum número foi comprado desta vez"),
    ],
)
async def test_an_end_that_nobody_asked_for_tells_what_happened(
    world: World, how: str, reason: str, words: str
) -> None:
    card = number_of(ANA, NumberStatus.CANCELLED)
    world.counter.numbers[card.id] = card

    speech = await world.told("number.ended", card.id, how=how, reason=reason)

    assert speech is not None
    assert speech.text.startswith(words)


@pytest.mark.parametrize(("can_repeat", "is_promised"), [(True, True), (False, False)])
async def test_another_code_is_promised_only_where_it_can_be_asked_for(
    world: World, *, can_repeat: bool, is_promised: bool
) -> None:
    speech = await _say(world, NumberStatus.ACTIVE, codes=(code_of(),), can_repeat=can_repeat)

    assert speech is not None
    assert "✅ Código recebido" in speech.text
    assert "até 14:32" in speech.text
    assert ("pedir outro" in speech.text) is is_promised
    assert ("🔁 Outro código" in _labels(speech)) is is_promised


async def test_a_pix_bill_is_a_picture_with_its_code(world: World) -> None:
    world.till.bills[UUID(int=99)] = bill = bill_of(ANA)

    speech = await world.told("topup.bill", bill.id)

    assert speech is not None
    assert speech.photo
    assert f"<code>{bill.copy_code}</code>" in speech.text
    assert "vale até 14:42 (horário de Brasília)" in speech.text
    assert _copied(speech) == bill.copy_code
    assert _labels(speech)[1:] == ["✅ Já paguei", "🌐 Abrir no navegador", "✕ Cancelar"]


async def test_a_code_too_long_to_copy_is_still_written(world: World) -> None:
    world.till.bills[UUID(int=99)] = bill_of(ANA, copy_code="0" * 300)

    speech = await world.told("topup.bill", UUID(int=99))

    assert speech is not None
    assert "0" * 300 in speech.text
    assert _labels(speech)[0] == "✅ Já paguei"


async def test_a_card_bill_carries_the_gateways_link(world: World) -> None:
    world.till.bills[UUID(int=99)] = bill_of(ANA, gateway="stripe", copy_code=None)

    speech = await world.told("topup.bill", UUID(int=99), "en")

    assert speech is not None
    assert speech.photo is None
    assert speech.keyboard is not None
    assert speech.keyboard.inline_keyboard[0][0].url == "https://pay.example/1"
    assert "Card (Stripe)" in speech.text


async def test_a_bill_in_stars_names_both_sums(world: World) -> None:
    stars = bill_of(ANA, gateway="stars", copy_code=None, pay_amount=Decimal(1000), pay_currency="XTR")
    world.till.bills[stars.id] = stars

    speech = await world.told("topup.bill", stars.id)

    assert _labels(speech)[0] == "💳 Pagar R$ 25,00 (1.000 ⭐)"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", [state for state in TopupState if state != TopupState.OPEN])
async def test_a_bill_that_is_over_only_edits_what_was_said(
    world: World, language: str, state: TopupState
) -> None:
    world.till.bills[UUID(int=99)] = bill_of(ANA, state=state)

    speech = await world.told("topup.bill", UUID(int=99), language)

    if state is TopupState.DRAFT:
        assert speech is None
    else:
        assert speech is not None
        assert speech.drop_if_missing
        assert _labels(speech) == []


async def test_a_receipt_leads_back_to_what_was_wanted(world: World) -> None:
    wanted = {"wanted_service_id": UUID(int=1), "wanted_country_id": 73}
    world.till.bills[UUID(int=99)] = bill_of(ANA, state=TopupState.PAID, **wanted)

    speech = await world.told("topup.paid", UUID(int=3), **PAID)

    assert speech is not None
    assert speech.text.startswith("💰 <b>R$ 25,00</b> creditados. Saldo: <b>R$ 48,50</b>\n")
    assert _labels(speech)[0] == "🛒 Comprar WhatsApp 🇧🇷 por R$ 4,90"


async def test_a_receipt_without_a_wish_leads_to_the_shop(world: World) -> None:
    world.till.bills[UUID(int=99)] = bill_of(ANA, state=TopupState.PAID)

    assert _labels(await world.told("topup.paid", UUID(int=3), **PAID)) == ["🧾 Histórico", "🛒 Comprar"]


async def test_a_gateway_that_is_down_is_told_with_another_way(world: World) -> None:
    world.till.bills[UUID(int=99)] = bill_of(ANA, state=TopupState.FAILED)

    speech = await world.told("topup.refused", UUID(int=99), reason="down")

    assert _labels(speech) == ["💳 Tentar outra forma"]


async def test_a_way_that_wants_an_email_is_told_with_the_way_to_tell_it(world: World) -> None:
    world.till.bills[UUID(int=99)] = bill_of(ANA, state=TopupState.FAILED)

    speech = await world.told("topup.refused", UUID(int=99), reason="email_needed")

    assert _labels(speech) == ["✏️ Informar e-mail", "💳 Tentar outra forma"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["credits.granted", "credits.taken"])
@pytest.mark.parametrize(
    "why", ["grant", "bonus", "refund", "chargeback", "adjustment", "dispute_won", "later"]
)
async def test_every_movement_of_credits_is_told(world: World, language: str, kind: str, why: str) -> None:
    speech = await world.told(
        kind, UUID(int=1), language, amount="-5.00", balance="18.50", why=why, reason="<x>"
    )

    assert speech is not None
    assert "5.00" in speech.text.replace(",", ".")
    assert "18.50" in speech.text.replace(",", ".")
    assert "&lt;x&gt;" in speech.text


async def test_a_case_is_told_and_edited_when_it_is_over(world: World) -> None:
    opened = await world.told("case.opened", UUID(int=6))
    done = replace(Drawer.case, resolved_at=NOW + timedelta(minutes=12), resolution="done")
    world.cases.case = done
    resolved = await world.told("case.resolved", UUID(int=6))

    assert opened is not None
    assert resolved is not None
    assert _labels(opened) == ["⚠️ Decidir"]
    assert _labels(resolved) == []
    assert "durou 12 min" in resolved.text
    assert resolved.edits
    assert opened.remember == resolved.remember


async def test_a_number_of_somebody_else_is_never_told(world: World) -> None:
    foreign = number_of(person(99))
    world.counter.numbers[foreign.id] = foreign

    assert await world.told("number.card", foreign.id) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", list(RefundState))
async def test_an_admin_reads_how_a_refund_stands(world: World, state: RefundState, language: str) -> None:
    world.returns.card_now = replace(world.returns.card_now, state=state)

    told = await world.told("refund.card", UUID(int=7), language)

    assert told
    assert told.edits
    assert "pi_&lt;1&gt;" in told.text
    assert "ana (11)" in told.text
    validate_html(told.text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("why", ["mismatch", "second"])
async def test_a_payer_hears_of_money_that_was_never_credited(world: World, why: str, language: str) -> None:
    told = await world.told(
        "topup.returned",
        UUID(int=7),
        language,
        topup_id=str(UUID(int=99)),
        amount="800",
        currency="XTR",
        why=why,
    )

    assert told
    assert "800 ⭐" in told.text


async def test_a_payer_without_a_bill_hears_that_the_money_goes_back(world: World) -> None:
    told = await world.told("topup.returned", UUID(int=7), amount="800.00", currency="XTR", why="stray")

    assert told
    assert "800 ⭐ estão voltando" in told.text
    assert told.reply_to is None


async def test_a_receipt_is_kept_with_what_was_paid(world: World) -> None:
    world.till.bills[UUID(int=99)] = bill_of(ANA, state=TopupState.PAID)

    told = await world.told("topup.paid", UUID(int=5), at="2026-11-22T12:00:00+00:00", **PAID)

    assert told
    for kept in ("p1", str(UUID(int=5)), "22/11"):
        assert kept in told.text
    validate_html(told.text)


def test_every_kind_of_fact_has_words() -> None:
    subjects = {"number", "topup", "credits", "refund", "case", "stock"}

    assert {kind.split(".")[0] for kind in TELLERS} == subjects


async def test_what_was_waited_for_is_told_with_its_price_unless_it_has_gone_again(world: World) -> None:
    service = str(WHATSAPP.id)

    back = await world.told("stock.back", UUID(int=1), service_id=service, country_id="73")
    gone = await world.told("stock.back", UUID(int=1), service_id=service, country_id="33")

    assert back
    assert "R$ 4,90" in back.text
    assert _labels(back) == ["🛒 Ver a oferta"]
    assert gone is None


async def test_numbers_that_ran_out_lead_elsewhere_or_to_patience(world: World) -> None:
    ended = number_of(ANA, NumberStatus.REJECTED, rejection="no_numbers")
    world.counter.numbers[ended.id] = ended

    told = await world.told("number.ended", ended.id, how="rejected", reason="no_numbers")

    assert [label.split()[0] for label in _labels(told)] == ["🌍", "🔔"]


def _labels(speech: Speech | None) -> list[str]:
    assert speech is not None
    rows = speech.keyboard.inline_keyboard if speech.keyboard else []
    return [button.text for row in rows for button in row]


def _copied(speech: Speech) -> str | None:
    assert speech.keyboard is not None
    return next(
        (
            button.copy_text.text
            for row in speech.keyboard.inline_keyboard
            for button in row
            if button.copy_text
        ),
        None,
    )
