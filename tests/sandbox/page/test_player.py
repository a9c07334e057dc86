from decimal import Decimal
from typing import Any

import pytest

from bot.sandbox.player import amount_in, differences, phone_in
from bot.sandbox.screen import Screen, codes, shown


def message(number: int = 1, text: str = "", **more: Any) -> dict[str, Any]:
    return {"message_id": number, "text": text, **more}


def under(*labels: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": "x"}] for label in labels]}


def books(**changes: Any) -> Any:
    audit = {"ok": True, "credits_total": "21.75", "held_total": "0.00", **changes}
    upstream = {"violations": [], "held": Decimal(0), "activations": 3}
    return {"audit": audit, "outside": {"upstream": upstream, "stripe": {"BRL": "25.00"}}}


def test_a_code_is_found_behind_letters_of_two_units() -> None:
    text = "🔑 482913"
    found = codes(message(text=text, entities=[{"type": "code", "offset": 3, "length": 6}]))

    assert found == ["482913"]


def test_only_what_changed_since_is_seen() -> None:
    screen = Screen()
    screen.see({"number": 1, "kind": "message", "message": message(1, "old", reply_markup=under("Comprar"))})
    screen.see({"number": 2, "kind": "message", "message": message(2, "new")})

    assert screen.key("comprar", since=1) is None
    screen.see({"number": 3, "kind": "edit", "message": message(1, "again", reply_markup=under("Comprar"))})
    found = screen.key("comprar", since=1)
    assert found is not None
    assert found.label == "Comprar"


def test_a_deleted_message_is_not_seen() -> None:
    screen = Screen()
    screen.see({"number": 1, "kind": "message", "message": message(1, "here")})

    screen.see({"number": 2, "kind": "delete", "message_ids": [1]})

    assert screen.find("here") is None


def test_what_the_person_said_is_no_answer() -> None:
    screen = Screen()

    screen.see({"number": 1, "kind": "message", "message": message(1, "+55 11 91234-5678", outgoing=True)})

    assert screen.find("55") is None


def test_a_message_is_written_with_its_buttons() -> None:
    text = shown(message(text="Oi\n\nAna", reply_markup=under("Aceito", "Language")), "shop ▸ ")

    assert text.splitlines() == ["shop ▸ Oi", "       Ana", "       [ Aceito ]", "       [ Language ]"]


@pytest.mark.parametrize("text", ["R$ 3,25 · 721 disponíveis", "R$ 3.25", "WhatsApp\nR$ 3,25 (+5 %)"])
def test_a_price_is_read_in_either_way_of_writing(text: str) -> None:
    assert amount_in(text) == Decimal("3.25")


def test_a_phone_number_is_read_as_upstream_writes_it() -> None:
    assert phone_in(message(text="📱 +55 11 91234-5678      WhatsApp")) == "5511912345678"


def test_books_that_agree_leave_nothing_to_say() -> None:
    assert differences(books(), topup=Decimal(25), credits_left=Decimal("21.75")) == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"ok": False}, "verdict"),
        ({"credits_total": "25.00"}, "credits"),
        ({"held_total": "3.25"}, "reserved"),
    ],
)
def test_books_that_differ_are_named(changes: dict[str, Any], word: str) -> None:
    found = differences(books(**changes), topup=Decimal(25), credits_left=Decimal("21.75"))

    assert len(found) == 1
    assert word in found[0]
