"""What is mine in the visible rows: orders, fills, a staged order, the entry, and what of it lies outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from connectors.model.order import Order
from connectors.model.side import Side
from tui.format.numbers import exact, fixed
from tui.format.orders import protective
from tui.format.times import NANOS, count
from tui.widgets.ladder.columns import Layout, Special
from tui.widgets.ladder.marks import OwnMark, by_row, ghost_mark, mark_of, order_price, size_text
from tui.widgets.ladder.model import LadderModel, outside

_FLASH_NS = 400_000_000
_AFTERGLOW_NS = _FLASH_NS + 2 * NANOS
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Mine:
    """Marks of mine by row, and which rows show a ghost or a flash."""

    buys: dict[int, OwnMark] = field(default_factory=dict)
    sells: dict[int, OwnMark] = field(default_factory=dict)
    special: dict[int, Special] = field(default_factory=dict)
    letters: dict[int, str] = field(default_factory=dict)
    """``E``, ``M`` and ``L``."""
    notes: tuple[str, str] = ("", "")
    """What lies above the window, and below it."""

    def of(self, side: Side) -> dict[int, OwnMark]:
        """The marks of one side."""
        return self.buys if side is Side.BUY else self.sells


class MineKept:
    """What is mine, worked out anew only when something of it or the window changed: most frames change neither."""

    def __init__(self) -> None:
        self._mine = Mine()
        self._of: tuple[object, ...] | None = None

    def of(self, model: LadderModel, visible: range, layout: Layout) -> Mine:
        """What is mine in the visible rows, and outside them."""
        model.flashes = [flash for flash in model.flashes if model.now_ns - flash.since_ns < _AFTERGLOW_NS]
        of = (
            model.orders,
            [model.queue.of(order.order_id) for order in model.orders],
            [(flash, _flashes_now(flash.since_ns, model)) for flash in model.flashes],
            model.ghost,
            model.position,
            dict(model.marks),
            model.instrument,
            model.grid,
            visible,
            layout,
        )
        if of != self._of:
            self._of, self._mine = of, _mine(model, visible, layout)
        return self._mine


def _mine(model: LadderModel, visible: range, layout: Layout) -> Mine:
    """Marks by row and side: a fill over an order, a ghost over both."""
    size_decimals = 0 if model.instrument is None else model.instrument.size_decimals
    mine = Mine(letters=_letters(model), notes=_notes(model, layout))
    for (row, side), orders in by_row(model.orders, model.grid).items():
        if row in visible:
            mine.of(side)[row] = mark_of(orders, model.grid, model.queue.of, size_decimals)
    for flash in model.flashes:
        row = _side_row(flash.price, flash.side, model)
        mine.of(flash.side)[row] = OwnMark((f"✓{size_text(flash.quantity)}",))
        if _flashes_now(flash.since_ns, model):
            mine.special[row] = Special.FLASH
    ghost = model.ghost
    if ghost is not None:
        row = _side_row(ghost.price, ghost.side, model)
        mine.of(ghost.side)[row] = ghost_mark(ghost)
        mine.special[row] = Special.GHOST
    return mine


def _flashes_now(since_ns: int, model: LadderModel) -> bool:
    return model.now_ns - since_ns < _FLASH_NS


def _side_row(price_: Decimal, side: Side, model: LadderModel) -> int:
    return model.grid.down(price_) if side is Side.BUY else model.grid.up(price_)


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


def _notes(model: LadderModel, layout: Layout) -> tuple[str, str]:
    above, below = outside(model)
    entry_above, entry_below = _entry_outside(model)
    return _note("▲", above, entry_above, model, layout), _note("▼", below, entry_below, model, layout)


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
