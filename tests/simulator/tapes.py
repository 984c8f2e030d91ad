"""Tapes, and a client that follows one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from connectors.simulator.options import Options
from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.rest.private import place
from connectors.simulator.rest.public import depth as rest_depth
from connectors.simulator.sockets.hub import Listener
from simulator.rig import Desk, open_desk

TAPE = ("tapes", "binance-spot-btcusdt-2024-08-08.gz")


STREAMS = ("btcusdt@depth@100ms", "btcusdt@bookTicker", "btcusdt@trade")


class Ear(Listener):
    def __init__(self) -> None:
        super().__init__(combined=True)
        self.heard: list[dict[str, Any]] = []

    def put(self, frame: str) -> None:
        self.heard.append(json.loads(frame))


class LocalBook:
    """A client's book by §5.3: sizes as texts, by price in units of 1e-8."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.at = snapshot["lastUpdateId"]
        self.sides = {"b": by_price(snapshot["bids"]), "a": by_price(snapshot["asks"])}

    def apply(self, event: dict[str, Any]) -> None:
        if event["u"] <= self.at:
            return
        assert event["U"] <= self.at + 1 <= event["u"], "a gap"
        self.at = event["u"]
        for side, levels in self.sides.items():
            for price, size in by_price(event[side]).items():
                levels[price] = size
                if size == "0.00000000":
                    del levels[price]

    def best(self) -> tuple[int, str, int, str]:
        bid, ask = max(self.sides["b"]), min(self.sides["a"])
        return bid, self.sides["b"][bid], ask, self.sides["a"][ask]


def by_price(rows: list[list[str]]) -> dict[int, str]:
    return {int(price.replace(".", "")): size for price, size in rows}


def told_best(top: dict[str, Any]) -> tuple[int, str, int, str]:
    return int(top["b"].replace(".", "")), top["B"], int(top["a"].replace(".", "")), top["A"]


def small_tape(path: Path, *events: dict[str, Any]) -> Path:
    """A tape of one bid at 100.00 x 1, one ask at 100.01 x 2, another at 100.02 x 3, then an event each 100 ms."""
    head = {
        "lastUpdateId": 10,
        "bids": [["100.00000000", "1.00000000"], ["99.99000000", "5.00000000"]],
        "asks": [["100.01000000", "2.00000000"], ["100.02000000", "3.00000000"]],
    }
    lines = [f"1000000000 {json.dumps(head)}"]
    for number, event in enumerate(events, start=1):
        stream = "btcusdt@" + {"depthUpdate": "depth@100ms", "trade": "trade"}.get(event.get("e", ""), "bookTicker")
        text = json.dumps({"stream": stream, "data": {"s": "BTCUSDT", **event}})
        lines.append(f"{1_000_000_000 + number * 100_000_000} {text}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def update(first: int, last: int, bids: list[list[str]], asks: list[list[str]]) -> dict[str, Any]:
    return {"e": "depthUpdate", "E": 1, "U": first, "u": last, "b": bids, "a": asks}


def trade(trade_id: int, price: str, size: str, *, buyer_made: bool) -> dict[str, Any]:
    return {"e": "trade", "E": 1, "T": 1, "t": trade_id, "p": price, "q": size, "m": buyer_made}


def on(tmp_path: Path, tape: Path, speed: float = 1) -> Desk:
    return open_desk(tmp_path / "home", Options(market="tape", tape=tape, speed=speed, seed=3))


def order(desk: Desk, **params: object) -> dict[str, Any]:
    values = {"symbol": "BTCUSDT", **{name: str(value) for name, value in params.items()}}
    return place(desk.exchange, Parameters(values))


def snapshot(desk: Desk) -> dict[str, Any]:
    return rest_depth(desk.exchange, Parameters({"symbol": "BTCUSDT", "limit": "5000"}))
