import struct
import zlib
from collections.abc import Sequence

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIXELS, _QUIET = 6, 4


def write_png(dark: Sequence[Sequence[bool]]) -> bytes:
    """Write modules as a grey picture of one bit a pixel, with the quiet zone around."""
    width = (len(dark) + 2 * _QUIET) * _PIXELS
    empty = b"\x00" + b"\xff" * ((width + 7) // 8)
    rows = [empty] * (_QUIET * _PIXELS)
    for line in dark:
        rows += [_row(line)] * _PIXELS
    rows += [empty] * (_QUIET * _PIXELS)
    header = struct.pack(">IIBBBBB", width, len(rows), 1, 0, 0, 0, 0)
    picture = zlib.compress(b"".join(rows), 9)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", picture) + _chunk(b"IEND", b"")


def _row(line: Sequence[bool]) -> bytes:
    light = "1" * (_QUIET * _PIXELS)
    bits = light + "".join(("0" if module else "1") * _PIXELS for module in line) + light
    bits += "1" * (-len(bits) % 8)
    return b"\x00" + int(bits, 2).to_bytes(len(bits) // 8, "big")


def _chunk(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))
