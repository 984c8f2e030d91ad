"""The exchange: markets, the user's account and orders. Nothing is answered before the ledger has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from connectors.matching.fees import received
from connectors.matching.terms import End, Match, Outcome, Prevention, Request
from connectors.matching.walk import walk
from connectors.model.order import OrderType, TimeInForce
from connectors.model.side import Side
from connectors.simulator import rules, shapes
from connectors.simulator.accounts import Account
from connectors.simulator.bars import Bar
from connectors.simulator.clock import Clock
from connectors.simulator.errors import ApiError, invalid_symbol, no_such_order, rejected
from connectors.simulator.feeds import Feed
from connectors.simulator.hub import Hub
from connectors.simulator.ledger import Ledger
from connectors.simulator.market import Market
from connectors.simulator.rate import RateLimits
from connectors.simulator.records import ZERO, Entry, Mark, Status, UserOrder, UserTrade
from connectors.simulator.rules import NewOrder
from connectors.simulator.shapes import Report
from connectors.simulator.specs import ASSETS, amount
from connectors.simulator.timeline import Timeline

USER = "user"
_EXPIRY = {TimeInForce.IOC: "UNFILLED_IOC_QUANTITY_EXPIRED", TimeInForce.FOK: "UNFILLED_FOK_ORDER_EXPIRED"}

Event = dict[str, Any]


class Exchange:
    """All symbols and the one user. Call `open` once, then `advance` as time goes by."""

    def __init__(self, ledger: Ledger, clock: Clock, hub: Hub, rate: RateLimits) -> None:
        self.clock = clock
        self.hub = hub
        self.rate = rate
        self.account = Account(ASSETS, ledger.state.balances)
        self.feeds: dict[str, Feed] = {}
        self.listeners: dict[object, Callable[[Event], None]] = {}
        self._ledger = ledger
        self._state = ledger.state
        self._open: dict[int, UserOrder] = {}
        self._by_client: dict[tuple[str, str], int] = {}
        self._events: list[Event] = []
        self._entry = Entry()
        self._marked_ms = 0

    def list_symbol(self, market: Market, timeline: Timeline) -> None:
        """Add a symbol, before `open`."""
        self.feeds[market.spec.symbol] = Feed(market, timeline, self.hub, self._maker_filled, self._minutes_done)
        self._entry.spans += [(market.spec.symbol, span) for span in timeline.new_spans]

    def open(self) -> None:
        """Put the user's resting orders back in line, then let the markets move."""
        for order in sorted(self._state.orders.values(), key=lambda order: order.order_id):
            self._by_client[(order.symbol, order.client_id)] = order.order_id
            feed = self.feeds.get(order.symbol)
            if order.open and feed is not None:
                self._open[order.order_id] = order
                grid = feed.spec.grid
                left = grid.lots(order.quantity - order.filled)
                feed.market.restore(self._request(order, left), left)
        now = self.clock.now_ms()
        for feed in self.feeds.values():
            feed.begin(now)
        self.mark()

    def advance(self) -> None:
        """Let the markets move up to now; once a second the ledger learns where they stand."""
        now = self.clock.now_ms()
        for feed in self.feeds.values():
            feed.advance(now)
        if now - self._marked_ms >= 1000:  # noqa: PLR2004 - a second
            self.mark()

    def mark(self) -> None:
        """Write down prices, trade ids and bars in progress, from which the next session goes on."""
        self._marked_ms = self.clock.now_ms()
        entry = Entry(spans=self._entry.spans)
        self._entry.spans = []
        for symbol, feed in self.feeds.items():
            entry.marks[symbol] = Mark(feed.market.last_price, feed.market.last_trade_id)
            entry.bars.append((symbol, *feed.timeline.progress))
        self._ledger.append(entry)

    def feed(self, symbol: str) -> Feed:
        """A listed symbol; -1121 for another."""
        found = self.feeds.get(symbol)
        if found is None:
            raise invalid_symbol()
        return found

    def place(self, new: NewOrder) -> tuple[UserOrder, list[UserTrade]]:
        """A new order of the user: checked, matched, written down, told; returns it and its immediate fills."""
        feed = self.feed(new.spec.symbol)
        grid = new.spec.grid
        rules.check(new, grid.price(feed.market.last_price), self._count_open(new.spec.symbol))
        now = self.clock.now_ms()
        self.rate.order(now)
        if (new.spec.symbol, new.client_id) in self._by_client and self._find_open(new.spec.symbol, new.client_id):
            raise rejected("Duplicate order sent.")
        order = self._draft(new, now)
        request = self._request(order, None if new.quantity is None else grid.lots(new.quantity))
        order.locked = self._cost(new, request, feed)
        self.account.lock(_pays(order, feed), order.locked)
        self._state.counters.order_id += 1
        self._tell(order, Report("NEW", self._execution()), now)
        executed = feed.market.submit(request, now)
        outcome = executed.outcome
        if outcome.end is End.WOULD_TAKE:
            self._events.clear()
            self.account.unlock(_pays(order, feed), order.locked)
            raise rejected("Order would immediately match and take.")
        matches = zip(outcome.matches, executed.trade_ids, strict=True)
        fills = [self._fill(order, match, trade_id, now, maker=False) for match, trade_id in matches]
        self._finish(order, outcome, feed, now)
        if order.open:
            self._open[order.order_id] = order
        self._by_client[(order.symbol, order.client_id)] = order.order_id
        self._keep(order, feed)
        self._commit()
        return order, fills

    def cancel(self, order: UserOrder, cancel_id: str) -> UserOrder:
        """Cancel an open order; what it held is free again."""
        feed = self.feed(order.symbol)
        now = self.clock.now_ms()
        feed.market.cancel(order.order_id)
        self._close(order, Status.CANCELED, feed, now)
        self._tell(order, Report("CANCELED", self._execution(), cancel_id=cancel_id), now)
        self._keep(order, feed)
        self._commit()
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
        return [order for order in self._open.values() if symbol in {None, order.symbol}]

    def all_orders(self, symbol: str) -> list[UserOrder]:
        """All orders of a symbol, oldest first."""
        return [order for order in self._state.orders.values() if order.symbol == symbol]

    def trades(self, symbol: str) -> list[UserTrade]:
        """The user's fills of a symbol, oldest first."""
        return [trade for trade in self._state.trades if trade.symbol == symbol]

    def _draft(self, new: NewOrder, now: int) -> UserOrder:
        return UserOrder(
            self._state.counters.order_id + 1,
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
        if request.lots is None and not met.lots:
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

    def _fill(self, order: UserOrder, match: Match, trade_id: int, now: int, *, maker: bool) -> UserTrade:
        """Book one trade: pay from what is held, receive less commission (0.1 % of what is received)."""
        feed = self.feed(order.symbol)
        grid, spec = feed.spec.grid, feed.spec
        price, base, quote = grid.price(match.price), grid.quantity(match.lots), grid.quote(match.units)
        if not order.filled:
            self.rate.filled(maker=maker)
        order.filled += base
        order.cost += quote
        order.update_time = now
        gained = received(order.side, base, quote)
        commission = self.account.fees.commission(gained, maker=maker)
        if order.side is Side.BUY:
            held = base * order.price if order.price else quote
            self.account.spend(spec.quote, quote)
            self.account.unlock(spec.quote, held - quote)
            order.locked -= held
        else:
            self.account.spend(spec.base, base)
            order.locked -= base
        asset = spec.base if order.side is Side.BUY else spec.quote
        self.account.receive(asset, gained - commission)
        whole = order.filled == order.quantity
        order.status = Status.FILLED if whole else Status.PARTIALLY_FILLED
        trade = UserTrade(
            trade_id,
            order.symbol,
            order.order_id,
            price,
            base,
            quote,
            commission,
            asset,
            now,
            order.side is Side.BUY,
            maker,
        )
        self._entry.trades.append(trade)
        self._tell(order, Report("TRADE", self._execution(), trade), now)
        return trade

    def _finish(self, order: UserOrder, outcome: Outcome, feed: Feed, now: int) -> None:
        """What became of the rest of an order, and of resting ones it met of its own user."""
        for gone in outcome.prevented:
            maker = self._open[gone.order_id]
            lots = feed.spec.grid.quantity(gone.lots)
            self._prevent(maker, lots, order, feed, now)
        if order.quote_quantity and outcome.end is End.FILLED:
            order.quantity = order.filled
        if outcome.end is End.FILLED:
            self._close(order, Status.FILLED, feed, now)
        elif outcome.end is End.PREVENTED:
            self._prevent(order, feed.spec.grid.quantity(outcome.left), order, feed, now)
        elif outcome.end is End.EXPIRED:
            market = order.type is OrderType.MARKET
            order.expiry_reason = "INSUFFICIENT_LIQUIDITY" if market else _EXPIRY[order.time_in_force]
            self._close(order, Status.EXPIRED, feed, now)
            self._tell(order, Report("EXPIRED", self._execution()), now)

    def _prevent(self, order: UserOrder, base: Decimal, taker: UserOrder, feed: Feed, now: int) -> None:
        """Self-trade prevention ends an order (§1.4: TRADE_PREVENTION, EXPIRED_IN_MATCH)."""
        self._state.counters.prevented_match_id += 1
        order.prevented += base
        order.prevented_match = self._state.counters.prevented_match_id
        self._close(order, Status.EXPIRED_IN_MATCH, feed, now)
        report = Report(
            "TRADE_PREVENTION",
            self._execution(),
            prevented_with=taker.order_id,
            last_prevented=amount(base),
        )
        self._tell(order, report, now)
        self._keep(order, feed)

    def _close(self, order: UserOrder, status: Status, feed: Feed, now: int) -> None:
        """An order leaves the book: whatever it still held is free."""
        order.status = status
        order.update_time = now
        if order.locked:
            self.account.unlock(_pays(order, feed), order.locked)
            order.locked = ZERO
        self._open.pop(order.order_id, None)

    def _maker_filled(self, symbol: str, match: Match, trade_id: int, now: int) -> None:
        order = self._open[match.maker_id]
        feed = self.feed(symbol)
        self._fill(order, match, trade_id, now, maker=True)
        if order.status is Status.FILLED:
            self._close(order, Status.FILLED, feed, now)
        self._keep(order, feed)
        if match.taker_id <= 0:
            self._commit()

    def _minutes_done(self, symbol: str, done: Sequence[tuple[int, Bar]]) -> None:
        self._ledger.append(Entry(bars=[(symbol, start, bar) for start, bar in done]))

    def _find_open(self, symbol: str, client_id: str) -> bool:
        return self._by_client.get((symbol, client_id)) in self._open

    def _count_open(self, symbol: str) -> int:
        return sum(order.symbol == symbol for order in self._open.values())

    def _execution(self) -> int:
        self._state.counters.execution_id += 1
        return self._state.counters.execution_id

    def _tell(self, order: UserOrder, report: Report, now: int) -> None:
        """Queue an executionReport and the balances as they are right after it (§1.4)."""
        spec = self.feed(order.symbol).spec
        self.account.updated_ms = now
        touched = {asset: self.account.holdings[asset] for asset in (spec.base, spec.quote)}
        self._events.append(shapes.execution_report(order, report, now))
        self._events.append(shapes.account_position(touched, now, now))

    def _keep(self, order: UserOrder, feed: Feed) -> None:
        self._entry.orders.append(order)
        for asset in (feed.spec.base, feed.spec.quote):
            self._entry.balances[asset] = self.account.holdings[asset]

    def _commit(self) -> None:
        """Write down what happened, then tell it: never the other way round."""
        entry, self._entry = self._entry, Entry()
        entry.counters = self._state.counters
        entry.account_time = self.account.updated_ms
        for order in entry.orders:
            feed = self.feed(order.symbol)
            entry.marks[order.symbol] = Mark(feed.market.last_price, feed.market.last_trade_id)
        self._ledger.append(entry)
        events, self._events = self._events, []
        for event in events:
            for listener in list(self.listeners.values()):
                listener(event)


def _pays(order: UserOrder, feed: Feed) -> str:
    """The asset an order spends."""
    return feed.spec.quote if order.side is Side.BUY else feed.spec.base
