"""A simulator whose faults can be armed by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from simulator.rig import Running, running
from support.until import until

Entry = dict[str, Any]
_LIMITS = [
    {"rateLimitType": kind, "interval": "MINUTE", "intervalNum": 1, "limit": 10_000_000}
    for kind in ("REQUEST_WEIGHT", "ORDERS", "RAW_REQUESTS", "CONNECTIONS")
]


class Faulty:
    """A running simulator and its control path.

    Attributes:
        sim: The simulator, and a client that signs by hand.
    """

    def __init__(self, sim: Running) -> None:
        self.sim = sim

    def arm(self, kind: str, *on: str, **fields: object) -> str:
        """Arm a fault; returns how the log calls it."""
        body = {"kind": kind, **fields} | ({"on": on} if on else {})
        answer = self.sim.http.post("/control/faults", json=body)
        assert answer.status_code == 200, answer.text
        name: str = answer.json()["armed"][0]["id"]
        return name

    def disarm(self, name: str | None = None) -> None:
        """Take one away, or all."""
        self.sim.http.delete("/control/faults", params={"id": name} if name else {}).raise_for_status()

    def log(self) -> list[Entry]:
        """The log so far."""
        return [json.loads(line) for line in self.sim.http.get("/control/log").text.splitlines()]

    def struck(self, name: str) -> list[Entry]:
        """What a fault did."""
        return [
            entry for entry in self.log() if entry.get("fault") == name and entry["what"] not in {"armed", "disarmed"}
        ]

    def until_struck(self, name: str) -> Entry:
        """What it did first, as soon as it has."""
        until(lambda: bool(self.struck(name)), f"{name} strikes")
        return self.struck(name)[0]

    def place(self, client_id: str = "", **fields: object) -> httpx.Response:
        """Ask for an order far below the market."""
        price = float(self.sim.public("ticker/bookTicker", symbol="BTCUSDT").json()["bidPrice"]) - 3000
        order = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001"}
        order |= {"price": f"{price:.2f}", "newClientOrderId": client_id or f"t-{uuid4().hex}"}
        return self.sim.signed("POST", "order", **(order | fields))

    def open_ids(self) -> set[str]:
        """Client ids of the open orders."""
        rows = self.sim.signed("GET", "openOrders", symbol="BTCUSDT").json()
        return {row["clientOrderId"] for row in rows}

    def reset(self) -> None:
        """No fault, no log, no open order."""
        self.disarm()
        self.sim.signed("DELETE", "openOrders", symbol="BTCUSDT")
        self.sim.http.delete("/control/log").raise_for_status()


@contextmanager
def faulty(home: Path, *words: str) -> Iterator[Faulty]:
    """Run one for the length of a block; its limits are out of the tests' way."""
    home.mkdir(parents=True, exist_ok=True)
    limits = home / "limits.json"
    limits.write_text(json.dumps(_LIMITS), encoding="utf-8")
    with running(home, "--seed", "5", "--control", "--limits", str(limits), *words) as sim:
        yield Faulty(sim)
