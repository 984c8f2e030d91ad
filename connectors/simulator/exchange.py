"""The exchange: markets, the user's orders, and what may be asked about both."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from connectors.matching.terms import End, Match, Prevention, Request
from connectors.matching.walk import walk
from connectors.model.order import OrderType
from connectors.model.side import Side
from connectors.simulator import rules
from connectors.simulator.bars import Bar
from connectors.simulator.clock import Clock
from connectors.simulator.errors import ApiError, invalid_symbol, no_such_order, rejected
from connectors.simulator.feeds import Feed
from connectors.simulator.hub import Hub
from connectors.simulator.ledger import Ledger
from connectors.simulator.market import Market
from connectors.simulator.rate import RateLimits
from connectors.simulator.records import ZERO, Entry, Mark, UserOrder, UserTrade
from connectors.simulator.rules import NewOrder
from connectors.simulator.settlement import Settlement
from connectors.simulator.timeline import Timeline

USER = "user"
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
        self._by_client: dict[tuple[str, str], int] = {}
        self._spans = Entry()
        self._marked_ms = 0
        self._cold: list[Feed] = []

    def list_symbol(self, market: Market, timeline: Timeline) -> None:
        """Add a symbol, before `open`."""
        self.feeds[market.spec.symbol] = Feed(market, timeline, self.hub, self._maker_filled, self._minutes_done)
        self._spans.spans += [(market.spec.symbol, span) for span in timeline.new_spans]

    def open(self) -> None:
        """Put the user's resting orders back in line, then let the markets move."""
        self._ledger.append(self._spans)
        for order in sorted(self._state.orders.values(), key=lambda order: order.order_id):
            self._by_client[(order.symbol, order.client_id)] = order.order_id
            feed = self.feeds.get(order.symbol)
            if order.open and feed is not None:
                self.settlement.open[order.order_id] = order
                left = feed.spec.grid.lots(order.quantity - order.filled)
                feed.market.restore(self._request(order, left), left)
        now = self.clock.now_ms()
        for feed in self.feeds.values():
            feed.begin(now)
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
            entry.marks[symbol] = _mark(feed)
            entry.bars.append((symbol, *feed.timeline.progress))
        self._ledger.append(entry)
        if self._cold:
            self._cold.pop().timeline.last_day()

    def feed(self, symbol: str) -> Feed:
        """A listed symbol; -1121 for another."""
        found = self.feeds.get(symbol)
        if found is None:
            raise invalid_symbol()
        return found

    def place(self, new: NewOrder) -> tuple[UserOrder, list[UserTrade]]:
        """A new order of the user: checked, matched, written down, told; returns it and its immediate fills."""
        feed, spec = self.feed(new.spec.symbol), new.spec
        last_price = spec.grid.price(feed.market.last_price)
        rules.check(new, last_price, len(self.open_orders(spec.symbol)))
        now = self.clock.now_ms()
        self.rate.order(now)
        if self._by_client.get((spec.symbol, new.client_id)) in self.settlement.open:
            raise rejected("Duplicate order sent.")
        order = self._draft(new, now)
        lots = None if new.quantity is None else spec.grid.lots(new.quantity)
        self.settlement.accept(order, spec, self._cost(new, self._request(order, lots), feed))
        executed = feed.market.submit(self._request(order, lots), now)
        if executed.outcome.end is End.WOULD_TAKE:
            self.settlement.withdraw(order, spec)
            raise rejected("Order would immediately match and take.")
        matches = zip(executed.outcome.matches, executed.trade_ids, strict=True)
        fills = [self.settlement.fill(order, spec, match, trade, now, maker=False) for match, trade in matches]
        self.settlement.finish(order, spec, executed.outcome, now)
        self._by_client[(order.symbol, order.client_id)] = order.order_id
        self.settlement.commit(spec.symbol, _mark(feed))
        return order, fills

    def cancel(self, order: UserOrder, cancel_id: str) -> UserOrder:
        """Cancel an open order; what it held is free again."""
        feed = self.feed(order.symbol)
        feed.market.cancel(order.order_id)
        self.settlement.cancel(order, feed.spec, cancel_id, self.clock.now_ms())
        self.settlement.commit(order.symbol, _mark(feed))
        return order

    def find(self, symbol: str, order_id: int | None, client_id: str | None) -> UserOrder:
        """An order by either id, the latest that had the client id; both given must agree (-2039, §4.4)."""
        self.feed(symbol)
        if order_id is None:
            order_id = self._by_client.get((symbol, client_id or ""))
        order = self._state.orders.get(order_id) if order_id is not None else None
        if order is None or order.symbol != symbol:
            raise no_such_order()
        if client_id is not None and order.client_id != client_id:
            raise ApiError(-2039, "Client order ID is not correct for this order ID.")
        return order

    def open_orders(self, symbol: str | None = None) -> list[UserOrder]:
        """Open orders, oldest first."""
        return [order for order in self.settlement.open.values() if symbol in {None, order.symbol}]

    def all_orders(self, symbol: str) -> list[UserOrder]:
        """All orders of a symbol, oldest first."""
        return [order for order in self._state.orders.values() if order.symbol == symbol]

    def trades(self, symbol: str) -> list[UserTrade]:
        """The user's fills of a symbol, oldest first."""
        return [trade for trade in self._state.trades if trade.symbol == symbol]

    def _draft(self, new: NewOrder, now: int) -> UserOrder:
        return UserOrder(
            0,
            new.spec.symbol,
            new.client_id,
            new.side,
            new.type,
            new.time_in_force,
            new.price if new.price is not None else ZERO,
            new.quantity if new.quantity is not None else ZERO,
            now,
            now,
            quote_quantity=new.quote_quantity if new.quote_quantity is not None else ZERO,
            prevention=new.prevention,
            working_time=now,
        )

    def _request(self, order: UserOrder, lots: int | None) -> Request:
        grid = self.feed(order.symbol).spec.grid
        market = order.type is OrderType.MARKET
        return Request(
            order.order_id,
            order.side,
            lots,
            limit=None if market else grid.ticks(order.price),
            budget=grid.budget(order.quote_quantity) if lots is None else None,
            time_in_force=order.time_in_force,
            post_only=order.type is OrderType.LIMIT_MAKER,
            owner=USER,
            prevention=order.prevention,
        )

    def _cost(self, new: NewOrder, request: Request, feed: Feed) -> Decimal:
        """What the order may spend: quote for a buy, base for a sell."""
        if new.price is not None and new.quantity is not None:
            return new.quantity * new.price if new.side is Side.BUY else new.quantity
        met = walk(self._reachable(new, feed), request)
        if request.lots is None and feed.spec.grid.quantity(met.lots) < feed.spec.step:
            raise rules.thin_book()
        if new.side is Side.BUY:
            return new.quote_quantity if new.quote_quantity is not None else feed.spec.grid.quote(met.units)
        return new.quantity if new.quantity is not None else feed.spec.grid.quantity(met.lots)

    def _reachable(self, new: NewOrder, feed: Feed) -> list[tuple[int, int]]:
        """Levels a market order can trade with: without the user's own orders when those would give way."""
        other = Side.SELL if new.side is Side.BUY else Side.BUY
        levels = feed.market.levels(other)
        if new.prevention is not Prevention.EXPIRE_MAKER:
            return levels
        grid = feed.spec.grid
        own: dict[int, int] = {}
        for order in self.open_orders(new.spec.symbol):
            if order.side is other:
                ticks = grid.ticks(order.price)
                own[ticks] = own.get(ticks, 0) + grid.lots(order.quantity - order.filled)
        return [(price, lots - own.get(price, 0)) for price, lots in levels if lots > own.get(price, 0)]

    def _maker_filled(self, symbol: str, match: Match, trade_id: int, now: int) -> None:
        """A resting order traded. When another order of the user took it, `place` commits both together."""
        feed = self.feed(symbol)
        self.settlement.fill(self.settlement.open[match.maker_id], feed.spec, match, trade_id, now, maker=True)
        if match.taker_id <= 0:
            self.settlement.commit(symbol, _mark(feed))

    def _minutes_done(self, symbol: str, done: Sequence[tuple[int, Bar]]) -> None:
        self._ledger.append(Entry(bars=[(symbol, start, bar) for start, bar in done]))


def _mark(feed: Feed) -> Mark:
    return Mark(feed.market.last_price, feed.market.last_trade_id)
