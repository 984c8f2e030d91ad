"""From the chart's facts to lines of text: plot, volume, axes, title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tui.format.clean import clean
from tui.format.numbers import compact, fixed, signed
from tui.format.times import clock_short, length_words, zone_name
from tui.styles.palette import Ink
from tui.widgets.chart.axes import Claim, axis_width, price_axis, time_axis
from tui.widgets.chart.grid import sparkline
from tui.widgets.chart.marks import last_claim
from tui.widgets.chart.model import ChartModel
from tui.widgets.chart.plot import (
    Canvas,
    column_of,
    draw_candles,
    draw_cross,
    draw_fills,
    draw_gap,
    draw_level,
    draw_series,
)
from tui.widgets.chart.scale import Span
from tui.widgets.chart.series import Bar
from tui.widgets.chart.volume import most_volume, volume_column, volume_rows
from tui.widgets.line import DIM, PLAIN, Line, Token, right
from tui.widgets.squeeze import Part, squeeze

_FEWEST_ROWS = 3
_FEWEST_COLUMNS = 12
_COMPACT, _NORMAL = 40, 70
_VOLUME_INK = DIM
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class _Frame:
    """What one picture is made of."""

    bars: Sequence[Bar]
    part: slice
    span: Span
    plot: Canvas
    volume_rows: int
    axis: int
    pitch: int

    def x(self, index: int) -> int:
        """Screen column of a visible bar."""
        return column_of(index, len(self.bars), self.plot.width, self.pitch)


@dataclass(frozen=True, slots=True)
class ChartPicture:
    """The chart's body, and how much of it is plot."""

    lines: list[Line]
    plot_rows: int = 0
    plot_columns: int = 0


def chart_lines(model: ChartModel, width: int, height: int, now_ns: int) -> ChartPicture:
    """Draw the body in ``height`` rows."""
    if height < 1:
        return ChartPicture([])
    if not model.bars:
        words = "" if model.instrument is None else f"Waiting for candles of {clean(model.instrument.symbol)}."
        return ChartPicture([*([] for _ in range(height // 2)), [(words.center(width), DIM)]])
    if height < _FEWEST_ROWS or width < _FEWEST_COLUMNS:
        closes = [bar.close for bar in model.bars[model.view.visible(model.bars, width)]]
        return ChartPicture([[(sparkline(closes, width), PLAIN)]])
    frame = _frame(model, width, height, now_ns)
    _draw(model, frame)
    claims = [last_claim(model.bars[-1].close), *model.marks.claims(model.tick), *_cross_claim(model, frame)]
    labels = price_axis(frame.span, frame.plot.height, model.tick, model.price_decimals, claims)
    lines: list[Line] = [[*line, label] for line, label in zip(frame.plot.lines(), labels, strict=True)]
    lines += _volume_lines(frame)
    lines.append(_time_line(model, frame))
    return ChartPicture(lines, frame.plot.height, frame.plot.width)


def _frame(model: ChartModel, width: int, height: int, now_ns: int) -> _Frame:
    rows_of_volume = volume_rows(height - 1) if model.show_volume else 0
    rows = height - 1 - rows_of_volume
    axis = 0 if model.scale.span is None else axis_width(model.scale.span, model.tick, model.price_decimals)
    span = Span(0, 0)
    part = slice(0, 0)
    # The axis is as wide as its labels, and the labels follow from what is visible beside the axis: twice settles it.
    for _ in range(2):
        part = model.view.visible(model.bars, width - axis)
        shown = model.bars[part]
        orders = [claim.price for claim in model.marks.claims(model.tick)]
        span = model.scale.fit(min(bar.low for bar in shown), max(bar.high for bar in shown), orders, now_ns)
        axis = min(axis_width(span, model.tick, model.price_decimals), width - 1)
    part = model.view.visible(model.bars, width - axis)
    canvas = Canvas(width - axis, rows)
    return _Frame(model.bars[part], part, span, canvas, rows_of_volume, axis, model.view.pitch)


def _draw(model: ChartModel, frame: _Frame) -> None:
    plot, span, pitch = frame.plot, frame.span, frame.pitch
    draw_candles(plot, frame.bars, span, pitch)
    draw_fills(plot, model.marks.fills_by_bar(frame.bars), frame.bars, span, pitch)
    number = 0
    for _, series in model.lines:
        for values in series:
            draw_series(plot, values[frame.part], span, pitch, number)
            number += 1
    if model.view.cross is not None:
        draw_cross(plot, plot.width - 1 - model.view.cross * pitch, model.view.cross_row)
    draw_level(plot, model.bars[-1].close, span, "╌", DIM)
    for claim in model.marks.claims(model.tick):
        draw_level(plot, claim.price, span, "┄", claim.ink)
    for hole in model.holes:
        inside = [index for index, bar in enumerate(frame.bars) if _overlaps(bar, hole.from_ns, hole.to_ns)]
        if inside and not hole.refilled:
            words = f"GAP {length_words(hole.to_ns - hole.from_ns)}"
            draw_gap(plot, frame.x(inside[0]), frame.x(inside[-1]), words)


def _overlaps(bar: Bar, from_ns: int, to_ns: int) -> bool:
    return bar.open_ns <= to_ns and from_ns <= bar.close_ns


def _cross_claim(model: ChartModel, frame: _Frame) -> list[Claim]:
    if model.view.cross is None:
        return []
    price = frame.span.price_at(model.view.cross_row, frame.plot.height)
    return [Claim(price, "┈", -1, Ink(Token.INFO, reverse=True))]


def _volume_lines(frame: _Frame) -> list[Line]:
    rows, width = frame.volume_rows, frame.plot.width
    if not rows:
        return []
    most = most_volume([bar.volume for bar in frame.bars])
    columns = [" " * rows] * width
    for index, bar in enumerate(frame.bars):
        x = frame.x(index)
        if x >= 0:
            columns[x] = volume_column(bar.volume, most, rows)
    labels = [right(f"vol {compact(most, 4)}", frame.axis)] + [" " * frame.axis] * (rows - 1)
    return [
        [("".join(row), _VOLUME_INK), (label, DIM)]
        for row, label in zip(zip(*columns, strict=True), labels, strict=True)
    ]


def _time_line(model: ChartModel, frame: _Frame) -> Line:
    times: list[int | None] = [None] * frame.plot.width
    for index, bar in enumerate(frame.bars):
        x = frame.x(index)
        if x >= 0:
            times[x] = bar.open_ns
    length_ns = model.interval.length_ns or 30 * 86_400 * 1_000_000_000
    seconds = max(length_ns * model.view.times // 1_000_000_000, 1)
    text = list(time_axis(times, seconds, frame.pitch, model.zone))
    for hole in model.holes:
        if hole.refilled:
            for index, bar in enumerate(frame.bars):
                x = frame.x(index)
                if _overlaps(bar, hole.from_ns, hole.to_ns) and x >= 0 and text[x] == " ":
                    text[x] = "~"
    return [("".join(text), DIM), (" " * frame.axis, DIM)]


def chart_heading(model: ChartModel, width: int) -> Line:
    """The title: interval, indicators, and the last candle (or the one under the crosshair)."""
    times = model.view.times
    interval = f"{model.interval.value} ×{times}" if times > 1 else model.interval.value
    names = " ".join(indicator.value for indicator in model.indicators)
    parts = [Part((f"CHART {interval}",), Ink(bold=True))]
    if names:
        parts.append(Part((names,), Ink(Token.INFO), rank=2))
    if model.loaded_percent is not None:
        parts.append(Part((f"HISTORY {model.loaded_percent} %",), Ink(Token.WARN, bold=True)))
    if model.view.offset:
        parts.append(Part((f"← {model.view.offset} bars back", f"←{model.view.offset}"), Ink(Token.WARN)))
    bars = model.bars
    if not bars:
        return squeeze(parts, width)
    if model.view.cross is not None:
        parts.append(_crossed(model))
    elif width >= _COMPACT:
        bar = bars[-1]
        opened = f"O {_price(model, bar.open)}  " if width >= _NORMAL else ""
        rest = f"H {_price(model, bar.high)}  L {_price(model, bar.low)}  C {_price(model, bar.close)}"
        parts.append(Part((opened + rest, f"C {_price(model, bar.close)}"), DIM, rank=3))
    if width >= _NORMAL:
        parts.append(Part((zone_name(bars[-1].open_ns, model.zone),), DIM, rank=4))
    return squeeze(parts, width)


def _crossed(model: ChartModel) -> Part:
    bars = model.bars
    index = max(len(bars) - 1 - model.view.offset - (model.view.cross or 0), 0)
    bar = bars[index]
    change = Decimal(bar.close - bar.open) * _HUNDRED / bar.open if bar.open else None
    prices = [f"{name} {_price(model, value)}" for name, value in zip("OHLC", bar[:4], strict=True)]
    at = clock_short(bar.open_ns, model.zone)
    moved = f"Δ {signed(change)} %"
    full = "  ".join([at, *prices, f"V {compact(bar.volume)}", moved])
    return Part((full, *("  ".join([at, *prices[first:], moved]) for first in (0, 1, 3))), PLAIN, rank=1)


def _price(model: ChartModel, price: int) -> str:
    return fixed(price * model.tick, model.price_decimals)
