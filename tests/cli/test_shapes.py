"""The JSON's field names are stable: a change here is a change for every script."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.model.balance import Balance
from connectors.model.book import BookLevel, BookState, BookTop, BookView
from connectors.model.candle import Candle, Interval
from connectors.model.connection import Connection, Hosts
from connectors.model.ids import Mode, TradeId
from connectors.model.instrument import Economic, Filters, Instrument
from connectors.model.side import Side
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade
from support.kept import BTCUSDT, T0, account, fill, order, position_event
from tui.cli import shapes
from tui.cli.output import Json, pairs, table

ONE = Decimal("1.10")
LEVEL = BookLevel(Decimal("61804.01000000"), Decimal("0E-8"))
TICKER = Ticker(BTCUSDT, ONE, ONE, ONE, ONE, ONE, ONE, ONE, ONE, None, ONE, T0)
CANDLE = Candle(BTCUSDT, Interval.M1, T0, T0 + 1, ONE, ONE, ONE, ONE, ONE, ONE, 3, closed=False)
INSTRUMENT = Instrument(BTCUSDT, Economic("BTC", "USDT", "USDT"), Filters(Decimal("0.01"), Decimal("0.00001")))
DEMO = Connection(
    account(), "binance", "demo", Mode.SIM, hosts=Hosts(("http://127.0.0.1:1",)), keyed=True, embedded=True
)

SHAPES: dict[str, tuple[Json, str]] = {
    "ticker": (
        shapes.ticker("demo", TICKER),
        "venue symbol last bid ask open high low volume quote_volume change change_percent time",
    ),
    "book": (
        shapes.book("demo", BookView(BTCUSDT, 7, BookState.LIVE, (LEVEL,), (), T0)),
        "venue symbol update_id state bids asks time",
    ),
    "watch book": (
        shapes.top(BookTop(BTCUSDT, 7, LEVEL, None, BookState.RESYNC)),
        "update_id bid_price bid_size ask_price ask_size state",
    ),
    "trade": (shapes.trade(Trade(BTCUSDT, TradeId("1"), ONE, ONE, Side.SELL, T0)), "trade_id price size side time"),
    "gap": (shapes.gap(Gap(BTCUSDT, T0, T0 + 1)), "gap from to"),
    "candle": (shapes.candle(CANDLE), "time interval open high low close volume quote_volume trades closed"),
    "instrument": (
        shapes.instrument(INSTRUMENT),
        "symbol product base quote status tick_size step_size min_quantity max_quantity min_notional max_notional"
        " order_types",
    ),
    "balance": (
        shapes.balance("demo", Balance(account(), "BTC", ONE, ONE, T0)),
        "venue asset free locked total external time",
    ),
    "position": (
        shapes.position("demo", position_event().position, ONE),
        "venue symbol quantity cost average_entry mark unrealised realised fees_quote time",
    ),
    "order": (
        shapes.order("demo", order()),
        "handle order_id client_order_id venue_order_id venue symbol side type time_in_force status canceling quantity"
        " quote_quantity price trigger_price trailing_bp iceberg_quantity expires expires_here amending parent"
        " replacement list list_role filled remaining average_price cost fees origin reason created updated",
    ),
    "fill": (
        shapes.fill("demo", fill()),
        "venue symbol trade_id order_id venue_order_id side price quantity quote_quantity fee fee_asset maker time",
    ),
    "connection": (
        shapes.connection(DEMO, None),
        "label account venue mode products keyed active signs_with key_tail accepted rights last_connected embedded"
        " rest_url stream_url ws_api_url state trading round_trip_ms clock_offset_ms reason",
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_fields_of_each_answer_are_these_in_this_order(name: str) -> None:
    shape, fields = SHAPES[name]
    assert isinstance(shape, dict)
    assert " ".join(shape) == fields


@pytest.mark.parametrize("name", SHAPES)
def test_no_answer_holds_a_float(name: str) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(f"{text} is a float")

    json.loads(json.dumps(SHAPES[name][0]), parse_float=refuse)
    assert not _floats(SHAPES[name][0])


def test_an_order_is_shown_with_its_evidence() -> None:
    shown = shapes.order_with_evidence("demo", order())
    assert list(shown)[-1] == "evidence"
    assert shown["evidence"] == [
        {"time": "2030-01-02T03:04:05.000Z", "kind": "INTENT", "text": "buy 0.01000 at 61804.00"}
    ]


def test_amounts_keep_every_digit_and_never_an_exponent() -> None:
    assert shapes.top(BookTop(BTCUSDT, 7, LEVEL, None, BookState.LIVE)) == {
        "update_id": 7,
        "bid_price": "61804.01000000",
        "bid_size": "0.00000000",
        "ask_price": None,
        "ask_size": None,
        "state": "LIVE",
    }
    assert shapes.digits(Decimal("1E+3")) == "1000"


@pytest.mark.parametrize(
    ("time_ns", "text"),
    [
        (T0, "2030-01-02T03:04:05.000Z"),
        (T0 + 120_000_000, "2030-01-02T03:04:05.120Z"),
        (T0 + 1_000, "2030-01-02T03:04:05.000001Z"),
        (T0 + 1, "2030-01-02T03:04:05.000000001Z"),
        (0, None),
    ],
)
def test_times_are_iso_8601_with_as_many_digits_as_there_are(time_ns: int, text: str | None) -> None:
    assert shapes.iso(time_ns) == text


def test_the_hosts_of_the_embedded_exchange_are_not_shown() -> None:
    assert shapes.connection(DEMO, None)["rest_url"] is None
    assert shapes.connection(replace(DEMO, embedded=False), None)["rest_url"] == "http://127.0.0.1:1"


def test_a_table_has_numbers_on_the_right_and_nothing_after_the_last_word() -> None:
    assert table(["name", ">size", ""], [("a", "1.0", ""), ("bb", "10.0", "x")]).splitlines() == [
        "name  size",
        "a      1.0",
        "bb    10.0  x",
    ]
    assert pairs([("a", "1"), ("long", "2")]) == "a     1\nlong  2"


def _floats(value: Json) -> bool:
    if isinstance(value, dict):
        return any(_floats(one) for one in value.values())
    if isinstance(value, list):
        return any(_floats(one) for one in value)
    return isinstance(value, float)
