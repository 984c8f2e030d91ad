"""One ladder on a screen of its own, fed and painted by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from connectors.model.order import OrderStatus, OrderType
from connectors.model.side import Side
from support.pane_facts import T0, book, instrument, order, trade
from tui.styles import THEMES
from tui.widgets.ladder import Ladder

COMPACT, NORMAL, WIDE = (41, 19), (58, 31), (76, 45)


class OneLadder(App[None]):
    """An app that is nothing but a ladder; it remembers the jumps of its window."""

    def __init__(self) -> None:
        super().__init__()
        self.ladder = Ladder(label="demo")
        self.jumps: list[int] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "dark"

    def compose(self) -> ComposeResult:
        yield self.ladder

    def on_ladder_recentred(self, message: Ladder.Recentred) -> None:
        self.jumps.append(message.rows)


@asynccontextmanager
async def shown(size: tuple[int, int], *, filled: bool = True) -> AsyncIterator[tuple[Ladder, Pilot[None]]]:
    """A ladder of BTCUSDT in a window of its own size, painted once at `T0`."""
    app = OneLadder()
    async with app.run_test(size=size) as pilot:
        ladder = app.ladder
        ladder.set_instrument(instrument())
        if filled:
            ladder.put_book(book())
            ladder.put_trade(trade())
        await paint(ladder, pilot, T0)
        yield ladder, pilot


async def paint(ladder: Ladder, pilot: Pilot[None], now_ns: int) -> None:
    """One beat, and wait until it is on the screen."""
    ladder.flush(now_ns)
    await pilot.pause()


def texts(ladder: Ladder) -> list[str]:
    """What stands on the screen, row by row."""
    return [ladder.render_line(y).text for y in range(ladder.size.height)]


def row_with(ladder: Ladder, price: str) -> str:
    """The row of a price."""
    return next(text for text in texts(ladder) if price in text)


ORDERS = (
    order(3),
    order(4, Side.SELL, "0.020", "61812"),
    order(
        5,
        Side.SELL,
        "0.031",
        None,
        kind=OrderType.STOP_LOSS,
        status=OrderStatus.PENDING_TRIGGER,
        trigger_price=Decimal(61500),
    ),
)
