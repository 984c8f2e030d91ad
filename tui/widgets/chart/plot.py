"""The picture: candles, lines, marks and gaps laid over each other in a grid of cells, weakest last.

A cell once taken is kept: candles, then fills, then indicators, then the lines of prices. Only a gap's hatch is laid
over everything, since nothing under it was seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.model.side import Side
from tui.styles.palette import Ink
from tui.widgets.chart.grid import column
from tui.widgets.chart.indicators import quarter
from tui.widgets.chart.scale import Span
from tui.widgets.chart.series import Bar
from tui.widgets.line import DIM, PLAIN, Line, Token

_UP, _DOWN = Ink(Token.BID), Ink(Token.ASK)
_OWN = Ink(Token.OWN, bold=True)
_SERIES_INKS = (Ink(Token.INFO), Ink(Token.WARN), DIM)
_BLANK = " "
_MOST_FILLS = 9


@dataclass(slots=True)
class Canvas:
    """Cells of glyph and ink, row 0 at the top."""

    width: int
    height: int
    glyphs: list[list[str]] = field(init=False)
    inks: list[list[Ink]] = field(init=False)

    def __post_init__(self) -> None:
        self.glyphs = [[_BLANK] * self.width for _ in range(self.height)]
        self.inks = [[PLAIN] * self.width for _ in range(self.height)]

    def put(self, x: int, row: int, glyph: str, ink: Ink) -> bool:
        """Take a cell if it is inside and still empty."""
        if not (0 <= x < self.width and 0 <= row < self.height) or self.glyphs[row][x] != _BLANK:
            return False
        self.glyphs[row][x] = glyph
        self.inks[row][x] = ink
        return True

    def cover(self, x: int, row: int, glyph: str, ink: Ink) -> None:
        """Take a cell whatever is in it."""
        if 0 <= x < self.width and 0 <= row < self.height:
            self.glyphs[row][x] = glyph
            self.inks[row][x] = ink

    def lines(self) -> list[Line]:
        """Rows as runs of one ink each."""
        result: list[Line] = []
        for glyphs, inks in zip(self.glyphs, self.inks, strict=True):
            line: Line = []
            start = 0
            for at in range(1, self.width):
                if inks[at] is not inks[start] and inks[at] != inks[start]:
                    line.append(("".join(glyphs[start:at]), inks[start]))
                    start = at
            line.append(("".join(glyphs[start:]), inks[start] if inks else PLAIN))
            result.append(line)
        return result


def column_of(index: int, count: int, width: int, pitch: int) -> int:
    """Screen column of a visible bar: the youngest stands at the right edge."""
    return width - 1 - (count - 1 - index) * pitch


def draw_candles(canvas: Canvas, bars: Sequence[Bar], span: Span, pitch: int) -> None:
    """Candles at their columns; the one in progress is bold."""
    for index, bar in enumerate(bars):
        x = column_of(index, len(bars), canvas.width, pitch)
        ink = (_UP if bar.rising else _DOWN) if bar.traded else DIM
        ink = ink._replace(bold=bar.progress)
        for row, glyph in enumerate(column(bar, span, canvas.height)):
            if glyph != _BLANK:
                canvas.put(x, row, glyph, ink)


def draw_series(canvas: Canvas, values: Sequence[int | None], span: Span, pitch: int, number: int) -> None:
    """An average in quarter cells, in empty cells only; between two columns it runs straight.

    Args:
        canvas: What is drawn on.
        values: One price in ticks per visible bar.
        span: The scale.
        pitch: Columns per bar.
        number: 0 for the first series, which chooses dots and ink.
    """
    ink = _SERIES_INKS[number % len(_SERIES_INKS)]
    for index, value in enumerate(values):
        if value is None:
            continue
        following = values[index + 1] if index + 1 < len(values) else None
        for step in range(pitch if following is not None else 1):
            between = value if following is None else value + (following - value) * step // pitch
            cell = quarter(between, span, canvas.height, number)
            if cell is not None:
                canvas.put(column_of(index, len(values), canvas.width, pitch) + step, cell[0], cell[1], ink)


def draw_level(canvas: Canvas, price: int, span: Span, glyph: str, ink: Ink) -> None:
    """A horizontal line through the empty cells of a price's row."""
    row = span.row(price, canvas.height)
    if row is not None:
        for x in range(canvas.width):
            canvas.put(x, row, glyph, ink)


def draw_fills(
    canvas: Canvas, fills: Sequence[tuple[int, Side, int]], bars: Sequence[Bar], span: Span, pitch: int
) -> None:
    """My fills: buys ``▲`` under the low, sells ``▼`` over the high; several in one candle as their number.

    Args:
        canvas: What is drawn on.
        fills: (index of the bar, side, how many).
        bars: The visible bars.
        span: The scale.
        pitch: Columns per bar.
    """
    for index, side, count in fills:
        bar = bars[index]
        buying = side is Side.BUY
        row = canvas.height - 1 - span.part(bar.low if buying else bar.high, canvas.height) + (1 if buying else -1)
        row = max(min(row, canvas.height - 1), 0)
        glyph = ("▲" if buying else "▼") if count == 1 else str(min(count, _MOST_FILLS))
        canvas.cover(column_of(index, len(bars), canvas.width, pitch), row, glyph, _OWN)


def draw_gap(canvas: Canvas, first: int, last: int, words: str) -> None:
    """A hole in the stream: hatched full height, named once."""
    for x in range(max(first, 0), min(last, canvas.width - 1) + 1):
        for row in range(canvas.height):
            canvas.cover(x, row, "░", DIM)
    start = min(max(first, 0), max(canvas.width - len(words), 0))
    for offset, letter in enumerate(words):
        canvas.cover(start + offset, canvas.height // 2, letter, Ink(Token.WARN))


def draw_cross(canvas: Canvas, x: int, row: int) -> None:
    """The crosshair, through empty cells."""
    for at in range(canvas.height):
        canvas.put(x, at, "┊", Ink(Token.INFO))
    for at in range(canvas.width):
        canvas.put(at, row, "┈", Ink(Token.INFO))
