"""The watchlist: last price, change, spread and the shape of the last candles of each instrument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from connectors.model.candle import Candle
from connectors.model.ids import InstrumentId
from connectors.model.instrument import Instrument, InstrumentStatus
from connectors.model.ticker import Ticker
from tui.format.clean import clean
from tui.format.numbers import NONE, basis_points, compact, price, signed
from tui.format.words import NO_INSTRUMENTS
from tui.styles.palette import Ink
from tui.widgets.chart.grid import sparkline
from tui.widgets.chart.scale import ticks
from tui.widgets.line import DIM, PLAIN, Line, Token, left, right
from tui.widgets.pane import LinePane

_NAME, _LAST, _CHANGE, _POINTS = 8, 10, 6, 4
_FIXED = 1 + _NAME + _LAST + _CHANGE + _POINTS
_SPARK_LEAST, _SPARK_MOST = 4, 16
_WIDER = 40
_CLOSES_KEPT = 32
_UP, _DOWN = Ink(Token.BID), Ink(Token.ASK)


@dataclass(frozen=True, slots=True)
class _Watched:
    instrument: Instrument
    ticker: Ticker | None = None
    closes: tuple[int, ...] = ()
    """In ticks, oldest first."""
    newest_ns: int = 0


class Watchlist(LinePane):
    """Instruments in the trader's order. Rows hold still: nothing sorts itself."""

    EVERY = 5

    can_focus = True

    def __init__(
        self,
        *,
        rule: bool = False,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  # Textual's own word
        classes: str | None = None,
    ) -> None:
        super().__init__(rule=rule, name=name, id=id, classes=classes)
        self._rows: dict[InstrumentId, _Watched] = {}
        self._open: InstrumentId | None = None
        self._selected = 0
        self._top = 0

    # --- facts ------------------------------------------------------------------------------------------------------

    def put_instruments(self, instruments: Sequence[Instrument]) -> None:
        """Take the list in its order; what is known of those that stay is kept."""
        self._rows = {
            each.id: replace(self._rows[each.id], instrument=each) if each.id in self._rows else _Watched(each)
            for each in instruments
        }
        self._selected = max(min(self._selected, len(self._rows) - 1), 0)
        self.touch_up()

    def put_ticker(self, ticker: Ticker) -> None:
        """Take statistics of one instrument; one that is not listed is ignored."""
        row = self._rows.get(ticker.instrument)
        if row is not None and row.ticker != ticker:
            self._rows[ticker.instrument] = replace(row, ticker=ticker)
            self.touch_up()

    def put_candles(self, candles: Sequence[Candle]) -> None:
        """Take candles of one instrument, oldest first, for its sparkline."""
        row = self._rows.get(candles[-1].instrument) if candles else None
        if row is not None:
            tick = row.instrument.filters.tick_size
            closes = tuple(ticks(candle.close, tick) for candle in candles[-_CLOSES_KEPT:])
            self._rows[row.instrument.id] = replace(row, closes=closes, newest_ns=candles[-1].open_ns)
            self.touch_up()

    def put_candle(self, candle: Candle) -> None:
        """Take the candle in progress of one instrument."""
        row = self._rows.get(candle.instrument)
        if row is None or candle.open_ns < row.newest_ns:
            return
        close = ticks(candle.close, row.instrument.filters.tick_size)
        kept = row.closes[:-1] if candle.open_ns == row.newest_ns else row.closes
        closes = (*kept, close)[-_CLOSES_KEPT:]
        self._rows[candle.instrument] = replace(row, closes=closes, newest_ns=candle.open_ns)
        self.touch_up()

    def set_open(self, instrument: InstrumentId | None) -> None:
        """Mark the instrument the market screen shows."""
        self._open = instrument
        self.touch_up()

    # --- keys -------------------------------------------------------------------------------------------------------

    def move(self, rows: int) -> None:
        """Move the selection down (positive) or up."""
        self._selected = max(min(self._selected + rows, len(self._rows) - 1), 0)
        self.touch_up()

    def select(self, instrument: InstrumentId) -> bool:
        """Select an instrument; False when it is not listed."""
        if instrument not in self._rows:
            return False
        self._selected = list(self._rows).index(instrument)
        self.touch_up()
        return True

    @property
    def selected(self) -> Instrument | None:
        """The selected instrument."""
        return list(self._rows.values())[self._selected].instrument if self._rows else None

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """The list in its order."""
        return tuple(row.instrument for row in self._rows.values())

    # --- drawing ----------------------------------------------------------------------------------------------------

    def heading(self, width: int) -> Line:
        """The title is the header of the columns; the focus mark took the first cell."""
        name, last, change, points, spark = _widths(width + 1)
        return [
            (left("WATCH", name), Ink(bold=True)),
            (right("last", last) + right("chg%", change) + right("bp", points), DIM),
            ((" " + right("trend", spark - 1)) if spark else "", DIM),
        ]

    def body_lines(self, width: int, height: int) -> list[Line]:
        """One line per instrument; the list scrolls so that the selection is seen."""
        if not self._rows:
            return [[(f" {NO_INSTRUMENTS}", DIM)]]
        if height > 0:
            self._top = max(min(self._top, self._selected), self._selected - height + 1, 0)
        rows = list(self._rows.values())[self._top : self._top + max(height, 0)]
        return [self._row(row, number + self._top, width) for number, row in enumerate(rows)]

    def _row(self, row: _Watched, number: int, width: int) -> Line:
        name, last, change, points, spark = _widths(width)
        instrument, ticker = row.instrument, row.ticker
        selected = number == self._selected and self.has_focus
        mark = "▶" if selected else "▸" if instrument.id == self._open else " "
        bold = selected or instrument.id == self._open
        moved = Decimal(0) if ticker is None else ticker.change_percent
        ink = _UP if moved > 0 else _DOWN if moved < 0 else PLAIN
        line: Line = [
            (mark, Ink(Token.INFO, bold=True)),
            (left(clean(instrument.symbol), name), PLAIN._replace(bold=bold)),
            (_price_text(ticker, instrument, last), PLAIN),
            (right(NONE if ticker is None else signed(ticker.change_percent), change), ink),
            (right(_spread_points(ticker), points), DIM),
        ]
        if instrument.status is not InstrumentStatus.TRADING:
            line.append((f" {instrument.status.value}"[:spark], Ink(Token.WARN, bold=True)))
        elif spark:
            line.append((" " + sparkline(list(row.closes), spark - 1), ink))
        return line


def _widths(width: int) -> tuple[int, int, int, int, int]:
    """Name, last, change, basis points, sparkline with its gap (0: none)."""
    spare = width - _FIXED
    if width >= _WIDER:
        spare -= 4
        return _NAME + 1, _LAST + 1, _CHANGE + 1, _POINTS + 1, min(spare, _SPARK_MOST) if spare > _SPARK_LEAST else 0
    return _NAME, _LAST, _CHANGE, _POINTS, spare if spare > _SPARK_LEAST else 0


def _price_text(ticker: Ticker | None, instrument: Instrument, width: int) -> str:
    if ticker is None:
        return right(NONE, width)
    text = price(ticker.last, instrument.price_decimals)
    return right(text if len(text) < width else compact(ticker.last, width - 1), width)


def _spread_points(ticker: Ticker | None) -> str:
    if ticker is None or ticker.bid is None or ticker.ask is None:
        return NONE
    return basis_points(ticker.ask - ticker.bid, (ticker.ask + ticker.bid) / 2)
