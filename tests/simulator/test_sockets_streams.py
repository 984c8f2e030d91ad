"""Every stream of §5.2 over a real socket: its fields, its pace, its name; §5.1's frames and §3.2's limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from simulator.rig import Running, now_ms, running

NAME = "币安人生usdt"
SYMBOL = "币安人生USDT"
DAY = {"e", "E", "s", *"pPwxcQbBaAohlvqOCFLn"}
WINDOW = {"e", "E", "s", *"pPohlcwvqOCFLn"}
MINI = {"e", "E", "s", *"cohlvq"}
BOOK = {"lastUpdateId", "bids", "asks"}
KLINE = {"e", "E", "s", "k"}
CHANGE = {"e", "E", "s", "U", "u", "b", "a"}
FIELDS = {
    "btcusdt@ticker": DAY,
    "btcusdt@miniTicker": MINI,
    "btcusdt@ticker_1h": WINDOW,
    "btcusdt@ticker_4h": WINDOW,
    "btcusdt@ticker_1d": WINDOW,
    "btcusdt@avgPrice": {"e", "E", "s", "i", "w", "T"},
    "btcusdt@depth": CHANGE,
    "btcusdt@depth5": BOOK,
    "btcusdt@depth10@100ms": BOOK,
    "btcusdt@depth20@1000ms": BOOK,
    "btcusdt@kline_1d@+08:00": KLINE,
    "btcusdt@kline_1w@-03:30": KLINE,
    "btcusdt@kline_1M": KLINE,
    "!bookTicker": {"u", "s", "b", "B", "a", "A"},
}
EVENTS = {
    "btcusdt@ticker": "24hrTicker",
    "btcusdt@miniTicker": "24hrMiniTicker",
    "btcusdt@ticker_1h": "1hTicker",
    "btcusdt@ticker_4h": "4hTicker",
    "btcusdt@ticker_1d": "1dTicker",
    "btcusdt@avgPrice": "avgPrice",
    "btcusdt@depth": "depthUpdate",
}


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An exchange with the symbol whose name is not ASCII."""
    with running(tmp_path_factory.mktemp("three"), "--seed", "5", "--symbols", "3") as found:
        yield found


def hear(socket: ClientConnection) -> Any:
    return json.loads(socket.recv(timeout=60))


def opened(sim: Running, path: str) -> ClientConnection:
    return connect(sim.line["stream"] + path, proxy=None)


def firsts(socket: ClientConnection, names: set[str]) -> dict[str, Any]:
    """The first payload of each of these streams of a combined socket."""
    found: dict[str, Any] = {}
    while set(found) < names:
        message = hear(socket)
        if message.get("stream") in names:
            found.setdefault(message["stream"], message["data"])
    return found


def test_every_stream_by_the_clock_has_its_fields(three: Running) -> None:
    with opened(three, f"/stream?streams={'/'.join(FIELDS)}".replace("+", "%2B")) as socket:
        found = firsts(socket, set(FIELDS))
    assert {name: set(data) for name, data in found.items()} == FIELDS
    assert {name: found[name]["e"] for name in EVENTS} == EVENTS
    assert len(found["btcusdt@depth5"]["asks"]) == 5
    assert len(found["btcusdt@depth10@100ms"]["bids"]) == 10
    assert len(found["btcusdt@depth20@1000ms"]["bids"]) == 20


def test_bars_of_a_zone_begin_at_its_own_midnight_in_utc_stamps(three: Running) -> None:
    with opened(three, "/stream?streams=btcusdt@kline_1d@%2B08:00/btcusdt@kline_1d") as socket:
        found = firsts(socket, {"btcusdt@kline_1d@+08:00", "btcusdt@kline_1d"})
    shanghai, utc = found["btcusdt@kline_1d@+08:00"]["k"], found["btcusdt@kline_1d"]["k"]
    assert (shanghai["t"] + 8 * 3_600_000) % 86_400_000 == 0
    assert utc["t"] % 86_400_000 == 0
    assert shanghai["i"] == utc["i"] == "1d"
    assert shanghai["T"] - shanghai["t"] == 86_399_999


def test_a_window_begins_on_a_minute_and_ends_when_it_is_told(three: Running) -> None:
    with opened(three, "/ws/btcusdt@ticker_4h") as socket:
        found = hear(socket)
    assert found["O"] % 60_000 == 0
    assert 0 <= found["C"] - found["O"] - 4 * 3_600_000 <= 59_999


def test_the_slow_depth_stream_tells_the_same_book_once_a_second(three: Running) -> None:
    with opened(three, "/stream?streams=btcusdt@depth/btcusdt@depth@100ms") as socket:
        slow: list[dict[str, Any]] = []
        fast: list[dict[str, Any]] = []
        while len(slow) < 3:
            message = hear(socket)
            (slow if message["stream"] == "btcusdt@depth" else fast).append(message["data"])
    assert all(after["U"] == before["u"] + 1 for before, after in pairwise(slow))
    assert all(700 < after["E"] - before["E"] < 1700 for before, after in pairwise(slow))
    told = slow[1]
    joined: dict[str, str] = {}
    for event in fast:
        if told["U"] <= event["U"] and event["u"] <= told["u"]:
            joined |= dict(event["b"])
    assert dict(told["b"]) == joined


def test_the_arrays_tell_of_the_symbols_that_traded(three: Running) -> None:
    with opened(three, "/stream?streams=!miniTicker@arr/!ticker_1h@arr/!ticker@arr") as socket:
        found = firsts(socket, {"!miniTicker@arr", "!ticker_1h@arr"})
        more = [hear(socket) for _ in range(4)]
        socket.send('{"method":"SUBSCRIBE","params":["!miniTicker@arr@1000ms"],"id":1}')
        paced = firsts(socket, {"!miniTicker@arr@1000ms"})["!miniTicker@arr@1000ms"]
    assert {row["s"] for row in found["!miniTicker@arr"]} == {"BTCUSDT", "ETHUSDT", SYMBOL}
    assert {row["s"] for row in paced} == {"BTCUSDT", "ETHUSDT", SYMBOL}
    assert all(set(row) == MINI for row in found["!miniTicker@arr"])
    assert all(set(row) == WINDOW for row in found["!ticker_1h@arr"])
    assert {message["stream"] for message in more} <= {"!miniTicker@arr", "!ticker_1h@arr"}


def test_times_come_in_microseconds_where_asked(three: Running) -> None:
    names = "btcusdt@trade/btcusdt@kline_1m/btcusdt@depth@100ms/btcusdt@ticker"
    for word in ("MICROSECOND", "microsecond"):
        with opened(three, f"/stream?streams={names}&timeUnit={word}") as socket:
            found = firsts(socket, set(names.split("/")))
        now = now_ms() * 1000
        trade, bar, ticker = (found[f"btcusdt@{name}"] for name in ("trade", "kline_1m", "ticker"))
        for stamp in (trade["E"], trade["T"], bar["E"], found["btcusdt@depth@100ms"]["E"], ticker["C"]):
            assert abs(now - stamp) < 10_000_000
        assert bar["k"]["T"] - bar["k"]["t"] == 59_999_999
        assert trade["t"] < 10**13
        assert found["btcusdt@depth@100ms"]["u"] < 10**15


def test_a_unit_that_is_none_is_refused_at_the_handshake(three: Running) -> None:
    for path in ("/ws/btcusdt@trade?timeUnit=NANOSECOND", "/ws-api/v3?timeUnit=fortnight"):
        with pytest.raises(InvalidStatus) as refused:
            opened(three, path)
        assert refused.value.response.status_code == 400
        assert json.loads(refused.value.response.body)["code"] == -1194


def test_a_name_that_is_not_ascii_streams_like_any_other(three: Running) -> None:
    with opened(three, f"/stream?streams={quote(NAME)}@bookTicker") as socket:
        message = hear(socket)
        assert message["stream"] == f"{NAME}@bookTicker"
        assert message["data"]["s"] == SYMBOL
        socket.send(json.dumps({"method": "SUBSCRIBE", "params": [f"{quote(NAME)}@trade", f"{NAME}@depth5"], "id": 2}))
        found = firsts(socket, {f"{NAME}@trade", f"{NAME}@depth5"})
    assert found[f"{NAME}@trade"]["s"] == SYMBOL
    with opened(three, f"/ws/{quote(NAME)}@kline_1m") as raw:
        assert hear(raw)["k"]["s"] == SYMBOL


def test_a_symbol_that_is_not_ascii_trades_over_rest(three: Running) -> None:
    assert three.public("exchangeInfo", symbol=SYMBOL).json()["symbols"][0]["baseAsset"] == "币安人生"
    ask = Decimal(three.public("ticker/bookTicker", symbol=SYMBOL).json()["askPrice"])
    params = {"symbol": SYMBOL, "side": "BUY", "type": "MARKET", "quantity": "100"}
    bought = three.signed("POST", "order", **params)
    assert bought.json()["status"] == "FILLED"
    assert bought.json()["symbol"] == SYMBOL
    assert Decimal(bought.json()["fills"][0]["price"]) >= ask / 2
    assert Decimal(three.balance("币安人生")["free"]) > 99


def test_a_signed_text_that_was_not_percent_encoded_is_refused(three: Running) -> None:
    """§2.1: enforced since 2026-01-15."""
    text = f"symbol={SYMBOL}&side=BUY&type=MARKET&quantity=100&timestamp={now_ms()}"
    headers = {"X-MBX-APIKEY": three.line["api_key"], "Content-Type": "application/x-www-form-urlencoded"}
    raw = three.http.post("/api/v3/order", content=f"{text}&signature={three.sign(text)}".encode(), headers=headers)
    encoded = text.replace(SYMBOL, quote(SYMBOL))
    wrong = three.http.post(f"/api/v3/order?{encoded}&signature={three.sign(text)}", headers=headers)
    right = three.http.post(f"/api/v3/order?{encoded}&signature={three.sign(encoded)}", headers=headers)
    assert [answer.json().get("code") for answer in (raw, wrong, right)] == [-1022, -1022, None]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ('{"method":"SUBSCRIBE"', 3),
        ("[1]", 2),
        ('{"params":["btcusdt@trade"],"id":1}', 2),
        ('{"method":"SUBSCRIBE","params":["a@trade"],"id":true}', 2),
        ('{"method":"SUBSCRIBE","params":["a@trade"],"id":"' + "x" * 37 + '"}', 2),
        ('{"method":"SUBSCRIBE","params":["a@trade"],"id":9223372036854775808}', 2),
        ('{"method":"SET_PROPERTY","params":[7,true],"id":1}', 2),
        ('{"method":"SET_PROPERTY","params":["combined",true,1],"id":1}', 2),
        ('{"method":"SET_PROPERTY","params":["combined","yes"],"id":1}', 1),
        ('{"method":"SET_PROPERTY","params":["speed",true],"id":1}', 0),
    ],
)
def test_a_frame_that_makes_no_sense_gets_its_code(three: Running, frame: str, code: int) -> None:
    with opened(three, "/ws") as socket:
        socket.send(frame)
        assert hear(socket)["code"] == code


def test_the_combined_property_is_read_and_set(three: Running) -> None:
    with opened(three, "/ws/btcusdt@depth5@100ms") as socket:
        assert "stream" not in hear(socket)
        socket.send('{"method":"SET_PROPERTY","params":["combined",true],"id":-9}')
        while (message := hear(socket)) != {"result": None, "id": -9}:
            assert "lastUpdateId" in message
        assert hear(socket)["stream"] == "btcusdt@depth5@100ms"
        socket.send('{"method":"GET_PROPERTY","params":["combined"],"id":"p"}')
        while (message := hear(socket)).get("id") != "p":
            assert "stream" in message
        assert message == {"result": True, "id": "p"}


@pytest.mark.parametrize("frame", ["ping", "pong"])
def test_pings_and_pongs_count_as_messages(three: Running, frame: str) -> None:
    """§3.2: five a second, and the sixth ends it."""
    with opened(three, "/ws") as socket:
        for _ in range(6):
            (socket.ping if frame == "ping" else socket.pong)()
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=60)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


def test_five_messages_a_second_are_borne_and_1024_streams(three: Running) -> None:
    names = [f"x{number}@trade" for number in range(1024)]
    with opened(three, "/ws") as socket:
        for number in range(4):
            part = names[number * 256 : number * 256 + 256]
            socket.send(json.dumps({"method": "SUBSCRIBE", "params": part, "id": number}))
        socket.ping()
        assert [hear(socket)["id"] for _ in range(4)] == [0, 1, 2, 3]
    with opened(three, "/ws") as socket:
        socket.send(json.dumps({"method": "SUBSCRIBE", "params": [*names, "one@more"], "id": 1}))
        with pytest.raises(ConnectionClosed):
            while True:
                hear(socket)


def test_a_socket_is_cut_when_its_life_is_over(tmp_path: Path) -> None:
    """§3.2: 24 hours on the live exchange; here as long as the run was told."""
    with running(tmp_path, "--socket-life", "0.5") as sim:
        for path in ("/ws/btcusdt@trade", "/ws-api/v3"):
            with opened(sim, path) as socket, pytest.raises(ConnectionClosed) as closed:
                while True:
                    hear(socket)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1008
