"""A user who does anything, on an exchange in this process, and what must hold whatever he does."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from connectors.matching.terms import Prevention
from connectors.simulator.account import balances
from connectors.simulator.account.ledger import Ledger
from connectors.simulator.account.records import UNPRICED, ListKind, UserList, UserOrder, UserTrade
from connectors.simulator.options import Options
from connectors.simulator.protocol.errors import ApiError
from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.rest.order_routes import ORDERS
from simulator.rig import Desk, Hands, open_desk

SYMBOL = "BTCUSDT"
OPENING = {"USDT": Decimal(10_000), "BTC": Decimal(0)}
"""Little enough for some orders to be refused for want of money; a real exchange here opens with more."""

TICK = Decimal("0.01")


@dataclass
class Venture:
    """The exchange, what it has told, and the checks."""

    home: Path
    seed: int
    market: str = "flow"
    desk: Desk = field(init=False)
    fills: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    began: dict[int, int] = field(default_factory=dict)
    heard: int = 0

    def __post_init__(self) -> None:
        self.desk = self._open(Hands())

    def _open(self, clock: Hands) -> Desk:
        if self.market == "flow":
            options = Options(seed=self.seed, symbols=1)
        else:
            tape = recorded(self.home.parent / f"tape-{self.seed}", self.seed)
            options = Options(market="tape", tape=tape, seed=self.seed)
        with patch.dict(balances.OPENING, OPENING):
            return open_desk(self.home, options, clock)

    def restart(self) -> None:
        """Kill the process and start it on the same ledger: the file alone tells all that was told."""
        self._hear()
        exchange = self.desk.exchange
        holdings = exchange.account.holdings
        told = (exchange.orders, {one.list_id: one for one in exchange.lists()}, exchange.trades(SYMBOL))
        self.desk.ledger.close()
        file = Ledger(self.home, self.market)
        assert (file.state.orders, file.state.lists, file.state.trades) == told
        assert all(holdings[asset] == kept for asset, kept in file.state.balances.items())
        file.close()
        self.desk = self._open(Hands(self.desk.clock.ms + 1000))
        self.heard = 0
        for trade in self.desk.exchange.trades(SYMBOL):
            self.fills.setdefault((trade.trade_id, trade.order_id), _event(trade, self.desk.exchange.orders))

    def ask(self, verb: str, path: str, **params: object) -> Any:
        """An answer, or the refusal's code."""
        values = {name: str(value) for name, value in params.items() if value is not None}
        try:
            return ORDERS[f"/api/v3/{path}"][verb].answer(self.desk.exchange, Parameters({"symbol": SYMBOL, **values}))
        except ApiError as refused:
            return refused

    def price(self, offset: int) -> Decimal:
        """A price this many ticks from the last trade."""
        return self.desk.exchange.floor.last_price(SYMBOL) + offset * TICK

    def open(self) -> list[UserOrder]:
        return self.desk.exchange.open_orders(SYMBOL)

    def check(self) -> None:
        """All that must hold after every step."""
        self._hear()
        self._check_balances()
        self._check_orders()
        self._check_lists()
        self._check_trades()
        top = self.desk.exchange.feed(SYMBOL).market.top()
        assert top.bid is None or top.ask is None or top.bid[0] < top.ask[0], "the book is crossed"

    def _hear(self) -> None:
        """Remember fills; a maker is never passed over by one that came later at its price."""
        for event in self.desk.events[self.heard :]:
            if event["e"] != "executionReport":
                continue
            if event["w"]:
                self.began.setdefault(event["i"], event["I"])
            if event["x"] != "TRADE":
                continue
            key = (event["t"], event["i"])
            assert key not in self.fills, "a fill was told twice"
            self.fills[key] = event
        self.heard = len(self.desk.events)

    def _check_balances(self) -> None:
        expected = defaultdict(Decimal, OPENING)
        for fill in self.fills.values():
            sign = 1 if fill["S"] == "BUY" else -1
            expected["BTC"] += sign * Decimal(fill["l"])
            expected["USDT"] -= sign * Decimal(fill["Y"])
            expected[fill["N"]] -= Decimal(fill["n"])
        for asset, holding in self.desk.exchange.account.holdings.items():
            assert holding.free >= 0 <= holding.locked, asset
            assert holding.free + holding.locked == expected[asset], f"{asset} was made or lost"

    def _check_orders(self) -> None:
        locked: dict[str, Decimal] = defaultdict(Decimal)
        lists = {one.list_id: one for one in self.desk.exchange.lists() if not one.done}
        for order in self.desk.exchange.orders.values():
            assert order.filled + order.prevented + max(order.left, Decimal(0)) == max(
                order.quantity, order.filled + order.prevented
            )
            assert order.left >= 0 or order.quote_quantity or not order.open
            traded = [fill for (_, owner), fill in self.fills.items() if owner == order.order_id]
            assert sum(Decimal(fill["l"]) for fill in traded) == order.filled
            assert sum(Decimal(fill["Y"]) for fill in traded) == order.cost
            for fill in traded:
                better = order.side.sign * (order.price - Decimal(fill["L"]))
                assert order.type in UNPRICED or better >= 0, "traded through its limit"
            if not order.open:
                assert order.locked == 0, "an order that is over holds nothing"
                continue
            locked["USDT" if order.side.sign > 0 else "BTC"] += order.locked
            if order.list_id not in lists:
                assert order.locked == self._need(order)
        for asset in ("USDT", "BTC"):
            assert self.desk.exchange.account.holdings[asset].locked == locked[asset]

    def _need(self, order: UserOrder) -> Decimal:
        """What an open order outside a list must hold, from its own words alone."""
        if order.side.sign < 0:
            return order.quantity - order.filled - order.prevented
        if order.type in UNPRICED and order.trailing_delta:
            return order.locked
        return (order.quantity - order.filled - order.prevented) * (order.price or order.stop_price)

    def _check_lists(self) -> None:
        opened = {order.order_id: order for order in self.open()}
        for found in self.desk.exchange.lists():
            living = [opened[number] for number in found.order_ids if number in opened]
            if found.done:
                assert len(living) <= 1, "of a list that is done at most the last order works"
            elif found.kind is ListKind.OCO:
                assert len(living) == len(found.order_ids), "a pair lives whole or is done"
                self._check_pair(found, living)
            else:
                assert living, "a list is not done while nothing of it lives"

    def _check_pair(self, found: UserList, pair: list[UserOrder]) -> None:
        assert not any(order.filled for order in pair), found
        held = sum(order.locked for order in pair)
        if not any(order.trailing_delta and order.side.sign > 0 for order in pair):
            assert held == max(self._need(order) for order in pair), "a pair holds its larger need once"

    def _check_trades(self) -> None:
        """Nobody trades with himself unless he asked for it; at a price the earlier order is served first."""
        for (trade_id, owner), fill in self.fills.items():
            others = [one for (number, other), one in self.fills.items() if number == trade_id and other != owner]
            taker = next((one for one in (fill, *others) if not one["m"]), None)
            assert not others or (taker is not None and taker["V"] == Prevention.NONE), "traded with himself"
        orders = self.desk.exchange.orders
        for fill in self.fills.values():
            order = orders[fill["i"]]
            if not fill["m"] or order.iceberg:
                continue
            for other in self.open():
                same = (other.side, other.price, other.working) == (order.side, order.price, True)
                if same and not other.iceberg and other.order_id != order.order_id:
                    earlier = self.began.get(other.order_id, 0) < self.began.get(order.order_id, 0)
                    assert not earlier, "an order was served before an earlier one at its price"


def recorded(path: Path, seed: int) -> Path:
    """A recording of a few seconds in which the best prices move about 60,000 and trades hit both sides."""
    chance, middle = Random(seed), 6_000_000
    lines: list[tuple[str, dict[str, Any]]] = []
    levels = {"bids": _levels(middle, -1), "asks": _levels(middle, 1)}
    for number in range(60):
        price = middle + chance.randint(-8, 8)
        if number % 3 == 2:
            side, far = chance.choice([("b", -1), ("a", 1)])
            change = [[_text(middle + far * chance.randint(1, 8)), f"{chance.randint(0, 9) / 1000:.8f}"]]
            event = {"e": "depthUpdate", "E": 1, "U": 11 + number, "u": 11 + number, "b": [], "a": [], side: change}
            lines.append(("depth@100ms", event))
        else:
            event = {"e": "trade", "E": 1, "T": 1, "t": number + 1, "p": _text(price)}
            size = f"{chance.randint(1, 400) / 100_000:.8f}"
            lines.append(("trade", {**event, "q": size, "m": price < middle}))
    text = [f"1000000000 {json.dumps({'lastUpdateId': 10, **levels})}"]
    for number, (kind, event) in enumerate(lines, start=1):
        wrapped = {"stream": f"btcusdt@{kind}", "data": {"s": SYMBOL, **event}}
        text.append(f"{1_000_000_000 + number * 70_000_000} {json.dumps(wrapped)}")
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


def _levels(middle: int, far: int) -> list[list[str]]:
    return [[_text(middle + far * step), "0.00500000"] for step in range(1, 40)]


def _text(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}000000"


def _event(trade: UserTrade, orders: dict[int, UserOrder]) -> dict[str, Any]:
    """A fill as its event would have told it: some happen before anybody listens."""
    order = orders[trade.order_id]
    return {
        "i": trade.order_id,
        "t": trade.trade_id,
        "S": order.side.value,
        "l": trade.quantity,
        "L": trade.price,
        "Y": trade.quote,
        "n": trade.commission,
        "N": trade.commission_asset,
        "m": trade.maker,
        "V": order.prevention.value,
    }
