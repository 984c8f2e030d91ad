"""The exchange: markets, the user's orders, and what may be asked about both."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.simulator.account.ledger import Ledger
from connectors.simulator.account.records import Amendment, Entry, PreventedMatch, UserList, UserOrder, UserTrade
from connectors.simulator.account.settlement import Settlement
from connectors.simulator.clock import Clock
from connectors.simulator.entry.rate import RateLimits
from connectors.simulator.feeds import Feed
from connectors.simulator.market import Market
from connectors.simulator.orders.floor import Floor
from connectors.simulator.orders.trading import Trading
from connectors.simulator.past.bars import Bar
from connectors.simulator.past.timeline import Timeline
from connectors.simulator.protocol.errors import ApiError, no_such_order
from connectors.simulator.sockets.hub import Hub

_MARK_MS = 1000


class Exchange:
    """All symbols and the one user. Call `open` once, then `advance` as time goes by."""

    def __init__(self, ledger: Ledger, clock: Clock, hub: Hub, rate: RateLimits) -> None:
        self.clock = clock
        self.hub = hub
        self.rate = rate
        self.settlement = Settlement(ledger, rate)
        self.account = self.settlement.account
        self.feeds: dict[str, Feed] = {}
        self._ledger = ledger
        self._state = ledger.state
        self.floor = Floor(self.feeds, clock, self.settlement)
        self.trading = Trading(self.floor, self.settlement, rate, self._state)
        self._spans = Entry()
        self._marked_ms = 0
        self._cold: list[Feed] = []

    def list_symbol(self, market: Market, timeline: Timeline) -> None:
        """Add a symbol, before `open`."""
        symbol = market.spec.symbol
        self.feeds[symbol] = Feed(market, timeline, self.hub, self.trading.maker_filled, self._minutes_done)
        market.watch(_Prices(self.trading, symbol))
        self._spans.spans += [(market.spec.symbol, span) for span in timeline.new_spans]

    def open(self) -> None:
        """Put the user's resting orders back in line, then let the markets move."""
        self._ledger.append(self._spans)
        for order in self._state.orders.values():
            self.trading.by_client[(order.symbol, order.client_id)] = order.order_id
        for order in sorted(self._state.orders.values(), key=lambda order: (order.working_time, order.order_id)):
            if order.open and order.symbol in self.feeds:
                self.trading.resume(order)
        now = self.clock.now_ms()
        for symbol, feed in self.feeds.items():
            feed.begin(now)
            self.trading.conclude(symbol)
        self.mark()
        self._cold = list(reversed(self.feeds.values()))

    def advance(self) -> None:
        """Let the markets move up to now; once a second the ledger learns where they stand."""
        now = self.clock.now_ms()
        for feed in self.feeds.values():
            feed.advance(now)
        if now - self._marked_ms >= _MARK_MS:
            self.mark()

    def mark(self) -> None:
        """Write down prices, trade ids and bars in progress, from which the next session goes on.

        The first marks also make up a symbol's past each, before somebody waits for it.
        """
        self._marked_ms = self.clock.now_ms()
        entry = Entry()
        for symbol, feed in self.feeds.items():
            entry.marks[symbol] = self.floor.mark(symbol)
            entry.bars.append((symbol, *feed.timeline.progress))
        self._ledger.append(entry)
        if self._cold:
            self._cold.pop().timeline.last_day()

    def feed(self, symbol: str) -> Feed:
        """A listed symbol; -1121 for another."""
        return self.floor.feed(symbol)

    def find(self, symbol: str, order_id: int | None, client_id: str | None) -> UserOrder:
        """An order by either id, the latest that had the client id; both given must agree (-2039, §4.4)."""
        self.feed(symbol)
        if order_id is None:
            order_id = self.trading.by_client.get((symbol, client_id or ""))
        order = self._state.orders.get(order_id) if order_id is not None else None
        if order is None or order.symbol != symbol:
            raise no_such_order()
        if client_id is not None and order.client_id != client_id:
            raise ApiError(-2039, "Client order ID is not correct for this order ID.")
        return order

    def open_orders(self, symbol: str | None = None) -> list[UserOrder]:
        """Open orders, oldest first."""
        found = [order for order in self.settlement.open.values() if symbol in {None, order.symbol}]
        return sorted(found, key=lambda order: order.order_id)

    def all_orders(self, symbol: str) -> list[UserOrder]:
        """All orders of a symbol, oldest first."""
        return [order for order in self._state.orders.values() if order.symbol == symbol]

    def trades(self, symbol: str) -> list[UserTrade]:
        """The user's fills of a symbol, oldest first."""
        return [trade for trade in self._state.trades if trade.symbol == symbol]

    def lists(self) -> list[UserList]:
        """All order lists, oldest first."""
        return list(self._state.lists.values())

    def prevented(self, symbol: str) -> list[PreventedMatch]:
        """Prevented trades of a symbol, oldest first."""
        return [match for match in self._state.prevented if match.symbol == symbol]

    def amendments(self, order_id: int) -> list[Amendment]:
        """Amendments of an order, oldest first."""
        return [one for one in self._state.amendments if one.order_id == order_id]

    @property
    def orders(self) -> dict[int, UserOrder]:
        """All orders by id."""
        return self._state.orders

    def _minutes_done(self, symbol: str, done: Sequence[tuple[int, Bar]]) -> None:
        self._ledger.append(Entry(bars=[(symbol, start, bar) for start, bar in done]))


class _Prices:
    """Hears what one market trades, for the orders that wait for it; see `connectors.simulator.market.Watcher`."""

    def __init__(self, trading: Trading, symbol: str) -> None:
        self._trading = trading
        self._symbol = symbol

    def traded(self, prices: Sequence[int], now_ms: int) -> None:
        """Public trades, in order."""
        self._trading.traded(self._symbol, prices, now_ms)

    def settled(self) -> None:
        """All of one taking order has been told."""
        self._trading.conclude(self._symbol)
