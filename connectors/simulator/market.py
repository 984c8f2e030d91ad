"""What a market is to the exchange, whatever moves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from connectors.matching.terms import Match, Outcome, Request
from connectors.model.side import Side
from connectors.simulator.specs import SymbolSpec


@dataclass(frozen=True, slots=True)
class Print:
    """A public trade; price in ticks, size in lots."""

    trade_id: int
    price: int
    lots: int
    time_ms: int
    buyer_made: bool
    """Whether the buyer's order was the resting one."""


@dataclass(frozen=True, slots=True)
class Top:
    """Best bid and ask (price, lots) after an update; None on an empty side."""

    update_id: int
    bid: tuple[int, int] | None
    ask: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Change:
    """A depth event: absolute levels that changed in updates ``first`` to ``last``."""

    first: int
    last: int
    bids: Sequence[tuple[int, int]]
    asks: Sequence[tuple[int, int]]
    time_ms: int


@dataclass(frozen=True, slots=True)
class Depth:
    """A snapshot of the public book, best first, as it stands after ``update_id``."""

    update_id: int
    bids: Sequence[tuple[int, int]]
    asks: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Executed:
    """What matching made of a user's order, and the trade id of each match."""

    outcome: Outcome
    trade_ids: Sequence[int]


class Sink(Protocol):
    """Who listens to a market."""

    def printed(self, prints: Sequence[Print]) -> None:
        """Public trades of one taking order, in order."""
        ...

    def touched(self, top: Top) -> None:
        """The best bid or ask, or a size there, changed."""
        ...

    def changed(self, change: Change) -> None:
        """The book changed."""
        ...

    def filled(self, match: Match, trade_id: int, time_ms: int) -> None:
        """A resting order of the user traded."""
        ...


class Watcher(Protocol):
    """Who waits for prices: orders that act when something has traded."""

    def traded(self, prices: Sequence[int], now_ms: int) -> None:
        """Public trades of one taking order happened at these prices, in order."""
        ...

    def settled(self) -> None:
        """All that one taking order did has been told; orders of the user may be submitted again."""
        ...


class Market(Protocol):
    """One symbol's market: `flow` and `tape` are the two there are."""

    spec: SymbolSpec
    last_price: int
    """Price of the last public trade, in ticks."""
    last_trade_id: int
    """Id of the last public trade."""

    def open(self, sink: Sink, now_ms: int) -> None:
        """Begin to move, and tell ``sink`` from now on."""
        ...

    def watch(self, watcher: Watcher) -> None:
        """Tell ``watcher`` of public trades from now on."""
        ...

    def advance(self, now_ms: int) -> None:
        """Let happen what happens until a moment."""
        ...

    def submit(self, request: Request, now_ms: int) -> Executed:
        """Match an order of the user."""
        ...

    def restore(self, request: Request, lots: int) -> None:
        """Put a resting order of an earlier session back in line, without matching it."""
        ...

    def cancel(self, order_id: int) -> bool:
        """Take an order of the user out."""
        ...

    def reduce(self, order_id: int, lots: int) -> bool:
        """Lower what is left of a resting order of the user, in its place; False where that is no reduction."""
        ...

    def depth(self, limit: int) -> Depth:
        """The public book."""
        ...

    def top(self) -> Top:
        """The public best bid and ask."""
        ...

    def levels(self, side: Side) -> list[tuple[int, int]]:
        """(price, lots) that a taker would find on a side, best first."""
        ...
