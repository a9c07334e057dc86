"""What a person types in their own words, looks up again, or is done with."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from aiogram.methods import EditMessageReplyMarkup, SendMessage

from handlers.callbacks import FinishNumber, Movement
from handlers.screens.numbers import code_screen
from handlers.texts import TextBook
from services.views import Customer, NumberStatus
from tests.handlers.chat import Answer, Chat
from tests.handlers.shop import NOW, code_of, number_of


async def test_the_bare_name_of_a_service_is_understood_and_other_talk_is_not(
    chat: Chat, ana: Customer
) -> None:
    card = await chat.say(ana, "WhatsApp Brazil")
    countries = await chat.say(ana, "whatsapp")
    talk = [await chat.say(ana, words) for words in ("wa", "bom dia", "whatsapp " * 400)]

    assert card.buttons[0].text == "🛒 Comprar por R$ 4,90"
    assert "escolha o país" in countries.text
    assert all("Não entendi" in answer.text for answer in talk)


async def test_a_service_with_no_such_country_is_shown_where_it_can_be_had(chat: Chat, ana: Customer) -> None:
    answer = await chat.say(ana, "/buy whatsapp atlantis")

    assert "Não conheço o país “atlantis”" in answer.text
    assert answer.buttons[0].text.startswith("🇨🇴 Colômbia")


async def test_a_country_is_found_by_typing_its_name(chat: Chat, ana: Customer) -> None:
    countries = await chat.say(ana, "/buy whatsapp")
    asked = await chat.tap(ana, countries.data("🔎 País"), on=countries)
    unknown = await chat.say(ana, "atlantis")
    card = await chat.say(ana, "brazil")

    assert "Digite o nome do país" in asked.text
    assert "Não conheço o país “atlantis”" in unknown.text
    assert card.buttons[0].text == "🛒 Comprar por R$ 4,90"


async def test_no_words_are_too_long_to_be_answered(chat: Chat, ana: Customer) -> None:
    searched = await chat.say(ana, f"/buy {'y' * 4000}")
    amount = await chat.say(ana, f"/topup {'9' * 4000}")
    person = await chat.say(ana, f"/start buy_{'_' * 60}")

    assert "Nada encontrado" in searched.text
    assert "não é um valor" in amount.text
    assert "escolha o serviço" in person.text


async def test_a_finished_number_leaves_no_dead_buttons_under_its_code(chat: Chat, ana: Customer) -> None:
    card = number_of(ana, NumberStatus.FINISHED, codes=(code_of(),))
    chat.counter.numbers[card.id] = card
    shown = code_screen(replace(card, status=NumberStatus.ACTIVE), code_of(), TextBook().texts("pt_BR"))

    answer = await chat.tap(
        ana,
        FinishNumber(number=card.id).pack(),
        on=Answer([SendMessage(chat_id=11, text=shown.text, reply_markup=shown.keyboard)]),
    )

    (edit,) = [call for call in answer.calls if isinstance(call, EditMessageReplyMarkup)]
    assert edit.reply_markup is not None
    left = [button.text for row in edit.reply_markup.inline_keyboard for button in row]
    assert left == ["📋 Copiar 482913", "💬 Ver SMS inteiro"]


async def test_a_line_of_the_history_tells_its_whole_story(chat: Chat, ana: Customer) -> None:
    card = number_of(ana, NumberStatus.FINISHED, codes=(code_of(),), ended_at=NOW + timedelta(minutes=2))
    chat.counter.numbers[card.id] = card
    chat.ledger.lines = (replace(chat.ledger.lines[0], number_id=card.id), *chat.ledger.lines[1:])
    history = await chat.say(ana, "/history")

    story = await chat.tap(ana, history.data("1"), on=history)
    bought = await chat.tap(ana, history.data("2"), on=history)
    strange = await chat.tap(ana, Movement(entry=UUID(int=404)).pack())

    assert "pedido, R$ 4,90 reservados" in story.text
    assert "código <code>482913</code>" in story.text
    assert story.text.index("482913") < story.text.index("concluído")
    assert [button.text for button in story.buttons] == ["🛒 Outro número", "‹ Voltar", "🏠 Início"]
    assert "recarga · Pix" in bought.text
    assert strange.text.startswith("Não encontrei este movimento")


async def test_papers_lead_a_newcomer_back_to_the_terms(chat: Chat, newcomer: Customer) -> None:
    terms = await chat.say(newcomer, "/start")

    paper = await chat.tap(newcomer, terms.data("📄"), on=terms)
    back = await chat.tap(newcomer, paper.data("‹ Voltar"), on=paper)

    assert not paper.is_edit
    assert back.is_edit
    assert back.buttons[0].text == "✅ Aceito"
