"""From the ladder's facts to the facts of each visible row."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum

from connectors.model.book import BookState
from connectors.model.order import Order
from connectors.model.side import Side
from tui.format.numbers import exact, fixed, price, short
from tui.format.orders import protective
from tui.format.times import NANOS, count
from tui.widgets.ladder.columns import Layout, RowFacts, SideCell, layout_for
from tui.widgets.ladder.marks import OwnMark, by_row, ghost_mark, mark_of, order_price, size_text
from tui.widgets.ladder.model import LadderModel, outside
from tui.widgets.ladder.rows import Grid, ask_rows, bid_rows, cumulated

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
    _labels: list[str] = field(default_factory=list)
    _labels_for: tuple[range, Grid, int] | None = None

    def compose(self, model: LadderModel, width: int) -> list[RowFacts]:
        """The facts of the visible rows, top first; empty before the first book."""
        top, height = model.viewport.top, model.viewport.height
        view, instrument = model.view, model.instrument
        self.bid_sum = self.ask_sum = _ZERO
        if view is None or instrument is None or top is None or height < 1:
            self.rows = []
            return self.rows
        grid, decimals = model.grid, instrument.price_decimals
        visible = range(top, top - height, -1)
        labels = self._labels_of(visible, model, decimals)
        cursor_row, cursor_text = model.cursor_row, price(model.cursor, decimals)
        self.layout = layout_for(width, max(len(text) for text in (labels[0], labels[-1], cursor_text)))
        bids, asks = bid_rows(view.bids, grid), ask_rows(view.asks, grid)
        large = self._fit(visible, bids, asks)
        live = model.live
        cells = _Cells(self.bars, min(instrument.size_decimals, _MOST_DECIMALS), large, live=live)
        cumulative = self.layout.cumulative_bid > 0
        bid_sums = cumulated(bids, upwards=False) if cumulative else {}
        ask_sums = cumulated(asks, upwards=True) if cumulative else {}
        own, special = _own_cells(model, visible)
        volumes = self._volumes(model, visible)
        trade_row, letters = _trade_row(model), _letters(model)
        stale, hatched, touch = model.state is BookState.STALE, bool(model.halted), model.touch_rows or (top, top)
        self.rows = [
            RowFacts(
                label=cursor_text if row == cursor_row else label,
                cursor=row == cursor_row,
                live=live,
                stale=stale,
                in_spread=touch[0] < row < touch[1],
                hatched=hatched,
                bid=cells.draw(bids.get(row), self.layout.bid),
                ask=cells.draw(asks.get(row), self.layout.ask),
                own_bid=own.get((row, Side.BUY)),
                own_ask=own.get((row, Side.SELL)),
                own_is_ghost=special.get(row) is _Special.GHOST,
                own_is_flash=special.get(row) is _Special.FLASH,
                cumulative_bid=bid_sums.get(row),
                cumulative_ask=ask_sums.get(row),
                volume=volumes.get(row, 0),
                trade=model.last_trade.aggressor if model.last_trade is not None and row == trade_row else None,
                mark=letters.get(row, ""),
            )
            for row, label in zip(visible, labels, strict=True)
        ]
        self._add_notes(model)
        return self.rows

    def _fit(self, visible: range, bids: dict[int, Decimal], asks: dict[int, Decimal]) -> Decimal:
        """Fit sums and bars to what is visible; returns the size above which one is marked as large."""
        sizes = [each[row] for each in (bids, asks) for row in visible if row in each]
        self.bars.fit(sizes)
        self.bid_sum = sum((bids[row] for row in visible if row in bids), _ZERO)
        self.ask_sum = sum((asks[row] for row in visible if row in asks), _ZERO)
        return sorted(sizes)[len(sizes) // 2] * _LARGE if sizes else _ZERO

    def _labels_of(self, visible: range, model: LadderModel, decimals: int) -> list[str]:
        """Labels of the rows; they change only when the window moves."""
        wanted = (visible, model.grid, decimals)
        if wanted != self._labels_for:
            self._labels_for = wanted
            self._labels = [fixed(model.grid.label(row), decimals) for row in visible]
        return self._labels

    def _volumes(self, model: LadderModel, visible: range) -> dict[int, int]:
        """Eighths of the volume column by row; a traded price draws at least one."""
        if not self.layout.volume:
            return {}
        rows = model.volume.rows(model.grid)
        shown = {row: rows[row] for row in visible if row in rows}
        most = max(shown.values(), default=_ZERO)
        full = (self.layout.volume - 1) * 8
        return {row: max(int(traded * full / most), 1) for row, traded in shown.items() if traded}

    def _add_notes(self, model: LadderModel) -> None:
        above, below = outside(model)
        entry_above, entry_below = _entry_outside(model)
        if len(self.rows) < _NOTES_NEED:
            return
        for line, arrow, orders, entry in ((0, "▲", above, entry_above), (-1, "▼", below, entry_below)):
            note = _note(arrow, orders, entry, model, self.layout)
            if note:
                self.rows[line] = replace(self.rows[line], note=note)


_NOTES_NEED = 2


class _Special(Enum):
    GHOST = "ghost"
    FLASH = "flash"


def _side_row(price_: Decimal, side: Side, model: LadderModel) -> int:
    return model.grid.down(price_) if side is Side.BUY else model.grid.up(price_)


def _own_cells(model: LadderModel, visible: range) -> tuple[dict[tuple[int, Side], OwnMark], dict[int, _Special]]:
    """Marks by row and side, and which rows show a ghost or flash: a fill over an order, a ghost over both."""
    size_decimals = 0 if model.instrument is None else model.instrument.size_decimals
    own = {
        (row, side): mark_of(orders, model.grid, model.queue.of, size_decimals)
        for (row, side), orders in by_row(model.orders, model.grid).items()
        if row in visible
    }
    special: dict[int, _Special] = {}
    model.flashes = [flash for flash in model.flashes if model.now_ns - flash.since_ns < _AFTERGLOW_NS]
    for flash in model.flashes:
        row = _side_row(flash.price, flash.side, model)
        own[row, flash.side] = OwnMark((f"✓{size_text(flash.quantity)}",))
        if model.now_ns - flash.since_ns < _FLASH_NS:
            special[row] = _Special.FLASH
    if model.ghost is not None:
        row = _side_row(model.ghost.price, model.ghost.side, model)
        own[row, model.ghost.side] = ghost_mark(model.ghost)
        special[row] = _Special.GHOST
    return own, special


def _trade_row(model: LadderModel) -> int | None:
    last = model.last_trade
    if last is None:
        return None
    return model.grid.up(last.price) if last.aggressor is Side.BUY else model.grid.down(last.price)


def _letters(model: LadderModel) -> dict[int, str]:
    """``E``, ``M`` and ``L`` by row."""
    prices = dict(model.marks)
    entry = None if model.position is None else model.position.average_entry
    if entry is not None:
        prices["E"] = entry
    letters: dict[int, str] = {}
    for letter, at in prices.items():
        row = model.grid.down(at)
        letters[row] = letters.get(row, "") + letter
    return letters


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
