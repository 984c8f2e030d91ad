"""Candles in cells. Each cell is two halves, each half empty, wick or body; one glyph per pair.

Up is a thin bar and down a solid block in every theme, so that direction can be read without colour.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from tui.widgets.chart.scale import Span
from tui.widgets.chart.series import Bar

EMPTY, WICK, BODY = 0, 1, 2

RISING = (" ╷╻", "╵│╽", "╹╿┃")
"""Glyphs by upper half, then lower half."""
FALLING = (" ╷▄", "╵│╽", "▀╿█")
NO_TRADE = "·"
_DOJI = {(True, True): "┼", (True, False): "┴", (False, True): "┬", (False, False): "─"}
"""By wick above, wick below: open and close are one price."""


def halves(bar: Bar, span: Span, rows: int) -> list[int]:
    """What each of the ``2 × rows`` halves holds, from the bottom; halves outside the span are left out."""
    count = 2 * rows
    result = [EMPTY] * count
    _fill(result, span.part(bar.low, count), span.part(bar.high, count), WICK)
    body = sorted((span.part(bar.open, count), span.part(bar.close, count)))
    _fill(result, body[0], body[1], BODY)
    return result


def _fill(target: list[int], lowest: int, highest: int, value: int) -> None:
    for half in range(max(lowest, 0), min(highest, len(target) - 1) + 1):
        target[half] = value


def column(bar: Bar, span: Span, rows: int) -> str:
    """One candle as ``rows`` glyphs, top first."""
    return _column(bar._replace(volume=_NO_VOLUME, open_ns=0, close_ns=0, progress=False), span, rows)


_NO_VOLUME = Decimal(0)
_REMEMBERED = 4096
"""Columns remembered: most candles on the screen are the ones of the frame before."""


@lru_cache(maxsize=_REMEMBERED)
def _column(bar: Bar, span: Span, rows: int) -> str:
    if not bar.traded:
        return _single(NO_TRADE, span.row(bar.close, rows), rows)
    table = RISING if bar.rising else FALLING
    filled = halves(bar, span, rows)
    glyphs = "".join(table[filled[half + 1]][filled[half]] for half in range(2 * rows - 2, -1, -2))
    row = span.row(bar.close, rows)
    if bar.open != bar.close or row is None:
        return glyphs
    body = span.part(bar.close, 2 * rows)
    above, below = span.part(bar.high, 2 * rows) > body, span.part(bar.low, 2 * rows) < body
    return glyphs[:row] + _DOJI[above, below] + glyphs[row + 1 :]


def _single(glyph: str, row: int | None, rows: int) -> str:
    return "".join(glyph if at == row else " " for at in range(rows))


SPARKS = "▁▂▃▄▅▆▇█"
_CALM_SPARKS = "▁▂▃▅▇"


def sparkline(values: list[int], width: int, glyphs: str = _CALM_SPARKS) -> str:
    """The last ``width`` values as one row of blocks, lowest to highest, left-padded."""
    shown = values[-width:] if width > 0 else []
    if not shown:
        return " " * max(width, 0)
    span = Span(min(shown), max(shown))
    return "".join(glyphs[span.part(value, len(glyphs))] for value in shown).rjust(width)
