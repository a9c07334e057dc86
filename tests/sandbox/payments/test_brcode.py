import io
from decimal import Decimal

import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.sandbox.payments.brcode import crc16, fields, read_code, txid_of, write_code
from bot.sandbox.payments.qr import draw_png


def code(amount: str = "10.00") -> str:
    return write_code(
        key="b6a1f0de-7c55-4c8e-9f0a-5a2d3c1e8b47",
        amount=Decimal(amount),
        txid="mpqrinter123456789012",
        name="Loja Sandbox",
        city="SAO PAULO",
    )


def test_the_sum_is_the_published_check_value() -> None:
    assert crc16("123456789") == 0x29B1


def test_a_code_carries_amount_and_name_of_its_payment() -> None:
    told = read_code(code("12.5"))

    assert (told["54"], told["53"], told["58"]) == ("12.50", "986", "BR")
    assert fields(told["26"])["00"] == "br.gov.bcb.pix"
    assert txid_of(code()) == "mpqrinter123456789012"


@pytest.mark.parametrize("place", [20, 60, -1])
def test_a_damaged_code_is_refused(place: int) -> None:
    letters = list(code())
    letters[place] = "0" if letters[place] != "0" else "1"

    with pytest.raises(ValueError, match="no Pix code"):
        read_code("".join(letters))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=600))
def test_a_drawn_code_reads_as_what_was_written(text: str) -> None:
    picture = Image.open(io.BytesIO(draw_png(text)))

    assert [one.text for one in zxingcpp.read_barcodes(picture)] == [text]
