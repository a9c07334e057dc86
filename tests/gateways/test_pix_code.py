import binascii
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from services.pix import draw_qr, is_valid_br_code
from tests.gateways.mercadopago.samples import PIX_CODE

# the example of the Central Bank's own manual
CENTRAL_BANKS = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR"
    "5913Fulano de Tal6008BRASILIA62070503***63041D3D"
)


def checked(fields: str) -> str:
    return f"{fields}6304{binascii.crc_hqx(f'{fields}6304'.encode(), 0xFFFF):04X}"


@pytest.mark.parametrize("code", [CENTRAL_BANKS, PIX_CODE, CENTRAL_BANKS.replace("1D3D", "1d3d")])
def test_a_whole_code_is_valid(code: str) -> None:
    assert is_valid_br_code(code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "Fulano de Tal",
        CENTRAL_BANKS[:-1],
        CENTRAL_BANKS[:-8],
        CENTRAL_BANKS + " ",
        CENTRAL_BANKS.replace("Fulano", "Fulana"),
        CENTRAL_BANKS.replace("1D3D", "1D3E"),
        CENTRAL_BANKS.removeprefix("000201"),
        "000201" + "9" * 20 + "6304ABCD",
        pytest.param(checked("000201" + "5999Fulano de Tal"), id="a field longer than the code"),
        pytest.param(checked("000201" + "??03abc"), id="a field without a number"),
    ],
)
def test_a_cut_or_mistyped_code_is_not(code: str) -> None:
    assert not is_valid_br_code(code)


@pytest.mark.parametrize("code", [CENTRAL_BANKS, PIX_CODE, "0" * 512])
def test_the_picture_says_the_code(code: str) -> None:
    picture = draw_qr(code)

    (read,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture)))

    assert picture.startswith(b"\x89PNG")
    assert read.text == code
