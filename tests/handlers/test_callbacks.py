from decimal import Decimal
from uuid import UUID

import pytest
from aiogram.filters.callback_data import CallbackData
from hypothesis import given
from hypothesis import strategies as some

from handlers import callbacks
from handlers.callbacks import Accept, Go, Pay, Place, lengthen, shorten, with_asked
from services.views import ReportReason

LONGEST = UUID(int=2**128 - 1)
FULL: list[CallbackData] = [
    *(Go(to=place) for place in Place),
    callbacks.Speak(language="pt_BR", asked="/buy whatsapp brazil"),
    callbacks.ChooseLanguage(asked="/start paid_" + shorten(LONGEST)),
    Accept(asked="/start paid_" + str(LONGEST)),
    callbacks.Services(page=999),
    callbacks.Search(),
    callbacks.AllCountries(page=99),
    callbacks.InCountry(country=1234, page=99),
    callbacks.Countries(service=LONGEST, sort="success", page=99),
    callbacks.Quote(service=LONGEST, country=1234, operator="virgin_mobile"),
    callbacks.Operators(offer=LONGEST),
    callbacks.Buy(offer=LONGEST),
    callbacks.TopUpFor(offer=LONGEST),
    callbacks.ShowNumber(number=LONGEST),
    callbacks.CheckNumber(number=LONGEST),
    callbacks.CancelNumber(number=LONGEST),
    callbacks.Problem(number=LONGEST),
    callbacks.AnotherCode(number=LONGEST),
    callbacks.RentAgain(number=LONGEST),
    callbacks.Report(number=LONGEST, reason=ReportReason.ALREADY_USED),
    callbacks.FinishNumber(number=LONGEST),
    callbacks.WholeMessage(message=LONGEST),
    callbacks.Ways(amount=Decimal("1000000.00"), service=LONGEST, country=1234),
    callbacks.TypeAmount(service=LONGEST, country=1234),
    Pay(gateway="mercadopago", amount=Decimal("1000000.00"), service=LONGEST, country=1234),
    Pay(gateway="pix", amount=Decimal("20.00")),
    callbacks.TypeEmail(topup=LONGEST),
    callbacks.EraseEmail(),
    callbacks.WaitForStock(service=LONGEST, country=99999),
    callbacks.SearchCountry(service=LONGEST),
    callbacks.CheckBill(topup=LONGEST),
    callbacks.CancelBill(topup=LONGEST),
    callbacks.History(page=9999),
    callbacks.Movement(entry=LONGEST, page=9999),
    callbacks.HistoryFile(),
    callbacks.OpenCases(page=999),
    callbacks.ListedCase(case=LONGEST, page=999),
    callbacks.ShowCase(case=LONGEST),
    callbacks.ResolveCase(case=LONGEST, how="done"),
]


@pytest.mark.parametrize("data", FULL, ids=repr)
def test_a_button_carries_its_choice_there_and_back_within_64_bytes(data: CallbackData) -> None:
    packed = data.pack()

    assert len(packed.encode()) <= callbacks.DATA_LIMIT
    assert type(data).unpack(packed) == data


def test_every_kind_of_button_is_tried() -> None:
    kinds = {kind for kind in CallbackData.__subclasses__() if kind.__module__ == callbacks.__name__}

    assert {type(data) for data in FULL} == kinds
    assert len({kind.__prefix__ for kind in kinds}) == len(kinds)


@given(some.uuids())
def test_an_id_is_written_in_22_characters(any_id: UUID) -> None:
    assert len(shorten(any_id)) == 22
    assert lengthen(shorten(any_id)) == lengthen(str(any_id)) == any_id


@pytest.mark.parametrize("forged", ["", "short", "=" * 22, "é" * 22, "x" * 36])
def test_what_is_no_id_is_refused(forged: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  many kinds of nonsense, one kind of no
        lengthen(forged)


@given(some.text(max_size=200))
def test_whatever_was_asked_fits_on_the_button(asked: str) -> None:
    carried = with_asked(f"/{asked}")

    Accept(asked=carried).pack()
    assert f"/{asked}".startswith(carried)


def test_what_is_too_long_to_be_carried_goes_on_as_the_bare_command() -> None:
    assert with_asked("/buy whatsapp brazil") == "/buy whatsapp brazil"
    assert with_asked("/buy@chegou_bot " + "x" * 60) == "/buy"
    assert with_asked("/grant 1|2") == "/grant"
