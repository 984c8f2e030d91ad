"""The recorded market: told as it was, filled at its prices, looped without a gap."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.recording.tape import DepthLine, TopLine, TradeLine, load
from connectors.simulator.rest.public import klines
from simulator.rig import Desk, running
from simulator.tapes import (
    STREAMS,
    TAPE,
    Ear,
    LocalBook,
    by_price,
    on,
    order,
    snapshot,
    told_best,
)
from support.shared import shared_path


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[tuple[Desk, Ear]]:
    desk = on(tmp_path, shared_path(*TAPE))
    ear = Ear()
    desk.exchange.hub.subscribe(ear, STREAMS)
    yield desk, ear
    desk.close()


def test_every_recorded_message_is_told_in_order_with_its_ids_and_texts(listening: tuple[Desk, Ear]) -> None:
    desk, ear = listening
    desk.run(60, step_ms=50)
    tape = load(shared_path(*TAPE))
    told = iter(ear.heard)
    count = 0
    for line in tape.lines:
        if line.recv_ns - tape.recv_ns > 59_900_000_000:
            break
        if isinstance(line, DepthLine) and line.last <= tape.snapshot_id:
            continue
        message = next(told)
        data = message["data"]
        if isinstance(line, DepthLine):
            assert (data["U"], data["u"]) == (line.first, line.last)
            assert len(data["b"]) == len(line.bids)
        elif isinstance(line, TopLine):
            assert data["u"] == line.update_id
        elif isinstance(line, TradeLine):
            assert data["t"] == line.trade_id
        if "E" in data:
            assert abs(data["E"] - desk.clock.ms) < 61_000
        count += 1
    assert count > 5000


def test_a_clients_book_agrees_with_every_recorded_best_price_over_two_passes(
    listening: tuple[Desk, Ear], capsys: pytest.CaptureFixture[str]
) -> None:
    desk, ear = listening
    book = LocalBook(snapshot(desk))
    checks = 0
    tops: list[dict[str, Any]] = []
    trade_id = 0
    for _ in range(420):
        desk.run(1, step_ms=100)
        for message in ear.heard:
            data = message["data"]
            if message["stream"].endswith("bookTicker"):
                tops.append(data)
            elif message["stream"].endswith("trade"):
                assert data["t"] == trade_id + 1 or not trade_id
                trade_id = data["t"]
            else:
                book.apply(data)
                due = [top for top in tops if top["u"] <= book.at]
                if due:
                    assert book.best() == told_best(due[-1])
                    checks += 1
                tops = [top for top in tops if top["u"] > book.at]
        ear.heard.clear()
        assert snapshot(desk)["lastUpdateId"] == book.at
    assert checks > 3000
    whole = snapshot(desk)
    assert {"b": by_price(whole["bids"]), "a": by_price(whole["asks"])} == book.sides
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["pass"] for line in said] == [2]


def test_a_market_order_fills_at_the_recorded_prices_fees_included_to_the_last_digit(tmp_path: Path) -> None:
    desk = on(tmp_path, shared_path(*TAPE))
    desk.run(3)
    asks = snapshot(desk)["asks"]
    wanted = Decimal("0.15")
    answer = order(desk, side="BUY", type="MARKET", quantity=wanted)
    left, expected = wanted, []
    for price, size in asks:
        taken = min(left, Decimal(size) // Decimal("0.00001") * Decimal("0.00001"))
        if taken:
            expected.append((Decimal(price), taken))
        left -= taken
        if not left:
            break
    fills = answer["fills"]
    assert [(Decimal(fill["price"]), Decimal(fill["qty"])) for fill in fills] == expected
    assert [Decimal(fill["commission"]) for fill in fills] == [size / 1000 for _, size in expected]
    cost = sum(price * size for price, size in expected)
    holdings = desk.exchange.account.holdings
    assert holdings["USDT"].free == 100_000 - cost
    assert holdings["BTC"].free == wanted * Decimal("0.999")
    assert snapshot(desk)["asks"][: len(expected)] == asks[: len(expected)], "the public book stays as recorded"
    desk.close()


def test_bars_of_a_tape_are_its_trades_after_a_seeded_past(tmp_path: Path) -> None:
    desk = on(tmp_path, shared_path(*TAPE))
    ear = Ear()
    desk.exchange.hub.subscribe(ear, ["btcusdt@trade"])
    desk.run(50, step_ms=100)
    rows = list(klines(desk.exchange, Parameters({"symbol": "BTCUSDT", "interval": "1m", "limit": "5"})))
    trades = [message["data"] for message in ear.heard]
    assert sum(row[8] for row in rows[-1:]) == len(trades)
    assert Decimal(rows[-1][5]) == sum(Decimal(row["q"]) for row in trades)
    assert Decimal(rows[-1][2]) == max(Decimal(row["p"]) for row in trades)
    assert rows[-1][4] == trades[-1]["p"]
    assert rows[-2][4] == rows[-1][1]
    desk.close()


def test_a_faster_tape_plays_the_same_in_less_time(tmp_path: Path) -> None:
    desk = on(tmp_path, shared_path(*TAPE), speed=20)
    before = snapshot(desk)["lastUpdateId"]
    desk.run(2)
    slow = on(tmp_path / "slow", shared_path(*TAPE))
    slow.run(40, step_ms=400)
    assert snapshot(desk) == snapshot(slow)
    assert snapshot(desk)["lastUpdateId"] > before
    slow.close()
    desk.close()


def test_the_recording_is_served_over_real_sockets(tmp_path: Path) -> None:
    words = ("--market", "tape", "--tape", str(shared_path(*TAPE)), "--speed", "10")
    path = "/stream?streams=" + "/".join(STREAMS[:2])
    with running(tmp_path, *words) as sim, connect(sim.line["stream"] + path, proxy=None, max_queue=None) as socket:
        events: list[dict[str, Any]] = []
        while not any(message["stream"].endswith("100ms") for message in events):
            events.append(json.loads(socket.recv(timeout=60)))
        book = LocalBook(sim.public("depth", symbol="BTCUSDT", limit=5000).json())
        tops: list[dict[str, Any]] = []
        checks = 0
        while checks < 100:
            message = events.pop(0) if events else json.loads(socket.recv(timeout=60))
            if message["stream"].endswith("bookTicker"):
                tops.append(message["data"])
                continue
            known = book.at
            book.apply(message["data"])
            due = [top for top in tops if known < top["u"] <= book.at]
            if due:
                assert book.best() == told_best(due[-1])
                checks += 1
            tops = [top for top in tops if top["u"] > book.at]
    assert checks == 100
