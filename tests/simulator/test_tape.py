"""The recorded market: told as it was, matched beside, looped without a gap."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from connectors.simulator.hub import Listener
from connectors.simulator.options import Options
from connectors.simulator.parameters import Parameters
from connectors.simulator.private import place
from connectors.simulator.public import depth as rest_depth
from connectors.simulator.public import klines
from connectors.simulator.tape import DepthLine, TopLine, TradeLine, load
from simulator.rig import Desk, open_desk, running
from support.shared import shared_path

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


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[tuple[Desk, Ear]]:
    desk = on(tmp_path, shared_path(*TAPE))
    ear = Ear()
    desk.exchange.hub.subscribe(ear, STREAMS)
    yield desk, ear
    desk.close()


def order(desk: Desk, **params: object) -> dict[str, Any]:
    values = {"symbol": "BTCUSDT", **{name: str(value) for name, value in params.items()}}
    return place(desk.exchange, Parameters(values))


def snapshot(desk: Desk) -> dict[str, Any]:
    return rest_depth(desk.exchange, Parameters({"symbol": "BTCUSDT", "limit": "5000"}))


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
    assert holdings["USDT"].free == 10_000 - cost
    assert holdings["BTC"].free == wanted * Decimal("0.999")
    assert snapshot(desk)["asks"][: len(expected)] == asks[: len(expected)], "the public book stays as recorded"
    desk.close()


def test_what_the_user_took_comes_back_with_the_levels_next_update(tmp_path: Path) -> None:
    tape = small_tape(
        tmp_path / "tape",
        update(11, 12, [], [["100.02000000", "4.00000000"]]),
        update(13, 14, [], [["100.01000000", "0.50000000"]]),
        trade(5, "100.01", "0.1", buyer_made=False),
    )
    desk = on(tmp_path, tape)
    first = order(desk, side="BUY", type="MARKET", quantity="1.5")
    assert [(fill["price"], fill["qty"]) for fill in first["fills"]] == [("100.01000000", "1.50000000")]
    desk.run(0.12)
    second = order(desk, side="BUY", type="MARKET", quantity="1")
    assert [(fill["price"], fill["qty"]) for fill in second["fills"]] == [
        ("100.01000000", "0.50000000"),
        ("100.02000000", "0.50000000"),
    ]
    desk.run(0.1)
    third = order(desk, side="BUY", type="MARKET", quantity="1")
    assert [fill["price"] for fill in third["fills"]] == ["100.01000000", "100.02000000"]
    desk.close()


def test_a_resting_order_fills_when_its_queue_is_used_up_and_when_it_is_traded_through(tmp_path: Path) -> None:
    tape = small_tape(
        tmp_path / "tape",
        trade(5, "100.00", "0.8", buyer_made=True),
        trade(6, "100.00", "0.5", buyer_made=True),
        trade(7, "99.98", "0.1", buyer_made=True),
    )
    desk = on(tmp_path, tape)
    at_price = order(desk, side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.4", price="100.00")
    deeper = order(desk, side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.3", price="99.99")
    assert (at_price["status"], deeper["status"]) == ("NEW", "NEW")
    desk.run(0.12)
    assert not desk.exchange.trades("BTCUSDT")
    desk.run(0.1)
    fills = [event for event in desk.events if event.get("x") == "TRADE"]
    assert [(fill["i"], fill["l"], fill["L"], fill["X"], fill["m"]) for fill in fills] == [
        (at_price["orderId"], "0.30000000", "100.00000000", "PARTIALLY_FILLED", True)
    ]
    desk.run(0.1)
    fills = [event for event in desk.events if event.get("x") == "TRADE"]
    assert [(fill["i"], fill["l"], fill["X"]) for fill in fills[1:]] == [
        (at_price["orderId"], "0.10000000", "FILLED"),
        (deeper["orderId"], "0.30000000", "FILLED"),
    ]
    desk.close()


def test_the_end_leads_back_to_the_start_with_ids_that_go_on(tmp_path: Path) -> None:
    tape = small_tape(
        tmp_path / "tape",
        update(9, 12, [["100.00000000", "0.00000000"], ["98.00000000", "7.00000000"]], []),
        trade(5, "100.01", "0.1", buyer_made=False),
        {"u": 15, "b": "99.99", "B": "5", "a": "100.01", "A": "2"},
    )
    desk = on(tmp_path, tape)
    ear = Ear()
    desk.exchange.hub.subscribe(ear, STREAMS)
    start = snapshot(desk)
    book = LocalBook(start)
    desk.run(1.5)
    events = [message["data"] for message in ear.heard if message["stream"].endswith("100ms")]
    assert [(event["U"], event["u"]) for event in events[:4]] == [(9, 12), (13, 16), (17, 18), (19, 22)]
    assert events[1]["b"] == [["98.00000000", "0.00000000"], ["100.00000000", "1.00000000"]]
    for event in events[:2]:
        book.apply(event)
    assert book.sides == {"b": by_price(start["bids"]), "a": by_price(start["asks"])}
    trades = [message["data"]["t"] for message in ear.heard if message["stream"].endswith("trade")]
    assert trades[:3] == [5, 6, 7]
    tops = [message["data"]["u"] for message in ear.heard if message["stream"].endswith("bookTicker")]
    assert tops == sorted(tops)
    desk.close()


def test_bars_of_a_tape_are_its_trades_after_a_seeded_past(tmp_path: Path) -> None:
    desk = on(tmp_path, shared_path(*TAPE))
    ear = Ear()
    desk.exchange.hub.subscribe(ear, ["btcusdt@trade"])
    desk.run(50, step_ms=100)
    rows = klines(desk.exchange, Parameters({"symbol": "BTCUSDT", "interval": "1m", "limit": "5"}))
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
            events.append(json.loads(socket.recv(timeout=10)))
        book = LocalBook(sim.public("depth", symbol="BTCUSDT", limit=5000).json())
        tops: list[dict[str, Any]] = []
        checks = 0
        while checks < 100:
            message = events.pop(0) if events else json.loads(socket.recv(timeout=10))
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
