"""The price ladder: the widget over the pure ladder. Draws, and passes keys on; decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from textual.message import Message

from connectors.model.book import BookLevel, BookState, BookView
from connectors.model.instrument import Instrument
from connectors.model.order import Order
from connectors.model.position import Position
from connectors.model.trade import Trade
from tui.format.times import seconds_words
from tui.format.words import loading
from tui.styles.palette import Ink
from tui.widgets.ladder.columns import RowFacts, draw_row
from tui.widgets.ladder.marks import Ghost
from tui.widgets.ladder.model import LadderModel
from tui.widgets.ladder.picture import Picture
from tui.widgets.ladder.title import Title
from tui.widgets.line import DIM, Line, Token, fit, wrapped
from tui.widgets.pane import NANOS, LinePane

_GAP_SHOWN_NS = 3 * NANOS


@dataclass(frozen=True, slots=True)
class PaintedFrame:
    """The newest frame of the book whose every changed row has been painted: what the trader saw."""

    update_id: int
    state: BookState
    bid: BookLevel | None
    ask: BookLevel | None
    received_ns: int
    """Arrival of the frame at the worker."""
    painted_ns: int
    """Beat at which it was composed (wall time)."""


class Ladder(LinePane):
    """The ladder of one instrument.

    `model` answers what is not said here: `LadderModel.orders_at_cursor`, `LadderModel.cursor_to_touch`,
    `LadderModel.cursor_to_next_own`, `LadderModel.set_group`, `LadderModel.viewport` with its ``policy``,
    `LadderModel.volume` and its ``clear``, `LadderModel.marks` for mark and liquidation price. Call `touch_up` after
    changing it by hand.
    """

    can_focus = True
    TICK_NS = NANOS // 10

    class Recentred(Message):
        """The window jumped of itself: order keys settle."""

        def __init__(self, ladder: Ladder, rows: int) -> None:
            super().__init__()
            self.ladder = ladder
            self.rows = rows

        @property
        def control(self) -> Ladder:
            """The ladder that jumped."""
            return self.ladder

    def __init__(
        self,
        *,
        label: str = "",
        rule: bool = False,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  # Textual's own word
        classes: str | None = None,
    ) -> None:
        super().__init__(rule=rule, name=name, id=id, classes=classes)
        self.model = LadderModel()
        self.label = label
        """Name of the connection, for the sentences."""
        self.on_jump: Callable[[], None] = lambda: None
        """Told of a jump before anything of it is painted: no key may fall between the two."""
        self.drifted_at_key = False
        """Whether the cursor had gone with the market, unasked, when the newest key was pressed."""
        self._title = Title()
        self._picture = Picture()
        self._drawn: dict[int, tuple[RowFacts, Line]] = {}
        self._drawn_for = self._picture.look
        self._composed: PaintedFrame | None = None
        self._painted: PaintedFrame | None = None
        self._awaited: set[int] = set()

    # --- facts ------------------------------------------------------------------------------------------------------

    def set_instrument(self, instrument: Instrument) -> None:
        """Show an instrument; a new one forgets book, orders, cursor and group of the one before."""
        before = self.model.instrument
        self.model.open(instrument)
        if before is None or before.id != instrument.id:
            self._composed = self._painted = None
        self.touch_up()

    def put_book(self, view: BookView) -> None:
        """Take a frame of the book."""
        self.model.put_book(view)
        self.touch_up()

    def put_orders(self, orders: Sequence[Order]) -> None:
        """Take all orders of the account; working ones of this instrument are shown, fills flash."""
        self.model.put_orders(orders)
        self.touch_up()

    def put_position(self, position: Position | None) -> None:
        """Take the position in this instrument; its average entry is marked ``E``."""
        self.model.position = position
        self.touch_up()

    def put_trade(self, trade: Trade) -> None:
        """Take a public trade: last-trade arrow, volume at price, queue estimates."""
        self.model.put_trade(trade)
        self.touch_up()

    def set_halted(self, words: str) -> None:
        """Say why new orders are off, such as ``HALTED by you``; empty when they are on again."""
        self.model.halted = words
        self.touch_up()

    def set_ghost(self, ghost: Ghost | None) -> None:
        """Show a staged or carried order, or stop showing it."""
        self.model.ghost = ghost
        self.touch_up()

    # --- keys -------------------------------------------------------------------------------------------------------

    def note_key(self, now_ns: int, *, begun: bool = False) -> None:
        """A key was pressed in the ladder: nothing moves under the hand for a second.

        Args:
            now_ns: Wall time.
            begun: It only begins a sequence: what it means is up to the next one.
        """
        if not begun:
            self.drifted_at_key, self.model.drifted = self.model.drifted, False
        self.model.key_ns, self.model.used = now_ns, True

    def move_cursor(self, rows: int) -> None:
        """Move the cursor up (positive) or down; one that is off the screen is scrolled to first."""
        self.model.move_cursor(rows)
        self.touch_up()

    def set_cursor(self, price: Decimal) -> None:
        """Put the cursor on a price and scroll to it."""
        self.model.set_cursor(price)
        self.touch_up()

    def centre(self) -> None:
        """Put the market in the middle; the cursor stays at its price."""
        self.model.centre()
        self.touch_up()

    def regroup(self, steps: int) -> bool:
        """Coarser (+1) or finer (-1) rows; False at the end of the scale."""
        changed = self.model.regroup(steps)
        self.touch_up()
        return changed

    # --- what is so -------------------------------------------------------------------------------------------------

    @property
    def cursor_price(self) -> Decimal | None:
        """The exact price an order key would take."""
        return self.model.cursor

    @property
    def cursor_visible(self) -> bool:
        """Whether the cursor is on the screen; if not, order keys refuse."""
        return self.model.cursor_visible

    @property
    def touch(self) -> tuple[BookLevel | None, BookLevel | None]:
        """Best bid and ask as painted; before the first painting as known."""
        if self._painted is not None:
            return self._painted.bid, self._painted.ask
        view = self.model.view
        return (None, None) if view is None else (view.best_bid, view.best_ask)

    @property
    def painted_frame(self) -> PaintedFrame | None:
        """The frame on the screen now; None before the first one was painted whole."""
        return self._painted

    # --- drawing ----------------------------------------------------------------------------------------------------

    def heading(self, width: int) -> Line:
        """The title; sums are over the rows last composed."""
        return self._title.draw(self.model, width, self._picture.bid_sum, self._picture.ask_sum)

    def body_lines(self, width: int, height: int) -> list[Line]:
        """The visible rows. One whose facts did not change is not drawn again, wherever it stands now."""
        jumped = self.model.arrange(height, self.now_ns)
        if jumped:
            self.on_jump()
            self.post_message(self.Recentred(self, jumped))
        picture = self._picture
        rows = picture.compose(self.model, width)
        if not rows:
            return self._waiting(width, height)
        if picture.look != self._drawn_for:
            self._drawn.clear()
            self._drawn_for = picture.look
        drawn: dict[int, tuple[RowFacts, Line]] = {}
        lines: list[Line] = []
        for number, row in zip(picture.visible, rows, strict=True):
            known = self._drawn.get(number)
            if known is None or known[0] != row:
                known = (row, draw_row(row, picture.look))
            drawn[number] = known
            lines.append(known[1])
        self._drawn = drawn
        return self._with_gap_note(lines, width)

    def lines_composed(self, changed: Sequence[int]) -> None:
        """Remember which frame these rows show; it counts as seen when all of them were handed out."""
        view = self.model.view
        if view is None:
            return
        self._composed = PaintedFrame(
            view.update_id, self.model.state, view.best_bid, view.best_ask, view.received_ns, self.now_ns
        )
        height = self._composed_for[1]
        self._awaited = {row for row in (*self._awaited, *changed) if row < height}
        if not self._awaited:
            self._painted = self._composed

    def line_painted(self, row: int) -> None:
        """Note a row that reached the screen."""
        self._awaited.discard(row)
        if not self._awaited:
            self._painted = self._composed

    def _waiting(self, width: int, height: int) -> list[Line]:
        model = self.model
        symbol = "" if model.instrument is None else model.instrument.symbol
        words = loading(symbol, self.label, max(self.now_ns - model.state_since_ns, 0)) if symbol else ""
        lines: list[Line] = [[] for _ in range(height)]
        for at, row in enumerate(wrapped(words, width - 2)[:height]):
            lines[min(height // 2 + at, height - 1)] = fit([(row.center(width), DIM)], width)
        return lines

    def _with_gap_note(self, lines: list[Line], width: int) -> list[Line]:
        recovered_ns = self.model.recovered_ns
        if recovered_ns is not None and self.now_ns - recovered_ns < _GAP_SHOWN_NS and lines:
            note = f"GAP {seconds_words(self.model.gap_ns)}: the book was rebuilt and is LIVE again"
            lines[-1] = fit([(note.center(width), Ink(Token.WARN, bold=True, reverse=True))], width)
        return lines
