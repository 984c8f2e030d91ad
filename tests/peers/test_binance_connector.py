"""The exchange's former client against the simulator: other HTTP, other WebSockets, a unit of time of its choice."""

from __future__ import annotations

import pytest

from peers.conftest import Play
from peers.expected import Holds, each, has, names, rows
from peers.played import Outcomes

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

_US = 1_000_000_000_000_000


@pytest.fixture(scope="module")
def said(play: Play) -> Outcomes:
    return play("binance_connector_spot", "binance-connector")


CALLED = rows(
    "binance_connector_spot",
    ("exchange_info", lambda symbols: symbols == 2),
    ("depth", lambda book: len(book["bids"]) == len(book["asks"]) == 5),
    ("rolling_window_ticker", names("symbol", "openPrice", "lastPrice", "count")),
    ("book_tickers", lambda tickers: [one["symbol"] for one in tickers] == ["BTCUSDT", "ETHUSDT"]),
    ("new_order", has(status="NEW", clientOrderId="connector-1")),
    ("get_order", has(status="NEW", clientOrderId="connector-1")),
    ("cancel_order", has(status="CANCELED", origClientOrderId="connector-1")),
    ("account", names("balances", "canTrade")),
    ("api_key_permissions", names("ipRestrict", "enableReading", "enableSpotAndMarginTrading", "enableWithdrawals")),
    ("time_in_ms", lambda answer: answer["serverTime"] < _US),
    ("time_in_us", lambda answer: answer["serverTime"] > _US),
    ("trades_in_us", lambda trades: trades[0]["time"] > _US),
    ("stream_in_us", lambda event: event["E"] > _US),
    ("raw_subscribe", lambda answer: answer == {"result": None, "id": 1}),
    ("raw_depth", has(e="depthUpdate", s="BTCUSDT")),
    ("raw_list", lambda answer: answer == {"result": ["btcusdt@depth@100ms"], "id": 2}),
    ("raw_unsubscribe", lambda answer: answer == {"result": None, "id": 3}),
    ("raw_list_after", lambda answer: answer == {"result": [], "id": 4}),
    ("combined_subscribe", lambda answer: answer == {"result": None, "id": "five"}),
    ("combined btcusdt@depth5@100ms", lambda frame: set(frame["data"]) == {"lastUpdateId", "bids", "asks"}),
    ("combined btcusdt@kline_1s", lambda frame: frame["data"]["k"]["i"] == "1s"),
    ("combined btcusdt@ticker_1h", lambda frame: frame["data"]["e"] == "1hTicker"),
    ("combined !miniTicker@arr", lambda frame: each(has(e="24hrMiniTicker"))(frame["data"])),
    ("ws_time", has(id="t", status=200)),
    ("ws_new_order", lambda answer: answer["status"] == 200 and answer["result"]["clientOrderId"] == "connector-2"),
    ("ws_cancel_order", lambda answer: answer["result"]["status"] == "CANCELED"),
    ("ws_unknown_order", lambda answer: answer["status"] == 400 and answer["error"]["code"] == -2011),
)


@pytest.mark.parametrize(("step", "holds"), CALLED)
def test_calls_and_streams_answer_as_the_client_expects(said: Outcomes, step: str, holds: Holds) -> None:
    found = said[step].value
    assert holds(found), found


def test_a_listen_key_is_gone_and_its_page_is_no_json(said: Outcomes) -> None:
    assert said["new_listen_key"].kind == "ClientError"
    assert "410" in said["new_listen_key"].error
    assert "html" in said["new_listen_key"].error


def test_a_parameter_too_many_is_refused_by_its_code(said: Outcomes) -> None:
    assert "-1106" in said["one_too_many"].error


def test_the_client_came_to_its_end(said: Outcomes) -> None:
    assert said["the whole script"].kind == "", said["the whole script"].error
