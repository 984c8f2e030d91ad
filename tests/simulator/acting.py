"""Orders on a tape whose every trade is known, through the same answers that REST gives."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.simulator.options import Options
from connectors.simulator.protocol.errors import ApiError
from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.rest.order_routes import ORDERS
from simulator.rig import Desk, Hands, open_desk
from simulator.tapes import small_tape, trade

_MIDDLE = 100
STEP_S = 0.1
"""A tape of `prices` tells one trade each tenth of a second."""


class Acting:
    """An exchange on a small tape: bids 100.00 x 1 and 99.99 x 5, asks 100.01 x 2 and 100.02 x 3."""

    def __init__(self, desk: Desk, home: Path, tape: Path) -> None:
        self.desk = desk
        self.home = home
        self.tape = tape

    def call(self, verb: str, path: str, **params: object) -> Any:
        values = {name: str(value) for name, value in params.items()}
        return ORDERS[f"/api/v3/{path}"][verb].answer(self.desk.exchange, Parameters(values))

    def order(self, **params: object) -> dict[str, Any]:
        values = {"symbol": "BTCUSDT", "newOrderRespType": "FULL", "quantity": "0.4", **params}
        found: dict[str, Any] = self.call("POST", "order", **values)
        return found

    def refused(self, verb: str, path: str, **params: object) -> ApiError:
        with pytest.raises(ApiError) as caught:
            self.call(verb, path, **params)
        return caught.value

    def bad(self, **params: object) -> tuple[int, str]:
        found = self.refused("POST", "order", **{"symbol": "BTCUSDT", "quantity": "0.4", **params})
        return found.code, found.text

    def bought(self, quantity: str = "1") -> None:
        """Buy at 100.01, so that there is something to sell; forget the events of it."""
        self.order(side="BUY", type="MARKET", quantity=quantity)
        self.desk.events.clear()

    def trades(self, count: int = 1) -> None:
        """Let the next trades of the tape happen."""
        self.desk.run(STEP_S * count)

    def query(self, order_id: object) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", "order", symbol="BTCUSDT", orderId=order_id)
        return found

    def locked(self, asset: str) -> str:
        return f"{self.desk.exchange.account.holdings[asset].locked:.8f}"

    def free(self, asset: str) -> str:
        return f"{self.desk.exchange.account.holdings[asset].free:.8f}"

    def told(self) -> list[tuple[Any, ...]]:
        """(order id, x, X) of each executionReport and (list id, l, L) of each listStatus so far."""
        rows: list[tuple[Any, ...]] = []
        for event in self.desk.events:
            if event["e"] == "executionReport":
                rows.append((event["i"], event["x"], event["X"]))
            elif event["e"] == "listStatus":
                rows.append((f"list {event['g']}", event["l"], event["L"]))
        return rows

    def reports(self, order_id: object) -> list[dict[str, Any]]:
        return [one for one in self.desk.events if one["e"] == "executionReport" and one["i"] == order_id]

    def again(self) -> Acting:
        """The same ledger after a restart; the tape begins anew."""
        self.desk.ledger.close()
        return Acting(_open(self.home, self.tape, Hands(self.desk.clock.ms + 5000)), self.home, self.tape)


def acting(tmp_path: Path, *prices: str) -> Acting:
    """An exchange on a tape of these trades; the first has been told already, so it is the last price.

    Below 100 a seller took, from there on a buyer.
    """
    lines = [
        trade(number, price, "0.00001", buyer_made=Decimal(price) < _MIDDLE)
        for number, price in enumerate(prices, start=5)
    ]
    tape = small_tape(tmp_path / "tape", *lines)
    found = Acting(_open(tmp_path / "home", tape, Hands()), tmp_path / "home", tape)
    found.desk.run(STEP_S + 0.02)
    found.desk.events.clear()
    return found


def _open(home: Path, tape: Path, clock: Hands) -> Desk:
    return open_desk(home, Options(market="tape", tape=tape, seed=3), clock)
