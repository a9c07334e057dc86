"""Pix codes ("copia e cola"): the EMV fields of a BR Code, closed by a CRC."""

from collections.abc import Mapping
from decimal import Decimal

_PIX = "br.gov.bcb.pix"
_CRC = "6304"  # id and length of the last field, themselves part of what is summed


def write_code(*, key: str, amount: Decimal, txid: str, name: str, city: str) -> str:
    """Write the code by which a person pays an amount to a Pix key, once."""
    body = "".join(
        (
            _field("00", "01"),
            _field("26", _field("00", _PIX) + _field("01", key)),
            _field("52", "0000"),
            _field("53", "986"),  # ISO 4217: the real
            _field("54", f"{amount:.2f}"),
            _field("58", "BR"),
            _field("59", name[:25]),
            _field("60", city[:15]),
            _field("62", _field("05", txid[:25])),
            _CRC,
        )
    )
    return f"{body}{crc16(body):04X}"


def read_code(code: str) -> Mapping[str, str]:
    """Read a code's outer fields; refuse one whose sum is wrong."""
    body, told = code[:-4], code[-4:]
    if not body.endswith(_CRC) or told.upper() != f"{crc16(body):04X}":
        raise ValueError("this is no Pix code, or it was damaged on the way")
    return fields(body.removesuffix(_CRC))


def txid_of(code: str) -> str:
    return fields(read_code(code).get("62", "")).get("05", "")


def fields(text: str) -> dict[str, str]:
    """Split a run of fields: two digits of id, two of length, the value."""
    found: dict[str, str] = {}
    while text:
        name, length = text[:2], text[2:4]
        if not length.isdigit() or len(text) < 4 + int(length):
            raise ValueError("a field of this code is cut off")
        found[name], text = text[4 : 4 + int(length)], text[4 + int(length) :]
    return found


def crc16(text: str) -> int:
    """CRC16-CCITT with polynomial 0x1021, begun at 0xFFFF."""
    crc = 0xFFFF
    for byte in text.encode():
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def _field(name: str, value: str) -> str:
    return f"{name}{len(value):02}{value}"
