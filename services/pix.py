"""Pix codes ("copia e cola"): whether one is whole, and its picture."""

import binascii
import re
from io import BytesIO

# EMV: the last field is number 63, four long, and checks all before it, its own head included
_LAST_FIELD = re.compile(r"6304([0-9A-Fa-f]{4})\Z")
_FIRST_FIELD = "000201"
_PIXELS_A_DOT = 8


def is_valid_br_code(code: str) -> bool:
    """Tell a whole code from one that was cut, mistyped or made up."""
    last = _LAST_FIELD.search(code)
    if last is None or not code.startswith(_FIRST_FIELD) or not _are_fields(code):
        return False
    # CRC-16 with polynomial 0x1021 from 0xFFFF
    return binascii.crc_hqx(code[:-4].encode(), 0xFFFF) == int(last[1], 16)


def _are_fields(code: str) -> bool:
    """EMV: two digits of number, two of length, then as many characters."""
    while code:
        if not code[:4].isdecimal() or len(code) < 4 + int(code[2:4]):
            return False
        code = code[4 + int(code[2:4]) :]
    return True


def draw_qr(code: str) -> bytes:
    """Draw the code as a PNG that any bank's camera reads."""
    import segno  # noqa: PLC0415  only where a picture has to be drawn

    image = BytesIO()
    segno.make(code, error="m", micro=False).save(image, kind="png", scale=_PIXELS_A_DOT, border=4)
    return image.getvalue()
