"""The bytes of a QR code: the text, padded, and the Reed-Solomon bytes that mend it."""

from collections.abc import Sequence
from itertools import chain, zip_longest

# ISO/IEC 18004, level M, versions 1 to 20: all codewords, those of correction per block, blocks
_ALL = (
    26, 44, 70, 100, 134, 172, 196, 242, 292, 346, 404, 466, 532, 581, 655, 733, 815, 901, 991, 1085,
)  # fmt: skip
_CORRECTION = (10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26)
_BLOCKS = (1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16)
_PADDING = (0xEC, 0x11)


def encode(text: bytes) -> tuple[int, bytes]:
    """Choose the smallest version that holds the text, and write all its codewords."""
    for version in range(1, len(_ALL) + 1):
        room = _ALL[version - 1] - _CORRECTION[version - 1] * _BLOCKS[version - 1]
        if len(text) + (2 if version < 10 else 3) <= room:
            return version, _woven(_padded(text, version, room), version)
    raise ValueError(f"{len(text)} bytes are too many for one QR code")


def _padded(text: bytes, version: int, room: int) -> bytes:
    """Mode (4 bits), length (8 or 16 bits), text, an end of 4 zero bits, padding."""
    length_bits = 8 if version < 10 else 16
    bits = (0b0100 << length_bits | len(text)) << 8 * len(text) | int.from_bytes(text, "big")
    count = 4 + length_bits + 8 * len(text)
    written = (bits << 4).to_bytes((count + 4) // 8, "big")
    return written + bytes(_PADDING[index % 2] for index in range(room - len(written)))


def _woven(payload: bytes, version: int) -> bytes:
    """Cut into blocks, mend each, and take one codeword from each in turn."""
    blocks = list(_cut(payload, _BLOCKS[version - 1]))
    generator = _generator(_CORRECTION[version - 1])
    mending = [_remainder(block, generator) for block in blocks]
    return bytes(_in_turn(blocks) + _in_turn(mending))


def _cut(payload: bytes, count: int) -> list[bytes]:
    """The later blocks are one longer when the payload does not divide evenly."""
    short, longer = divmod(len(payload), count)
    sizes = [short] * (count - longer) + [short + 1] * longer
    starts = [sum(sizes[:index]) for index in range(count)]
    return [payload[start : start + size] for start, size in zip(starts, sizes, strict=True)]


def _in_turn(blocks: Sequence[bytes]) -> list[int]:
    return [word for word in chain.from_iterable(zip_longest(*blocks)) if word is not None]


def _tables() -> tuple[list[int], list[int]]:
    """Powers and logarithms in the field of 256 elements over 0x11D."""
    powers, logarithms, value = [0] * 255, [0] * 256, 1
    for exponent in range(255):
        powers[exponent], logarithms[value] = value, exponent
        value = value << 1 ^ (0x11D if value & 0x80 else 0)
    return powers, logarithms


_POWERS, _LOGARITHMS = _tables()


def _times(left: int, right: int) -> int:
    if not left or not right:
        return 0
    return _POWERS[(_LOGARITHMS[left] + _LOGARITHMS[right]) % 255]


def _generator(degree: int) -> list[int]:
    """The product of (x - 2^i), without its leading 1."""
    generator = [1]
    for exponent in range(degree):
        shifted = [*generator, 0]
        for index, coefficient in enumerate(generator):
            shifted[index + 1] ^= _times(coefficient, _POWERS[exponent])
        generator = shifted
    return generator[1:]


def _remainder(block: bytes, generator: Sequence[int]) -> bytes:
    remainder = [0] * len(generator)
    for word in block:
        factor = word ^ remainder[0]
        remainder = [*remainder[1:], 0]
        for index, coefficient in enumerate(generator):
            remainder[index] ^= _times(coefficient, factor)
    return bytes(remainder)
