"""What was on the screen when a key was pressed: everything an order is judged by. Frozen, so that it cannot move."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connectors.model.book import BookView
from connectors.model.ids import AccountId, Mode
from connectors.model.instrument import Instrument
from connectors.model.order import Side
from connectors.worker.api import TradingState

ZERO = Decimal(0)
ORDER_SHARE = Decimal("0.05")
"""What one order may be worth of the equity unless that was set otherwise; the worker has the same default."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One press of a key."""

    account: AccountId
    label: str
    """The connection's name."""
    mode: Mode
    instrument: Instrument
    now_ns: int
    """Wall time."""
    book: BookView | None = None
    """As painted."""
    newest: BookView | None = None
    """As pushed; at most one beat newer than what was painted."""
    behind_ns: int = 0
    """How long a newer book has been waiting to be painted."""
    last: Decimal | None = None
    """Price of the last trade."""
    cursor: Decimal | None = None
    cursor_visible: bool = True
    cursor_drifted: bool = False
    """It went with the market since the last key, and nobody has put it there."""
    trading: TradingState = TradingState.ACTIVE
    trading_words: str = ""
    """The sentence of a halt."""
    locked: str = ""
    """Why only what reduces passes: the loss lock is shut; empty while it is open."""
    order_share: Decimal | None = ORDER_SHARE
    """The share of equity the worker lets one order be worth; None: it was switched off."""
    armed: bool = True
    keyed: bool = True
    unable: str = ""
    """Why the connection cannot take orders now; empty when it can."""
    position: Decimal = ZERO
    average: Decimal | None = None
    free_base: Decimal | None = None
    free_quote: Decimal | None = None
    equity: Decimal | None = None
    """In the instrument's quote currency."""

    @property
    def mid(self) -> Decimal | None:
        """Middle of the painted touch."""
        book = self.book
        if book is None or book.best_bid is None or book.best_ask is None:
            return None
        return (book.best_bid.price + book.best_ask.price) / 2

    def touch(self, side: Side, *, newest: bool = False) -> Decimal | None:
        """Own side of the touch: the best bid for a buy, the best ask for a sell."""
        book = self.newest if newest else self.book
        if book is None:
            return None
        level = book.best_bid if side is Side.BUY else book.best_ask
        return None if level is None else level.price

    def opposite(self, side: Side, *, newest: bool = False) -> Decimal | None:
        """The other side of the touch: what an order on ``side`` would take."""
        return self.touch(Side.SELL if side is Side.BUY else Side.BUY, newest=newest)
