"""An order edited in its row: two fields, judged at every beat, and what enter would send on the message line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from connectors.model.order import Order
from tui.format import numbers
from tui.messages.teller import Tone
from tui.ticket import change as changes
from tui.ticket import prices, sizes
from tui.ticket.change import Change
from tui.ticket.eye import look_over
from tui.ticket.rules import floor_to, lot_step
from tui.ticket.seen import Seen
from tui.widgets.orders import EditedRow

if TYPE_CHECKING:
    from tui.desk import Desk
    from tui.screens.orders import OrdersScreen

LONGEST = 16
"""Characters a field takes."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What stands in the fields, read and judged: what was painted is what enter takes."""

    change: Change | None
    seen: Seen | None
    sentence: str
    refused: bool


class RowEdit:
    """The two fields of one row.

    Args:
        desk: Whose hand it is.
        screen: Whose list it is in.
    """

    def __init__(self, desk: Desk, screen: OrdersScreen) -> None:
        self._desk = desk
        self._screen = screen
        self._order: Order | None = None
        self._price = self._size = ""
        self._at_price = True
        self._judged: Judged | None = None

    # --- what is so -------------------------------------------------------------------------------------------------

    @property
    def open(self) -> bool:
        """Whether a row is being edited."""
        return self._order is not None

    @property
    def in_text(self) -> bool:
        """Whether what is typed goes into a field."""
        return self.open

    @property
    def words(self) -> str:
        """What enter would do, or why it would do nothing; empty while no row is edited."""
        return "" if self._judged is None else self._judged.sentence

    # --- keys -------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Open the fields of the selected order."""
        order = self._screen.table.selected
        if order is None:
            self._desk.say("No order is selected.")
            return
        at = changes.standing_price(order)
        if not order.working or order.quantity is None or at is None:
            refused = "it has no price" if order.working else f"it is {order.status}"
            self._desk.say(f"{order.handle} cannot be edited: {refused}.")
            return
        known = self._desk.store.instrument_of(order.account, order.instrument)
        self._order, self._at_price = order, True
        self._price = numbers.price(at, 2 if known is None else known.price_decimals).replace(",", "")
        self._size = numbers.typed(order.quantity)
        self.refresh()
        self._desk.rooms.settle()

    def close(self, *, quiet: bool = False) -> None:
        """Leave the fields; the order stays as it is."""
        if self._order is None:
            return
        handle, self._order, self._judged = self._order.handle, None, None
        self._screen.table.put_edited(None)
        if not quiet:
            self._desk.say(f"{handle} stays as it is.")
        self._desk.rooms.settle()

    def turn(self) -> None:
        """The other field."""
        self._at_price = not self._at_price
        self.refresh()

    def write(self, text: str) -> bool:
        """Take what was typed."""
        if not self.open or not text.isprintable():
            return False
        if self._at_price:
            self._price = (self._price + text)[:LONGEST]
        else:
            self._size = (self._size + text)[:LONGEST]
        self.refresh()
        return True

    def paste(self, text: str) -> bool:
        """Take what was pasted."""
        return self.write(text.strip())

    def erase(self, *, whole: bool = False) -> None:
        """Take the last character away, or all."""
        if self._at_price:
            self._price = "" if whole else self._price[:-1]
        else:
            self._size = "" if whole else self._size[:-1]
        self.refresh()

    def enter(self) -> None:
        """Send or stage what is painted; what is refused stays to be mended."""
        judged, gate = self._judged, self._desk.hand.gate
        refusal = gate.refusal(self._desk.clock.monotonic_ns())
        if judged is None:
            return
        if judged.change is None or judged.refused or refusal:
            self._desk.say(refusal or judged.sentence, Tone.WARN, sticky=True)
            return
        self.close(quiet=True)
        self._desk.changer.enter(judged.change, seen=judged.seen)

    def nudge(self, ticks: int) -> None:
        """Move the selected order by ticks."""
        order = self._screen.table.selected
        if order is None:
            self._desk.say("No order is selected.")
            return
        known = self._desk.store.instrument_of(order.account, order.instrument)
        if known is None:
            self._desk.say("The instruments of this order are not known yet. Nothing was sent.", Tone.WARN)
            return
        self._desk.changer.move_by(order, ticks * known.filters.tick_size)

    # --- judging ----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read and judge what stands there, on what is known now. Called after each key and at each beat."""
        order = self._order
        if order is None:
            return
        now = self._desk.store.orders.get(order.order_id)
        if now is None or not now.working:
            self.close(quiet=True)
            self._desk.say(f"{order.handle} is over: it cannot be changed any more.", Tone.WARN)
            return
        self._order = now
        self._judged = self._judge(now)
        self._screen.table.put_edited(EditedRow(now.order_id, self._price, self._size, self._at_price))
        self._desk.show_line()

    def _judge(self, order: Order) -> Judged:
        seen = look_over(self._desk, order.account, order.instrument)
        if seen is None:
            return Judged(None, None, "The instruments of this order are not known yet.", refused=True)
        try:
            change, rounded = self._read(order, seen)
        except (prices.NotAPrice, sizes.NotASize) as problem:
            return Judged(None, seen, f"{order.handle}: {problem}.", refused=True)
        if not change.moves and change.quantity is None:
            return Judged(
                change, seen, f"{order.handle} stays as it is. tab: price / size  esc leaves it", refused=True
            )
        refused = changes.refusal(change, seen)
        if refused:
            return Judged(change, seen, refused, refused=True)
        words = changes.sentence(change, seen, self._desk.floor.ahead_of(order))
        does = "sends" if changes.klass(change, seen) == 0 else "asks"
        return Judged(change, seen, f"{words}{rounded} · enter {does}", refused=False)

    def _read(self, order: Order, seen: Seen) -> tuple[Change, str]:
        """What the fields make, and what was rounded in words."""
        price = read_price(self._price, order, seen)
        size = sizes.read(self._size)
        quantity = sizes.resolve(
            size, seen.instrument, order.type, price=price, free=seen.free_quote, position=seen.position
        )
        if quantity is None:
            raise sizes.NotASize(f"{size} is nothing here")
        lots = floor_to(quantity, lot_step(seen.instrument, order.type))
        rounded = "" if lots == quantity else f" (rounded down from {numbers.exact(quantity)})"
        moved, sized = changes.to_price(order, price), changes.to_size(order, lots)
        return Change(order, moved.price, moved.trigger_price, sized.quantity), rounded


def read_price(text: str, order: Order, seen: Seen) -> Decimal:
    """A price as it is typed for an order that stands: also ``+2t``, counted from where it is.

    Raises:
        prices.NotAPrice: It is none.
    """
    at = changes.standing_price(order)
    if at is not None and text.strip()[:1] in {"+", "-"}:
        return prices.shifted(at, text, seen)
    return prices.read(text, seen, order.side)
