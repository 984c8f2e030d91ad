"""The depth profile: cumulative size on either side of the touch."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from connectors.model.book import BookLevel, BookState, BookView
from connectors.model.instrument import Instrument
from tui.format.numbers import compact, fixed
from tui.styles.palette import Ink
from tui.widgets.chart.volume import volume_column
from tui.widgets.line import DIM, PLAIN, Line, Token
from tui.widgets.pane import LinePane
from tui.widgets.squeeze import Part, squeeze

_UP, _DOWN = Ink(Token.BID), Ink(Token.ASK)
_MIDDLE = 1
_ZERO = Decimal(0)


class DepthProfile(LinePane):
    """Bids rise to the left of the middle, asks to the right; both on one scale."""

    EVERY = 4

    _instrument: Instrument | None = None
    _view: BookView | None = None

    def set_instrument(self, instrument: Instrument) -> None:
        """Show another instrument."""
        if self._instrument is None or self._instrument.id != instrument.id:
            self._view = None
        self._instrument = instrument
        self.touch_up()

    def put_book(self, view: BookView) -> None:
        """Take a frame of the book."""
        if self._instrument is not None and view.instrument == self._instrument.id:
            self._view = view
            self.touch_up()

    def heading(self, width: int) -> Line:
        """The title: reach and the sums within it."""
        parts = [Part(("DEPTH",), Ink(bold=True))]
        view = self._view
        reach = None if view is None else _reach(view)
        if view is None or reach is None or self._instrument is None:
            return squeeze(parts, width)
        bids, asks = _sums(view, reach)
        decimals = 0 if reach >= 10 else self._instrument.price_decimals  # noqa: PLR2004  # whole units say enough
        parts += [
            Part((f"±{fixed(reach, decimals)}",), PLAIN, rank=2),
            Part((f"bid {compact(bids)}",), _UP, rank=1),
            Part((f"ask {compact(asks)}",), _DOWN, rank=1),
        ]
        return squeeze(parts, width, gap="   ")

    def body_lines(self, width: int, height: int) -> list[Line]:
        """Columns of eighth blocks over a row of prices."""
        view, instrument = self._view, self._instrument
        reach = None if view is None else _reach(view)
        half = (width - 2 - _MIDDLE) // 2
        rows = height - 1
        if view is None or instrument is None or reach is None or half < 1 or rows < 1:
            return []
        bids = _profile(view.bids, reach, half)
        asks = _profile(view.asks, reach, half)
        most = max(*bids, *asks)
        live = view.state is BookState.LIVE
        left_columns = [volume_column(size, most, rows) for size in reversed(bids)]
        right_columns = [volume_column(size, most, rows) for size in asks]
        lines: list[Line] = [
            [
                (" " + "".join(column[row] for column in left_columns), _UP if live else DIM),
                (" " * _MIDDLE + "".join(column[row] for column in right_columns), _DOWN if live else DIM),
            ]
            for row in range(rows)
        ]
        return [*lines, _price_row(view, reach, instrument.price_decimals, width)]


def _reach(view: BookView) -> Decimal | None:
    """How far from the touch both sides are known."""
    if not view.bids or not view.asks:
        return None
    reach = min(view.bids[0].price - view.bids[-1].price, view.asks[-1].price - view.asks[0].price)
    return reach if reach > 0 else None


def _sums(view: BookView, reach: Decimal) -> tuple[Decimal, Decimal]:
    return _profile(view.bids, reach, 1)[-1], _profile(view.asks, reach, 1)[-1]


def _profile(levels: Sequence[BookLevel], reach: Decimal, columns: int) -> list[Decimal]:
    """Cumulative size at each of ``columns`` equal distances from the touch."""
    touch = levels[0].price
    sums = [_ZERO] * columns
    for level in levels:
        away = abs(level.price - touch)
        if away <= reach:
            sums[min(int(away * columns / reach), columns - 1)] += level.size
    for column in range(1, columns):
        sums[column] += sums[column - 1]
    return sums


def _price_row(view: BookView, reach: Decimal, decimals: int, width: int) -> Line:
    digits = 0 if reach >= 10 else decimals  # noqa: PLR2004  # whole units say enough
    low = fixed(view.bids[0].price - reach, digits)
    middle = fixed((view.bids[0].price + view.asks[0].price) / 2, digits)
    high = fixed(view.asks[0].price + reach, digits)
    if len(low) + len(middle) + len(high) + 4 > width:
        return [(middle.center(width), DIM)]
    text = middle.center(width)
    return [(f"{low}{text[len(low) : width - len(high)]}{high}", DIM)]
