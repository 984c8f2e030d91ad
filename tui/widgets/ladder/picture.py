"""From the ladder's facts to the facts of each visible row."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from connectors.model.book import BookState
from connectors.model.order import Order
from connectors.model.side import Side
from tui.format.numbers import exact, fixed, price, short
from tui.format.orders import protective
from tui.format.times import NANOS, count
from tui.widgets.ladder.columns import Layout, RowFacts, SideCell, layout_for
from tui.widgets.ladder.marks import OwnMark, by_row, ghost_mark, mark_of, order_price, size_text
from tui.widgets.ladder.model import LadderModel, outside
from tui.widgets.ladder.rows import ask_rows, bid_rows, cumulated

_MOST_DECIMALS = 3
"""Digits of a displayed size; own orders are written with all of theirs."""
_SIZE_CELLS = 7
_LARGE = 5
"""A size above so many medians is marked."""
_REFIT_UP, _REFIT_DOWN = Decimal("1.25"), Decimal("0.6")
"""The bars' scale holds still until the 95th percentile leaves these multiples of it."""
_FLASH_NS = 400_000_000
_AFTERGLOW_NS = _FLASH_NS + 2 * NANOS
_ZERO = Decimal(0)


@dataclass(slots=True)
class BarScale:
    """The size that fills a bar: near the 95th percentile of what is visible, and it does not breathe.

    If it followed the percentile exactly, one changed level would redraw every bar.
    """

    full: Decimal = _ZERO

    def fit(self, sizes: list[Decimal]) -> Decimal:
        """Follow the visible sizes; returns the size that fills a bar, 0 without any."""
        if not sizes:
            return self.full
        ranked = sorted(sizes)
        wanted = ranked[min(len(ranked) * 95 // 100, len(ranked) - 1)]
        if not self.full * _REFIT_DOWN <= wanted <= self.full * _REFIT_UP:
            self.full = wanted
        return self.full

    def cells(self, size: Decimal, width: int) -> int:
        """Cells of a bar of at most ``width``, rounded to the nearest."""
        if not self.full:
            return 0
        return min(int(size * width / self.full + Decimal("0.5")), width)


@dataclass(slots=True)
class Picture:
    """The visible rows and the sums over them. Scales are kept from frame to frame."""

    bars: BarScale = field(default_factory=BarScale)
    rows: list[RowFacts] = field(default_factory=list)
    layout: Layout = field(default_factory=lambda: layout_for(0, 0))
    bid_sum: Decimal = _ZERO
    ask_sum: Decimal = _ZERO

    def compose(self, model: LadderModel, width: int) -> list[RowFacts]:
        """The facts of the visible rows, top first; empty before the first book."""
        top, height = model.viewport.top, model.viewport.height
        view, instrument = model.view, model.instrument
        self.bid_sum = self.ask_sum = _ZERO
        if view is None or instrument is None or top is None or height < 1:
            self.rows = []
            return self.rows
        grid, decimals = model.grid, instrument.price_decimals
        labels = [fixed(grid.label(top - line), decimals) for line in range(height)]
        cursor_text = price(model.cursor, decimals)
        self.layout = layout_for(width, max(len(text) for text in (labels[0], labels[-1], cursor_text)))
        bids, asks = bid_rows(view.bids, grid), ask_rows(view.asks, grid)
        visible = range(top, top - height, -1)
        sizes = [each[row] for each in (bids, asks) for row in visible if row in each]
        self.bars.fit(sizes)
        self.bid_sum = sum((bids[row] for row in visible if row in bids), _ZERO)
        self.ask_sum = sum((asks[row] for row in visible if row in asks), _ZERO)
        large = sorted(sizes)[len(sizes) // 2] * _LARGE if sizes else _ZERO
        cells = _Cells(self.bars, min(instrument.size_decimals, _MOST_DECIMALS), large, live=model.live)
        cumulative = self.layout.cumulative_bid > 0
        bid_sums = cumulated(bids, upwards=False) if cumulative else {}
        ask_sums = cumulated(asks, upwards=True) if cumulative else {}
        touch = model.touch_rows or (top, top)
        self.rows = [
            RowFacts(
                label=cursor_text if row == model.cursor_row else labels[line],
                cursor=row == model.cursor_row,
                live=model.live,
                stale=model.state is BookState.STALE,
                in_spread=touch[0] < row < touch[1],
                hatched=bool(model.halted),
                bid=cells.draw(bids.get(row), self.layout.bid),
                ask=cells.draw(asks.get(row), self.layout.ask),
                cumulative_bid=bid_sums.get(row),
                cumulative_ask=ask_sums.get(row),
            )
            for line, row in enumerate(visible)
        ]
        self._add_own(model, top)
        self._add_trades(model, top)
        self._add_marks(model, top)
        self._add_notes(model)
        return self.rows

    def _change(self, line: int | None, **changes: object) -> None:
        if line is not None:
            self.rows[line] = replace(self.rows[line], **changes)  # type: ignore[arg-type]  # one field by name

    def _add_own(self, model: LadderModel, top: int) -> None:
        instrument = model.instrument
        size_decimals = 0 if instrument is None else instrument.size_decimals
        for (row, side), orders in by_row(model.orders, model.grid).items():
            if 0 <= top - row < len(self.rows):
                mark = mark_of(orders, model.grid, model.queue.of, size_decimals)
                self._change(top - row, **{_own_field(side): mark})
        model.flashes = [flash for flash in model.flashes if model.now_ns - flash.since_ns < _AFTERGLOW_NS]
        for flash in model.flashes:
            row = model.grid.down(flash.price) if flash.side is Side.BUY else model.grid.up(flash.price)
            text = f"✓{size_text(flash.quantity)}"
            self._change(
                model.viewport.line_of(row),
                **{_own_field(flash.side): OwnMark((text,))},
                own_is_flash=model.now_ns - flash.since_ns < _FLASH_NS,
            )
        if model.ghost is not None:
            ghost = model.ghost
            row = model.grid.down(ghost.price) if ghost.side is Side.BUY else model.grid.up(ghost.price)
            self._change(model.viewport.line_of(row), own_is_ghost=True, **{_own_field(ghost.side): ghost_mark(ghost)})

    def _add_trades(self, model: LadderModel, top: int) -> None:
        if self.layout.volume:
            rows = model.volume.rows(model.grid)
            most = max((rows.get(top - line, _ZERO) for line in range(len(self.rows))), default=_ZERO)
            for line in range(len(self.rows)):
                traded = rows.get(top - line, _ZERO)
                if traded and most:
                    eighths = max(int(traded * (self.layout.volume - 1) * 8 / most), 1)
                    self._change(line, volume=eighths)
        last = model.last_trade
        if last is not None:
            row = model.grid.up(last.price) if last.aggressor is Side.BUY else model.grid.down(last.price)
            self._change(model.viewport.line_of(row), trade=last.aggressor)

    def _add_marks(self, model: LadderModel, top: int) -> None:
        letters = dict(model.marks)
        entry = None if model.position is None else model.position.average_entry
        if entry is not None:
            letters["E"] = entry
        for letter, at in letters.items():
            line = top - model.grid.down(at)
            if 0 <= line < len(self.rows):
                self._change(line, mark=self.rows[line].mark + letter)

    def _add_notes(self, model: LadderModel) -> None:
        above, below = outside(model)
        entry_above, entry_below = _entry_outside(model)
        for line, arrow, orders, entry in ((0, "▲", above, entry_above), (-1, "▼", below, entry_below)):
            note = _note(arrow, orders, entry, model, self.layout)
            if note and len(self.rows) > 1:
                self._change(line if line == 0 else len(self.rows) - 1, note=note)


@dataclass(frozen=True, slots=True)
class _Cells:
    bars: BarScale
    decimals: int
    large: Decimal
    live: bool

    def draw(self, size: Decimal | None, width: int) -> SideCell:
        if size is None:
            return SideCell()
        text = short(size, _SIZE_CELLS, self.decimals)
        return SideCell(text, self.bars.cells(size, width) if self.live else 0, self.live and 0 < self.large < size)


def _own_field(side: Side) -> str:
    return "own_bid" if side is Side.BUY else "own_ask"


def _entry_outside(model: LadderModel) -> tuple[Decimal | None, Decimal | None]:
    entry = None if model.position is None else model.position.average_entry
    top = model.viewport.top
    if entry is None or top is None:
        return None, None
    row = model.grid.down(entry)
    return (entry if row > top else None), (entry if row <= top - model.viewport.height else None)


def _note(arrow: str, orders: list[Order], entry: Decimal | None, model: LadderModel, layout: Layout) -> str:
    """What of mine lies beyond one end of the window, in the longest wording that fits beside the price."""
    decimals = 0 if model.instrument is None else model.instrument.price_decimals
    texts: list[str] = []
    if len(orders) == 1:
        at = order_price(orders[0]) or _ZERO
        name = "stop" if protective(orders[0]) else f"{orders[0].side.value[0]}"
        texts = [f"{arrow} {name} {exact(at, decimals)}", f"{arrow}1 order"]
    elif orders:
        texts = [f"{arrow}{count(len(orders), 'order')}"]
    if entry is not None:
        entry_text = f"E {fixed(entry, decimals)}"
        texts = [f"{text} {entry_text}" for text in texts] + texts
        texts = texts or [f"{arrow} {entry_text} entry", f"{arrow} {entry_text}", f"{arrow} E"]
    room = min(layout.before_price, layout.ask + layout.own - 1)
    return next((text for text in texts if len(text) <= room), texts[-1] if texts else "")
