"""Everything a chart knows: candles, marks, gaps, and which part is looked at. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from decimal import Decimal

from connectors.model.candle import Candle, Interval
from connectors.model.instrument import Instrument
from connectors.model.trade import Gap
from tui.widgets.chart.indicators import Indicator, Values, renew, values_of
from tui.widgets.chart.marks import ChartMarks
from tui.widgets.chart.scale import ChartScale, ticks
from tui.widgets.chart.series import Bar, CandleSeries, bars, gapless, last_bar
from tui.widgets.chart.view import ChartView


@dataclass(frozen=True, slots=True)
class Hole:
    """A gap in the candles' stream."""

    from_ns: int
    to_ns: int
    refilled: bool = False
    """A history that covers it came afterwards: no hatch any more, a ``~`` stays on the time axis."""


class ChartModel:
    """Facts of one chart.

    Attributes:
        instrument: What is shown; None before `open`.
        interval: Of the candles.
        view: Zoom, pan and crosshair.
        scale: The price scale in use.
        marks: What is mine.
        indicators: Drawn in this order.
        show_volume: Whether the bottom rows are volume.
        zone: Of the time axis.
        loaded_percent: While a long history is being loaded.
    """

    def __init__(self) -> None:
        self.instrument: Instrument | None = None
        self.interval = Interval.M1
        self.view = ChartView()
        self.scale = ChartScale()
        self.marks = ChartMarks()
        self.indicators: tuple[Indicator, ...] = (Indicator.EMA20,)
        self.show_volume = True
        self.zone: tzinfo = UTC
        self.loaded_percent: int | None = None
        self.holes: list[Hole] = []
        self.series = CandleSeries()
        self._bars: list[Bar] = []
        self._lines: list[tuple[Indicator, list[list[int | None]]]] = []
        self._candles: list[Candle] = []
        self._whole: list[list[Values]] = []
        self._made_for: tuple[object, ...] = ()
        self._made_version = 0

    @property
    def tick(self) -> Decimal:
        """Tick of the instrument."""
        return Decimal(1) if self.instrument is None else self.instrument.filters.tick_size

    @property
    def price_decimals(self) -> int:
        """Digits of a price."""
        return 2 if self.instrument is None else self.instrument.price_decimals

    def open(self, instrument: Instrument, interval: Interval) -> None:
        """Show an instrument at an interval; zoom is kept, everything else begins anew when either differs."""
        same = self.instrument is not None and self.instrument.id == instrument.id and self.interval is interval
        self.instrument, self.interval = instrument, interval
        if not same:
            self.series.clear()
            self.scale.reset()
            self.holes.clear()
            self.view.offset = 0
            self.view.cross = None

    def put_history(self, candles: Iterable[Candle]) -> None:
        """Take a history in place of what was there; it refills the gaps it covers."""
        mine = [candle for candle in candles if self._is_mine(candle)]
        self.series.replace(mine)
        self.scale.reset()
        if mine:
            first, last = mine[0].open_ns, mine[-1].close_ns
            self.holes = [
                replace(hole, refilled=hole.refilled or (first <= hole.from_ns and hole.from_ns <= last))
                for hole in self.holes
            ]

    def put_candle(self, candle: Candle) -> None:
        """Take the candle in progress or its close."""
        if not self._is_mine(candle):
            return
        before = len(self.bars)
        self.series.put(candle)
        self.view.grow(len(self.bars) - before)

    def put_gap(self, gap: Gap) -> None:
        """Take a hole in the stream."""
        if self.instrument is not None and gap.instrument == self.instrument.id:
            self.holes.append(Hole(gap.from_ns, gap.to_ns))

    @property
    def bars(self) -> Sequence[Bar]:
        """One bar per column slot at the zoom in use, oldest first."""
        self._make()
        return self._bars

    @property
    def lines(self) -> Sequence[tuple[Indicator, list[list[int | None]]]]:
        """For each indicator its series, one price in ticks per bar."""
        self._make()
        return self._lines

    def _is_mine(self, candle: Candle) -> bool:
        wanted = self.instrument
        return wanted is not None and candle.instrument == wanted.id and candle.interval is self.interval

    def _make(self) -> None:
        """Make bars and lines; between two closes only the youngest of each is made anew."""
        made_for = (self.series.older_version, self.view.times, self.indicators, self.tick)
        if made_for != self._made_for:
            self._made_for, self._made_version = made_for, self.series.version
            self._make_all()
        elif self.series.version != self._made_version:
            self._made_version = self.series.version
            self._candles[-1] = self.series.candles[-1]
            self._bars[-1] = last_bar(self._candles, self.tick, self._bars[-1])
            for (indicator, lines), whole in zip(self._lines, self._whole, strict=True):
                renew(indicator, self._candles, whole)
                for line, values in zip(lines, whole, strict=True):
                    line[-1] = self._in_ticks(values[-1])

    def _make_all(self) -> None:
        self._candles = gapless(self.series.candles)
        self._bars = bars(self._candles, self.tick, self.view.times)
        at_close = {candle.close_ns: number for number, candle in enumerate(self._candles)}
        picked = [at_close[bar.close_ns] for bar in self._bars]
        self._whole = [values_of(indicator, self._candles) for indicator in self.indicators]
        self._lines = [
            (indicator, [[self._in_ticks(line[number]) for number in picked] for line in whole])
            for indicator, whole in zip(self.indicators, self._whole, strict=True)
        ]

    def _in_ticks(self, value: Decimal | None) -> int | None:
        return None if value is None else ticks(value, self.tick)
