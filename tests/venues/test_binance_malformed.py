"""Frames of the market that are cut, empty, of other types or of kinds added later (P10): counted, told, survived."""

from __future__ import annotations

import json
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Malformed
from connectors.model.trade import Gap, Trade
from connectors.venues.binance import frames
from connectors.venues.binance.feed import Feed
from connectors.venues.binance.followers import Tape
from connectors.venues.binance.symbols import instrument_id
from connectors.wire.origins import Origin
from connectors.wire.tls import client_context
from support.clock import FakeClock, LoopClock

NOBODY = Origin("ws", "127.0.0.1", 1, "/stream")
TLS = client_context()
KLINE = {"t": 1, "T": 2, "i": "1m", "o": "1", "h": "3", "l": "0.5", "c": "2", "v": "10", "q": "20", "n": 4, "x": True}
PRICES = dict.fromkeys("pPcohlvqba", "1.5")
EVENTS: dict[str, dict[str, Any]] = {
    "btcusdt@depth@100ms": {"e": "depthUpdate", "E": 1, "s": "BTCUSDT", "U": 5, "u": 6, "b": [["1", "2"]], "a": []},
    "btcusdt@trade": {"e": "trade", "E": 1, "s": "BTCUSDT", "t": 5, "p": "1", "q": "2", "T": 3, "m": True},
    "btcusdt@kline_1m": {"e": "kline", "E": 1, "s": "BTCUSDT", "k": KLINE},
    "btcusdt@ticker": {"e": "24hrTicker", "E": 1, "s": "BTCUSDT", **PRICES},
    "btcusdt@bookTicker": {"u": 5, "s": "BTCUSDT", "b": "1", "B": "2", "a": "3", "A": "4"},
}
READ: dict[str, set[str]] = {
    "btcusdt@depth@100ms": {"U", "u", "b", "a"},
    "btcusdt@trade": {"t", "p", "q", "T", "m"},
    "btcusdt@kline_1m": {"k"},
    "btcusdt@ticker": {"E", *"pPcohlvq"},
    "btcusdt@bookTicker": {"u", "b", "B", "a", "A"},
}
"""Fields without which an event says nothing."""
OTHER_TYPES: st.SearchStrategy[Any] = st.sampled_from(
    [None, {}, {"a": 1}, [[]], True, "word", "", "NaN", [["1"]], 1.5, -(10**30)]
)


def quiet_feed() -> tuple[Feed, list[frames.MarketEvent], list[Malformed]]:
    """A feed without a socket, following every stream there is."""
    feed = Feed(NOBODY, FakeClock(), random.Random(1), TLS, lambda _: None)
    feed.started = True
    heard: list[frames.MarketEvent] = []
    odd: list[Malformed] = []
    for stream in EVENTS:
        feed.follow(stream, lambda event, _ns: heard.append(event))
    feed.on_malformed.append(odd.append)
    return feed, heard, odd


def frame(stream: str, **changed: Any) -> bytes:
    return json.dumps({"stream": stream, "data": {**EVENTS[stream], **changed}}).encode()


def works(feed: Feed, heard: list[frames.MarketEvent]) -> bool:
    """Whether every stream is still read."""
    before = len(heard)
    for stream in EVENTS:
        feed.frame(frame(stream), 1)
    return len(heard) == before + len(EVENTS)


def test_every_kind_of_event_is_handed_on() -> None:
    feed, heard, odd = quiet_feed()
    assert works(feed, heard)
    assert odd == []
    assert {type(event).__name__ for event in heard} == {
        "DepthEvent",
        "TradeEvent",
        "KlineEvent",
        "TickerEvent",
        "QuoteEvent",
    }


@given(stream=st.sampled_from([*EVENTS]), at=st.integers(0, 200))
def test_a_frame_that_was_cut_is_counted_and_nothing_stops(stream: str, at: int) -> None:
    feed, heard, odd = quiet_feed()
    whole = frame(stream)
    feed.frame(whole[: at % len(whole)], 1)
    assert len(odd) == feed.malformed == 1
    assert heard == []
    assert works(feed, heard)


@given(stream=st.sampled_from([*EVENTS]), data=st.data())
def test_a_field_that_is_missing_is_counted_where_it_was_needed(stream: str, data: st.DataObject) -> None:
    feed, heard, odd = quiet_feed()
    field = data.draw(st.sampled_from(sorted(READ[stream])))
    event = {name: value for name, value in EVENTS[stream].items() if name != field}
    feed.frame(json.dumps({"stream": stream, "data": event}).encode(), 1)
    assert [problem.operation for problem in odd] == [stream]
    assert heard == []
    assert works(feed, heard)


@given(stream=st.sampled_from([*EVENTS]), value=OTHER_TYPES, data=st.data())
def test_a_field_of_another_type_is_handed_on_by_nobody_who_reads_it(
    stream: str, value: Any, data: st.DataObject
) -> None:
    feed, heard, odd = quiet_feed()
    field = data.draw(st.sampled_from(sorted(READ[stream])))
    feed.frame(frame(stream, **{field: value}), 1)
    # A text where the book or the tape keeps text is read when it is used; everything else is found here.
    assert len(odd) + len(heard) == 1
    if odd:
        assert odd[0].operation == stream
        assert isinstance(odd[0], Malformed)
    assert works(feed, heard)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b"[]",
        b"7",
        b'"text"',
        b"<html><body>503</body></html>",
        b"\xff\xfe",
        b'{"stream":"btcusdt@trade"}',
        b'{"stream":"btcusdt@trade","data":null}',
        b'{"stream":null,"data":{"e":"trade"}}',
        b'{"stream":"btcusdt@trade","data":[]}',
        b'{"stream":"btcusdt@bookTicker","data":null}',
        b'{"stream":"btcusdt@trade","data":{"e":7}}',
    ],
)
def test_what_is_no_event_at_all_is_counted(body: bytes) -> None:
    feed, heard, odd = quiet_feed()
    feed.frame(body, 1)
    assert len(odd) == feed.malformed == 1
    assert works(feed, heard)


@given(kind=st.text(min_size=1, max_size=20).filter(lambda word: word not in frames.STREAM_EVENTS))
def test_a_kind_of_event_added_later_is_passed_over_and_is_no_fault(kind: str) -> None:
    feed, heard, odd = quiet_feed()
    feed.frame(json.dumps({"stream": "btcusdt@trade", "data": {"e": kind, "x": 1}}).encode(), 1)
    assert (heard, odd) == ([], [])


@given(raw=st.binary(max_size=60))
def test_no_bytes_whatever_stop_the_feed(raw: bytes) -> None:
    feed, heard, _odd = quiet_feed()
    feed.frame(raw, 1)
    assert works(feed, heard)


def test_answers_to_control_frames_are_no_faults() -> None:
    feed, _heard, odd = quiet_feed()
    for body in (b'{"result":null,"id":1}', b'{"code":2,"msg":"Invalid request","id":1}', b'{"result":["a"],"id":"x"}'):
        feed.frame(body, 1)
    assert odd == []


def test_a_name_that_comes_back_percent_encoded_is_the_one_that_was_asked_for() -> None:
    feed, _, odd = quiet_feed()
    heard: list[frames.MarketEvent] = []
    feed.follow("币安人生usdt@trade", lambda event, _ns: heard.append(event))
    body = {"stream": "%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9Fusdt@trade", "data": EVENTS["btcusdt@trade"]}
    feed.frame(msgspec.json.encode(body), 1)
    assert (len(heard), odd) == (1, [])


async def test_a_trade_that_cannot_be_read_is_a_gap_on_its_own_tape_and_on_no_other() -> None:
    feed = Feed(NOBODY, LoopClock(), random.Random(1), TLS, lambda _: None)
    feed.started = True
    tapes: dict[str, list[Trade | Gap]] = {"BTCUSDT": [], "ETHUSDT": []}
    for symbol, heard in tapes.items():
        tape = Tape(instrument_id(symbol), heard.append, feed, LoopClock())
        feed.follow(f"{symbol.lower()}@trade", tape.take)
    trade = EVENTS["btcusdt@trade"]
    for number, price in ((1, "1"), (2, 7), (3, "1")):
        for symbol in tapes:
            told = price if symbol == "BTCUSDT" else "1"
            body = {"stream": f"{symbol.lower()}@trade", "data": {**trade, "t": number, "p": told}}
            feed.frame(msgspec.json.encode(body), number)
    kinds = {name: [getattr(item, "trade_id", "gap") for item in heard] for name, heard in tapes.items()}
    assert kinds == {"BTCUSDT": ["1", "gap", "3"], "ETHUSDT": ["1", "2", "3"]}
