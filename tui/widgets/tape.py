"""The tape: public trades, newest at the top, with a running delta and what was skipped."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import UTC, tzinfo
from decimal import Decimal
from itertools import islice

from connectors.model.instrument import Instrument
from connectors.model.side import Side
from connectors.model.trade import Gap, Trade
from tui.format.clean import clean
from tui.format.numbers import exact, price, short, signed
from tui.format.times import clock, clock_cs, length_words
from tui.styles.palette import Ink
from tui.widgets.line import DIM, PLAIN, Line, Token
from tui.widgets.pane import LinePane
from tui.widgets.squeeze import Part, squeeze

_KEPT = 2_000
_MEDIAN_OF = 200
_LARGE = 5
_SIZE, _SIZE_LEAST = 8, 5
_FULL_TIME = 34
_WIDE = 38
_UP, _DOWN = Ink(Token.BID), Ink(Token.ASK)
_NICE = (Decimal(1), Decimal(2), Decimal(5))


class Tape(LinePane):
    """Trades of one instrument. Following pauses while scrolled; then new trades do not move the rows."""

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
        self._instrument: Instrument | None = None
        self._rows: deque[Trade | Gap] = deque(maxlen=_KEPT)
        self._delta = Decimal(0)
        self._skipped = 0
        self._least = Decimal(0)
        self._offset = 0
        self._large: Decimal | None = None
        self.zone: tzinfo = UTC

    # --- facts ------------------------------------------------------------------------------------------------------

    def set_instrument(self, instrument: Instrument) -> None:
        """Show another instrument; trades, delta and filter begin anew."""
        if self._instrument is None or self._instrument.id != instrument.id:
            self._rows.clear()
            self._delta, self._least = Decimal(0), Decimal(0)
            self._skipped = self._offset = 0
        self._instrument = instrument
        self.touch_up()

    def put_trades(self, trades: Sequence[Trade], skipped: int = 0, *, replace: bool = False) -> None:
        """Take trades, oldest first.

        Args:
            trades: Those since the last call; of another instrument they are ignored.
            skipped: How many were dropped on the way before them.
            replace: They are a history: the tape begins anew and the delta does not count them.
        """
        if replace:
            self._rows.clear()
            self._offset = 0
        for trade in trades:
            if self._instrument is None or trade.instrument != self._instrument.id:
                continue
            self._rows.appendleft(trade)
            if not replace:
                self._delta += trade.quantity * trade.aggressor.sign
            if self._offset and self._passes(trade):
                self._offset += 1
        self._skipped += skipped
        self._large = None
        self.touch_up()

    def put_gap(self, gap: Gap) -> None:
        """Take a hole in the stream: a row of its own."""
        if self._instrument is not None and gap.instrument == self._instrument.id:
            self._rows.appendleft(gap)
            self.touch_up()

    # --- keys -------------------------------------------------------------------------------------------------------

    def scroll_rows(self, rows: int) -> None:
        """Look further back (positive); at 0 the tape follows again."""
        shown = sum(1 for row in self._rows if self._passes(row))
        self._offset = max(min(self._offset + rows, shown - 1), 0)
        self.touch_up()

    def follow(self) -> None:
        """Back to the newest trade."""
        self._offset = 0
        self.touch_up()

    def clear_delta(self) -> None:
        """Count the delta, and what is skipped, from now."""
        self._delta = Decimal(0)
        self._skipped = 0
        self.touch_up()

    def set_filter(self, least: Decimal) -> None:
        """Show only trades of at least this size, base units."""
        self._least = max(least, Decimal(0))
        self._offset = 0
        self.touch_up()

    def step_filter(self, steps: int) -> Decimal:
        """Raise or lower the filter along 1 · 2 · 5, from the median size up; below the first step it is off."""
        start = _nice_at_most(self._median() or Decimal(1))
        ladder = [Decimal(0)] + [start * _NICE[n % 3].scaleb(n // 3) / _NICE[0] for n in range(12)]
        at = max((number for number, size in enumerate(ladder) if size <= self._least), default=0)
        self.set_filter(ladder[max(min(at + steps, len(ladder) - 1), 0)])
        return self._least

    @property
    def top_trade(self) -> Trade | None:
        """The first trade on the screen: what `enter` takes its price from."""
        rows = (row for row in self._rows if self._passes(row))
        return next((row for row in islice(rows, self._offset, None) if isinstance(row, Trade)), None)

    # --- drawing ----------------------------------------------------------------------------------------------------

    def heading(self, width: int) -> Line:
        """The title: filter, delta, skipped."""
        base = "" if self._instrument is None else clean(self._instrument.base)
        wide = width >= _WIDE
        least = f"min {exact(self._least)}" if wide or self._least else "all"
        delta = f"Δ{signed(self._delta, 2)}"
        ink = _UP if self._delta > 0 else _DOWN if self._delta < 0 else PLAIN
        parts = [
            Part(("TAPE",), Ink(bold=True)),
            Part((least,), PLAIN, rank=2),
            Part((f"{delta} {base}".rstrip() if wide else delta,), ink),
            Part((f"{self._skipped:,} skipped", f"{self._skipped} skip"), PLAIN if self._skipped else DIM, rank=1),
        ]
        if self._offset:
            parts.append(Part((f"▲{self._offset} newer",), Ink(Token.WARN), rank=3))
        return squeeze(parts, width)

    def body_lines(self, width: int, height: int) -> list[Line]:
        """One line per trade or gap."""
        if self._instrument is None:
            return []
        if self._large is None:
            self._large = (self._median() or Decimal(0)) * _LARGE
        rows = (row for row in self._rows if self._passes(row))
        shown = list(islice(rows, self._offset, self._offset + max(height, 0)))
        decimals, size_decimals = self._instrument.price_decimals, self._instrument.size_decimals
        prices = [price(row.price, decimals) for row in shown if isinstance(row, Trade)]
        room = max((len(text) for text in prices), default=0)
        lines: list[Line] = []
        for row in shown:
            if isinstance(row, Gap):
                lines.append(_gap_line(row, width))
            else:
                lines.append(self._trade_line(row, width, room, size_decimals))
        return lines

    def _trade_line(self, trade: Trade, width: int, room: int, size_decimals: int) -> Line:
        buying = trade.aggressor is Side.BUY
        ink = _UP if buying else _DOWN
        at = clock_cs(trade.time_ns, self.zone)
        text = at if width >= _FULL_TIME else at[6:]
        decimals = 2 if self._instrument is None else self._instrument.price_decimals
        large = self._large is not None and 0 < self._large < trade.quantity
        before = f"{'▲' if buying else '▼'} {price(trade.price, decimals):>{room}}"
        # Room for a size is what is left beside its mark; a size is shortened by rule, never cut by the edge.
        size_room = max(min(width - len(text) - 2 - len(before) - 2, _SIZE + 1), _SIZE_LEAST + 1)
        size = short(trade.quantity, size_room - 1, size_decimals)
        return [
            (f" {text} ", DIM),
            (before, ink),
            (f"{size:>{size_room}}", PLAIN._replace(bold=large)),
            (" ◆" if large else "", Ink(Token.WARN, bold=True)),
        ]

    def _passes(self, row: Trade | Gap) -> bool:
        return isinstance(row, Gap) or row.quantity >= self._least

    def _median(self) -> Decimal | None:
        sizes = sorted(row.quantity for row in islice(self._rows, _MEDIAN_OF) if isinstance(row, Trade))
        return sizes[len(sizes) // 2] if sizes else None


def _gap_line(gap: Gap, width: int) -> Line:
    words = f" GAP {length_words(gap.to_ns - gap.from_ns)} from {clock(gap.from_ns)} "
    return [(words.center(width, "─"), Ink(Token.WARN, bold=True))]


def _nice_at_most(value: Decimal) -> Decimal:
    """The power of ten at or below a positive value."""
    return Decimal(1).scaleb(value.adjusted()) if value > 0 else Decimal(1)
