"""Where one order of the user meets its market: what it costs, whether it may go there, and its way in and out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from connectors.matching.terms import Prevention, Request
from connectors.matching.walk import walk
from connectors.model.order import OrderType
from connectors.model.side import Side
from connectors.simulator.account.records import CONDITIONAL, UNPRICED, ZERO, Mark, UserOrder, UserTrade
from connectors.simulator.account.settlement import Settlement
from connectors.simulator.clock import Clock
from connectors.simulator.feeds import Feed
from connectors.simulator.orders import triggers
from connectors.simulator.orders.rules import NewOrder, thin_book
from connectors.simulator.protocol.errors import ApiError, invalid_symbol, rejected
from connectors.simulator.specs import SymbolSpec

USER = "user"
TRADING = "TRADING"
_OTHER = {Side.BUY: Side.SELL, Side.SELL: Side.BUY}


class Floor:
    """All markets, for orders that go there one at a time."""

    def __init__(self, feeds: Mapping[str, Feed], clock: Clock, settlement: Settlement) -> None:
        self._feeds = feeds
        self._clock = clock
        self._settlement = settlement

    def feed(self, symbol: str) -> Feed:
        """A listed symbol; -1121 for another."""
        found = self._feeds.get(symbol)
        if found is None:
            raise invalid_symbol()
        return found

    def spec(self, order: UserOrder) -> SymbolSpec:
        """The order's symbol."""
        return self._feeds[order.symbol].spec

    def now(self) -> int:
        """The exchange's time in ms."""
        return self._clock.now_ms()

    def require_trading(self, symbol: str) -> None:
        """Refuse new orders of a symbol that is halted or only takes cancels (§4.2)."""
        if self.feed(symbol).status != TRADING:
            raise ApiError(-1013, "Market is closed.")

    def last_price(self, symbol: str) -> Decimal:
        """Price of the last public trade."""
        feed = self.feed(symbol)
        return feed.spec.grid.price(feed.market.last_price)

    def mark(self, symbol: str) -> Mark:
        """Where the symbol's market stands, for the ledger."""
        market = self.feed(symbol).market
        return Mark(market.last_price, market.last_trade_id)

    def draft(self, new: NewOrder, now: int) -> UserOrder:
        """A new order, not numbered and in nobody's book yet."""
        order = UserOrder(
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
            working_time=-1 if new.type in CONDITIONAL else now,
            stop_price=new.stop_price,
            trailing_delta=new.trailing_delta,
            iceberg=new.iceberg,
            strategy_id=new.strategy_id,
            strategy_type=new.strategy_type,
        )
        triggers.start(order, self.last_price(order.symbol), now)
        return order

    def admit(self, order: UserOrder) -> None:
        """-2010 for a stop on the wrong side of the market, and for a maker order that would take (§4.4)."""
        if order.type in CONDITIONAL and order.stop_price:
            if triggers.reached(order, self.last_price(order.symbol)):
                raise rejected("Order would trigger immediately.")
        elif order.type is OrderType.LIMIT_MAKER and self._crosses(order):
            raise rejected("Order would immediately match and take.")

    def need(self, order: UserOrder) -> Decimal:
        """What an order holds while it rests or waits: quote for a buy, base for a sell.

        A buy that will take any price holds its quantity at its stop price (or where its trail stands): what it
        really costs is settled when it acts.
        """
        if order.side is Side.SELL:
            return order.left
        return order.left * (order.price or order.stop_price or order.trail or self.last_price(order.symbol))

    def cost(self, order: UserOrder) -> Decimal:
        """What an order may spend when it goes to the market now."""
        if order.type not in UNPRICED:
            return self.need(order)
        grid = self.spec(order).grid
        request = self.request(order)
        met = walk(self._reachable(order), request)
        if order.quote_quantity and grid.quantity(met.lots) < self.spec(order).step:
            raise thin_book()
        if order.side is Side.BUY:
            return order.quote_quantity or grid.quote(met.units)
        return order.left if not order.quote_quantity else grid.quantity(met.lots)

    def bring(self, order: UserOrder, now: int) -> list[UserTrade]:
        """Submit an order that has been announced and paid for; returns its immediate fills."""
        feed = self.feed(order.symbol)
        executed = feed.market.submit(self.request(order), now)
        return self._settlement.book(order, feed.spec, executed.outcome, list(executed.trade_ids), now)

    def restore(self, order: UserOrder) -> None:
        """Put a resting order of an earlier session back in line."""
        lots = self.spec(order).grid.lots(order.left)
        self.feed(order.symbol).market.restore(self.request(order), lots)

    def remove(self, order: UserOrder) -> None:
        """Take an order out of its book, if it is there."""
        if order.working:
            self.feed(order.symbol).market.cancel(order.order_id)

    def shrink(self, order: UserOrder, quantity: Decimal) -> None:
        """Lower what is left of a resting order, in its place in the book."""
        if order.working:
            lots = self.spec(order).grid.lots(quantity - order.filled - order.prevented)
            self.feed(order.symbol).market.reduce(order.order_id, lots)

    def request(self, order: UserOrder) -> Request:
        """The order as matching sees it: what is left of it."""
        grid = self.spec(order).grid
        sized = not order.quote_quantity
        return Request(
            order.order_id,
            order.side,
            grid.lots(order.left) if sized else None,
            limit=None if order.type in UNPRICED else grid.ticks(order.price),
            budget=None if sized else grid.budget(order.quote_quantity),
            time_in_force=order.time_in_force,
            post_only=order.type is OrderType.LIMIT_MAKER,
            owner=USER,
            prevention=order.prevention,
            peak=grid.lots(order.iceberg) if order.iceberg else 0,
        )

    def _crosses(self, order: UserOrder) -> bool:
        found = self.feed(order.symbol).market.levels(_OTHER[order.side])
        limit = self.spec(order).grid.ticks(order.price)
        return bool(found) and order.side.sign * (limit - found[0][0]) >= 0

    def _reachable(self, order: UserOrder) -> list[tuple[int, int]]:
        """Levels an order can trade with: without the user's own orders when those would give way."""
        levels = self.feed(order.symbol).market.levels(_OTHER[order.side])
        if order.prevention is not Prevention.EXPIRE_MAKER:
            return levels
        grid = self.spec(order).grid
        own: dict[int, int] = {}
        for other in self._settlement.open.values():
            if other.symbol == order.symbol and other.side is not order.side and other.working and other.price:
                ticks = grid.ticks(other.price)
                own[ticks] = own.get(ticks, 0) + grid.lots(other.left)
        return [(price, lots - own.get(price, 0)) for price, lots in levels if lots > own.get(price, 0)]
