"""Where the modules of a QR code lie, and which of them are dark."""

from collections.abc import Iterator

_FORMAT_MASK, _FORMAT_GENERATOR = 0x5412, 0x537
_VERSION_GENERATOR = 0x1F25
_LEVEL_M_MASK_0 = 0b00_000


class _Sheet:
    """A square of modules, of which some are fixed by the pattern."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.dark = [[False] * size for _ in range(size)]
        self.fixed = [[False] * size for _ in range(size)]

    def fix(self, row: int, column: int, *, dark: bool) -> None:
        if 0 <= row < self.size and 0 <= column < self.size:
            self.dark[row][column], self.fixed[row][column] = dark, True


def lay_out(version: int, codewords: bytes) -> list[list[bool]]:
    """Draw the pattern, then the codewords under mask 0, which every reader takes."""
    sheet = _Sheet(17 + 4 * version)
    _draw_timing(sheet)
    _draw_finders(sheet)
    _draw_alignments(sheet, version)
    _draw_format(sheet)
    _draw_version(sheet, version)
    bits = (bool(word >> shift & 1) for word in codewords for shift in range(7, -1, -1))
    for row, column in _path(sheet):
        sheet.dark[row][column] = next(bits, False) ^ ((row + column) % 2 == 0)
    return sheet.dark


def _draw_timing(sheet: _Sheet) -> None:
    for index in range(sheet.size):
        sheet.fix(6, index, dark=index % 2 == 0)
        sheet.fix(index, 6, dark=index % 2 == 0)


def _draw_finders(sheet: _Sheet) -> None:
    far = sheet.size - 4
    for row, column in ((3, 3), (3, far), (far, 3)):
        _draw_rings(sheet, row, column, reach=4, light=(2, 4))


def _draw_alignments(sheet: _Sheet, version: int) -> None:
    places = _alignment_places(version)
    last = len(places) - 1
    for i, row in enumerate(places):
        for j, column in enumerate(places):
            if (i, j) not in ((0, 0), (0, last), (last, 0)):  # there the finders are
                _draw_rings(sheet, row, column, reach=2, light=(1,))


def _draw_rings(sheet: _Sheet, row: int, column: int, *, reach: int, light: tuple[int, ...]) -> None:
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            sheet.fix(row + down, column + right, dark=max(abs(down), abs(right)) not in light)


def _alignment_places(version: int) -> list[int]:
    if version == 1:
        return []
    count = version // 7 + 2
    step = (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2
    last = 4 * version + 10
    return [6, *sorted(last - step * index for index in range(count - 1))]


def _draw_format(sheet: _Sheet) -> None:
    bits = (_LEVEL_M_MASK_0 << 10 | _rest(_LEVEL_M_MASK_0, _FORMAT_GENERATOR, 10)) ^ _FORMAT_MASK
    size = sheet.size
    around = [(0, 8), (1, 8), (2, 8), (3, 8), (4, 8), (5, 8), (7, 8), (8, 8), (8, 7)]
    around += [(8, column) for column in range(5, -1, -1)]
    apart = [(8, size - 1 - index) for index in range(8)] + [(size - 7 + index, 8) for index in range(7)]
    for places in (around, apart):
        for index, (row, column) in enumerate(places):
            sheet.fix(row, column, dark=bool(bits >> index & 1))
    sheet.fix(size - 8, 8, dark=True)


def _draw_version(sheet: _Sheet, version: int) -> None:
    if version < 7:
        return
    bits = version << 12 | _rest(version, _VERSION_GENERATOR, 12)
    for index in range(18):
        near, far = index // 3, sheet.size - 11 + index % 3
        sheet.fix(near, far, dark=bool(bits >> index & 1))
        sheet.fix(far, near, dark=bool(bits >> index & 1))


def _rest(value: int, generator: int, degree: int) -> int:
    """What is left of value·x^degree divided by the generator."""
    rest = value
    for _ in range(degree):
        rest = rest << 1 ^ (rest >> degree - 1) * generator
    return rest


def _path(sheet: _Sheet) -> Iterator[tuple[int, int]]:
    """The free modules in reading order: pairs of columns from the right, up and down in turn."""
    upward = True
    for right in range(sheet.size - 1, 0, -2):
        column = right if right > 6 else right - 1  # the column of the timing pattern is skipped
        for step in range(sheet.size):
            row = sheet.size - 1 - step if upward else step
            for place in (column, column - 1):
                if not sheet.fixed[row][place]:
                    yield row, place
        upward = not upward
