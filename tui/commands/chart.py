"""Keys of the chart. None of them sends anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from connectors.model.candle import Interval
from tui.commands.command import Command, Context

if TYPE_CHECKING:
    from tui.desk import Desk

TEN = 10
"""What shift makes of one step."""


class ChartCommand(Command):
    """Works on the chart."""

    contexts = (Context.CHART,)


class Pan(ChartCommand):
    """Pan, or move the crosshair. Subclasses say by how many columns; positive is towards now."""

    steps: ClassVar[int]

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.floor.charting.pan(self.steps)


class PanLeft(Pan):
    """Back in time."""

    id, keys, words, steps = "chart.left", ("left", "h"), "pan, or move the crosshair", -1
    shown, footer = "← →  h l", "pan"


class PanRight(Pan):
    """Towards now."""

    id, keys, words, steps = "chart.right", ("right", "l"), "pan right", 1
    hidden = True


class PanFarLeft(Pan):
    """Ten columns back."""

    id, keys, words, steps = "chart.far_left", ("shift+left",), "ten columns", -TEN
    shown = "shift+← →"


class PanFarRight(Pan):
    """Ten columns on."""

    id, keys, words, steps = "chart.far_right", ("shift+right",), "ten columns on", TEN
    hidden = True


class ChartPageBack(ChartCommand):
    """A screen back."""

    id, keys, words = "chart.page_back", ("pageup",), "a screen back / on"
    shown = "pgup pgdn"

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.floor.charting.page(-1)


class ChartPageOn(ChartCommand):
    """A screen on."""

    id, keys, words = "chart.page_on", ("pagedown",), "a screen on"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.floor.charting.page(1)


class ChartOldest(ChartCommand):
    """The oldest candle."""

    id, keys, words = "chart.oldest", ("home",), "oldest / follow"
    shown = "home end"

    def run(self, desk: Desk) -> None:
        """Go there."""
        desk.floor.charting.oldest()


class ChartFollow(ChartCommand):
    """Follow the market."""

    id, keys, words = "chart.follow", ("end",), "follow"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Follow."""
        desk.floor.charting.follow()


class ZoomIn(ChartCommand):
    """Wider candles."""

    id, keys, words = "chart.zoom_in", ("plus", "equals_sign"), "zoom"
    shown, footer = "+ -", "zoom"

    def run(self, desk: Desk) -> None:
        """Zoom."""
        desk.floor.charting.zoom(1)


class ZoomOut(ChartCommand):
    """Narrower candles."""

    id, keys, words = "chart.zoom_out", ("minus",), "zoom out"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Zoom."""
        desk.floor.charting.zoom(-1)


class Crosshair(ChartCommand):
    """The crosshair."""

    id, keys, words = "chart.crosshair", ("x",), "crosshair"
    footer = "crosshair"

    def run(self, desk: Desk) -> None:
        """Show or hide it."""
        desk.floor.charting.crosshair()


class CrosshairUp(ChartCommand):
    """Move the crosshair's price up."""

    id, keys, words = "chart.up", ("up", "k"), "crosshair price"
    shown = "↑ ↓"

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.floor.charting.raise_crosshair(1)


class CrosshairDown(ChartCommand):
    """Move the crosshair's price down."""

    id, keys, words = "chart.down", ("down", "j"), "crosshair price down"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.floor.charting.raise_crosshair(-1)


class CrosshairTake(ChartCommand):
    """Put the ladder's cursor on the crosshair's price."""

    id, keys, words = "chart.take", ("enter",), "ladder cursor to the crosshair"

    def run(self, desk: Desk) -> None:
        """Put it there."""
        desk.floor.charting.take_price()


class ChartInterval(ChartCommand):
    """Length of a candle. Made once per digit by `intervals`."""

    words = "1s 1m 3m 5m 15m 30m 1h 4h 1d"
    interval: ClassVar[Interval]

    def run(self, desk: Desk) -> None:
        """Ask the worker for candles of that length."""
        desk.floor.charting.interval(self.interval)


_INTERVALS = (
    Interval.S1,
    Interval.M1,
    Interval.M3,
    Interval.M5,
    Interval.M15,
    Interval.M30,
    Interval.H1,
    Interval.H4,
    Interval.D1,
)


def intervals() -> tuple[type[ChartInterval], ...]:
    """One class per digit."""
    return tuple(
        type(
            f"Interval{number}",
            (ChartInterval,),
            {
                "__doc__": f"Candles of {interval}.",
                "id": f"chart.interval_{interval}",
                "keys": (str(number),),
                "interval": interval,
                "shown": "1…9",
                "hidden": number != 1,
            },
        )
        for number, interval in enumerate(_INTERVALS, start=1)
    )


class Indicators(ChartCommand):
    """Which indicators are drawn."""

    id, keys, words = "chart.indicators", ("i",), "indicators"

    def run(self, desk: Desk) -> None:
        """Take the next set."""
        desk.floor.charting.indicators()


class Volume(ChartCommand):
    """The volume rows."""

    id, keys, words = "chart.volume", ("v",), "volume"

    def run(self, desk: Desk) -> None:
        """Show or hide them."""
        desk.floor.charting.volume()


class Autoscale(ChartCommand):
    """Fit the scale now."""

    id, keys, words = "chart.autoscale", ("a",), "autoscale"

    def run(self, desk: Desk) -> None:
        """Fit."""
        desk.floor.charting.autoscale()


CHART: tuple[type[Command], ...] = (
    PanLeft,
    PanRight,
    PanFarLeft,
    PanFarRight,
    ChartPageBack,
    ChartPageOn,
    ChartOldest,
    ChartFollow,
    ZoomIn,
    ZoomOut,
    Crosshair,
    CrosshairUp,
    CrosshairDown,
    CrosshairTake,
    *intervals(),
    Indicators,
    Volume,
    Autoscale,
)
"""In the order of the help page."""
