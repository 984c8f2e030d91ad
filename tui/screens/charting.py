"""What the chart's keys do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.model.candle import Interval
from tui.widgets.chart.chart import Chart

if TYPE_CHECKING:
    from tui.desk import Desk

FAR = 1_000_000
"""More columns than there are candles: as far back as there is history."""


class Charting:
    """The chart's hand.

    Args:
        desk: The app.
        chart: The pane.
    """

    def __init__(self, desk: Desk, chart: Chart) -> None:
        self._desk = desk
        self._chart = chart

    def pan(self, columns: int) -> None:
        """Move the crosshair, or the picture where there is none; positive is towards now."""
        if self._chart.crosshair_price is not None:
            self._chart.move_crosshair(columns, 0)
        else:
            self._chart.pan(-columns)

    def page(self, screens: int) -> None:
        """Move by a screen; positive is towards now."""
        self._chart.pan(-screens * max(self._chart.size.width - 12, 10))

    def oldest(self) -> None:
        """The oldest candle held."""
        self._chart.pan(FAR)

    def follow(self) -> None:
        """Back to now."""
        self._chart.follow()

    def zoom(self, steps: int) -> None:
        """Wider or narrower candles."""
        if not self._chart.zoom(steps):
            self._desk.say("The zoom ends here.")

    def crosshair(self) -> None:
        """Show or hide the crosshair."""
        if self._chart.toggle_crosshair():
            self._desk.say("Crosshair: arrows move it, enter puts the ladder's cursor on its price, x hides it.")

    def raise_crosshair(self, rows: int) -> None:
        """Move the crosshair's price."""
        if self._chart.crosshair_price is None:
            self._desk.say("x shows the crosshair.")
        else:
            self._chart.move_crosshair(0, rows)

    def take_price(self) -> None:
        """Put the ladder's cursor on the crosshair's price."""
        price = self._chart.crosshair_price
        if price is None:
            self._desk.say("x shows the crosshair; enter then takes its price.")
        else:
            self._desk.floor.put_cursor(price)

    def interval(self, interval: Interval) -> None:
        """Candles of another length."""
        instrument = self._desk.market.instrument
        if instrument is None:
            return
        self._chart.set_instrument(instrument, interval)
        self._desk.spawn(self._desk.market.show_interval(interval))
        self._desk.say(f"Candles of {interval}.")

    def indicators(self) -> None:
        """The next set of indicators."""
        drawn = self._chart.cycle_indicators()
        self._desk.say(f"Indicators: {', '.join(each.value for each in drawn) or 'none'}.")

    def volume(self) -> None:
        """Show or hide volume."""
        self._chart.toggle_volume()

    def autoscale(self) -> None:
        """Fit the scale."""
        self._chart.autoscale()
