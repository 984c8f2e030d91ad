"""From the ladder's facts to the facts of each visible row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.model.book import BookState, BookView
from connectors.model.side import Side
from tui.format.numbers import fixed, price
from tui.widgets.ladder.columns import Look, RowFacts, layout_for
from tui.widgets.ladder.mine import MineKept
from tui.widgets.ladder.model import LadderModel
from tui.widgets.ladder.rows import Grid, ask_rows, bid_rows, cumulated
from tui.widgets.ladder.volume import VolumeAtPrice, row_of_trade

_MOST_DECIMALS = 3
"""Digits of a displayed size; own orders are written with all of theirs."""
_LARGE = 5
"""A size above so many medians is marked."""
_REFIT_UP, _REFIT_DOWN = Decimal("1.25"), Decimal("0.6")
"""The bars' scale holds still until the 95th percentile leaves these multiples of it."""
_NOTES_NEED = 2
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
    """What a book holds in the visible rows."""

    bids: dict[int, Decimal]
    asks: dict[int, Decimal]
    bid_sum: Decimal
    ask_sum: Decimal
    ranked: list[Decimal]
    """All of them, smallest first."""
    bid_sums: dict[int, Decimal]
    """From the touch outwards; none where the layout has no room for them."""
    ask_sums: dict[int, Decimal]

    @property
    def large(self) -> Decimal:
        """The size above which one is marked as large; 0 without any."""
        return self.ranked[len(self.ranked) // 2] * _LARGE if self.ranked else _ZERO


def _sizes(view: BookView, grid: Grid, visible: range, *, cumulative: bool) -> _Sizes:
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
        cumulated(bids, upwards=False) if cumulative else {},
        cumulated(asks, upwards=True) if cumulative else {},
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
    _sizes: _Sizes | None = None
    _sizes_for: tuple[int, range, Grid, bool] | None = None
    _volumes: dict[int, int] = field(default_factory=dict)
    _volumes_for: tuple[range, Grid, int, VolumeAtPrice, int] | None = None
    _mine: MineKept = field(default_factory=MineKept)

    def compose(self, model: LadderModel, width: int) -> list[RowFacts]:
        """The facts of the visible rows, top first; empty before the first book."""
        top, height = model.viewport.top, model.viewport.height
        view, instrument = model.view, model.instrument
        self.bid_sum = self.ask_sum = _ZERO
        if view is None or instrument is None or top is None or height < 1:
            self.rows = []
            return self.rows
        self.visible = range(top, top - height, -1)
        decimals = instrument.price_decimals
        labels, cursor = self._labels_of(model, decimals), price(model.cursor, decimals)
        layout = layout_for(width, max(len(labels[0]), len(labels[-1]), len(cursor)))
        sizes = self._sizes_of(view, model, cumulative=layout.cumulative_bid > 0)
        self.bid_sum, self.ask_sum = sizes.bid_sum, sizes.ask_sum
        full = self.bars.fit(sizes.ranked)
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
        return self.rows

    def _rows(self, model: LadderModel, sizes: _Sizes, labels: list[str], cursor: str) -> list[RowFacts]:
        live = self.look.live
        bids, asks, large = sizes.bids, sizes.asks, sizes.large
        lowest_ask, highest_bid = (model.touch_rows or (self.visible[0],) * 2)[::-1]
        cursor_row, (trade_row, trade) = model.cursor_row, _last_trade(model)
        mine, volumes = self._mine.of(model, self.visible, self.look.layout), self._volumes_of(model)
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
                    mine.buys.get(row),
                    mine.sells.get(row),
                    mine.special.get(row),
                    sizes.bid_sums.get(row),
                    sizes.ask_sums.get(row),
                    volumes.get(row, 0),
                    trade if row == trade_row else None,
                    mine.letters.get(row, ""),
                )
            )
        if len(rows) >= _NOTES_NEED:
            for line, note in zip((0, -1), mine.notes, strict=True):
                rows[line] = rows[line]._replace(note=note) if note else rows[line]
        return rows

    def _sizes_of(self, view: BookView, model: LadderModel, *, cumulative: bool) -> _Sizes:
        """What the book holds; beats between two frames of it need not sum it again."""
        wanted = (model.frames, self.visible, model.grid, cumulative)
        if self._sizes is None or wanted != self._sizes_for:
            self._sizes_for = wanted
            self._sizes = _sizes(view, model.grid, self.visible, cumulative=cumulative)
        return self._sizes

    def _labels_of(self, model: LadderModel, decimals: int) -> list[str]:
        """Labels of the rows; they change only when the window moves."""
        wanted = (self.visible, model.grid, decimals)
        if wanted != self._labels_for:
            self._labels_for = wanted
            self._labels = [fixed(model.grid.label(row), decimals) for row in self.visible]
        return self._labels

    def _volumes_of(self, model: LadderModel) -> dict[int, int]:
        """Eighths of the volume column by row; they change with a trade or when the window moves."""
        wanted = (self.visible, model.grid, self.look.layout.volume, model.volume, model.volume.changes)
        if wanted != self._volumes_for:
            self._volumes_for = wanted
            self._volumes = _volumes(model, self.visible, self.look.layout.volume)
        return self._volumes


def _volumes(model: LadderModel, visible: range, column: int) -> dict[int, int]:
    """A traded price draws at least one eighth."""
    if not column:
        return {}
    rows = model.volume.rows(model.grid)
    shown = {row: rows[row] for row in visible if row in rows}
    most = max(shown.values(), default=_ZERO)
    full = (column - 1) * 8
    return {row: max(int(traded * full / most), 1) for row, traded in shown.items() if traded}


def _last_trade(model: LadderModel) -> tuple[int | None, Side | None]:
    """Row and aggressor of the newest trade."""
    last = model.last_trade
    if last is None:
        return None, None
    return row_of_trade(last.price, last.aggressor, model.grid), last.aggressor
