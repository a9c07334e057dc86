"""What a person does, step by step, and what the chat answers."""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from aiogram.methods import AnswerPreCheckoutQuery

from handlers.callbacks import (
    Accept,
    Buy,
    CancelNumber,
    CheckNumber,
    ChooseLanguage,
    FinishNumber,
    Go,
    Place,
    ShowNumber,
    TypeEmail,
    WholeMessage,
    shorten,
)
from services.customers import Banned
from services.errors import GatewayUnavailable, ProviderUnavailable
from services.views import Customer, NumberStatus, ReportReason
from tests.handlers.chat import Chat
from tests.handlers.shop import NOW, WHATSAPP, bill_of, code_of, number_of, person


async def test_terms_come_first_and_the_command_goes_on_after_them(chat: Chat, newcomer: Customer) -> None:
    asked = await chat.say(newcomer, "/buy whatsapp brazil")

    card = await chat.tap(newcomer, asked.data("✅ Aceito"), on=asked)

    assert "18 anos" in asked.text
    assert "WhatsApp" in card.text
    assert card.buttons[0].text == "🛒 Comprar por R$ 4,90"


async def test_the_language_can_be_chosen_before_the_terms(chat: Chat, newcomer: Customer) -> None:
    asked = await chat.say(newcomer, "/balance")

    languages = await chat.tap(newcomer, asked.data("🌐"), on=asked)
    english = await chat.tap(newcomer, languages.data("🇬🇧"), on=languages)
    balance = await chat.tap(newcomer, english.data("✅ Accept"), on=english)

    assert "18 or older" in english.text
    assert balance.text.startswith("💰 Balance: <b>R$23.50</b>")


async def test_terms_accepted_on_an_old_question_lead_home(chat: Chat, newcomer: Customer) -> None:
    home = await chat.tap(newcomer, Accept(asked="/balance").pack(), is_old=True)

    assert chat.people.known[newcomer.id].has_accepted_terms
    assert home.text.startswith("💰 Saldo")
    assert not home.is_edit


async def test_a_language_chosen_on_an_old_question_asks_the_terms_anew(
    chat: Chat, newcomer: Customer
) -> None:
    languages = await chat.tap(newcomer, ChooseLanguage(asked="/balance").pack(), is_old=True)
    question = await chat.tap(newcomer, languages.data("🇬🇧"), is_old=True)
    balance = await chat.tap(newcomer, question.data("✅ Accept"), on=question)

    assert "18 or older" in question.text
    assert balance.text.startswith("💰 Balance")


@pytest.mark.parametrize("command", ["/terms", "/privacy", "/language", "/Help", "/paysupport"])
async def test_papers_are_free_to_read_before_the_terms(chat: Chat, newcomer: Customer, command: str) -> None:
    paper = await chat.say(newcomer, command)

    assert "✅ Aceito" not in [button.text for button in paper.buttons]


@pytest.mark.parametrize(
    ("contact", "told"),
    [("@minha_loja", "escreva a @minha_loja"), ("", "escreva ao contato de suporte indicado no perfil")],
)
async def test_support_is_somebody_one_can_write_to(
    chat: Chat, ana: Customer, contact: str, told: str
) -> None:
    chat.dispatcher["support_contact"] = contact

    assert told in (await chat.say(ana, "/paysupport")).text


async def test_nothing_else_is_served_before_the_terms(chat: Chat, newcomer: Customer) -> None:
    tapped = await chat.tap(newcomer, Go(to=Place.TOPUP).pack())

    assert "18 anos" in tapped.text


async def test_the_card_names_service_country_price_and_stock(chat: Chat, ana: Customer) -> None:
    card = await chat.say(ana, "/buy wa br")

    assert "WhatsApp" in card.text
    assert "🇧🇷 Brasil" in card.text
    assert re.findall(r"\d+,\d\d", card.text)[0] == "4,90"
    assert "721 disponíveis" in card.text


@pytest.mark.parametrize("words", ["/Buy wa br", "/BUY wa br"])
async def test_a_command_is_understood_however_it_is_written(chat: Chat, ana: Customer, words: str) -> None:
    assert "WhatsApp" in (await chat.say(ana, words)).text


async def test_a_double_tap_buys_once(chat: Chat, ana: Customer) -> None:
    card = await chat.say(ana, "/buy wa br")

    first = await chat.tap(ana, card.buttons[0].callback_data or "", on=card)
    second = await chat.tap(ana, card.buttons[0].callback_data or "", on=card)

    assert len(chat.counter.sold) == 1
    assert first.is_edit
    assert first.text == second.text
    assert first.text.startswith("🛒 Pedido feito")


async def test_without_credit_the_first_button_adds_the_difference_and_remembers_the_way(chat: Chat) -> None:
    poor = chat.people.add(person(13, credits=Decimal("1.00")))
    card = await chat.say(poor, "/buy wa br")

    ways = await chat.tap(poor, card.data("💳 Adicionar R$ 3,90"), on=card)
    await chat.tap(poor, ways.data("Cartão (Stripe)"), on=ways)

    assert ways.buttons[0].text == "Pix"
    assert chat.till.asked == [("stripe", Decimal(5), (WHATSAPP.id, 73))]


async def test_more_than_the_difference_may_be_added_on_the_way_to_an_offer(chat: Chat) -> None:
    poor = chat.people.add(person(13, credits=Decimal("1.00")))
    card = await chat.say(poor, "/buy wa br")
    ways = await chat.tap(poor, card.buttons[0].callback_data or "", on=card)

    await chat.tap(poor, ways.data("✏️ Outro valor"), on=ways)
    more = await chat.say(poor, "30")
    await chat.tap(poor, more.data("Pix"), on=more)

    assert chat.till.asked == [("pix", Decimal("30.00"), (WHATSAPP.id, 73))]


async def test_credit_spent_elsewhere_meanwhile_leads_to_the_difference(chat: Chat) -> None:
    poor = chat.people.add(person(13, credits=Decimal("1.00")))
    card = await chat.quotes.quote(poor.id, WHATSAPP.id, 73)

    refused = await chat.tap(poor, Buy(offer=card.id).pack())

    assert "Faltam R$ 3,90" in refused.text
    assert refused.buttons[0].text == "💳 Adicionar R$ 3,90 para comprar"


async def test_no_numbers_offers_another_country(chat: Chat, ana: Customer) -> None:
    refused = await chat.say(ana, "/buy whatsapp south africa")

    assert "Sem números" in refused.text
    assert refused.buttons[0].text.startswith("🇨🇴 Colômbia · R$ 2,10")


async def test_who_finds_no_numbers_may_wait_for_some(chat: Chat, ana: Customer) -> None:
    refused = await chat.say(ana, "/buy whatsapp south africa")

    waits = await chat.tap(ana, refused.data("🔔"), on=refused)

    assert chat.waiting.awaited == [(WHATSAPP.id, 31)]
    assert (waits.toast or "").startswith("🔔 Combinado")


async def test_an_early_cancel_is_refused_in_a_toast_with_the_wait(chat: Chat, ana: Customer) -> None:
    card = number_of(ana)
    chat.counter.numbers[card.id] = card

    refused = await chat.tap(ana, CancelNumber(number=card.id).pack())

    assert refused.toast is not None
    assert "80 s" in refused.toast
    assert refused.spoken == []


async def test_a_cancel_shows_its_progress_on_the_card_itself(chat: Chat, ana: Customer) -> None:
    card = number_of(ana, cancel_opens_at=NOW - timedelta(seconds=1))
    chat.counter.numbers[card.id] = card

    answer = await chat.tap(ana, CancelNumber(number=card.id).pack())

    assert answer.is_edit
    assert "Cancelando" in answer.text


@pytest.mark.parametrize("button", [CancelNumber, CheckNumber, ShowNumber, FinishNumber])
async def test_a_number_of_somebody_else_is_not_found(
    chat: Chat, ana: Customer, button: type[ShowNumber]
) -> None:
    foreign = number_of(person(99))
    chat.counter.numbers[foreign.id] = foreign

    answer = await chat.tap(ana, button(number=foreign.id).pack())

    said = answer.toast or answer.text
    assert said.startswith("Não encontrei este número")
    assert chat.counter.numbers[foreign.id].status is NumberStatus.ACTIVE


@pytest.mark.parametrize(
    "data",
    [
        "n:short",
        "b:",
        "from:another:age",
        "go:nowhere",
        "adm:1",
        "w:1E+99::",
        "p:pix:1E+99::",
        "ic:99999999999999999999999:1",
        f"ws:{shorten(WHATSAPP.id)}:99999999999999999999",
        f"of:{shorten(WHATSAPP.id)}:-1:",
        "sv:99999999999999999999",
        "h:-1",
    ],
)
async def test_an_old_or_forged_button_leads_home_kindly(chat: Chat, ana: Customer, data: str) -> None:
    answer = await chat.tap(ana, data)

    assert answer.toast == "Esse botão é antigo. Aqui está o início."
    assert answer.text.startswith("💰 Saldo: <b>R$ 23,50</b>")


async def test_the_home_message_is_edited_and_a_kept_one_is_not(chat: Chat, ana: Customer) -> None:
    home = await chat.say(ana, "/start")

    from_home = await chat.tap(ana, home.data("🛒"), on=home)
    from_a_receipt = await chat.tap(ana, Go(to=Place.BUY).pack())

    assert from_home.is_edit
    assert not from_a_receipt.is_edit


async def test_a_search_finds_by_words_until_a_command_ends_it(chat: Chat, ana: Customer) -> None:
    buy = await chat.say(ana, "/buy")
    await chat.tap(ana, buy.data("🔎"), on=buy)

    found = await chat.say(ana, "whats")
    left = await chat.say(ana, "/cancel")
    lost = await chat.say(ana, "wh")

    assert found.buttons[0].text == "WhatsApp"
    assert "paramos por aqui" in left.text
    assert "Não entendi" in lost.text


async def test_a_typed_amount_is_heard_and_nonsense_is_asked_again(chat: Chat, ana: Customer) -> None:
    topup = await chat.say(ana, "/topup")
    await chat.tap(ana, topup.data("✏️"), on=topup)

    nonsense = await chat.say(ana, "vinte")
    huge = await chat.say(ana, "1e99")
    small = await chat.say(ana, "1")
    ways = await chat.say(ana, "R$ 20,50")

    assert nonsense.text.startswith("🤔 “vinte” não é um valor")
    assert "Digite o valor" in nonsense.text
    assert huge.text.startswith("🤔 “1e99” não é um valor")
    assert "mínimo é R$ 5,00" in small.text
    assert "R$ 20,50" in ways.text
    assert [button.text for button in ways.buttons][:3] == ["Pix", "Stars ⭐ · 820 ⭐", "Cartão (Stripe)"]


async def test_an_email_that_a_bill_wants_is_told_and_the_bill_goes_on(chat: Chat, ana: Customer) -> None:
    bill = bill_of(ana, wanted_service_id=WHATSAPP.id, wanted_country_id=73)
    chat.till.bills[bill.id] = bill
    await chat.tap(ana, TypeEmail(topup=bill.id).pack())

    nonsense = await chat.say(ana, "ana at home")
    ways = await chat.say(ana, " Ana@Example.com ")
    await chat.tap(ana, ways.data("Pix"), on=ways)

    assert "Digite seu e-mail" in nonsense.text
    assert chat.people.emails == {ana.id: "ana@example.com"}
    assert chat.till.asked == [("pix", Decimal("25.00"), (WHATSAPP.id, 73))]


async def test_an_email_of_somebody_else_is_refused_and_the_next_one_goes_on(
    chat: Chat, ana: Customer
) -> None:
    bill = bill_of(ana)
    chat.till.bills[bill.id] = bill
    chat.people.emails[UUID(int=99)] = "bob@example.com"
    await chat.tap(ana, TypeEmail(topup=bill.id).pack())

    taken = await chat.say(ana, "bob@example.com")
    ways = await chat.say(ana, "ana@example.com")

    assert "já é de outra conta" in taken.text
    assert chat.people.emails[ana.id] == "ana@example.com"
    assert ways.buttons[0].text == "Pix"


async def test_home_offers_what_was_bought_last_at_todays_price(chat: Chat, ana: Customer) -> None:
    card = await chat.say(ana, "/buy wa br")
    await chat.tap(ana, card.buttons[0].callback_data or "", on=card)

    home = await chat.say(ana, "/start")

    assert home.buttons[0].text == "🔁 WhatsApp 🇧🇷 de novo · R$ 4,90"


async def test_a_stranger_hears_of_admin_commands_what_he_hears_of_any_unknown_one(
    chat: Chat, ana: Customer
) -> None:
    admin = await chat.say(ana, "/grant 11 1000")
    unknown = await chat.say(ana, "/fly")

    assert admin.text == unknown.text


async def test_coming_back_paid_shows_the_bill_and_credits_nothing(chat: Chat, ana: Customer) -> None:
    bill = bill_of(ana)
    chat.till.bills[bill.id] = bill

    back = await chat.say(ana, f"/start paid_{bill.id}")
    forged = await chat.say(ana, f"/start paid_{UUID(int=4)}")

    assert "Ainda não vimos" in back.text
    assert forged.text.startswith("Não encontrei esta cobrança")


async def test_a_link_leads_to_the_offer(chat: Chat, ana: Customer) -> None:
    card = await chat.say(ana, "/start buy_wa_br")

    assert card.buttons[0].text == "🛒 Comprar por R$ 4,90"


async def test_what_breaks_is_answered_kindly(
    chat: Chat, ana: Customer, caplog: pytest.LogCaptureFixture
) -> None:
    del chat.dispatcher.workflow_data["statement"]

    answer = await chat.say(ana, "/history")

    assert "Algo deu errado do nosso lado" in answer.text
    assert "statement" in caplog.text


async def test_the_whole_message_is_shown_as_it_came(chat: Chat, ana: Customer) -> None:
    card = number_of(ana, codes=(code_of(),))
    chat.counter.numbers[card.id] = card

    answer = await chat.tap(ana, f"m:{'A' * 20}BY")
    found = await chat.tap(ana, WholeMessage(message=card.codes[0].message_id).pack())

    assert answer.text.startswith("Não encontrei")
    assert "Your code is 482913 &lt;b&gt;" in found.text


async def test_every_place_a_button_leads_to_answers(chat: Chat, ana: Customer) -> None:
    home = await chat.say(ana, "/start")
    seen, ahead = set[str](), [(button.callback_data, home) for button in home.buttons]

    while ahead:
        data, on = ahead.pop()
        if data is None or data in seen:
            continue
        seen.add(data)
        answer = await chat.tap(ana, data, on=on)
        assert not (answer.toast or "").startswith("Esse botão"), data
        if answer.spoken:
            assert "Algo deu errado" not in answer.text, data
            ahead += [(button.callback_data, answer) for button in answer.buttons]
        assert len(seen) < 400

    assert len(seen) > 40


async def test_a_group_hears_nothing(chat: Chat, ana: Customer) -> None:
    words = {"message_id": 1, "date": 0, "chat": {"id": -5, "type": "group"}, "text": "/start"}

    answer = await chat._feed(message=words | {"from": {"id": 11, "is_bot": False, "first_name": "Ana"}})

    assert answer.calls == []


async def test_who_stops_the_bot_is_remembered(chat: Chat, ana: Customer) -> None:
    user = {"id": 11, "is_bot": False, "first_name": "Ana"}
    bot = {"id": 42, "is_bot": True, "first_name": "Chegou"}
    left = {
        "chat": {"id": 11, "type": "private"},
        "from": user,
        "date": 0,
        "old_chat_member": {"status": "member", "user": bot},
        "new_chat_member": {"status": "kicked", "user": bot, "until_date": 0},
    }

    await chat._feed(my_chat_member=left)

    assert chat.people.left == [ana.id]


async def test_a_payment_in_the_chat_is_passed_on_even_before_the_terms(
    chat: Chat, newcomer: Customer
) -> None:
    paid = {
        "currency": "XTR",
        "total_amount": 800,
        "invoice_payload": "bill",
        "telegram_payment_charge_id": "charge",
        "provider_payment_charge_id": "",
    }

    answer = await chat.hear(newcomer, successful_payment=paid)

    assert answer.calls == []
    assert chat.till.paid == [(12, "bill", "XTR", 800, "charge")]


@pytest.mark.parametrize(("payload", "is_fine"), [("bill", True), ("forged", False)])
async def test_a_question_before_payment_is_answered(
    chat: Chat, ana: Customer, payload: str, *, is_fine: bool
) -> None:
    answer = await chat.be_asked(ana, payload)

    (said,) = answer.calls
    assert isinstance(said, AnswerPreCheckoutQuery)
    assert said.ok is is_fine
    assert (said.error_message is None) is is_fine


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Banned(), "Sua conta está bloqueada"),
        (GatewayUnavailable(), "A forma de pagamento não respondeu"),
        (ProviderUnavailable(), "O fornecedor não respondeu"),
        (RuntimeError(), "Algo deu errado do nosso lado"),
    ],
)
async def test_a_question_before_payment_is_declined_whatever_goes_wrong(
    chat: Chat, ana: Customer, trouble: Exception, words: str
) -> None:
    async def fail(*_: object) -> None:
        raise trouble

    chat.till.question = fail  # type: ignore[method-assign,assignment]

    answer = await chat.be_asked(ana, "bill")

    (said,) = answer.calls
    assert isinstance(said, AnswerPreCheckoutQuery)
    assert said.ok is False
    assert words in (said.error_message or "")


async def test_a_used_number_is_rented_again_after_its_price_was_seen(chat: Chat, ana: Customer) -> None:
    chat.counter.numbers[UUID(int=77)] = number_of(
        ana, NumberStatus.FINISHED, codes=(code_of(),), can_rent_again=True
    )
    number = await chat.tap(ana, ShowNumber(number=UUID(int=77)).pack())

    card = await chat.tap(ana, number.data("🔁 Alugar de novo"))
    bought = await chat.tap(ana, card.data("🛒 Comprar por R$ 2,60"), on=card)

    assert "+55 11 91234-5678" in card.text
    assert "R$ 2,60" in card.text
    assert len(chat.counter.sold) == 1
    assert "Pedido feito" in bought.text


async def test_a_problem_is_told_by_its_reason_and_leads_out(chat: Chat, ana: Customer) -> None:
    chat.counter.numbers[UUID(int=77)] = number_of(ana)
    number = await chat.tap(ana, ShowNumber(number=UUID(int=77)).pack())

    problem = await chat.tap(ana, number.data("⚠️ Problema"), on=number)
    noted = await chat.tap(ana, problem.data("⛔ O serviço recusou"), on=problem)

    assert [button.text for button in problem.buttons][1:4] == [
        "🚫 Já foi usado",
        "⛔ O serviço recusou",
        "❔ Outro problema",
    ]
    assert chat.complaints.told == [(UUID(int=77), ReportReason.REFUSED)]
    assert noted.text.startswith("🙏 Anotado")
    assert [button.text.split()[0] for button in noted.buttons] == ["✕", "🌍", "‹", "🏠"]
