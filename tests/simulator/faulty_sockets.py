"""Bare WebSocket clients of a simulator that goes wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

from simulator.faulty import Faulty

Frame = dict[str, Any]
SILENCE_S = 0.5
_UNDER_WAY = 50
DEPTH = "/stream?streams=btcusdt@depth@100ms"


@contextmanager
def stream(venue: Faulty, path: str = DEPTH) -> Iterator[ClientConnection]:
    with connect(venue.sim.line["stream"] + path, proxy=None, ping_interval=None, close_timeout=0.2) as socket:
        yield socket


@contextmanager
def ws_api(venue: Faulty) -> Iterator[ClientConnection]:
    with connect(venue.sim.line["ws_api"], proxy=None, ping_interval=None, close_timeout=0.2) as socket:
        yield socket


@contextmanager
def account(venue: Faulty) -> Iterator[ClientConnection]:
    with ws_api(venue) as socket:
        ask(socket, "userDataStream.subscribe.signature", venue.sim.ws_params())
        assert heard(socket)["status"] == 200
        yield socket


def heard(socket: ClientConnection, timeout: float = 10) -> Frame:
    frame: Frame = json.loads(socket.recv(timeout=timeout))
    return frame


def ask(socket: ClientConnection, method: str, params: Frame | None = None, answer_id: str = "1") -> None:
    socket.send(json.dumps({"id": answer_id, "method": method, "params": params or {}}))


def order(venue: Faulty, client_id: str) -> Frame:
    price = float(venue.sim.public("ticker/bookTicker", symbol="BTCUSDT").json()["bidPrice"]) - 3000
    return venue.sim.ws_params(
        symbol="BTCUSDT",
        side="BUY",
        type="LIMIT",
        timeInForce="GTC",
        quantity="0.001",
        price=f"{price:.2f}",
        newClientOrderId=client_id,
    )


def is_silent(socket: ClientConnection) -> bool:
    try:
        socket.recv(timeout=SILENCE_S)
    except TimeoutError:
        return True
    return False


def until_silent(socket: ClientConnection) -> list[Frame]:
    """Frames that were under way when a silence began."""
    found: list[Frame] = []
    while len(found) < _UNDER_WAY:
        try:
            found.append(heard(socket, SILENCE_S))
        except TimeoutError:
            return found
    raise AssertionError(f"{_UNDER_WAY} frames, and no silence")
