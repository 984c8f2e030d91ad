"""A simulator to talk to: in a process of its own, or as objects on a clock that the test moves."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx

from connectors.simulator.account.ledger import Ledger
from connectors.simulator.build import build
from connectors.simulator.entry.rate import USUAL, RateLimits
from connectors.simulator.exchange import Exchange
from connectors.simulator.options import Options

PATIENCE_S = 60
"""On a machine that has other things to do."""

Found = TypeVar("Found")

START_MS = 1_893_553_445_000
"""2030-01-02 03:04:05 UTC."""


class Hands:
    """A clock that stands until it is moved."""

    def __init__(self, now_ms: int = START_MS) -> None:
        self.ms = now_ms

    def now_ms(self) -> int:
        return self.ms


@dataclass
class Desk:
    """An exchange in this process."""

    exchange: Exchange
    clock: Hands
    ledger: Ledger
    events: list[dict[str, Any]] = field(default_factory=list)

    def run(self, seconds: float, step_ms: int = 20) -> None:
        """Let time pass in steps."""
        for _ in range(round(seconds * 1000 / step_ms)):
            self.clock.ms += step_ms
            self.exchange.advance()

    def close(self) -> None:
        self.exchange.mark()
        self.ledger.close()


def open_desk(home: Path, options: Options | None = None, clock: Hands | None = None) -> Desk:
    """An exchange on a ledger below ``home``."""
    options = options or Options(seed=7)
    clock = clock or Hands()
    ledger = Ledger(home, options.market)
    ledger.begin(options.seed, clock.now_ms())
    exchange = build(options, ledger, clock, RateLimits(USUAL))
    desk = Desk(exchange, clock, ledger)
    exchange.settlement.listeners[desk.run] = desk.events.append
    return desk


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "connectors.simulator", *words]


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "TRADEDESK_HOME": str(home)}


@dataclass
class Running:
    """A simulator in a process of its own, and a client that signs by hand."""

    process: subprocess.Popen[str]
    line: dict[str, str]
    http: httpx.Client

    def sign(self, text: str) -> str:
        return hmac.new(self.line["api_secret"].encode(), text.encode(), hashlib.sha256).hexdigest()

    def public(self, path: str, **params: object) -> httpx.Response:
        return self.http.get(f"/api/v3/{path}", params={name: str(value) for name, value in params.items()})

    def signed(self, method: str, path: str, **params: object) -> httpx.Response:
        query = urlencode({**params, "timestamp": params.get("timestamp", now_ms())})
        address = f"/api/v3/{path}?{query}&signature={self.sign(query)}"
        return self.http.request(method, address, headers={"X-MBX-APIKEY": self.line["api_key"]})

    def ws_params(self, **params: object) -> dict[str, object]:
        whole = {"apiKey": self.line["api_key"], "timestamp": now_ms(), **params}
        text = "&".join(f"{name}={whole[name]}" for name in sorted(whole))
        return {**whole, "signature": self.sign(text)}

    def balance(self, asset: str) -> dict[str, str]:
        rows = self.signed("GET", "account").json()["balances"]
        return next(row for row in rows if row["asset"] == asset)


def on_loopback(origin: str) -> httpx.Client:
    """A client that reads no certificates: on loopback nothing is encrypted, and to read them takes 40 ms."""
    return httpx.Client(base_url=origin, trust_env=False, verify=False, timeout=PATIENCE_S)  # noqa: S501


@contextmanager
def running(home: Path, *words: str) -> Iterator[Running]:
    """Start a simulator, wait for its line, end it with SIGTERM (and look at its exit code)."""
    process = subprocess.Popen(
        command(*words),
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    text = process.stdout.readline()
    assert text, process.stderr.read()
    line = json.loads(text)
    try:
        with on_loopback(line["rest"]) as client:
            yield Running(process, line, client)
    finally:
        process.terminate()
        code = process.wait(PATIENCE_S)
        process.stdout.close()
        errors = process.stderr.read()
        process.stderr.close()
    assert code in {0, -9}, errors
    assert "Traceback" not in errors, errors


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def refused(home: Path, *words: str) -> str:
    """Start what cannot start; returns the one sentence it says."""
    done = subprocess.run(
        command(*words),
        env=environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def rest(sim: Running, client_id: str, offset: int = 3000) -> dict[str, object]:
    bid = Decimal(sim.public("ticker/bookTicker", symbol="BTCUSDT").json()["bidPrice"])
    params = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001"}
    answer = sim.signed("POST", "order", **params, price=bid - offset, newClientOrderId=client_id)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def within(window_ms: int, act: Callable[[], Found]) -> Found:
    """What an act finds when it lies inside one window of the wall clock; it is done again until it does."""
    while True:
        before = now_ms() // window_ms
        found = act()
        if now_ms() // window_ms == before:
            return found
