"""From the ladder's facts to the facts of each visible row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.model.book import BookState, BookView
from connectors.model.order import Order
from connectors.model.side import Side
from tui.format.numbers import exact, fixed, price
from tui.format.orders import protective
from tui.format.times import NANOS, count
from tui.widgets.ladder.columns import Layout, Look, RowFacts, Special, layout_for
from tui.widgets.ladder.marks import OwnMark, by_row, ghost_mark, mark_of, order_price, size_text
from tui.widgets.ladder.model import LadderModel, outside
from tui.widgets.ladder.rows import Grid, ask_rows, bid_rows, cumulated

_MOST_DECIMALS = 3
"""Digits of a displayed size; own orders are written with all of theirs."""
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

    def fit(self, ranked: Sequence[Decimal]) -> Decimal:
        """Follow the visible sizes, smallest first; returns the size that fills a bar, 0 without any."""
        if not ranked:
            return self.full
        wanted = ranked[min(len(ranked) * 95 // 100, len(ranked) - 1)]
        if not self.full * _REFIT_DOWN <= wanted <= self.full * _REFIT_UP:
            self.full = wanted
        return self.full


@dataclass(frozen=True, slots=True)
class _Sizes:
    """What the book holds in the visible rows."""

    bids: dict[int, Decimal]
    asks: dict[int, Decimal]
    bid_sum: Decimal
    ask_sum: Decimal
    ranked: list[Decimal]
    """All of them, smallest first."""
    bid_sums: dict[int, Decimal]
    """From the touch outwards."""
    ask_sums: dict[int, Decimal]

    @property
    def large(self) -> Decimal:
        """The size above which one is marked as large; 0 without any."""
        return self.ranked[len(self.ranked) // 2] * _LARGE if self.ranked else _ZERO


def _sizes(view: BookView, grid: Grid, visible: range) -> _Sizes:
    """Sum the levels by row, as far outwards as there is a row to be seen."""
    top, bottom = visible[0], visible[-1]
    bids, asks = bid_rows(view.bids, grid, bottom), ask_rows(view.asks, grid, top)
    seen_bids = [size for row, size in bids.items() if row <= top]
    seen_asks = [size for row, size in asks.items() if row >= bottom]
    return _Sizes(
        bids,
        asks,
        sum(seen_bids, _ZERO),
        sum(seen_asks, _ZERO),
        sorted(seen_bids + seen_asks),
        cumulated(bids, upwards=False),
        cumulated(asks, upwards=True),
    )


@dataclass(slots=True)
class Picture:
    """The visible rows and the sums over them. Scales are kept from frame to frame."""

    bars: BarScale = field(default_factory=BarScale)
    visible: range = range(0)
    """Numbers of the visible rows, top first."""
    rows: list[RowFacts] = field(default_factory=list)
    """Facts of each of them."""
    look: Look = field(default_factory=lambda: Look(layout_for(0, 0), _ZERO, 0))
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
        self.visible = range(top, top - height, -1)
        sizes = _sizes(view, model.grid, self.visible)
        self.bid_sum, self.ask_sum = sizes.bid_sum, sizes.ask_sum
        full = self.bars.fit(sizes.ranked)
        decimals = instrument.price_decimals
        labels, cursor = self._labels_of(model, decimals), price(model.cursor, decimals)
        layout = layout_for(width, max(len(labels[0]), len(labels[-1]), len(cursor)))
        live = model.live
        self.look = Look(
            layout,
            full if live else _ZERO,
            min(instrument.size_decimals, _MOST_DECIMALS),
            live,
            model.state is BookState.STALE,
            bool(model.halted),
        )
        self.rows = self._rows(model, sizes, labels, cursor)
        self._add_notes(model)
        return self.rows

    def _rows(self, model: LadderModel, sizes: _Sizes, labels: list[str], cursor: str) -> list[RowFacts]:
        live, cumulative = self.look.live, self.look.layout.cumulative_bid > 0
        bids, asks, large = sizes.bids, sizes.asks, sizes.large
        lowest_ask, highest_bid = (model.touch_rows or (self.visible[0],) * 2)[::-1]
        cursor_row, trade_row, letters = model.cursor_row, _trade_row(model), _letters(model)
        own, volumes = _own_cells(model, self.visible), self._volumes(model)
        rows: list[RowFacts] = []
        for row, label in zip(self.visible, labels, strict=True):
            bid, ask = bids.get(row), asks.get(row)
            rows.append(
                RowFacts(
                    cursor if row == cursor_row else label,
                    row == cursor_row,
                    highest_bid < row < lowest_ask,
                    bid,
                    ask,
                    live and bid is not None and 0 < large < bid,
                    live and ask is not None and 0 < large < ask,
                    own.buys.get(row),
                    own.sells.get(row),
                    own.special.get(row),
                    sizes.bid_sums.get(row) if cumulative else None,
                    sizes.ask_sums.get(row) if cumulative else None,
                    volumes.get(row, 0),
                    model.last_trade.aggressor if model.last_trade is not None and row == trade_row else None,
                    letters.get(row, ""),
                )
            )
        return rows

    def _labels_of(self, model: LadderModel, decimals: int) -> list[str]:
        """Labels of the rows; they change only when the window moves."""
        wanted = (self.visible, model.grid, decimals)
        if wanted != self._labels_for:
            self._labels_for = wanted
            self._labels = [fixed(model.grid.label(row), decimals) for row in self.visible]
        return self._labels

    def _volumes(self, model: LadderModel) -> dict[int, int]:
        """Eighths of the volume column by row; a traded price draws at least one."""
        column = self.look.layout.volume
        if not column:
            return {}
        rows = model.volume.rows(model.grid)
        shown = {row: rows[row] for row in self.visible if row in rows}
        most = max(shown.values(), default=_ZERO)
        full = (column - 1) * 8
        return {row: max(int(traded * full / most), 1) for row, traded in shown.items() if traded}

    def _add_notes(self, model: LadderModel) -> None:
        above, below = outside(model)
        entry_above, entry_below = _entry_outside(model)
        if len(self.rows) < _NOTES_NEED:
            return
        for line, arrow, orders, entry in ((0, "▲", above, entry_above), (-1, "▼", below, entry_below)):
            note = _note(arrow, orders, entry, model, self.look.layout)
            if note:
                self.rows[line] = self.rows[line]._replace(note=note)


_NOTES_NEED = 2


def _side_row(price_: Decimal, side: Side, model: LadderModel) -> int:
    return model.grid.down(price_) if side is Side.BUY else model.grid.up(price_)


@dataclass(frozen=True, slots=True)
class _OwnCells:
    """Marks of mine by row, and which rows show a ghost or a flash."""

    buys: dict[int, OwnMark] = field(default_factory=dict)
    sells: dict[int, OwnMark] = field(default_factory=dict)
    special: dict[int, Special] = field(default_factory=dict)

    def of(self, side: Side) -> dict[int, OwnMark]:
        """The marks of one side."""
        return self.buys if side is Side.BUY else self.sells


def _own_cells(model: LadderModel, visible: range) -> _OwnCells:
    """Marks by row and side: a fill over an order, a ghost over both."""
    size_decimals = 0 if model.instrument is None else model.instrument.size_decimals
    own = _OwnCells()
    for (row, side), orders in by_row(model.orders, model.grid).items():
        if row in visible:
            own.of(side)[row] = mark_of(orders, model.grid, model.queue.of, size_decimals)
    model.flashes = [flash for flash in model.flashes if model.now_ns - flash.since_ns < _AFTERGLOW_NS]
    for flash in model.flashes:
        row = _side_row(flash.price, flash.side, model)
        own.of(flash.side)[row] = OwnMark((f"✓{size_text(flash.quantity)}",))
        if model.now_ns - flash.since_ns < _FLASH_NS:
            own.special[row] = Special.FLASH
    ghost = model.ghost
    if ghost is not None:
        row = _side_row(ghost.price, ghost.side, model)
        own.of(ghost.side)[row] = ghost_mark(ghost)
        own.special[row] = Special.GHOST
    return own


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
