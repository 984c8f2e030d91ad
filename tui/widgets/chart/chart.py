"""The candle chart: the widget over the pure chart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from decimal import Decimal

from connectors.model.candle import Candle, Interval
from connectors.model.instrument import Instrument
from connectors.model.trade import Gap
from tui.format.glyphs import CHART_ASCII_TABLE
from tui.widgets.chart.indicators import Indicator, atr
from tui.widgets.chart.marks import ChartMarks
from tui.widgets.chart.model import ChartModel
from tui.widgets.chart.picture import chart_heading, chart_lines
from tui.widgets.line import Line
from tui.widgets.pane import NANOS, LinePane

_CYCLE: tuple[tuple[Indicator, ...], ...] = (
    (Indicator.EMA20,),
    (Indicator.EMA20, Indicator.EMA50),
    (Indicator.VWAP,),
    (Indicator.BOLLINGER,),
    (),
)


class Chart(LinePane):
    """Candles of one instrument at one interval, with what is mine drawn into them."""

    EVERY = 4

    can_focus = True
    ASCII = CHART_ASCII_TABLE
    TICK_NS = NANOS

    def __init__(
        self,
        *,
        rule: bool = False,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  # Textual's own word
        classes: str | None = None,
    ) -> None:
        super().__init__(rule=rule, name=name, id=id, classes=classes)
        self.model = ChartModel()

    # --- facts ------------------------------------------------------------------------------------------------------

    def set_instrument(self, instrument: Instrument, interval: Interval) -> None:
        """Show an instrument at an interval; candles of any other are ignored from now on."""
        self.model.open(instrument, interval)
        self.touch_up()

    def put_history(self, candles: Sequence[Candle]) -> None:
        """Take candles, oldest first, in place of those held."""
        self.model.put_history(candles)
        self.touch_up()

    def put_candle(self, candle: Candle) -> None:
        """Take the candle in progress, or its close."""
        self.model.put_candle(candle)
        self.touch_up()

    def put_marks(self, marks: ChartMarks) -> None:
        """Take what is mine: working orders, fills, entry, liquidation, alerts."""
        if marks != self.model.marks:
            self.model.marks = marks
            self.touch_up()

    def put_gap(self, gap: Gap) -> None:
        """Take a hole in the stream: hatched until a history refills it."""
        self.model.put_gap(gap)
        self.touch_up()

    def set_loading(self, percent: int | None) -> None:
        """Say how much of a long history is there; None when all is."""
        self.model.loaded_percent = percent
        self.touch_up()

    def set_zone(self, zone: tzinfo) -> None:
        """Time zone of the axis."""
        self.model.zone = zone
        self.touch_up()

    # --- keys -------------------------------------------------------------------------------------------------------

    def zoom(self, steps: int) -> bool:
        """Nearer (+1) or farther (-1); False at the end of the scale."""
        changed = self.model.view.zoom_by(steps)
        self.model.scale.reset()
        self.touch_up()
        return changed

    def pan(self, bars: int) -> None:
        """Move by bars, positive into the past."""
        self.model.view.pan(bars, len(self.model.bars))
        self.touch_up()

    def follow(self) -> None:
        """Back to now."""
        self.model.view.offset = 0
        self.touch_up()

    def toggle_crosshair(self) -> bool:
        """Show or hide the crosshair; returns whether it is shown now."""
        view = self.model.view
        view.cross = None if view.cross is not None else 0
        view.cross_row = self._plot_rows // 2
        self.touch_up()
        return view.cross is not None

    def move_crosshair(self, bars: int, rows: int) -> None:
        """Move the crosshair: bars positive to the right, rows positive upwards; at the edge the chart pans."""
        view = self.model.view
        if view.cross is None:
            return
        target = view.cross - bars
        most = max(self._plot_columns - 1, 0) // view.pitch
        if not 0 <= target <= most:
            view.pan(target - most if target > most else target, len(self.model.bars))
        view.cross = max(min(target, most), 0)
        view.cross_row = max(min(view.cross_row - rows, self._plot_rows - 1), 0)
        self.touch_up()

    @property
    def crosshair_price(self) -> Decimal | None:
        """The price under the crosshair, on the tick grid; None when it is off."""
        span = self.model.scale.span
        if self.model.view.cross is None or span is None:
            return None
        return span.price_at(self.model.view.cross_row, max(self._plot_rows, 1)) * self.model.tick

    def cycle_indicators(self) -> tuple[Indicator, ...]:
        """The next set of indicators; returns it."""
        at = _CYCLE.index(self.model.indicators) if self.model.indicators in _CYCLE else -1
        self.model.indicators = _CYCLE[(at + 1) % len(_CYCLE)]
        self.touch_up()
        return self.model.indicators

    def toggle_volume(self) -> None:
        """Show or hide volume."""
        self.model.show_volume = not self.model.show_volume
        self.touch_up()

    def autoscale(self) -> None:
        """Fit the price scale now."""
        self.model.scale.reset()
        self.touch_up()

    @property
    def atr(self) -> Decimal | None:
        """Average true range over 14 candles, for the ticker row."""
        return atr(self.model.series.candles)

    # --- drawing ----------------------------------------------------------------------------------------------------

    def heading(self, width: int) -> Line:
        """The title."""
        return chart_heading(self.model, width)

    def body_lines(self, width: int, height: int) -> list[Line]:
        """Plot, volume and axes."""
        picture = chart_lines(self.model, width, height, self.now_ns)
        self._plot_rows, self._plot_columns = picture.plot_rows, picture.plot_columns
        return picture.lines

    _plot_rows = 0
    _plot_columns = 0
